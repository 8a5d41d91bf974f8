"""The draft minutes say what the ledger says: every number against a recount from the raw entries."""

import json
import random
from collections import Counter
from datetime import datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core.ballot_paper import Choice, Subject
from appliance.core.ledger import read
from appliance.core.minutes import Minutes
from appliance.core.minutes_draft import draft
from appliance.core.people import Actor, Role
from tests.core.a_random_meeting import CHAIR, CLERK, RandomMeeting

Raw = list[tuple[dict[str, Any], dict[str, Any]]]


def minutes_of(meeting: RandomMeeting) -> Minutes:
    minutes = draft(read(meeting.bodies()))
    assert minutes is not None
    return minutes


def raw_events(meeting: RandomMeeting) -> Raw:
    """Entry and event, straight from the stored JSON: none of the product's code reads it here."""
    entries = [json.loads(body) for body in meeting.bodies()]
    return [(entry, event) for entry in entries for event in entry["events"]]


def recount(raw: Raw, poll: str) -> dict[str, int]:
    """The numbers of one poll, counted again from its ballots."""
    opened = next(e for _, e in raw if e["type"] == "PollOpened" and e["poll"] == poll)
    drafted = next(e for _, e in raw if e["type"] == "PollDrafted" and e["poll"] == poll)
    if drafted["method"] in {"hands", "paper"}:
        counts = [e for _, e in raw if e["type"] == "CountsEntered" and e["poll"] == poll][-1]
        chosen = Counter({k: counts[k] for k in ("for", "against", "abstain")})
    else:
        last = {e["member"]: e["choice"] for _, e in raw if e["type"] == "BallotCast" and e["poll"] == poll}
        chosen = Counter(last.values())
    present, n = present_in(opened), opened["n"]
    return {
        "for": chosen["for"],
        "against": chosen["against"],
        "abstain": chosen["abstain"],
        "not_pressed": present - chosen.total(),
        "present": present,
        "absent": n - present,
        "n": n,
    }


def present_in(opened: dict[str, Any]) -> int:
    """How many were there: by name, or as a vote that was entered afterwards says."""
    return int(opened.get("present_count", len(opened["present"])))


def recount_sittings(raw: Raw) -> list[dict[str, Any]]:
    """For each sitting who came, who came late and who went early, counted again."""
    found: list[dict[str, Any]] = []
    for entry, event in raw:
        time = datetime.fromisoformat(entry["time"])
        match event["type"]:
            case "SittingOpened":
                found.append({"n": len(event["members"]), "opened": time, "in": {}, "here": set(), "closed": False})
            case "CheckedIn":
                found[-1]["in"].setdefault(event["member"], time)
                found[-1]["here"].add(event["member"])
            case "CheckedOut":
                found[-1]["here"].discard(event["member"])
            case "SittingClosed":
                found[-1]["closed"] = True
    for sitting in found:
        came = sitting["in"]
        sitting["late"] = {m for m, t in came.items() if (t - sitting["opened"]).total_seconds() > 15 * 60}
        sitting["early"] = set(came) - sitting["here"]
    return found


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), n=st.integers(3, 12), steps=st.integers(5, 60))
def test_every_number_in_the_minutes_equals_a_recount_from_the_raw_entries(seed: int, n: int, steps: int) -> None:
    meeting = RandomMeeting(random.Random(seed), n)
    meeting.play(steps)
    raw, minutes = raw_events(meeting), minutes_of(meeting)

    opened = [e for _, e in raw if e["type"] == "PollOpened"]
    assert [p.poll for p in minutes.polls] == [e["poll"] for e in opened]
    told = {e["poll"]: e for _, e in raw if e["type"] == "PollAnnounced"}
    for poll, event in zip(minutes.polls, opened, strict=True):
        assert (poll.n, poll.present, poll.needed) == (event["n"], present_in(event), event["needed"])
        if poll.tally is None:
            assert poll.poll not in told
            assert poll.names is None
            continue
        counted = recount(raw, poll.poll)
        tally = {k.rstrip("_"): getattr(poll.tally, k) for k in poll.tally.__struct_fields__}
        assert tally == counted
        share = (2, 1, True) if poll.majority == "ordinary" else (3, 2, False)
        reached = share[0] * counted["for"] > share[1] * n if share[2] else share[0] * counted["for"] >= share[1] * n
        assert poll.adopted is reached
        if poll.names is not None:
            named = Counter("not_pressed" if b.choice is None else b.choice.value for b in poll.names)
            assert all(named[k] == counted[k] for k in ("for", "against", "abstain", "not_pressed"))
    assert {p.poll for p in minutes.polls if p.tally is not None} == set(told)

    for sitting, again in zip(minutes.sittings, recount_sittings(raw), strict=True):
        assert (sitting.n, sitting.attended) == (again["n"], len(again["in"]))
        assert len(sitting.absent) == again["n"] - len(again["in"])
        assert {a.facts.member for a in sitting.roll if a.late} == again["late"]
        assert {a.facts.member for a in sitting.roll if a.left_early} == again["early"]
        assert (sitting.closed is not None) == again["closed"]

    doubtful = {entry["seq"] for entry, _ in raw if entry.get("time_doubtful")}
    for when in [p.opened for p in minutes.polls] + [p.started for p in minutes.passages if p.started]:
        assert when.doubtful == (when.seq in doubtful)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_agenda_in_the_minutes_is_the_one_that_was_followed(seed: int) -> None:
    meeting = RandomMeeting(random.Random(seed), 5)
    meeting.play(40)
    minutes = minutes_of(meeting)
    followed = [(entry["seq"], e["item"]) for entry, e in raw_events(meeting) if e["type"] == "ItemStarted"]
    told = [(p.started.seq, p.item) for p in minutes.passages if p.started is not None and not p.continued]
    assert told == followed


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_choice_that_the_clerk_entered_is_noted_with_its_reason_as_long_as_it_counts(seed: int) -> None:
    meeting = RandomMeeting(random.Random(seed), 4)
    meeting.play(60)
    raw = raw_events(meeting)
    for poll in minutes_of(meeting).polls:
        last = {e["member"]: e for _, e in raw if e["type"] == "BallotCast" and e["poll"] == poll.poll}
        entered = {member for member, e in last.items() if e["by"] == "entered"}
        assert {note.facts.member for note in poll.entered} == entered
        assert all(note.reason == "hộp bấm hỏng" for note in poll.entered)


