"""From raw readings of one seat's three buttons to named events. Pure: time is an argument.

A press counts on its edge, once it has been alone for `together_seconds`: two buttons at once are an elbow,
not a choice, and count as none until all are let go. An edge that follows another of the same button within
`bounce_seconds` is bounce. A button that stays down for `jam_seconds` is jammed, and takes the panel out of
use until it is let go: with one choice stuck, the other two would not be a free choice.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from appliance.core.ballot_paper import Choice


class Reading(Struct, frozen=True):
    """One raw reading: this button went down or up at this monotonic time, in seconds."""

    button: Choice
    down: bool
    at: float


class Timing(Struct, frozen=True):
    """How long is how long."""

    bounce_seconds: float = 0.03
    together_seconds: float = 0.05
    jam_seconds: float = 8.0


class What(StrEnum):
    """What three buttons can have done."""

    PRESSED = "pressed"
    TWO_AT_ONCE = "two-at-once"
    JAMMED = "jammed"
    FREED = "freed"


class ButtonEvent(Struct, frozen=True):
    """A named event; `button` says which one was pressed, or jammed first."""

    what: What
    button: Choice | None = None


class Buttons(Struct, frozen=True):
    """What is known of one seat's three buttons. `down` and `edges` keep the time of the last change."""

    down: dict[Choice, float] = {}
    edges: dict[Choice, float] = {}
    alone: Choice | None = None
    """Went down by itself at `since`, and waits for `together_seconds` to pass; also when let go meanwhile."""
    since: float = 0.0
    spoiled: bool = False
    """Two were down at once: nothing counts until all are up."""
    jammed: bool = False


Step = tuple[Buttons, tuple[ButtonEvent, ...]]


def at_start(down: dict[Choice, float]) -> Buttons:
    """The state when the process starts: a button that is down already was pressed for nobody."""
    return Buttons(down=down, spoiled=bool(down))


def read(state: Buttons, reading: Reading, timing: Timing) -> Step:
    """What one raw reading makes of the state, and the events that it brings about."""
    state, events = later(state, reading.at, timing)
    if reading.down == (reading.button in state.down):
        return state, events
    bounced = reading.at - state.edges.get(reading.button, -1e9) < timing.bounce_seconds
    state = replace(state, edges={**state.edges, reading.button: reading.at})
    after, more = _down(state, reading, bounced) if reading.down else _up(state, reading)
    return after, events + more


def later(state: Buttons, now: float, timing: Timing) -> Step:
    """What the mere passing of time brings about: a press that stayed alone, a button that is jammed."""
    events: tuple[ButtonEvent, ...] = ()
    due = due_at(state, timing)
    while due is not None and due <= now:
        if state.alone is not None:
            events = (*events, ButtonEvent(What.PRESSED, state.alone))
            state = replace(state, alone=None)
        else:
            events = (*events, ButtonEvent(What.JAMMED, min(state.down, key=lambda b: state.down[b])))
            state = replace(state, jammed=True, spoiled=True)
        due = due_at(state, timing)
    return state, events


def due_at(state: Buttons, timing: Timing) -> float | None:
    """When `later` has something to tell next, or None."""
    if state.alone is not None:
        return state.since + timing.together_seconds
    if state.down and not state.jammed:
        return min(state.down.values()) + timing.jam_seconds
    return None


def _down(state: Buttons, reading: Reading, bounced: bool) -> Step:
    others = set(state.down) - {reading.button}
    state = replace(state, down={**state.down, reading.button: reading.at})
    if others or (state.alone not in {None, reading.button}):
        events = () if state.spoiled else (ButtonEvent(What.TWO_AT_ONCE),)
        return replace(state, alone=None, spoiled=True), events
    if bounced or state.spoiled:
        return state, ()
    if state.alone is None:
        state = replace(state, alone=reading.button, since=reading.at)
    return state, ()


def _up(state: Buttons, reading: Reading) -> Step:
    down = {button: at for button, at in state.down.items() if button != reading.button}
    if down:
        return replace(state, down=down), ()
    events = (ButtonEvent(What.FREED, reading.button),) if state.jammed else ()
    return replace(state, down=down, spoiled=False, jammed=False), events
