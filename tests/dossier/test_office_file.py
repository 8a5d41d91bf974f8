"""The file that the office edits says what the page says, blanks and all, laid out as an official paper."""

import io
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.document import Document as Word
from docx.enum.text import WD_COLOR_INDEX

from appliance.config import Config, rule_profile
from appliance.dossier import facts, office_file, pages

ROOT = Path(__file__).resolve().parents[2]
HEAD = office_file.Head(("HỘI ĐỒNG NHÂN DÂN", "XÃ HỒNG MẪU"), "Số: …", "CỘNG HÒA", "Độc lập", "Hồng Mẫu, ngày …")


def article(paper: pages.Paper) -> str:
    house = facts.House(council="Hội đồng nhân dân xã Hồng Mẫu")
    return pages.lay_out(paper, facts.gather(ROOT / "systemd", rule_profile(Config().rules), house))


def opened(paper: pages.Paper) -> Word:
    return Document(io.BytesIO(office_file.write(pages.TITLES[paper], HEAD, article(paper))))


def all_text(word: Word) -> str:
    return "".join(part.text or "" for part in word.element.body.iter() if part.tag.endswith("}t"))


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("paper", pages.PAPERS)
def test_no_word_of_the_page_is_missing_in_the_file(paper: pages.Paper) -> None:
    written = bare(all_text(opened(paper)))
    pieces = [bare(piece) for piece in ElementTree.fromstring(article(paper)).itertext() if piece.strip()]

    assert len(pieces) > 100
    assert not [piece for piece in pieces if piece not in written]


def test_words_beside_a_bold_one_keep_their_distance() -> None:
    word = Document(
        io.BytesIO(office_file.write("x", HEAD, "<article><p>rút <b>đường ra</b> trước, <i>rồi</i>.</p></article>"))
    )

    assert word.paragraphs[-1].text == "rút đường ra trước, rồi."


def test_blanks_are_marked_in_yellow() -> None:
    cells = [cell for table in opened("incidents").tables for row in table.rows for cell in row.cells]
    marked = [
        run for cell in cells for paragraph in cell.paragraphs for run in paragraph.runs
        if run.font.highlight_color == WD_COLOR_INDEX.YELLOW
    ]  # fmt: skip

    assert len(marked) > 10
    assert all(run.text.startswith("[") for run in marked)


def test_each_list_begins_at_one() -> None:
    steps = [p.text for p in opened("incidents").paragraphs if re.match(r"\d+\.\t", p.text)]

    assert sum(step.startswith("1.\t") for step in steps) >= 12


def test_it_is_a4_with_the_decrees_margins_and_font() -> None:
    word = opened("dossier")
    section = word.sections[0]

    sizes = (section.page_width, section.page_height, section.top_margin, section.left_margin, section.right_margin)

    assert [round(size.mm) for size in sizes if size] == [210, 297, 20, 30, 15]
    assert word.styles["Normal"].font.name == "Times New Roman"
    assert word.core_properties.language == "vi-VN"


def test_an_element_that_it_does_not_know_is_no_silent_loss() -> None:
    with pytest.raises(KeyError):
        office_file.write("x", HEAD, "<article><blockquote>lời</blockquote></article>")


def test_the_command_writes_the_file_and_refuses_another_kind(tmp_path: Path) -> None:
    def given(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "appliance", "dossier", "--council", "Hội đồng nhân dân xã Hồng Mẫu", *more]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)

    made = given("--out", str(tmp_path / "ho-so.docx"))
    wrong = given("--out", str(tmp_path / "ho-so.odt"))

    assert made.returncode == 0, made.stderr
    assert "Hội đồng nhân dân xã Hồng Mẫu" in all_text(Document(str(tmp_path / "ho-so.docx")))
    assert wrong.returncode == 2
    assert ".docx or .pdf" in wrong.stderr
    assert not (tmp_path / "ho-so.odt").exists()
