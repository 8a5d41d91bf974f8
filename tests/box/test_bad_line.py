"""A whole vote behind a line that loses one frame in twenty, holds others up, and is gone for a while.

What it took is printed by `make bad-network`; here is only that nothing is lost or doubled, and that all come back
by themselves.
"""

import asyncio
import gc
import warnings
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.beds.bad_line import BAD, GOOD
from tests.bench.audit import audit
from tests.bench.far_hall import FarHall, far_hall
from tests.bench.far_meeting import FarMeeting, Figures
from tests.house import name_of

MEMBERS = 6
WORSE = replace(BAD, loss_percent=15.0, mbit=2.0)
"""Three times the loss and a fifth of the line that the bench has."""


@pytest.fixture(scope="module")
def hall() -> Iterator[FarHall]:
    with far_hall(MEMBERS) as hall:
        yield hall


def test_a_vote_through_losses_and_two_outages_counts_each_ballot_once(hall: FarHall) -> None:
    meeting = FarMeeting(hall)

    async def held() -> None:
        async with meeting.live():
            await meeting.convene()
            hall.line.be(WORSE)
            await meeting.poll(Figures())
            await meeting.outage(Figures(), WORSE)
            hall.line.be(GOOD)

    asyncio.run(held())
    with warnings.catch_warnings():  # a line that was cut has nobody to say goodbye to
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    assert hall.line.stats().lost > 0, "the line was good"
    polls = {(one.poll, one.member) for one in meeting.acknowledged}
    assert polls == {(poll, name_of(i)) for poll in ("p1", "p2") for i in range(1, MEMBERS + 1)}
    assert audit(hall.ledger, meeting.acknowledged) == (len(polls), [])


def test_a_page_comes_whole_through_losses_and_packed(hall: FarHall) -> None:
    hall.line.be(WORSE)
    _, octets = asyncio.run(hall.members[0].load_page())
    hall.line.be(GOOD)
    plain = sum(file.stat().st_size for file in hall.delegates_files())
    assert 0 < octets < plain / 2
