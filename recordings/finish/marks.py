"""The chapter marks that the appliance told: `<data>/marks/<ledger>.json`."""

import logging
from typing import Final

import msgspec

from recordings.control import Mark, Marks
from recordings.layout import Layout

log = logging.getLogger(__name__)
_decoder: Final = msgspec.json.Decoder(Marks)


def read_marks(layout: Layout, ledger: str) -> tuple[Mark, ...]:
    """All marks of the meeting; none if there are none, or if the file cannot be read (the video is worth more)."""
    try:
        found = _decoder.decode(layout.marks(ledger).read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        log.warning("the chapter marks of %s cannot be read: %s", ledger, error)
        return ()
    return found.marks