def a_meeting_with_everyone(n: int = 5) -> RandomMeeting:
    meeting = RandomMeeting(random.Random(1), n)
    meeting.play(0)
    for member in meeting.members:
        meeting.give(c.CheckIn, CLERK, member=member)
    meeting.give(c.StartItem, CHAIR, item="i1")
    return meeting


def vote(meeting: RandomMeeting, poll: str, yes: int) -> None:
    meeting.give(c.OpenPoll, CHAIR, poll=poll)
    for member in meeting.members[:yes]:
        meeting.give(
            c.CastBallot,
            Actor(role=Role.DELEGATE, person=member, member=member),
            poll=poll,
            choice=Choice.FOR,
        )


def tell(meeting: RandomMeeting, poll: str) -> None:
    meeting.give(c.ClosePoll, CHAIR, poll=poll)
    meeting.give(c.ConfirmPoll, CLERK, poll=poll)
    meeting.give(c.ConfirmPoll, CHAIR, poll=poll)
    meeting.give(c.AnnouncePoll, CHAIR, poll=poll)


def test_a_draft_printed_in_mid_poll_tells_nobody_how_the_vote_stands() -> None:
    meeting = a_meeting_with_everyone()
    meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll="p1", show_names=True)
    vote(meeting, "p1", 4)
    for step in (lambda: None, lambda: meeting.give(c.ClosePoll, CHAIR, poll="p1")):
        step()
        (poll,) = minutes_of(meeting).polls
        assert (poll.tally, poll.adopted, poll.names) == (None, None, None)


def test_a_void_vote_stays_in_the_minutes_with_its_reason_and_without_a_result() -> None:
    meeting = a_meeting_with_everyone()
    meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll="p1")
    vote(meeting, "p1", 4)
    meeting.give(c.VoidPoll, CHAIR, poll="p1", reason="nhầm dự thảo")
    (poll,) = minutes_of(meeting).polls
    assert poll.voided is not None
    assert (poll.void_reason, poll.tally) == ("nhầm dự thảo", None)


def test_a_repeated_vote_keeps_both_results_and_only_the_last_makes_a_resolution() -> None:
    meeting = a_meeting_with_everyone()
    meeting.give(c.DraftPoll, CLERK, item="i1", question="Sai tên", poll="p1")
    vote(meeting, "p1", 4)
    tell(meeting, "p1")
    meeting.give(c.RepeatPoll, CHAIR, poll="p1", reason="sai tên gọi", new_poll="p2", question="Đúng tên")
    vote(meeting, "p2", 3)
    tell(meeting, "p2")
    minutes = minutes_of(meeting)
    first, second = minutes.polls
    assert [p.tally.for_ for p in (first, second) if p.tally] == [4, 3]
    assert (first.repeated_by, second.repeats, second.repeat_reason) == ("p2", "p1", "sai tên gọi")
    assert [subject.question for _, subject in minutes.resolutions()] == ["Đúng tên"]


def test_a_repeat_that_fails_takes_the_resolution_away() -> None:
    meeting = a_meeting_with_everyone()
    meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll="p1")
    vote(meeting, "p1", 4)
    tell(meeting, "p1")
    meeting.give(c.RepeatPoll, CHAIR, poll="p1", reason="đếm lại", new_poll="p2")
    vote(meeting, "p2", 2)
    tell(meeting, "p2")
    assert minutes_of(meeting).resolutions() == ()


