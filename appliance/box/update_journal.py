"""The journal of an update: what was meant, and how far it came. It is read after a power cut.

The first line is the plan, each further one a step that is done and on the disk. It is written anew for each, so that
no line is ever half there. The journal is there from before the first change until after the last one.
"""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

from appliance.box.durable import sync_folder, write
from appliance.box.telling import Unable

Step = Literal["stopped", "copied", "migrated", "swapped", "good", "returned"]
"""`good`: the new one works, there is no way back any more. `returned`: the old one is back, whole."""
END: Final[frozenset[Step]] = frozenset({"good", "returned"})


@dataclass(frozen=True)
class Plan:
    """From which release to which."""

    before: str | None
    """None: no release was in use."""
    after: str
    previous: str | None
    """What `previous` pointed at."""
    running: tuple[str, ...]
    """The services that ran."""


class UpdateJournal:
    """One file in `folder`, which is made for root alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "journal"
        self._last = folder / "last.json"

    def begin(self, plan: Plan) -> None:
        """From here on a power cut is noticed. Raises OSError."""
        write(self._file, _line(asdict(plan)))

    def done(self, step: Step) -> None:
        """This step is on the disk. Raises OSError."""
        said = self._file.read_bytes()
        write(self._file, said[: said.rindex(b"\n") + 1] + _line({"step": step}))

    def read(self) -> tuple[Plan, tuple[Step, ...]] | None:
        """An update that has not ended; None: there is none. Raises Unable for what is no journal, and OSError."""
        try:
            lines = self._file.read_bytes().split(b"\n")
        except FileNotFoundError:
            return None
        try:
            said = json.loads(lines[0])
            plan = Plan(said["before"], said["after"], said["previous"], tuple(said["running"]))
            return plan, tuple(json.loads(line)["step"] for line in lines[1:-1])
        except (ValueError, KeyError, TypeError) as error:
            raise Unable(f"{self._file} cannot be read: {error}") from error

    def end(self, outcome: str) -> None:
        """Nothing is left to be done. What came of it stays to be read. Raises OSError."""
        found = self.read()
        if found is not None:
            with suppress(OSError):  # a full disk must not keep an update from ending
                write(self._last, _line({**asdict(found[0]), "outcome": outcome}))
        self._file.unlink(missing_ok=True)
        sync_folder(self._file.parent)


def _line(said: dict[str, object]) -> bytes:
    return json.dumps(said).encode() + b"\n"
