"""Lays the papers out as pieces of HTML, in the few elements that `office_file` knows too."""

from pathlib import Path
from typing import Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from appliance.dossier.facts import Facts

Paper = Literal["dossier", "incidents"]
PAPERS: Final[tuple[Paper, ...]] = ("dossier", "incidents")
FILES: Final[dict[Paper, str]] = {"dossier": "ho-so-cap-do", "incidents": "so-tay-su-co"}
"""What each is called when it is saved."""
NUMBERS: Final[dict[Paper, str]] = {"dossier": "Số: ……/HSĐX-HĐND", "incidents": "Số: ……/HĐND-VP"}
TITLES: Final[dict[Paper, str]] = {
    "dossier": "Hồ sơ đề xuất cấp độ an toàn hệ thống thông tin",
    "incidents": "Sổ tay ứng cứu sự cố tại hội trường",
}


def blank(what: str) -> Markup:
    """What only the council knows: it stands out until somebody has filled it in."""
    return Markup("<mark>[{}]</mark>").format(what)


_pages: Final = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip
_pages.globals["blank"] = blank


def lay_out(paper: Paper, facts: Facts) -> str:
    """The paper below its head: well-formed, one `article`."""
    body = _pages.get_template(f"{paper}.html").render(facts=facts, house=facts.house, limits=facts.limits)
    sample = Markup('<p class="subject">{}</p>').format(facts.house.sample) if facts.house.sample else ""
    return f"<article>{sample}{body}</article>"
