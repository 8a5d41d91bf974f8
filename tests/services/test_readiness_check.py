"""The guided test: its states, what a press does, and the two tapes of a test poll that is no poll."""

import re

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.ledger import Head
from appliance.core.refusals import Code, Refusal
from appliance.services import readiness_check as ck
from appliance.services.panel_words import House, Panel, Pressed
from appliance.services.readiness_report import BUTTONS
from tests.core.a_random_meeting import ROOT

HEAD = Head("k1", 7, "ab" * 32)
HOUSE = House(
    panels=(
        Panel(serial="p1", seat="A1", online=True),
        Panel(serial="p2", seat="A2", online=True),
        Panel(serial="p3", seat="A3", online=False),
        Panel(serial="p9", seat=None, online=True),
    )
)
NEW = ck.Check("2026-12-18T00:00:00Z", "technician", "Hồ Quang Mẫu")


def press(check: ck.Check, serial: str, button: str) -> tuple[ck.Check, ck.Lights | None]:
    return ck.felt(check, Pressed(serial=serial, seat=None, button=button, down=True))  # type: ignore[arg-type]


def opened(check: ck.Check = NEW) -> ck.Check:
    after = ck.opened(check, "t0", HEAD, HOUSE)
    assert isinstance(after, ck.Check)
    return after


def test_the_drawing_is_the_table() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"^ {4}(\w+) --> (\w+): ([\w-]+)$", page, re.M))
    assert {(str(a), str(b), action) for (a, action), b in ck.NEXT.items()} <= drawn


def test_each_press_lights_its_own_light_until_all_three_are_on() -> None:
    check, lights = press(NEW, "p1", "against")
    assert lights == (False, True, False)
    check, lights = press(check, "p1", "for")
    assert lights == (True, True, False)
    check, lights = press(check, "p1", "abstain")
    assert lights == (True, True, True)
    tried = {panel.serial: panel for panel in ck.tried(check, HOUSE, {"A1": "Mẫu"})}
    assert tried["p1"].pressed == (True, True, True)
    assert (tried["p1"].name, tried["p1"].whole) == ("Mẫu", False)
    assert {p.serial: p.whole for p in ck.tried(ck.seen(check, ("p1",), lights=True), HOUSE, {})} == {
        "p1": True, "p2": False, "p3": False, "p9": False
    }  # fmt: skip


def test_letting_go_counts_nothing() -> None:
    up = Pressed(serial="p1", seat="A1", button="for", down=False)
    assert ck.felt(NEW, up) == (NEW, None)


def test_the_zero_tape_is_zero_and_the_result_tape_counts_the_last_press_of_each_seat() -> None:
    check = opened()
    assert check.zero is not None
    assert (check.zero.yes, check.zero.no, check.zero.abstain, check.zero.silent) == (0, 0, 0, 2)
    check, lights = press(check, "p1", "for")
    assert lights == (True, False, False)
    check, lights = press(check, "p1", "against")
    assert lights == (False, True, False)
    check, _ = press(check, "p9", "for")  # a spare sits nowhere
    after = ck.closed(check, "t1", HEAD, HOUSE)
    assert isinstance(after, ck.Check)
    assert after.result is not None
    assert (after.result.yes, after.result.no, after.result.abstain, after.result.silent) == (0, 1, 0, 1)
    assert (after.result.ledger, after.result.seq, after.result.head) == ("k1", 7, "ab" * 32)


def test_a_second_test_poll_begins_from_nothing() -> None:
    check, _ = press(opened(), "p1", "for")
    after = ck.closed(check, "t1", HEAD, HOUSE)
    assert isinstance(after, ck.Check)
    again = opened(after)
    assert (again.choices, again.result) == ({}, None)


def test_what_the_table_does_not_have_is_refused() -> None:
    assert ck.step(NEW, "close-poll") == Refusal(Code.TEST_POLL_NOT_OPEN)
    assert ck.step(NEW, "begin") == Refusal(Code.READINESS_RUNNING)
    assert ck.step(opened(), "open-poll") == Refusal(Code.TEST_POLL_OPEN)
    stopped = ck.step(NEW, "stop")
    assert isinstance(stopped, ck.Check)
    assert ck.step(stopped, "open-poll") == Refusal(Code.READINESS_NOT_RUNNING)
    assert press(stopped, "p1", "for") == (stopped, None)


@given(st.lists(st.tuples(st.sampled_from(["p1", "p2", "p3", "p9"]), st.sampled_from(BUTTONS)), max_size=40))
def test_a_tape_never_counts_more_than_the_panels_that_are_there(presses: list[tuple[str, str]]) -> None:
    check = opened()
    for serial, button in presses:
        check, _ = press(check, serial, button)
    tape = ck.tape(check.choices, "t", HEAD, HOUSE)
    assert tape.yes + tape.no + tape.abstain + tape.silent == 2
    last = dict(presses)
    assert tape.yes == sum(last.get(s) == "for" for s in ("p1", "p2"))
