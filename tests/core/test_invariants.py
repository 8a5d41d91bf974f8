"""The invariants of the domain guide (section 15: 1–5, 7, 8, 10), for random commands by everybody.

Hypothesis plays a whole hall: members, clerks, two chairs, panels, strangers, the appliance's own timer, a
disk that fails now and then, a power cut. A second, much simpler model counts beside the real one.
"""

import itertools
from dataclasses import dataclass, field
from fractions import Fraction as Exact
from typing import Any, NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.adapters.memory import HashSigner
from appliance.core import commands as c
from appliance.core import events as e
from appliance.core.ballot_marks import Mark
from appliance.core.ledger import LedgerEntry, read, verify
from appliance.core.majority import count
from appliance.core.meeting import RULES, decide, replay
from appliance.core.people import Actor, Role
from appliance.core.poll import NEXT
from appliance.core.refusals import Refusal
from appliance.core.state import Election, Meeting, Order, Poll, PollState
from tests.core import elections
from tests.house import (
    AUDITOR,
    CHAIR,
    CLERK,
    HALL,
    OTHER_CHAIR,
    SYSTEM,
    House,
    accepted,
    command_of,
    convene,
    fresh_id,
    member,
    panel,
    sit,
)

N = 5
SECRETARY = replace(CLERK, person="secretary", member="m02")
CHAIRING_MEMBER = replace(CHAIR, member="m01")
STRANGER = Actor(role=Role.DELEGATE, person="m99", member="m99")
EVERYBODY = [
    CHAIRING_MEMBER,
    OTHER_CHAIR,
    CLERK,
    SECRETARY,
    AUDITOR,
    HALL,
    SYSTEM,
    STRANGER,
    *(member(i) for i in range(1, N + 1)),
    *(panel(i) for i in range(1, N + 1)),
]
MEMBERS = [f"m{i:02}" for i in range(1, N + 1)]
POLLS = ["p1", "p2", "p3"]
ITEMS = ["i1", "i2"]
WHOM = [*MEMBERS, "m99"]
CHOICES = ["for", "against", "abstain"]
FEW = [0, 2]
REQUESTS = [f"{i:032x}" for i in range(3)]
TELLERS = [{**teller, "who": f"m{i:02}"} for i, teller in enumerate(elections.TELLERS, 3)]
B1 = {"election": ["b1"]}
WHY = {**B1, "reason": ["kiểm lại"]}
MARKS = [{"a": "yes", "b": "no"}, {}]
PAPER = {"kind": "paper", "document": "d1", "sha256": "ab" * 32}
SCENES = [{"kind": "presence"}, {"kind": "message", "text": "Giải lao"}]
VALUES: dict[type[c.Command], dict[str, list[Any]]] = {
    c.ConveneMeeting: {"title": ["Kỳ họp"]},
    c.AddItem: {"item": [*ITEMS, "i3"], "number": ["1"], "title": ["Nội dung"]},
    c.StartItem: {"item": ITEMS},
    c.EditItem: {"item": ITEMS, "seen": [1, 2], "title": ["Tên khác"], "private": [True, False]},
    c.MoveItem: {"item": ITEMS, "parent": [None, *ITEMS], "after": [None, *ITEMS]},
    c.WithdrawItem: {"item": ITEMS, "reason": ["rút"]},
    c.PostponeItem: {"item": ITEMS, "reason": ["hoãn"]},
    c.RestoreItem: {"item": ITEMS},
    c.GoPrivate: {"scope": ["sitting", "item"]},
    c.HandGavel: {"to": ["chair", "other-chair"]},
    c.CheckIn: {"member": [None, *WHOM]},
    c.ConfirmCheckIn: {"member": WHOM},
    c.CheckOut: {"member": [None, *WHOM]},
    c.MarkAbsent: {"member": WHOM, "excused": [True, False]},
    c.DraftPoll: {
        "item": ITEMS,
        "question": ["Thông qua?"],
        "poll": POLLS,
        "majority": ["ordinary", "two_thirds"],
        "method": ["electronic", "electronic", "hands", "roll_call"],
        "part_of": [None, "p1"],
    },
    c.EditPoll: {"poll": POLLS, "item": ["i1"], "question": ["Thông qua?"], "majority": ["ordinary", "two_thirds"]},
    c.EnterPastPoll: {
        "item": ["i1"],
        "question": ["Nghỉ?"],
        "poll": [None, "p3"],
        "reason": ["mất điện"],
        "taken": ["2026-12-18T01:00:01Z"],
        "method": ["hands"],
        "present": [4],
        "for_": [1, 3],
        "against": [1],
        "abstain": [0],
    },
    c.CallName: {"poll": POLLS, "member": WHOM},
    c.EnterSpoken: {"poll": POLLS, "member": WHOM, "choice": CHOICES},
    c.StartStraw: {"question": ["Nghỉ?"]},
    c.AnswerStraw: {"straw": ["t1", "t2"], "answer": ["yes"]},
    c.AskToSpeak: {"id": REQUESTS, "kind": ["discussion", "point_of_order"]},
    c.WithdrawRequest: {"request": REQUESTS},
    c.DeclineRequest: {"request": REQUESTS},
    c.OrderSpeakers: {"requests": [REQUESTS[:1], REQUESTS[1:]]},
    c.AddTime: {"seconds": [30]},
    c.HandInText: {"text": ["Ý kiến"], "member": [None, "m01"], "request": [None, *REQUESTS]},
    c.StartQuestioning: {"title": ["Chất vấn"]},
    c.MarkAnswered: {"slip": ["s1"]},
    c.MakePledge: {"pledge": ["h1", "h2"], "who": ["Ông B"], "what": ["Sửa đường"]},
    c.WithdrawPledge: {"pledge": ["h1"], "reason": ["ghi nhầm"]},
    c.ShowOnHall: {"scene": [*SCENES, PAPER]},
    c.QueueForHall: {"entry": ["q1", "q2"], "scene": SCENES},
    c.MoveInQueue: {"entry": ["q1", "q2"], "to": [0]},
    c.DropFromQueue: {"entry": ["q1"]},
    c.ShowPage: {"page": [2]},
    **dict.fromkeys(
        [c.OpenNominations, c.CloseList, c.ElectTellers, c.IssueBallots, c.CloseBox, c.FinishCount, c.AnnounceElection],
        B1,
    ),
    **dict.fromkeys([c.ReopenCount, c.VoidElection], WHY),
    c.DraftElection: {
        "election": ["b1", "b9"],
        "item": ["i1"],
        "kind": ["elect"],
        "office": ["Chủ tịch"],
        "candidates": [[elections.person("a"), elections.person("b")]],
    },
    c.NominateCandidate: {**B1, "candidate": [elections.person("c")]},
    c.WithdrawCandidate: {**WHY, "candidate": ["a"]},
    c.ProposeTellers: {**B1, "tellers": [TELLERS]},
    c.DraftElectionPoll: {**B1, "purpose": ["list", "tellers", "result"]},
    c.RecordIssued: {**B1, "issued": [2, 4]},
    c.OpenBox: {**B1, "collected": [2, 9]},
    c.KeyPaper: {**B1, "paper": [1, 2], "marks": MARKS, "invalid": [None, "signed"]},
    c.ReplaceKeyed: {**B1, "paper": [1, 2], "marks": MARKS, "invalid": [None, "signed"]},
    c.DropKeying: {**WHY, "teller": ["m03"]},
    c.ConfirmElection: {**B1, "count": [1, 2]},
    c.NextRound: {**B1, "new_election": ["b2"]},
    c.OpenPoll: {"poll": POLLS, "override_quorum": [True, False]},
    c.SetDeadline: {"poll": POLLS, "seconds": [None, 30]},
    c.CastBallot: {"poll": POLLS, "choice": CHOICES},
    c.EnterForMember: {"poll": POLLS, "member": WHOM, "choice": CHOICES, "reason": ["hỏng"]},
    c.ConfirmEntry: {"poll": POLLS, "member": WHOM},
    c.RejectEntry: {"poll": POLLS, "member": WHOM},
    c.EnterCounts: {"poll": POLLS, "for_": FEW, "against": FEW, "abstain": FEW},
    c.VoidPoll: {"poll": POLLS, "reason": ["sai tên"]},
    c.RepeatPoll: {"poll": POLLS, "reason": ["sai tên"], "new_poll": [None, *POLLS]},
    c.GiveFloor: {"member": [None, *WHOM], "guest": [None, "Ông Khách Mời"]},
    c.BeginEpoch: {"reason": ["máy cũ hỏng"], "head_seen": [None, "0" * 16]},
    c.SealRecording: {
        "ledger": ["0" * 32],
        "take": ["20261218T010000Z-s1-abcd"],
        "lines": [3],
        "segments": [2],
        "milliseconds": [8_400],
        "head": ["ab" * 32],
        "key": ["cd" * 32],
        "signature": ["ef" * 64],
    },
}


