"""Whether an order is accepted. Pure."""

import re
from typing import Final

from recordings.control import Order, Refusal
from recordings.recorder import Eyes, Subject

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
"""What may be the name of a folder: ledgers and items have no others."""


def refusal(order: Order, *, wanted: Subject | None, eyes: Eyes, full: bool, items: frozenset[str]) -> Refusal | None:
    """Why not. `items`: items and speeches of the order's meeting of which there are marks."""
    match order.do:
        case "start" if wanted is not None:
            return Refusal.ALREADY_RECORDING
        case "start" if eyes in {Eyes.PRIVATE, Eyes.UNKNOWN}:
            return Refusal.RECORDING_PRIVATE
        case "start" if full:
            return Refusal.RECORDING_DISK_FULL
        case "look" if eyes in {Eyes.PRIVATE, Eyes.UNKNOWN}:
            return Refusal.RECORDING_PRIVATE
        case "look" if wanted is not None:
            return Refusal.ALREADY_RECORDING
        case "stop" if wanted is None:
            return Refusal.NOT_RECORDING
        case "clip" if order.ledger is None or order.item is None:
            return Refusal.MALFORMED
        case "clip" if order.item not in items:
            return Refusal.RECORDING_UNKNOWN
        case _:
            return None


def is_name(text: str | None) -> bool:
    """Whether it may be part of a path."""
    return text is not None and NAME.fullmatch(text) is not None
