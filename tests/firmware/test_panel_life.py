"""A panel's life under whatever may happen to it: no press is lost or doubled, no light lies, no state is invented."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from appliance.panels.bus.session import Told
from firmware.panel import shows
from firmware.panel.frame import LONGEST_WAIT_TENTHS, RECORDED, REFUSED, SIZE
from firmware.panel.states import LIMITS, LOOKS, NEXT, NO_HALL, SERVED
from tests.firmware.table import Table

Name = tuple[str, int]


class Life(RuleBasedStateMachine):
    """A panel, a line that loses, doubles, flips and replays, and an appliance that writes a ledger."""

    @initialize()
    def begin(self) -> None:
        self.table = Table()
        self.tag = 1
        self.fingers: dict[Name, tuple[int, int]] = {}
        """Button and tag of every press that the panel has counted."""
        self.judged: set[Name] = set()
        self.ledger: dict[Name, tuple[int, int]] = {}
        self.tape: list[bytes] = []
        """What was said on the line and is overtaken: the panel has answered it, or a later frame."""
        self.underway: list[bytes] = []
        self.told = Told(shows.WAITING, self.tag)
        self.recorded: int | None = None

    # --- people

    @rule(button=st.integers(0, 2), held_ms=st.sampled_from([60, 200, 1_500]))
    def tap(self, button: int, held_ms: int) -> None:
        table = self.table
        table.wait(100)
        before = table.panel._presses._number
        tag = table.panel._poll.tag
        table.tap(button, held_ms)
        if table.panel._presses.button is not None:
            assert table.panel._presses._number > before
            self.fingers[table.panel._boot.hex(), table.panel._presses._number] = button, tag

    @rule(milliseconds=st.sampled_from([50, 300, 1_100, 9_000, 30_000]))
    def time_passes(self, milliseconds: int) -> None:
        self.table.wait(milliseconds)

    @rule()
    def another_poll(self) -> None:
        self.tag += 1
        self.recorded = None
        self.told = Told(shows.WAITING, self.tag, self.told.press, self.told.verdict)

    # --- the line and the appliance

    @rule(times=st.integers(1, 4))
    def asked_on_a_quiet_line(self, times: int) -> None:
        for _ in range(times):
            self.asked(ask="arrives", answer="arrives", bit=0)

    @rule(
        ask=st.sampled_from(["arrives", "lost", "doubled", "flipped"]), answer=st.sampled_from(["arrives", "lost"]),
        bit=st.integers(0, SIZE * 8 - 1),
    )  # fmt: skip
    def asked(self, ask: str, answer: str, bit: int) -> None:
        table = self.table
        table.told = self.told
        data = table.ask()
        self.underway.append(data)
        said = None
        if ask == "flipped":
            bits = bytearray(data)
            bits[bit // 8] ^= 1 << bit % 8
            assert table.panel.frame(bytes(bits), table.now) is None
        elif ask != "lost":
            said = table.panel.frame(data, table.now)
            if ask == "doubled":
                again = table.panel.frame(data, table.now)
                assert again in {None, said}, "an OPEN twice is one OPEN, a POLL twice is answered once"
        if said is not None:
            self.tape += self.underway
            self.underway = []
        table.hear(said if answer == "arrives" else None)
        self.judge()

    def judge(self) -> None:
        """The appliance's rule: a press for what is asked now goes onto the disk once, any other is refused."""
        press = self.table.press()
        if press is None:
            return
        name = (press.boot, press.number)
        assert self.fingers.get(name) == (press.button, press.tag), "nobody pressed this"
        self.judged.add(name)
        if press.tag == self.tag or name in self.ledger:
            assert self.ledger.setdefault(name, (press.button, press.tag)) == (press.button, press.tag)
            if press.tag == self.tag:
                self.recorded = press.button
            verdict = RECORDED
        else:
            verdict = REFUSED
        pattern = shows.WAITING if self.recorded is None else shows.RECORDED + self.recorded
        self.told = Told(pattern, self.tag, press.number, verdict)

    @precondition(lambda self: self.tape)
    @rule(data=st.data())
    def a_stranger_replays(self, data: st.DataObject) -> None:
        before = self.table.shown
        self.table.panel.frame(data.draw(st.sampled_from(self.tape)), self.table.now)
        assert self.table.shown == before

    @rule()
    def the_appliance_starts_again(self) -> None:
        self.table.restart_master()

    @rule()
    def the_panel_starts_again(self) -> None:
        self.table.switch_on(self.table.panel.hall)

    # --- what holds

    @invariant()
    def only_what_is_on_disk_is_shown_as_recorded(self) -> None:
        table = getattr(self, "table", None)
        if table is not None and shows.RECORDED <= table.shown < shows.RECORDED + 3:
            assert table.shown - shows.RECORDED in {button for button, _ in self.ledger.values()}

    @invariant()
    def what_is_on_disk_was_pressed(self) -> None:
        if getattr(self, "table", None) is not None:
            assert self.ledger.keys() <= self.judged <= self.fingers.keys()

    def teardown(self) -> None:
        """On a quiet line the last press, if somebody still stands behind it, comes to its verdict."""
        if getattr(self, "table", None) is None:
            return
        presses, waits = self.table.panel._presses, self.table.panel._presses.button is not None
        name = self.table.panel._boot.hex(), presses._number
        self.asked_on_a_quiet_line(12)
        assert not waits or name in self.judged
        assert self.table.panel._presses.button is None
        assert self.table.panel.state == SERVED
        assert self.table.session.last.press == 0


TestLife = Life.TestCase
TestLife.settings = settings(stateful_step_count=40, max_examples=100)


def test_every_state_can_be_reached_and_left_and_looks_like_something() -> None:
    reached = set(NEXT.values())
    assert {state for state, _ in NEXT} == reached == {*LOOKS, SERVED}
    assert set(LIMITS.items()) >= {(SERVED, ("silence", 1000))}
    assert all((state, what) in NEXT for state, (what, _) in LIMITS.items())
    assert NO_HALL in reached


def test_a_press_waits_as_long_as_the_contract_says() -> None:
    table = Table()
    table.serve()
    table.tap(0)
    at = table.panel._presses.due()
    assert at is not None
    assert at - table.now == LONGEST_WAIT_TENTHS * 100
