"""The built scripts and styles of the public pages: copied into the public folder under the names of their content."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from appliance.portal.files import Files

_OURS: Final = ("*.js", "*.css", "*.woff2", "*.svg")


class Loads(Struct, frozen=True):
    """What a page loads: names in the folder `assets`."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    preloads: tuple[str, ...] = ()


class Bundle:
    """Reads the build's manifest. Old files stay: a page in somebody's cache may name them."""

    def __init__(self, dist: Path) -> None:
        self._dist = dist
        self._stamp = 0
        self._manifest: Mapping[str, Any] = {}

    def changed(self) -> bool:
        """Whether there is another build than at the last call."""
        path = self._dist / ".vite" / "manifest.json"
        try:
            stamp = path.stat().st_mtime_ns
            if stamp == self._stamp:
                return False
            self._manifest = msgspec.json.decode(path.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            return False  # not built, or being built at this moment
        self._stamp = stamp
        return True

    def publish(self, files: Files) -> None:
        """Copy what is not there yet."""
        for pattern in _OURS:
            for path in sorted(self._dist.glob(pattern)):
                files.copy(path, f"assets/{path.name}")

    def of(self, page: str) -> Loads:
        """What `page` loads; nothing when the scripts have not been built."""
        entry = f"src/portal/{page}.ts"
        if entry not in self._manifest:
            return Loads()
        chunks = self._with_imports(entry)
        styles = dict.fromkeys(css for chunk in chunks for css in chunk.get("css", ()))
        preloads = tuple(chunk["file"] for chunk in chunks[1:])
        return Loads((self._manifest[entry]["file"],), tuple(styles), preloads)

    def _with_imports(self, entry: str) -> list[Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        waiting = [entry]
        while waiting:
            name = waiting.pop(0)
            if name not in found:
                found[name] = self._manifest[name]
                waiting += found[name].get("imports", ())
        return list(found.values())
