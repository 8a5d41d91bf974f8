"""The releases on this box: which there are, which one runs, which one ran before."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.box.durable import point
from appliance.box.places import Places
from appliance.box.telling import Refused

COMPLETE: Final = ".complete"
ABOUT: Final = "release.json"
_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,63}")


@dataclass(frozen=True)
class Schema:
    """The forms of the databases that a release works with; a newer one has greater numbers."""

    registry: str
    ledger: int
    papers: int

    @property
    def text(self) -> str:
        """As `python -m appliance migrate --to` takes it."""
        return f"registry={self.registry},ledger={self.ledger},papers={self.papers}"

    @property
    def order(self) -> tuple[int, int, int]:
        """To tell the newer of two. A release that changes one file's form never turns back another's."""
        return (int(self.registry), self.ledger, self.papers)


@dataclass(frozen=True)
class Release:
    """An installed release."""

    version: str
    folder: Path
    commit: str
    schema: Schema

    @property
    def python(self) -> Path:
        """Its own interpreter, which has its packages."""
        return self.folder / "venv/bin/python"


def is_version(text: str) -> bool:
    """Whether it may be a version, and so the name of a folder."""
    return _VERSION.fullmatch(text) is not None


def schema_of(said: Mapping[str, object]) -> Schema:
    """Out of a `release.json`. Raises ValueError, KeyError or TypeError."""
    registry, ledger, papers = said["registry"], said["ledger"], said["papers"]
    if not (isinstance(registry, str) and registry.isdigit() and isinstance(ledger, int) and isinstance(papers, int)):
        raise ValueError(f"no schema: {said}")
    return Schema(registry, ledger, papers)


class Releases:
    """What is in the releases' folder, and the two links beside it."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def all(self) -> Iterator[Release]:
        """Every whole release, by name."""
        for folder in sorted(self.places.releases.glob("*")):
            if (folder / COMPLETE).exists() and is_version(folder.name):
                yield self.get(folder.name)

    def get(self, version: str) -> Release:
        """This one. Raises Refused."""
        folder = self.places.releases / version
        if not is_version(version) or not (folder / COMPLETE).is_file():
            raise Refused(f"release {version} is not installed; `nghi-truong releases` lists what is")
        try:
            about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
            return Release(version, folder, str(about["commit"]), schema_of(about["schema"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused(f"{folder / ABOUT} cannot be read: {error}") from error

    def leftovers(self) -> Iterator[Path]:
        """What an installation or a removal that was cut off has left."""
        for folder in sorted(self.places.releases.glob("*")):
            if folder.is_dir() and not folder.is_symlink() and not (folder / COMPLETE).exists():
                yield folder

    @property
    def current(self) -> str | None:
        """The version that runs, or would."""
        return self._named(self.places.current)

    @property
    def previous(self) -> str | None:
        """The version that ran before."""
        return self._named(self.places.previous)

    def use(self, current: str | None, previous: str | None) -> None:
        """Turn both links, each in one step. Raises OSError."""
        for link, version in ((self.places.previous, previous), (self.places.current, current)):
            if self._named(link) != version:
                point(link, self.places.releases / version if version is not None else None)

    @staticmethod
    def _named(link: Path) -> str | None:
        try:
            return link.readlink().name
        except OSError:
            return None
