"""The tables of the handbook (`firmware/README.md`) that stand between marks: made from what the code reads."""

import re
from collections.abc import Iterable
from typing import Final

from appliance.panels.wiring import ADDRESSES, STANDARD_INTERRUPTS, one_light, standard
from firmware import power
from firmware.drawing.panel import roles
from firmware.drawing.pi import PLACES, seats_of
from firmware.panel import pins

MARKED: Final = r"<!-- {name} -->\n(.*?)<!-- /{name} -->"


def tables() -> dict[str, str]:
    """Each block, by its mark."""
    return {
        "panel-pins": _panel_pins(),
        "power": f"```\n{power.report()}\n```\n",
        "four-seats": _hall(standard("1234")),
        "six-seats": _hall(one_light("123456")),
        "expanders": _expanders(),
    }


def between(page: str, name: str) -> str:
    """What stands between the marks of this name."""
    found = re.search(MARKED.format(name=name), page, re.S)
    if found is None:
        raise ValueError(f"the handbook has no marks <!-- {name} -->")
    return found[1]


def renewed(page: str) -> str:
    """The page with every table as it is made now."""
    for name, table in tables().items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        page = page.replace(begin + between(page, name) + end, begin + table + end)
    return page


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("| --- ", "|---").replace("--- |", "---|")


def _panel_pins() -> str:
    rows = sorted((pins.PLACES[gpio], f"GP{gpio}", role) for gpio, role in roles().items())
    return _table(("place on the board", "GPIO", "goes to"), rows)


def _hall(tables: dict[str, dict[str, int]]) -> str:
    seats = seats_of(tables)
    single = any(wired.light is not None for wired in seats.values())
    lights = ["light"] if single else ["light for", "light against", "light abstain"]
    rows = ([seat, *(f"{pin} ({PLACES[pin]})" for pin in wired.pins())] for seat, wired in seats.items())
    return _table(["seat", "button for", "button against", "button abstain", *lights], rows)


def _expanders() -> str:
    rows = (
        (n + 1, f"{n >> 2 & 1} {n >> 1 & 1} {n & 1}", f"{ADDRESSES[n]:#x}", f"{pin} ({PLACES[pin]})")
        for n, pin in enumerate(STANDARD_INTERRUPTS)
    )
    return _table(("expander", "A2 A1 A0", "address", "interrupt: GPIO (place)"), rows)
