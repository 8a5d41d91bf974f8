"""The store of papers, in memory and on SQLite: both keep the same promises."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from appliance.adapters.memory_papers import MemoryPapers
from appliance.adapters.sql.papers import SqlPapers
from appliance.core.paper_search import words_of
from appliance.core.refusals import Fault
from appliance.services.paper_store import PageNote, PaperStore

NOW = datetime(2026, 12, 18, 1, tzinfo=UTC)
A, B = "a" * 64, "b" * 64


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PaperStore]:
    if request.param == "memory":
        yield MemoryPapers()
        return
    found = SqlPapers(tmp_path / "papers.db")
    yield found
    found.close()


def pages(store: PaperStore, asked: str, *among: str) -> list[tuple[str, int]]:
    return [(f.sha256[0], f.page) for f in store.search(words_of(asked), among or (A, B), 50)]


def note(name: str = "n1", member: str = "m01", text: str = "hỏi") -> PageNote:
    return PageNote(name, member, "d1", A, 2, 0.1, 0.2, 0.3, 0.05, "yellow", text, NOW)


def test_a_text_is_kept_page_by_page_and_replaced_whole(store: PaperStore) -> None:
    assert store.text(A) is None
    store.keep_text(A, ["một", "", "ba"])
    assert store.text(A) == ("một", "", "ba")
    store.keep_text(A, ["khác"])
    assert store.text(A) == ("khác",)
    assert pages(store, "một") == []


def test_words_are_found_as_spelled_first_then_plainly_then_apart(store: PaperStore) -> None:
    store.keep_text(A, ["ngan sach khong dau", "Tổng thu ngân sách xã", "sách về ngân hàng"])
    store.keep_text(B, ["NGÂN SÁCH"])
    found = pages(store, "ngân sách")
    assert set(found[:2]) == {("a", 2), ("b", 1)}
    assert found[2:] == [("a", 1), ("a", 3)]
    assert pages(store, "ngân sách", B) == [("b", 1)]


@pytest.mark.parametrize("asked", ["dau tu", "ĐẦU TƯ", "đầu t", "dau tư công"])
def test_words_are_found_without_their_accents_and_while_the_last_is_typed(store: PaperStore, asked: str) -> None:
    store.keep_text(A, ["Kế hoạch đầu tư công trung hạn"])
    assert pages(store, asked) == [("a", 1)]


def test_a_version_that_is_forgotten_is_found_no_more_and_its_notes_stay(store: PaperStore) -> None:
    store.keep_text(A, ["ngân sách"])
    store.keep_note(note(), 10)
    store.forget(A)
    assert store.text(A) is None
    assert pages(store, "ngân") == []
    assert len(store.notes("m01")) == 1


def test_a_note_is_kept_under_its_member_and_replaced_under_its_id(store: PaperStore) -> None:
    assert store.keep_note(note(), 10)
    assert store.keep_note(note(member="m02", text="của người khác"), 10)
    assert store.keep_note(note(text="sửa"), 10)
    assert store.notes("m01") == [note(text="sửa")]
    assert not store.drop_note("m03", "n1")
    assert store.drop_note("m01", "n1")
    assert store.notes("m01") == []
    assert [n.text for n in store.notes("m02")] == ["của người khác"]


def test_a_member_has_no_more_notes_than_allowed_but_may_change_those(store: PaperStore) -> None:
    assert all(store.keep_note(note(f"n{i}"), 3) for i in range(3))
    assert not store.keep_note(note("n3"), 3)
    assert store.keep_note(note("n2", text="sửa"), 3)
    assert store.keep_note(note("n9", member="m02"), 3)


def test_a_receipt_says_first_last_and_how_often(store: PaperStore) -> None:
    for minutes in (0, 5, 9):
        store.opened("d1", A, "m01", NOW + timedelta(minutes=minutes))
    store.opened("d2", A, "m01", NOW)
    (found,) = store.receipts({"d1"})
    assert (found.first, found.last, found.times) == (NOW, NOW + timedelta(minutes=9), 3)


def reopened(folder: Path) -> Callable[[], SqlPapers]:
    return lambda: SqlPapers(folder / "papers.db")


def test_notes_receipts_and_texts_outlive_a_restart(tmp_path: Path) -> None:
    again = reopened(tmp_path)
    store = again()
    store.keep_text(A, ["ngân sách"])
    store.keep_note(note(), 10)
    store.opened("d1", A, "m01", NOW)
    store.close()
    store = again()
    assert store.notes("m01") == [note()]
    assert pages(store, "ngan sach") == [("a", 1)]
    assert len(store.receipts({"d1"})) == 1
    store.close()


def test_a_disk_that_refuses_is_a_fault_that_tells_nothing_of_a_note(tmp_path: Path) -> None:
    store = SqlPapers(tmp_path / "papers.db")
    store.close()
    (tmp_path / "papers.db").unlink()
    (tmp_path / "papers.db").mkdir()
    with pytest.raises(Fault) as caught:
        store.keep_note(replace(note(), text="điều riêng tư"), 10)
    assert "riêng tư" not in str(caught.value)
