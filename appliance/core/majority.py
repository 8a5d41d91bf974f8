"""Counting: from ballots to a tally, from a tally to adopted or not. Integers only.

The denominator is N, all members in office: never those present, never the votes cast.
"""

from collections.abc import Mapping

from appliance.core.ballot_paper import Choice
from appliance.core.events import Tally
from appliance.core.state import Ballot, Poll


def count(poll: Poll, ballots: Mapping[str, Ballot]) -> Tally:
    """The poll's tally. *Present, did not press* and *absent* are kept apart from the three choices."""
    if poll.method.counted and poll.counts is not None:
        yes, no, none = poll.counts.for_, poll.counts.against, poll.counts.abstain
    else:
        choices = [b.choice for b in ballots.values()]
        yes, no, none = (choices.count(c) for c in (Choice.FOR, Choice.AGAINST, Choice.ABSTAIN))
    present = poll.present_number
    return Tally(
        for_=yes,
        against=no,
        abstain=none,
        not_pressed=present - yes - no - none,
        present=present,
        absent=poll.n - present,
        n=poll.n,
    )


def adopted(poll: Poll, tally: Tally) -> bool:
    """Whether the question passes under the rule frozen at opening. A tie is simply not passed."""
    return poll.rule is not None and poll.rule.reached(tally.for_, poll.n)


def hundredths_of_percent(part: int, n: int) -> int:
    """`part` of `n` in hundredths of a per cent, rounded half up: 24 of 27 -> 8889. For show, never to decide."""
    return (part * 20_000 + n) // (2 * n) if n else 0
