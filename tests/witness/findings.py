"""What a command that tries a whole machine found: how long each step took, and what was not as it should be.

Each line is printed when it is known, for such a command takes minutes; the table at the end has them all together.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 88


@dataclass
class Findings:
    """Of one run."""

    title: str
    steps: list[tuple[str, float, str]] = field(default_factory=list)
    """What, how many seconds, and what came of it."""
    wrong: list[str] = field(default_factory=list)
    right: int = 0
    """So many checks held."""

    def took(self, what: str, seconds: float, came: str = "") -> None:
        """A step is over."""
        self.steps.append((what, seconds, came))
        print(f"{what:{WIDTH}} {seconds:6.0f} s  {came}".rstrip(), flush=True)

    @contextmanager
    def step(self, what: str, came: str = "") -> Iterator[None]:
        """A step, with its time, also when it fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.took(what, time.monotonic() - began, came)

    def check(self, what: str, so: bool, why: str = "") -> bool:
        """Whether it is so; if not, the run has failed, and goes on."""
        if so:
            self.right += 1
        else:
            self.wrong.append(what)
            print(f"NOT AS IT SHOULD BE: {what}\n{why}".rstrip(), flush=True)
        return so

    def close(self) -> int:
        """The table, and the exit code."""
        print(f"\n{self.title}; minutes are of this machine, not of a Pi")
        for what, seconds, came in self.steps:
            print(f"  {seconds / 60:6.1f} min  {what}{f': {came}' if came else ''}")
        print(f"  {self.right} checks held, {len(self.wrong)} did not")
        print("\n".join(f"NOT AS IT SHOULD BE: {line}" for line in self.wrong) or "all as it should be", flush=True)
        return 1 if self.wrong else 0
