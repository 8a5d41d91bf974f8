"""The clerk's desk and papers: their place, rights, versions and sending; each refusal leaves all as it was."""

from dataclasses import replace as altered
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from appliance.core.ballot_paper import DocumentRef, Matter, Method, Subject
from appliance.core.paper_rights import PaperState
from appliance.core.plan import MeetingKind, Plan, PlanItem, PlannedPoll
from appliance.core.profile import Majority
from appliance.core.refusals import Code
from appliance.core.state import Meeting, MeetingStage, Poll
from appliance.services import desk_commands as d
from appliance.services import papers
from appliance.services.on_file import Document, PaperVersion, Put, revision
from tests.services.reception import Reception, accepted, code

T0 = datetime(2026, 12, 1, tzinfo=UTC)
PLAN = Plan("plan-1", MeetingKind.THEMATIC, "Kỳ họp chuyên đề", items=(PlanItem("i1", "Một"), PlanItem("i2", "Hai")))


def version(letter: str, **fields: Any) -> PaperVersion:
    hours = ord(letter) - ord("a")
    found = PaperVersion(letter * 64, f"{letter}.pdf", "application/pdf", 9, T0 + timedelta(hours=hours), "clerk")
    return replace(found, **{"state": PaperState.READY, "pages": 3, **fields})


def paper(name: str, *versions: PaperVersion, **fields: Any) -> Document:
    return replace(Document(name, PLAN.id, "i1", f"Tài liệu {name}", versions=versions), **fields)


@pytest.fixture
def house() -> Reception:
    found = Reception.of()
    put(found, PLAN, paper("d1", version("a"), order=1), paper("d2", version("b"), order=2))
    return found


def put(house: Reception, *records: Any) -> None:
    house.registry.change("test", "test", lambda _: tuple(Put(record) for record in records))


def voted_on(house: Reception, sha256: str) -> None:
    """A poll of the meeting is about this version."""
    subject = Subject("i1", "Thông qua?", DocumentRef("Dự thảo", sha256))
    house.desk = altered(
        house.desk,
        meeting=lambda: Meeting(
            polls={"p": Poll("p", (subject,), Matter.RESOLUTION, Majority.ORDINARY, Method.ELECTRONIC, None, False)}
        ),
    )


def refused(house: Reception, kind: Any, **fields: Any) -> Code | None:
    before = house.on_file
    found = code(house.at_desk(kind, **fields))
    assert house.on_file == before
    return found


def test_an_edit_changes_what_it_names_and_leaves_the_rest(house: Reception) -> None:
    accepted(house.at_desk(d.EditDocument, document="d1", seen=1, title="Báo ca\u0301o", rights="committee:Ban KT"))
    found = house.on_file.documents["d1"]
    assert (found.title, found.rights, found.item, found.revision) == ("Báo cáo", "committee:Ban KT", "i1", 2)
    accepted(house.at_desk(d.EditDocument, document="d1", seen=2, item=None))
    assert house.on_file.documents["d1"].item is None


def test_the_second_of_two_clerks_is_told(house: Reception) -> None:
    accepted(house.at_desk(d.EditDocument, document="d1", seen=1, title="Của người thứ nhất"))
    assert refused(house, d.EditDocument, document="d1", seen=1, title="Của người thứ hai") is Code.EDITED_MEANWHILE


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"document": "nowhere", "title": "x"}, Code.DOCUMENT_UNKNOWN),
        ({"document": "gone", "title": "x"}, Code.DOCUMENT_WITHDRAWN),
        ({"document": "d1", "item": "i9"}, Code.ITEM_UNKNOWN),
        ({"document": "d1", "title": "Kế hoạch (Mật)"}, Code.SECRET_PAPER),
        ({"document": "d1", "title": "Báo cáo\u200b"}, Code.MALFORMED),
    ],
)
def test_an_edit_that_cannot_be_is_refused(house: Reception, fields: dict[str, Any], found: Code) -> None:
    put(house, paper("gone", version("c"), withdrawn=T0))
    assert refused(house, d.EditDocument, seen=1, **fields) is found


def test_papers_of_an_item_are_put_in_order_one_move_at_a_time(house: Reception) -> None:
    put(house, paper("d3", version("c"), order=3), paper("e1", version("d"), item="i2"))
    accepted(house.at_desk(d.MoveDocument, document="d3"))
    assert order(house) == ["d3", "d1", "d2", "e1"]
    accepted(house.at_desk(d.MoveDocument, document="d3", after="d2"))
    assert order(house) == ["d1", "d2", "d3", "e1"]
    assert refused(house, d.MoveDocument, document="d3", after="e1") is Code.DOCUMENT_UNKNOWN


def order(house: Reception) -> list[str]:
    return [found.id for found in papers.of_plan(house.on_file, Meeting(), PLAN.id)]


def test_what_is_sent_first_is_in_time_and_what_comes_after_it_is_supplementary(house: Reception) -> None:
    accepted(house.at_desk(d.SendPapers, plan=PLAN.id))
    put(house, paper("late", version("c")), paper("slow", version("e", state=PaperState.QUEUED)))
    accepted(house.at_desk(d.SendPapers, plan=PLAN.id))
    on_file = house.on_file.documents
    assert [on_file[name].versions[0].supplementary for name in ("d1", "d2", "late")] == [False, False, True]
    assert on_file["late"].versions[0].sent == house.clock.now().utc
    assert on_file["slow"].versions[0].sent is None
    assert refused(house, d.SendPapers, plan=PLAN.id) is Code.NOTHING_TO_SEND


