"""The ledger's entries: their canonical form, and a check that names the first bad one."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from appliance.adapters.memory import HashSigner
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_paper import Choice
from appliance.core.ledger import (
    NO_ENTRY,
    LedgerEntry,
    Receipt,
    Sealed,
    Verified,
    canonical,
    checkpoint_message,
    read,
    seal,
    sha256,
    unseal,
    verify,
)
from appliance.core.people import Actor, Role
from tests.house import CHAIR, START, House, announce_poll, convene, member, open_poll, sit
from tests.house import cast as cast_ballots

HOSTILE = [
    "\x00\x01\x1f\x7f\x80\x9f",
    '\b\t\n\f\r"\\/',
    "\u2028\u2029\ufeff",
    "Nguyễn".encode().decode(),
    "Nguye\u0302\u0303n",
    "Ñandú \u0308",
    "👍🏽👨‍👩‍👧",
    "\U0010ffff\ue000\uffff",
    "<script>&amp;</script>",
    "\u202eđảo ngược\u202c",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
times = st.datetimes(timezones=st.just(START.tzinfo))
events = st.one_of(
    st.builds(e.PollVoided, poll=texts, reason=texts),
    st.builds(e.ItemAdded, item=texts, number=texts, title=texts, presenter=texts),
    st.builds(e.GavelTaken, person=texts, name=texts),
    st.builds(e.DeadlineSet, poll=texts, seconds=st.none() | st.integers(5, 86_400)),
    st.builds(e.CountsEntered, poll=texts, for_=st.integers(0, 99), against=st.integers(0, 99), abstain=st.just(0)),
    st.builds(e.BallotCast, poll=texts, member=texts, choice=st.sampled_from(Choice), by=st.just("entered")),
)
entries = st.builds(
    LedgerEntry,
    ledger=texts,
    seq=st.integers(1, 2**53 - 1),
    time=times,
    uptime_ms=st.integers(0, 2**53 - 1),
    prev=texts,
    actor=st.builds(Actor, role=st.sampled_from(Role), person=texts, member=st.none() | texts),
    events=st.lists(events, min_size=1, max_size=3).map(tuple),
    v=st.just(1),
    receipt=st.none() | st.builds(Receipt, id=texts, hash=texts),
    time_doubtful=st.booleans(),
)


@given(entries)
def test_an_entry_is_stored_in_the_form_of_rfc_8785(entry: LedgerEntry) -> None:
    body = seal(entry).body
    assert body == rfc8785.dumps(msgspec.json.decode(body))
    assert unseal(body).entry == entry


@given(texts)
def test_text_is_stored_as_given_never_normalised(text: str) -> None:
    assert msgspec.json.decode(canonical({"name": text})) == {"name": text}


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_a_character_cannot_enter_the_ledger(text: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical({"name": text})


# --- verify

Rows = list[tuple[int, str, bytes]]


@cache
def good() -> tuple[tuple[int, str, bytes], ...]:
    """A ledger with two checkpoints in it: one poll announced, the sitting closed."""
    house = announce_poll(cast_ballots(open_poll(sit(convene(House.of(5)), present=4)), yes=3))
    house.give(CHAIR, c.CloseSitting)
    return tuple(house.ledger.rows(house.state.ledger))


def checked(rows: Sequence[tuple[int, str, bytes]]) -> Verified:
    return verify(rows, HashSigner().check)


def bad_seq(rows: Sequence[tuple[int, str, bytes]]) -> int:
    found = checked(rows)
    assert found.bad is not None, "nothing was found"
    return found.bad.seq


def rechained(rows: Rows) -> Rows:
    """What a forger with the programme but without the key would do: mend every hash behind the change."""
    prev, mended = NO_ENTRY, list[tuple[int, str, bytes]]()
    for sealed in (unseal(body) for _, _, body in rows):
        again: Sealed = seal(msgspec.structs.replace(sealed.entry, prev=prev))
        mended.append((again.entry.seq, again.hash, again.body))
        prev = again.hash
    return mended


places = st.integers(0, 10_000)


def test_a_good_ledger_is_good_and_tells_its_head_and_what_is_signed() -> None:
    found, rows = checked(good()), good()
    assert found.bad is None
    assert (found.entries, found.head.seq, found.head.hash) == (len(rows), len(rows), rows[-1][1])
    assert (found.checkpoints, found.signed_seq, found.keys) == (2, len(rows) - 1, (HashSigner().key,))
    assert [entry.seq for entry in read(body for _, _, body in rows)] == list(range(1, len(rows) + 1))


def test_an_empty_ledger_is_good() -> None:
    assert checked([]).bad is None


@given(places, places, st.integers(1, 255))
def test_one_changed_byte_in_an_entry_is_found_at_that_entry(place: int, byte: int, flip: int) -> None:
    rows = list(good())
    seq, stored, body = rows[place % len(rows)]
    changed = bytearray(body)
    changed[byte % len(body)] ^= flip
    rows[place % len(rows)] = (seq, stored, bytes(changed))
    assert bad_seq(rows) == seq


@given(places, places, st.integers(1, 15))
def test_one_changed_digit_of_a_hash_is_found_at_that_entry(place: int, digit: int, by: int) -> None:
    rows = list(good())
    seq, stored, body = rows[place % len(rows)]
    at = digit % 64
    other = f"{int(stored[at], 16) ^ by:x}"
    rows[place % len(rows)] = (seq, stored[:at] + other + stored[at + 1 :], body)
    assert bad_seq(rows) == seq


@given(places)
def test_a_missing_entry_is_found_at_the_one_behind_it(place: int) -> None:
    rows = list(good())
    missing = place % (len(rows) - 1)
    assert bad_seq(rows[:missing] + rows[missing + 1 :]) == missing + 2


@given(places, st.integers(1, 10_000))
def test_entries_in_each_others_places_are_found_at_the_first(place: int, distance: int) -> None:
    rows = list(good())
    first = place % (len(rows) - 1)
    second = first + 1 + distance % (len(rows) - 1 - first)
    a, b = rows[first], rows[second]
    rows[first], rows[second] = (a[0], b[1], b[2]), (b[0], a[1], a[2])
    assert bad_seq(rows) == first + 1


@given(places)
def test_an_entry_that_stands_twice_is_found_at_the_second(place: int) -> None:
    rows = list(good())
    twice = place % len(rows)
    found = checked([*rows[: twice + 1], *rows[twice:]])
    assert found.bad is not None
    assert (found.bad.seq, found.entries) == (twice + 1, twice + 1)


def ballots(rows: Rows) -> list[int]:
    return [i for i, (_, _, body) in enumerate(rows) if b'"BallotCast"' in body]


@given(places)
def test_a_forged_ballot_with_every_hash_mended_breaks_the_next_signature(place: int) -> None:
    rows = list(good())
    target = ballots(rows)[place % len(ballots(rows))]
    body = rows[target][2].replace(b'"choice":"for"', b'"choice":"against"')
    assert body != rows[target][2]
    rows[target] = (target + 1, sha256(body), body)
    assert bad_seq(rows) == target + 2
    next_checkpoint = next(i for i, (_, _, b) in enumerate(rows) if i > target and b'"CheckpointSigned"' in b)
    assert bad_seq(rechained(rows)) == next_checkpoint + 1


def test_a_checkpoint_signed_by_another_key_that_claims_ours_is_found() -> None:
    rows = list(good())
    at = next(i for i, (_, _, body) in enumerate(rows) if b'"CheckpointSigned"' in body)
    sealed = unseal(rows[at][2])
    signed = cast("e.CheckpointSigned", sealed.entry.events[0])
    message = checkpoint_message(sealed.entry.ledger, signed.seq, signed.head)
    for forged in (
        msgspec.structs.replace(signed, signature=HashSigner("11" * 32).sign(message)),
        msgspec.structs.replace(signed, seq=signed.seq - 1),
        msgspec.structs.replace(signed, head="f" * 64),
    ):
        again = seal(msgspec.structs.replace(sealed.entry, events=(forged,)))
        rows[at] = (at + 1, again.hash, again.body)
        assert bad_seq(rows) == at + 1


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"\xff\xfe", b'{"v":1}', b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}"], ids=range(6)
)
def test_rubbish_in_place_of_an_entry_is_named_not_tripped_over(body: bytes) -> None:
    rows = list(good())
    rows[2] = (3, sha256(body), body)
    assert bad_seq(rows) == 3


def test_an_entry_with_the_right_hash_but_not_in_canonical_form_is_found() -> None:
    rows: list[Any] = list(good())
    spaced = rows[-1][2].replace(b'":', b'": ', 1)
    extra = rows[-1][2].replace(b'{"actor"', b'{"Extra":1,"actor"', 1)
    for body in (spaced, extra):
        assert bad_seq([*rows[:-1], (len(rows), sha256(body), body)]) == len(rows)


def test_a_ballot_of_another_ledger_does_not_fit() -> None:
    rows = list(good())
    sealed = unseal(rows[-1][2])
    other = seal(msgspec.structs.replace(sealed.entry, ledger="another"))
    assert bad_seq([*rows[:-1], (other.entry.seq, other.hash, other.body)]) == len(rows)


def test_the_receipt_is_over_the_command_and_its_actor() -> None:
    house = open_poll(sit(convene(House.of(5)), present=4))
    command = c.CastBallot(id="ab" * 16, poll="p1", choice=Choice.FOR)
    house.send(command, member(1))
    *_, (_, _, body) = house.ledger.rows(house.state.ledger)
    assert unseal(body).entry.receipt == Receipt(
        "ab" * 16, sha256(rfc8785.dumps(msgspec.to_builtins({"actor": member(1), "command": command})))
    )
