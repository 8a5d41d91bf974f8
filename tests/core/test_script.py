"""The chair's script: what it offers is legal, what it holds back says why, and the main step leads on."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import script_polls
from appliance.core.meeting import decide
from appliance.core.people import Actor
from appliance.core.refusals import Code, Refusal
from appliance.core.script import Step, steps
from appliance.core.script_step import ID
from appliance.core.slips import SlipFacts
from appliance.core.state import MeetingStage, Order, PollState
from tests.house import (
    CHAIR,
    CLERK,
    OTHER_CHAIR,
    Hall,
    accepted,
    announce_poll,
    close_poll,
    convene,
    draft,
    member,
    open_poll,
    sit,
)


def script(hall: Hall, actor: Actor = CHAIR) -> tuple[Step, ...]:
    """What this chair is offered now."""
    return steps(hall.state, actor, hall.now, hall.facts)


def main(hall: Hall) -> c.Command | None:
    """The one step to take next."""
    found = [step.command for step in script(hall) if step.main]
    assert len(found) <= 1
    return found[0] if found else None


def offers(hall: Hall, kind: type[c.Command]) -> bool:
    """Whether the chair may give such a command now."""
    return any(isinstance(step.command, kind) and step.refusal is None for step in script(hall))


def in_hall() -> Hall:
    return sit(convene(Hall.of(27)))


def test_from_opening_the_sitting_to_telling_the_result_the_main_step_leads_on() -> None:
    hall = convene(Hall.of(27))
    assert isinstance(main(hall), c.OpenSitting)
    sit(hall, item=None)
    assert isinstance(main(hall), c.StartItem)
    accepted(hall.give(CHAIR, c.StartItem, item="i1"))
    draft(hall)
    assert main(hall) == c.OpenPoll(id="0" * 32, poll="p1")
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1"))
    assert isinstance(main(hall), c.ClosePoll)
    close_poll(hall)
    assert isinstance(main(hall), c.ConfirmPoll)
    accepted(hall.give(CHAIR, c.ConfirmPoll, poll="p1"))
    assert main(hall) is None, "the chair waits for the clerk"
    accepted(hall.give(CLERK, c.ConfirmPoll, poll="p1"))
    assert isinstance(main(hall), c.AnnouncePoll)


def test_below_the_quorum_opening_stays_the_main_step_and_says_what_stands_against_it() -> None:
    hall = draft(sit(convene(Hall.of(27)), present=17))
    step = next(s for s in script(hall) if s.main)
    assert isinstance(step.command, c.OpenPoll)
    assert step.refusal is Code.BELOW_QUORUM


def test_in_a_held_poll_the_main_step_is_to_go_on() -> None:
    hall = open_poll(in_hall())
    accepted(hall.give(CHAIR, c.HoldPoll, poll="p1"))
    assert isinstance(main(hall), c.ResumePoll)


def test_a_timed_poll_may_be_closed_early_but_nobody_is_pushed_to() -> None:
    hall = open_poll(in_hall(), seconds=60)
    assert main(hall) is None
    assert offers(hall, c.ClosePoll)


def test_a_repeat_comes_before_what_is_new_and_is_offered_once() -> None:
    hall = open_poll(draft(in_hall(), "p2"))
    accepted(hall.give(CHAIR, c.VoidPoll, poll="p1", reason="sai tên nghị quyết"))
    assert offers(hall, c.RepeatPoll)
    accepted(hall.give(CHAIR, c.RepeatPoll, poll="p1", reason="sai tên", new_poll="p3"))
    assert main(hall) == c.OpenPoll(id="0" * 32, poll="p3")
    assert not offers(hall, c.RepeatPoll)
    accepted(hall.give(CHAIR, c.VoidPoll, poll="p3", reason="nhầm"))
    assert offers(hall, c.RepeatPoll), "the repeat was thrown away"


def test_a_sitting_is_to_be_closed_only_when_the_agenda_is_through() -> None:
    hall = in_hall()
    assert not isinstance(main(hall), c.CloseSitting)
    accepted(hall.give(CHAIR, c.StartItem, item="i2"))
    assert isinstance(main(hall), c.CloseSitting)
    empty = Hall.of(27)
    accepted(empty.give(CLERK, c.ConveneMeeting, title="Kỳ họp"))
    accepted(empty.give(CHAIR, c.OpenSitting))
    assert main(empty) is None, "a new sitting with no agenda yet is not to be closed"


def test_who_does_not_hold_the_gavel_is_told_so_and_given_no_main_step() -> None:
    told = script(open_poll(in_hall()), OTHER_CHAIR)
    assert not any(step.main or step.refusal is None for step in told)
    assert Code.GAVEL_NOT_YOURS in {step.refusal for step in told}


def test_an_entry_that_nobody_confirmed_in_time_counts_nothing_and_is_not_forgotten() -> None:
    hall = open_poll(in_hall())
    accepted(hall.give(CLERK, c.EnterForMember, poll="p1", member="m02", choice="for", reason="hỏng máy"))
    poll = announce_poll(hall).state.polls["p1"]
    assert list(poll.lapsed) == ["m02"]
    assert poll.tally is not None
    assert poll.tally.for_ == 0


def said(hall: Hall) -> list[str]:
    """The keys of the words that go with the main step."""
    return [say.key for step in script(hall) if step.main for say in step.say]


def after(hall: Hall) -> type[c.Command] | None:
    """What the script says will come after the main step."""
    found = [step for step in script(hall) if step.after]
    assert len(found) <= 1
    assert not any(step.main for step in found)
    return type(found[0].command) if found else None


def item_of(hall: Hall, kind: str, name: str = "k1", **more: Any) -> Hall:
    accepted(hall.give(CLERK, c.AddItem, item=name, number="9", title="Nội dung", kind=kind, **more))
    return hall


def test_a_whole_meeting_is_led_by_the_main_step_alone() -> None:
    hall = convene(Hall.of(27))
    accepted(hall.give(CLERK, c.DraftPoll, item="i1", poll="p1", question="Thông qua chương trình?"))
    went = []
    for _ in range(40):
        step = main(hall)
        if step is None:
            assert hall.state.polls["p1"].state is PollState.CLOSED, "only the clerk's word is waited for"
            accepted(hall.give(CLERK, c.ConfirmPoll, poll="p1"))
            continue
        went.append(type(step).__name__)
        fields = {name: getattr(step, name) for name in ("poll", "item") if hasattr(step, name)}
        accepted(hall.give(CHAIR, type(step), **fields))
        if isinstance(step, c.OpenSitting):
            for i in range(1, 26):
                accepted(hall.give(CLERK, c.CheckIn, member=f"m{i:02}"))
        if isinstance(step, c.CloseMeeting):
            break
    assert went == [
        "OpenSitting", "StartItem", "OpenPoll", "ClosePoll", "ConfirmPoll", "AnnouncePoll", "StartItem",
        "CloseSitting", "CloseMeeting",
    ]  # fmt: skip
    assert hall.state.stage is MeetingStage.CLOSED


def test_what_comes_after_is_what_the_rules_would_lead_to_and_cannot_be_given_yet() -> None:
    hall = convene(Hall.of(27))
    assert after(hall) is c.StartItem
    draft(sit(hall))
    assert after(hall) is c.ClosePoll
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1"))
    assert after(hall) is c.ConfirmPoll
    accepted(hall.give(CHAIR, c.ClosePoll, poll="p1"))
    assert after(hall) is c.AnnouncePoll
    before = hall.state
    script(hall)
    assert hall.state is before, "thinking on changes nothing"


def test_the_first_words_of_a_sitting_report_the_roll_with_its_numbers() -> None:
    hall = sit(convene(Hall.of(27)), present=25, item=None)
    step = next(s for s in script(hall) if s.main)
    assert (step.say[0].key, step.say[0].values) == ("roll_report", {"present": 25, "n": 27})
    low = sit(convene(Hall.of(27)), present=17, item=None)
    assert said(low)[:2] == ["roll_report", "roll_report_low"]
    assert said(sit(convene(Hall.of(27)), present=27, item=None))[0] == "roll_report_full"


@pytest.mark.parametrize(
    ("kind", "presenter", "key"),
    [
        ("report", "Ông A", "start_report"),
        ("report", "", "StartItem"),
        ("discussion", "Chủ tọa", "start_discussion"),
        ("questioning", "", "start_questioning"),
        ("election", "", "start_election"),
        ("break", "", "start_break"),
        ("other", "Ông A", "StartItemBy"),
    ],
)
def test_an_item_begins_with_the_words_of_its_kind(kind: str, presenter: str, key: str) -> None:
    hall = item_of(sit(convene(Hall.of(27), items=1)), kind, presenter=presenter)
    assert said(hall)[-1] == key


def test_after_a_break_all_are_called_back_and_after_a_report_its_presenter_is_thanked() -> None:
    hall = item_of(sit(convene(Hall.of(27), items=1)), "break")
    item_of(item_of(hall, "report", "k2", presenter="Ông A"), "other", "k3")
    accepted(hall.give(CHAIR, c.StartItem, item="k1"))
    assert said(hall)[0] == "back_to_work"
    accepted(hall.give(CHAIR, c.StartItem, item="k2"))
    assert said(hall)[0] == "thanks"


def test_an_item_of_the_afternoon_is_not_begun_in_the_morning() -> None:
    hall = item_of(sit(convene(Hall.of(27), items=1)), "questioning", sitting=2)
    assert isinstance(main(hall), c.CloseSitting)
    assert offers(hall, c.StartItem), "the chair may all the same"
    accepted(hall.give(CHAIR, c.CloseSitting))
    assert isinstance(main(hall), c.OpenSitting)
    accepted(hall.give(CHAIR, c.OpenSitting))
    assert isinstance(main(hall), c.StartItem)


def test_who_asked_to_speak_is_heard_before_the_vote_is_opened() -> None:
    hall = draft(in_hall())
    accepted(hall.give(member(3), c.AskToSpeak))
    accepted(hall.give(member(4), c.AskToSpeak))
    step = main(hall)
    assert isinstance(step, c.GiveFloor)
    accepted(hall.give(CHAIR, c.GiveFloor, request=step.request))
    assert said(hall) == ["thanks", "GiveFloor"]
    second = main(hall)
    assert isinstance(second, c.GiveFloor)
    accepted(hall.give(CHAIR, c.GiveFloor, request=second.request))
    assert isinstance(main(hall), c.EndFloor)
    accepted(hall.give(CHAIR, c.EndFloor))
    assert isinstance(main(hall), c.OpenPoll)
    accepted(hall.give(CHAIR, c.OpenPoll, poll="p1"))
    accepted(hall.give(member(5), c.AskToSpeak))
    assert isinstance(main(hall), c.ClosePoll), "nobody is called while a vote runs"


def test_questions_are_put_answered_and_left_one_by_one() -> None:
    hall = item_of(sit(convene(Hall.of(27), items=1)), "questioning")
    slips = {
        name: SlipFacts(
            name, f"m0{i}", f"Đại biểu {i}", "Trưởng phòng Kinh tế", f"Câu {i}", group="g1", group_title="Rác"
        )
        for i, name in enumerate(("s1", "s2"), 1)
    }
    hall.facts = replace(hall.facts, slips=slips)
    accepted(hall.give(CHAIR, c.StartItem, item="k1"))
    assert main(hall) == c.StartQuestioning(id=ID, group="g1")
    accepted(hall.give(CHAIR, c.StartQuestioning, group="g1"))
    for i in (1, 2):
        step = main(hall)
        assert isinstance(step, c.GiveFloor)
        assert step.member == f"m0{i}"
        accepted(hall.give(CHAIR, c.GiveFloor, member=step.member, kind="questioning"))
        step = main(hall)
        assert isinstance(step, c.GiveFloor)
        assert step.guest == "Trưởng phòng Kinh tế"
        accepted(hall.give(CHAIR, c.GiveFloor, guest=step.guest, kind="explanation"))
        assert main(hall) == c.MarkAnswered(id=ID, slip=f"s{i}")
        accepted(hall.give(CHAIR, c.MarkAnswered, slip=f"s{i}"))
    assert isinstance(main(hall), c.EndQuestioning)
    accepted(hall.give(CHAIR, c.EndQuestioning))
    assert not offers(hall, c.StartQuestioning), "all have been answered"


def test_a_question_whose_delegate_is_away_is_read_and_answered() -> None:
    hall = item_of(sit(convene(Hall.of(27), items=1), present=25), "questioning")
    slip = SlipFacts("s1", "m27", "Đại biểu 27", "Trưởng phòng", "Câu hỏi", group="g1", group_title="Rác")
    hall.facts = replace(hall.facts, slips={"s1": slip})
    accepted(hall.give(CHAIR, c.StartItem, item="k1"))
    accepted(hall.give(CHAIR, c.StartQuestioning, group="g1"))
    step = main(hall)
    assert isinstance(step, c.GiveFloor)
    assert step.guest == "Trưởng phòng"
    assert said(hall) == ["answer_absent"]


def test_whatever_happens_the_script_offers_only_what_the_rules_take() -> None:
    hall = draft(in_hall())
    accepted(hall.give(member(3), c.AskToSpeak))
    for step in script(hall):
        verdict = decide(hall.state, Order(step.command, CHAIR, hall.now, hall.facts))
        if not step.after:
            assert isinstance(verdict, Refusal) is (step.refusal is not None)


SOURCES = sorted(Path(script_polls.__file__).parent.glob("script_*.py"))
WORDS = Path(script_polls.__file__).parents[2] / "web" / "src" / "words"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_that_the_script_can_say_is_in_the_word_files(language: str) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))["script"]
    missing: set[str] = set()
    for source in SOURCES:
        for call in (
            node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        ):
            name = call.func.id if isinstance(call.func, ast.Name) else ""
            if name == "Say" and call.args and isinstance(call.args[0], ast.Constant):
                missing |= {f"say.{call.args[0].value!s}"} - {f"say.{key}" for key in (*words["say"], "result")}
            if name == "Candidate":
                for keyword in call.keywords:
                    group = {"label": "do", "hint": "hint", "sure": "sure"}.get(keyword.arg or "")
                    if group is not None and isinstance(keyword.value, ast.Constant) and keyword.value.value:
                        missing |= {f"{group}.{keyword.value.value!s}"} - {f"{group}.{key}" for key in words[group]}
    commands = {
        node.attr
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "c"
        and node.attr != "Command"
    }
    missing |= {
        f"do.{name}" for name in commands if not any(key == name or key.startswith(f"{name}_") for key in words["do"])
    }
    assert missing == set()
