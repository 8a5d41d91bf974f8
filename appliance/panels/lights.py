"""What the three lights of a seat show. Pure: one situation in, one pattern out.

Lights stand in the order for, against, abstain. A pattern is a cycle of frames of a tenth of a second;
all seats run in step, so a row of waiting panels breathes together.

| show          | looks like                                              | means                                   |
|---------------|---------------------------------------------------------|-----------------------------------------|
| offline       | one light runs to and fro, for ever                     | the server is away, or cannot record    |
| jammed        | the outer two against the middle one, quickly           | a button is stuck: use a tablet         |
| refused       | the outer two flash four times, then the show goes on   | that press counted nothing              |
| sending       | the chosen light blinks fast (check-in: all three)      | not recorded yet                        |
| check-in      | all three wink once in two seconds                      | press any button to say you are here    |
| asked         | all three wink twice in two seconds                     | the clerk has yet to confirm you        |
| not-your-poll | the middle light winks once in three seconds            | a poll is open and you may not vote     |
| waiting       | all three slowly on and off                             | a poll is open, press one               |
| recorded      | the chosen light is steady                              | your choice is on disk                  |
| held          | all three are steady                                    | the poll is held, you have not pressed  |
| speaking      | the third light is long on, shortly off                 | you have the floor                      |
| wants-floor   | the third light winks once in two seconds               | you have asked to speak                 |
| dark          | all off                                                 | nothing to do here                      |

*Recorded* is shown for nothing but a durable answer or the server's own view, which is made of what is on disk.

Seats with one light instead of three (`one_light`) say the same with it:

| show          | the one light                                           |
|---------------|---------------------------------------------------------|
| offline       | half a second on, half a second off                     |
| jammed        | three quick flashes, then a pause                       |
| refused       | two flashes, then the show goes on                      |
| sending       | blinks fast                                             |
| check-in      | winks once in two seconds                               |
| asked         | winks twice in two seconds                              |
| not-your-poll | winks once in three seconds                             |
| waiting       | a second on, a second off                               |
| recorded      | on: for; on with one short gap in four seconds: against; with two: abstain |
| held          | two seconds on, two seconds off                         |
| speaking      | long on, shortly off, in a second                       |
| wants-floor   | on for half a second in two                             |
| dark          | off                                                     |

On for nine tenths of the time and more is *recorded*, and nothing else is: whoever does not count gaps is told no lie.
"""

from enum import StrEnum
from typing import Final, Literal

from msgspec import Struct

from appliance.core.ballot_paper import Choice
from appliance.core.state import PollState, Standing

TICK_SECONDS: Final = 0.1
REFUSED_SECONDS: Final = 0.8
ORDER: Final = (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN)

Frame = tuple[bool, bool, bool]


class Show(StrEnum):
    """The names in the table above."""

    OFFLINE = "offline"
    JAMMED = "jammed"
    REFUSED = "refused"
    SENDING = "sending"
    CHECK_IN = "check-in"
    ASKED = "asked"
    NOT_YOUR_POLL = "not-your-poll"
    WAITING = "waiting"
    RECORDED = "recorded"
    HELD = "held"
    SPEAKING = "speaking"
    WANTS_FLOOR = "wants-floor"
    DARK = "dark"


class Pattern(Struct, frozen=True):
    """A named cycle of frames."""

    show: Show
    frames: tuple[Frame, ...]

    def at(self, now: float) -> Frame:
        """The lights at this monotonic time, in seconds."""
        return self.frames[int(now / TICK_SECONDS + 1e-6) % len(self.frames)]

    def next_change(self, now: float) -> float | None:
        """When the lights change next, or None: a steady pattern needs nobody to wake up for it."""
        tick = int(now / TICK_SECONDS + 1e-6)
        frame = self.frames[tick % len(self.frames)]
        for ahead in range(1, len(self.frames)):
            if self.frames[(tick + ahead) % len(self.frames)] != frame:
                return (tick + ahead) * TICK_SECONDS
        return None

    def word(self, light: int) -> Literal["off", "on", "flash", "blink"]:
        """One light of the pattern in a word: `flash` is quick or short, `blink` is slow and even."""
        states = [frame[light] for frame in self.frames]
        if len(set(states)) == 1:
            return "on" if states[0] else "off"
        return "blink" if sum(states) >= 5 else "flash"


class Situation(Struct, frozen=True, kw_only=True):
    """All that a seat's lights depend on."""

    online: bool = True
    """Connected, with a snapshot."""
    fault: bool = False
    """The server says that it cannot record now."""
    jammed: bool = False
    refused: bool = False
    """A press was refused less than `REFUSED_SECONDS` ago."""
    sending: Choice | Literal["check-in"] | None = None
    """The newest command, not answered yet."""
    sitting: bool = False
    standing: Standing | None = None
    """None: no member of this sitting sits here."""
    entitled: bool = False
    poll: PollState | None = None
    """The electronic poll on the table; None when there is none, or hands are raised."""
    recorded: Choice | None = None
    speech: Literal["waiting", "speaking"] | None = None
    """Waits to speak, or has the floor."""


