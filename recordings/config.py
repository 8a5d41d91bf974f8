"""One frozen Config from one TOML file (`recorder.toml`); what the file does not say has the default that stands here.

`python -m recordings config` prints the effective one. The push address carries a stream key: it stands in
a file of its own (`push_address_file`, mode 0600) and is never printed.
"""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

HIGHEST_PORT: Final = 65535
Port = Annotated[int, Meta(ge=0, le=HIGHEST_PORT)]


class ConfigError(ValueError):
    """Error raised when the configuration file cannot be used; the message says where and why."""


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that differs from one hall to the next."""

    data: Path = Path("recordings/var")
    """Takes, their manifests, the recorder's key. Not readable by the web server."""
    public: Path = Path("var/public")
    """What the web server serves; the recorder writes `live/` and `video/` in it."""
    socket: Path | None = None
    """The control socket; null: `recorder.sock` in the data folder."""
    standing: Path = Path("var/standing.json")
    """The appliance's word on who may watch: private or public. Not there or not readable: private."""
    control_uid: int | None = None
    """The Unix user that may control the recorder, besides the recorder's own and root."""

    source: Literal["picamera", "v4l2", "rtsp", "file", "test"] = "test"
    device: str = ""
    """`/dev/video0` for v4l2, an address for rtsp, a path for file; picamera: empty, a number, or a part of its id."""
    sound: str = "tone"
    """An ALSA device (`plughw:1,0` converts what it gives), `tone` (test), `silence`, or `source` (the camera's own:
    rtsp, file). With picamera also `pulse` or `pulse:NAME`. A device that is not there is silence until it is."""
    width: Annotated[int, Meta(ge=160, le=3840)] = 1280
    height: Annotated[int, Meta(ge=90, le=2160)] = 720
    frames_per_second: Annotated[int, Meta(ge=5, le=60)] = 30
    kilobits_per_second: Annotated[int, Meta(ge=100, le=20000)] = 2500
    preset: Literal["ultrafast", "superfast", "veryfast", "faster"] = "veryfast"
    copy_video: bool = False
    """rtsp and file: take the camera's own pictures as they are. Only for H.264 without B-frames that has a key frame
    every second (set so in the camera); the size is then the camera's own."""

    bus_port: Port = 24001
    """The first of the loopback UDP ports (MPEG-TS): archive, live, house, push, preview, in this order."""
    live_port: Port = 24080
    """Where the LL-HLS origin listens (HTTP, loopback; the web server passes it on)."""
    house_port: Port = 24081
    """Where the sub-second path (WHEP) listens (HTTP, loopback)."""
    house_viewers: Annotated[int, Meta(ge=0, le=50)] = 8
    house_addresses: tuple[str, ...] = ()
    """The addresses that WebRTC offers; empty: all of this machine's."""

    start_with_sitting: bool = True
    """A sitting that opens starts a take, and its end stops it."""
    live: bool = True
    push_address_file: Path | None = None
    """A file with one line: rtmp://, rtmps:// or srt:// address, stream key and all. Null: no push."""
    segment_seconds: Annotated[int, Meta(ge=1, le=30)] = 4
    fsync_seconds: Annotated[float, Meta(ge=0)] = 1.0
    """0 switches it off: only the power-cut trial's negative control does that."""
    lost_after_seconds: Annotated[float, Meta(gt=0)] = 3.0
    """A source without a frame for so long, or with a frozen picture, is lost and opened again."""
    unknown_after_seconds: Annotated[float, Meta(ge=0)] = 5.0
    """Without the appliance for so long, the recorder does not know: it takes the meeting as private."""

    reserve_megabytes: Annotated[int, Meta(ge=16)] = 512
    """Never written into: the archive stops here."""
    warn_hours: Annotated[float, Meta(ge=0)] = 4.0
    """Less room than this is told to the chair."""
    keep_days: Annotated[int, Meta(ge=1)] = 1826
    """A published, verified take may go after so long (five years, as the council decides)."""
    make_files: bool = True
    """After a take: one MP4 of it and one of each item."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def __post_init__(self) -> None:
        """What one setting alone does not show. Raises ValueError, which msgspec tells as its own."""
        if not self.copy_video and (self.width % 2 or self.height % 2):
            raise ValueError(f"width and height must be even, for the colours: {self.width}x{self.height}")
        if self.bus_port > HIGHEST_PORT - 4:
            raise ValueError(f"bus_port is the first of five ports: {self.bus_port} is too high")
        if self.live_port == self.house_port != 0:
            raise ValueError(f"live_port and house_port are the same: {self.live_port}")
        if self.source in {"file", "rtsp"} and not self.device:
            raise ValueError(f"source {self.source} needs a device: where it is")

    @property
    def control_socket(self) -> Path:
        """Where the appliance connects."""
        return self.socket or self.data / "recorder.sock"

    @property
    def ports(self) -> "BusPorts":
        """The loopback ports of the seam."""
        return BusPorts(*range(self.bus_port, self.bus_port + 5))


class BusPorts(Struct, frozen=True):
    """MPEG-TS over UDP on 127.0.0.1: one port a consumer, so that none can stall another."""

    archive: int
    live: int
    house: int
    push: int
    preview: int


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


def as_toml(config: Config) -> str:
    """The effective configuration, in the form in which it is written."""
    found = {name: value for name, value in msgspec.structs.asdict(config).items() if value is not None}
    return "".join(f"{name} = {_value(value)}\n" for name, value in found.items())


def _value(value: object) -> str:
    return json.dumps(str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def _read(wanted: type, value: object) -> object:
    if wanted is Path and isinstance(value, str | Path):
        return Path(value)
    raise msgspec.ValidationError(f"expected {wanted.__name__}")