def _commands(kind: type[c.Command]) -> list[c.Command]:
    values = VALUES.get(kind, {"poll": POLLS} if "poll" in kind.__struct_fields__ else {})
    return [command_of(kind, dict(zip(values, v, strict=True))) for v in itertools.product(*values.values())]


COMMANDS = {kind: _commands(kind) for kind in RULES}
SELDOM: list[type[c.Command]] = [
    *(c.GoPrivate, c.GoPublic, c.StartItem, c.EndFloor, c.SealRecording, c.HandGavel, c.MarkAbsent, c.MoveItem),
    *(c.BeginEpoch, c.VoidPoll, c.CloseSitting, c.CloseMeeting, c.VoidElection, c.WithdrawItem, c.PostponeItem),
]
USUAL: dict[type[c.Command], int] = {**dict.fromkeys(RULES, 3), **dict.fromkeys(SELDOM, 1)}
VOTING = USUAL | {
    **dict.fromkeys([c.OpenPoll, c.ConfirmPoll, c.AnnouncePoll, c.CheckIn], 20),
    **dict.fromkeys([c.DraftPoll, c.EnterCounts, c.OpenSitting, c.ConveneMeeting, c.ClosePoll], 10),
    **dict.fromkeys([c.CastBallot, c.EnterForMember, c.ConfirmEntry, c.EnterSpoken, c.CallName], 60),
}
ELECTING = USUAL | {
    **dict.fromkeys([c.IssueBallots, c.RecordIssued, c.CloseBox, c.OpenBox, c.FinishCount], 60),
    **dict.fromkeys([c.KeyPaper, c.ReplaceKeyed, c.ConfirmElection, c.AnnounceElection], 60),
}
DEBATING = USUAL | {
    **dict.fromkeys([c.AskToSpeak, c.OrderSpeakers, c.GiveFloor, c.AddTime, c.HandInText], 20),
    **dict.fromkeys([c.DeclineRequest, c.WithdrawRequest, c.StartQuestioning, c.MakePledge, c.ShowPage], 20),
}
WEIGHTS = {"convened": VOTING, "sitting": VOTING, "electing": ELECTING, "debating": DEBATING}
"""What is tried more often, by where a hall starts from: a hall that does everything a little gets nowhere."""