def lights(situation: Situation) -> Pattern:
    """The pattern for a situation; what comes first in the table of this module goes before what follows."""
    s = situation
    if not s.online:
        return OFFLINE
    if s.jammed:
        return JAMMED
    if s.refused:
        return REFUSED
    if s.sending is not None:
        return SENDING_CHECK_IN if s.sending == "check-in" else SENDING[s.sending]
    shown = s.recorded if s.poll in _ON_THE_TABLE else None
    if shown is not None:
        return RECORDED[shown]
    if s.fault:
        return OFFLINE
    if not s.sitting or s.standing is None:
        return DARK
    if s.standing is Standing.ASKED:
        return ASKED
    if s.standing is not Standing.PRESENT:
        return CHECK_IN
    if s.poll is PollState.OPEN:
        return WAITING if s.entitled else NOT_YOUR_POLL
    if s.poll is PollState.HELD and s.entitled:
        return HELD
    return DARK if s.speech is None else SPEAKING if s.speech == "speaking" else WANTS_FLOOR


def one_light(pattern: Pattern) -> Pattern:
    """What a seat with one light shows instead; all three of a frame are that light."""
    return _ONE_LIGHT[pattern]


def _frames(*runs: tuple[str, int]) -> tuple[Frame, ...]:
    return tuple((bits[0] == "1", bits[1] == "1", bits[2] == "1") for bits, ticks in runs for _ in range(ticks))


def _one(choice: Choice) -> str:
    return "".join("1" if choice is c else "0" for c in ORDER)


OFFLINE: Final = Pattern(Show.OFFLINE, _frames(("100", 4), ("010", 4), ("001", 4), ("010", 4)))
JAMMED: Final = Pattern(Show.JAMMED, _frames(("101", 2), ("010", 2)))
REFUSED: Final = Pattern(Show.REFUSED, _frames(("101", 1), ("000", 1)))
SENDING: Final = {c: Pattern(Show.SENDING, _frames((_one(c), 1), ("000", 1))) for c in Choice}
SENDING_CHECK_IN: Final = Pattern(Show.SENDING, _frames(("111", 1), ("000", 1)))
CHECK_IN: Final = Pattern(Show.CHECK_IN, _frames(("111", 1), ("000", 19)))
ASKED: Final = Pattern(Show.ASKED, _frames(("111", 1), ("000", 2), ("111", 1), ("000", 16)))
NOT_YOUR_POLL: Final = Pattern(Show.NOT_YOUR_POLL, _frames(("010", 1), ("000", 29)))
WAITING: Final = Pattern(Show.WAITING, _frames(("111", 10), ("000", 10)))
RECORDED: Final = {c: Pattern(Show.RECORDED, _frames((_one(c), 1))) for c in Choice}
HELD: Final = Pattern(Show.HELD, _frames(("111", 1)))
SPEAKING: Final = Pattern(Show.SPEAKING, _frames(("001", 18), ("000", 2)))
WANTS_FLOOR: Final = Pattern(Show.WANTS_FLOOR, _frames(("001", 1), ("000", 19)))
DARK: Final = Pattern(Show.DARK, _frames(("000", 1)))

_ON_THE_TABLE: Final = frozenset({PollState.OPEN, PollState.HELD, PollState.CLOSED, PollState.CONFIRMED})
"""While a poll is here its recorded choices stay lit; once it is announced or void they go out."""


def _single(show: Show, *runs: tuple[int, int]) -> Pattern:
    """A cycle of runs of so many frames on, so many off."""
    return Pattern(show, _frames(*(run for on, off in runs for run in (("111", on), ("000", off)))))


_ONE_LIGHT: Final = {
    OFFLINE: _single(Show.OFFLINE, (5, 5)),
    JAMMED: _single(Show.JAMMED, (1, 1), (1, 1), (1, 7)),
    REFUSED: _single(Show.REFUSED, (2, 2)),
    **{pattern: _single(Show.SENDING, (1, 1)) for pattern in (*SENDING.values(), SENDING_CHECK_IN)},
    CHECK_IN: _single(Show.CHECK_IN, (1, 19)),
    ASKED: _single(Show.ASKED, (1, 2), (1, 16)),
    NOT_YOUR_POLL: _single(Show.NOT_YOUR_POLL, (1, 29)),
    WAITING: _single(Show.WAITING, (10, 10)),
    RECORDED[Choice.FOR]: _single(Show.RECORDED, (1, 0)),
    RECORDED[Choice.AGAINST]: _single(Show.RECORDED, (38, 2)),
    RECORDED[Choice.ABSTAIN]: _single(Show.RECORDED, (2, 2), (34, 2)),
    HELD: _single(Show.HELD, (20, 20)),
    SPEAKING: _single(Show.SPEAKING, (8, 2)),
    WANTS_FLOOR: _single(Show.WANTS_FLOOR, (5, 15)),
    DARK: DARK,
}
