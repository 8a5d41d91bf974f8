"""The security papers at the desks: to print, and as a file to edit, for the technician and the clerk."""

import io

import pytest
import requests
from docx import Document

from tests.server.running import WAIT_SECONDS, Running


def get(server: Running, session: requests.Session, path: str) -> requests.Response:
    return session.get(f"{server.base}{path}", timeout=WAIT_SECONDS)


@pytest.mark.parametrize(
    ("paper", "title"), [("dossier", "Hồ sơ đề xuất cấp độ"), ("incidents", "Sổ tay ứng cứu sự cố")]
)
def test_the_papers_bear_the_councils_name_and_are_undated(server: Running, paper: str, title: str) -> None:
    page = get(server, server.sign_in("technician"), f"/print/security/{paper}").text

    assert title in page
    assert "Hội đồng nhân dân xã Hồng Mẫu" in page
    assert "Hồng Mẫu, ngày …… tháng …… năm ……" in page
    assert "<script" not in page
    assert " style=" not in page


def test_the_file_is_a_docx_that_says_the_same(server: Running) -> None:
    answer = get(server, server.sign_in("clerk"), "/print/security/dossier.docx")
    word = Document(io.BytesIO(answer.content))

    assert answer.headers["Content-Disposition"] == 'attachment; filename="ho-so-cap-do.docx"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert any("xã Hồng Mẫu" in paragraph.text for paragraph in word.paragraphs)


def test_there_is_no_third_paper(server: Running) -> None:
    assert get(server, server.sign_in("technician"), "/print/security/anything").status_code == 404
