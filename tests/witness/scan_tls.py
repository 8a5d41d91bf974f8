"""What testssl.sh (Debian) finds at the hall's web server, and why what it still finds is so."""

import json
import subprocess
from pathlib import Path
from typing import Any, Final

from tests.beds.hall import BOX_NAME, HALL_ADDRESS, Hall
from tests.witness.findings import Findings

GRAVE: Final = frozenset({"LOW", "MEDIUM", "HIGH", "CRITICAL", "WARN"})
KNOWN: Final = {
    "cert_trust": "the issuer is the council's own authority, which its tablets know and the world does not",
    "cert_chain_of_trust": "the same: the root is installed on the tablets",
    "cert_crlDistributionPoints": "no address of a list of revoked certificates: a hall has no Internet to ask it by",
    "cert_revocation": "the same; a certificate that must not be believed any more is replaced together with its key",
    "OCSP_stapling": "no responder: the authority is a file in the safe",
    "DNS_CAArecord": "the hall's own DNS knows one name and no records of authorities",
    "sessionresumption_ticket": "tickets are off (ssl_session_tickets), and a session is resumed by its id",
    "BREACH": "no secret stands in an answer that is compressed; sessions are in HttpOnly cookies",
}
"""Findings by testssl.sh's own names, each with the reason why it stays."""


def tls(found: Findings, hall: Hall) -> None:
    """testssl.sh in full, from a tablet's place; every finding above OK and INFO is answered or wrong."""
    report = hall.folder / "testssl.json"
    report.unlink(missing_ok=True)
    command: list[str | Path] = [
        "testssl", "--quiet", "--color", "0", "--warnings", "batch", "--nodns", "none",
        "--add-ca", hall.folder / "ca/ca.pem", "--ip", HALL_ADDRESS, "--jsonfile", report, f"https://{BOX_NAME}/",
    ]  # fmt: skip
    said = subprocess.run(hall.box.from_client("tablet", command), capture_output=True, text=True, check=False)
    print(said.stdout, flush=True)
    if not found.check("testssl.sh ended well", report.exists(), said.stderr[-2000:]):
        return
    weigh(found, json.loads(report.read_text(encoding="utf-8")))


def weigh(found: Findings, findings: list[dict[str, Any]]) -> None:
    """Each finding beside its answer."""
    found.check("testssl.sh found a server", any(f["id"] == "TLS1_3" for f in findings), str(findings)[:500])
    for finding in findings:
        if finding["severity"] not in GRAVE:
            continue
        answer = KNOWN.get(finding["id"].split(" ")[0])
        line = f"{finding['severity']}: {finding['id']}: {finding['finding']}"
        print(f"  {line}\n      {answer or 'NOT ANSWERED'}")
        found.check(f"answered: {line}", answer is not None)
