"""Events tell: what happened, in the past tense, as it stands in the ledger for good.

Fields may be added with a default; a field that has been written is never renamed or removed
(`tests/golden` replays old ledgers). One module a subject, as in `core/commands`.
"""

from appliance.core.events.agenda import *
from appliance.core.events.ballots import *
from appliance.core.events.base import *
from appliance.core.events.elections import *
from appliance.core.events.hall_screen import *
from appliance.core.events.meeting import *
from appliance.core.events.polls import *
from appliance.core.events.questioning import *
from appliance.core.events.recording import *
from appliance.core.events.roll import *
from appliance.core.events.speaking import *
from appliance.core.events.straw import *

MeetingEvent = (
    FrameEvent
    | AgendaEvent
    | RollEvent
    | SpeakingEvent
    | QuestioningEvent
    | PollEvent
    | BallotEvent
    | RecordingEvent
    | StrawEvent
    | HallScreenEvent
    | ElectionEvent
)
