"""From bytes to an answer: whatever a client sends comes in here, by HTTP, Socket.IO or the panels' socket."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import msgspec
from msgspec.structs import replace

from appliance.core.commands import CastBallot, CheckIn, Command
from appliance.core.names import as_meant, deceives
from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.services.answers import Answer, Reply
from appliance.services.brake import Brake
from appliance.services.chamber import Chamber
from appliance.services.desk_commands import AnyCommand, DeskCommand
from appliance.services.ports import FactsOnFile
from appliance.services.recorder_commands import RecorderCommand
from appliance.services.rehearsal_commands import RehearsalCommand
from appliance.services.room_code import RoomCode

MAX_BYTES: Final = 64 * 1024
"""A longer command is refused unread: the longest real one is a bloc poll of 50 questions."""

_decoder: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_DESK: Final = get_args(DeskCommand)
_RECORDER: Final = get_args(RecorderCommand)
_REHEARSAL: Final = get_args(RehearsalCommand)
_FROM_PANELS: Final = frozenset({"CastBallot", "CheckIn", "AskToSpeak"})

DeskHandler = Callable[[Command, Actor], Answer]
Offload = Callable[[Callable[[], Answer]], Answer]
"""Runs slow work (the registry's disk) off the hub; the caller waits, others do not."""
RecorderHandler = Callable[[RecorderCommand, Actor, Reply], None]
RehearsalHandler = Callable[[RehearsalCommand, Actor, Reply], None]
Hold = Callable[[Command, Reply], Reply]
"""What must be so outside the ledger before a command is answered is waited for in the reply it gives back."""


def no_recorder(command: RecorderCommand, actor: Actor, reply: Reply) -> None:
    """Where none is fitted."""
    reply(Refusal(Code.RECORDER_ABSENT))


def no_rehearsal(command: RehearsalCommand, actor: Actor, reply: Reply) -> None:
    """Where there is nothing to come back to."""
    reply(Refusal(Code.NOT_REHEARSING))


@dataclass(slots=True)
class Door:
    """`give` takes what a client sent and sees to it that `reply` is called exactly once."""

    chamber: Chamber
    registry: FactsOnFile
    room: RoomCode
    desk: DeskHandler
    offload: Offload
    recorder: RecorderHandler = no_recorder
    rehearsal: RehearsalHandler = no_rehearsal
    hold: Hold = lambda _command, reply: reply
    brake: Brake = field(default_factory=Brake)

    def give(self, raw: bytes, actor: Actor, reply: Reply) -> None:
        """Decode, find out for whom it speaks, and pass it on. Bad input is refused and changes nothing."""
        command = parse(raw)
        if isinstance(command, Refusal):
            reply(command)
            return
        speaker = Refusal(Code.RATE_LIMITED) if self._too_many(command, actor) else self._speaker(command, actor)
        if isinstance(speaker, Refusal):
            reply(speaker)
        elif isinstance(command, _DESK):
            given = command
            reply(self.offload(lambda: self.desk(given, speaker)))
        elif isinstance(command, _RECORDER):
            self.recorder(command, speaker, reply)
        elif isinstance(command, _REHEARSAL):
            self.rehearsal(command, speaker, reply)
        else:
            in_room = isinstance(command, CheckIn) and self.room.matches(command.code, speaker.person)
            self.chamber.handle(command, speaker, self.hold(command, reply), in_room=in_room)

    def _too_many(self, command: Command, actor: Actor) -> bool:
        """Whether a delegate's tablet gives more than anybody can mean. Ballots are not counted."""
        if actor.role is not Role.DELEGATE or isinstance(command, CastBallot):
            return False
        return not self.brake.allows(actor.person, self.chamber.clock.now().uptime_ms)

    def _speaker(self, command: Command, actor: Actor) -> Actor | Refusal:
        """The panels process speaks for the member at a seat; nobody else may name a seat."""
        if actor.role is not Role.PANELS:
            return actor if command.seat is None else Refusal(Code.SEAT_NOT_YOURS)
        if type(command).__name__ not in _FROM_PANELS:
            return Refusal(Code.NOT_ALLOWED)
        member = self.registry.member_at(command.seat) if command.seat is not None else None
        return replace(actor, member=member) if member is not None else Refusal(Code.SEAT_UNKNOWN)


def parse(raw: bytes) -> AnyCommand | Refusal:
    """One command from its JSON, or the refusal that says what is wrong with it."""
    if len(raw) > MAX_BYTES:
        return Refusal(Code.TOO_LARGE, f"{MAX_BYTES} bytes at most")
    try:
        return _decoder.decode(raw if _plain(raw) else _spelled(raw))
    except _Deceit as what:
        return Refusal(Code.TEXT_UNFIT, str(what))
    except msgspec.ValidationError as error:
        return Refusal(_what(str(error)), str(error)[:200])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refusal(Code.MALFORMED, str(error)[:200])


class _Deceit(ValueError):
    """A text holds what nobody would see."""


def _plain(raw: bytes) -> bool:
    """Nothing in it could be spelled in two ways, or be blank: every ballot is like this."""
    return raw.isascii() and not any(sign in raw for sign in (b"\\", b'" ', b"\x7f"))


def _spelled(raw: bytes) -> bytes:
    """The same with all texts as they are meant. What is no JSON is left for the decoder to refuse."""
    try:
        given = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return raw
    return msgspec.json.encode(_texts_meant(given))


def _texts_meant(value: Any, field: str = "$") -> Any:
    match value:
        case str():
            why = deceives(value)
            if why is not None:
                raise _Deceit(f"{field}: {why}"[:200])
            return as_meant(value)
        case list():
            return [_texts_meant(one, field) for one in value]
        case dict():
            return {_texts_meant(name, field): _texts_meant(one, str(name)) for name, one in value.items()}
    return value


def _what(error: str) -> Code:
    if error.endswith("`$.choice`") and "Invalid enum" in error:
        return Code.CHOICE_UNKNOWN
    if error.endswith("`$.type`") or "missing required field `type`" in error:
        return Code.UNKNOWN_TYPE
    return Code.MALFORMED
