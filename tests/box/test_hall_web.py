"""What a tablet gets of the box over the hall's wire: TLS, its limits, and the way to trust it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from tests.beds.webs import certify, start_hall_web, start_public_web
from tests.beds.zones import ADDRESS, NAME, PUBLIC, Zones, until

ALERTS = ("alert protocol version", "alert handshake failure")


class Web:
    """The zones with an echo in the appliance's place, and the authority's certificate."""

    def __init__(self, zones: Zones, ca: Path) -> None:
        self.zones, self.ca = zones, ca

    def curl(self, *words: str | Path, who: str = "tablet", check: bool = True) -> str:
        """What curl prints; it trusts the hall's authority alone and is told the name's address."""
        known: list[str | Path] = [
            "--cacert",
            self.ca,
            "--resolve",
            f"{NAME}:443:{ADDRESS}",
            "--resolve",
            f"{NAME}:80:{ADDRESS}",
        ]
        return self.zones.run(who, ["curl", "-sS", "--max-time", "10", *known, *words], check=check).stdout

    def status(self, *words: str | Path, who: str = "tablet") -> str:
        return self.curl("-o", "/dev/null", "-w", "%{http_code}", *words, who=who)

    def echoed(self, *words: str | Path) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.curl(*words))
        return found

    def shakes_hands(self, *words: str) -> str:
        """The protocol and cipher on which an OpenSSL client with these options agrees, or the server's alert."""
        options: list[str | Path] = ["-connect", f"{ADDRESS}:443", "-CAfile", self.ca, "-verify_return_error", "-brief"]
        done = self.zones.run("tablet", ["openssl", "s_client", *options, *words], stdin="", check=False)
        lines = dict(line.split(": ", 1) for line in done.stderr.splitlines() if ": " in line)
        if done.returncode == 0:
            return f"{lines['Protocol version']} {lines['Ciphersuite']}"
        return next((word for word in ALERTS if word in done.stderr), done.stderr)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    ca = certify(folder)
    with Zones(network_connections_per_address=400, network_new_per_second=1000) as zones:
        log = folder / "echo.log"
        zones.start("box", [sys.executable, "-m", "tests.beds.questions", "echo", "8080"], log)
        until(lambda: log.read_text(encoding="utf-8").startswith("ready"), "the echo")
        start_hall_web(zones, folder)
        start_public_web(zones, folder)
        yield Web(zones, ca)


def test_the_certificate_is_good_by_name_and_by_address(web: Web) -> None:
    assert web.status(f"https://{NAME}/") == "200"
    assert web.status(f"https://{ADDRESS}/") == "200"


def test_who_does_not_know_the_authority_refuses(web: Web) -> None:
    command = ["curl", "-sS", "--resolve", f"{NAME}:443:{ADDRESS}", f"https://{NAME}/"]

    assert web.zones.run("tablet", command, check=False).returncode == 60


