"""Another place for the public site: rclone's own WebDAV or SFTP server on loopback, which can be taken down."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

PATIENCE_SECONDS = 60.0


class OtherPlace:
    """`folder` is what lies there; `config` is rclone's file, in which the place is called `there`."""

    def __init__(self, home: Path, kind: str) -> None:
        self.folder, self.kind = home / "there", kind
        self.folder.mkdir(parents=True)
        self.port = free_port()
        self.config = home / "rclone.conf"
        lines = {
            "webdav": f"type = webdav\nurl = http://127.0.0.1:{self.port}\nvendor = other\n",
            "sftp": f"type = sftp\nhost = 127.0.0.1\nport = {self.port}\nuser = hdnd\npass = {_hidden('mat-khau')}\n"
            "shell_type = none\n",
        }
        self.config.write_text(f"[there]\n{lines[kind]}", encoding="utf-8")
        self.config.chmod(0o600)
        self._process: subprocess.Popen[bytes] | None = None
        self.up()

    def up(self) -> None:
        """Reachable from here on."""
        sign_in = ["--user", "hdnd", "--pass", "mat-khau"] if self.kind == "sftp" else []
        command = ["rclone", "serve", self.kind, str(self.folder), "--addr", f"127.0.0.1:{self.port}", *sign_in]
        self._process = subprocess.Popen(
            [
                *command,
                "--config",
                os.devnull,
                "--vfs-cache-mode",
                "off",
                "--dir-cache-time",
                "0s",
                "--log-level",
                "ERROR",
            ],
            env={**os.environ, "HOME": str(self.folder.parent), "XDG_CACHE_HOME": str(self.folder.parent / "cache")},
        )
        wait_until(lambda: answers(self.port))

    def down(self) -> None:
        """Not reachable any more."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(PATIENCE_SECONDS)
        self._process = None


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(holds: Callable[[], bool]) -> None:
    """Look again until it holds."""
    ends, pause = time.monotonic() + PATIENCE_SECONDS, Event()
    while not holds():
        assert time.monotonic() < ends, "it never came to hold"
        pause.wait(0.05)


def _hidden(password: str) -> str:
    """As rclone wants a password in its file."""
    return subprocess.run(["rclone", "obscure", password], capture_output=True, text=True, check=True).stdout.strip()
