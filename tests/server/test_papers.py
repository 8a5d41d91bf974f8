"""Papers over HTTP: in as a file, out as pages; who may see them; what is refused and leaves nothing behind."""

import hashlib
import io
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from msgspec.structs import replace
from PIL import Image

from appliance.services.on_file import Put
from tests.papers import files as f
from tests.papers.house import PLAN, PapersHouse, newest
from tests.server.running import LARGEST_PAPER


@pytest.fixture(scope="module")
def house() -> Iterator[PapersHouse]:
    with PapersHouse() as open_house:
        yield open_house


@pytest.fixture(scope="module")
def report(house: PapersHouse) -> dict[str, Any]:
    """A paper of three pages for all delegates, sent."""
    text = ["Báo cáo kinh tế - xã hội"], ["Thu ngân sách đạt 15,4%", "Chi đầu tư công"], ["Kiến nghị"]
    paper = house.paper(f.pdf(*text), item="item-1", title="Báo cáo số 1", kind="report")
    house.send()
    return paper


def test_a_pdf_comes_out_as_pages_in_two_sizes(house: PapersHouse, report: dict[str, Any]) -> None:
    assert report["versions"][0] | {"state": "ready", "pages": 3} == report["versions"][0]
    delegate = house.at("m01")
    small, large = house.page(delegate, report, 2), house.page(delegate, report, 2, width=1800)
    assert small.headers["Content-Type"] == large.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(small.content)).width == 900
    assert Image.open(io.BytesIO(large.content)).width == 1800
    assert "private" in small.headers["Cache-Control"]
    assert "Cookie" in small.headers["Vary"]
    assert house.page(delegate, report, 4).status_code == house.page(delegate, report, 0).status_code == 404


def test_a_docx_and_a_table_and_a_scan_come_out_as_pages_too(house: PapersHouse) -> None:
    letter = house.paper(f.docx("Tờ trình về dự toán ngân sách"), "to-trinh.docx")
    table = house.paper(f.xlsx(["Chỉ tiêu", "Số"], ["Thu", 15]), "phu-luc.xlsx")
    scan = house.paper(f.picture("JPEG"), "anh.jpg")
    for paper in (letter, table, scan):
        assert paper["versions"][0]["state"] == "ready", paper
        assert house.page(house.clerk, paper).status_code == 200
        whole = house.get(house.clerk, f"/api/papers/{paper['document']}/{newest(paper)}/file", **{"as": "pdf"})
        assert whole.content.startswith(b"%PDF-")
    text = house.get(house.clerk, f"/api/papers/{letter['document']}/{newest(letter)}/text").json()
    assert "dự toán ngân sách" in text["pages"][0]


def test_the_file_comes_back_as_it_was_and_is_never_a_page_of_ours(house: PapersHouse) -> None:
    data = f.pdf(["nguyên văn"])
    paper = house.paper(data, "Tờ trình <b>.pdf")
    answer = house.get(house.clerk, f"/api/papers/{paper['document']}/{newest(paper)}/file")
    assert hashlib.sha256(answer.content).hexdigest() == newest(paper)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_clerk_sees_how_far_it_is_and_others_are_told_to_look_again(house: PapersHouse) -> None:
    clerk, delegate = house.screen("clerk"), house.screen("m02")
    house.paper(f.report(6), "lon.pdf")
    house.send()
    told = clerk.wait_for("push", lambda b: any(j["done"] for j in (b["changed"].get("papers") or {}).get("jobs", [])))
    assert told["changed"]["papers"]["online"] is True
    assert told["changed"]["papers"]["sandbox"] in {"bubblewrap", "limits"}
    delegate.wait_for("push", lambda b: "documents" in b["changed"].get("filing", {}).get("changes", {}))
    assert all("papers" not in body["changed"] for name, body in delegate.got if name == "push")


# --- who may see what


@pytest.mark.parametrize(
    ("rights", "item", "readers"),
    [
        ("public", "item-1", {"m01", "m02", "chair", "clerk", "auditor", "hall", "technician"}),
        ("delegates", "item-1", {"m01", "m02", "chair", "clerk", "auditor", "hall"}),
        ("delegates", "item-3", {"m01", "m02", "chair", "clerk", "auditor", "hall"}),
        ("public", "item-3", {"m01", "m02", "chair", "clerk", "auditor", "hall"}),
        ("committee:Ban Kinh tế - Ngân sách", "item-1", {"m02", "chair", "clerk"}),
        ("presiding", "item-1", {"chair", "clerk"}),
    ],
)
def test_each_circle_sees_its_papers_and_nobody_beyond_it(
    house: PapersHouse, rights: str, item: str, readers: set[str]
) -> None:
    second = house.server.shelf.registry.on_file.members["m02"]
    house.file(Put(replace(second, committee="Ban Kinh tế - Ngân sách")))
    paper = house.paper(f.pdf([rights, item, str(uuid.uuid4())]), rights=rights, item=item)
    house.send()
    for who in ("m01", "m02", "chair", "clerk", "auditor", "hall", "technician"):
        session = house.at(who)
        seen = paper["document"] in house.listed(session)
        assert seen == (who in readers), who
        assert (house.page(session, paper).status_code == 200) == seen, who
        text = house.get(session, f"/api/papers/{paper['document']}/{newest(paper)}/text")
        assert (text.status_code == 200) == seen, who
        found = house.get(session, "/api/papers/search", q=rights, plan=PLAN.id, document=paper["document"])
        assert bool(found.json()["hits"]) == seen, who