def test_only_the_papers_that_are_named_are_sent(house: Reception) -> None:
    accepted(house.at_desk(d.SendPapers, plan=PLAN.id, documents=("d2",)))
    assert house.on_file.documents["d1"].sent is None
    assert refused(house, d.SendPapers, plan=PLAN.id, documents=("d1", "nowhere")) is Code.DOCUMENT_UNKNOWN


def test_what_a_poll_is_about_is_not_withdrawn(house: Reception) -> None:
    voted_on(house, "a" * 64)
    assert refused(house, d.WithdrawDocument, document="d1", reason="nhầm") is Code.DOCUMENT_IN_USE
    assert refused(house, d.DropVersion, document="d1", sha256="a" * 64) is Code.DOCUMENT_IN_USE
    accepted(house.at_desk(d.WithdrawDocument, document="d2", reason="nhầm"))
    assert house.on_file.documents["d2"].reason == "nhầm"


def test_what_a_planned_question_is_about_is_not_withdrawn(house: Reception) -> None:
    poll = PlannedPoll("p", "Thông qua?", document="d1")
    put(house, replace(PLAN, items=(PlanItem("i1", "Một", polls=(poll,)),)))
    assert refused(house, d.WithdrawDocument, document="d1", reason="nhầm") is Code.DOCUMENT_IN_USE
    assert refused(house, d.DropVersion, document="d1", sha256="a" * 64) is Code.DOCUMENT_IN_USE


def test_a_version_that_delegates_were_sent_stays_and_the_wrong_one_before_it_goes(house: Reception) -> None:
    accepted(house.at_desk(d.SendPapers, plan=PLAN.id))
    assert refused(house, d.DropVersion, document="d1", sha256="a" * 64) is Code.VERSION_SENT
    assert refused(house, d.DropVersion, document="d1", sha256="f" * 64) is Code.VERSION_UNKNOWN
    put(house, paper("d3", version("c"), version("e", state=PaperState.FAILED)))
    accepted(house.at_desk(d.DropVersion, document="d3", sha256="e" * 64))
    assert [v.sha256[0] for v in house.on_file.documents["d3"].versions] == ["c"]
    accepted(house.at_desk(d.DropVersion, document="d3", sha256="c" * 64))
    assert "d3" not in house.on_file.documents


def test_a_question_is_about_the_newest_version_that_was_sent(house: Reception) -> None:
    versions = (version("a", sent=T0), version("b", sent=T0), version("c"), version("e", state=PaperState.QUEUED))
    put(house, paper("d1", *versions))
    named = papers.document_ref(house.on_file, "d1")
    assert named == DocumentRef("Tài liệu d1", "b" * 64)
    put(house, paper("d1", version("c")))
    assert papers.document_ref(house.on_file, "d1") == DocumentRef("Tài liệu d1", "c" * 64)
    put(house, paper("d1", version("c"), withdrawn=T0))
    assert papers.document_ref(house.on_file, "d1") is None
    assert papers.document_ref(house.on_file, "nowhere") is None


def test_papers_without_a_name_are_those_of_the_meeting_that_runs_or_comes_next(house: Reception) -> None:
    assert papers.plan_now(house.on_file, Meeting()) is None
    put(house, replace(PLAN, invited=T0))
    assert papers.plan_now(house.on_file, Meeting()) == PLAN.id
    assert papers.plan_now(house.on_file, Meeting(plan="other", stage=MeetingStage.CONVENED)) == "other"


def test_a_committees_papers_go_along_with_its_name_and_fall_to_no_other(house: Reception) -> None:
    accepted(house.at_desk(d.SaveCommittee, name="Ban Pháp chế"))
    law = next(iter(house.on_file.committees.values()))
    put(house, paper("d3", version("c"), rights="committee:Ban Pháp chế"))
    assert refused(house, d.DropCommittee, committee=law.id, seen=revision(law)) is Code.STILL_IN_USE
    accepted(house.at_desk(d.SaveCommittee, committee=law.id, name="Ban Tư pháp", seen=revision(law)))
    accepted(house.at_desk(d.SaveCommittee, name="Ban Pháp chế"))
    found = house.on_file.documents["d3"]
    assert (found.rights, found.revision) == ("committee:Ban Tư pháp", 2)


def test_the_public_is_told_no_paper_of_a_part_of_a_private_item(house: Reception) -> None:
    items = (PlanItem("i1", "Kín", private=True), PlanItem("i2", "Phần", parent="i1"), PlanItem("i3", "Ý", parent="i2"))
    convened = replace(PLAN, items=items, ledger="l1")
    sent = version("c", sent=T0)
    put(house, convened, *(paper(f"d{i.item}", sent, item=i.item, rights="public") for i in items))
    put(house, paper("whole", sent, item=None, rights="public"))
    told = papers.public(house.on_file, Meeting())
    assert [p.document for p in told.meetings["l1"]] == ["whole"]
