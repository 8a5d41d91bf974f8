"""Bad input over every wire: the code, both sentences, the status, and not one byte changed on disk."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from appliance.adapters.sql.verify import verify_ledger
from appliance.core.refusals import Code
from appliance.server.access import COOKIE, DEVICE_COOKIE
from appliance.server.errors import STATUS
from tests.faults.appliance_process import ITEM, POLL, Appliance, appliance
from tests.faults.council import CARD, CHAIR, CLERK, EXPIRED_CARD, HALL, PIN, SUSPENDED, TABLET, seat_of
from tests.faults.storm import OnPanels
from tests.faults.tablet import GoneError, Json, Tablet
from tests.house import fresh_id, name_of

DRAFT: Final = "p2"
PRESENT: Final = 25
ABSENT, CAME_LATER = name_of(26), name_of(27)
CAST_ID: Final = "00000000-0000-4000-8000-000000000001"
WORDS: Final = {
    language: json.loads((Path(__file__).parents[2] / "web/src/words" / f"{language}.json").read_text("utf-8"))
    for language in ("vi", "en")
}


class Bad(NamedTuple):
    """Who sends what, and the code that answers it."""

    why: str
    person: str
    sent: str
    code: Code


def cast(poll: Any = POLL, **fields: Any) -> str:
    """A ballot, unless `fields` spoil it."""
    return json.dumps({"type": "CastBallot", "id": fresh_id(), "poll": poll, "choice": "for", **fields})


def give(type_: str, **fields: Any) -> str:
    """Any command."""
    return json.dumps({"type": type_, "id": fresh_id(), **fields})


ONE = name_of(1)
BAD: Final = (
    Bad("wrong role: a delegate opens", ONE, give("OpenPoll", poll=DRAFT), Code.NOT_ALLOWED),
    Bad("wrong role: the clerk closes", CLERK, give("ClosePoll", poll=POLL), Code.NOT_ALLOWED),
    Bad("wrong role: the hall votes", HALL, cast(), Code.NOT_ALLOWED),
    Bad("wrong role: a delegate resets a PIN", ONE, give("ResetPin", member=name_of(2)), Code.NOT_ALLOWED),
    Bad("wrong role: a delegate enters for another", ONE,
        give("EnterForMember", poll=POLL, member=name_of(2), choice="for", reason="x"), Code.NOT_ALLOWED),
    Bad("check-in for another", ABSENT, give("CheckIn", member=CAME_LATER), Code.NOT_ALLOWED),
    Bad("check-in without the room's code", ABSENT, give("CheckIn", code="000"), Code.ROOM_CODE_WRONG),
    Bad("a chair who is no delegate votes", CHAIR, cast(), Code.NOT_A_MEMBER),
    Bad("poll not open", ONE, cast(DRAFT), Code.POLL_NOT_OPEN),
    Bad("no such poll", ONE, cast("p99"), Code.POLL_UNKNOWN),
    Bad("not present", ABSENT, cast(), Code.NOT_PRESENT),
    Bad("came after the opening", CAME_LATER, cast(), Code.NOT_PRESENT_AT_OPENING),
    Bad("not in office", SUSPENDED, cast(), Code.NOT_IN_OFFICE),
    Bad("unknown choice", ONE, cast(choice="maybe"), Code.CHOICE_UNKNOWN),
    Bad("used id, other content", ONE, cast(id=CAST_ID, choice="against"), Code.ID_REUSED),
    Bad("used id, other person", name_of(2), cast(id=CAST_ID), Code.ID_REUSED),
    Bad("a seat, from a tablet", ONE, cast(seat=seat_of(2)), Code.SEAT_NOT_YOURS),
    Bad("unknown type", ONE, give("Vote", poll=POLL), Code.UNKNOWN_TYPE),
    Bad("no type", ONE, json.dumps({"id": fresh_id(), "poll": POLL}), Code.UNKNOWN_TYPE),
    Bad("half a command", ONE, cast()[:40], Code.MALFORMED),
    Bad("nothing", ONE, "", Code.MALFORMED),
    Bad("null", ONE, "null", Code.MALFORMED),
    Bad("a list", ONE, f"[{cast()}]", Code.MALFORMED),
    Bad("two commands", ONE, f"{cast()}{cast()}", Code.MALFORMED),
    Bad("a field too many", ONE, cast(weight=2), Code.MALFORMED),
    Bad("a field too few", ONE, give("CastBallot", poll=POLL), Code.MALFORMED),
    Bad("a member in a ballot", ONE, cast(member=name_of(2)), Code.MALFORMED),
    Bad("a number for a name", ONE, cast(poll=1), Code.MALFORMED),
    Bad("an id that is none", ONE, cast(id="1"), Code.MALFORMED),
    Bad("brackets without end", ONE, "[" * 60_000, Code.MALFORMED),
    Bad("a megabyte", ONE, cast(choice="x" * 1_000_000), Code.TOO_LARGE),
    Bad("a number beyond measure", CLERK, give("DraftPoll", item=ITEM, question="?", seconds=10**400), Code.MALFORMED),
    Bad("counts below nothing", CLERK,
        give("EnterCounts", poll=POLL, against=0, abstain=0, **{"for": -1}), Code.MALFORMED),
)  # fmt: skip


def content(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in tables}


@contextmanager
def nothing_changes(house: Appliance, *but: str) -> Iterator[None]:
    """The ledger and the registry hold the same bytes after as before, but for the tables named."""
    before = content(house.ledger), content(house.registry)
    yield
    ledger, registry = content(house.ledger), content(house.registry)
    assert ledger == before[0]
    changed = {name for name, rows in registry.items() if rows != before[1][name]}
    assert changed == set(but)


def is_refusal(answer: Json, code: Code) -> None:
    """The code, and its sentence in both languages."""
    assert (answer["accepted"], answer["refusal"], answer["fault"]) == (False, code.value, False), answer
    sentences = {language: words["refusal"][code.value] for language, words in WORDS.items()}
    assert answer["messages"] == sentences
    assert answer["message"] in sentences.values()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """An open poll with 25 of 27 present, one ballot cast, one member come later, and a draft."""
    with appliance(tmp_path_factory.mktemp("house")) as started:
        started.open_poll(present=PRESENT)
        started.did(CLERK, "CheckIn", member=CAME_LATER)
        started.did(CLERK, "DraftPoll", item=ITEM, poll=DRAFT, question="Thông qua?")
        assert started.tablet(ONE).ask(json.loads(cast(id=CAST_ID)))["accepted"]
        yield started
        assert verify_ledger(started.ledger).ok
        assert "reference" not in started.said(), "bad input was taken for a bug of ours"


@pytest.mark.parametrize("bad", BAD, ids=[bad.why for bad in BAD])
def test_bad_input_gets_its_code_by_http_and_by_socket_and_changes_nothing(house: Appliance, bad: Bad) -> None:
    with nothing_changes(house):
        status, answer = house.request("POST", "/api/commands", bad.sent.encode(), bad.person)
        is_refusal(answer, bad.code)
        assert status == STATUS[bad.code]
        tablet = house.tablet(bad.person)
        is_refusal(tablet.answer(tablet.send_raw(f'["command",{bad.sent}]')), bad.code)
        tablet.close()


def test_bytes_that_are_no_text_are_malformed(house: Appliance) -> None:
    with nothing_changes(house):
        for body in (b"\xff\xfe\x00", b'{"type":"CastBallot","id":"\xc3"}', b"\x00" * 1000):
            is_refusal(house.request("POST", "/api/commands", body, ONE)[1], Code.MALFORMED)


def test_who_has_not_signed_in_is_told_so(house: Appliance) -> None:
    with nothing_changes(house):
        status, answer = house.request("POST", "/api/commands", cast().encode())
        is_refusal(answer, Code.NOT_SIGNED_IN)
        assert status == STATUS[Code.NOT_SIGNED_IN]
        stranger = Tablet(house.port, f"{COOKIE}=guessed", "stranger")
        with pytest.raises(GoneError, match="not-signed-in"):
            stranger.read_until_gone()
        stranger.close()


def test_another_sites_page_can_give_no_command(house: Appliance) -> None:
    with nothing_changes(house):
        sent = house.request("POST", "/api/commands", cast().encode(), ONE, Origin="https://elsewhere.example")
        is_refusal(sent[1], Code.CROSS_ORIGIN)


SEATS: Final = {
    "another seat than its own": (cast(seat=seat_of(9)), Code.SEAT_NOT_YOURS),
    "no seat": (cast(), Code.SEAT_UNKNOWN),
    "an absent member's seat": (cast(seat=seat_of(26)), Code.NOT_PRESENT),
    "more than a seat may": (give("ClosePoll", poll=POLL, seat=seat_of(1)), Code.NOT_ALLOWED),
    "unknown choice": (cast(seat=seat_of(1), choice="maybe"), Code.CHOICE_UNKNOWN),
    "malformed": ("[1]", Code.MALFORMED),
    "too long": (cast(seat=seat_of(1), poll="x" * 70_000), Code.TOO_LARGE),
}


def test_a_panels_bad_command_gets_its_code_and_changes_nothing(house: Appliance) -> None:
    panels = OnPanels(house, [seat_of(1), seat_of(26)])
    with nothing_changes(house):
        for why, (sent, code) in SEATS.items():
            assert panels.ask_raw(f'{{"command":{sent}}}')["refusal"] == code, why
    panels.close()


def sign_in(house: Appliance, card: str, pin: str, device: str) -> tuple[int, Json]:
    """One attempt from a device."""
    form = json.dumps({"card": card, "pin": pin}).encode()
    status, answer = house.request("POST", "/api/sign-in", form, Cookie=f"{DEVICE_COOKIE}={device}")
    return status, answer


def test_an_expired_or_unknown_card_opens_nothing(house: Appliance) -> None:
    with nothing_changes(house):
        is_refusal(sign_in(house, EXPIRED_CARD, PIN, TABLET)[1], Code.CARD_EXPIRED)
        is_refusal(sign_in(house, "no such card", PIN, TABLET)[1], Code.CARD_UNKNOWN)
        is_refusal(house.request("POST", "/api/sign-in", b'{"card": 1}')[1], Code.MALFORMED)
        is_refusal(house.request("POST", "/api/sign-in", b"x" * 70_000)[1], Code.TOO_LARGE)


def test_a_second_device_waits_for_the_clerk_and_the_first_goes_on(house: Appliance) -> None:
    with nothing_changes(house, "tablet_requests", "audit"):
        is_refusal(sign_in(house, CARD, PIN, "another tablet")[1], Code.TABLET_NEEDS_APPROVAL)
    assert house.request("GET", "/api/me", person=ONE)[1]["signed_in"]
    assert house.tablet(CLERK).view["requests"]["tablets"][0]["member"] == ONE


def test_garbage_on_a_websocket_ends_that_client_alone(house: Appliance) -> None:
    with nothing_changes(house):
        witness = house.tablet(HALL)
        for garbage in (
            "",
            "9",
            "42",
            "42[",
            '42["command"',
            '4251-["command",{"_placeholder":true,"num":0}]',
            "6" * 3_000_000,
        ):
            tablet = house.tablet(ONE)
            with suppress(GoneError):  # the line may be cut while the garbage is still on its way
                tablet.send_text(garbage)
            tablet.close()
        tablet = house.tablet(ONE)
        assert tablet.answer(tablet.send_raw('["snapshot"]'))["role"] == "delegate"
        assert witness.answer(witness.send_raw('["snapshot"]'))["role"] == "hall"
