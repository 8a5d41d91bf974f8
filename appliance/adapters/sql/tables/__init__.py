"""The registry's tables, one module a subject. Migrations make them; a test sees that the two are the same."""

from appliance.adapters.sql.tables.access import *
from appliance.adapters.sql.tables.attendance import *
from appliance.adapters.sql.tables.audit import *
from appliance.adapters.sql.tables.base import *
from appliance.adapters.sql.tables.ease import *
from appliance.adapters.sql.tables.panels import *
from appliance.adapters.sql.tables.papers import *
from appliance.adapters.sql.tables.people import *
from appliance.adapters.sql.tables.plans import *
from appliance.adapters.sql.tables.questioning import *
from appliance.adapters.sql.tables.readiness import *
