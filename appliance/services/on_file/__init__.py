"""What the registry has on file: its records, and how a change leads from one state to the next. Pure.

Every record has an `id`. Nothing here is ever a secret in clear: cards, sessions and devices are
known by the SHA-256 of what the client shows, PINs and passwords by their argon2 hash.

One module a subject; `whole.py` joins them (`OnFile`) and says how they change (`apply`).
"""

from appliance.services.on_file.access import *
from appliance.services.on_file.attendance import *
from appliance.services.on_file.ease import *
from appliance.services.on_file.opinions import *
from appliance.services.on_file.panels import *
from appliance.services.on_file.papers import *
from appliance.services.on_file.people import *
from appliance.services.on_file.plans import *
from appliance.services.on_file.questioning import *
from appliance.services.on_file.readiness import *
from appliance.services.on_file.whole import *
