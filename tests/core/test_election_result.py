"""The arithmetic of the count: 6.5's sums for any papers, and who is chosen by each kind's rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.core.ballot_marks import Candidate, ElectionKind, Invalid, Mark, choices
from appliance.core.election_life import rule_of
from appliance.core.election_result import count
from appliance.core.events import ElectionResult
from appliance.core.state import Election, KeyedPaper
from tests.house import PROFILE, name_of

NAMES = ("a", "b", "c", "d")


def of(
    kind: ElectionKind, n: int, present: int, *, people: int = 4, seats: int = 2, delegate: bool = False
) -> Election:
    """An election at its count."""
    rule = rule_of(PROFILE, kind, of_delegate=delegate)
    return Election(
        election="b1", item="i1", kind=kind, office="x", seats=seats, rules="",
        candidates=tuple(Candidate(candidate=name, name=name) for name in NAMES[:people]),
        n=n, present=frozenset(name_of(i) for i in range(1, present + 1)), rule=rule, needed=rule.needed(n),
        issued=present, collected=present,
    )  # fmt: skip


def told(kind: ElectionKind, n: int, marks: dict[Mark, int], *, delegate: bool = False) -> ElectionResult:
    """A count on one person."""
    papers = [KeyedPaper({"a": mark}) for mark, times in marks.items() for _ in range(times)]
    election = of(kind, n, len(papers), people=1, seats=1, delegate=delegate)
    return count(election, dict(enumerate(papers, 1)), PROFILE)


@st.composite
def counts(draw: st.DrawFn) -> tuple[Election, dict[int, KeyedPaper]]:
    """Any election and any papers that the tellers could have keyed for it."""
    kind = draw(st.sampled_from(ElectionKind))
    n = draw(st.integers(1, 40))
    present = draw(st.integers(1, n))
    people, seats = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    election = of(kind, n, present, people=people, seats=seats)
    names = [person.candidate for person in election.candidates]
    marks = st.sampled_from((*choices(kind), Mark.SPOILED))

    def fits(paper: KeyedPaper) -> bool:
        chosen = list(paper.marks.values())
        too_many = kind is ElectionKind.ELECT and chosen.count(Mark.YES) > seats
        return not too_many and set(chosen) != {Mark.SPOILED}

    valid = st.fixed_dictionaries(dict.fromkeys(names, marks)).map(KeyedPaper).filter(fits)
    spoiled = st.sampled_from(Invalid).map(lambda reason: KeyedPaper({}, reason))
    papers = draw(st.lists(st.one_of(valid, spoiled), max_size=present))
    return replace(election, collected=len(papers)), dict(enumerate(papers, 1))


@given(counts())
def test_the_sums_of_the_count_always_agree(case: tuple[Election, dict[int, KeyedPaper]]) -> None:
    election, papers = case
    result = count(election, papers, PROFILE)
    assert result.valid + result.invalid == result.collected == len(papers)
    assert result.collected <= result.issued <= result.present
    assert sum(result.reasons.values()) == result.invalid
    for line in result.lines:
        assert sum(line.marks.values()) == result.valid


@given(counts())
def test_nobody_is_elected_without_more_than_half_of_n_nor_over_a_seat(
    case: tuple[Election, dict[int, KeyedPaper]],
) -> None:
    election, papers = case
    result = count(election, papers, PROFILE)
    yes = {line.candidate: line.marks.get(Mark.YES, 0) for line in result.lines}
    if election.kind is not ElectionKind.ELECT:
        assert not result.tied
        return
    assert len(result.chosen) + result.open_seats == election.seats
    assert all(2 * yes[name] > election.n for name in (*result.chosen, *result.tied))
    assert len({yes[name] for name in result.tied}) <= 1
    left = set(yes) - set(result.chosen) - set(result.tied)
    if result.chosen and left:
        assert min(yes[name] for name in result.chosen) >= max(yes[name] for name in left)
    if result.tied:
        assert len(result.tied) > result.open_seats >= 1


@given(counts(), st.randoms())
def test_the_order_of_the_papers_makes_no_difference(
    case: tuple[Election, dict[int, KeyedPaper]], chance: object
) -> None:
    election, papers = case
    mixed = list(papers.values())
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert count(election, dict(enumerate(mixed, 1)), PROFILE) == count(election, papers, PROFILE)


@pytest.mark.parametrize(
    ("kind", "delegate", "n", "yes", "passes"),
    [
        (ElectionKind.RELIEVE, False, 27, 13, False),
        (ElectionKind.RELIEVE, False, 27, 14, True),
        (ElectionKind.RESIGN, False, 30, 15, False),
        (ElectionKind.CEASE, False, 30, 16, True),
        (ElectionKind.REMOVE, False, 27, 14, True),
        (ElectionKind.REMOVE, True, 27, 17, False),
        (ElectionKind.REMOVE, True, 27, 18, True),
        (ElectionKind.REMOVE, True, 20, 13, False),
        (ElectionKind.REMOVE, True, 20, 14, True),
    ],
)
def test_each_kind_passes_by_its_own_share_of_all_members(
    kind: ElectionKind, delegate: bool, n: int, yes: int, passes: bool
) -> None:
    result = told(kind, n, {Mark.YES: yes, Mark.NO: 1}, delegate=delegate)
    assert (result.chosen == ("a",)) is passes


def test_a_confidence_vote_takes_hold_by_more_than_half_of_n_against() -> None:
    assert told(ElectionKind.CONFIDENCE_VOTE, 27, {Mark.YES: 12, Mark.NO: 13}).chosen == ()
    assert told(ElectionKind.CONFIDENCE_VOTE, 27, {Mark.YES: 11, Mark.NO: 14}).chosen == ("a",)


def test_a_rating_has_two_thresholds_of_low() -> None:
    few = told(ElectionKind.CONFIDENCE_RATING, 27, {Mark.HIGH: 10, Mark.LOW: 13})
    more = told(ElectionKind.CONFIDENCE_RATING, 27, {Mark.MIDDLE: 8, Mark.LOW: 17})
    most = told(ElectionKind.CONFIDENCE_RATING, 27, {Mark.MIDDLE: 8, Mark.LOW: 18})
    assert [(r.chosen, r.relieve) for r in (few, more, most)] == [((), ()), (("a",), ()), (("a",), ("a",))]
