"""The meeting as one immutable value: what `evolve` makes and `decide` reads.

Dictionaries in here are never changed in place; a new state shares all that did not change with the
old one, so `is` tells cheaply whether a part has changed (the live views rely on it).
"""

from appliance.core.state.agenda import *
from appliance.core.state.elections import *
from appliance.core.state.facts import *
from appliance.core.state.hall_screen import *
from appliance.core.state.meeting import *
from appliance.core.state.polls import *
from appliance.core.state.questioning import *
from appliance.core.state.roll import *
from appliance.core.state.speaking import *
from appliance.core.state.straw import *
