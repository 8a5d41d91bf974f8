"""What the electrician reads is what the code does: drawings, tables of pins, power, parts, files, words on screens."""

import ast
import contextlib
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from gpiozero.pins.pi import PiBoardInfo

from appliance.config import BusPort
from appliance.core.ballot_paper import Choice
from appliance.panels.wiring import STANDARD_INTERRUPTS, on_expander, one_light, standard
from firmware import power
from firmware.drawing import pi
from firmware.drawing.all import drawings
from firmware.drawing.handbook import between, renewed, tables
from firmware.panel import pins, shows

ROOT = Path(__file__).parents[2]
FIRMWARE = ROOT / "firmware"
PAGE = (FIRMWARE / "README.md").read_text(encoding="utf-8")
PI_3B, PI_4B, PI_5B = 0xA02082, 0xC03114, 0xC04170


@pytest.mark.parametrize("name", drawings())
def test_each_drawing_is_as_it_would_be_made_now(name: str) -> None:
    made = drawings()[name].svg()
    assert (FIRMWARE / "drawing" / name).read_text(encoding="utf-8") == made, "run python -m firmware.drawing"


TEXT = re.compile(r'<text x="([\d.]+)" y="([\d.]+)" font-size="([\d.]+)" [^>]*text-anchor="(\w+)"([^>]*)>([^<]*)<')
WIDE = {"": 0.56, "bold": 0.63}
"""A letter's width in the widest of the fonts that the drawings name, by its height."""


@pytest.mark.parametrize("name", drawings())
def test_no_words_of_a_drawing_are_cut_off_at_its_edge(name: str) -> None:
    sheet = drawings()[name]
    texts = TEXT.findall(sheet.svg())
    assert len(texts) == sheet.svg().count("<text ")
    for x, y, size, anchor, weight, words in texts:
        width = len(html.unescape(words)) * float(size) * WIDE["bold" if weight else ""]
        left = float(x) - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        assert left > 0, words
        assert left + width < sheet.width, words
        assert 0 < float(y) < sheet.height - 5, words


@pytest.mark.parametrize("name", tables())
def test_each_table_of_the_handbook_is_as_it_would_be_made_now(name: str) -> None:
    assert between(PAGE, name) == tables()[name], "run python -m firmware.drawing"
    assert renewed(PAGE) == PAGE


@pytest.mark.parametrize("name", drawings())
def test_the_handbook_shows_each_drawing(name: str) -> None:
    assert f"(drawing/{name})" in PAGE


def test_every_file_that_the_handbook_points_to_exists() -> None:
    for path in re.findall(r"\]\(([\w./-]+)\)", PAGE):
        assert (FIRMWARE / path).exists(), path
    for path in re.findall(r"`((?:appliance|tests)/[\w./]+\.py)`", PAGE):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("revision", [PI_3B, PI_4B, PI_5B])
def test_the_places_of_the_pis_header_are_those_that_gpiozero_knows(revision: int) -> None:
    header = PiBoardInfo.from_revision(revision).headers["J8"]
    named = {int(pin.name[4:]): place for place, pin in header.pins.items() if pin.name.startswith("GPIO")}
    assert {gpio: named[gpio] for gpio in pi.PLACES} == pi.PLACES
    assert set(named) - set(pi.PLACES) == {0, 1}
    assert {place for place, pin in header.pins.items() if pin.name == "GND"} == set(pi.GROUNDS)


@pytest.mark.parametrize(
    ("name", "halls"),
    [("four-seats.svg", standard("1234")), ("six-seats.svg", one_light("123456"))],
)
def test_the_drawing_of_a_hall_has_every_wire_at_its_place(name: str, halls: dict[str, dict[str, int]]) -> None:
    drawn = (FIRMWARE / "drawing" / name).read_text(encoding="utf-8")
    for seat, wired in pi.seats_of(halls).items():
        for pin, what in pi.pins_of(wired):
            assert f">GPIO {pin} · {seat} {what}<" in drawn
            assert f">GPIO {pin}  ({pi.PLACES[pin]})<" in drawn


def test_the_drawing_of_an_expander_has_every_wire_of_its_two_seats() -> None:
    drawn = (FIRMWARE / "drawing" / "expander.svg").read_text(encoding="utf-8")
    for seat, wired in pi.seats_of(on_expander(1, "ab")).items():
        for _, what in pi.pins_of(wired):
            assert f">chỗ {seat}: {what}<" in drawn
    for board, interrupt in enumerate(STANDARD_INTERRUPTS):
        assert f">{0x20 + board:#x}<" in drawn
        assert f">{interrupt}  ({pi.PLACES[interrupt]})<" in drawn


