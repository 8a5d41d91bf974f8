"""Commands ask. Each is one typed object on the wire: `{"type": "CastBallot", "id": "<uuid>", …}`.

The same models validate what arrives, describe the wire (OpenAPI) and give the web client its types.
Unknown fields are refused, so a client's slip never passes for a default. One module a subject; `core/meeting.py`
says who may give which and where it is decided.
"""

from appliance.core.commands.agenda import *
from appliance.core.commands.ballots import *
from appliance.core.commands.base import *
from appliance.core.commands.elections import *
from appliance.core.commands.hall_screen import *
from appliance.core.commands.meeting import *
from appliance.core.commands.polls import *
from appliance.core.commands.questioning import *
from appliance.core.commands.recording import *
from appliance.core.commands.roll import *
from appliance.core.commands.speaking import *
from appliance.core.commands.straw import *

MeetingCommand = (
    FrameCommand
    | AgendaCommand
    | RollCommand
    | SpeakingCommand
    | QuestioningCommand
    | PollCommand
    | BallotCommand
    | RecordingCommand
    | StrawCommand
    | HallScreenCommand
    | ElectionCommand
)
