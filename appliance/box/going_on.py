"""What is going on in the hall, as the appliance has written it into its data folder (`services/activity.py`).

What it said last stands also while it is away: a vote that was cut off by a power cut is still open.
"""

import fcntl
import json
from pathlib import Path

_VOTING = {"poll": "a poll is open", "secret": "a secret vote is being taken"}


def voting(data: Path) -> str:
    """Why a copy must wait now; empty: it need not. A file that is missing says *wait* while an appliance runs."""
    try:
        told = json.loads((data / "activity.json").read_text(encoding="utf-8"))
        return next((why for name, why in _VOTING.items() if told[name] is not False), "")
    except FileNotFoundError:
        return "the appliance is starting" if running(data) else ""
    except (OSError, ValueError, KeyError, TypeError):
        return "the appliance's word on what is going on cannot be read"


def running(data: Path) -> bool:
    """Whether an appliance works on this folder. The kernel lets go of its lock when it dies."""
    try:
        with (data / "appliance.lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
