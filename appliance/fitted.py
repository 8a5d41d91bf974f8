"""What bootstrap hands over: the fitted parts, how they run, how they end, how they begin anew."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from appliance.adapters.group_commit import GroupCommitWriter
from appliance.adapters.notify import Notify
from appliance.adapters.sql.registry import SqlRegistry
from appliance.config import Config
from appliance.server.heartbeat import Heartbeat
from appliance.server.panel_socket import PanelSocket
from appliance.server.parts import Parts
from appliance.server.serve import Server
from appliance.services.desk import Desk
from appliance.services.enrolment import Enrolment
from appliance.services.registry import Registry
from appliance.services.signin import SignIn

_ANEW_SECONDS: Final = 180.0
"""So long the ledger may take to replay before whoever watches thinks that we hang: the unit's `TimeoutStartSec=`."""
_LAST_WORDS: Final = 0.3
"""Seconds for the answer that is given last to reach its screen, before the server starts anew."""


@dataclass(slots=True)
class OnFile:
    """The registry's side alone: for commands that need no meeting (create-account, the demo's roster)."""

    store: SqlRegistry
    registry: Registry
    sign_in: SignIn
    desk: Desk
    enrolment: Enrolment


@dataclass(slots=True)
class Appliance:
    """The fitted parts, and how to take them apart."""

    config: Config
    parts: Parts
    on_file: OnFile
    server: Server
    panels: PanelSocket
    writer: GroupCommitWriter
    again: bool = False
    """To be started anew once it has ended: another mode was written down."""
    _closing: list[Callable[[], None]] = field(default_factory=list)

    def start(self) -> None:
        """Listen, for screens and for panels."""
        self.panels.start(self.config.panels_uid)
        self.server.start()

    def run(self, ready: Callable[[], None] = lambda: None, notify: Notify | None = None) -> None:
        """Serve until SIGTERM or SIGINT; `ready` is called when everything listens, `notify` is told all the while."""
        notify = notify or Notify()
        heartbeat = Heartbeat(self.writer.ask, notify.alive, notify.every)
        self.parts.tasks.append(("the sign of life", heartbeat.run))
        try:
            self.server.heed_signals()
            self.start()
            ready()
            self.server.wait()
        finally:
            if self.again:
                notify.begins_anew(_ANEW_SECONDS)
            else:
                notify.stopping()
            self.close()
        if self.again:
            start_anew(self.server.port)

    def leave(self) -> None:
        """End, and start anew in the mode that is written down now."""
        self.again = True
        self.parts.hub.after(_LAST_WORDS, self.server.end)

    def close(self) -> None:
        """Stop listening, write what still waits, and let go of the files."""
        self.server.stop()
        for close in self._closing:
            close()


def start_anew(port: int) -> None:
    """This very process, from its beginning: the same pid, so whoever looks after it notices nothing. On the same
    port, also when the system chose it."""
    sys.stdout.flush()
    sys.stderr.flush()
    given, listen = sys.orig_argv[1:], ["--port", str(port)]
    os.execv(sys.executable, [sys.executable, *given, *(listen if given[-2:] != listen else [])])  # noqa: S606
