"""In systemd's place, in a box that is one of folders: starts and stops the appliance of the release in use.

Run as `systemctl`; the box is in the environment. What it does not know it answers as systemd does: with a code.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(os.environ["BOX_ROOT"])
PID = ROOT / "run/appliance.pid"
APPLIANCE = "nghi-truong-appliance.service"
STOP_SECONDS = 30


def running() -> int | None:
    """The appliance's process; a dead one that nobody has buried does not run."""
    try:
        pid = int(PID.read_text())
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        return pid if state != "Z" and str(ROOT) in Path(f"/proc/{pid}/cmdline").read_text() else None
    except (OSError, ValueError):
        return None


def start() -> None:
    """A process of its own, which outlives this one."""
    if running() is None:
        current = ROOT / "opt/nghi-truong/current"
        settings = str(ROOT / "etc/nghi-truong/appliance.toml")
        command = [str(current / "venv/bin/python"), "-I", "-m", "appliance", "serve", "--config", settings]
        with (ROOT / "run/appliance.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)
        PID.write_text(str(process.pid))


def stop() -> int:
    """Politely, and for a limited time."""
    until = time.monotonic() + STOP_SECONDS
    if (pid := running()) is not None:
        os.kill(pid, signal.SIGTERM)
    while running() is not None:
        if time.monotonic() > until:
            return 1
        time.sleep(0.05)
    return 0


def main() -> int:
    """The words that an update says."""
    what, *units = [word for word in sys.argv[1:] if not word.startswith("--")]
    if what == "list-units":
        if running() is not None:
            print(f"{APPLIANCE} loaded active running Nghị Trường: appliance")
        print("nghi-truong-settle.service loaded inactive dead Nghị Trường: end an interrupted update")
    elif what == "start" and {APPLIANCE, "nghi-truong.target"} & set(units):
        start()
    elif what == "stop" and APPLIANCE in units:
        return stop()
    return 0 if what in {"list-units", "start", "stop", "daemon-reload", "reset-failed"} else 1


if __name__ == "__main__":
    sys.exit(main())
