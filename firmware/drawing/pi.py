"""Seats at the Pi's own pins: the 40 places of its header, and what each is wired to."""

from collections.abc import Iterable

from appliance.config import Expander, SeatPins
from appliance.core.ballot_paper import Choice
from appliance.panels.wiring import (
    ADDRESSES,
    PI,
    STANDARD_INTERRUPTS,
    SeatWiring,
    one_light,
    standard,
    wiring,
)
from firmware.drawing.sheet import COLOURS, GREY, INK, PAPER, Sheet

PLACES = {
    2: 3, 3: 5, 4: 7, 5: 29, 6: 31, 7: 26, 8: 24, 9: 21, 10: 19, 11: 23, 12: 32, 13: 33, 14: 8, 15: 10, 16: 36, 17: 11,
    18: 12, 19: 35, 20: 38, 21: 40, 22: 15, 23: 16, 24: 18, 25: 22, 26: 37, 27: 13,
}  # fmt: skip
"""GPIO number -> its place on the Pi's 40-pin header."""
GROUNDS = (6, 9, 14, 20, 25, 30, 34, 39)
SUPPLIES = {1: "3V3", 2: "5V", 4: "5V", 17: "3V3", 27: "–", 28: "–"}
WORDS = {
    Choice.FOR: ("for", "● Tán thành", "for"),
    Choice.AGAINST: ("against", "✕ Không tán thành", "against"),
    Choice.ABSTAIN: ("abstain", "– Không biểu quyết", "abstain"),
}
ROW = 40


def seats_of(tables: dict[str, dict[str, int]]) -> dict[str, SeatWiring]:
    """The seats of a standard wiring, as the appliance reads them."""
    fitted = {"1": Expander(address=ADDRESSES[0], interrupt=STANDARD_INTERRUPTS[0])}
    on_the_pi = all(table["board"] == PI for table in tables.values())
    return wiring({seat: SeatPins(**table) for seat, table in tables.items()}, {} if on_the_pi else fitted)


def of_four() -> Sheet:
    """Four seats of three lights."""
    return _hall(
        standard("1234"),
        "Hội trường nhỏ: 4 chỗ ngồi nối thẳng vào Raspberry Pi, mỗi chỗ 3 nút 3 đèn",
        "A small hall: four seats at the Pi's own pins, three buttons and three lights each",
    )


def of_six() -> Sheet:
    """Six seats of one light."""
    return _hall(
        one_light("123456"),
        "Hội trường nhỏ: 6 chỗ ngồi nối thẳng vào Raspberry Pi, mỗi chỗ 3 nút 1 đèn",
        "A small hall: six seats at the Pi's own pins, three buttons and one light each",
    )


def _hall(tables: dict[str, dict[str, int]], vi: str, en: str) -> Sheet:
    seats = seats_of(tables)
    sheet = Sheet(1700, 1220, vi, en)
    _one_button(sheet, 60, 140)
    _header(sheet, 60, 420, seats)
    _table(sheet, 640, 420, seats)
    sheet.notes(40, 1030, "hall")
    return sheet


def _one_button(sheet: Sheet, x: float, y: float) -> None:
    """A button and a light, from the pin to ground."""
    sheet.label(x, y - 2, "Mỗi nút", "each button", size=17)
    sheet.text(x + 170, y + 6, "GPIO", size=15, bold=True, at="end")
    sheet.wire("signal", (x + 180, y), (x + 270, y))
    sheet.resistor(x + 298, y, "1 kΩ")
    sheet.wire("signal", (x + 326, y), (x + 388, y))
    sheet.button(x + 420, y, "against")
    sheet.wire("ground", (x + 452, y), (x + 520, y), (x + 520, y + 14))
    sheet.ground(x + 520, y + 14)
    sheet.text(x + 550, y + 22, "GND", size=14)
    y += 110
    sheet.label(x, y - 2, "Mỗi đèn", "each light", size=17)
    sheet.text(x + 170, y + 6, "GPIO", size=15, bold=True, at="end")
    sheet.wire("signal", (x + 180, y), (x + 270, y))
    sheet.resistor(x + 298, y, "470 Ω")
    sheet.wire("signal", (x + 326, y), (x + 388, y))
    sheet.light(x + 410, y, "for")
    sheet.wire("ground", (x + 432, y), (x + 520, y), (x + 520, y + 14))
    sheet.ground(x + 520, y + 14)
    sheet.text(x + 550, y + 22, "GND", size=14)
    sheet.label(
        x + 640,
        y - 96,
        "Điện trở kéo lên có sẵn trong Pi (bật bằng phần mềm).",
        "The Pi's own pull-ups hold a button high.",
        size=15,
    )
    sheet.label(
        x + 640,
        y,
        "Đèn: đỏ, vàng, xanh vàng-lục, 1,8–2,2 V; 2–3 mA mỗi đèn.",
        "Red, yellow, yellow-green; 2–3 mA each.",
        size=15,
    )


