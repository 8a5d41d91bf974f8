"""Builder: real PDFs, DOCX, XLSX and pictures, good and bad, made here and now."""

import ctypes
import io
import random
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
A4 = (595, 842)
_WORDS = [
    *("hội", "đồng", "nhân", "dân", "xã", "xem", "xét", "tình", "hình", "thực", "hiện", "nhiệm", "vụ", "thu", "chi"),
    *("ngân", "sách", "nhà", "nước", "kế", "hoạch", "đầu", "tư", "công", "trung", "hạn", "phát", "triển", "kinh", "tế"),
    *("quốc", "phòng", "an", "ninh", "bảo", "đảm", "chỉ", "tiêu", "tăng", "trưởng", "thôn", "đường", "giao", "thông"),
    *(
        "trường",
        "học",
        "trạm",
        "chuyển",
        "đổi",
        "số",
        "cải",
        "cách",
        "giám",
        "sát",
        "chất",
        "vấn",
        "1.250",
        "27",
        "15,4%",
    ),
]
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="{}"/></Types>'
)
_RELS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_DOCUMENT = "application/vnd.ms-word.document.macroEnabled.main+xml"


def pdf(*pages: Sequence[str]) -> bytes:
    """A PDF with a text layer, one sequence of lines a page."""
    document = pdfium.PdfDocument.new()
    font = _font(document)
    for lines in pages:
        page = document.new_page(*A4)
        for number, line in enumerate(lines):
            _line(document, page, font, line, 60, 780 - 18 * number)
        raw.FPDFPage_GenerateContent(page)
        page.close()
    raw.FPDFFont_Close(font)
    return _saved(document)


def report(pages: int, name: str = "Báo cáo", seed: int = 1) -> bytes:
    """A paper as they are: each page full of words, no two lines alike."""
    words = random.Random(seed)
    return pdf(
        *(
            [f"{name}, trang {page}", *(" ".join(words.choices(_WORDS, k=13)) for _ in range(38))]
            for page in range(1, pages + 1)
        )
    )


def _font(document: Any) -> Any:
    data = _font_data()
    block = (ctypes.c_ubyte * len(data)).from_buffer_copy(data)
    return raw.FPDFText_LoadFont(document, block, len(data), raw.FPDF_FONT_TRUETYPE, True)


@cache
def _font_data() -> bytes:
    return FONT.read_bytes()


def _line(document: Any, page: Any, font: Any, text: str, x: float, y: float) -> None:
    written = raw.FPDFPageObj_CreateTextObj(document, font, 11)
    data = (text + "\0").encode("utf-16-le")
    units = (ctypes.c_ushort * (len(data) // 2)).from_buffer_copy(data)
    raw.FPDFText_SetText(written, units)
    raw.FPDFPageObj_Transform(written, 1, 0, 0, 1, x, y)
    raw.FPDFPage_InsertObject(page, written)


def _saved(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    document.close()
    return file.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF that says that it is encrypted, as one with a password does."""
    plain = pdf(["x"])
    secret = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <" + b"4f" * 32 + b"> /U <" + b"55" * 32 + b"> >>"
    at = plain.rindex(b"trailer")
    open_at = plain.index(b"<<", at) + 2
    return (
        plain[:open_at]
        + b" /Encrypt "
        + secret
        + b" /ID [<"
        + b"ab" * 16
        + b"><"
        + b"ab" * 16
        + b">]"
        + plain[open_at:]
    )


def docx(*paragraphs: str, content_type: str = DOCUMENT, more: dict[str, bytes] | None = None) -> bytes:
    """A text document."""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    whole = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'
    return archive(
        {
            "[Content_Types].xml": _TYPES.format(content_type).encode(),
            "_rels/.rels": _RELS.encode(),
            "word/document.xml": whole.encode(),
            **(more or {}),
        }
    )


def docx_with_macros() -> bytes:
    """The same with a program in it."""
    return docx("x", more={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 64})


def bomb(size: int = 64 << 20) -> bytes:
    """A text document of a few dozen kilobytes that unpacks to a thousand times as much."""
    file = io.BytesIO(docx("x"))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("word/media/a.xml", "w") as part:
        for _ in range(size >> 20):
            part.write(b"\0" * (1 << 20))
    return file.getvalue()


def xlsx(*rows: Sequence[object]) -> bytes:
    """A table."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    """A ZIP file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return file.getvalue()


def huge_picture() -> bytes:
    """A picture of 50 kilobytes that is 400 million points large."""
    file = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(file, "PNG")
    return file.getvalue()


def picture(kind: str = "PNG", size: tuple[int, int] = (1200, 800), **options: Any) -> bytes:
    """A picture."""
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, kind, **options)
    return file.getvalue()
