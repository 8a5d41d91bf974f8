"""Counting papers: from two equal keyings to the numbers, from the numbers to who is elected. Integers only.

The denominator is N, as for every vote. A line takes hold when its deciding mark reaches the rule's share of N.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from appliance.core.ballot_marks import Candidate, ElectionKind, Invalid, Mark, choices
from appliance.core.events import ElectionResult, PersonResult
from appliance.core.profile import Fraction, RuleProfile
from appliance.core.state import Election, KeyedPaper

_DECIDES: Final = {ElectionKind.CONFIDENCE_VOTE: Mark.NO, ElectionKind.CONFIDENCE_RATING: Mark.LOW}


def deciding(kind: ElectionKind) -> Mark:
    """The mark that is counted against the threshold: not in favour, for the two kinds that ask for confidence."""
    return _DECIDES.get(kind, Mark.YES)


def differences(election: Election) -> tuple[int, ...]:
    """The papers that the two tellers read differently; known only when both are done."""
    if not election.whole:
        return ()
    one, other = election.keyed.values()
    return tuple(paper for paper in sorted(one) if one[paper] != other[paper])


def count(election: Election, papers: Mapping[int, KeyedPaper], profile: RuleProfile) -> ElectionResult:
    """The numbers of one keying. The rule and N are those that were frozen when the ballots were handed out."""
    valid = [paper for paper in papers.values() if paper.invalid is None]
    reasons: Counter[Invalid] = Counter(p.invalid for p in papers.values() if p.invalid is not None)
    lines = tuple(_line(person, valid, election) for person in election.candidates)
    chosen, tied = _chosen(election, lines)
    mark = deciding(election.kind)
    relieve: tuple[str, ...] = ()
    if election.kind is ElectionKind.CONFIDENCE_RATING:
        rule = profile.elections.rating_relieve
        relieve = tuple(x.candidate for x in lines if rule.reached(x.marks[mark], election.n))
    return ElectionResult(
        n=election.n,
        present=len(election.present),
        issued=election.issued or 0,
        exchanged=election.exchanged,
        collected=len(papers),
        valid=len(valid),
        invalid=len(papers) - len(valid),
        needed=election.needed,
        lines=lines,
        reasons=dict(sorted(reasons.items())),
        chosen=chosen,
        tied=tied,
        open_seats=election.seats - len(chosen) if election.kind is ElectionKind.ELECT else 0,
        relieve=relieve,
    )


def _line(person: Candidate, valid: list[KeyedPaper], election: Election) -> PersonResult:
    found = Counter(paper.marks[person.candidate] for paper in valid)
    marks = {mark: found[mark] for mark in (*choices(election.kind), Mark.SPOILED)}
    rule: Fraction | None = election.rule
    reached = rule is not None and rule.reached(marks[deciding(election.kind)], election.n)
    return PersonResult(candidate=person.candidate, marks=marks, reached=reached)


def _chosen(election: Election, lines: tuple[PersonResult, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """In an election the seats go to the most votes over the threshold; who is equal at the last seat waits."""
    reached = [line for line in lines if line.reached]
    if election.kind is not ElectionKind.ELECT:
        return tuple(line.candidate for line in reached), ()
    reached.sort(key=lambda line: -line.marks[Mark.YES])
    if len(reached) <= election.seats:
        return tuple(line.candidate for line in reached), ()
    last = reached[election.seats - 1].marks[Mark.YES]
    if reached[election.seats].marks[Mark.YES] < last:
        return tuple(line.candidate for line in reached[: election.seats]), ()
    above = tuple(line.candidate for line in reached if line.marks[Mark.YES] > last)
    return above, tuple(line.candidate for line in reached if line.marks[Mark.YES] == last)
