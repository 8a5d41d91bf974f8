"""Seats on an expander: its pins, its wires to the Pi, and the addresses of eight."""

from appliance.panels.wiring import ADDRESSES, EXPANDER_PINS, NO_INPUTS, STANDARD_INTERRUPTS, on_expander
from firmware.drawing.pi import PLACES, kind_of, pins_of, seats_of
from firmware.drawing.sheet import GREY, INK, PAPER, Sheet


def drawing() -> Sheet:
    """Two seats on an MCP23017."""
    sheet = Sheet(
        1700,
        1390,
        "Thêm chỗ ngồi bằng bộ mở rộng I²C MCP23017: mỗi bộ 2 chỗ, nhiều nhất 8 bộ",
        "More seats by I²C expanders MCP23017: two seats of three lights each, at most eight expanders",
    )
    _chip(sheet)
    _expander_tables(sheet)
    sheet.notes(40, 1120, "expander")
    return sheet


def _chip(sheet: Sheet) -> None:
    """The expander between the Pi and two seats."""
    seats = seats_of(on_expander(1, "ab"))
    x, y, step = 620, 150, 50
    interrupt = STANDARD_INTERRUPTS[0]
    sheet.box(80, 150, 384, 540, fill="#dff0e4")
    sheet.text(100, 184, "Raspberry Pi", size=18, bold=True)
    sheet.box(x, y, 220, step * 16 + 60)
    sheet.text(x + 24, y + 640, "MCP23017", size=20, bold=True)
    to_the_pi = (
        ("VDD", "low", "3,3 V (chân 1)", "3.3 V"),
        ("VSS", "ground", "GND (chân 6)", "ground"),
        ("SDA", "signal", f"GPIO 2 (chân {PLACES[2]})", "I²C data"),
        ("SCL", "signal", f"GPIO 3 (chân {PLACES[3]})", "I²C clock"),
        ("INTA", "signal", f"GPIO {interrupt} (chân {PLACES[interrupt]})", "interrupt"),
        ("/RESET", "low", "3,3 V (chân 1)", "3.3 V"),
        ("A0 A1 A2", "ground", "GND hoặc 3,3 V, theo bảng", "ground or 3.3 V, by the table"),
    )
    for index, (name, kind, vi, en) in enumerate(to_the_pi):
        at = y + 74 + 70 * index
        sheet.text(x + 10, at + 5, name, size=15, bold=True)
        sheet.wire(kind, (x, at), (464, at))
        sheet.label(452, at - 2, vi, en, size=15, at="end")
    marks = {pin: (seat, what) for seat, wired in seats.items() for pin, what in pins_of(wired)}
    rows = {pin: y + 44 + step * pin + (20 if pin > 7 else 0) for pin in EXPANDER_PINS}
    for pin, at in rows.items():
        name = f"GP{'AB'[pin // 8]}{pin % 8}"
        sheet.text(x + 210, at + 5, name, size=15, bold=pin in marks, colour=INK if pin in marks else GREY, at="end")
        if pin in marks:
            _branch(sheet, x + 220, at, *marks[pin])
        else:
            free = "chỉ cho đèn / lights only" if pin in NO_INPUTS else "để trống / free"
            sheet.text(x + 232, at + 5, free, size=13, colour=GREY)
    end = rows[13] + 44
    sheet.wire("ground", (x + 560, rows[0]), (x + 560, end))
    sheet.ground(x + 560, end)
    sheet.text(x + 594, end + 12, "GND", size=14)
    _pulled_up(sheet, 1344, 300)


def _branch(sheet: Sheet, x: float, y: float, seat: str, what: str) -> None:
    """From a pin of the expander by its resistor to a button or a light, and on to the common ground."""
    button = what.startswith("nút")
    sheet.wire("signal", (x, y), (x + 110, y))
    sheet.resistor(x + 138, y, "")
    sheet.text(x + 138, y + 5, "1 kΩ" if button else "470 Ω", size=12, at="middle")
    sheet.wire("signal", (x + 166, y), (x + 228, y))
    if button:
        sheet.dot("low", (x + 50, y))
        sheet.button(x + 260, y, kind_of(what))
        sheet.wire("ground", (x + 292, y), (x + 340, y))
    else:
        sheet.light(x + 250, y, kind_of(what))
        sheet.wire("ground", (x + 272, y), (x + 340, y))
    sheet.dot("ground", (x + 340, y))
    sheet.text(x + 360, y + 5, f"chỗ {seat}: {what}", size=15, bold=True)


def _pulled_up(sheet: Sheet, x: float, y: float) -> None:
    """One button in full."""
    sheet.box(x, y, 336, 250, fill=PAPER, line=1)
    sheet.label(x + 14, y + 28, "Mỗi nút (chấm xanh dương):", "each button (blue dot):", size=15)
    sheet.label(x + 14, y + 70, "kéo lên 3,3 V bằng 10 kΩ", "pulled up by 10 kΩ", size=15)
    sheet.text(x + 160, y + 116, "3,3 V", size=15, bold=True)
    sheet.wire("low", (x + 84, y + 110), (x + 148, y + 110))
    sheet.wire("low", (x + 84, y + 110), (x + 84, y + 204))
    sheet.resistor(x + 84, y + 152, "10 kΩ", upright=True)
    sheet.text(x + 14, y + 196, "GPA", size=15, bold=True)
    sheet.wire("signal", (x + 14, y + 204), (x + 124, y + 204))
    sheet.dot("low", (x + 84, y + 204))
    sheet.resistor(x + 152, y + 204, "")
    sheet.text(x + 152, y + 209, "1 kΩ", size=12, at="middle")
    sheet.wire("signal", (x + 180, y + 204), (x + 208, y + 204))
    sheet.button(x + 240, y + 204, "for")
    sheet.wire("ground", (x + 272, y + 204), (x + 304, y + 204), (x + 304, y + 216))
    sheet.ground(x + 304, y + 216)


def _expander_tables(sheet: Sheet) -> None:
    """Addresses and interrupts of eight expanders."""
    x, y = 80, 790
    sheet.label(x, y - 30, "Địa chỉ và dây ngắt của từng bộ", "address and interrupt of each expander", size=16)
    rows = [("Bộ", "A2 A1 A0", "Địa chỉ", "INTA → GPIO (chân)")]
    rows += [
        (str(n + 1), f"{n >> 2 & 1}  {n >> 1 & 1}  {n & 1}", f"{ADDRESSES[n]:#x}", f"{pin}  ({PLACES[pin]})")
        for n, pin in enumerate(STANDARD_INTERRUPTS)
    ]
    for index, row in enumerate(rows):
        at = x
        for cell, wide in zip(row, (50, 110, 90, 190)):
            sheet.box(at, y + 24 * index, wide, 24, fill=PAPER if index else "#eef2f5", line=1)
            sheet.text(at + wide / 2, y + 17 + 24 * index, cell, size=14, bold=not index, at="middle")
            at += wide
