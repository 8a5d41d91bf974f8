"""A paper as a DOCX: A4 as Nghị định 30/2020 lays documents out, Times New Roman, page numbers from the second page on.

It knows what `pages` uses and nothing else; an element that it does not know is a KeyError, so no text is lost unseen.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any, Final
from xml.etree import ElementTree

from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from msgspec import Struct

FONT: Final = "Times New Roman"
MONOSPACE: Final = "Liberation Mono"
TEXT_WIDTH: Final = Mm(165)
MARGINS: Final = {"top": Mm(20), "bottom": Mm(20), "left": Mm(30), "right": Mm(15)}
SUBJECT: Final = {"subject", "middle"}
Element = ElementTree.Element
Container = Any
"""A document or a cell: both have `add_paragraph`."""


class Head(Struct, frozen=True):
    """The two columns that open an official paper."""

    body: tuple[str, str]
    number: str
    nation: str
    motto: str
    date: str


def write(title: str, head: Head, article: str) -> bytes:
    """The file. `article` is what `pages.lay_out` gives."""
    word = Document()
    _set_up(word, title)
    _head(word, head)
    for element in ElementTree.fromstring(article):  # noqa: S314  (our own templates)
        BLOCKS[element.tag](word, element)
    into = io.BytesIO()
    word.save(into)
    return into.getvalue()


def _set_up(word: Word, title: str) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = MARGINS["top"], MARGINS["bottom"]
    section.left_margin, section.right_margin = MARGINS["left"], MARGINS["right"]
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    normal = word.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(6)
    properties = word.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "vi-VN"
    _page_number(section.header.paragraphs[0])


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = ALIGN.CENTER
    run = paragraph.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)


def _head(word: Word, head: Head) -> None:
    table = word.add_table(1, 2)
    _columns(table, (68, 97))
    left, right = table.rows[0].cells
    _line(left, head.body[0], 12, bold=True, first=True)
    if head.body[1]:
        _line(left, head.body[1], 12, bold=True)
    _line(left, "———————", 8)
    _line(left, head.number, 13)
    _line(right, head.nation, 12, bold=True, first=True)
    _line(right, head.motto, 13, bold=True)
    _line(right, "—————————————————", 8)
    _line(right, head.date, 13, italic=True)


def _line(cell: _Cell, text: str, size: int, *, bold: bool = False, italic: bool = False, first: bool = False) -> None:
    paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _classes(element: Element) -> set[str]:
    return set(element.get("class", "").split())


def _paragraph(into: Container, element: Element) -> Paragraph:
    paragraph: Paragraph = into.add_paragraph()
    classes = _classes(element)
    paragraph.alignment = ALIGN.CENTER if classes & SUBJECT else ALIGN.JUSTIFY
    if "indent" in classes:
        paragraph.paragraph_format.first_line_indent = Cm(1)
    _runs(paragraph, element, bold="subject" in classes, italic="note" in classes)
    if "note" in classes:
        for run in paragraph.runs:
            run.font.size = Pt(11)
    return paragraph


def _heading(size: int, align: Any, before: int) -> Callable[[Container, Element], None]:
    def write_it(into: Container, element: Element) -> None:
        paragraph: Paragraph = into.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_before = Pt(before)
        paragraph.paragraph_format.keep_with_next = True
        _runs(paragraph, element, bold=True)
        for run in paragraph.runs:
            run.font.size = Pt(size)
            run.font.all_caps = element.tag == "h1"

    return write_it


def _list(into: Container, element: Element) -> None:
    """Numbers are written out: a list that begins anew must begin at one."""
    for number, item in enumerate(element, 1):
        paragraph: Paragraph = into.add_paragraph()
        paragraph.alignment = ALIGN.JUSTIFY
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.6)
        paragraph.paragraph_format.space_after = Pt(3)
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(0.9))
        paragraph.add_run(f"{number}.\t" if element.tag == "ol" else "–\t")
        _runs(paragraph, item)


def _table(into: Container, element: Element) -> None:
    rows = [row for part in element for row in part]
    widths = [int(share) for share in element.get("data-widths", "").split()]
    table: Table = into.add_table(0, len(rows[0]))
    table.style = "Table Grid"
    for row in rows:
        cells: Any = table.add_row().cells  # type: ignore[no-untyped-call]
        heading = all(cell.tag == "th" for cell in row)
        for cell, filled in zip(cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.alignment = ALIGN.CENTER if heading else ALIGN.LEFT
            _runs(paragraph, filled, bold=heading)
            for run in paragraph.runs:
                run.font.size = Pt(9) if run.font.name == MONOSPACE else Pt(11)
        _row_kept(table.rows[-1], heading=heading)
    _columns(table, widths)
    into.add_paragraph().paragraph_format.space_after = Pt(2)


def _columns(table: Table, shares: Sequence[int]) -> None:
    """Word goes by the cells' widths, LibreOffice by the columns'."""
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = TEXT_WIDTH * share // sum(shares)
        for cell in column.cells:
            cell.width = TEXT_WIDTH * share // sum(shares)


def _row_kept(row: Any, *, heading: bool) -> None:
    """A row is not broken over two pages; a heading stands on each."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if heading:
        properties.append(OxmlElement("w:tblHeader"))


def _signatures(into: Container, element: Element) -> None:
    table: Table = into.add_table(1, len(element))
    for cell, signer in zip(table.rows[0].cells, element, strict=True):
        for place, line in enumerate(signer):
            paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            paragraph.alignment = ALIGN.CENTER
            paragraph.paragraph_format.keep_with_next = True
            _runs(paragraph, line, bold="office" in _classes(line), italic="italic" in _classes(line))


def _runs(paragraph: Paragraph, element: Element, **look: bool) -> None:
    """The element's text and what stands in it, in order."""
    _run(paragraph, element.text, **look)
    for child in element:
        if child.tag == "br":
            paragraph.add_run().add_break()
        else:
            _runs(paragraph, child, **{**look, **INLINE[child.tag]})
        _run(paragraph, child.tail, **look)


def _run(paragraph: Paragraph, text: str | None, **look: bool) -> None:
    folded = " ".join((text or "").split())
    if not text or (not folded and "\n" in text):
        return
    lead, trail = " " if text[0].isspace() and paragraph.text else "", " " if text[-1].isspace() and folded else ""
    run = paragraph.add_run(f"{lead}{folded}{trail}")
    run.bold, run.italic = look.get("bold", False), look.get("italic", False)
    if look.get("code"):
        run.font.name, run.font.size = MONOSPACE, Pt(10)
    if look.get("mark"):
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW


INLINE: Final[dict[str, dict[str, bool]]] = {
    "b": {"bold": True}, "i": {"italic": True}, "code": {"code": True}, "mark": {"mark": True},
}  # fmt: skip
BLOCKS: Final[dict[str, Callable[[Any, Element], Any]]] = {
    "p": _paragraph, "h1": _heading(14, ALIGN.CENTER, 10), "h2": _heading(13, ALIGN.LEFT, 12),
    "h3": _heading(13, ALIGN.LEFT, 6), "ul": _list, "ol": _list, "table": _table, "div": _signatures,
}  # fmt: skip
