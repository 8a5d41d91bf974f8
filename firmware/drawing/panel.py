"""The box at a seat: its supply, transceiver, board, buttons and lights."""

from firmware.drawing.sheet import GREY, INK, PAPER, Sheet
from firmware.panel import pins

NAMES = (
    ("for", "● Tán thành", "for"),
    ("against", "✕ Không tán thành", "against"),
    ("abstain", "– Không biểu quyết", "abstain"),
)
POLES = (
    ("power", "+24 V", "đôi dây xanh lá", "green pair"),
    ("ground", "0 V", "đôi nâu + đôi xanh dương", "brown and blue pairs"),
    ("a", "A  (D+)", "trắng-cam", "white-orange"),
    ("b", "B  (D−)", "cam", "orange"),
    ("shield", "Lưới chống nhiễu", "dây lưới của cáp", "drain wire"),
)
FIXED = {
    **dict.fromkeys((3, 8, 13, 18, 23, 28, 38), "GND"),
    30: "RUN",
    33: "AGND",
    35: "VREF",
    36: "3V3",
    37: "EN",
    39: "VSYS",
    40: "VBUS",
}
"""The places that are no GPIO."""
ROW = 70
BOARD_X, BOARD_Y, BOARD_WIDE, PIN = 880, 190, 250, 31
RIGHT = BOARD_X + BOARD_WIDE
OUT = 710
"""Where the wires leave the supply and the transceiver."""


def pin_y(place: int) -> float:
    """Where the middle of a place on the board's edge is."""
    return BOARD_Y + 52 + PIN * (place - 1 if place <= 20 else 40 - place)


def drawing() -> Sheet:
    """The whole sheet."""
    sheet = Sheet(1760, 1340, "Hộp bấm: đi dây bên trong", "The panel: wiring inside the box")
    sheet.frame(300, 112, 1430, 800)
    sheet.label(900, 882, "Vỏ hộp (nhựa)", "housing (plastic)")
    _cables(sheet)
    _supply(sheet)
    _transceiver(sheet)
    _people(sheet)
    _board(sheet)
    sheet.notes(40, 962, "panel", buzzer=pins.BUZZER, buzzer_place=pins.PLACES[pins.BUZZER], service=pins.SERVICE)
    return sheet


def _cables(sheet: Sheet) -> None:
    sheet.label(40, 150, "Cầu đấu X1", "terminal block X1", size=17)
    sheet.text(330, 158, "VÀO", size=14, bold=True, at="middle")
    sheet.text(330, 174, "in", size=12, colour=GREY, at="middle")
    sheet.text(376, 158, "RA", size=14, bold=True, at="middle")
    sheet.text(376, 174, "out", size=12, colour=GREY, at="middle")
    sheet.box(308, 184, 90, ROW * len(POLES) - 4, fill=PAPER)
    for index, (kind, name, vi, en) in enumerate(POLES):
        y = pole_y(index)
        sheet.wire(kind, (300, y), (392, y), width=5)
        sheet.screw(330, y)
        sheet.screw(376, y)
        sheet.text(292, y - 8, f"{index + 1}   {name}", size=17, bold=True, at="end")
        sheet.text(292, y + 11, vi, size=14, at="end")
        sheet.text(292, y + 27, en, size=12, colour=GREY, at="end")
    sheet.label(40, 610, "VÀO: cáp từ hộp trước", "in: cable from the box before", size=15)
    sheet.label(40, 654, "RA: cáp sang hộp sau", "out: cable to the next box", size=15)
    sheet.label(40, 698, "Cáp mạng FTP Cat5e, có lưới", "FTP Cat5e cable, shielded", size=15)


def pole_y(index: int) -> float:
    """Where a pole of the terminal block is."""
    return 222 + ROW * index


def _supply(sheet: Sheet) -> None:
    power, zero, over = pole_y(0), pole_y(1), 140
    sheet.wire("power", (392, power), (560, power))
    sheet.resistor(470, power, "F1  0,2 A")
    sheet.wire("ground", (392, zero), (560, zero))
    sheet.box(560, 184, 150, 140)
    sheet.label(635, 250, "Hạ áp", "buck converter", size=16, at="middle")
    sheet.text(635, 212, "24 V → 5 V", size=16, bold=True, at="middle")
    for words, x, y, at in (
        ("+", 566, power, "start"),
        ("−", 566, zero, "start"),
        ("+", 704, power, "end"),
        ("−", 704, zero, "end"),
    ):
        sheet.text(x, y + 6, words, size=18, bold=True, at=at)
    vsys, zero_at, turn = pin_y(39), pin_y(18), RIGHT + 80
    sheet.wire("low", (OUT, power), (760, power), (760, over), (turn, over), (turn, vsys), (RIGHT, vsys))
    sheet.diode(830, over, "")
    sheet.text(862, over - 8, "1N5819", size=14)
    sheet.text(990, over - 8, "5 V", size=15, bold=True)
    sheet.wire("ground", (OUT, zero), (760, zero), (760, zero_at), (BOARD_X, zero_at))
    sheet.text(772, zero_at + 20, "0 V", size=15, bold=True)