class Step(NamedTuple):
    """One command by somebody, in the room or not, on a good disk or a bad one."""

    actor: Actor
    command: c.Command
    in_room: bool
    disk_fails: bool


PAIRS = {
    kind: [(a, command) for a in EVERYBODY for command in COMMANDS[kind] if a.role in rule.roles]
    for kind, rule in RULES.items()
}


def draw_step(data: st.DataObject, house: House, weights: dict[type[c.Command], int]) -> Step:
    """Mostly something that the rules allow now: blind chance would seldom get as far as an announcement."""
    facts = replace(house.registry.on_file, in_room=True)
    now = house.clock.now().utc

    def allowed(pair: tuple[Actor, c.Command]) -> bool:
        return isinstance(decide(house.state, Order(pair[1], pair[0], now, facts)), tuple)

    if data.draw(st.integers(0, 5)) == 5:
        kind = data.draw(st.sampled_from(list(RULES)))
        actor, command = data.draw(st.sampled_from(EVERYBODY)), data.draw(st.sampled_from(COMMANDS[kind]))
    else:
        possible = [kind for kind in RULES if any(map(allowed, PAIRS[kind]))]
        kind = data.draw(st.sampled_from([kind for kind in possible for _ in range(weights[kind])]))
        actor, command = data.draw(st.sampled_from(list(filter(allowed, PAIRS[kind]))))
    luck = data.draw(st.integers(0, 29))
    name = command.id if isinstance(command, c.AskToSpeak) else fresh_id()  # a request is called by it
    return Step(actor, replace(command, id=name), in_room=luck != 2, disk_fails=luck == 1)


