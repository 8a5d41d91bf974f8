"""The pages by which a tablet joins: help in plain HTML for the web server's port 80, and a sheet of A4 to print.

Neither has a script, since whoever reads the help does not trust the box yet. What the sheet prints (the fingerprint
above all) came to the technician by another way than the hall's air, so it is what the help page is compared with.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec
from cryptography import x509
from jinja2 import Environment, PackageLoader, StrictUndefined
from msgspec import Struct

from appliance.adapters.certificate_authority import fingerprint
from appliance.qr_code import qr

Language = Literal["vi", "en"]
PAGES: Final[Mapping[Language, str]] = {"vi": "index.html", "en": "en.html"}
STYLESHEET: Final = "help.css"
PLATFORMS: Final = {
    "Android": ("android.1", "android.2", "android.3", "android.4"),
    "iPad (iPadOS)": ("ipados.1", "ipados.2", "ipados.3"),
    "Windows": ("windows.1", "windows.2", "windows.3"),
    "ChromeOS": ("chromeos.1", "chromeos.2", "chromeos.3"),
}
_SPECIAL: Final = str.maketrans({letter: f"\\{letter}" for letter in '\\;,:"'})


class Wifi(Struct, frozen=True):
    """The hall's own Wi-Fi."""

    ssid: str
    passphrase: str
    security: str = "wpa2"

    @property
    def code(self) -> str:
        """What phones and tablets read from a QR code to join (ZXing's notation, which Android and iPadOS follow)."""
        kind = "SAE" if self.security == "wpa3" else "WPA"
        return f"WIFI:T:{kind};S:{self.ssid.translate(_SPECIAL)};P:{self.passphrase.translate(_SPECIAL)};;"


class Joining(Struct, frozen=True, kw_only=True):
    """What a tablet must know of this box."""

    council: str
    name: str
    address: str
    certificate: x509.Certificate | None = None
    """The hall's own authority; None where the box has a certificate that every tablet trusts already."""
    wifi: Wifi | None = None
    public_name: str = ""

    @property
    def meeting(self) -> str:
        """The meeting's address."""
        return f"https://{self.name}/"

    @property
    def help(self) -> str:
        """By the number: a browser that was here before asks for the name by TLS only (HSTS)."""
        return f"http://{self.address}/help/"

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, in groups that the eye can hold."""
        pairs = fingerprint(self.certificate).split(":") if self.certificate is not None else []
        return " ".join("".join(pairs[start : start + 2]) for start in range(0, len(pairs), 2))


class Pages:
    """Both, in Vietnamese and English, from the word files in `words`."""

    def __init__(self, words: Path) -> None:
        self._said: dict[Language, Mapping[str, Any]] = {
            language: msgspec.json.decode((words / f"{language}.json").read_bytes())["joining"] for language in PAGES
        }
        self._pages = Environment(
            loader=PackageLoader("appliance.joining"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def help(self, box: Joining) -> dict[str, str]:
        """Files by name, for one folder."""
        found = {
            page: self._render("help.html", box, language, platforms=PLATFORMS, other=PAGES[_other(language)])
            for language, page in PAGES.items()
        }
        return {**found, STYLESHEET: self._pages.get_template(STYLESHEET).render()}

    def sheet(self, box: Joining) -> str:
        """One page of A4 for the desk, and one for the public where there is a public zone."""
        return self._render("sheet.html", box, "vi", platforms=PLATFORMS, other="")

    def _render(self, template: str, box: Joining, language: Language, **values: object) -> str:
        def say(key: str, language: Language = language, **places: object) -> str:
            found: Any = self._said[language]
            for part in key.split("."):
                found = found[part]
            return str(found).format_map(places) if places else str(found)

        return self._pages.get_template(template).render(
            box=box, say=say, qr=qr, language=language, stylesheet=STYLESHEET, **values
        )


def _other(language: Language) -> Language:
    return "en" if language == "vi" else "vi"
