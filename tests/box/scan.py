"""`python -m tests.box.scan` (`make scan`): what a port scan and a TLS scan of the box's network say, printed.

Every TCP port from each place of the hall, with something listening behind every port that matters; then testssl.sh
(Debian) from a tablet's place at the role's nginx with a certificate of the hall's authority. Needs root. The exit code
is 1 when a port answers that should not, or testssl.sh finds a weakness of medium severity or more.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.box.webs import certify, start_appliance, start_hall_web, start_names, start_public_web
from tests.box.zones import ADDRESS, NAME, PUBLIC, SERVICE, Zones, until

EXPECTED: Final = {
    ("tablet", ADDRESS): "53 80 443",
    ("phone", PUBLIC): "53 80",
    ("desk", SERVICE): "22",
    ("world", "203.0.113.1"): "",
}
LISTENING: Final = ("22", "67", "3000", "9100", "24080", "24081")
UNBOUNDED: Final[dict[str, Any]] = {
    "network_new_per_second": 1_000_000, "network_burst": 1_000_000, "network_connections_per_address": 20_000,
}  # fmt: skip
KNOWN: Final = frozenset(
    {
        "cert_trust",
        "cert_chain_of_trust",
        "cert_crlDistributionPoints",
        "OCSP_stapling",
        "cert_revocation",
        "DNS_CAArecord",
    }
)
"""What a hall without Internet has not: an issuer the world knows, revocation by address, records in its DNS."""
GRAVE: Final = frozenset({"MEDIUM", "HIGH", "CRITICAL"})


def main() -> int:
    """Scan and print."""
    with tempfile.TemporaryDirectory() as name, Zones(**UNBOUNDED) as zones:
        folder = Path(name)
        ca = certify(folder)
        log = folder / "serve.log"
        zones.start("box", [sys.executable, "-m", "tests.box.questions", "serve", *LISTENING], log)
        until(lambda: log.read_text(encoding="utf-8").startswith("ready"), "the listeners")
        start_appliance(zones, folder)
        start_hall_web(zones, folder, web_server_connections_per_address=10_000)
        start_public_web(zones, folder)
        start_names(zones, folder)
        return max(_ports(zones), _tls(zones, folder, ca))


def _ports(zones: Zones) -> int:
    bad = 0
    for (who, address), expected in EXPECTED.items():
        found = zones.ask(who, "ports", address)
        bad |= found != expected
        print(f"{who:8} {address:14} of 65535 TCP ports answer: {found or 'none'}")
    return bad


def _tls(zones: Zones, folder: Path, ca: Path) -> int:
    if shutil.which("testssl") is None:
        print("testssl.sh is not installed: no TLS scan")
        return 0
    report = folder / "testssl.json"
    quiet = ["--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none"]
    command: list[str | Path] = ["testssl", *quiet, "--add-ca", ca]
    given: list[str | Path] = ["--ip", ADDRESS, "--jsonfile", report, f"https://{NAME}/"]
    words = zones.words("tablet", [*command, *given])
    print(subprocess.run(words, capture_output=True, text=True, check=False).stdout)
    findings = json.loads(report.read_text(encoding="utf-8"))
    grave = [f for f in findings if f["severity"] in GRAVE and f["id"].split(" ")[0] not in KNOWN]
    for finding in grave:
        print(f"{finding['severity']}: {finding['id']}: {finding['finding']}")
    return 1 if grave else 0


if __name__ == "__main__":
    sys.exit(main())
