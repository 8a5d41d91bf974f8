"""What all events are, and the numbers of a poll."""

from msgspec import Struct, field


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all events; the tag is the class name."""


class Tally(Struct, frozen=True, omit_defaults=False):
    """A poll's numbers. Invariants: the three choices + not_pressed = present; present + absent = n."""

    for_: int = field(name="for")
    against: int
    abstain: int
    not_pressed: int
    present: int
    absent: int
    n: int