def _header(sheet: Sheet, x: float, y: float, seats: dict[str, SeatWiring]) -> None:
    """The header as one looks at the board, USB sockets downwards."""
    sheet.label(x, y - 34, "Hàng chân của Pi (cổng USB phía dưới)", "the Pi's header, USB sockets downwards", size=16)
    used = {PLACES[pin]: (seat, what) for seat, wired in seats.items() for pin, what in pins_of(wired)}
    gpio = {place: pin for pin, place in PLACES.items()}
    step = 27
    sheet.box(x + 166, y + 8, 108, step * 20 + 14, fill="#dff0e4")
    for place in range(1, 41):
        left = place % 2 == 1
        cx, cy = x + (196 if left else 244), y + 28 + step * ((place - 1) // 2)
        at, edge = ("end", x + 156) if left else ("start", x + 284)
        colour = COLOURS[kind_of(used[place][1])] if place in used else INK if place in GROUNDS else PAPER
        _pin(sheet, cx, cy, place, colour)
        if place in used:
            seat, what = used[place]
            sheet.text(edge, cy + 5, f"GPIO {gpio[place]} · {seat} {what}", size=14, bold=True, at=at)
        else:
            words = "GND" if place in GROUNDS else SUPPLIES.get(place) or f"GPIO {gpio[place]}"
            sheet.text(edge, cy + 5, words, size=13, colour=INK if place in GROUNDS else GREY, at=at)


def _pin(sheet: Sheet, x: float, y: float, place: int, colour: str) -> None:
    sheet.box(x - 15, y - 11, 30, 22, fill=colour, line=1.5)
    sheet.text(x, y + 5, str(place), size=12, bold=True, colour=INK if colour == PAPER else PAPER, at="middle")


def pins_of(wired: SeatWiring) -> Iterable[tuple[int, str]]:
    """Each pin of a seat, and what it is for: button (nút) or light (đèn), with the choice's sign."""
    for choice, pin in wired.buttons.items():
        yield pin, f"nút {WORDS[choice][1][0]}"
    for choice, pin in wired.lights.items():
        yield pin, f"đèn {WORDS[choice][1][0]}"
    if wired.light is not None:
        yield wired.light, "đèn"


def kind_of(what: str) -> str:
    """The choice that the sign at its end stands for, or `signal`."""
    return {"●": "for", "✕": "against", "–": "abstain"}.get(what[-1], "signal")


def _table(sheet: Sheet, x: float, y: float, seats: dict[str, SeatWiring]) -> None:
    """Seat by seat: GPIO and place of each wire."""
    single = next(iter(seats.values())).light is not None
    sheet.label(x, y - 34, "Bảng đấu dây: GPIO (chân số)", "wiring table: GPIO (place on the header)", size=16)
    heads = [("Chỗ", "seat"), *((f"Nút {vi}", f"button, {en}") for _, vi, en in WORDS.values())]
    heads += [("Đèn", "light")] if single else [(f"Đèn {vi[0]}", f"light, {en}") for _, vi, en in WORDS.values()]
    widths = [70, 170, 200, 205] + [125] * (len(heads) - 4)
    at = x
    for (vi, en), wide in zip(heads, widths):
        sheet.box(at, y, wide, 52)
        sheet.text(at + wide / 2, y + 22, vi, size=14, bold=True, at="middle")
        sheet.text(at + wide / 2, y + 42, en, size=12, colour=GREY, at="middle")
        at += wide
    for index, (seat, wired) in enumerate(seats.items()):
        at, top = x, y + 52 + ROW * index
        cells = [seat, *(f"GPIO {pin}  ({PLACES[pin]})" for pin in wired.pins())]
        for cell, wide in zip(cells, widths):
            sheet.box(at, top, wide, ROW, fill=PAPER, line=1)
            sheet.text(at + wide / 2, top + 26, cell, size=15, bold=cell == seat, at="middle")
            at += wide
    below = y + 52 + ROW * len(seats) + 40
    grounds = ", ".join(str(place) for place in GROUNDS)
    sheet.label(
        x,
        below,
        f"GND (dây chung của nút và đèn): chân {grounds}",
        "ground, common to buttons and lights: these places",
        size=15,
    )
    if single:
        says = (
            ("Một đèn sáng liên tục: đã ghi nhận “tán thành”.", "One light, on without a gap: recorded, for."),
            ("Sáng, cứ 4 giây tắt ngắn một lần: “không tán thành”.", "One short gap in four seconds: against."),
            ("Sáng, cứ 4 giây tắt ngắn hai lần: “không biểu quyết”.", "Two short gaps: abstain."),
        )
        for index, (vi, en) in enumerate(says):
            sheet.label(x, below + 56 + 46 * index, vi, en, size=15)
