"""What the box's backups go by: `/etc/nghi-truong/backup.toml`, written by the role `backup`. It holds no secret."""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from appliance.box.telling import Refused

FILE: Final = Path("/etc/nghi-truong/backup.toml")
USER: Final = "nghi-truong-backup"


@dataclass(frozen=True)
class Target:
    """A place that holds an encrypted restic repository."""

    name: str
    repository: str
    """A path, or what restic knows otherwise: `sftp:user@host:/path`, `s3:https://host/bucket`."""
    mount: Path | None = None
    """The folder where its disk is mounted. While nothing is mounted there, nothing is written there."""
    optional: bool = False
    """It may be away (a stick that lies in the safe) without the backup counting as failed."""
    options: tuple[str, ...] = ()
    """For restic's `-o`: `sftp.command=…`."""
    environment: Path | None = None
    """A file of `NAME=value` lines with what an object store wants to know (mode 0600)."""

    @property
    def folder(self) -> Path | None:
        """The repository as a folder of this machine; None when it is elsewhere."""
        return Path(self.repository) if self.repository.startswith("/") else None


@dataclass(frozen=True)
class Standby:
    """How this box takes another one's place."""

    replica: Path
    """The folder into which the other box's databases are streamed: one folder in it a database."""
    files: str
    """The target of this box's settings that holds the other box's backups."""
    warm: Path = Path("/var/lib/nghi-truong-standby/warm")
    """Where its files are laid out beforehand, on the same file system as the data folder."""
    old_box: str = ""
    """`address:port` where the other box answers while it runs."""
    activate: tuple[tuple[str, ...], ...] = ()
    """Further commands by which its name or address is taken over, after the zones have been raised."""
    held: Path = Path("/etc/nghi-truong/standby")
    """The mark that this box keeps out of the hall: one line a zone, interface and address (role network)."""
    networks: Path = Path("/etc/systemd/network")
    """Where systemd-networkd is told to leave a held zone down (`*.network.d/50-standby.conf`)."""

    @property
    def taken(self) -> Path:
        """There from the moment on at which this box is the one in the hall."""
        return self.replica.with_name("taken-over.json")


@dataclass(frozen=True)
class Settings:
    """All of it, with what holds on a box that the play has set up."""

    box_name: str
    targets: tuple[Target, ...] = ()
    standby: Standby | None = None
    data: Path = Path("/var/lib/nghi-truong")
    folders: tuple[Path, ...] = (Path("/var/lib/nghi-truong-papers"), Path("/var/lib/nghi-truong-panels"))
    """What goes along whole, and is put back whole."""
    settings: tuple[Path, ...] = (Path("/etc/nghi-truong"),)
    """What goes along, and is laid beside when it is restored: a new box has been set up already."""
    manifests: tuple[Path, ...] = ()
    """The recorder's lists of what it recorded, by pattern (`/var/lib/nghi-truong-recorder/takes/*/manifest.jsonl`).
    A restore lays them into the state folder (`manifests/`): the video itself is not in the backups."""
    replica: Path | None = None
    """The folder on a second disk of this box into which the databases are streamed; a drill tries it too."""
    exclude: tuple[str, ...] = ()
    state: Path = Path("/var/lib/nghi-truong-backup")
    password_file: Path = Path("/etc/nghi-truong/backup.password")
    mark: Path = Path("/var/lib/nghi-truong-backup/good")
    """`backup_mark` in the appliance's settings."""
    keep: dict[str, int] = field(default_factory=lambda: {"daily": 14, "weekly": 8, "monthly": 24, "yearly": 10})
    aside_days: int = 30
    """How long the data that a restore has put aside are kept."""
    replication: Path | None = None
    """litestream's own file, if the databases are streamed."""
    appliance: tuple[str, ...] = ("/opt/nghi-truong/current/venv/bin/python", "-m", "appliance")
    litestream: tuple[str, ...] = ("/opt/nghi-truong/current/venv/bin/litestream",)
    systemctl: tuple[str, ...] = ("systemctl",)
    units: str = "nghi-truong.target"
    forget: tuple[tuple[str, ...], ...] = (("journalctl", "--rotate", "--vacuum-size=1"), ("fstrim", "--all"))
    """What a wipe runs at its end, where there is such a program."""
    patience_seconds: int = 1200
    """How long a backup that rests waits for the vote to end, before it gives up until the next time."""

    @property
    def old_manifests(self) -> Path:
        """The lists of recordings that were made on boxes before this one."""
        return self.state / "manifests"

    @property
    def waiting(self) -> bool:
        """This box is a standby that has not taken over: what it holds is not the council's record."""
        return self.standby is not None and not self.standby.taken.exists()

    def folder(self, place: str) -> Path | None:
        """This box's folder for what was `place` on the box that was backed up: the one of that name."""
        return next((here for here in self.folders if here.name == Path(place).name), None)

    def target(self, name: str) -> Target:
        """The one of this name, or the repository that the text itself names. Raises Refused."""
        for found in self.targets:
            if found.name == name:
                return found
        if "/" in name or ":" in name:
            return Target(name=name, repository=name)
        known = ", ".join(found.name for found in self.targets) or "none"
        raise Refused(f"there is no backup target {name!r} (known: {known}); a path or an address will do too")


def load(path: Path = FILE) -> Settings:
    """Read the file. Raises Refused: it cannot be read, or says what nobody knows."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        targets = tuple(_make(Target, each) for each in told.pop("target", []))
        standby = told.pop("standby", None)
        made: Settings = _make(Settings, {**told, "targets": targets, "standby": standby and _make(Standby, standby)})
        return made
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise Refused(f"the backup's settings in {path} cannot be used: {error}") from error


def _make(kind: Any, told: dict[str, Any]) -> Any:
    """Texts become what the field is: a path, several paths, several words."""
    kinds = {each.name: str(each.type) for each in fields(kind)}
    unknown = set(told) - set(kinds)
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return kind(**{name: _value(kinds[name], value) for name, value in told.items()})


def _value(kind: str, value: Any) -> Any:
    if "Path" in kind and isinstance(value, str):
        return Path(value)
    if isinstance(value, list):
        if "Path" in kind:
            return tuple(Path(each) for each in value)
        return tuple(tuple(each) if isinstance(each, list) else each for each in value)
    return value