def _transceiver(sheet: Sheet) -> None:
    a, b = pole_y(2), pole_y(3)
    sheet.wire("a", (392, a), (560, a))
    sheet.wire("b", (392, b), (560, b))
    sheet.dot("a", (440, a))
    sheet.dot("b", (520, b))
    sheet.wire("a", (440, a), (440, 640), (452, 640))
    sheet.resistor(480, 640, "")
    sheet.text(452, 672, "R1  120 Ω", size=15)
    sheet.wire("b", (508, 640), (520, 640), (520, 590))
    sheet.wire("b", (520, b), (520, 556))
    sheet.screw(520, 590)
    sheet.screw(520, 556)
    sheet.label(540, 572, "J1", "cầu nối / jumper", size=15)
    sheet.box(560, 340, 150, 200)
    sheet.label(572, 480, "RS-485", "3,3 V", size=17)
    sheet.text(572, 520, "1/8 UL", size=14, colour=GREY)
    for name, y in (("A", a), ("B", b)):
        sheet.text(568, y + 5, name, size=14, bold=True)
    lanes = (("DI", pins.TX, 372, 785), ("RO", pins.RX, 402, 810), ("DE+/RE", pins.DRIVE, 432, 835))
    for name, gpio, y, lane in lanes:
        to = pin_y(pins.PLACES[gpio])
        sheet.text(702, y + 5, name, size=14, at="end")
        sheet.wire("signal", (OUT, y), (lane, y), (lane, to), (BOARD_X, to))
    sheet.text(702, 477, "VCC", size=14, at="end")
    sheet.text(702, 517, "GND", size=14, at="end")
    sheet.wire("ground", (OUT, 512), (760, 512))
    sheet.dot("ground", (760, 512))
    sheet.wire("ground", (835, 432), (835, pin_y(18)))
    sheet.dot("signal", (835, 432))
    sheet.dot("ground", (835, pin_y(18)))
    sheet.resistor(835, 620, "", upright=True)
    sheet.text(820, 608, "10 kΩ", size=14, at="end")
    three, turn = pin_y(36), RIGHT + 50
    sheet.wire("low", (OUT, 472), (735, 472), (735, 166), (turn, 166), (turn, three), (RIGHT, three))
    sheet.text(768, 186, "3,3 V", size=15, bold=True)


def _people(sheet: Sheet) -> None:
    common, top = 1520, 400
    for index, (kind, vi, en) in enumerate(NAMES):
        y, at, lane = 450 + 80 * index, pin_y(pins.PLACES[pins.LIGHTS[index]]), 1195 + 22 * index
        sheet.wire("signal", (RIGHT, at), (lane, at), (lane, y), (1312, y))
        sheet.resistor(1340, y, "470 Ω")
        sheet.wire("signal", (1368, y), (1408, y))
        sheet.light(1430, y, kind)
        sheet.wire("ground", (1452, y), (common, y))
        sheet.label(common + 18, y - 2, vi, en, size=16)
        y, at, lane = 700 + 80 * index, pin_y(pins.PLACES[pins.BUTTONS[index]]), 1261 if not index else 1195
        sheet.wire("signal", (RIGHT, at), (lane, at), (lane, y), (1398, y))
        sheet.button(1430, y, kind)
        sheet.wire("ground", (1462, y), (common, y))
        sheet.label(common + 18, y - 2, vi, en, size=16)
    ground, turn = pin_y(28), RIGHT + 35
    sheet.wire("ground", (RIGHT, ground), (turn, ground), (turn, top), (common, top), (common, 860))
    sheet.dot("ground", *((common, 450 + 80 * i) for i in range(3)), *((common, 700 + 80 * i) for i in range(2)))
    sheet.text(1440, top - 10, "0 V", size=15, bold=True)
    sheet.label(1300, 356, "Đèn LED", "lights", size=17)
    sheet.label(1285, 652, "Nút bấm", "normally open", size=15)


def _board(sheet: Sheet) -> None:
    wide, high = BOARD_WIDE, 52 + PIN * 20
    sheet.box(BOARD_X, BOARD_Y, wide, high, fill="#dff0e4")
    sheet.box(BOARD_X + wide / 2 - 26, BOARD_Y - 12, 52, 30, fill="#c9ced3")
    sheet.text(BOARD_X + wide / 2, BOARD_Y + 34, "USB", size=12, colour=GREY, at="middle")
    wired = {pins.PLACES[gpio] for gpio in roles()} | {18, 28, 36, 39}
    names = FIXED | {place: f"GP{gpio}" for gpio, place in pins.PLACES.items()}
    for place, name in names.items():
        left = place <= 20
        sheet.text(
            BOARD_X + 8 if left else RIGHT - 8,
            pin_y(place) + 5,
            f"{place}  {name}" if left else f"{name}  {place}",
            size=13,
            bold=place in wired,
            colour=INK if place in wired else "#8a949e",
            at="start" if left else "end",
        )
    service = pin_y(pins.PLACES[pins.SERVICE])
    sheet.wire("signal", (BOARD_X, service), (866, service))
    sheet.screw(857, service)
    sheet.text(857, service + 28, "J2", size=14, bold=True, at="middle")
    sheet.text(BOARD_X + wide / 2, BOARD_Y + 330, "Raspberry Pi", size=15, bold=True, at="middle")
    sheet.text(BOARD_X + wide / 2, BOARD_Y + 352, "Pico / Pico 2", size=15, bold=True, at="middle")


def roles() -> dict[int, str]:
    """What each GPIO is for, in a word."""
    buttons = {gpio: f"button, {en}" for gpio, (_, _, en) in zip(pins.BUTTONS, NAMES)}
    lights = {gpio: f"light, {en}" for gpio, (_, _, en) in zip(pins.LIGHTS, NAMES)}
    return {
        pins.TX: "DI",
        pins.RX: "RO",
        pins.DRIVE: "DE and /RE",
        **buttons,
        **lights,
        pins.BUZZER: "buzzer",
        pins.SERVICE: "service",
    }
