"""What minutes say of a debate beside the speeches: who asked in vain, texts handed in, questions, pledges."""

from datetime import date

from msgspec import Struct

from appliance.core import events as e
from appliance.core.minutes_when import When
from appliance.core.slips import PledgeKind, SlipFacts
from appliance.core.speech import SpeechKind


class Unheard(Struct, frozen=True):
    """Asked to speak at an item, and never had the floor for it; `declined`: because the chair said no."""

    name: str
    kind: SpeechKind
    asked: When
    declined: bool = False
    reason: str = ""


class WrittenText(Struct, frozen=True):
    """A contribution in writing."""

    name: str
    text: str
    when: When


class Asked(Struct, frozen=True):
    """A question of a round: answered in the hall, or to be answered in writing."""

    slip: SlipFacts
    answered: When | None = None
    in_writing: bool = False


class QuestionRound(Struct, frozen=True):
    """A round of questions."""

    title: str
    since: When
    questions: tuple[Asked, ...] = ()
    until: When | None = None


class PledgeMinutes(Struct, frozen=True):
    """What was promised; `withdrawn`: why it was struck out again."""

    kind: PledgeKind
    who: str
    what: str
    when: When
    deadline: date | None = None
    withdrawn: str | None = None


class DebateRecord:
    """The debate at one agenda item in one sitting, while the minutes are read."""

    def __init__(self) -> None:
        self.requests: dict[str, Unheard] = {}
        self.texts: list[WrittenText] = []
        self.rounds: list[QuestionRound] = []


class DebateKeeper:
    """Follows requests, questions and pledges through a meeting. `read` is told where the meeting is."""

    def __init__(self) -> None:
        self.pledges: dict[str, PledgeMinutes] = {}
        self._asked_at: dict[str, DebateRecord] = {}
        self._round: DebateRecord | None = None
        self._of_slip: dict[str, DebateRecord] = {}
        self._slip_of: dict[str, str] = {}

    def read(self, event: e.Event, when: When, here: DebateRecord, names: dict[str, str]) -> None:
        """One event more."""
        match event:
            case e.SpeechAsked():
                name = names.get(event.member, event.member)
                here.requests[event.request] = Unheard(name, event.kind, when)
                self._asked_at[event.request] = here
            case e.RequestWithdrawn():
                self._done(event.request)
            case e.FloorGiven(request=str() as request):
                self._done(request)
            case e.RequestDeclined():
                at = self._asked_at[event.request].requests
                old = at[event.request]
                at[event.request] = Unheard(old.name, old.kind, old.asked, True, event.reason)
            case e.TextHandedIn():
                here.texts.append(WrittenText(event.name, event.text, when))
                if event.request is not None:
                    self._done(event.request)
            case _:
                self._questioning(event, when, here)

    def _done(self, request: str) -> None:
        self._asked_at[request].requests.pop(request, None)

    def _questioning(self, event: e.Event, when: When, here: DebateRecord) -> None:
        match event:
            case e.QuestioningStarted():
                here.rounds.append(QuestionRound(event.title, when, tuple(Asked(s) for s in event.slips)))
                self._round = here
                self._of_slip.update({slip.slip: here for slip in event.slips})
            case e.QuestioningEnded() if self._round is not None:
                last = self._round.rounds[-1]
                self._round.rounds[-1] = QuestionRound(last.title, last.since, last.questions, when)
            case e.QuestionAnswered():
                self._settle(event.slip, answered=when)
            case e.PledgeMade():
                self.pledges[event.pledge] = PledgeMinutes(event.kind, event.who, event.what, when, event.deadline)
                if event.kind is PledgeKind.WRITTEN_ANSWER and event.slip is not None:
                    self._slip_of[event.pledge] = event.slip
                    self._settle(event.slip, in_writing=True)
            case e.PledgeWithdrawn():
                p = self.pledges[event.pledge]
                self.pledges[event.pledge] = PledgeMinutes(p.kind, p.who, p.what, p.when, p.deadline, event.reason)
                if event.pledge in self._slip_of:
                    self._settle(self._slip_of[event.pledge])

    def _settle(self, slip: str, *, answered: When | None = None, in_writing: bool = False) -> None:
        at = self._of_slip.get(slip)
        if at is None:
            return
        last = at.rounds[-1]
        questions = tuple(Asked(q.slip, answered, in_writing) if q.slip.slip == slip else q for q in last.questions)
        at.rounds[-1] = QuestionRound(last.title, last.since, questions, last.until)