@pytest.mark.parametrize(
    ("old", "alert"),
    [
        (("-tls1", "-cipher", "ALL:@SECLEVEL=0"), "alert protocol version"),
        (("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), "alert protocol version"),
        (("-tls1_2", "-cipher", "AES128-SHA256:AES128-GCM-SHA256:ECDHE-ECDSA-AES128-SHA"), "alert handshake failure"),
    ],
)
def test_old_protocols_and_ciphers_are_refused(web: Web, old: tuple[str, ...], alert: str) -> None:
    """By the server, as its alert says: this client would take them."""
    assert web.shakes_hands(*old) == alert


@pytest.mark.parametrize(("new", "agreed"), [("-tls1_2", "TLSv1.2 ECDHE-ECDSA-"), ("-tls1_3", "TLSv1.3 TLS_")])
def test_modern_protocols_shake_hands(web: Web, new: str, agreed: str) -> None:
    assert web.shakes_hands(new, "-verify_hostname", NAME).startswith(agreed)


def test_a_browser_is_told_to_come_by_tls_alone(web: Web) -> None:
    assert "strict-transport-security: max-age=31536000" in web.curl("-I", f"https://{NAME}/").lower()
    assert "strict-transport-security" not in web.curl("-I", f"http://{ADDRESS}/help/").lower()


@pytest.mark.parametrize("asked", ["/", "/clerk", "/api/me?x=1"])
def test_plain_http_leads_to_tls_and_to_nothing_else(web: Web, asked: str) -> None:
    for host in (NAME, ADDRESS):
        said = web.curl("-o", "/dev/null", "-w", "%{http_code} %{redirect_url}", f"http://{host}{asked}")
        assert said == f"302 https://{host}{asked}"
    said = web.curl("-o", "/dev/null", "-w", "%{redirect_url}", "-H", "Host: evil.example", f"http://{ADDRESS}{asked}")
    assert said == f"https://{NAME}{asked}"


@pytest.mark.parametrize("base", [f"http://{ADDRESS}", f"http://{NAME}", f"https://{NAME}"])
def test_the_way_to_trust_the_box_is_where_it_is_looked_for(web: Web, base: str, tmp_path: Path) -> None:
    web.curl("-o", tmp_path / "ca.crt", f"{base}/ca.crt")

    fetched = x509.load_der_x509_certificate((tmp_path / "ca.crt").read_bytes())
    assert fetched == x509.load_pem_x509_certificate(web.ca.read_bytes())
    assert "application/x-x509-ca-cert" in web.curl("-I", f"{base}/ca.crt")
    assert "Vào mạng hội trường" in web.curl(f"{base}/help/")
    assert "Joining the hall" in web.curl(f"{base}/help/en.html")
    assert web.status(f"{base}/help/help.css") == "200"


def test_the_appliance_is_told_the_tablets_address_and_never_what_a_client_wrote(web: Web) -> None:
    forged = ["-H", "X-Forwarded-For: 127.0.0.1", "-H", "X-Forwarded-Proto: gopher"]
    headers = web.echoed(*forged, f"https://{NAME}/api/me")["headers"]

    assert headers["x-forwarded-for"] == ["10.77.0.30"]
    assert headers["x-forwarded-proto"] == ["https"]
    assert headers["host"] == [NAME]


def test_a_websocket_is_passed_on_as_one(web: Web) -> None:
    wish = ["-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "--http1.1"]
    headers = web.echoed(*wish, f"https://{NAME}/socket.io/?EIO=4")["headers"]

    assert headers["upgrade"] == ["websocket"]
    assert headers["connection"] == ["upgrade"]


def test_another_name_is_turned_away(web: Web) -> None:
    assert web.status("-H", "Host: evil.example", f"https://{NAME}/") == "421"


def test_what_is_for_the_machine_alone_stays_there(web: Web) -> None:
    assert web.status(f"https://{NAME}/metrics") == "404"


def test_a_paper_may_be_as_large_as_the_clerk_needs_and_no_larger(web: Web, tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    with paper.open("wb") as file:
        file.truncate(50 << 20)
    assert web.echoed("--data-binary", f"@{paper}", f"https://{NAME}/api/papers")["body"] == 50 << 20

    with paper.open("wb") as file:
        file.truncate(53 << 20)
    assert web.status("--data-binary", f"@{paper}", f"https://{NAME}/api/papers") == "413"


def test_one_tablet_that_holds_all_it_can_leaves_the_others_their_turn(web: Web) -> None:
    """The firewall counts connections; nginx counts requests that are under way."""
    slow = ["-H", "Expect:", "--limit-rate", "1", "-F", "x=@/bin/ls", "--max-time", "8", "-o", "/dev/null"]
    hold = [["curl", "-sk", *slow, f"https://{ADDRESS}/api/papers"] for _ in range(60)]
    script = "; ".join(" ".join(words) + " &" for words in hold).replace("&;", "&")
    web.zones.start("tablet2", ["sh", "-c", f"{script} wait"], web.ca.with_name("held.log"))

    code = ["curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", f"https://{ADDRESS}/"]
    until(lambda: web.zones.run("tablet2", code, check=False).stdout == "429", "the limit")
    assert web.status(f"https://{NAME}/") == "200"


@pytest.mark.parametrize("path", ["/api/me", "/api/openapi.json", "/socket.io/?EIO=4&transport=websocket", "/clerk"])
def test_the_public_zone_has_no_way_to_a_vote(web: Web, path: str) -> None:
    assert web.status(f"http://{PUBLIC}/", who="phone") == "200"
    assert web.status(f"http://{PUBLIC}{path}", who="phone") == "404"
    assert web.status("-X", "POST", "-d", "{}", f"http://{PUBLIC}/api/commands", who="phone") == "405"
    assert "set-cookie" not in web.curl("-I", f"http://{PUBLIC}/", who="phone").lower()
