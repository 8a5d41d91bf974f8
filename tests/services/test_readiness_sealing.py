"""For which meeting a readiness report is, and that its seal is over what is stored."""

from datetime import UTC, date, datetime

import msgspec
from msgspec.structs import replace

from appliance.adapters.memory import HashSigner
from appliance.core.plan import MeetingKind, Plan, PlannedSitting
from appliance.services.on_file import OnFile
from appliance.services.readiness_check import Check
from appliance.services.readiness_report import message_of, read, text_of
from appliance.services.readiness_sealing import About, Moment, meeting_of, report_of, sealed
from tests.house import Hall, convene
from tests.services.test_readiness_rules import GOOD

NOW = datetime(2026, 12, 17, 18, 30, tzinfo=UTC)
"""Half past one in the morning of the 18th, in the hall."""


def plan(name: str, *days: int, ledger: str | None = None) -> Plan:
    sittings = tuple(PlannedSitting(date(2026, 12, day)) for day in days)
    return Plan(name, MeetingKind.THEMATIC, f"Kỳ {name}", sittings=sittings, ledger=ledger)


def on_file(*plans: Plan) -> OnFile:
    return OnFile(plans={one.id: one for one in plans})


def test_it_is_for_the_meeting_that_runs() -> None:
    state = convene(Hall.of()).state
    assert meeting_of(state, on_file(plan("k1", 18)), NOW) == About(state.title, state.ledger, state.plan or "")


def test_otherwise_for_the_next_one_planned_counted_by_the_halls_own_days() -> None:
    empty = replace(convene(Hall.of()).state, ledger="")
    plans = on_file(plan("k4", 24), plan("k2", 17), plan("k3", 16, 18), plan("k1", 18, ledger="done"), plan("k9"))
    assert meeting_of(empty, plans, NOW) == About("Kỳ k3", "", "k3")
    assert meeting_of(empty, on_file(plan("k2", 17)), NOW) == About()


def test_what_is_sealed_is_the_text_that_is_stored() -> None:
    check, signer = Check("2026-12-18T00:00:00Z", "ky-thuat", "Hồ Quang Mẫu"), HashSigner()
    moment = Moment("r1", NOW, demo=False, rehearsal=True)
    report = report_of(check, GOOD, "HĐND xã Hồng Mẫu", About("Kỳ họp", "", "k1"), " thay dây\n", moment)
    record = sealed(report, NOW, signer)
    assert read(record.text) == report
    assert (report.note, report.rehearsal, record.verdict) == ("thay dây", True, "green")
    assert (record.green, record.amber, record.red) == (17, 0, 0)
    assert record.signature == signer.sign(message_of(record.text))
    assert text_of(msgspec.convert(msgspec.to_builtins(report), type(report))) == record.text