def test_whoever_has_not_signed_in_sees_nothing(house: PapersHouse, report: dict[str, Any]) -> None:
    visitor = house.server.http()
    assert house.get(visitor, "/api/papers").status_code == 401
    assert house.page(visitor, report).status_code == 401


def test_what_is_not_sent_is_the_desks_alone_and_what_comes_later_is_supplementary(house: PapersHouse) -> None:
    delegate = house.at("m01")
    paper = house.paper(f.pdf(["bổ sung"]), item="item-1")
    assert paper["document"] not in house.listed(delegate)
    assert paper["document"] in house.listed(house.at("chair"))
    house.send()
    version = house.listed(delegate)[paper["document"]]["versions"][0]
    assert version["supplementary"] is True
    assert version["sent"] is not None


def test_a_withdrawn_paper_is_gone_for_all_but_the_clerk(house: PapersHouse) -> None:
    delegate = house.at("m01")
    paper = house.paper(f.pdf(["sai sót"]))
    house.send()
    assert house.page(delegate, paper).status_code == 200
    assert house.command("WithdrawDocument", document=paper["document"], reason="In nhầm")["accepted"]
    assert house.page(delegate, paper).status_code == 404
    assert paper["document"] not in house.listed(delegate)
    assert house.listed(house.clerk)[paper["document"]]["reason"] == "In nhầm"


# --- what is refused

