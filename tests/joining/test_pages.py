"""The help page and the sheet: what a person needs to join is on them, in both languages, and nothing runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from appliance.adapters import certificate_authority as authority
from appliance.joining.pages import PAGES, PLATFORMS, Joining, Pages, Wifi

ROOT = Path(__file__).resolve().parents[2]
WORDS = ROOT / "web" / "src" / "words"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> x509.Certificate:
    folder = tmp_path_factory.mktemp("ca") / "ca"
    return authority.found(folder, "hoitruong.lan", "10.77.0.1", "HĐND xã Hồng Mẫu", "một câu mật khẩu dài")


def box(certificate: x509.Certificate | None, wifi: Wifi | None = None, public: str = "") -> Joining:
    return Joining(
        council="HĐND xã Hồng Mẫu", name="hoitruong.lan", address="10.77.0.1", certificate=certificate, wifi=wifi,
        public_name=public,
    )  # fmt: skip


def test_the_help_is_in_both_languages_and_links_them(certificate: x509.Certificate) -> None:
    files = Pages(WORDS).help(box(certificate))

    assert set(PAGES.values()) < set(files)
    assert '<html lang="vi">' in files["index.html"]
    assert 'href="en.html"' in files["index.html"]
    assert '<html lang="en">' in files["en.html"]
    assert 'href="index.html"' in files["en.html"]


@pytest.mark.parametrize("page", PAGES.values())
def test_the_help_has_the_certificate_its_fingerprint_and_every_platform(
    certificate: x509.Certificate, page: str
) -> None:
    text = Pages(WORDS).help(box(certificate))[page]

    assert 'href="/ca.crt"' in text
    assert authority.fingerprint(certificate).replace(":", "") in text.replace(" ", "")
    assert all(f"<summary>{platform}</summary>" in text for platform in PLATFORMS)
    assert "https://hoitruong.lan/" in text


@pytest.mark.parametrize("page", PAGES.values())
def test_nothing_on_the_help_page_runs_or_comes_from_elsewhere(certificate: x509.Certificate, page: str) -> None:
    text = Pages(WORDS).help(box(certificate))[page]

    assert "<script" not in text
    assert not re.search(r"\son\w+=|\sstyle=", text)
    assert set(re.findall(r'(?:href|src)="(https?://[^"]*)"', text)) == {"https://hoitruong.lan/"}


def test_where_the_certificate_is_trusted_already_nobody_is_told_to_install_one() -> None:
    text = Pages(WORDS).help(box(None))["index.html"]

    assert "ca.crt" not in text
    assert "https://hoitruong.lan/" in text


def test_the_councils_name_cannot_bring_markup() -> None:
    evil = Joining(council="<b>xã</b>", name="hoitruong.lan", address="10.77.0.1")

    assert "<b>" not in Pages(WORDS).help(evil)["index.html"]
    assert "<b>" not in Pages(WORDS).sheet(evil)


def test_the_sheet_says_how_to_join_and_what_to_compare(certificate: x509.Certificate) -> None:
    text = Pages(WORDS).sheet(box(certificate, Wifi("Hội trường", "abcd-efgh-2345"), public="congkhai.lan"))

    assert "abcd-efgh-2345" in text
    assert "http://10.77.0.1/help/" in text
    assert authority.fingerprint(certificate).replace(":", "") in text.replace(" ", "")
    assert "http://congkhai.lan/" in text
    assert text.count("<svg") == 4


def test_a_sheet_without_wifi_and_public_zone_has_neither(certificate: x509.Certificate) -> None:
    text = Pages(WORDS).sheet(box(certificate))

    assert text.count("<svg") == 2
    assert text.count("<section>") == 1


@pytest.mark.parametrize(
    ("wifi", "code"),
    [
        (Wifi("Hội trường", "abcd-efgh-2345"), "WIFI:T:WPA;S:Hội trường;P:abcd-efgh-2345;;"),
        (Wifi('a;b,c:d"e', "x\\y;zzzzzz"), 'WIFI:T:WPA;S:a\\;b\\,c\\:d\\"e;P:x\\\\y\\;zzzzzz;;'),
        (Wifi("hall", "abcd-efgh-2345", "wpa3"), "WIFI:T:SAE;S:hall;P:abcd-efgh-2345;;"),
    ],
)
def test_the_code_to_join_the_wifi_keeps_special_letters(wifi: Wifi, code: str) -> None:
    assert wifi.code == code


def join(tmp_path: Path, passphrase: str = "abcd-efgh-2345") -> str:
    command: list[str | Path] = [
        sys.executable, "-m", "appliance", "join", "--folder", tmp_path / "help", "--sheet", tmp_path / "sheet.html",
        "--name", "hoitruong.lan", "--address", "10.77.0.1", "--ssid", "Hội trường",
    ]  # fmt: skip
    return subprocess.run(
        command, input=passphrase, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60
    ).stdout


def test_the_command_writes_files_and_says_when_they_are_others(tmp_path: Path) -> None:
    assert join(tmp_path) == "changed\n"
    assert join(tmp_path) == ""
    assert join(tmp_path, "another-passphrase") == "changed\n"
    assert (tmp_path / "help" / "index.html").stat().st_mode & 0o777 == 0o644
    assert (tmp_path / "sheet.html").stat().st_mode & 0o777 == 0o600
