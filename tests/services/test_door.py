"""From bytes to an answer: whatever a client sends."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.services.answers import Accepted, Answer
from appliance.services.brake import AT_ONCE
from appliance.services.door import MAX_BYTES, Door, parse
from appliance.services.room_code import RoomCode
from tests.house import CHAIR, CLERK, House, Waiter, convene, fresh_id, member, open_poll, refused, sit

PANELS = Actor(role=Role.PANELS, person="panels")


@dataclass
class Room:
    """A house with its door; `asked` is what the desk was given, `offloaded` how often slow work went off the hub."""

    house: House
    asked: list[tuple[c.Command, Actor]] = field(default_factory=list)
    offloaded: int = 0

    def __post_init__(self) -> None:
        code = RoomCode(b"secret", self.house.clock)
        self.door = Door(self.house.chamber, self.house.registry, code, self._desk, self._offload)

    def _desk(self, command: c.Command, actor: Actor) -> Answer:
        self.asked.append((command, actor))
        return Accepted(7)

    def _offload(self, work: Callable[[], Answer]) -> Answer:
        self.offloaded += 1
        return work()

    def give(self, raw: bytes | dict[str, Any], actor: Actor) -> Answer:
        """What the door answers, once."""
        waiter = Waiter()
        self.door.give(raw if isinstance(raw, bytes) else json.dumps(raw).encode(), actor, waiter)
        assert waiter.answer is not None
        return waiter.answer


@pytest.fixture
def room() -> Room:
    return Room(open_poll(sit(convene(House.of(5)), present=4)))


def ballot(**changes: Any) -> dict[str, Any]:
    return {"type": "CastBallot", "id": fresh_id(), "poll": "p1", "choice": "for", **changes}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in ballot().items() if key != name}


MALFORMED: list[tuple[bytes | dict[str, Any], Code]] = [
    (b"", Code.MALFORMED),
    (b"not json", Code.MALFORMED),
    (b"null", Code.MALFORMED),
    (b"[]", Code.MALFORMED),
    (b'"CastBallot"', Code.MALFORMED),
    (b'{"type": "CastBallot"', Code.MALFORMED),
    (b"\xff\xfe\x00", Code.MALFORMED),
    (b'{"type": "CastBallot", "id": "\xff"}', Code.MALFORMED),
    (b"[" * 30_000, Code.MALFORMED),
    (b'{"a":' * 10_000, Code.MALFORMED),
    (b'{"type": "AddItem", "x": ' + b"[" * 20_000, Code.MALFORMED),
    (b'{"type":"VoidPoll","id":"' + b"0" * 32 + b'","poll":"p1","reason":"\\ud800"}', Code.MALFORMED),
    (b"{}", Code.UNKNOWN_TYPE),
    (without("type"), Code.UNKNOWN_TYPE),
    (ballot(type="Vote"), Code.UNKNOWN_TYPE),
    (ballot(type="castballot"), Code.UNKNOWN_TYPE),
    (ballot(type=None), Code.UNKNOWN_TYPE),
    (ballot(type=5), Code.UNKNOWN_TYPE),
    (ballot(choice="yes"), Code.CHOICE_UNKNOWN),
    (ballot(choice=""), Code.CHOICE_UNKNOWN),
    (ballot(choice="FOR"), Code.CHOICE_UNKNOWN),
    (ballot(choice=1), Code.MALFORMED),
    (ballot(choice=None), Code.MALFORMED),
    (without("choice"), Code.MALFORMED),
    (without("id"), Code.MALFORMED),
    (without("poll"), Code.MALFORMED),
    (ballot(id=""), Code.MALFORMED),
    (ballot(id="1234"), Code.MALFORMED),
    (ballot(id="0" * 33), Code.MALFORMED),
    (ballot(id=7), Code.MALFORMED),
    (ballot(poll=""), Code.MALFORMED),
    (ballot(poll="p" * 65), Code.MALFORMED),
    (ballot(poll="../p1"), Code.MALFORMED),
    (ballot(poll="p1\n"), Code.MALFORMED),
    (ballot(id="0" * 32 + "\n"), Code.MALFORMED),
    (ballot(member="m02"), Code.MALFORMED),
    (ballot(surprise=True), Code.MALFORMED),
    ({"type": "EnterCounts", "id": "0" * 32, "poll": "p1", "for": -1, "against": 0, "abstain": 0}, Code.MALFORMED),
    ({"type": "EnterCounts", "id": "0" * 32, "poll": "p1", "for": 1.5, "against": 0, "abstain": 0}, Code.MALFORMED),
    ({"type": "EnterCounts", "id": "0" * 32, "poll": "p1", "for": 10**30, "against": 0, "abstain": 0}, Code.MALFORMED),
    ({"type": "DraftPoll", "id": "0" * 32, "item": "i1", "question": "?", "seconds": 0}, Code.MALFORMED),
    ({"type": "DraftPoll", "id": "0" * 32, "item": "i1", "question": "x" * 2_001}, Code.MALFORMED),
]


@pytest.mark.parametrize(("raw", "code"), MALFORMED, ids=range(len(MALFORMED)))
def test_bad_input_is_refused_with_its_code_and_changes_nothing(
    room: Room, raw: bytes | dict[str, Any], code: Code
) -> None:
    state, length = room.house.state, len(room.house.memory.entries)
    assert refused(room.give(raw, member(1))) is code
    assert room.house.state is state
    assert len(room.house.memory.entries) == length


def test_a_command_of_a_megabyte_is_refused_unread(room: Room) -> None:
    assert refused(room.give(b'{"type": "CastBallot", ' + b" " * MAX_BYTES, member(1))) is Code.TOO_LARGE
    assert refused(room.give(b"x" * 1_000_000, member(1))) is Code.TOO_LARGE


def test_the_longest_real_command_is_taken(room: Room) -> None:
    bloc = [{"item": "i2", "question": "ộ" * 300} for _ in range(50)]
    command = {"type": "DraftPoll", "id": fresh_id(), "item": "i1", "question": "ộ" * 2_000, "bloc": bloc}
    raw = json.dumps(command, ensure_ascii=False).encode()
    assert len(raw) < MAX_BYTES
    assert isinstance(room.give(raw, CLERK), Accepted)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_whatever_are_a_bug(raw: bytes) -> None:
    assert isinstance(parse(raw), Refusal)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted({name for kind in c.Command.__subclasses__() for name in kind.__struct_encode_fields__})


@given(
    st.sampled_from([kind.__name__ for kind in c.Command.__subclasses__()]),
    st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6),
)
def test_every_command_with_any_fields_is_a_command_or_a_refusal(kind: str, fields: dict[str, Any]) -> None:
    raw = json.dumps({"type": kind, "id": "0" * 32, **fields}).encode()
    assert isinstance(parse(raw), c.Command | Refusal)


def test_a_good_ballot_is_recorded(room: Room) -> None:
    answer = room.give(ballot(id="6f9619ff-8b86-d011-b42d-00cf4fc964ff"), member(1))
    assert answer == Accepted(room.house.chamber.head.seq)


# --- panels


def test_a_panels_press_is_the_ballot_of_the_member_who_sits_there(room: Room) -> None:
    assert isinstance(room.give(ballot(seat="A2"), PANELS), Accepted)
    assert room.house.state.ballots["p1"]["m02"].by == "panel"


@pytest.mark.parametrize("seat", [None, "A99", ""])
def test_a_panel_at_no_seat_speaks_for_nobody(room: Room, seat: str | None) -> None:
    changes = {} if seat is None else {"seat": seat}
    assert refused(room.give(ballot(**changes), PANELS)) is Code.SEAT_UNKNOWN
    assert room.house.state.ballots["p1"] == {}


@pytest.mark.parametrize("actor", [member(1), CLERK, CHAIR], ids=["delegate", "clerk", "chair"])
def test_nobody_but_the_panels_may_name_a_seat(room: Room, actor: Actor) -> None:
    assert refused(room.give(ballot(seat="A2"), actor)) is Code.SEAT_NOT_YOURS


@pytest.mark.parametrize(
    "command",
    [
        {"type": "ClosePoll", "poll": "p1"},
        {"type": "CheckOut"},
        {"type": "OpenPoll", "poll": "p1"},
        {"type": "EnterForMember", "poll": "p1", "member": "m02", "choice": "for", "reason": "?"},
        {"type": "ApproveTablet", "request": "r1"},
        {"type": "RevokeAccess", "person": "m01"},
    ],
    ids=lambda command: command["type"],
)
def test_a_panel_may_do_nothing_else(room: Room, command: dict[str, Any]) -> None:
    assert refused(room.give({"id": fresh_id(), "seat": "A2", **command}, PANELS)) is Code.NOT_ALLOWED
    assert room.asked == []


def test_a_panels_check_in_waits_for_the_clerk(room: Room) -> None:
    answer = room.give({"type": "CheckIn", "id": fresh_id(), "seat": "A5", "code": room.door.room.current()}, PANELS)
    assert isinstance(answer, Accepted)
    assert "m05" not in room.house.state.sittings[-1].present()


# --- the room code, and the desk


def test_a_tablet_checks_in_with_the_code_of_the_room_and_not_without(room: Room) -> None:
    check_in = {"type": "CheckIn", "id": fresh_id()}
    assert refused(room.give(check_in, member(5))) is Code.ROOM_CODE_WRONG
    assert refused(room.give({**check_in, "code": "x"}, member(5))) is Code.ROOM_CODE_WRONG
    assert isinstance(room.give({**check_in, "code": room.door.room.current()}, member(5)), Accepted)
    assert "m05" in room.house.state.sittings[-1].present()


def test_what_is_on_file_is_the_desks_business_off_the_hub(room: Room) -> None:
    length = len(room.house.memory.entries)
    assert room.give({"type": "RevokeAccess", "id": fresh_id(), "person": "m01"}, CLERK) == Accepted(7)
    ((command, actor),) = room.asked
    assert (type(command).__name__, actor, room.offloaded) == ("RevokeAccess", CLERK, 1)
    assert len(room.house.memory.entries) == length


def test_a_program_that_gives_commands_without_end_is_held_up_and_no_ballot_is(room: Room) -> None:
    ease = {"type": "SetEase", "contrast": True}
    told = [room.give({**ease, "id": fresh_id()}, member(1)) for _ in range(AT_ONCE + 5)]
    assert [isinstance(answer, Accepted) for answer in told] == [True] * AT_ONCE + [False] * 5
    assert refused(told[-1]) is Code.RATE_LIMITED
    assert isinstance(room.give(ballot(), member(1)), Accepted)
    assert isinstance(room.give({**ease, "id": fresh_id()}, member(2)), Accepted), "the others go on"
    room.house.clock.advance(1)
    assert isinstance(room.give({**ease, "id": fresh_id()}, member(1)), Accepted), "and soon they too"
