"""Where things are on the box, and what its settings say about them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.box.telling import Unable

DATABASES: Final = ("ledger.db", "registry.db", "papers.db")


@dataclass(frozen=True)
class Places:
    """All paths of a box. `root` is `/` but on a machine that is only being prepared, and in tests."""

    root: Path = Path("/")

    @property
    def releases(self) -> Path:
        """One folder each. One without `.complete` is a leftover."""
        return self.root / "opt/nghi-truong/releases"

    @property
    def current(self) -> Path:
        """A symbolic link: the release that runs."""
        return self.root / "opt/nghi-truong/current"

    @property
    def previous(self) -> Path:
        """A symbolic link: the release that ran before it."""
        return self.root / "opt/nghi-truong/previous"

    @property
    def units(self) -> Path:
        """What systemd reads."""
        return self.root / "etc/systemd/system"

    @property
    def settings(self) -> Path:
        """The appliance's."""
        return self.root / "etc/nghi-truong/appliance.toml"

    @property
    def signers(self) -> Path:
        """Who may make a release; without it no signature is asked for."""
        return self.root / "etc/nghi-truong/release_signers"

    @property
    def updates(self) -> Path:
        """The journal of an update, the copies it made, and how the last one ended. For root alone."""
        return self.root / "var/lib/nghi-truong-update"

    @property
    def data(self) -> Path:
        """The appliance's data folder, as its settings say. Raises Unable."""
        return Path(str(self._setting("data", self.root / "var/lib/nghi-truong")))

    @property
    def address(self) -> tuple[str, int]:
        """Where the appliance listens. Raises Unable."""
        port = self._setting("port", 8080)
        return str(self._setting("host", "127.0.0.1")), port if isinstance(port, int) else 8080

    def _setting(self, name: str, otherwise: object) -> object:
        try:
            found = tomllib.loads(self.settings.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return otherwise
        except (OSError, ValueError) as error:
            raise Unable(f"{self.settings}: {error}") from error
        return found.get(name, otherwise)
