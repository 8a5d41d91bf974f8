"""Meetings at random for the minutes: plausible commands given through the real door, the refused too."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.adapters.memory import HashSigner, InlineWriter, ManualClock, MemoryFacts, MemoryLedger
from appliance.core import commands as c
from appliance.core.ballot_paper import Choice, Matter, Method, Subject
from appliance.core.people import Actor, MemberFacts, Role
from appliance.core.profile import Majority, RuleProfile
from appliance.core.scene import Scene, SceneKind
from appliance.core.speech import SpeechKind
from appliance.core.state import Facts, Item, Poll
from appliance.services.answers import Accepted, Answer
from appliance.services.chamber import SYSTEM, Chamber

ROOT = Path(__file__).parents[2]
PROFILE = msgspec.toml.decode((ROOT / "appliance" / "rules.toml").read_bytes(), type=RuleProfile)
CHAIR = Actor(role=Role.CHAIR, person="chair", member="m00")
DEPUTY = Actor(role=Role.CHAIR, person="deputy")
CLERK = Actor(role=Role.CLERK, person="clerk")
PANELS = Actor(role=Role.PANELS, person="panels")
SEAL = {
    "ledger": "0" * 32,
    "take": "20261218T010000Z-s1-abcd",
    "lines": 3,
    "segments": 2,
    "milliseconds": 8_400,
    "head": "ab" * 32,
    "key": "cd" * 32,
    "signature": "ef" * 64,
}
CHOICES = [Choice.FOR] * 4 + [Choice.AGAINST, Choice.ABSTAIN]


@dataclass
class RandomMeeting:
    """A chamber in memory and dice that decide what is tried next."""

    dice: random.Random
    n: int
    store: MemoryLedger = field(default_factory=MemoryLedger)
    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        roster = tuple(MemberFacts(member=f"m{i:02}", name=f"Đại biểu {i}", seat=f"{i:02}") for i in range(self.n))
        facts = Facts(
            council="HỘI ĐỒNG NHÂN DÂN XÃ THỬ",
            term="Khóa II",
            profile=PROFILE,
            roster=roster,
            chairs={"chair": "Chủ tịch", "deputy": "Phó Chủ tịch"},
        )
        self.members = [facts.member for facts in roster]
        writer = InlineWriter(self.store)
        self.chamber = Chamber(self.store, writer, MemoryFacts(facts), self.clock, HashSigner())
        self.given = 0

    def give(self, command: Callable[..., c.Command], actor: Actor, **fields: object) -> bool:
        """Give one command; tells whether it was accepted."""
        self.given += 1
        answers: list[Answer] = []
        self.chamber.handle(command(id=f"{self.given:032x}", **fields), actor, answers.append, in_room=True)
        return isinstance(answers[0], Accepted)

    def bodies(self) -> list[bytes]:
        """The entries as they are stored."""
        return [sealed.body for sealed in self.store.entries]

    def play(self, steps: int) -> None:
        """Convene, and let the dice go on."""
        self.give(c.ConveneMeeting, CLERK, title="Kỳ họp thử")
        for number in range(1, 4):
            self.give(c.AddItem, CLERK, item=f"i{number}", number=str(number), title=f"Nội dung {number}")
        self.give(c.OpenSitting, CHAIR)
        acts = [
            self.roll,
            self.roll,
            self.agenda,
            self.poll,
            self.poll,
            self.ballots,
            self.ballots,
            self.result,
            self.floor,
            self.debate,
            self.changes,
            self.beside,
        ]
        for _ in range(steps):
            self.clock.advance(self.dice.choice([0.5, 7, 60, 400]))
            if self.dice.random() < 0.02:
                self.clock.step(self.dice.choice([-3600, 7200]))
            self.dice.choice(acts)()

    def _gavel(self) -> Actor:
        return DEPUTY if self.chamber.durable.gavel == "deputy" else CHAIR

    def _member(self) -> str:
        return self.dice.choice(self.members)

    def _poll(self, of: Callable[[Poll], bool]) -> str:
        found = [p.poll for p in self.chamber.durable.polls.values() if of(p)]
        return self.dice.choice(found) if found else "none"

    def _items(self) -> list[Item]:
        return list(self.chamber.durable.items.values())

    def roll(self) -> None:
        """People come and go."""
        member = self._member()
        match self.dice.randrange(9):
            case 0 | 1 | 2:
                self.give(c.CheckIn, CLERK, member=member)
            case 3:
                self.give(c.CheckIn, Actor(role=Role.DELEGATE, person=member, member=member))
            case 4:
                self.give(c.CheckIn, Actor(role=Role.PANELS, person="panels", member=member))
                self.give(c.ConfirmCheckIn, CLERK, member=member)
            case 5:
                self.give(c.CheckOut, CLERK, member=member)
            case 6:
                self.give(c.MarkAbsent, CLERK, member=member, excused=self.dice.random() < 0.5)
            case _:
                for each in self.members[self.dice.randrange(2) :]:
                    self.give(c.CheckIn, CLERK, member=each)

    def agenda(self) -> None:
        """The meeting goes on, breaks off, goes private."""
        match self.dice.randrange(6):
            case 0 | 1:
                self.give(c.StartItem, self._gavel(), item=self.dice.choice(self._items()).item)
            case 2:
                scope = self.dice.choice(["sitting", "item"])
                self.give(c.GoPrivate, self._gavel(), scope=scope)
            case 3:
                self.give(c.GoPublic, self._gavel())
            case 4:
                if self.give(c.CloseSitting, self._gavel()) and self.dice.random() < 0.3:
                    self.give(c.StartItem, self._gavel(), item=self.dice.choice(self._items()).item)
                self.give(c.OpenSitting, self.dice.choice([CHAIR, DEPUTY]))
            case _:
                self.give(c.HandGavel, CHAIR, to=self.dice.choice(["chair", "deputy"]))

    def floor(self) -> None:
        """Somebody speaks, or has spoken; the recorder seals how far it is."""
        match self.dice.randrange(4):
            case 0 | 1:
                self.give(c.GiveFloor, self._gavel(), member=self._member())
            case 2:
                self.give(c.GiveFloor, self._gavel(), guest="Ông Khách Mời")
            case _:
                self.give(c.EndFloor, self._gavel())
        if self.dice.random() < 0.2:
            self.give(c.SealRecording, SYSTEM, **SEAL)

    def debate(self) -> None:
        """Members ask, the chair orders, declines and calls; some hand their words in."""
        member = self._member()
        delegate = Actor(role=Role.DELEGATE, person=member, member=member)
        waiting = list(self.chamber.durable.speakers.order)
        self.give(c.AskToSpeak, delegate, kind=self.dice.choice(list(SpeechKind)), note="Về điều 2")
        if waiting:
            request = self.dice.choice(waiting)
            match self.dice.randrange(5):
                case 0:
                    self.give(c.OrderSpeakers, self._gavel(), requests=(request,))
                case 1:
                    self.give(c.DeclineRequest, self._gavel(), request=request)
                case 2:
                    self.give(c.WithdrawRequest, delegate, request=request)
                case _:
                    self.give(c.GiveFloor, self._gavel(), request=request)
        if self.dice.random() < 0.3:
            self.give(c.HandInText, delegate, text="Tôi tán thành.")

    def changes(self) -> None:
        """The agenda does not stay as it was printed."""
        item = self.dice.choice(self._items())
        match self.dice.randrange(6):
            case 0:
                self.give(c.AddItem, CLERK, item=f"i{len(self._items()) + 1}", title="Bổ sung", after=item.item)
            case 1:
                self.give(c.EditItem, CLERK, item=item.item, seen=item.revision, title="Tên khác", number=item.number)
            case 2:
                self.give(c.MoveItem, CLERK, item=item.item, after=self.dice.choice(self._items()).item)
            case 3:
                self.give(c.PostponeItem, self._gavel(), item=item.item, reason="chưa đủ hồ sơ")
            case _:
                self.give(c.RestoreItem, CLERK, item=item.item)

    def beside(self) -> None:
        """What stands among no votes: a show of opinion, a scene on the wall; and a promise."""
        member = self._member()
        delegate = Actor(role=Role.DELEGATE, person=member, member=member)
        self.give(c.StartStraw, self._gavel(), question="Nghỉ giải lao?")
        self.give(c.AnswerStraw, delegate, straw=f"t{self.chamber.durable.straws}", answer="yes")
        self.give(c.EndStraw, self._gavel())
        self.give(c.ShowOnHall, CLERK, scene=Scene(SceneKind.MESSAGE, "Giải lao 15 phút"))
        self.give(c.MakePledge, CLERK, pledge=f"h{self.given}", who="Phòng Kinh tế", what="Thu gom rác")

    def poll(self) -> None:
        """A question is prepared and put."""
        if self.dice.random() < 0.3:
            self.give(
                c.RepeatPoll,
                self._gavel(),
                poll=self._poll(lambda p: p.announced is not None or bool(p.void_reason)),
                reason="sai tên gọi",
            )
        else:
            first, *rest = self.dice.sample(self._items(), self.dice.choice([1, 1, 1, 2]))
            self.give(
                c.DraftPoll,
                CLERK,
                item=first.item,
                question="Thông qua?",
                bloc=tuple(Subject(item=i.item, question="Và?") for i in rest),
                matter=self.dice.choice(list(Matter)),
                majority=self.dice.choice(list(Majority)),
                method=self.dice.choice([Method.ELECTRONIC, Method.ELECTRONIC, Method.HANDS, Method.ROLL_CALL]),
                show_names=self.dice.random() < 0.5,
            )
        draft = self._poll(lambda p: p.state == "draft")
        self.give(c.OpenPoll, self._gavel(), poll=draft, override_quorum=self.dice.random() < 0.8)

    def ballots(self) -> None:
        """Members press, change their minds, speak their choice; hands are counted."""
        running = self._poll(lambda p: p.running)
        for _ in range(self.dice.randrange(2 * self.n)):
            member, choice = self._member(), self.dice.choice(CHOICES)
            role = self.dice.choice([Role.DELEGATE, Role.PANELS])
            self.give(c.CastBallot, Actor(role=role, person=member, member=member), poll=running, choice=choice)
        member = self._member()
        entry = {"poll": running, "member": member}
        self.give(c.EnterForMember, CLERK, **entry, choice=self.dice.choice(CHOICES), reason="hộp bấm hỏng")
        self.give(self.dice.choice([c.ConfirmEntry, c.ConfirmEntry, c.RejectEntry]), self._gavel(), **entry)
        self.give(c.CallName, self._gavel(), **entry)
        self.give(c.EnterSpoken, CLERK, **entry, choice=self.dice.choice(CHOICES))
        counts = {k: self.dice.randrange(self.n // 2 + 1) for k in ("for_", "against", "abstain")}
        self.give(c.EnterCounts, CLERK, poll=running, **counts)
        if self.dice.random() < 0.2:
            self.give(c.HoldPoll, self._gavel(), poll=running)
            self.give(c.ResumePoll, self._gavel(), poll=running)

    def result(self) -> None:
        """The poll is closed, by hand or by the timer, and told or void; another is entered afterwards."""
        if self.dice.random() < 0.2:
            present = self.dice.randrange(1, self.n + 1)
            self.give(
                c.EnterPastPoll,
                CLERK,
                item=self.dice.choice(self._items()).item,
                question="Thông qua?",
                reason="mất điện",
                taken=self.chamber.durable.sittings[-1].opened,
                method="hands",
                present=present,
                for_=present,
                against=0,
                abstain=0,
            )
        unfinished = self._poll(lambda p: p.unfinished)
        self.give(c.ClosePoll, self.dice.choice([self._gavel(), SYSTEM]), poll=unfinished)
        if self.dice.random() < 0.2:
            self.give(c.VoidPoll, self._gavel(), poll=unfinished, reason="câu hỏi sai")
        self.give(c.ConfirmPoll, CLERK, poll=unfinished)
        self.give(c.ConfirmPoll, self._gavel(), poll=unfinished)
        if self.dice.random() < 0.8:
            self.give(c.AnnouncePoll, self._gavel(), poll=unfinished)
