"""One frozen Config from one TOML file; what the file does not say has the default that stands here.

`python -m appliance config` prints the effective one. Secrets never stand in it.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct, field

from appliance.core.profile import RuleProfile

_HERE = Path(__file__).resolve().parent
Pin = Annotated[int, Meta(ge=0, le=27)]


HOUSE_FROM: Final = (
    "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7", "fe80::/10",
)  # fmt: skip
"""Every private network."""


class ConfigError(ValueError):
    """Error raised when the configuration file cannot be used; the message says where and why."""


class SeatPins(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one seat's panel is wired: the GPIO numbers of its three buttons, and of its three lights or its one.

    `board` counts pin sets: 0 is the Pi itself, others are the expanders' numbers. Where pins are simulated, a
    board that is no expander is one more Pi: mock pins come in sets of 28, so four seats a board.
    """

    button_for: Pin
    button_against: Pin
    button_abstain: Pin
    light_for: Pin | None = None
    light_against: Pin | None = None
    light_abstain: Pin | None = None
    light: Pin | None = None
    board: Annotated[int, Meta(ge=0)] = 0


class Expander(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An MCP23017 on the Pi's I2C pins: 16 pins more. Its number, 1 to 8, is the `board` of the seats on it."""

    address: Annotated[int, Meta(ge=0x20, le=0x27)]
    """By its pins A0 to A2: 0x20 where all three are low."""
    interrupt: Pin
    """The Pi's GPIO that its INTA is wired to; stands in config.txt too, as `gpiopin`."""


class BusPort(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line of panels behind a USB dongle (RS-485), or one panel's own USB."""

    port: Annotated[str, Meta(min_length=1)]
    """Its path, best one below /dev/serial/by-id; or a pattern (`/dev/ttyUSB*`): then it is known by its panels."""
    baud: Annotated[int, Meta(ge=9600, le=3_000_000)] = 250_000
    answer_ms: Annotated[float, Meta(ge=2, le=2000)] = 12.0
    """How long a panel may take to answer, in milliseconds."""
    buzzer: bool = False
    """Panels that have a buzzer sound when a press is recorded, and when it counts nothing."""


class MicrophonePin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The relay that switches a seat's microphone on while its member has the floor."""

    pin: Pin
    active_high: bool = True
    board: Annotated[int, Meta(ge=0)] = 0


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that differs from one installation to the next."""

    council: str = ""
    """The council's name when none is on file yet; afterwards the clerk's desk has it."""
    term: str = ""
    place: str = ""
    data: Path = Path("var")
    """Where the ledger, the registry and the appliance's key live."""
    rules: Path = _HERE / "rules.toml"
    web: Path = _HERE.parent / "web"
    """The built screens (`dist`) and the word files (`src/words`)."""
    host: str = "127.0.0.1"
    """Loopback: the web server in front speaks TLS to the hall."""
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    socket: Path | None = None
    """The panels' Unix socket; null: `panels.sock` in the data folder."""
    panels_uid: int | None = None
    """The Unix user that may speak as the panels process, besides the appliance's own."""
    tls: bool = False
    """True when the web server in front speaks TLS: cookies are then marked Secure."""
    frames: Literal["once", "stock"] = "once"
    """How a broadcast goes out: one frame built once for all, or the library's own emit."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    seats: dict[str, SeatPins] = field(default_factory=dict)
    expanders: dict[str, Expander] = field(default_factory=dict)
    buses: dict[str, BusPort] = field(default_factory=dict)
    """Lines of panels, by a name that people know them by: at most 32 panels each."""
    pairing: Path | None = None
    """The panels process's own file of the panels that belong to this hall; null: `panels.json` in the data folder."""
    microphones: dict[str, MicrophonePin] = field(default_factory=dict)
    """Relays by seat; none: microphones are switched by hand."""
    recorder: Path | None = None
    """The recorder's data folder, where its control socket and its preview are; null: no recorder is fitted."""
    standing: Path | None = None
    """The standing file, by which the recorder knows who may watch; null: `standing.json` in the data folder."""
    public: Path = Path("var/public")
    """What the web server shows the public: the portal writes its pages there, the recorder its video."""
    public_url: str = ""
    """The address under which the public finds it, for links on the desks; empty: no links."""
    public_listen: str = "127.0.0.1:8081"
    """Where the web server of the public site listens (`web-server` prints its configuration)."""
    live_port: Annotated[int, Meta(ge=0, le=65535)] = 24080
    house_port: Annotated[int, Meta(ge=0, le=65535)] = 24081
    """The recorder's two loopback ports, as in its own configuration: the web server passes them on."""
    house_from: tuple[str, ...] = HOUSE_FROM
    """Networks whose screens may have the picture inside the house (WHEP); visitors' phones are best not among them."""
    carry_to: str = ""
    """Where `carry` keeps a copy of the public site: an rclone remote (`portal:hdnd`); empty: nowhere."""
    carry_config: Path | None = None
    """rclone's own file, which names the remote and holds its password (mode 0600)."""
    carry_limit: str = ""
    """At most so much a second (`2M`: two megabytes), so that the hall's line has room; empty: no limit."""
    papers: Path | None = None
    """The papers' folder, which the papers process shares; null: `papers` in the data folder."""
    papers_eager: bool = False
    """Papers are prepared also while the machine is busy; otherwise only in time that nobody else wants."""
    largest_paper_mb: Annotated[int, Meta(ge=1, le=200)] = 50
    """The greatest file that is taken, in megabytes."""
    simulated: bool = False
    """Mock pins stand in for a Pi's own, and the simulator may drive them. Never on a voting machine."""
    backup_mark: Path | None = None
    """A file that each backup touches once it has ended well: the readiness report tells how old it is; null: none."""
    certificate: Path | None = None
    """The certificate (PEM) that the web server in front shows the hall: the readiness report warns before it ends."""
    clock_mark: Path | None = None
    """A file that says, until the machine is switched off, that a person has set the clock. With it the clock must be
    proved before a document is issued; null: it is taken on trust, as on a laptop."""
    clock_socket: Path | None = None
    """The socket of the helper that may set the clock; null: it cannot be set from the technician's page."""
    watch_socket: Path | None = None
    """The socket of the service that tells of units and journal; null: the technician's page goes without."""
    rehearsal: bool = False
    """What happens goes to a rehearsal's ledger and is no record. Set by the server itself, never in a file."""
    demo: bool = False
    """Sample data on screen is said to be sample data. Set by `demo`, never in a file."""

    @property
    def panel_socket(self) -> Path:
        """Where the panels process connects."""
        return self.socket or self.data / "panels.sock"

    @property
    def pairing_file(self) -> Path:
        """Where the panels process keeps which panels belong to this hall."""
        return self.pairing or self.data / "panels.json"

    @property
    def papers_folder(self) -> Path:
        """Where papers are, and what is made of them."""
        return self.papers or self.data / "papers"

    @property
    def standing_file(self) -> Path:
        """Where the recorder reads who may watch."""
        return self.standing or self.data / "standing.json"

    @property
    def words(self) -> Path:
        """The folder of the word files."""
        return self.web / "src" / "words"


def load(path: Path | None, **changes: Any) -> Config:
    """The file's settings over the defaults, and `changes` over both. Raises ConfigError."""
    found: dict[str, Any] = {}
    if path is not None:
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ConfigError(f"{path}: {error}") from error
    try:
        return msgspec.convert({**found, **changes}, Config, dec_hook=_read)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path or 'configuration'}: {error}") from error


def rule_profile(path: Path) -> RuleProfile:
    """The council's rules, every number with its citation. Raises ConfigError."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), RuleProfile)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}") from error


def as_toml(config: Config) -> str:
    """The effective configuration, in the form in which it is written."""
    lines: list[str] = []
    tables: list[str] = []
    for name, value in msgspec.structs.asdict(config).items():
        if name in {"seats", "expanders", "buses", "microphones"}:
            tables += [_table(f"{name}.{json.dumps(seat)}", pins) for seat, pins in value.items()]
        elif value is not None:
            lines.append(f"{name} = {_value(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _table(name: str, pins: SeatPins | Expander | BusPort | MicrophonePin) -> str:
    fields = msgspec.structs.asdict(pins).items()
    body = "\n".join(f"{key} = {_value(value)}" for key, value in fields if value is not None)
    return f"\n[{name}]\n{body}"


def _value(value: object) -> str:
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def _read(wanted: type, value: object) -> object:
    if wanted is Path and isinstance(value, str | Path):
        return Path(value)
    raise msgspec.ValidationError(f"expected {wanted.__name__}")
