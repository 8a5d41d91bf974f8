"""`python -m tests.witness.scan` (`make scan`): a box that the play has set up, as attackers and auditors see it.

    python -m tests.witness.scan [--release FILE]

1. From each place of its network: every TCP port by a full connect and by nmap (Debian), every UDP port with something
   behind it that answers, and what nmap makes of UDP. From the public zone every route of the appliance is asked for.
2. testssl.sh (Debian) from a tablet's place; each finding is answered (tests/witness/scan_tls.py) or an end.
3. `systemd-analyze security` of every unit of ours on that machine, beside the limit.
4. lynis (Debian) on that machine; each warning and suggestion is answered in ansible/HARDENING.md or an end.

Prints all of it; the exit code is 1 when something is not as it should be. Needs root; the play takes minutes.
"""

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from tests.beds.hall import Hall
from tests.witness.findings import Findings
from tests.witness.image import newest
from tests.witness.scan_inside import lynis, sandboxes
from tests.witness.scan_ports import ports, routes
from tests.witness.scan_tls import tls

FITTED: Final[dict[str, Any]] = {
    "has_camera": True,
    "recorder_settings": {"source": "test", "sound": "silence"},
    "has_panels": True,
    "panels_hardware": False,
    "appliance_settings": {"simulated": True},
    "panels": {
        "seats": {
            "A01": {"button_for": 4, "button_against": 5, "button_abstain": 6, "light_for": 7, "light_against": 8,
                    "light_abstain": 9},
        }
    },
    "papers_office": False,
    "hall_display_fitted": True,
    "hall_display_start": False,
}  # fmt: skip
"""All that a hall can have, so that nothing listens which was not asked."""


def main() -> int:
    """Set up, scan and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", type=Path, help="without it the newest of dist/")
    release = parser.parse_args().release or newest()
    found = Findings("a box that is set up, scanned")
    with Hall("c4-scan", release, **FITTED).box_up() as hall:
        with found.step("set up by the play"):
            played = hall.play()
        if not found.check("the play came to its end", played.well, played.said[-3000:]):
            return found.close()
        scan(found, hall)
    return found.close()


def scan(found: Findings, hall: Hall) -> None:
    """What is asked of a box that is set up. The network outside comes last: its way out is cut for it."""
    with found.step("routes of the appliance, asked for in the public zone"):
        routes(found, hall)
    with found.step("TLS"):
        tls(found, hall)
    with found.step("sandboxes"):
        sandboxes(found, hall)
    with found.step("lynis"):
        lynis(found, hall)
    with found.step("ports"):
        ports(found, hall)


if __name__ == "__main__":
    sys.exit(main())
