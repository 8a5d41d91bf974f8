"""Gives a command of the machine, and takes no for an error."""

import subprocess
from collections.abc import Sequence

from appliance.box.telling import Unable


def ordered(words: Sequence[str]) -> str:
    """What it printed. Raises Unable, with what it said, when it cannot be given or does not end well."""
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Unable(f"{words[0]}: {error}") from error
    if done.returncode != 0:
        raise Unable(f"{' '.join(words[:6])}: {(done.stderr or done.stdout).strip()[-500:]}")
    return done.stdout.strip()
