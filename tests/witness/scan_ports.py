"""What of a box answers, asked from each place of its network: by our own connects and datagrams, and by nmap."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.beds import questions
from tests.beds.hall import BOX_NAME, HALL_ADDRESS, Hall
from tests.beds.wires import Wire
from tests.witness.findings import Findings

ROOT: Final = Path(__file__).parents[2]
PUBLIC_ADDRESS: Final = "10.78.0.1"
UPLINK_ADDRESS: Final = "203.0.113.1"
TCP: Final = {
    ("tablet", HALL_ADDRESS): "53 80 443",
    ("phone", PUBLIC_ADDRESS): "53 80",
    ("laptop", "192.168.79.1"): "22",
    ("world", UPLINK_ADDRESS): "",
}
UDP: Final = {("tablet", HALL_ADDRESS): "53", ("phone", PUBLIC_ADDRESS): "53"}
"""What nmap is answered at, which asks each port in its own language; a bare datagram is answered nowhere."""
OTHERS: Final = (
    ("tablet", PUBLIC_ADDRESS), ("tablet", "192.168.79.1"), ("phone", HALL_ADDRESS), ("phone", "192.168.79.1"),
    ("world", HALL_ADDRESS), ("world", PUBLIC_ADDRESS), ("world", "192.168.79.1"),
)  # fmt: skip
"""Addresses of the box that belong to another zone."""
LISTENING: Final = ("3000", "5900", "9222", "9999")
ROUND: Final = 16_000
"""So many ports at a time have something behind them."""


def ports(found: Findings, hall: Hall) -> None:
    """Every TCP and every UDP port, from every place."""
    hall.box.network.shut()
    hall.box.network.plug_in(Wire("uplink0", "world", "203.0.113.9/24", gateway=UPLINK_ADDRESS))
    hall.box.run(f"ip addr add {UPLINK_ADDRESS}/24 dev uplink0")
    hall.box.run("cat > /run/questions.py", stdin=Path(questions.__file__).read_text(encoding="utf-8"))
    with _serving(hall, "serve", *LISTENING):
        for (who, address), expected in TCP.items():
            _tcp(found, hall, who, address, expected)
        for who, address in OTHERS:
            for port in ("22", "53", "80", "443"):
                said = _ask(hall, who, "reaches", address, port)
                found.check(f"{who} does not reach {address}:{port}", said not in {"open", "refused"}, said)
    for first in range(1, 65536, ROUND):
        _udp(found, hall, first, min(first + ROUND - 1, 65535))


def _tcp(found: Findings, hall: Hall, who: str, address: str, expected: str) -> None:
    for how, said in (
        ("by connecting to 65535", _ask(hall, who, "ports", address)),
        ("by nmap -sS -p-", _nmap(hall, who, address, "-sS", "-p-", "--min-rate", "3000")),
    ):
        print(f"{who:7} {address:13} TCP {how}: {said or 'none'}", flush=True)
        found.check(f"TCP ports that answer {who} {how}", said == expected, said)
    asked = UDP.get((who, address), "")
    said = _nmap(hall, who, address, "-sU", "--top-ports", "100")
    print(f"{who:7} {address:13} UDP by nmap -sU, the 100 most common: {said or 'none'}", flush=True)
    found.check(f"UDP ports that answer {who}'s nmap", said == asked, said)


def _udp(found: Findings, hall: Hall, first: int, last: int) -> None:
    with _serving(hall, "parrot", str(first), str(last)) as served:
        loop = ["python3", "/run/questions.py", "datagrams", "127.0.0.1", str(first), str(last)]
        control = len(hall.box.run(loop).stdout.split())
        found.check(f"without a firewall between, UDP {first}-{last} answers", control > served * 0.9, str(control))
        for who, address in TCP:
            said = _ask(hall, who, "datagrams", address, str(first), str(last))
            asked = f"{served} served, {control} answer on loopback"
            print(f"{who:7} {address:13} UDP {first}-{last} ({asked}): {said or 'none'}", flush=True)
            found.check(f"no UDP port answers {who}", said == "", said)


def routes(found: Findings, hall: Hall) -> None:
    """Every route that the appliance describes, and every page, asked for at the public site under each name."""
    words = [
        sys.executable,
        "-m",
        "tests.witness.public_routes",
        PUBLIC_ADDRESS,
        "congkhai.lan",
        BOX_NAME,
        HALL_ADDRESS,
    ]
    said = subprocess.run(
        hall.box.from_client("phone", words), cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    if not found.check("the public site was asked", said.returncode == 0, said.stderr[-2000:]):
        return
    told = json.loads(said.stdout)
    print(f"public zone: {told['asked']} requests (each route, GET and POST, under each name): {told['codes']}")
    found.check("no route of the appliance answers in the public zone", not told["answered"], str(told["answered"]))
    found.check("the public site gives no cookie", not told["cookies"], str(told["cookies"]))


def _ask(hall: Hall, who: str, *question: str) -> str:
    words = hall.box.from_client(who, [sys.executable, "-m", "tests.beds.questions", *question])
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True, timeout=900).stdout.strip()


def _nmap(hall: Hall, who: str, address: str, *how: str) -> str:
    words = hall.box.from_client(who, ["nmap", "-n", "-Pn", "-T4", "--max-retries", "2", "-oG", "-", *how, address])
    said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=1800).stdout
    return " ".join(re.findall(r"(\d+)/open/", said))


@contextmanager
def _serving(hall: Hall, *question: str) -> Iterator[int]:
    """Something in the box listens meanwhile; at how many ports."""
    said = "/run/scan-serving"
    hall.box.run(
        ["systemd-run", "--quiet", "--collect", "--unit=scan-serving", f"--property=StandardOutput=truncate:{said}",
         "python3", "/run/questions.py", *question]
    )  # fmt: skip
    try:
        ready = f"grep -q ready {said}"
        hall.box.wait_for(lambda: hall.box.run(ready, check=False).returncode == 0, 60, "the listeners")
        words = hall.box.run(["cat", said]).stdout.split()
        yield int(words[1]) if len(words) > 1 else len(question) - 1
    finally:
        hall.box.run("systemctl stop scan-serving.service", check=False)
