"""The public learns who stands and what was announced, and nothing that stands on a paper."""

from typing import Any

import msgspec

from appliance.core import commands as c
from appliance.core.ledger import LedgerEntry, read
from appliance.core.minutes_draft import draft
from appliance.core.public_reader import PublicReader
from appliance.core.public_reader import read as public
from appliance.core.public_record import PublicRecord
from tests.core.elections import TELLERS, person
from tests.house import CHAIR, CLERK, House, accepted, announce_poll, cast, convene, member, name_of, sit

HEAD, SECOND = member(21), member(22)


def entries(house: House) -> list[LedgerEntry]:
    """The ledger."""
    return list(read(body for _, _, body in house.ledger.rows(house.state.ledger)))


def vote(house: House, purpose: str) -> None:
    """The open vote, adopted."""
    accepted(house.give(CHAIR, c.DraftElectionPoll, election="b1", purpose=purpose, poll=purpose))
    accepted(house.give(CHAIR, c.OpenPoll, poll=purpose))
    announce_poll(cast(house, yes=20, poll=purpose), purpose)


def until_issued() -> House:
    """A house in which ballots are handed out."""
    house = sit(convene(House.of()))
    fields: dict[str, Any] = {"election": "b1", "item": "i1", "kind": "elect", "office": "Ủy viên UBND", "seats": 1}
    accepted(house.give(CLERK, c.DraftElection, **fields, candidates=[person("a", "<b>Mẫu</b> A"), person("b")]))
    accepted(house.give(CHAIR, c.OpenNominations, election="b1"))
    vote(house, "list")
    accepted(house.give(CHAIR, c.CloseList, election="b1"))
    accepted(house.give(CLERK, c.ProposeTellers, election="b1", tellers=TELLERS))
    vote(house, "tellers")
    accepted(house.give(CHAIR, c.ElectTellers, election="b1"))
    accepted(house.give(CHAIR, c.IssueBallots, election="b1"))
    return house


def count(house: House, papers: int = 24) -> House:
    """Counted, not confirmed: all but one for A, the last one signed."""
    accepted(house.give(CLERK, c.RecordIssued, election="b1", issued=25))
    accepted(house.give(CHAIR, c.CloseBox, election="b1"))
    accepted(house.give(HEAD, c.OpenBox, election="b1", collected=papers))
    for teller in (HEAD, SECOND):
        for number in range(1, papers):
            marks = {"a": "yes", "b": "no"}
            accepted(house.give(teller, c.KeyPaper, election="b1", paper=number, marks=marks))
        accepted(house.give(teller, c.KeyPaper, election="b1", paper=papers, invalid="signed"))
    accepted(house.give(HEAD, c.FinishCount, election="b1"))
    return house


def tell(house: House) -> House:
    """Confirmed and announced."""
    accepted(house.give(CLERK, c.ConfirmElection, election="b1", count=1))
    accepted(house.give(CHAIR, c.ConfirmElection, election="b1", count=1))
    accepted(house.give(CHAIR, c.AnnounceElection, election="b1"))
    return house


def known(house: House) -> PublicRecord:
    """What the public knows."""
    return public(entries(house))


def test_the_public_learns_nothing_while_papers_are_keyed() -> None:
    house = until_issued()
    reader = PublicReader()
    for entry in entries(house):
        reader.read(entry)
    before = len(entries(house))
    count(house)
    learnt = [entry for entry in entries(house)[before:] if reader.read(entry)]
    assert [type(entry.events[0]).__name__ for entry in learnt] == ["BoxClosed"]
    told = msgspec.json.encode(reader.record).decode()
    assert '"signed"' not in told
    assert reader.record.elections[0].result is None


def test_the_public_learns_the_announced_numbers_and_no_paper() -> None:
    (election,) = known(tell(count(until_issued()))).elections
    assert election.state == "announced"
    assert election.result is not None
    assert (election.result.valid, election.result.invalid, election.result.chosen) == (23, 1, ("a",))
    told = msgspec.json.encode(known(tell(count(until_issued())))).decode()
    assert "keyed" not in told
    assert name_of(21) + '"' not in told.split('"elections"')[1].split('"speakers"')[0]


def test_what_was_announced_in_private_stays_there() -> None:
    house = count(until_issued())
    accepted(house.give(CHAIR, c.GoPrivate))
    tell(house)
    assert known(house).elections[0].state == "counting"
    accepted(house.give(CHAIR, c.GoPublic))
    (election,) = known(house).elections
    assert (election.state, election.result) == ("away", None)


def test_a_vote_begun_in_private_and_told_in_public_is_known_by_its_result() -> None:
    house = sit(convene(House.of()))
    accepted(house.give(CHAIR, c.GoPrivate))
    assert not known(house).elections
    other = until_issued()
    accepted(other.give(CHAIR, c.VoidElection, election="b1", reason="in sai"))
    (election,) = known(other).elections
    assert (election.state, election.void_reason) == ("void", "in sai")


def test_the_minutes_have_every_step_and_no_number_before_it_is_told() -> None:
    house = count(until_issued())
    minutes = draft(entries(house))
    assert minutes is not None
    (election,) = minutes.elections
    assert election.result is None
    tell(house)
    minutes = draft(entries(house))
    assert minutes is not None
    (election,) = minutes.elections
    assert election.result is not None
    assert (election.issued, election.collected, election.result.valid) == (25, 24, 23)
    assert election.keyed_by == (name_of(21), name_of(22))
    assert [t.name for t in election.tellers] == [f"Nguyễn Văn Mẫu {i}" for i in (21, 22, 23)]


def test_an_election_is_the_same_after_a_power_cut() -> None:
    house = count(until_issued())
    assert house.restarted().state.elections == house.state.elections
