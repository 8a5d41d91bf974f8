"""A bus: the cabinet with the Pi, its dongle and the supply; the cable; the boxes one after the other."""

from firmware.drawing.sheet import GREY, PAPER, Sheet

ROWS = (("power", 310, "+24 V"), ("ground", 370, "0 V"), ("a", 430, "A"), ("b", 490, "B"), ("shield", 550, ""))
OUT = 640
"""The cabinet's terminals."""
BOXES = ((760, "1"), (1040, "2"), (1400, "n ≤ 32"))
WIDE = 160


def drawing() -> Sheet:
    """The whole sheet."""
    sheet = Sheet(
        1640,
        1130,
        "Đường bus RS-485: một bộ chuyển đổi, nhiều nhất 32 hộp bấm",
        "The RS-485 bus: one dongle, at most 32 panels",
    )
    sheet.frame(40, 112, 636, 590)
    sheet.label(60, 664, "Tủ kỹ thuật", "cabinet", size=17)
    _supply(sheet)
    _dongle(sheet)
    _cable(sheet)
    _second_feed(sheet)
    _boxes(sheet)
    sheet.notes(40, 752, "bus")
    return sheet


def _supply(sheet: Sheet) -> None:
    sheet.box(80, 150, 200, 130)
    sheet.label(180, 196, "Nguồn 24 V", "supply, 24 V DC", size=17, at="middle")
    sheet.text(180, 246, "vào 220 V ~ (qua UPS)", size=13, at="middle")
    sheet.text(180, 264, "220 V AC in, through the UPS", size=12, colour=GREY, at="middle")
    sheet.text(272, 192, "+", size=18, bold=True, at="end")
    sheet.text(272, 244, "−", size=18, bold=True, at="end")
    sheet.wire("power", (280, 186), (608, 186), (608, 310), (OUT, 310))
    sheet.resistor(400, 186, "F2  1 A")
    sheet.wire("ground", (280, 238), (576, 238), (576, 370), (OUT, 370))


def _dongle(sheet: Sheet) -> None:
    sheet.box(70, 410, 160, 120, fill="#dff0e4")
    sheet.label(150, 462, "Raspberry Pi", "Nghị Trường", size=17, at="middle")
    sheet.wire("signal", (230, 470), (300, 470), width=6)
    sheet.text(265, 458, "USB", size=14, at="middle")
    sheet.box(300, 345, 170, 235)
    sheet.label(378, 448, "USB–RS-485", "dongle, isolated", size=16, at="middle")
    sheet.text(378, 500, "cách ly", size=14, at="middle")
    for words, y in (("5 V", 370), ("A", 430), ("B", 490), ("GND", 550)):
        sheet.text(462, y + 5, words, size=14, bold=True, at="end")
    sheet.wire("low", (470, 370), (500, 370), (500, 430))
    sheet.resistor(500, 400, "", upright=True)
    sheet.text(512, 394, "R2", size=13)
    sheet.wire("b", (500, 490), (500, 550))
    sheet.resistor(500, 520, "", upright=True)
    sheet.text(486, 600, "R2, R3: 680 Ω", size=14)
    sheet.text(486, 620, "R4: 120 Ω", size=14)
    sheet.text(512, 528, "R3", size=13)
    sheet.wire("a", (470, 430), (OUT, 430))
    sheet.wire("b", (470, 490), (OUT, 490))
    sheet.wire("a", (545, 430), (545, 490))
    sheet.resistor(545, 460, "", upright=True)
    sheet.text(557, 482, "R4", size=13)
    sheet.wire("ground", (470, 550), (576, 550), (576, 370))
    sheet.dot("a", (500, 430), (545, 430))
    sheet.dot("b", (500, 490), (545, 490))
    sheet.dot("ground", (500, 550), (576, 370))
    sheet.wire("shield", (OUT, 550), (608, 550), (608, 640))
    sheet.ground(608, 640, earth=True)
    sheet.text(570, 652, "PE", size=15, bold=True, at="end")


def _cable(sheet: Sheet) -> None:
    edges = [OUT + 10, *(x + edge for x, _ in BOXES for edge in (25, WIDE - 25))]
    for begin, end in zip(edges[0:-1:2], edges[1::2]):
        middle, narrow = (begin + end) / 2, (end - begin) / 2 - 56
        sheet.box(middle - narrow, 286, 2 * narrow, 290, fill="#f6f1e4", line=1)
        for kind, y, _ in ROWS:
            sheet.wire(kind, (begin, y), (end, y), dashed=kind == "shield")
    sheet.box(OUT - 18, 282, 36, 296, fill=PAPER)
    for _, y, _ in ROWS:
        sheet.screw(OUT, y)
    sheet.text(OUT, 270, "X0", size=15, bold=True, at="middle")
    sheet.text(718, 606, "20 m", size=14, at="middle")
    sheet.text(980, 606, "3 m", size=14, at="middle")
    sheet.text(1300, 606, "· · ·", size=30, bold=True, at="middle")


def _second_feed(sheet: Sheet) -> None:
    sheet.wire("power", (608, 186), (1027, 186), (1027, 310), (1065, 310), dashed=True)
    sheet.wire("ground", (576, 238), (1014, 238), (1014, 370), (1065, 370), dashed=True)
    sheet.dot("power", (608, 186))
    sheet.dot("ground", (576, 238))
    sheet.label(700, 150, "Cấp nguồn thêm (nếu cần)", "second feed, if needed", size=16)


def _boxes(sheet: Sheet) -> None:
    for x, name in BOXES:
        last = name == BOXES[-1][1]
        sheet.box(x, 260, WIDE, 344, fill=PAPER)
        sheet.label(x + WIDE / 2, 634, f"Hộp {name}", f"panel {name}", size=17, at="middle")
        for kind, y, words in ROWS:
            sheet.wire(kind, (x, y), (x + WIDE - (60 if last else 0), y), width=4, dashed=kind == "shield")
            sheet.screw(x + 25, y)
            if not last:
                sheet.screw(x + WIDE - 25, y)
            sheet.text(x + WIDE / 2 - (14 if last else 0), y - 10, words or "lưới", size=13, at="middle")
        if last:
            sheet.wire("a", (x + 96, 430), (x + 118, 430))
            sheet.wire("b", (x + 96, 490), (x + 118, 490))
            sheet.resistor(x + 118, 460, "", upright=True)
            sheet.text(x + 118, 416, "120 Ω", size=14, at="middle")
            sheet.text(x + 118, 516, "J1 đóng", size=14, bold=True, at="middle")
            sheet.text(x + 118, 532, "closed", size=12, colour=GREY, at="middle")
