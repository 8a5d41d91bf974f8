"""The only place that knows which parts are fitted: it makes them, wires them, and takes them apart again."""

import logging
import os
import secrets
import uuid
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from appliance.adapters.activity_file import ActivityFile
from appliance.adapters.calendar_file import write_calendar
from appliance.adapters.chance import SystemChance
from appliance.adapters.clock import SystemClock
from appliance.adapters.excuse_files import FolderExcuseFiles
from appliance.adapters.folder_lock import FolderLock
from appliance.adapters.group_commit import GroupCommitWriter, Post
from appliance.adapters.host_facts import Places, host_facts
from appliance.adapters.keys import ApplianceKey
from appliance.adapters.line_socket import asker
from appliance.adapters.machine_clock import may_issue, timekeeping
from appliance.adapters.mode_file import ModeFile, rehearsal_folder
from appliance.adapters.paper_folder import PaperFolder
from appliance.adapters.passwords import Argon2
from appliance.adapters.spreadsheets import MAX_BYTES, read_sheet, write_csv, write_xlsx
from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.papers import SqlPapers
from appliance.adapters.sql.reader import LedgerReader
from appliance.adapters.sql.registry import SqlRegistry
from appliance.adapters.standing_file import StandingFile
from appliance.adapters.throttle import AddressThrottle
from appliance.config import Config, rule_profile
from appliance.core.refusals import Fault
from appliance.core.state import Meeting
from appliance.fitted import Appliance, OnFile
from appliance.portal.main import Portal
from appliance.portal.main import make as make_portal
from appliance.server import panels_page
from appliance.server.errors import Answers
from appliance.server.hub import Hub
from appliance.server.live.audiences import Audience
from appliance.server.panel_client import Peers
from appliance.server.panel_socket import ACTOR, PanelSocket
from appliance.server.parts import Page, Parts
from appliance.server.recorder_link import RecorderLink
from appliance.server.registry_routes import Spreadsheets
from appliance.server.rooms import Fittings, rooms
from appliance.server.serve import Server
from appliance.server.words import Words
from appliance.services.activity import FILE as ACTIVITY
from appliance.services.activity import ActivityKeeper
from appliance.services.chamber import Chamber, Told
from appliance.services.chronicle import Chronicle
from appliance.services.countdown import Countdown
from appliance.services.desk import Desk
from appliance.services.door import Door
from appliance.services.enrolment import Enrolment
from appliance.services.giving_way import GivingWay
from appliance.services.lockout import Limits
from appliance.services.panels import Panels
from appliance.services.paper_shelf import PaperShelf
from appliance.services.plans import PlanKeeper
from appliance.services.readiness_facts import Measured
from appliance.services.recorder import Recorder
from appliance.services.registry import Registry
from appliance.services.rehearsal import Mode, Rehearsals, convene_what_is_rehearsed, must_fit
from appliance.services.room_code import RoomCode
from appliance.services.signin import SignIn
from appliance.services.speaking_clock import SpeakingClock
from appliance.services.standing import StandingKeeper

log = logging.getLogger(__name__)


def fit_registry(
    config: Config,
    limits: Limits | None = None,
    ledger_seq: Callable[[], int] = lambda: 0,
    meeting: Callable[[], Meeting] = Meeting,
) -> OnFile:
    """Open what is on file. Raises Fault or ConfigError."""
    make_data_folder(config)
    clock, limits = SystemClock(), limits or Limits()
    store = SqlRegistry(registry_file(config))
    registry = Registry(store, rule_profile(config.rules), clock)
    throttle = AddressThrottle(limits.per_address_per_minute, clock)
    hasher, chance = Argon2(), SystemChance()
    sign_in = SignIn(registry, hasher, chance, clock, throttle, limits)
    enrolment = Enrolment(registry, hasher, chance, clock)
    if config.council and not registry.on_file.councils:  # what the desk has edited since stays
        enrolment.set_council(config.council, config.term, config.place)
    return OnFile(store, registry, sign_in, Desk(registry, sign_in, ledger_seq, meeting), enrolment)


