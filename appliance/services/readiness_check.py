"""The guided test as it stands: what has been pressed and seen, the test poll, and its two tapes. Pure.

Nothing in here is a ballot: the test poll counts in this value alone, and its tapes say where the ledger ended before
and after.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from appliance.core.ledger import Head
from appliance.core.refusals import Code, Refusal
from appliance.services.panel_words import House, Pressed
from appliance.services.readiness_report import BUTTONS, Choice, PollTape, TriedPanel

Lights = tuple[bool, bool, bool]
DARK: Final[Lights] = (False, False, False)


class Stage(StrEnum):
    """Where a check stands."""

    PRESSING = "pressing"
    """Buttons are pressed row by row, lights looked at."""
    POLLING = "polling"
    """The test poll is open."""
    POLLED = "polled"
    """It has been closed; buttons can still be pressed."""
    STOPPED = "stopped"
    """A vote was opened, or the panels process went: the panels count again. It can be gone on with, or finished."""


NEXT: Final[dict[tuple[Stage, str], Stage]] = {
    (Stage.PRESSING, "open-poll"): Stage.POLLING,
    (Stage.POLLING, "close-poll"): Stage.POLLED,
    (Stage.POLLED, "open-poll"): Stage.POLLING,
    (Stage.PRESSING, "stop"): Stage.STOPPED,
    (Stage.POLLING, "stop"): Stage.STOPPED,
    (Stage.POLLED, "stop"): Stage.STOPPED,
    (Stage.STOPPED, "begin"): Stage.PRESSING,
}


class Check(Struct, frozen=True):
    """One check, from its beginning until it is finished or dropped. Moments are ISO 8601 in UTC."""

    begun: str
    by: str
    by_name: str
    stage: Stage = Stage.PRESSING
    pressed: dict[str, Lights] = {}
    """By serial number: which buttons have been pressed."""
    lights: dict[str, bool] = {}
    """By serial number: whether all three lights were seen."""
    choices: dict[str, Choice] = {}
    """In the test poll: what each panel pressed last."""
    zero: PollTape | None = None
    result: PollTape | None = None


def step(check: Check, action: str) -> Check | Refusal:
    """The check after `begin`, `open-poll`, `close-poll` or `stop`; a refusal where the table has no such step."""
    stage = NEXT.get((check.stage, action))
    if stage is not None:
        return replace(check, stage=stage)
    if action == "begin":
        return Refusal(Code.READINESS_RUNNING)
    if action == "close-poll":
        return Refusal(Code.TEST_POLL_NOT_OPEN)
    return Refusal(Code.TEST_POLL_OPEN if check.stage is Stage.POLLING else Code.READINESS_NOT_RUNNING)


def opened(check: Check, at: str, head: Head, house: House) -> Check | Refusal:
    """The test poll opens: all choices are forgotten, and the zero tape says so."""
    after = step(check, "open-poll")
    if isinstance(after, Refusal):
        return after
    return replace(after, choices={}, zero=tape({}, at, head, house), result=None)


def closed(check: Check, at: str, head: Head, house: House) -> Check | Refusal:
    """The test poll closes: the result tape."""
    after = step(check, "close-poll")
    if isinstance(after, Refusal):
        return after
    return replace(after, result=tape(check.choices, at, head, house))


def tape(choices: dict[str, Choice], at: str, head: Head, house: House) -> PollTape:
    """What has been counted of the panels at seats; spares have nobody to vote."""
    here = {p.serial for p in house.panels if p.seat is not None and p.online}
    counted = [choices[serial] for serial in here if serial in choices]
    return PollTape(
        at=at,
        yes=counted.count("for"),
        no=counted.count("against"),
        abstain=counted.count("abstain"),
        silent=len(here) - len(counted),
        ledger=head.ledger,
        seq=head.seq,
        head=head.hash,
    )


def felt(check: Check, press: Pressed) -> tuple[Check, Lights | None]:
    """A button went down: the check after it, and the lights that the panel is to show (None: leave them)."""
    if not press.down or check.stage is Stage.STOPPED:
        return check, None
    number = BUTTONS.index(press.button)
    before = check.pressed.get(press.serial, DARK)
    now = (before[0] or number == 0, before[1] or number == 1, before[2] or number == 2)
    after = replace(check, pressed={**check.pressed, press.serial: now})
    if check.stage is not Stage.POLLING:
        return after, now
    chosen: Lights = (number == 0, number == 1, number == 2)
    return replace(after, choices={**check.choices, press.serial: press.button}), chosen


def seen(check: Check, serials: tuple[str, ...], *, lights: bool) -> Check:
    """Somebody has looked at these panels' lights."""
    return replace(check, lights={**check.lights, **dict.fromkeys(serials, lights)})


def tried(check: Check, house: House | None, names: dict[str, str]) -> tuple[TriedPanel, ...]:
    """Every panel, spares too, and how far it has come; `names`: who sits where."""
    known = house.panels if house is not None else ()
    return tuple(
        TriedPanel(
            serial=panel.serial,
            seat=panel.seat,
            name=names.get(panel.seat or "", ""),
            version=panel.version,
            online=panel.online,
            pressed=check.pressed.get(panel.serial, DARK),
            lights=check.lights.get(panel.serial),
        )
        for panel in known
    )
