"""The manifest: whatever is changed, taken out or put in is found, and what was cut is remembered as cut."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings import manifest as m
from recordings.segments import Gap, Head, Segment

BEGAN = datetime(2026, 12, 18, 1, 30, tzinfo=UTC)
KEY = "00" * 32


def signs(message: bytes) -> str:
    """A signature that a test can read."""
    return m.hash_of(b"secret" + message)


def check(key: str, signature: str, message: bytes) -> bool:
    return key == KEY and signature == signs(message)


def segment(n: int, run: int = 1) -> Segment:
    return Segment(
        n=n, file=f"s{n:06d}.ts", size=1880 * n, sha256=f"{n:064x}", start=4.0 * n, end=4.0 * n + 4, frames=60, run=run,
        boot="b", uptime_ms=4000 * n, utc=BEGAN + timedelta(seconds=4 * n), prev=m.NO_LINE,
    )  # fmt: skip


def gap(after: int) -> Gap:
    return Gap(after=after, reason="private", boot="b", uptime_ms=1, utc=BEGAN, seconds=3.5, prev=m.NO_LINE)


def cut(n: int) -> m.Cut:
    return m.Cut(
        n=n, file=f"s{n:06d}.ts", size=188, sha256="c" * 64, end=4.0 * n + 1, frames=15, boot="b", uptime_ms=9,
        utc=BEGAN, prev=m.NO_LINE,
    )  # fmt: skip


def written(*lines: m.AnyLine) -> bytes:
    whole, prev = b"", m.NO_LINE
    for line in lines:
        one = m.encoded(msgspec.structs.replace(line, prev=prev))
        whole, prev = whole + one + b"\n", m.hash_of(one)
    return whole


def head_of(content: bytes) -> Head:
    head = m.unsigned_head("T", "L", m.read(content), KEY)
    return msgspec.structs.replace(head, signature=signs(m.head_message(head)))


def wrong_with(content: bytes, head: Head) -> list[m.Finding]:
    manifest = m.read(content)
    chain = [m.Finding("manifest", "manifest.jsonl", manifest.why)] if manifest.why else []
    return chain + m.head_findings(manifest, head, "head.json", check, KEY)


FIVE = written(segment(1), segment(2), gap(2), segment(3, run=2), segment(4, run=2))


def test_what_was_written_is_read_and_nothing_is_wrong_with_it() -> None:
    manifest = m.read(FIVE)
    assert [line.n for line in manifest.segments] == [1, 2, 3, 4]
    assert (manifest.whole, manifest.why, manifest.last_number) == (len(FIVE), "", 4)
    assert m.seconds_of(manifest.now) == 16
    assert wrong_with(FIVE, head_of(FIVE)) == []


def test_a_head_says_the_same_after_it_was_stored() -> None:
    for content in (b"", FIVE):
        head = head_of(content)
        stored = msgspec.json.decode(msgspec.json.encode(head), type=Head)
        assert m.head_message(stored) == m.head_message(head)
        assert wrong_with(content, stored) == []


@given(st.integers(0, len(FIVE) - 1), st.integers(1, 255))
def test_one_flipped_byte_is_found(at: int, flip: int) -> None:
    changed = bytearray(FIVE)
    changed[at] ^= flip
    assert wrong_with(bytes(changed), head_of(FIVE))


@pytest.mark.parametrize("number", range(5))
def test_a_line_that_was_taken_out_is_found(number: int) -> None:
    lines = FIVE.splitlines(keepends=True)
    assert wrong_with(b"".join(lines[:number] + lines[number + 1 :]), head_of(FIVE))


@pytest.mark.parametrize("kept", range(5))
def test_a_tail_that_was_taken_off_is_found(kept: int) -> None:
    lines = FIVE.splitlines(keepends=True)
    found = wrong_with(b"".join(lines[:kept]), head_of(FIVE))
    assert [f.what for f in found] == [f"the signed end has {5 - kept} lines more: the tail is missing"]


@given(st.sampled_from(["take", "ledger", "lines", "segments", "seconds", "hash", "signature"]))
def test_a_head_with_a_changed_word_is_found(name: str) -> None:
    head = head_of(FIVE)
    other = {"lines": 4, "segments": 3, "seconds": 1.0}.get(name, "0" * 64)
    assert wrong_with(FIVE, msgspec.structs.replace(head, **{name: other}))


def test_a_head_that_a_forger_signed_with_another_key_is_found() -> None:
    forged = msgspec.structs.replace(head_of(FIVE), key="11" * 32)
    found = m.head_findings(m.read(FIVE), forged, "head.json", lambda *_: True, KEY)
    assert [f.what for f in found] == ["was signed with another key than the recorder's"]


def test_lines_that_were_added_after_the_last_signature_are_no_crime() -> None:
    lines = FIVE.splitlines(keepends=True)
    assert wrong_with(FIVE, head_of(b"".join(lines[:3]))) == []


def test_a_manifest_that_was_rewritten_whole_does_not_match_an_earlier_head() -> None:
    other = written(segment(1), segment(2), gap(2), segment(3, run=2), segment(5, run=2))
    assert wrong_with(other, head_of(FIVE))


@given(st.integers(0, len(FIVE)), st.binary(max_size=300))
def test_a_torn_end_leaves_the_whole_lines_before_it(size: int, rubbish: bytes) -> None:
    manifest = m.read(FIVE[:size] + rubbish.replace(b"\n", b""))
    assert len(manifest.lines) == FIVE[:size].count(b"\n")
    assert FIVE[: manifest.whole].endswith(b"\n") or not manifest.lines


def test_a_cut_shortens_one_segment_and_voids_what_follows() -> None:
    content = written(segment(1), gap(1), segment(2, run=2), segment(3, run=2), cut(2), gap(2), segment(4, run=3))
    manifest = m.read(content)
    kept = manifest.segments
    assert [s.n for s in kept] == [1, 2, 4]
    assert (kept[1].size, kept[1].sha256, kept[1].end, kept[1].frames) == (188, "c" * 64, 9.0, 15)
    assert manifest.last_number == 4
    assert [line.after for line in manifest.now if isinstance(line, Gap)] == [1, 2]


def test_a_cut_takes_the_gaps_after_it_too_and_may_leave_nothing() -> None:
    content = written(segment(1), gap(1), segment(2, run=2), msgspec.structs.replace(cut(1), n=0))
    assert m.read(content).now == ()
    content = written(segment(1), gap(1), segment(2, run=2), cut(1))
    assert [line.n for line in m.read(content).now if isinstance(line, Segment)] == [1]
    assert not [line for line in m.read(content).now if isinstance(line, Gap)]


def test_heads_from_before_a_cut_stay_true() -> None:
    before = written(segment(1), segment(2))
    assert wrong_with(written(segment(1), segment(2), cut(1)), head_of(before)) == []


def test_files_that_changed_are_missing_or_are_not_listed_are_named() -> None:
    manifest = m.read(FIVE)
    files = {s.file: m.FileFacts(s.size, s.sha256) for s in manifest.segments}
    assert m.file_findings(manifest, files) == []
    files["s000001.ts"] = m.FileFacts(1, "0")
    files["s000002.ts"] = files["s000002.ts"]._replace(sha256="0")
    del files["s000003.ts"]
    files["s000009.ts"] = m.FileFacts(1, "0")
    assert [(f.kind, f.name) for f in m.file_findings(manifest, files)] == [
        ("segment-changed", "s000001.ts"),
        ("segment-changed", "s000002.ts"),
        ("segment-missing", "s000003.ts"),
        ("segment-not-listed", "s000009.ts"),
    ]