def fit(config: Config, pages: tuple[Page, ...] = (), limits: Limits | None = None) -> Appliance:
    """Open the ledger and replay it, fit the server around it. Raises Fault or ConfigError."""
    make_data_folder(config)
    alone = FolderLock(config.data)
    modes = ModeFile(config.data)
    mode = modes.read()
    config = in_mode(config, mode)
    hub, clock = Hub(), SystemClock()
    on_file = fit_registry(config, limits, lambda: chamber.head.seq, lambda: chamber.durable)
    ledger, writer, chamber = fit_meeting(config, mode, on_file.registry, hub.post)
    ActivityKeeper(chamber, ActivityFile(config.data / ACTIVITY).write, hub.aside, hub)
    chronicle = Chronicle(chamber, ledger, clock)
    SpeakingClock(chamber, clock, hub, chronicle.speaking_ms)
    shelf, paper_store = fit_papers(config, on_file.registry, chamber, hub)
    rooms_too = [*rooms(fit_rooms(config, on_file, shelf)), *pages]
    parts = _parts(config, on_file, hub, ledger, chamber, chronicle, rooms_too)
    _tell_plans(chamber, on_file.registry, hub, mode)
    hang_up = fit_recorder(config, parts, chronicle)
    server = Server(parts, config.host, config.port)
    panels = _panel_socket(config, parts)
    closing = [panels.stop, hang_up, writer.stop, ledger.close, paper_store.close, on_file.store.close, alone.release]
    appliance = Appliance(config, parts, on_file, server, panels, writer, _closing=closing)
    parts.door.rehearsal = Rehearsals(
        modes, mode, lambda: chamber.durable, lambda: chamber.head.seq, hub.offload, appliance.leave
    ).handle
    return appliance


def _parts(
    config: Config, on_file: OnFile, hub: Hub, store: SqlLedger, chamber: Chamber, record: Chronicle, pages: list[Page]
) -> Parts:
    """What the server is given."""
    clock, words = SystemClock(), Words(config.words)
    room = RoomCode(secrets.token_bytes(32), clock)
    places = Places(config.data, config.backup_mark, config.certificate, config.clock_mark)
    return Parts(
        hub=hub,
        clock=clock,
        store=store,
        chamber=chamber,
        countdown=Countdown(chamber, clock, hub),
        room=room,
        registry=on_file.registry,
        sign_in=on_file.sign_in,
        door=Door(chamber, on_file.registry, room, on_file.desk.handle, hub.offload),
        words=words,
        answers=Answers(words),
        web=config.web,
        tls=config.tls,
        demo=config.demo,
        rehearsal=config.rehearsal,
        frames=config.frames,
        wired=frozenset(config.seats) | config.buses.keys(),
        speaking_ms=record.speaking_ms,
        panels=Panels(chamber, on_file.registry, hub, hub.offload, hub.aside, lambda: uuid.uuid4().hex),
        measure=lambda: Measured(host_facts(places)),
        timekeeping=timekeeping(chamber, config.clock_mark, config.clock_socket),
        ask_box=asker(config.watch_socket),
        pages=pages,
    )


def fit_meeting(
    config: Config, mode: Mode, registry: Registry, post: Post
) -> tuple[SqlLedger, GroupCommitWriter, Chamber]:
    """The ledger of this mode, replayed, and the one door to it."""
    path = ledger_file(config)
    path.parent.mkdir(exist_ok=True, mode=0o750)
    ledger = SqlLedger(path)
    writer = GroupCommitWriter(ledger, post)
    chamber = Chamber(ledger, writer, registry, SystemClock(), ApplianceKey(path.with_name("appliance.key")))
    chamber.rehearsal = mode.rehearsal
    chamber.load()
    must_fit(chamber.durable, mode)
    convene_what_is_rehearsed(chamber, registry.on_file.plans, mode)
    _tidy_between_polls(chamber, writer)
    return ledger, writer, chamber


def _tell_plans(chamber: Chamber, registry: Registry, hub: Hub, mode: Mode) -> None:
    """A plan learns which meeting came of it; what is only rehearsed leaves it as it is."""
    if mode.rehearsal:
        return
    keeper = PlanKeeper(registry, lambda call: hub.aside(call, _log))
    keeper.catch_up(chamber.durable)
    chamber.listeners.append(keeper.told)


def _log(fault: Fault | None) -> None:
    """What nobody waits for is at least in the log; it is made good at the next start."""
    if fault is not None:
        log.error("%s", fault)


def in_mode(config: Config, mode: Mode) -> Config:
    """A rehearsal has no recorder: what records, and what the public is told, go on following the record alone."""
    return replace(config, rehearsal=True, recorder=None) if mode.rehearsal else config


