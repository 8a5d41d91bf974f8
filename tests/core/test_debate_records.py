"""What minutes and public are told of a debate: kinds and overtime, who was not heard, texts, questions, pledges."""

from collections.abc import Iterable

from appliance.core import commands as c
from appliance.core.broadcast import frame_of
from appliance.core.ledger import LedgerEntry, take
from appliance.core.minutes import Minutes
from appliance.core.minutes_draft import draft
from appliance.core.public_reader import PublicReader
from appliance.core.public_record import At
from appliance.core.slips import SlipFacts
from appliance.core.speech import SpeechKind
from tests.house import CHAIR, CLERK, START, SYSTEM, House, accepted, convene, member, sit

SECRET = "điều không ai được biết"
SLIP = SlipFacts("s1", "m01", "Nguyễn Văn Mẫu 1", "Phòng Kinh tế", "Rác thải", SECRET)


def debate() -> House:
    """A debate with one of each, at item i1; then the questions, at i2."""
    house = sit(convene(House.of(9)), present=6)
    for i in (1, 2, 3):
        accepted(house.give(member(i), c.AskToSpeak, note=SECRET))
    first, second, _ = house.state.speakers.order
    accepted(house.give(CHAIR, c.GiveFloor, request=first))
    accepted(house.give(SYSTEM, c.NoteOvertime))
    accepted(house.give(CHAIR, c.DeclineRequest, request=second, reason="Hết giờ"))
    accepted(house.give(member(4), c.HandInText, text=SECRET))
    accepted(house.give(CHAIR, c.StartItem, item="i2"))
    house.registry.on_file = type(house.registry.on_file)(slips={"s1": SLIP})
    accepted(house.give(CHAIR, c.StartQuestioning, slips=["s1"]))
    accepted(house.give(CLERK, c.MarkAnswered, slip="s1"))
    accepted(house.give(CLERK, c.MakePledge, pledge="p1", who="Ông B", what=SECRET, deadline="2026-12-31"))
    accepted(house.give(CLERK, c.MakePledge, pledge="p2", who="Ông B", what="Nhầm"))
    accepted(house.give(CLERK, c.WithdrawPledge, pledge="p2", reason="Ghi nhầm"))
    return house


def entries(house: House) -> Iterable[LedgerEntry]:
    ledger = house.chamber.head.ledger
    return [take(*row).entry for row in house.ledger.rows(ledger)]


def minutes() -> Minutes:
    drafted = draft(entries(debate()))
    assert drafted is not None
    return drafted


def test_a_speech_is_told_with_its_kind_its_time_and_that_it_was_over() -> None:
    (speech,) = minutes().passages[0].speeches
    assert (speech.kind, speech.seconds, speech.overran) == ("discussion", 420, True)
    assert speech.until is not None


def test_who_asked_in_vain_is_told_with_the_chairs_reason() -> None:
    unheard = minutes().passages[0].unheard
    assert [(x.name, x.declined, x.reason) for x in unheard] == [
        ("Nguyễn Văn Mẫu 2", True, "Hết giờ"),
        ("Nguyễn Văn Mẫu 3", False, ""),
    ]


def test_a_text_handed_in_stands_at_its_item_in_full() -> None:
    (text,) = minutes().passages[0].texts
    assert (text.name, text.text) == ("Nguyễn Văn Mẫu 4", SECRET)


def test_questions_and_pledges_are_told_with_what_became_of_them() -> None:
    drafted = minutes()
    (round_,) = drafted.passages[1].rounds
    (question,) = round_.questions
    assert question.slip == SLIP
    assert question.answered is not None
    assert [(p.what, p.withdrawn) for p in drafted.pledges] == [(SECRET, None), ("Nhầm", "Ghi nhầm")]


def test_the_public_is_told_who_speaks_and_for_what_and_nothing_of_notes_texts_or_pledges() -> None:
    house, reader = debate(), PublicReader()
    for entry in entries(house):
        reader.read(entry)
    assert SECRET not in repr(reader.record)
    (speaker,) = reader.record.speakers
    assert speaker.kind == SpeechKind.DISCUSSION
    assert not reader.read(_last(house))


def _last(house: House) -> LedgerEntry:
    return list(entries(house))[-1]


def test_the_lower_third_says_what_the_speaker_speaks_for() -> None:
    house, reader = sit(convene(House.of(9)), present=6), PublicReader()
    accepted(house.give(CHAIR, c.GiveFloor, member="m01", kind="rebuttal"))
    for entry in entries(house):
        reader.read(entry)
    frame = frame_of(reader.record, At(START, 0, 1), {})
    assert frame.speaker is not None
    assert (frame.speaker.name, frame.speaker.kind) == ("Nguyễn Văn Mẫu 1", "rebuttal")
