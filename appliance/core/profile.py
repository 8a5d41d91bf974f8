"""The rule profile: every number that comes from law, each with its citation (domain: rule profile).

The profile is copied into the ledger when a meeting is convened, so a replay years later applies
the rules of that day.
"""

from enum import StrEnum

from msgspec import Struct


class Majority(StrEnum):
    """The majorities a question can need. Both count against all members in office, never those present."""

    ORDINARY = "ordinary"
    TWO_THIRDS = "two_thirds"


class Fraction(Struct, frozen=True):
    """A share of N. `strict` means *more than* the share, otherwise *at least*.

    Integers only: a rounded percentage must never decide.
    """

    numerator: int
    denominator: int
    strict: bool
    citation: str
    verified_by: str = ""
    verified_on: str = ""

    def reached(self, count: int, n: int) -> bool:
        """True when `count` of `n` members reaches this share."""
        left, right = self.denominator * count, self.numerator * n
        return left > right if self.strict else left >= right

    def needed(self, n: int) -> int:
        """The smallest count that reaches the share of `n`: floor+1 when strict, otherwise the ceiling."""
        if self.strict:
            return self.numerator * n // self.denominator + 1
        return -(-self.numerator * n // self.denominator)


class Setting(Struct, frozen=True):
    """A number or switch of the council's own regulation, with the text it rests on."""

    value: int
    citation: str
    verified_by: str = ""
    verified_on: str = ""


class RuleProfile(Struct, frozen=True):
    """One council's rules. Loaded from `rules.toml`; nothing else in the code holds a legal number."""

    name: str
    ordinary: Fraction
    two_thirds: Fraction
    quorum: Fraction
    change_ballot: Setting
    """1: a ballot may be changed until the poll closes; 0: the first one counts."""
    poll_seconds: Setting
    """Default length of a timed electronic poll, in seconds; 0 means closed by hand."""
    show_names: Setting
    """1: the hall screen may show who voted how, once an open poll is announced."""
    grace_minutes: Setting
    """A member who comes in later than this after the sitting opened is shown as late."""

    def majority(self, kind: Majority) -> Fraction:
        """The share of N that a question of this kind needs."""
        return self.two_thirds if kind is Majority.TWO_THIRDS else self.ordinary