REFUSED: dict[str, tuple[str, Callable[[], bytes], dict[str, str]]] = {
    "empty": ("paper-empty", lambda: b"", {}),
    "a program": ("paper-type", lambda: b"MZ\x90\0" + b"\0" * 200, {}),
    "a web page called PDF": ("paper-type", lambda: b"<html><script>alert(1)</script></html>", {}),
    "an SVG": ("paper-type", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', {}),
    "a plain ZIP": ("paper-type", lambda: f.archive({"a.txt": b"x"}), {}),
    "an old Word file": ("paper-type", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, {}),
    "a truncated PDF": ("paper-damaged", lambda: f.report(3)[:-3000], {}),
    "a truncated picture": ("paper-damaged", lambda: f.picture("JPEG")[:-20], {}),
    "a truncated DOCX": ("paper-damaged", lambda: f.docx("x")[:-30], {}),
    "a PDF with a password": ("paper-encrypted", f.encrypted_pdf, {}),
    "a DOCX with a password": (
        "paper-encrypted",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        {},
    ),
    "a DOCX with macros": ("paper-macros", f.docx_with_macros, {}),
    "a DOCM called DOCX": ("paper-macros", lambda: f.docx("x", content_type=f.MACRO_DOCUMENT), {}),
    "a ZIP bomb": ("paper-bomb", f.bomb, {}),
    "too many parts": ("paper-bomb", lambda: f.docx("x", more={f"word/{i}.xml": b"" for i in range(6000)}), {}),
    "a secret one by its title": ("secret-paper", lambda: f.pdf(["x"]), {"title": "Kế hoạch (Tối mật)"}),
    "an unknown plan": ("plan-unknown", lambda: f.pdf(["x"]), {"plan": "nowhere"}),
    "an unknown item": ("item-unknown", lambda: f.pdf(["x"]), {"item": "nowhere"}),
    "a version of no paper": ("document-unknown", lambda: f.pdf(["x"]), {"document": "nowhere"}),
    "rights that are none": ("malformed", lambda: f.pdf(["x"]), {"rights": "everybody"}),
    "a title that is too long": ("malformed", lambda: f.pdf(["x"]), {"title": "x" * 301}),
    "a field that there is not": ("malformed", lambda: f.pdf(["x"]), {"state": "ready"}),
    "too large": ("paper-too-large", lambda: b"%PDF-1.7" + b"x" * (LARGEST_PAPER + 100_000), {}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_may_not_come_in_is_refused_and_leaves_nothing_behind(house: PapersHouse, what: str) -> None:
    code, make, fields = REFUSED[what]
    before, folder = house.server.shelf.registry.on_file.documents, house.server.papers.root
    kept = {path.name for path in folder.iterdir()}
    answer = house.upload(make(), **fields)
    assert answer.json()["refusal"] == code
    assert answer.status_code >= 400
    assert house.server.shelf.registry.on_file.documents == before
    assert {path.name for path in folder.iterdir()} - {"work"} == kept - {"work"}
    assert list((folder / "incoming").iterdir()) == []


def test_300_megabytes_are_refused_before_they_are_read(house: PapersHouse) -> None:
    place = urlsplit(house.server.base)
    cookie = "; ".join(f"{k}={v}" for k, v in house.clerk.cookies.items())
    head = (
        f"POST /api/papers HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {300 << 20}\r\n\r\n"
    )
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=20) as wire:
        wire.sendall(head.encode())
        assert b"413" in wire.recv(4096).split(b"\r\n")[0]


def test_who_sends_a_file_that_is_too_large_to_its_end_is_answered_and_may_go_on(house: PapersHouse) -> None:
    """A browser reads no answer before it has sent all: what it sends is taken and thrown away."""
    place = urlsplit(house.server.base)
    cookie = "; ".join(f"{k}={v}" for k, v in house.clerk.cookies.items())
    headers = {"Cookie": cookie, "Content-Type": "multipart/form-data; boundary=x"}
    wire = HTTPConnection(place.netloc, timeout=20)
    wire.auto_open = 0
    with closing(wire):
        wire.connect()
        wire.request("POST", "/api/papers", b"x" * (LARGEST_PAPER + (2 << 20)), headers)
        answer = wire.getresponse()
        assert (answer.status, b"paper-too-large" in answer.read()) == (413, True)
        wire.request("GET", "/healthz")
        assert wire.getresponse().status == 200


def test_only_the_clerk_uploads(house: PapersHouse) -> None:
    for who in ("m01", "chair", "technician", "auditor", "hall"):
        answer = house.upload_by(house.at(who), f.pdf(["x"]), "x.pdf")
        assert answer.json()["refusal"] == "not-allowed"
    assert house.upload_by(house.server.http(), f.pdf(["x"]), "x.pdf").status_code == 401


def test_an_upload_given_again_under_its_id_is_one_paper_and_another_under_it_is_refused(house: PapersHouse) -> None:
    data, name = f.pdf(["một lần"]), str(uuid.uuid4())
    first, again = house.upload(data, id=name), house.upload(data, id=name)
    assert first.json() == again.json()
    assert len(house.settled(name)["versions"]) == 1
    assert house.upload(f.pdf(["khác"]), id=name).json()["refusal"] == "id-reused"


def test_a_secret_label_on_the_first_page_keeps_the_paper_from_everybody_and_off_the_disk(house: PapersHouse) -> None:
    data = f.pdf(["ỦY BAN NHÂN DÂN XÃ HỒNG MẪU", "TUYỆT MẬT", "Báo cáo"])
    paper = house.paper(data, "bao-cao-thuong.pdf")
    version = paper["versions"][0]
    assert (version["state"], version["problem"]) == ("failed", "secret-paper")
    assert [p.name for p in (house.server.papers.root / version["sha256"]).iterdir()] == ["made.json"]
    assert house.upload(data, "lai.pdf").json()["refusal"] == "secret-paper"
    assert house.command("SendPapers", plan=PLAN.id, documents=[paper["document"]])["refusal"] == "nothing-to-send"


def test_a_broken_page_is_found_out_and_said_and_the_clerk_can_drop_it(house: PapersHouse) -> None:
    paper = house.paper(b"%PDF-1.7\nnothing of the kind\nstartxref\n0\n%%EOF", "hong.pdf")
    assert paper["versions"][0]["problem"] == "paper-damaged"
    assert house.command("DropVersion", document=paper["document"], sha256=newest(paper))["accepted"]
    assert paper["document"] not in house.listed(house.clerk)


# --- search, comparison


@pytest.mark.parametrize("asked", ["ngân sách", "ngan sach", "NGÂN SÁCH", "thu ngân", "15,4%", "dau tu cong"])
def test_words_are_found_with_and_without_diacritics(house: PapersHouse, report: dict[str, Any], asked: str) -> None:
    delegate = house.at("m01")
    found = house.get(delegate, "/api/papers/search", q=asked, plan=PLAN.id, document=report["document"]).json()["hits"]
    assert [hit["page"] for hit in found] == [2]
    start, end = found[0]["marks"][0]
    assert found[0]["snippet"][start:end]


@pytest.mark.parametrize("asked", ["", "   ", '"', "a OR b)", "exact : x", "*", "😀", "x" * 900])
def test_no_question_is_too_odd_to_be_answered(house: PapersHouse, asked: str) -> None:
    answer = house.get(house.clerk, "/api/papers/search", q=asked, plan=PLAN.id)
    assert answer.status_code == 200
    assert answer.json()["hits"] == []


def test_two_versions_are_compared_line_by_line(house: PapersHouse) -> None:
    old = house.paper(f.pdf(["Điều 1", "Tổng thu 15 tỷ đồng", "Điều 2"]), item="item-2", title="Dự thảo nghị quyết")
    new = house.paper(f.pdf(["Điều 1", "Tổng thu 16 tỷ đồng", "Điều 2", "Điều 3"]), document=old["document"])
    path = f"/api/papers/{old['document']}/compare"
    told = house.get(house.clerk, path, old=newest(old), new=newest(new)).json()
    assert [h["change"] for h in told["hunks"]] == ["same", "changed", "same", "added"]
    line = told["hunks"][1]["new"][0]
    assert [line["text"][start:end] for start, end in line["marks"]] == ["16"]
    assert house.get(house.at("m01"), path, old=newest(old), new=newest(new)).status_code == 404


# --- notes and receipts


def note_of(paper: dict[str, Any], text: str = "hỏi về số liệu", **fields: Any) -> dict[str, Any]:
    return {"document": paper["document"], "sha256": newest(paper), "page": 2, "text": text, **fields}


def keep(house: PapersHouse, who: Any, name: str, note: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = who.put(f"{house.server.base}/api/notes/{name}", json=note, timeout=20).json()
    return answer


def test_a_note_is_its_members_alone_and_comes_back_on_another_tablet(
    house: PapersHouse, report: dict[str, Any]
) -> None:
    first, others = house.at("m01"), [house.at(w) for w in ("m02", "chair", "clerk", "auditor")]
    assert keep(house, first, "n1", note_of(report, x=0.1, y=0.2, w=0.5, h=0.05, colour="yellow"))["accepted"]
    again = house.get(house.at_another("m01"), "/api/notes").json()["notes"]
    assert [(n["id"], n["text"], n["w"]) for n in again] == [("n1", "hỏi về số liệu", 0.5)]
    for other in others:
        answer = house.get(other, "/api/notes").json()
        assert answer.get("notes", []) == []
        assert other.delete(f"{house.server.base}/api/notes/n1", timeout=20).status_code >= 400
    assert "hỏi về số liệu" not in "".join(n.after for _, n in house.server.shelf.registry.store.audit())
    assert house.at("m01").delete(f"{house.server.base}/api/notes/n1", timeout=20).json()["accepted"]
    assert house.get(house.at("m01"), "/api/notes").json()["notes"] == []


def test_exported_notes_hold_what_was_written_as_text(house: PapersHouse, report: dict[str, Any]) -> None:
    delegate = house.at("m03")
    keep(house, delegate, "n1", note_of(report, "<script>alert(1)</script>"))
    page = house.get(delegate, "/api/notes/export")
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "attachment" in page.headers["Content-Disposition"]
    assert house.get(delegate, "/api/notes/export", format="json").json()["notes"][0]["text"].startswith("<script>")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"document": "nowhere"}, "document-unknown"),
        ({"sha256": "0" * 64}, "document-unknown"),
        ({"page": 4}, "page-unknown"),
        ({"page": 0}, "malformed"),
        ({"x": 1.5}, "malformed"),
        ({"text": "x" * 5000}, "malformed"),
        ({"colour": "url(//evil)"}, "malformed"),
        ({"member": "m02"}, "malformed"),
    ],
)
def test_a_note_that_is_none_is_refused(
    house: PapersHouse, report: dict[str, Any], change: dict[str, Any], code: str
) -> None:
    delegate = house.at("m04")
    assert keep(house, delegate, "n1", note_of(report, **change))["refusal"] == code
    assert house.get(delegate, "/api/notes").json()["notes"] == []


def test_the_clerk_and_nobody_else_sees_who_has_opened_a_paper(house: PapersHouse, report: dict[str, Any]) -> None:
    delegate = house.at("m05")
    path = f"{house.server.base}/api/papers/{report['document']}/{newest(report)}/opened"
    for _ in range(2):
        assert delegate.post(path, timeout=20).json()["accepted"]
    told = house.get(house.clerk, "/api/desk/receipts", plan=PLAN.id).json()
    mine = next(r for r in told["receipts"] if r["member"] == "m05")
    assert (mine["document"], mine["times"], told["members"]) == (report["document"], 2, 5)
    assert house.listed(delegate)[report["document"]]["opened"] == mine["last"]
    for who in ("m01", "chair", "auditor"):
        assert house.get(house.at(who), "/api/desk/receipts").json()["refusal"] == "not-allowed"
    assert house.clerk.post(path, timeout=20).json()["refusal"] == "not-a-member"
