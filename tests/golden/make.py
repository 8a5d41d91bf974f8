"""Writes a new golden ledger: `python -m tests.golden.make NAME`. It never writes over one that exists.

`summary` only ever grows by what earlier ledgers do not have: their `expected.json` stays as it is.
"""

import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.core import commands as c
from appliance.core.state import Meeting
from tests.golden import whole_meeting
from tests.house import (
    CHAIR,
    CLERK,
    OTHER_CHAIR,
    SYSTEM,
    House,
    accepted,
    cast,
    close_poll,
    convene,
    draft,
    member,
    open_poll,
    panel,
    sit,
)

FOLDER = Path(__file__).parent
SEAL: dict[str, Any] = {
    "take": "20261218T010000Z-s1-abcd",
    "lines": 3,
    "segments": 2,
    "milliseconds": 8_400,
    "head": "ab" * 32,
    "key": "cd" * 32,
    "signature": "ef" * 64,
}
DOCUMENT = {"title": "Dự thảo trình biểu quyết", "sha256": "ab" * 32}


class KnownKey:
    """A Signer with the key that everybody knows."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)

    def public_key(self) -> str:
        """64 hex digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, message: bytes) -> str:
        """128 hex digits."""
        return self._key.sign(message).hex()


def play_votes() -> House:
    """A meeting in which everything happens that can happen with a roll and votes: 0001 and 0002."""
    house = sit(convene(House.of(9, signer=KnownKey()), items=3), present=6)
    _roll(house)
    _adopted_at_second_try(house)
    _by_hands(house)
    accepted(house.give(CHAIR, c.CloseSitting))
    accepted(house.give(OTHER_CHAIR, c.OpenSitting, name="Buổi chiều"))
    accepted(house.give(OTHER_CHAIR, c.CloseSitting))
    accepted(house.give(OTHER_CHAIR, c.CloseMeeting))
    accepted(house.give(SYSTEM, c.SealRecording, ledger=house.state.ledger, **SEAL))
    return house


def play() -> House:
    """The newest: what a new golden ledger is made of."""
    return whole_meeting.play(KnownKey())


def _roll(house: House) -> None:
    accepted(house.give(panel(7), c.CheckIn))
    accepted(house.give(CLERK, c.ConfirmCheckIn, member="m07"))
    accepted(house.give(member(8), c.CheckIn, in_room=True, code="123456"))
    accepted(house.give(CLERK, c.MarkAbsent, member="m09", excused=True))
    accepted(house.give(member(6), c.CheckOut))
    house.clock.advance(90)


def _adopted_at_second_try(house: House) -> None:
    open_poll(house, "p1", seconds=60, document=DOCUMENT, show_names=True)
    cast(house, yes=2)
    accepted(house.give(CHAIR, c.VoidPoll, poll="p1", reason='Sai tên "nghị quyết"\n\t\u2028🗳'))
    accepted(
        house.give(CHAIR, c.RepeatPoll, poll="p1", new_poll="p2", reason="sửa tên", question="Thông qua Nghị quyết?")
    )
    accepted(house.give(CHAIR, c.OpenPoll, poll="p2"))
    cast(house, yes=4, no=1, poll="p2")
    accepted(house.give(panel(7), c.CastBallot, poll="p2", choice="abstain"))
    accepted(house.give(member(4), c.CastBallot, poll="p2", choice="against"))
    accepted(house.give(CHAIR, c.HoldPoll, poll="p2"))
    accepted(house.give(CHAIR, c.ResumePoll, poll="p2"))
    accepted(house.give(CHAIR, c.SetDeadline, poll="p2", seconds=30))
    for who, kind in (("m02", c.RejectEntry), ("m08", c.ConfirmEntry)):
        accepted(house.give(CLERK, c.EnterForMember, poll="p2", member=who, choice="for", reason="hỏng máy"))
        accepted(house.give(CHAIR, kind, poll="p2", member=who))
    house.clock.step(7_200)
    accepted(house.give(member(4), c.CastBallot, poll="p2", choice="for"))
    house.clock.step(-7_200)
    accepted(house.give(SYSTEM, c.ClosePoll, poll="p2"))
    for who_confirms in (CLERK, CHAIR):
        accepted(house.give(who_confirms, c.ConfirmPoll, poll="p2"))
    accepted(house.give(CHAIR, c.AnnouncePoll, poll="p2"))


def _floor(house: House) -> None:
    accepted(house.give(CHAIR, c.GiveFloor, member="m02"))
    accepted(house.give(CHAIR, c.GiveFloor, guest="Bà Khách Mời (đại diện cử tri)"))
    accepted(house.give(CHAIR, c.EndFloor))
    accepted(house.give(SYSTEM, c.SealRecording, ledger=house.state.ledger, **SEAL))
    accepted(house.give(CHAIR, c.GiveFloor, member="m01"))


