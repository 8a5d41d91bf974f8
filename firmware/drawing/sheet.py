"""A sheet to draw on: lines, boxes, screws, resistors, lights, buttons and words in two languages, as SVG.

Lengths are units of the sheet; y grows downwards. Nothing here knows what is drawn.
"""

import tomllib
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

INK: Final = "#1d2733"
GREY: Final = "#5b6773"
PALE: Final = "#eef2f5"
COLOURS: Final = {
    "power": "#b3261e",
    "low": "#1565c0",
    "ground": "#1d2733",
    "a": "#c77700",
    "b": "#6d3fa0",
    "shield": "#5b6773",
    "signal": "#00796b",
    "for": "#1b7f3b",
    "against": "#b3261e",
    "abstain": "#a97b00",
}
"""What a wire carries, and its colour: power 24 V, low 5 V and 3.3 V. Words beside the wire name it as well."""
PAPER: Final = "#ffffff"

NOTES: Final = Path(__file__).with_name("notes.toml")

Point = tuple[float, float]


def number(value: float) -> str:
    """As short as it can be written."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


class Sheet:
    """One drawing. What is drawn later lies on top."""

    def __init__(self, width: int, height: int, vi: str, en: str) -> None:
        self.width = width
        self.height = height
        self._parts: list[str] = []
        self._title = (vi, en)
        self.text(40, 56, vi, size=30, bold=True)
        self.text(40, 86, en, size=20, colour=GREY)

    def svg(self) -> str:
        """The whole file."""
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'width="{self.width}" height="{self.height}" role="img" '
            f"font-family=\"'Be Vietnam Pro','DejaVu Sans','Liberation Sans',Arial,sans-serif\">\n"
            f"<title>{escape(' / '.join(self._title))}</title>\n"
            f'<rect width="{self.width}" height="{self.height}" fill="{PAPER}"/>\n'
        )
        return head + "\n".join(self._parts) + "\n</svg>\n"

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 16,
        bold: bool = False,
        colour: str = INK,
        at: str = "start",
    ) -> None:
        """One line; `at` is start, middle or end."""
        weight = ' font-weight="700"' if bold else ""
        self._parts.append(
            f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" fill="{colour}" '
            f'text-anchor="{at}"{weight}>'
            f"{escape(words)}</text>"
        )

    def label(self, x: float, y: float, vi: str, en: str, *, size: float = 16, at: str = "start") -> None:
        """Vietnamese, and English below it, smaller."""
        self.text(x, y, vi, size=size, bold=True, at=at)
        self.text(x, y + size * 1.15, en, size=size * 0.82, colour=GREY, at=at)

    def wire(self, kind: str, *points: Point, width: float = 3, dashed: bool = False) -> None:
        """From point to point."""
        path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        dash = ' stroke-dasharray="9 6"' if dashed else ""
        self._parts.append(
            f'<polyline points="{path}" fill="none" stroke="{COLOURS.get(kind, kind)}" stroke-width="{number(width)}" '
            f'stroke-linejoin="round"{dash}/>'
        )

    def dot(self, kind: str, *points: Point) -> None:
        """Wires are joined here."""
        for x, y in points:
            self._parts.append(f'<circle cx="{number(x)}" cy="{number(y)}" r="5" fill="{COLOURS.get(kind, kind)}"/>')

    def box(self, x: float, y: float, width: float, height: float, *, fill: str = PALE, line: float = 2) -> None:
        """A part."""
        self._parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" rx="6" '
            f'fill="{fill}" stroke="{INK}" stroke-width="{number(line)}"/>'
        )

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        """The edge of a housing: dashed, around parts."""
        self._parts.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" rx="14" '
            f'fill="none" stroke="{GREY}" stroke-width="2.5" stroke-dasharray="14 8"/>'
        )

    def screw(self, x: float, y: float) -> None:
        """A screw of a terminal."""
        self._parts.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="10" fill="{PAPER}" stroke="{INK}" stroke-width="2"/>'
            f'<path d="M{number(x - 6)} {number(y + 6)} L{number(x + 6)} {number(y - 6)}" stroke="{INK}" '
            'stroke-width="2"/>'
        )

    def resistor(self, x: float, y: float, words: str, *, upright: bool = False, colour: str = INK) -> None:
        """Around a middle, 56 long; draw the wires to its ends."""
        width, height = (18, 56) if upright else (56, 18)
        self._parts.append(
            f'<rect x="{number(x - width / 2)}" y="{number(y - height / 2)}" width="{width}" height="{height}" '
            f'fill="{PAPER}" stroke="{colour}" stroke-width="2.5"/>'
        )
        if upright:
            self.text(x + 16, y + 5, words, size=15)
        else:
            self.text(x, y - 15, words, size=15, at="middle")

    def light(self, x: float, y: float, kind: str, words: str = "") -> None:
        """A light-emitting diode, 44 long, its anode to the left."""
        colour = COLOURS.get(kind, kind)
        self._parts.append(
            f'<path d="M{number(x - 22)} {number(y)} H{number(x - 12)} M{number(x - 12)} {number(y - 14)} '
            f"V{number(y + 14)} L{number(x + 12)} {number(y)} Z M{number(x + 12)} {number(y - 14)} V{number(y + 14)} "
            f'M{number(x + 12)} {number(y)} H{number(x + 22)}" fill="{colour}" fill-opacity="0.25" stroke="{colour}" '
            f'stroke-width="3"/>'
            f'<path d="M{number(x + 1)} {number(y - 18)} l8 -9 m-5 1 l5 -1 l0 5 M{number(x + 11)} {number(y - 16)} '
            f'l8 -9 m-5 1 l5 -1 l0 5" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        if words:
            self.text(x, y + 34, words, size=14, at="middle")

    def button(self, x: float, y: float, kind: str) -> None:
        """A push button, 64 long, open."""
        colour = COLOURS.get(kind, kind)
        self._parts.append(
            f'<path d="M{number(x - 32)} {number(y)} H{number(x - 20)} M{number(x + 20)} {number(y)} H{number(x + 32)} '
            f'M{number(x - 20)} {number(y - 11)} H{number(x + 20)} M{number(x)} {number(y - 11)} V{number(y - 24)}" '
            f'fill="none" stroke="{INK}" stroke-width="3"/>'
            f'<circle cx="{number(x - 20)}" cy="{number(y)}" r="4.5" fill="{PAPER}" stroke="{INK}" stroke-width="2.5"/>'
            f'<circle cx="{number(x + 20)}" cy="{number(y)}" r="4.5" fill="{PAPER}" stroke="{INK}" stroke-width="2.5"/>'
            f'<rect x="{number(x - 15)}" y="{number(y - 36)}" width="30" height="12" rx="4" fill="{colour}"/>'
        )

    def ground(self, x: float, y: float, *, earth: bool = False) -> None:
        """0 V, or protective earth, at the lower end of a wire."""
        lines = ((20, 0), (13, 7), (6, 14))
        path = " ".join(f"M{number(x - half)} {number(y + down)} H{number(x + half)}" for half, down in lines)
        self._parts.append(f'<path d="{path}" stroke="{INK}" stroke-width="3"/>')
        if earth:
            self._parts.append(
                f'<circle cx="{number(x)}" cy="{number(y + 5)}" r="26" fill="none" stroke="{INK}" stroke-width="2"/>'
            )

    def diode(self, x: float, y: float, words: str) -> None:
        """A diode, 48 long, its cathode to the right."""
        self._parts.append(
            f'<path d="M{number(x - 24)} {number(y)} H{number(x - 11)} M{number(x - 11)} {number(y - 13)} '
            f"V{number(y + 13)} L{number(x + 11)} {number(y)} Z M{number(x + 11)} {number(y - 13)} V{number(y + 13)} "
            f'M{number(x + 11)} {number(y)} H{number(x + 24)}" fill="{PAPER}" stroke="{INK}" stroke-width="2.5"/>'
        )
        self.text(x, y - 22, words, size=14, at="middle")

    def notes(self, x: float, y: float, about: str, **facts: object) -> None:
        """The remarks of notes.toml about this, numbered, one below the other; facts stand in its braces."""
        for index, note in enumerate(tomllib.loads(NOTES.read_text(encoding="utf-8"))[about], start=1):
            self.text(x, y, f"{index}.", size=17, bold=True)
            self.text(x + 28, y, note["vi"].format(**facts), size=17)
            self.text(x + 28, y + 19, note["en"].format(**facts), size=14, colour=GREY)
            y += 50
