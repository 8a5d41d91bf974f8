"""The chapter marks that the appliance told: `<data>/marks/<ledger>.json`."""

import logging
from typing import Final

import msgspec

from recordings.control import Mark, Marks
from recordings.layout import Layout

log = logging.getLogger(__name__)
LONGEST_TITLE: Final = 500
_decoder: Final = msgspec.json.Decoder(Marks)


def read_marks(layout: Layout, ledger: str) -> tuple[Mark, ...]:
    """All marks of the meeting; none if there are none, or if the file cannot be read (the video is worth more)."""
    try:
        found = _decoder.decode(layout.marks(ledger).read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        log.warning("the chapter marks of %s cannot be read: %s", ledger, error)
        return ()
    return tuple(msgspec.structs.replace(mark, title=one_line(mark.title)) for mark in found.marks)


def one_line(title: str) -> str:
    """What somebody typed, as it can stand in a file's own chapters and in a track: an empty line would end a cue
    there, and a NUL cannot be given to any process."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in title).split())[:LONGEST_TITLE]
