"""The wall clock stepped by hours in mid-poll: the vote does not notice, the record says that it did."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import libfaketime
import pytest

from appliance.core.events import PollClosed
from appliance.core.ledger import LedgerEntry, unseal
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.council import CHAIR, CLERK, HALL
from tests.house import fresh_id, name_of

MINUTES: Final = 30
"""The poll's time: much less than the step, much more than the test."""
NOT_STEPPED: Final = timedelta(hours=1)


class WallClock:
    """The appliance's wall clock, faked by libfaketime: monotonic time and sleep go on as they are."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.step(0)
        library = Path(libfaketime.__file__).parent / "vendor/libfaketime/src/libfaketime.so.1"
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, hours: int) -> None:
        """Somebody sets the clock; whole or not at all, as the appliance reads it at any moment."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{hours:+d}h\n")
        draft.replace(self._file)


def entries(house: Appliance) -> list[LedgerEntry]:
    """The whole ledger."""
    with closing(sqlite3.connect(f"file:{house.ledger}?mode=ro", uri=True)) as file:
        return [unseal(body).entry for (body,) in file.execute("SELECT body FROM entries ORDER BY position")]


@pytest.mark.parametrize("hours", [+5, -5])
def test_a_stepped_clock_refuses_no_ballot_rings_no_timer_and_is_told(tmp_path: Path, hours: int) -> None:
    tmp_path.mkdir(exist_ok=True)
    clock = WallClock(tmp_path)
    with appliance(tmp_path, environment=clock.environment) as house:
        house.open_poll(present=9, seconds=MINUTES * 60)
        tablets = [house.tablet(name_of(i)) for i in range(1, 7)]
        hall, chair = house.tablet(HALL), house.tablet(CHAIR)
        cast = [t.ask({"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"}) for t in tablets[:3]]
        remaining = hall.poll["remaining_ms"]
        assert 0 < remaining <= MINUTES * 60_000

        clock.step(hours)
        cast += [t.ask({"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "against"}) for t in tablets]
        assert all(answer["accepted"] for answer in cast), cast
        for screen in (*tablets, hall, chair):
            screen.until(lambda screen=screen: screen.view["health"].get("time_doubtful"))  # type: ignore[misc]
        later = house.tablet(HALL).poll
        assert later["state"] == "open"
        assert remaining - MINUTES * 20_000 < later["remaining_ms"] <= remaining
        house.did(CHAIR, "HoldPoll", poll=POLL)
        house.did(CHAIR, "ResumePoll", poll=POLL)
        assert remaining - MINUTES * 20_000 < house.tablet(HALL).poll["remaining_ms"] <= remaining
        house.did(CHAIR, "ClosePoll", poll=POLL)
        house.did(CLERK, "ConfirmPoll", poll=POLL)
        written = entries(house)

    now = datetime.now(UTC)
    stepped = [entry for entry in written if abs(entry.time - now) > NOT_STEPPED]
    assert [entry.seq for entry in stepped] == list(range(stepped[0].seq, len(written) + 1))
    assert all(entry.time_doubtful for entry in stepped)
    assert not any(entry.time_doubtful for entry in written[: stepped[0].seq - 1])
    assert [entry.uptime_ms for entry in written] == sorted(entry.uptime_ms for entry in written)
    happened = [event for entry in written for event in entry.events]
    assert [event.how for event in happened if isinstance(event, PollClosed)] == ["chair"]