def test_the_panels_pins_are_of_the_board_and_each_is_used_once() -> None:
    used = [*pins.BUTTONS, *pins.LIGHTS, pins.BUZZER, pins.TX, pins.RX, pins.DRIVE, pins.SERVICE]
    assert len(set(used)) == len(used) == len(Choice) * 2 + 5
    assert set(used) <= set(pins.PLACES)
    # RP2040 data sheet, table 2: UART0 may be on GPIO 0 and 1, 12 and 13, 16 and 17; UART1 on 4 and 5, 8 and 9.
    assert (pins.UART, pins.TX, pins.RX) in {(0, 0, 1), (0, 12, 13), (0, 16, 17), (1, 4, 5), (1, 8, 9)}


def test_the_boards_edge_has_each_place_once_and_ground_where_it_is() -> None:
    grounds = {3, 8, 13, 18, 23, 28, 33, 38}
    others = {30, 35, 36, 37, 39, 40}
    assert sorted({*pins.PLACES.values(), *grounds, *others}) == list(range(1, 41))
    assert len(pins.PLACES) == 26


def test_the_parts_of_a_panel_add_up() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| ?(\d*) ?\| (?:\*\*)?(\d+)(?:\*\*)? \| (?:\*\*)?(\d+)(?:\*\*)? \|$",
        between(PAGE, "parts"),
        re.M,
    )
    *parts, total = [(name, int(least), int(most)) for name, _, least, most in rows]
    assert total[0] == "**one panel**"
    assert total[1:] == (sum(least for _, least, _ in parts), sum(most for _, _, most in parts))
    assert all(least <= most for _, least, most in parts)


def test_no_panel_of_a_full_bus_is_left_without_power() -> None:
    a = power.Assumed()
    each = power.panel_watts(a, lights=a.lights, buzzer=True)
    assert power.volts_at_last(a, power.PANELS_A_BUS, each) >= a.least
    assert power.bus_watts(a, power.PANELS_A_BUS, lights=a.lights, buzzer=True) / a.supply < 1.0, "the fuse of 1 A"
    assert power.idle_volts() >= 0.2
    assert power.unit_loads(power.PANELS_A_BUS, 1 / 8) <= 32
    assert power.unit_loads(13, 1) <= 32 < power.unit_loads(14, 1), "as many plain transceivers as the page says"


def test_a_longer_chain_and_more_light_leave_less_for_the_last_panel() -> None:
    a = power.Assumed()
    volts = [power.volts_at_last(a, panels, 0.25) for panels in (1, 8, 20, 32)]
    assert volts == sorted(volts, reverse=True)
    assert volts[0] < a.supply
    assert power.volts_at_last(a, 32, 0.5) < power.volts_at_last(a, 32, 0.25)
    assert power.volts_at_last(a, 32, 5.0) == 0.0, "no voltage satisfies so much power"


def test_the_words_that_the_checklist_quotes_are_on_the_screens() -> None:
    words = (ROOT / "web" / "src" / "words" / "vi.json").read_text(encoding="utf-8")
    said = set(_leaves(json.loads(words)))
    quoted = set(re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", PAGE)) - {"for", "against", "abstain", "italics"}
    assert len(quoted) >= 6
    assert quoted <= said


def _leaves(words: object) -> list[str]:
    if isinstance(words, dict):
        return [leaf for inner in words.values() for leaf in _leaves(inner)]
    return [str(words)]


def test_the_handbook_names_the_boards_own_files_and_times() -> None:
    board = _constants(FIRMWARE / "panel" / "board.py")
    assert f"`{board['HALL_FILE']}`" in PAGE
    assert f"`{board['SETTINGS_FILE']}`" in PAGE
    assert board["WATCHDOG_MS"] == 4000
    assert "every four seconds" in PAGE
    assert board["BAUD"] == BusPort(port="x").baud == 250_000
    assert "250 000 baud" in PAGE
    frames = {
        name: shows.PATTERNS[number] for name, number in _constants(Path(shows.__file__)).items() if number in NEW
    }
    assert (len(frames["NO_HALL"]), set(frames["NO_HALL"])) == (30, {5, 0}), "the outer two, every three seconds"
    assert set(frames["STRANGER"]) == {1, 4}, "the outer two take turns"
    assert frames["LOCATED"].count(7) > frames["LOCATED"].count(0), "long on, shortly off"


NEW = {shows.NO_HALL, shows.JOINING, shows.LOCATED, shows.STRANGER}


def _constants(path: Path) -> dict[str, Any]:
    """The plain constants of a module that cannot be imported here, or not all of which have a name of their own."""
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            with contextlib.suppress(ValueError):
                value = ast.literal_eval(node.value)
                for target in node.targets:
                    names = target.elts if isinstance(target, ast.Tuple) else [target]
                    values = value if isinstance(target, ast.Tuple) else [value]
                    found |= {name.id: v for name, v in zip(names, values, strict=True) if isinstance(name, ast.Name)}
    return found


def test_what_was_never_run_says_so() -> None:
    assert "Never run on real hardware" in PAGE
    for name, sheet in drawings().items():
        assert "chưa được lắp thử" in sheet.svg(), name
    for file in (FIRMWARE / "pi").iterdir():
        assert "Not run on a Pi yet" in file.read_text(encoding="utf-8"), file.name
