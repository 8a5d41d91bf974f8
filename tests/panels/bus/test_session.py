"""One panel and its master over a wire that loses and replays: a press is told once, and to its own hall."""

import random

from hypothesis import given
from hypothesis import strategies as st

from appliance.panels.bus.reader import Heard
from appliance.panels.bus.session import ABOUT_TRIES, MISSES, PressHeard, Session, Told
from firmware.panel.frame import ABOUT, RECORDED, Refused, unpack
from tests.panels.bus.double import SmallPanel

SERIAL, KEY, OTHER = "e66038b713a5b72c", "00" * 15 + "01", "00" * 15 + "02"


class Wire:
    """Both ends, and a clock that goes on by a hundredth of a second for each exchange."""

    def __init__(self, key: str = KEY, panel_key: str = KEY, seed: int = 1) -> None:
        self.now = 0.0
        self.panel = SmallPanel(SERIAL).has(7, panel_key)
        self.session = Session(7, bytes.fromhex(key), random.Random(seed).randbytes)
        self.told = Told(pattern=11, tag=9)
        self.presses: list[PressHeard] = []
        self.recording: list[bytes] = []

    def exchange(self, out: bool = True, back: bool = True) -> bool:
        """One question; `out`, `back`: whether it gets there, and its answer."""
        self.now += 0.01
        asked = self.session.asked(self.told, 0)
        answer = self.panel.hears(asked) if out else None
        self.recording += [asked, answer or b""]
        good = bool(answer) and back and self.hear(answer or b"")
        if not good:
            self.session.missed()
        return good

    def hear(self, raw: bytes) -> bool:
        """Something on the wire, at the master."""
        try:
            good = self.session.heard(Heard(unpack(raw), raw), self.now)
        except Refused:
            return False
        press = self.session.press()
        if press is not None:
            self.presses.append(press)
            self.told = Told(pattern=12, tag=9, press=press.number, verdict=RECORDED)
        return good


def test_a_session_is_opened_and_polled() -> None:
    wire = Wire()
    assert [wire.exchange() for _ in range(3)] == [True] * 3
    assert wire.session.live(wire.now)
    assert wire.panel.pattern == 11
    assert wire.session.boot == wire.panel.boot.hex()


@given(
    st.lists(st.tuples(st.sampled_from([(1, 1), (1, 1), (0, 0), (1, 0)]), st.booleans(), st.booleans()), max_size=60)
)
def test_each_press_is_told_at_most_once_and_the_last_of_all_surely(
    steps: list[tuple[tuple[int, int], bool, bool]],
) -> None:
    wire, pressed = Wire(), list[tuple[str, int]]()
    for (out, back), press, reboot in steps:
        if reboot and press:
            wire.panel.switch_on()
        elif press:
            pressed.append((wire.panel.boot.hex(), wire.panel.press(0)))
        wire.exchange(bool(out), bool(back))
    wire.panel.press(2)
    for _ in range(2 * MISSES + 3):
        wire.exchange()
    names = [(press.boot, press.number) for press in wire.presses]
    assert len(set(names)) == len(names)
    assert names[-1] == (wire.panel.boot.hex(), wire.panel.number)
    assert set(names[:-1]) <= set(pressed)
    assert wire.panel.verdicts[wire.panel.number] == RECORDED


def test_a_panel_that_was_switched_off_is_met_again_under_a_new_boot() -> None:
    wire = Wire()
    for _ in range(3):
        wire.exchange()
    wire.panel.switch_on()
    wire.panel.press(1)
    assert [wire.exchange() for _ in range(MISSES + 2)] == [False] * MISSES + [True, True]
    assert [(press.boot, press.number) for press in wire.presses] == [(wire.panel.boot.hex(), 1)]


def test_a_panel_of_another_hall_and_a_hall_with_another_key_hear_nothing_of_each_other() -> None:
    wire = Wire(panel_key=OTHER)
    wire.panel.press(0)
    assert not any(wire.exchange() for _ in range(20))
    assert wire.presses == []
    assert wire.panel.told == []


def test_what_was_recorded_on_the_wire_says_nothing_to_either_end() -> None:
    wire = Wire()
    for step in range(12):
        if step == 5:
            wire.panel.press(0)
        wire.exchange()
    told, presses = len(wire.panel.told), len(wire.presses)
    assert presses == 1
    replayed = [raw for raw in wire.recording if raw]
    for raw in replayed:
        assert wire.panel.hears(raw) is None or unpack(raw).kind == 0x10  # an OPEN begins a candidate, no more
        assert not wire.hear(raw)
    assert (len(wire.panel.told), len(wire.presses)) == (told, presses)
    assert wire.exchange()  # and it has not cut the panel off
    later = Wire(seed=2)  # a hall that has started again
    later.panel = wire.panel
    assert not any(later.hear(raw) for raw in replayed)
    later.exchange()
    assert not any(later.hear(raw) for raw in replayed)
    assert later.exchange()
    assert later.presses == []


@given(st.integers(0, 191))
def test_an_answer_with_a_bit_turned_counts_as_none(bit: int) -> None:
    wire = Wire()
    wire.exchange()
    answer = bytearray(wire.panel.hears(wire.session.asked(wire.told, 0)) or b"")
    answer[bit // 8] ^= 1 << bit % 8
    assert not wire.hear(bytes(answer))


def test_a_forged_answer_with_a_right_crc_and_a_wrong_mac_counts_as_none() -> None:
    wire = Wire()
    wire.exchange()
    raw = wire.panel.hears(wire.session.asked(wire.told, 0)) or b""
    assert not wire.hear(unpack(raw).pack(None))
    assert wire.hear(raw)


def test_a_panel_says_which_firmware_it_runs_once_a_session_and_after_its_presses() -> None:
    wire = Wire()
    wire.exchange()
    wire.panel.press(1)
    assert [wire.exchange() for _ in range(3)] == [True] * 3
    assert wire.presses
    assert wire.session.version == "", "what somebody presses comes first"
    wire.told = Told(pattern=13, tag=9)
    assert wire.exchange()
    assert wire.session.version == "1.2.3"
    polls = len(wire.panel.told)
    assert wire.exchange()
    assert len(wire.panel.told) == polls + 1
    wire.panel.switch_on()
    for _ in range(2 * MISSES):
        wire.exchange()
    assert wire.session.version == "1.2.3"


def test_firmware_that_knows_no_such_question_is_served_all_the_same() -> None:
    wire = Wire()
    hears = wire.panel.hears
    wire.panel.hears = lambda data: None if unpack(data).kind == ABOUT else hears(data)  # type: ignore[method-assign]
    answered = [wire.exchange() for _ in range(20)]
    assert answered.count(False) == ABOUT_TRIES
    assert wire.session.version == ""
    assert wire.panel.pattern == 11