def test_every_draft_of_a_bloc_is_listed_as_its_own_resolution() -> None:
    meeting = a_meeting_with_everyone()
    bloc = (Subject(item="i2", question="Hai"),)
    meeting.give(c.DraftPoll, CLERK, item="i1", question="Một", poll="p1", bloc=bloc)
    vote(meeting, "p1", 5)
    tell(meeting, "p1")
    assert [(s.item, s.question) for _, s in minutes_of(meeting).resolutions()] == [
        ("i1", "Một"),
        ("i2", "Hai"),
    ]


def test_a_bloc_is_one_vote_told_at_every_item_that_it_touched() -> None:
    meeting = a_meeting_with_everyone()
    bloc = (Subject(item="i2", question="Hai"), Subject(item="i1", question="Ba"))
    meeting.give(c.DraftPoll, CLERK, item="i1", question="Một", poll="p1", bloc=bloc)
    vote(meeting, "p1", 5)
    tell(meeting, "p1")
    meeting.give(c.DraftPoll, CLERK, item="i1", question="Bốn", poll="p2")
    vote(meeting, "p2", 5)
    minutes = minutes_of(meeting)
    told = [(p.item, p.during, [(r.subject.question, r.part, r.parts) for r in p.records]) for p in minutes.passages]
    assert told == [
        ("i1", "", [("Một", 1, 3), ("Ba", 3, 3), ("Bốn", 1, 1)]),
        ("i2", "1", [("Hai", 2, 3)]),
    ]
    assert [p.poll for p in minutes.polls] == ["p1", "p2"]


def test_names_are_annexed_only_when_the_council_shows_them() -> None:
    meeting = a_meeting_with_everyone()
    for poll, show in (("p1", True), ("p2", False)):
        meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll=poll, show_names=show)
        vote(meeting, poll, 4)
        tell(meeting, poll)
    shown, hidden = minutes_of(meeting).polls
    assert shown.names is not None
    assert [b.choice for b in shown.names] == [Choice.FOR] * 4 + [None]
    assert hidden.names is None


def test_an_item_that_goes_on_in_a_later_sitting_is_told_again_there() -> None:
    meeting = a_meeting_with_everyone()
    meeting.give(c.CloseSitting, CHAIR)
    meeting.give(c.OpenSitting, CHAIR)
    meeting.give(c.CheckIn, CLERK, member="m01")
    meeting.give(c.DraftPoll, CLERK, item="i1", question="?", poll="p1")
    meeting.give(c.OpenPoll, CHAIR, poll="p1", override_quorum=True)
    first, again = minutes_of(meeting).passages
    assert (first.sitting, first.continued, first.polls) == ("s1", False, ())
    assert (again.item, again.sitting, again.continued) == ("i1", "s2", True)
    assert again.polls[0].quorum_overridden


def test_a_private_part_is_noted_from_when_to_when() -> None:
    meeting = a_meeting_with_everyone()
    meeting.give(c.GoPrivate, CHAIR, scope="item")
    meeting.clock.advance(60)
    meeting.give(c.StartItem, CHAIR, item="i2")
    (part,) = minutes_of(meeting).private
    assert part.until is not None
    assert (part.scope, (part.until.time - part.since.time).total_seconds()) == ("item", 60)


def test_a_ledger_without_entries_has_no_minutes() -> None:
    assert draft([]) is None


def test_the_minutes_name_the_entry_that_they_were_read_to() -> None:
    meeting = a_meeting_with_everyone()
    minutes = minutes_of(meeting)
    head = meeting.store.head()
    assert (minutes.ledger, minutes.seq, minutes.head) == (head.ledger, head.seq, head.hash)


def test_who_spoke_is_told_at_the_item_and_in_the_sitting_in_which_they_did() -> None:
    meeting = RandomMeeting(random.Random(1), 5)
    meeting.play(0)
    for member in meeting.members:
        meeting.give(c.CheckIn, CLERK, member=member)
    meeting.give(c.GiveFloor, CHAIR, guest="Before the agenda")
    meeting.give(c.StartItem, CHAIR, item="i1")
    meeting.give(c.GiveFloor, CHAIR, member="m02")
    meeting.give(c.GiveFloor, CHAIR, guest="Bà Khách Mời")
    meeting.give(c.CloseSitting, CHAIR)
    meeting.give(c.OpenSitting, CHAIR)
    meeting.give(c.GiveFloor, CHAIR, guest="Bà Khách Mời")
    first, second = minutes_of(meeting).passages
    assert [(s.name, s.until is not None) for s in first.speeches] == [("Đại biểu 2", True), ("Bà Khách Mời", True)]
    assert first.speeches[0].until == first.speeches[1].since
    assert (second.continued, second.sitting) == (True, "s2")
    assert [(s.name, s.until) for s in second.speeches] == [("Bà Khách Mời", None)]
