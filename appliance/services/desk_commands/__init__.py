"""Commands about what is on file (the registry), given through the same door as the meeting's.

They change no ledger; each is audited in the registry: who, when, before, after. One module a subject.
"""

from appliance.core.commands import MeetingCommand
from appliance.services.desk_commands.access import *
from appliance.services.desk_commands.attendance import *
from appliance.services.desk_commands.ease import *
from appliance.services.desk_commands.opinions import *
from appliance.services.desk_commands.papers import *
from appliance.services.desk_commands.people import *
from appliance.services.desk_commands.plans import *
from appliance.services.desk_commands.questioning import *
from appliance.services.recorder_commands import RecorderCommand
from appliance.services.rehearsal_commands import RehearsalCommand

DeskCommand = (
    PeopleCommand
    | AccessCommand
    | AttendanceDeskCommand
    | EaseCommand
    | PapersCommand
    | PlanCommand
    | QuestioningDeskCommand
    | OpinionCommand
)
AnyCommand = MeetingCommand | DeskCommand | RecorderCommand | RehearsalCommand
