"""A disk that refuses: nobody is told *recorded*, every screen says so at once, and it heals without a restart."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from appliance.adapters.sql.verify import verify_ledger
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.books import entries_of
from tests.faults.council import CARD, CHAIR, CLERK, HALL, PIN, seat_of
from tests.faults.failures import no_room_left, small_disk, syncs_fail, writes_fail
from tests.faults.storm import OnPanels
from tests.faults.tablet import Json, Tablet
from tests.house import fresh_id, name_of

FAULT: Final = "storage-fault"
Failing = Callable[[Appliance], AbstractContextManager[None]]


class Room:
    """A screen of every role, and the panels."""

    def __init__(self, house: Appliance) -> None:
        self.delegates = [house.tablet(name_of(i)) for i in (1, 2, 3)]
        self.hall = house.tablet(HALL)
        self.screens = [*self.delegates, self.hall, house.tablet(CHAIR), house.tablet(CLERK)]
        self.panels = OnPanels(house, [seat_of(i) for i in range(1, 10)])
        self.panels_fault: str | None = None

    def until_all_show(self, fault: str | None) -> None:
        """Wait until each role's screen, and the panels, show this fault (or none)."""
        for screen in self.screens:
            screen.until(lambda screen=screen: screen.fault == fault)  # type: ignore[misc]
        while self.panels_fault != fault:
            for line in self.panels.lines():
                health = line.get("push", {}).get("changed", {}).get("health")
                self.panels_fault = self.panels_fault if health is None else health.get("fault")

    def hall_shows(self, pressed: int) -> None:
        """Wait until the hall counts so many."""
        self.hall.until(lambda: self.hall.view["progress"]["pressed"] == pressed)

    def hall_has_shown(self) -> set[int]:
        """Every count that the hall has been pushed."""
        told = [body["changed"] for name, body in self.hall.heard if name == "push"]
        return {changed["progress"]["pressed"] for changed in told if changed.get("progress")}


def ballot(choice: str) -> Json:
    """A ballot with an id of its own."""
    return {"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": choice}


def is_a_fault(answer: Json) -> None:
    """Refused by the machine, with its two sentences."""
    assert (answer["accepted"], answer["refusal"], answer["fault"]) == (False, FAULT, True), answer
    assert answer["messages"]["vi"]
    assert answer["messages"]["en"]


def refuses_everybody(house: Appliance, room: Room, lost: Json, by: Tablet) -> None:
    """While the disk refuses: whoever presses is told so, and so is whoever looks."""
    is_a_fault(by.ask(lost))
    for tablet in room.delegates:
        is_a_fault(tablet.ask(ballot("abstain")))
    body = json.dumps(ballot("for")).encode()
    status, answer = house.request("POST", "/api/commands", body, name_of(6))
    assert status == 503
    is_a_fault(answer)
    room.until_all_show(FAULT)
    assert house.request("GET", "/healthz")[0] == 503
    assert by.ballot is None, "a tablet shows as recorded what is not on disk"
    assert room.hall_has_shown() == {1}, "the hall showed what is not on disk"
    assert house.tablet(HALL).view["progress"]["pressed"] == 1


def refuses_and_heals(house: Appliance, failing: Failing) -> None:
    """The whole story of a disk that fails in mid-poll and comes back."""
    house.open_poll(present=9)
    room = Room(house)
    one, two, _ = room.delegates
    before, lost = ballot("for"), ballot("against")
    first = one.ask(before)
    assert first["accepted"]
    room.hall_shows(pressed=1)
    with failing(house):
        refuses_everybody(house, room, lost, by=two)
        assert one.ask(before) == first, "what is on disk keeps its answer"

    room.until_all_show(None)
    answer = two.ask(lost)
    assert answer["accepted"]
    assert two.ask(lost) == answer
    assert entries_of(house.ledger)[lost["id"]] == [answer["seq"]]
    two.until(lambda: two.ballot == "against")
    room.hall_shows(pressed=2)
    house.did(CHAIR, "ClosePoll", poll=POLL)
    assert verify_ledger(house.ledger).ok


@pytest.mark.parametrize("failing", [syncs_fail, writes_fail])
def test_a_commit_that_fails_is_told_to_nobody_as_done_and_the_same_id_counts_once_later(
    tmp_path: Path, failing: Failing
) -> None:
    with appliance(tmp_path) as house:
        refuses_and_heals(house, failing)


def test_a_full_disk_refuses_ballots_and_takes_them_again_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, appliance(disk) as house:
        refuses_and_heals(house, no_room_left)


def test_whoever_signs_in_on_a_full_disk_is_told_what_is_wrong(tmp_path: Path) -> None:
    with small_disk(tmp_path) as disk, appliance(disk) as house:
        form = json.dumps({"card": CARD, "pin": PIN}).encode()
        with no_room_left(house):
            status, answer = house.request("POST", "/api/sign-in", form)
        assert status == 503
        is_a_fault(answer)
        assert house.request("GET", "/api/me", person=name_of(1))[1]["signed_in"]


def test_a_process_killed_on_a_failing_disk_comes_back_with_what_was_acknowledged(tmp_path: Path) -> None:
    with appliance(tmp_path) as house:
        house.open_poll(present=9)
        one, two = house.tablet(name_of(1)), house.tablet(name_of(2))
        kept, in_doubt = ballot("for"), ballot("against")
        answer = one.ask(kept)
        with syncs_fail(house):
            is_a_fault(two.ask(in_doubt))
            house.kill()
        house.start()
        assert house.tablet(name_of(1)).ask(kept) == answer
        settled = house.tablet(name_of(2)).ask(in_doubt)
        assert settled["accepted"]
        assert entries_of(house.ledger)[in_doubt["id"]] == [settled["seq"]]
        assert verify_ledger(house.ledger).ok
