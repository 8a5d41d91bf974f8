"""Speaking from a seat: the third button asks between votes, and the microphone follows the floor and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.config import MicrophonePin
from appliance.core.ballot_paper import Choice, Method
from appliance.core.state import PollState, Standing
from appliance.panels.factory import mock_boards
from appliance.panels.inbox import Inbox
from appliance.panels.microphones import Microphones, Relay, relays
from appliance.panels.process import Panels
from appliance.panels.seats import Meaning, Seat, means
from appliance.panels.wire import AnswerSeen, PollSeen, SeatSeen, Seen
from appliance.panels.wiring import SeatWiring, WiringError

FOR, AGAINST, ABSTAIN = Choice.FOR, Choice.AGAINST, Choice.ABSTAIN


def seen(speech: str | None = None, poll: PollSeen | None = None, standing: Standing = Standing.PRESENT) -> Seen:
    here = SeatSeen("A1", "m01", standing, entitled=poll is not None, speech=speech)  # type: ignore[arg-type]
    return Seen(ledger="l", seq=10, sitting=True, poll=poll, seats={"A1": here}, seats_seq=10)


def poll(state: PollState, method: Method = Method.ELECTRONIC) -> PollSeen:
    return PollSeen("p1", state, method)


@pytest.mark.parametrize("over", [None, poll(PollState.ANNOUNCED), poll(PollState.VOID)])
def test_the_third_button_asks_to_speak_while_there_is_no_vote(over: PollSeen | None) -> None:
    command = Seat("A1").pressed(ABSTAIN, seen(poll=over), "c1", 0)
    assert command is not None
    assert (command.type, command.seat, command.choice) == ("AskToSpeak", "A1", None)


@pytest.mark.parametrize("button", [FOR, AGAINST])
def test_a_late_press_of_a_vote_asks_for_nothing(button: Choice) -> None:
    assert Seat("A1").pressed(button, seen(), "c1", 0) is None
    assert means("A1", seen(), button) is Meaning.REFUSED


@pytest.mark.parametrize("state", [PollState.OPEN, PollState.HELD, PollState.CLOSED, PollState.CONFIRMED])
@pytest.mark.parametrize("method", [Method.ELECTRONIC, Method.HANDS])
def test_no_button_asks_to_speak_from_the_opening_of_a_vote_to_its_end(state: PollState, method: Method) -> None:
    assert means("A1", seen(poll=poll(state, method)), ABSTAIN) is not Meaning.SPEAK


def test_who_waits_already_or_speaks_asks_for_nothing_more() -> None:
    for speech in ("waiting", "speaking"):
        assert means("A1", seen(speech), ABSTAIN) is Meaning.NOTHING


def test_who_is_not_in_the_room_checks_in_by_any_button() -> None:
    assert means("A1", seen(standing=Standing.LEFT), ABSTAIN) is Meaning.CHECK_IN


def test_a_request_is_sent_again_only_while_it_still_makes_sense() -> None:
    seat = Seat("A1")
    assert seat.pressed(ABSTAIN, seen(), "c1", 0) is not None
    seat.lost()
    assert seat.again(seen("waiting"), 1) is None
    assert seat.pressed(ABSTAIN, seen(), "c2", 2) is not None
    seat.lost()
    again = seat.again(seen(), 3)
    assert again is not None
    assert again.id == "c2"
    assert seat.answered(AnswerSeen("c2", False, refusal="already-asked-to-speak"), seen(), 4)
    assert seat.situation(seen(), online=True, now=4).refused


def wired(*seats: str) -> Microphones:
    relay = {seat: Relay(pin, active_high=pin % 2 == 0) for pin, seat in enumerate(seats, start=2)}
    return Microphones(relay, mock_boards([0]))


def test_every_microphone_is_off_when_the_process_starts_whatever_its_relay_calls_on() -> None:
    boards = mock_boards([0])
    microphones = Microphones({"A1": Relay(2), "A2": Relay(3, active_high=False)}, boards)
    assert (boards[0].pin(2).state, boards[0].pin(3).state) == (False, True)
    microphones.show(["A2"])
    assert (boards[0].pin(2).state, boards[0].pin(3).state) == (False, False)
    microphones.close()


@given(st.lists(st.frozensets(st.sampled_from(["A1", "A2", "A3", "B9"]), max_size=2), max_size=8))
def test_on_is_who_was_named_last_and_nobody_else(orders: list[frozenset[str]]) -> None:
    microphones = wired("A1", "A2", "A3")
    for wanted in orders:
        microphones.show(wanted)
        assert microphones.on() == wanted - {"B9"}
    microphones.close()


class Nowhere:
    """A line that nobody is at the other end of."""

    def send(self, line: bytes) -> bool:
        return True

    def good(self) -> None:
        return None

    def drop(self) -> None:
        return None


def test_a_microphone_goes_off_when_the_server_is_out_of_reach() -> None:
    microphones, nothing = wired("A1"), Nowhere()
    panels = Panels((), Inbox(), nothing, microphones=microphones)
    panels._seen, panels._online = seen("speaking"), True
    panels._pass(0)
    assert microphones.on() == {"A1"}
    panels._lost("gone")
    panels._pass(1)
    assert microphones.on() == frozenset()


SIX = SeatWiring({FOR: 4, AGAINST: 5, ABSTAIN: 6}, {FOR: 16, AGAINST: 17, ABSTAIN: 18})


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (MicrophonePin(pin=4), "used twice"),
        (MicrophonePin(pin=1), "cannot be used"),
        (MicrophonePin(pin=7, board=1), "not fitted"),
    ],
)
def test_a_relay_that_cannot_be_right_stops_the_start(table: MicrophonePin, says: str) -> None:
    with pytest.raises(WiringError, match=says):
        relays({"A1": table}, {"A1": SIX})


def test_relays_may_be_where_no_buttons_are() -> None:
    assert relays({"Z9": MicrophonePin(pin=2, active_high=False)}, {"A1": SIX}) == {"Z9": Relay(2, active_high=False)}
