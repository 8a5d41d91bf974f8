"""When the hall's screen is dark: by the clock, but never in a sitting and never by a clock that nobody has set."""

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from appliance.box.telling import say

_PATIENCE: Final = 15.0
Run = Callable[[Sequence[str]], None]


def run(command: Sequence[str]) -> None:
    """A screen that does not obey is no reason to stop showing."""
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)
    except (OSError, subprocess.SubprocessError) as error:
        say(f"the screen's power: {error}", error=True)


@dataclass(frozen=True)
class Hours:
    """On from `on` to `off`, local time; past midnight too. Without both it is always on."""

    on: time | None = None
    off: time | None = None

    def lit(self, now: datetime) -> bool:
        """By the clock alone."""
        if self.on is None or self.off is None or self.on == self.off:
            return True
        at = now.time()
        if self.on < self.off:
            return self.on <= at < self.off
        return at >= self.on or at < self.off


def commands(way: str, output: str, *, lit: bool) -> list[list[str]]:
    """`dpms`: the output alone; `cec`: the television itself as well; `none`: nothing is done."""
    if way == "none":
        return []
    found = [["wlr-randr", "--output", output, "--on" if lit else "--off"]]
    if way == "cec":
        found.append(["cec-ctl", "--playback", "--to", "0", "--image-view-on" if lit else "--standby"])
    return found


class DisplayPower:
    """Switches when it has to, and only then."""

    def __init__(self, hours: Hours, way: str, output: str, do: Run = run) -> None:
        self._hours, self._way, self._output, self._do = hours, way, output, do
        self.lit = True

    def look(self, now: datetime, *, sitting: bool, clock_set: bool) -> None:
        """What is to be so now."""
        wanted = sitting or not clock_set or self._hours.lit(now)
        if wanted == self.lit:
            return
        self.lit = wanted
        for command in commands(self._way, self._output, lit=wanted):
            self._do(command)
