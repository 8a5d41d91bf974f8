"""A fresh data folder with the sample council on file and the sample meeting on the ledger."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from appliance.adapters.chance import SystemChance
from appliance.adapters.clock import SystemClock
from appliance.adapters.folder_lock import FolderLock
from appliance.adapters.keys import ApplianceKey
from appliance.adapters.memory import InlineWriter
from appliance.adapters.paper_folder import PaperFolder
from appliance.adapters.passwords import Argon2
from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.registry import SqlRegistry
from appliance.config import Config, ConfigError, as_toml, rule_profile
from appliance.core.state import Meeting
from appliance.demo import council as people
from appliance.demo import sample_papers
from appliance.demo.meeting import EXCUSED, ProgrammeClock, SampleMeeting
from appliance.demo.plan import PLAN, SampleFacts, next_plan, sample_plan
from appliance.services.calendar import HALL_TIME
from appliance.services.chamber import Chamber
from appliance.services.enrolment import Enrolment
from appliance.services.on_file import Absence, Put
from appliance.services.registry import Registry

SETTINGS: Final = "demo.toml"
"""The demo's own configuration; a folder that holds it is the demo's, and may be wiped."""


def wipe(folder: Path) -> None:
    """Empty the demo's folder. Raises ConfigError when it is somebody else's, Fault while a demo runs in it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / SETTINGS).exists():
        raise ConfigError(f"{folder} is not a demo's folder, so it is left alone; name another with --data")
    if folder.exists():
        FolderLock(folder).release()  # a demo that is running holds it
    shutil.rmtree(folder, ignore_errors=True)


def seed(config: Config) -> None:
    """Fill `config.data` from nothing. Raises Fault, ConfigError."""
    config.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    mark(config)
    store = SqlRegistry(config.data / "registry.db")
    ledger = SqlLedger(config.data / "ledger.db")
    try:
        registry = Registry(store, rule_profile(config.rules), SystemClock())
        _people(registry)
        now = SystemClock().now()
        clock = ProgrammeClock.before(now.utc, now.uptime_ms)
        key = ApplianceKey(config.data / "appliance.key")
        _plans(registry, clock.now().utc.astimezone(HALL_TIME), now.utc.astimezone(HALL_TIME))
        _papers(registry, config, clock.now().utc)
        chamber = Chamber(ledger, InlineWriter(ledger), SampleFacts(registry), clock, key)
        SampleMeeting(chamber, clock).play()
        _convened(registry, chamber.durable)
        _absences(registry, chamber.durable)
    finally:
        ledger.close()
        store.close()


def _plans(registry: Registry, day: datetime, today: datetime) -> None:
    """The meeting that is going to be played, and the one after it."""
    plans = (Put(sample_plan(day)), Put(next_plan(today)))
    registry.change("demo", "CreatePlan", lambda _: plans)


def _papers(registry: Registry, config: Config, day: datetime) -> None:
    """On file, and their files where the papers process looks for them."""
    sample_papers.file(PaperFolder(config.papers_folder))
    papers = tuple(Put(document) for document in sample_papers.documents(PLAN, day))
    registry.change("demo", "FilePaper", lambda _: papers)


def _convened(registry: Registry, meeting: Meeting) -> None:
    link = Put(replace(registry.on_file.plans[PLAN], ledger=meeting.ledger))
    registry.change("demo", "MeetingConvened", lambda _: (link,))


def mark(config: Config) -> None:
    """Write the demo's configuration; by it the folder is known as a demo's."""
    # `demo` itself is never in a file: nothing but the demo's own command may say that data are samples.
    (config.data / SETTINGS).write_text(as_toml(replace(config, demo=False)), encoding="utf-8")


def _people(registry: Registry) -> None:
    enrolment = Enrolment(registry, Argon2(), SystemChance(), SystemClock(), by="demo")
    members = people.members()
    enrolment.set_council(people.COUNCIL, people.TERM, people.PLACE)
    enrolment.add_members(members)
    enrolment.issue_cards({member.id: people.card_of(member.id) for member in members}, people.PIN)
    for account in people.ACCOUNTS:
        enrolment.create_account(account.account, account.name, account.role, account.password, account.member)
    enrolment.open_display(people.PAIRING)
    furniture = tuple(Put(record) for record in (people.SEATS, *people.GUESTS))
    registry.change("demo", "SaveSeatMap", lambda _: furniture)


def _absences(registry: Registry, meeting: Meeting) -> None:
    """One reason, for each sitting that its delegate is away from."""
    notes = tuple(
        Put(Absence(f"demo-{s.sitting}", EXCUSED, "đi học tập trung", s.opened, meeting.ledger, s.sitting))
        for s in meeting.sittings
    )
    registry.change("demo", "NoteAbsence", lambda _: notes)