def fit_rooms(config: Config, on_file: OnFile, shelf: PaperShelf) -> Fittings:
    """What the rooms with routes of their own work on."""
    return Fittings(
        registry=on_file.registry,
        desk=on_file.desk,
        spreadsheets=Spreadsheets(read_sheet, write_xlsx, write_csv, MAX_BYTES),
        write_calendar=write_calendar,
        excuses=FolderExcuseFiles(config.data / "excuses"),
        shelf=shelf,
        largest_paper=config.largest_paper_mb << 20,
    )


def fit_papers(config: Config, registry: Registry, chamber: Chamber, hub: Hub) -> tuple[PaperShelf, SqlPapers]:
    """Papers on file: their folder is shared with the papers process, their texts and notes are the server's own."""
    store = SqlPapers(config.data / "papers.db")
    files = PaperFolder(config.papers_folder)
    GivingWay(chamber, files.voting, hub.aside)
    shelf = PaperShelf(registry, files, store, lambda: chamber.head.seq, lambda: chamber.durable)
    shelf.tells_public = not config.rehearsal
    return shelf, store


def fit_portal(config: Config) -> Portal:
    """The public site's writer: it reads the ledger's file and needs nothing else of the appliance."""
    reader = LedgerReader(ledger_file(config))
    clock = SystemClock()
    return make_portal(
        reader,
        config.public,
        config.web,
        lambda: clock.now().uptime_ms,
        papers=config.papers_folder,
        sample=config.demo,
        may_issue=may_issue(config.clock_mark, clock),
    )


def make_data_folder(config: Config) -> None:
    """The data folder: its group, which the portal is in, may read the ledger. What is on file of people (hashed PINs,
    private notes) is the appliance's own; SQLite gives a file's log the file's mode."""
    os.umask(0o027)
    config.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    config.data.chmod(0o750)
    for own in (registry_file(config), config.data / "papers.db"):
        own.touch(0o600)
        own.chmod(0o600)


def ledger_file(config: Config) -> Path:
    """Where the ledger is: the record's, or the rehearsal's."""
    return (rehearsal_folder(config.data) if config.rehearsal else config.data) / "ledger.db"


def registry_file(config: Config) -> Path:
    """Where the registry is."""
    return config.data / "registry.db"


def _panel_socket(config: Config, parts: Parts) -> PanelSocket:
    """The panels process speaks through the same door and is told like any other audience."""
    screens, house = parts.screens, parts.panels
    own = os.getuid()
    peers = Peers(frozenset({own, own if config.panels_uid is None else config.panels_uid}))
    panels = PanelSocket(config.panel_socket, parts.door.give, lambda: screens.snapshot(ACTOR, "panels"), peers)
    screens.listen(Audience.PANELS, panels.push)
    absent = "offline" if parts.wired else "none"
    panels.on_state.append(
        lambda state: screens.surroundings(panels="online" if state.online else absent, working=state.working)
    )
    if house is not None:
        panels_page.join(house, panels)
    return panels


def fit_recorder(config: Config, parts: Parts, chronicle: Chronicle) -> Callable[[], None]:
    """The recorder is another process: it is spoken to over its socket, and finds the standing file without us.

    Returns what hangs up.
    """
    if config.recorder is None:
        return lambda: None
    hub, door = parts.hub, parts.door
    link = RecorderLink(config.recorder / "recorder.sock")
    recorder = Recorder(parts.chamber, chronicle, hub, link)
    keeper = StandingKeeper(chronicle, StandingFile(config.standing_file), hub.aside, hub)
    door.recorder, door.hold = recorder.handle, keeper.hold
    parts.recorder = recorder
    parts.watch = f"{config.public_url.rstrip('/')}/watch.html" if config.public_url else ""
    parts.tasks.append(("the recorder's line", lambda: link.keep(recorder)))
    parts.preview = config.recorder / "preview.jpg"
    return link.stop


def _tidy_between_polls(chamber: Chamber, writer: GroupCommitWriter) -> None:
    """The ledger's log is moved into its file between polls, never in one."""
    writer.tidy = chamber.durable.running_poll is None

    def follow(told: Told) -> None:
        writer.tidy = told.after.running_poll is None

    chamber.listeners.append(follow)
