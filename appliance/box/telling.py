"""What the technician is told, and the two ways in which a subcommand ends without having done its work."""

import sys
from contextlib import suppress


class Refused(Exception):
    """The answer is no, and nothing has changed. The text says why and what to do."""


class Unable(Exception):
    """The machine could not do it. The text says what is so now."""


class Away(Exception):
    """A target of backups is not there: its disk is not plugged in. Nothing has been written anywhere."""


def say(text: str, *, error: bool = False) -> None:
    """One line to the person or the journal, at once. A terminal that is gone is no reason to stop half-way."""
    with suppress(OSError):
        print(text, file=sys.stderr if error else sys.stdout, flush=True)
