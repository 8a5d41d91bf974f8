"""Counting: the vectors of the domain guide, and integers against exact fractions."""

from fractions import Fraction as Exact

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.majority import hundredths_of_percent
from appliance.core.profile import Fraction, Majority
from tests.house import PROFILE, Hall, announce_poll, cast, convene, open_poll, sit

# Domain guide 5.3: N, more than half, two thirds.
NEEDED = [
    (15, 8, 10),
    (20, 11, 14),
    (21, 11, 14),
    (24, 13, 16),
    (26, 14, 18),
    (27, 14, 18),
    (28, 15, 19),
    (30, 16, 20),
    (46, 24, 31),
]


@pytest.mark.parametrize(("n", "half", "two_thirds"), NEEDED)
def test_the_smallest_sufficient_count_is_the_one_of_the_law_table(n: int, half: int, two_thirds: int) -> None:
    assert PROFILE.ordinary.needed(n) == half
    assert PROFILE.two_thirds.needed(n) == two_thirds
    for rule, needed in ((PROFILE.ordinary, half), (PROFILE.two_thirds, two_thirds)):
        assert rule.reached(needed, n)
        assert not rule.reached(needed - 1, n)


# Domain guide 5.3, test vectors: N, present, yes, no, abstain, majority, adopted.
VECTORS = [
    (27, 25, 14, 0, 0, Majority.ORDINARY, True),
    (27, 25, 13, 2, 10, Majority.ORDINARY, False),
    (30, 30, 15, 0, 0, Majority.ORDINARY, False),
    (20, 20, 13, 0, 0, Majority.TWO_THIRDS, False),
    (20, 20, 14, 0, 0, Majority.TWO_THIRDS, True),
    (15, 8, 8, 0, 0, Majority.ORDINARY, True),
    (27, 13, 13, 0, 0, Majority.ORDINARY, False),
    (26, 26, 13, 13, 0, Majority.ORDINARY, False),
]


@pytest.mark.parametrize(("n", "present", "yes", "no", "none", "majority", "adopted"), VECTORS)
def test_a_poll_is_adopted_by_all_members_in_office_never_by_those_present(
    n: int, present: int, yes: int, no: int, none: int, majority: Majority, adopted: bool
) -> None:
    hall = open_poll(sit(convene(Hall.of(n)), present), majority=majority)
    poll = announce_poll(cast(hall, yes, no, none)).state.polls["p1"]
    assert poll.adopted is adopted
    assert poll.tally is not None
    assert (poll.tally.for_, poll.tally.against, poll.tally.abstain) == (yes, no, none)
    assert poll.tally.not_pressed == present - yes - no - none
    assert (poll.tally.present, poll.tally.absent, poll.tally.n) == (present, n - present, n)


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[int, int, int, int, int]:
    """N, present, and how they chose."""
    n = draw(st.integers(1, 12))
    present = draw(st.integers(1, n))
    yes = draw(st.integers(0, present))
    no = draw(st.integers(0, present - yes))
    return n, present, yes, no, draw(st.integers(0, present - yes - no))


@given(outcomes(), st.sampled_from(Majority))
def test_whoever_comes_and_however_they_vote_only_n_decides(
    outcome: tuple[int, int, int, int, int], majority: Majority
) -> None:
    n, present, yes, no, none = outcome
    hall = cast(open_poll(sit(convene(Hall.of(n)), present), majority=majority), yes, no, none)
    poll = announce_poll(hall).state.polls["p1"]
    half, two_thirds = Exact(yes, n) > Exact(1, 2), Exact(yes, n) >= Exact(2, 3)
    assert poll.adopted is (two_thirds if majority is Majority.TWO_THIRDS else half)


shares = st.builds(
    lambda denominator, numerator, strict: Fraction(min(numerator, denominator), denominator, strict, "a test"),
    st.integers(1, 1_000),
    st.integers(0, 1_000),
    st.booleans(),
)


@given(shares, st.integers(0, 5_000), st.integers(1, 5_000))
def test_the_integer_rule_is_exactly_the_rule_of_fractions(share: Fraction, count: int, n: int) -> None:
    limit = Exact(share.numerator, share.denominator) * n
    assert share.reached(count, n) == (count > limit if share.strict else count >= limit)
    needed = share.needed(n)
    assert share.reached(needed, n)
    assert needed == 0 or not share.reached(needed - 1, n)


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_percentage_is_rounded_half_up_to_two_decimals(share: tuple[int, int]) -> None:
    part, n = share
    exact = Exact(part, n) * 10_000
    shown = hundredths_of_percent(part, n)
    assert exact - Exact(1, 2) < shown <= exact + Exact(1, 2)


@pytest.mark.parametrize(
    ("part", "n", "shown"),
    [(446, 473, 9429), (434, 473, 9175), (24, 27, 8889), (1, 800, 13), (27, 27, 10_000), (0, 27, 0), (0, 0, 0)],
)
def test_percentages_read_as_in_the_press(part: int, n: int, shown: int) -> None:
    assert hundredths_of_percent(part, n) == shown