def _by_hands(house: House) -> None:
    _floor(house)
    accepted(house.give(CHAIR, c.StartItem, item="i2"))
    accepted(house.give(CHAIR, c.GoPrivate, scope="item"))
    accepted(house.give(CHAIR, c.GoPublic))
    accepted(house.give(OTHER_CHAIR, c.HandGavel, to="other-chair"))
    accepted(house.give(OTHER_CHAIR, c.HandGavel, to="chair"))
    bloc = [{"item": "i3", "question": "Thông qua nội dung 3?", "document": DOCUMENT}]
    open_poll(house, "p3", item="i2", method="hands", majority="two_thirds", matter="other", bloc=bloc)
    close_poll(house, "p3")
    accepted(house.give(CLERK, c.EnterCounts, poll="p3", for_=5, against=1, abstain=0))
    for who in (CHAIR, CLERK):
        accepted(house.give(who, c.ConfirmPoll, poll="p3"))
    accepted(house.give(CHAIR, c.AnnouncePoll, poll="p3"))
    draft(house, "p4", item="i3")


def summary(state: Meeting) -> dict[str, Any]:
    """What must be read out of a ledger, by names that do not follow the code."""
    found: dict[str, Any] = {
        "title": state.title,
        "stage": state.stage.value,
        "gavel": state.gavel,
        "items": {name: item.state.value for name, item in state.items.items()},
        "sittings": [
            {
                "name": sitting.name,
                "n": sitting.n,
                "closed": sitting.closed is not None,
                "roll": {name: presence.standing.value for name, presence in sitting.roll.items()},
                "stays": {name: [stay.by for stay in presence.stays] for name, presence in sitting.roll.items()},
            }
            for sitting in state.sittings
        ],
        "polls": {name: _poll(state, name) for name in state.polls},
    }
    if state.plan is not None:
        found |= _without_paper(state)
    if state.epoch:
        found |= {"epoch": state.epoch}
    return found


def _without_paper(state: Meeting) -> dict[str, Any]:
    """What meetings have had since they are prepared beforehand."""
    return {
        "plan": state.plan,
        "agenda": [[i.item, i.parent, i.number, i.title, i.kind.value, i.reason] for i in state.items.values()],
        "requests": [[r.member, r.kind.value, r.note, r.state.value] for r in state.speakers.requests.values()],
        "spoken": {who: spoken.times for who, spoken in state.speakers.spoken.items()},
        "texts": [[text.member, text.item, text.text] for text in state.speakers.texts],
        "rounds": [[r.title, r.item, [q.slip.slip for q in r.questions.values()]] for r in state.questioning.rounds],
        "pledges": [
            [p.pledge, p.kind.value, p.who, p.what, str(p.deadline), p.slip, p.withdrawn]
            for p in state.questioning.pledges.values()
        ],
        "wall": [state.hall.shown.kind.value, state.hall.shown.text, [q.entry for q in state.hall.queue]],
        "straws": state.straws,
        "dropped": sorted(state.dropped_polls),
        "elections": {name: _election(state, name) for name in state.elections},
    }


def _election(state: Meeting, name: str) -> dict[str, Any]:
    election = state.elections[name]
    result = election.result
    return {
        "state": election.state.value,
        "office": election.office,
        "candidates": [[person.candidate, person.name] for person in election.candidates],
        "tellers": [[teller.who, teller.part.value] for teller in election.tellers],
        "polls": {purpose.value: poll for purpose, poll in election.polls.items()},
        "needed": election.needed,
        "count": election.count,
        "numbers": [result.n, result.issued, result.collected, result.valid, result.invalid] if result else None,
        "marks": {x.candidate: {m.value: k for m, k in x.marks.items()} for x in result.lines} if result else None,
        "invalid": {why.value: k for why, k in result.reasons.items()} if result else None,
        "chosen": list(result.chosen) if result else None,
        "confirmed_by": [word.person for word in election.confirmations],
        "void_reason": election.void_reason,
    }


def _poll(state: Meeting, name: str) -> dict[str, Any]:
    poll = state.polls[name]
    tally = poll.tally
    return {
        "state": poll.state.value,
        "items": [subject.item for subject in poll.subjects],
        "question": poll.subjects[0].question,
        "documents": [subject.document.sha256 if subject.document else None for subject in poll.subjects],
        "method": poll.method.value,
        "majority": poll.majority.value,
        "needed": poll.needed,
        "present": sorted(poll.present),
        "ballots": {who: [ballot.choice.value, ballot.by] for who, ballot in state.ballots.get(name, {}).items()},
        "tally": [tally.for_, tally.against, tally.abstain, tally.not_pressed, tally.absent, tally.n]
        if tally
        else None,
        "adopted": poll.adopted,
        "closed_how": poll.closed_how,
        "confirmed_by": [word.person for word in poll.confirmations],
        "repeats": poll.repeats,
        "void_reason": poll.void_reason,
    }


def main(name: str) -> None:
    """Play, and write the two files."""
    house = play()
    rows = list(house.ledger.rows(house.state.ledger))
    expected = {"entries": len(rows), "head": rows[-1][1], "meeting": summary(house.state)}
    with (FOLDER / f"{name}.jsonl").open("xb") as file:
        file.writelines(body + b"\n" for _, _, body in rows)
    with (FOLDER / f"{name}.expected.json").open("x", encoding="utf-8") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
