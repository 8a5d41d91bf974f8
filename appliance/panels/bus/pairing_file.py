"""Which panels belong to this hall: `panels.json`, mode 0600, which only the panels process reads and writes.

Each change is on disk before anything is done that rests on it: written beside, synced, and put in its place by a
rename, so a power cut leaves the old file or the new one. A key is here and in its panel's flash, and nowhere else.
"""

import contextlib
import os
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from firmware.panel.frame import KEY_SIZE

MOST_ADDRESSES: Final = 250
Serial = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
"""Of the panel's chip: eight bytes."""


class PairingFileError(RuntimeError):
    """Raised when the file cannot be used; the text says where and why. The file is left as it is."""


class Paired(Struct, frozen=True):
    """A panel of this hall. `seat` None: a spare."""

    serial: Serial
    address: Annotated[int, Meta(ge=1, le=MOST_ADDRESSES)]
    bus: str
    key: Annotated[str, Meta(pattern=f"^[0-9a-f]{{{2 * KEY_SIZE}}}$")]
    seat: Annotated[str, Meta(min_length=1, max_length=16)] | None = None

    def __repr__(self) -> str:
        """Without the key: this may stand in a log."""
        return f"Paired({self.serial}, address {self.address}, bus {self.bus}, seat {self.seat})"

    @property
    def secret(self) -> bytes:
        """The key."""
        return bytes.fromhex(self.key)


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, Meta(ge=1, le=1)]
    panels: tuple[Paired, ...]


class PairingFile:
    """The file and what is in it. Addresses, serials and seats are each there once."""

    def __init__(self, path: Path) -> None:
        """Reads it; one that is not there is empty. Raises PairingFileError."""
        self._path = path
        self.panels: dict[str, Paired] = {}
        try:
            found = msgspec.json.decode(path.read_bytes(), type=_File).panels
        except FileNotFoundError:
            return
        except (OSError, msgspec.MsgspecError) as error:
            raise PairingFileError(f"{path}: {error}") from error
        for panel in found:
            self._fits(panel)
            self.panels[panel.serial] = panel

    def of_bus(self, bus: str) -> tuple[Paired, ...]:
        """The panels on that bus."""
        return tuple(panel for panel in self.panels.values() if panel.bus == bus)

    def at(self, seat: str) -> Paired | None:
        """The panel at that seat."""
        return next((panel for panel in self.panels.values() if panel.seat == seat), None)

    def free_address(self) -> int | None:
        """One that no panel of the hall has, whichever its bus: panels may be plugged into another."""
        taken = {panel.address for panel in self.panels.values()}
        return next((address for address in range(1, MOST_ADDRESSES + 1) if address not in taken), None)

    def change(self, *put: Paired, drop: str | None = None) -> None:
        """Durable when it returns. Raises OSError: then nothing has changed, here or on disk."""
        panels = {serial: panel for serial, panel in self.panels.items() if serial != drop}
        panels |= {panel.serial: panel for panel in put}
        self._write(panels)
        self.panels = panels

    def _write(self, panels: dict[str, Paired]) -> None:
        body = msgspec.json.format(msgspec.json.encode(_File(1, tuple(panels.values()))), indent=1) + b"\n"
        beside = self._path.with_suffix(".new")
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                os.fchmod(descriptor, 0o600)
                file.write(body)
                file.flush()
                os.fsync(descriptor)
            beside.replace(self._path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _fits(self, panel: Paired) -> None:
        for other in self.panels.values():
            same_seat = panel.seat is not None and other.seat == panel.seat
            if other.serial == panel.serial or other.address == panel.address or same_seat:
                raise PairingFileError(
                    f"{self._path}: panels {other.serial} and {panel.serial} are in each other's way"
                )
