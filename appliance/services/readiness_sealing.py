"""From a check that is over to the report on file, with the appliance's seal. Pure, but for the key."""

from datetime import datetime

from msgspec import Struct

from appliance.core.ledger import sha256
from appliance.core.roll import HALL_TIME
from appliance.core.state import Meeting
from appliance.services.on_file import OnFile, Readiness
from appliance.services.ports import Signer
from appliance.services.readiness import items
from appliance.services.readiness_check import Check
from appliance.services.readiness_facts import Facts
from appliance.services.readiness_report import ReadinessReport, message_of, text_of


class Moment(Struct, frozen=True):
    """What a report is called, when it is sealed, and whether it is the real thing."""

    id: str
    at: datetime
    demo: bool
    rehearsal: bool


class About(Struct, frozen=True):
    """For which meeting: its title, its ledger once it is convened, its plan on file."""

    meeting: str = ""
    ledger: str = ""
    plan: str = ""


def meeting_of(state: Meeting, on_file: OnFile, now: datetime) -> About:
    """The meeting that runs, otherwise the next one that is planned for today or later."""
    if state.ledger and state.closed is None:
        return About(state.title, state.ledger, state.plan or "")
    today = now.astimezone(HALL_TIME).date()
    waiting = [
        (min(days), plan.id, plan)
        for plan in on_file.plans.values()
        if plan.ledger is None and (days := [sitting.day for sitting in plan.sittings if sitting.day >= today])
    ]
    if not waiting:
        return About()
    _, name, plan = min(waiting, key=lambda one: one[:2])
    return About(plan.title, "", name)


def report_of(check: Check, facts: Facts, council: str, about: About, note: str, moment: Moment) -> ReadinessReport:
    """The report, not sealed yet."""
    return ReadinessReport(
        id=moment.id,
        begun=check.begun,
        at=iso(moment.at),
        by=check.by,
        by_name=check.by_name,
        council=council,
        meeting=about.meeting,
        ledger=about.ledger,
        plan=about.plan,
        items=items(facts),
        panels=facts.panels.panels,
        zero=check.zero,
        result=check.result,
        versions=facts.host.versions,
        note=note.strip(),
        demo=moment.demo,
        rehearsal=moment.rehearsal,
    )


def sealed(report: ReadinessReport, at: datetime, signer: Signer) -> Readiness:
    """As it goes on file."""
    text, lights = text_of(report), [item.light for item in report.items]
    return Readiness(
        id=report.id,
        at=at,
        by=report.by,
        by_name=report.by_name,
        meeting=report.meeting,
        ledger=report.ledger,
        plan=report.plan,
        verdict=report.verdict,
        green=lights.count("green"),
        amber=lights.count("amber"),
        red=lights.count("red"),
        text=text,
        sha256=sha256(text.encode()),
        key=signer.public_key(),
        signature=signer.sign(message_of(text)),
    )


def iso(at: datetime) -> str:
    """ISO 8601 in UTC, to the second."""
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
