"""All sections together."""

from msgspec import Struct

from appliance.server.view.agenda import ItemView
from appliance.server.view.alerts import AlertView
from appliance.server.view.desk import RequestsView, StepView
from appliance.server.view.elections import ElectionView
from appliance.server.view.frame import AttendanceView, DevicesView, FilingView, HealthView, MeetingView, RoomView
from appliance.server.view.own import MineView, SeatView
from appliance.server.view.panels import PanelsPage, RunView
from appliance.server.view.papers import PapersView
from appliance.server.view.polls import EntryView, PollView, ProgressView, RollCallView, StrawView
from appliance.server.view.recording import CameraView, FloorView, RecordingView
from appliance.server.view.roll import PresenceView, RollLine
from appliance.server.view.speaking import QuestioningView, SpeakersView
from appliance.server.view.stage import StageView


class View(Struct, frozen=True, omit_defaults=True):
    """All sections; a role has those that concern it, the others are absent. Null means: none now."""

    meeting: MeetingView | None = None
    attendance: AttendanceView | None = None
    agenda: tuple[ItemView, ...] | None = None
    poll: PollView | None = None
    """The poll on the table: running, waiting for its result to be told, or the last one told."""
    progress: ProgressView | None = None
    roll_call: RollCallView | None = None
    straw: StrawView | None = None
    polls: tuple[PollView, ...] | None = None
    elections: tuple[ElectionView, ...] | None = None
    roll: tuple[RollLine, ...] | None = None
    presence: PresenceView | None = None
    entries: tuple[EntryView, ...] | None = None
    script: tuple[StepView, ...] | None = None
    devices: DevicesView | None = None
    requests: RequestsView | None = None
    room: RoomView | None = None
    health: HealthView | None = None
    seats: tuple[SeatView, ...] | None = None
    mine: MineView | None = None
    floor: FloorView | None = None
    speakers: SpeakersView | None = None
    questioning: QuestioningView | None = None
    recording: RecordingView | None = None
    camera: CameraView | None = None
    stage: StageView | None = None
    filing: FilingView | None = None
    papers: PapersView | None = None
    panels: PanelsPage | None = None
    readiness: RunView | None = None
    alerts: tuple[AlertView, ...] | None = None