@dataclass
class Watch:
    """The simple model: for each poll the last choice of each member, and what must not change any more."""

    choices: dict[str, dict[str, str]] = field(default_factory=dict)
    entered: set[tuple[str, str, str]] = field(default_factory=set)
    closed: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = field(default_factory=dict)
    finished: dict[str, Poll] = field(default_factory=dict)
    elected: dict[str, Election] = field(default_factory=dict)
    keyed: dict[tuple[str, str, int], e.PaperKeyed] = field(default_factory=dict)

    def see(self, before: Meeting, entry: LedgerEntry, after: Meeting) -> None:
        """Look at one entry that happened."""
        for event in entry.events:
            match event:
                case e.MeetingConvened():
                    self.__init__()  # type: ignore[misc]  # another meeting, another ledger
                case e.PollOpened(poll=poll):
                    self.choices[poll] = {}
                case e.EntryAsked(poll=poll, member=who, choice=choice):
                    assert entry.actor.role is Role.CLERK
                    self.entered.add((poll, who, choice))
                case e.BallotCast():
                    self.see_ballot(before, entry.actor, event)
                case e.PaperKeyed(election=name, teller=teller, paper=paper):
                    assert entry.actor.member == teller
                    self.keyed[name, teller, paper] = event
                case e.KeyingDropped(election=name, teller=teller):
                    self.keyed = {key: by for key, by in self.keyed.items() if key[:2] != (name, teller)}
        self.see_floor(after)
        for name, now in after.polls.items():
            if name in before.polls and before.polls[name].state is not now.state:
                ways = {to for (state, _), to in NEXT.items() if state is before.polls[name].state}
                assert now.state in ways

    def see_floor(self, after: Meeting) -> None:
        """Who speaks is in the room of an open sitting; a guest stands on no roll."""
        if after.floor is not None:
            assert after.sitting is not None
            assert after.floor.member is None or after.floor.member in after.sitting.present()

    def see_ballot(self, before: Meeting, actor: Actor, event: e.BallotCast) -> None:
        """Only members vote, each for themselves; an entered choice had been asked for and was confirmed."""
        poll = before.polls[event.poll]
        assert poll.state is PollState.OPEN
        assert event.member in poll.present
        if event.by == "entered":
            assert actor.role is Role.CHAIR
            assert actor.person == before.gavel
            assert (event.poll, event.member, event.choice) in self.entered
        elif event.by == "spoken":
            assert actor.role is Role.CLERK
            assert event.member in poll.called
        else:
            assert actor.member == event.member
        self.choices[event.poll][event.member] = event.choice.value

    def agree(self, state: Meeting) -> None:
        """The real state says the same, and what was finished is as it was."""
        assert {p: {m: b.choice.value for m, b in cast.items()} for p, cast in state.ballots.items()} == self.choices
        for name, poll in state.polls.items():
            self.agree_on(state, name, poll)
        assert set(self.finished) <= set(state.polls)
        for election in state.elections.values():
            self.agree_on_election(election)

    def agree_on_election(self, election: Election) -> None:
        """The numbers follow from the papers that two tellers keyed alike; what has been told stays."""
        name, result = election.election, election.result
        if election.ended:
            told = replace(election, polls={})  # the vote that confirms its result comes after it
            assert self.elected.setdefault(name, told) == told
        if election.announced is not None:
            assert {w.part for w in election.confirmations} == {"clerk", "gavel"}
            assert len({w.person for w in election.confirmations}) == 2
            assert result is not None
        if result is None:
            return
        assert result.valid + result.invalid == result.collected <= result.issued
        assert all(sum(line.marks.values()) == result.valid for line in result.lines)
        readings: dict[str, dict[int, Any]] = {}
        for (of, teller, paper), keyed in self.keyed.items():
            if of == name:
                readings.setdefault(teller, {})[paper] = (keyed.marks, keyed.invalid)
        one, other = readings.values()
        assert one == other
        assert len(one) == result.collected
        for line in result.lines:
            yes = sum(marks.get(line.candidate) == "yes" for marks, invalid in one.values() if invalid is None)
            assert line.marks.get(Mark.YES, 0) == yes
            assert line.reached == (2 * yes > result.n)
            assert line.candidate not in result.chosen or line.reached

    def agree_on(self, state: Meeting, name: str, poll: Poll) -> None:
        """One poll: frozen when opened, its ballots when closed, all of it when finished."""
        if poll.opened is None:
            return
        frozen = (poll.n, poll.needed, poll.rule, poll.present, poll.subjects, poll.sitting, poll.opened)
        if not poll.running:
            ballots, was = self.closed.setdefault(name, (dict(state.ballots[name]), frozen))
            assert (state.ballots[name], frozen) == (ballots, was)
        if poll.state in {PollState.ANNOUNCED, PollState.VOID}:
            assert self.finished.setdefault(name, poll) == poll
        tally = count(poll, state.ballots[name])
        assert tally.for_ + tally.against + tally.abstain + tally.not_pressed == tally.present
        assert tally.present + tally.absent == tally.n == N
        assert min(tally.for_, tally.against, tally.abstain, tally.not_pressed, tally.absent) >= 0
        if poll.state is PollState.ANNOUNCED:
            assert poll.tally == tally
            assert poll.rule is not None
            share = Exact(poll.rule.numerator, poll.rule.denominator)
            enough = Exact(tally.for_, N) > share if poll.rule.strict else Exact(tally.for_, N) >= share
            assert poll.adopted == enough == (tally.for_ >= poll.needed)
            assert {w.part for w in poll.confirmations} == {"clerk", "gavel"}
            assert len({w.person for w in poll.confirmations}) == 2
        assert poll.repeats is None or poll.repeats in state.polls


