"""What screens are shown: the sections of a view, typed. A role has those that concern it.

Sections say all their fields, also those that have their default: a client need not know defaults.
One module a subject; `whole.py` joins them.
"""

from appliance.server.view.agenda import *
from appliance.server.view.alerts import *
from appliance.server.view.base import *
from appliance.server.view.desk import *
from appliance.server.view.elections import *
from appliance.server.view.frame import *
from appliance.server.view.own import *
from appliance.server.view.panels import *
from appliance.server.view.papers import *
from appliance.server.view.polls import *
from appliance.server.view.recording import *
from appliance.server.view.roll import *
from appliance.server.view.speaking import *
from appliance.server.view.stage import *
from appliance.server.view.whole import *
