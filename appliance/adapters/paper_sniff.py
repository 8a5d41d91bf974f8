"""What a file is, by what is in it: its name and what a browser says of it mean nothing.

Only heads, tails and tables of contents are read here, by nothing that could be led astray; what a look at the whole
finds out (a damaged page, a hidden password) the papers process finds, where it can do no harm.
"""

import mmap
import re
import zipfile
from pathlib import Path
from typing import Final

from appliance.core.refusals import Code, Refusal
from appliance.services.paper_spool import DOCX_MEDIA, PDF_MEDIA, XLSX_MEDIA

MAX_PARTS: Final = 5_000
MAX_UNPACKED: Final = 300 << 20
MAX_RATIO: Final = 150
"""An office file of plain words packs to a tenth, of equal lines to a hundredth."""
RATIO_FROM: Final = 20 << 20
"""Small files may pack as well as they like."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_LOCKED_OFFICE: Final = "EncryptedPackage".encode("utf-16-le")
_PICTURES: Final = (
    (b"\xff\xd8\xff", "image/jpeg", b"\xff\xd9"),
    (b"\x89PNG\r\n\x1a\n", "image/png", b"IEND"),
    (b"II*\0", "image/tiff", b""),
    (b"MM\0*", "image/tiff", b""),
)
"""How each begins, what it is, and what must stand near its end."""
_PROGRAMS: Final = re.compile(r"vbaproject|vbadata|macrosheets/|activex/|dialogsheets/", re.IGNORECASE)
_MAIN: Final = {"word/document.xml": DOCX_MEDIA, "xl/workbook.xml": XLSX_MEDIA}
_TYPES: Final = "[Content_Types].xml"
_NEAR_THE_END: Final = 8_192


def sniff(path: Path) -> str | Refusal:
    """The media type of a file that may be taken, or why it may not. Raises OSError."""
    if path.stat().st_size == 0:
        return Refusal(Code.PAPER_EMPTY)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        head, tail = bytes(data[:1024]), bytes(data[-_NEAR_THE_END:])
        if b"%PDF-" in head:
            return _pdf(data, tail)
        if head.startswith(_OLE):
            return Refusal(Code.PAPER_ENCRYPTED if data.find(_LOCKED_OFFICE) >= 0 else Code.PAPER_TYPE)
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            whole = int.from_bytes(head[4:8], "little") + 8
            return "image/webp" if len(data) >= whole else Refusal(Code.PAPER_DAMAGED)
        for begins, media, ends in _PICTURES:
            if head.startswith(begins):
                return media if ends in tail else Refusal(Code.PAPER_DAMAGED)
    return _office(path) if head.startswith(b"PK") else Refusal(Code.PAPER_TYPE)


def _pdf(data: mmap.mmap, tail: bytes) -> str | Refusal:
    if b"%%EOF" not in tail or b"startxref" not in tail:
        return Refusal(Code.PAPER_DAMAGED, "it breaks off")
    # The trailer stands open also where everything else is packed.
    return Refusal(Code.PAPER_ENCRYPTED) if _ENCRYPTED.search(data) else PDF_MEDIA


def _office(path: Path) -> str | Refusal:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            media = next((kind for name, kind in _MAIN.items() if name in names), None)
            if media is None or _TYPES not in names:
                return Refusal(Code.PAPER_TYPE)
            if any(part.flag_bits & 1 for part in parts):
                return Refusal(Code.PAPER_ENCRYPTED)
            if _is_bomb(parts, path.stat().st_size) or packed.getinfo(_TYPES).file_size > 1 << 20:
                return Refusal(Code.PAPER_BOMB)
            if any(_PROGRAMS.search(name) for name in names) or b"macroenabled" in packed.read(_TYPES).lower():
                return Refusal(Code.PAPER_MACROS)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, KeyError, RuntimeError):
        return Refusal(Code.PAPER_DAMAGED)
    return media


def _is_bomb(parts: list[zipfile.ZipInfo], size: int) -> bool:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED:
        return True
    # Parts that lie one over another are told twice and are there once.
    return unpacked > RATIO_FROM and unpacked > MAX_RATIO * size
