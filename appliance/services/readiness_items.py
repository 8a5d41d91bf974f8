"""How an item of the readiness report is put together. Pure."""

from collections.abc import Iterable
from typing import Final

from appliance.services.readiness_report import Light, ReadinessItem, TriedPanel

Items = tuple[ReadinessItem, ...]
NAMED: Final = 12
"""So many seats are named in one line; the table below it has all."""


def item(name: str, light: Light, say: str, todo: str = "", /, **values: object) -> Items:
    """The one item that a rule gives; `values` fill the sentence's places."""
    return (ReadinessItem(name, light, say, {k: str(v) for k, v in values.items()}, todo),)


def place(panel: TriedPanel) -> str:
    """Where it is, as people in the hall know it; a spare by the end of its serial number, as on the screens."""
    end = panel.serial[-6:].upper()
    return panel.seat or f"{end[:3]}\u00a0{end[3:]}".strip()


def names(found: Iterable[str]) -> str:
    """The first of them, and a sign when there are more."""
    all_of_them = list(found)
    return ", ".join(all_of_them[:NAMED]) + (" …" if len(all_of_them) > NAMED else "")


def decimal(number: float) -> str:
    """One place, with the comma that both the hall and the state's papers write."""
    return f"{number:.1f}".replace(".", ",")
