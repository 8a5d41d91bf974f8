"""What an update asks of systemd: which of the product's services run, stop them, start them again."""

import subprocess
from collections.abc import Sequence
from typing import Final, Protocol

from appliance.box.telling import Unable, say

APPLIANCE: Final = "nghi-truong-appliance.service"
TARGET: Final = "nghi-truong.target"
SETTLE: Final = "nghi-truong-settle.service"
STAYS_UP: Final = ("nghi-truong-dnsmasq@", "nghi-truong-wifi.")
"""The hall's network has nothing of a release in it: tablets keep it in an update, and wait for the page alone."""
_KINDS: Final = (".service", ".socket", ".timer")
_UP: Final = frozenset({"active", "activating", "reloading", "deactivating"})
"""`activating` is also what waits to be started again after it has failed."""
PATIENCE: Final = 300.0
"""Seconds. Each unit has limits of its own; this is for a systemd that does not answer."""


class Services(Protocol):
    """The services of the product that an update stops: all but those that carry the hall's network."""

    def running(self) -> list[str]:
        """Those that run now, timers and sockets too. Raises Unable."""
        ...

    def stop(self, units: Sequence[str]) -> None:
        """Returns when none of them runs any more. Raises Unable."""
        ...

    def start(self, units: Sequence[str]) -> None:
        """As systemd reads them now. One that does not come up is said, and no more."""
        ...


class Systemd:
    """Services by `systemctl`."""

    def running(self) -> list[str]:
        """By what systemd has loaded, sorted."""
        listed = self._ask("list-units", "--all", "--plain", "--no-legend", "--full", "nghi-truong*").stdout
        rows = [line.split(maxsplit=4) for line in listed.splitlines()]
        up = [row[0] for row in rows if len(row) >= 4 and row[2] in _UP]
        return sorted(name for name in up if name.endswith(_KINDS) and not name.startswith((SETTLE, *STAYS_UP)))

    def stop(self, units: Sequence[str]) -> None:
        """Timers and sockets first, so that nothing is woken meanwhile."""
        waking = [name for name in units if not name.endswith(".service")]
        for some in (waking, [name for name in units if name.endswith(".service")]):
            if some:
                self._must("stop", *some)
        if left := [name for name in self.running() if name in units]:
            raise Unable(f"still running: {', '.join(left)}")

    def start(self, units: Sequence[str]) -> None:
        """After a reload, so that a changed unit counts."""
        self._must("daemon-reload")
        self._ask("reset-failed", "nghi-truong*")
        done = self._ask("start", *units)
        if done.returncode != 0:
            say(f"systemd: {done.stderr.strip()}", error=True)

    def _must(self, *words: str) -> None:
        done = self._ask(*words)
        if done.returncode != 0:
            raise Unable(f"systemctl {' '.join(words)}: {done.stderr.strip()}")

    @staticmethod
    def _ask(*words: str) -> subprocess.CompletedProcess[str]:
        command = ["systemctl", "--no-pager", "--no-ask-password", *words]
        try:
            # A session of its own: Ctrl-C at the terminal must not reach it.
            return subprocess.run(
                command, capture_output=True, text=True, timeout=PATIENCE, check=False, start_new_session=True
            )
        except subprocess.TimeoutExpired as error:
            raise Unable(f"systemd does not answer: {' '.join(command)}") from error
        except OSError as error:
            raise Unable(f"systemd cannot be asked: {error}") from error
