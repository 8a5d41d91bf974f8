"""What a readiness report is made from: facts, measured elsewhere, none of them a judgement. Pure types.

None in place of a fact: there is nothing to ask (not fitted, or this machine cannot tell). Seconds, bytes, degrees
Celsius; offsets are our clock less the other.
"""

from msgspec import Struct

from appliance.services.readiness_report import PollTape, TriedPanel


class ClockFacts(Struct, frozen=True):
    """How far the clock can be believed."""

    synchronised: bool | None = None
    """A time server keeps it, or has set it since the machine was switched on."""
    rtc_offset: float | None = None
    """Against the battery-backed clock."""
    set_by_hand: bool = False
    """A person has set it since the machine was switched on."""
    watched: bool = False
    """This machine is a box whose clock is to be proved; otherwise it is taken on trust."""
    unset: bool = False
    """Nothing speaks for the time it shows (`services/timekeeping.py`)."""
    doubtful: bool = False
    """The ledger marks its entries' times as doubtful."""


class UpsFacts(Struct, frozen=True):
    """What Network UPS Tools say."""

    status: str
    """`OL` on line, `OB` on battery, `LB` battery low, `RB` replace it …"""
    charge: int | None = None
    """Per cent."""
    runtime: int | None = None
    """Seconds on battery."""


class PowerFacts(Struct, frozen=True):
    """What the Pi's firmware says of its supply (`vcgencmd get_throttled`)."""

    low_now: bool
    low_before: bool
    """Since the machine was switched on."""
    slowed: bool
    """Slowed down now, by heat or by low voltage."""


class HostFacts(Struct, frozen=True):
    """The machine itself."""

    temperature: float | None = None
    power: PowerFacts | None = None
    free_bytes: int | None = None
    """Where ledger and registry are."""
    clock: ClockFacts = ClockFacts()
    ups: UpsFacts | None = None
    backup_seconds: float | None = None
    """Since the last backup ended."""
    backup_wanted: bool = False
    """A place is configured where each backup leaves its mark."""
    certificate_seconds: float | None = None
    """Until the certificate of the hall's TLS expires; below 0: it has."""
    certificate_wanted: bool = False
    versions: dict[str, str] = {}


class RecorderFacts(Struct, frozen=True):
    """What the recorder tells."""

    online: bool
    running: bool = False
    """The camera gives pictures."""
    picture_seconds: float | None = None
    """Since the newest picture for the desks; None: there is none."""
    looking: bool = False
    """The camera runs now: a picture is to be expected."""
    sound_peak: float | None = None
    """The loudest of the last seconds, in dB below full scale; None: not measured."""
    seconds_left: int | None = None
    """So long the disk lasts for recording."""
    problems: tuple[str, ...] = ()


class TabletFacts(Struct, frozen=True):
    """The members' tablets."""

    members: int
    enrolled: int
    """Members whose card has a tablet."""
    online: int


class PanelFacts(Struct, frozen=True):
    """The boxes at the seats."""

    fitted: bool
    """Panels belong to this hall, by what is configured or by what the panels process said."""
    online: bool
    buses_off: tuple[str, ...] = ()
    panels: tuple[TriedPanel, ...] = ()
    jammed: tuple[str, ...] = ()
    """Seats or serial numbers."""


class Facts(Struct, frozen=True):
    """All of it."""

    fault: bool
    """The disk refuses."""
    panels: PanelFacts
    tablets: TabletFacts
    recorder: RecorderFacts | None
    host: HostFacts
    zero: PollTape | None = None
    result: PollTape | None = None
    displays: int = 0
    """Hall displays on line."""


class Measured(Struct, frozen=True):
    """What is asked of the machine, off the hub."""

    host: HostFacts = HostFacts()
    recorder: RecorderFacts | None = None


class Surroundings(Struct, frozen=True):
    """What is looked up on the hub at that moment."""

    online: frozenset[str] = frozenset()
    """Members with a tablet on line."""
    displays: int = 0