def play(house: House, watch: Watch, step: Step) -> None:
    """One step, with everything that must hold after it."""
    actor, command, in_room, disk_fails = step
    before, head, length = house.state, house.chamber.head, len(house.memory.entries)
    house.memory.broken = disk_fails
    answer = house.send(command, actor, in_room=in_room).answer
    house.memory.broken = False
    assert answer is not None
    if isinstance(answer, Refusal):
        assert house.state is before
        assert house.chamber.head == head
        assert len(house.memory.entries) == length
        return
    entries = [sealed.entry for sealed in house.memory.entries[length:]]
    seen = before
    for entry in entries:
        after = replay(seen, [(event, entry.time) for event in entry.events])
        watch.see(seen, entry, after)
        seen = after
    assert seen == house.state
    watch.agree(house.state)


def tellers_elected(house: House) -> None:
    """An election whose ballots may be handed out: by chance alone hardly anybody comes so far."""
    elections.drafted(house)
    accepted(house.give(CHAIR, c.OpenNominations, election="b1"))
    elections.vote(house, "list", yes=4)
    accepted(house.give(CHAIR, c.CloseList, election="b1"))
    accepted(house.give(CLERK, c.ProposeTellers, election="b1", tellers=TELLERS))
    elections.vote(house, "tellers", yes=4)
    accepted(house.give(CHAIR, c.ElectTellers, election="b1"))


# Making 80 steps fewer takes minutes and seldom helps; the steps that failed are printed as they are.
@settings(max_examples=settings().max_examples // 2, phases=[Phase.generate])
@given(st.data(), st.sampled_from(sorted(WEIGHTS)), st.integers(0, 80))
def test_whatever_is_commanded_the_rules_of_the_hall_hold(data: st.DataObject, where: str, power_cut: int) -> None:
    house, watch = convene(House.of(N)), Watch()
    if where != "convened":
        sit(house, present=4)
    if where == "electing":
        tellers_elected(house)
        watch.choices = {name: dict.fromkeys(MEMBERS[:4], "for") for name in house.state.polls}
    for i in range(80):
        if i == power_cut:
            state, house = house.state, house.restarted()
            assert house.state == state
        house.clock.advance(1)
        play(house, watch, draw_step(data, house, WEIGHTS[where]))
    ledger = house.state.ledger
    rows = list(house.ledger.rows(ledger))
    found = verify(rows, HashSigner().check)
    assert found.bad is None
    assert found.head == house.chamber.head
    happened = [(event, entry.time) for entry in read(body for *_, body in rows) for event in entry.events]
    assert replay(Meeting(), happened) == house.state
    assert house.restarted().state == house.state
