"""The panels process as a process of its own: `python -m tests.panels.alone SOCKET SEAT…`."""

import sys
from pathlib import Path

import msgspec

from appliance.config import Config
from appliance.panels.main import run
from appliance.panels.wiring import standard

if __name__ == "__main__":
    tables = {"socket": sys.argv[1], "seats": standard(sys.argv[2:]), "simulated": True}
    sys.exit(run(msgspec.convert(tables, Config, dec_hook=lambda _, value: Path(value))))
