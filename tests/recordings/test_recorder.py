"""The recorder's decisions, without a process: stages, who may see, what is wanted."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.control import Order, Problem, Refusal
from recordings.process.orders import refusal
from recordings.process.problems import Facts, problems
from recordings.recorder import (
    NEXT,
    Archive,
    Eyes,
    Hand,
    RecorderStage,
    Situation,
    Subject,
    Told,
    backoff_seconds,
    eyes,
    step,
    wanted,
)

ONE, TWO, BETWEEN = Subject("k1", "s1"), Subject("k1", "s2"), Subject("k1", None)
SUBJECTS = st.sampled_from([None, ONE, TWO, BETWEEN])
SITUATIONS = st.builds(
    Situation,
    stage=st.sampled_from(RecorderStage),
    eyes=st.sampled_from(Eyes),
    wanted=SUBJECTS,
    take=SUBJECTS,
    closed=st.booleans(),
    on_disk=st.booleans(),
    disk_full=st.booleans(),
    looking=st.booleans(),
)


def situation(**changes: object) -> Situation:
    """A sitting is being recorded, in public."""
    usual = {
        "stage": RecorderStage.RECORDING,
        "eyes": Eyes.PUBLIC,
        "wanted": ONE,
        "take": ONE,
        "closed": False,
        "on_disk": True,
        "disk_full": False,
    }
    return Situation(**{**usual, **changes})  # type: ignore[arg-type]


def test_the_drawing_of_the_recorders_stages_is_the_table_in_the_code() -> None:
    page = (Path(__file__).parents[2] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = page.split("is the table `NEXT` in `recordings/recorder.py`", 1)[1].split("\n## ", 1)[0]
    drawn = set(re.findall(r"^    (\w+) --> (\w+)$", section, re.M))
    assert drawn == {(str(before), str(after)) for before, afters in NEXT.items() for after in afters}


@given(SITUATIONS)
def test_no_stage_is_left_but_by_the_table(now: Situation) -> None:
    assert step(now).stage in {now.stage} | NEXT[now.stage]


@given(SITUATIONS)
def test_nothing_private_or_unknown_is_filmed_kept_or_shown(now: Situation) -> None:
    done = step(now)
    if now.eyes in {Eyes.PRIVATE, Eyes.UNKNOWN}:
        assert not done.source
        assert done.archive is not Archive.RUN
        assert done.show != "live"
        assert done.stage is not RecorderStage.RECORDING
    if now.eyes is Eyes.PRIVATE:
        assert done.show == "private"


@given(SITUATIONS)
def test_a_look_through_the_camera_is_seen_at_the_desks_alone(now: Situation) -> None:
    done, without = step(now), step(replace(now, looking=False))
    assert (done.stage, done.archive, done.show) == (without.stage, without.archive, without.show)
    assert done.preview == ("live" if done.source else done.show)


@given(SITUATIONS)
def test_recording_is_said_only_of_pictures_on_disk(now: Situation) -> None:
    if step(now).stage is RecorderStage.RECORDING:
        assert now.on_disk
        assert not now.disk_full
        assert now.wanted is not None


@given(SITUATIONS)
def test_a_take_that_is_open_is_never_forgotten(now: Situation) -> None:
    done = step(now)
    if now.take is not None and not now.closed:
        assert done.archive is not Archive.NONE


def test_another_sitting_is_another_take() -> None:
    assert step(situation(wanted=TWO)).stage is RecorderStage.STOPPING
    assert step(situation(stage=RecorderStage.STOPPING, wanted=TWO, closed=True)).stage is RecorderStage.STOPPING
    assert step(situation(stage=RecorderStage.STOPPING, wanted=TWO, take=None)).stage is RecorderStage.IDLE
    assert step(situation(stage=RecorderStage.IDLE, wanted=TWO, take=None)).stage is RecorderStage.STARTING


def test_a_link_that_was_lost_for_a_moment_holds_the_live_stream_and_nothing_else() -> None:
    done = step(situation(eyes=Eyes.HELD))
    assert (done.stage, done.source, done.archive, done.show) == (
        RecorderStage.RECORDING,
        True,
        Archive.RUN,
        "unknown",
    )


def test_a_take_made_outside_a_sitting_is_not_shown() -> None:
    assert step(situation(wanted=BETWEEN, take=BETWEEN)).show == "off"


@pytest.mark.parametrize(
    ("on_disk", "by_link", "away", "expected"),
    [
        (False, False, 0.0, Eyes.PUBLIC),
        (False, False, 1.0, Eyes.HELD),
        (False, None, 1.0, Eyes.HELD),
        (False, False, 5.0, Eyes.UNKNOWN),
        (True, False, 0.0, Eyes.PRIVATE),
        (False, True, 0.0, Eyes.PRIVATE),
        (False, True, 9.0, Eyes.PRIVATE),
        (None, False, 0.0, Eyes.PRIVATE),
        (None, None, 9.0, Eyes.PRIVATE),
    ],
)
def test_public_needs_the_file_and_the_appliance_private_needs_one_word(
    on_disk: bool | None, by_link: bool | None, away: float, expected: Eyes
) -> None:
    assert eyes(Told(on_disk, by_link, away), unknown_after_seconds=5.0) is expected


@pytest.mark.parametrize(
    ("known", "hand", "take", "automatic", "expected"),
    [
        (ONE, None, None, True, ONE),
        (ONE, None, None, False, None),
        (BETWEEN, None, ONE, True, None),
        (None, None, ONE, True, ONE),
        (ONE, Hand(ONE, False), ONE, True, None),
        (TWO, Hand(ONE, False), ONE, True, TWO),
        (ONE, Hand(ONE, True), None, False, ONE),
        (TWO, Hand(ONE, True), ONE, False, None),
        (BETWEEN, Hand(BETWEEN, True), None, False, BETWEEN),
        (ONE, Hand(BETWEEN, True), BETWEEN, False, ONE),
        (BETWEEN, Hand(ONE, True), ONE, False, None),
        (ONE, Hand(BETWEEN, False), None, True, ONE),
        (Subject("k2", "s1"), Hand(BETWEEN, True), None, False, None),
    ],
)
def test_an_order_by_hand_holds_for_its_sitting(
    known: Subject | None, hand: Hand | None, take: Subject | None, automatic: bool, expected: Subject | None
) -> None:
    assert wanted(known, hand, take, start_with_sitting=automatic) == expected


@pytest.mark.parametrize(
    ("do", "is_wanted", "seen", "full", "expected"),
    [
        ("start", True, Eyes.PUBLIC, False, Refusal.ALREADY_RECORDING),
        ("start", False, Eyes.PRIVATE, False, Refusal.RECORDING_PRIVATE),
        ("start", False, Eyes.UNKNOWN, False, Refusal.RECORDING_PRIVATE),
        ("start", False, Eyes.PUBLIC, True, Refusal.RECORDING_DISK_FULL),
        ("start", False, Eyes.PUBLIC, False, None),
        ("look", False, Eyes.PRIVATE, False, Refusal.RECORDING_PRIVATE),
        ("look", True, Eyes.UNKNOWN, False, Refusal.RECORDING_PRIVATE),
        ("look", True, Eyes.PUBLIC, False, Refusal.ALREADY_RECORDING),
        ("look", False, Eyes.PUBLIC, True, None),
        ("stop", False, Eyes.PUBLIC, False, Refusal.NOT_RECORDING),
        ("stop", True, Eyes.PRIVATE, True, None),
        ("clip", True, Eyes.PUBLIC, False, Refusal.MALFORMED),
    ],
)
def test_an_order_is_refused_by_name(do: str, is_wanted: bool, seen: Eyes, full: bool, expected: str | None) -> None:
    order = Order(id="1", do=do, by="chair")  # type: ignore[arg-type]
    found = refusal(order, wanted=ONE if is_wanted else None, eyes=seen, full=full, items=frozenset())
    assert found == expected


def test_a_clip_is_of_an_item_that_there_is() -> None:
    order = Order(id="1", do="clip", by="chair", ledger="k1", item="i1")
    assert refusal(order, wanted=None, eyes=Eyes.PUBLIC, full=True, items=frozenset({"i1"})) is None
    assert refusal(order, wanted=None, eyes=Eyes.PUBLIC, full=True, items=frozenset()) is Refusal.RECORDING_UNKNOWN


ALL_WRONG = Facts(
    stage=RecorderStage.RECORDING,
    looking=False,
    disk_full=False,
    disk_low=True,
    source=Problem.SOURCE_LOST,
    frozen=True,
    archive_stalled=True,
    no_sound=True,
    live_down=True,
    push_down=True,
    packets_lost=True,
    clock_stepped=True,
)


def test_problems_are_told_worst_first_and_those_of_a_take_only_while_one_is_wanted() -> None:
    told = problems(ALL_WRONG)
    assert list(told) == sorted(told, key=list(Problem).index)
    assert set(Problem) - set(told) == {Problem.DISK_FULL, Problem.NO_SOURCE}
    assert problems(replace(ALL_WRONG, stage=RecorderStage.IDLE)) == (Problem.DISK_LOW, Problem.CLOCK_STEPPED)
    looked = problems(replace(ALL_WRONG, stage=RecorderStage.IDLE, looking=True))
    camera = {Problem.SOURCE_LOST, Problem.FROZEN, Problem.NO_SOUND}
    assert set(looked) == {Problem.DISK_LOW, Problem.CLOCK_STEPPED, *camera}
    assert problems(replace(ALL_WRONG, disk_full=True))[0] is Problem.DISK_FULL


def test_what_fails_again_and_again_is_started_ever_later() -> None:
    waits = [backoff_seconds(n) for n in range(1, 40)]
    assert waits[0] < 0.1
    assert waits == sorted(waits)
    assert waits[-1] == 5.0
