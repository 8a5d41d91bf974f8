"""`kill -9` in the middle of a storm of 200 ballots, twenty times: nothing acknowledged is lost."""

import random
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from appliance.adapters.sql.verify import verify_ledger
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.books import CHOICES, Book, entries_of, settled
from tests.faults.council import CHAIR, CLERK, HALL, seat_of
from tests.faults.storm import (
    OnPanels,
    OnTablet,
    Voter,
    again_by_http,
    again_by_panels,
    last_words,
    over_http,
    over_sockets,
)
from tests.house import name_of

STORMS: Final = 20
BALLOTS_EACH: Final = 8
ON_TABLETS, ON_PANELS, ON_HTTP = range(1, 13), range(13, 22), range(22, 26)
"""Twenty-five members, eight ballots each: they change their minds, the last one counts."""


def panels_of(house: Appliance) -> OnPanels:
    """The panels process, connected."""
    return OnPanels(house, [seat_of(i) for i in ON_PANELS])


def storm(house: Appliance, books: dict[int, Book], chance: random.Random) -> None:
    """All press; after a number of answers that chance chooses, the server is gone."""
    panels = panels_of(house)
    voters = [Voter(i, books[i], OnTablet(house.tablet(name_of(i))), BALLOTS_EACH) for i in ON_TABLETS]
    assert all(tablet.poll["state"] == "open" for tablet in house.tablets), "the poll is no longer open"
    voters += [Voter(i, books[i], panels, BALLOTS_EACH) for i in ON_PANELS]
    threads = [over_http(house, books[i], BALLOTS_EACH, random.Random(chance.random())) for i in ON_HTTP]
    answers_before = sum(len(book.told) for book in books.values())
    last_answer = chance.randrange(1, BALLOTS_EACH * len(voters))
    over_sockets(voters, chance, lambda: sum(len(book.told) for book in books.values()) - answers_before >= last_answer)
    house.kill()
    last_words(voters)
    for thread in threads:
        thread.join()
    panels.close()
    for tablet in house.tablets:
        tablet.close()
    house.tablets.clear()


@pytest.mark.timeout(300)  # twenty starts, on a machine that may have other work
def test_no_acknowledged_ballot_is_lost_to_twenty_kills_and_none_counts_twice(tmp_path: Path) -> None:
    chance = random.Random(20261218)
    books = {i: Book(name_of(i)) for i in range(1, 26)}
    ready: list[float] = []
    cut_short = found = 0
    with appliance(tmp_path) as house:
        house.open_poll(present=len(books))
        for _ in range(STORMS):
            storm(house, books, chance)
            ready.append(house.start())
            report = verify_ledger(house.ledger)
            assert report.ok, report.why
            there, missing = settled(books.values(), entries_of(house.ledger))
            cut_short, found = cut_short + there + missing, found + there
            again_by_http(house, [books[i] for i in (*ON_TABLETS, *ON_HTTP)])
            with closing(panels_of(house)) as panels:
                again_by_panels(panels, {i: books[i] for i in ON_PANELS})
            assert settled(books.values(), entries_of(house.ledger)) == (0, 0)
        assert cut_short, "no kill fell into a storm: this has tested nothing"

        house.did(CHAIR, "ClosePoll", poll=POLL)
        house.did(CLERK, "ConfirmPoll", poll=POLL)
        house.did(CHAIR, "ConfirmPoll", poll=POLL)
        house.did(CHAIR, "AnnouncePoll", poll=POLL)
        tally = house.tablet(HALL).poll["result"]["tally"]
        assert {choice: tally[choice] for choice in CHOICES} == {
            choice: sum(book.last == choice for book in books.values()) for choice in CHOICES
        }
        assert verify_ledger(house.ledger).ok
    given = sum(len(book.given) for book in books.values())
    print(
        f"\n{STORMS} kills in {given} ballots: {given - cut_short} were acknowledged and all of them are there; of "
        f"{cut_short} without an answer {found} were on disk; up again after {max(ready):.2f} s at most"
    )
