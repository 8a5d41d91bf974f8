"""How the minutes speak: numbers, times and sentences in one language, as the official layout writes them.

Times are those of the hall, +07:00: `08 giờ 30`, `18/12/2026`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from appliance.core import minutes as m
from appliance.core import minutes_debate as debate
from appliance.core.ballot_marks import Mark, choices
from appliance.core.ballot_paper import Method
from appliance.core.election_result import deciding
from appliance.core.events import PersonResult
from appliance.core.minutes_elections import ElectionMinutes
from appliance.core.people import MemberFacts
from appliance.core.sentence import legal_sentence, not_voting, percent
from appliance.server.words import Language, Words

HALL_TIME: Final = timezone(timedelta(hours=7))
_COUNCIL: Final = "Hội đồng nhân dân"
_KINDS: Final = ("xã", "phường", "đặc khu")
_NO_ANSWER: Final = {
    Method.ELECTRONIC: "not_pressed",
    Method.HANDS: "not_raised",
    Method.PAPER: "not_handed_in",
    Method.ROLL_CALL: "not_answered",
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """One row of a vote's table: what, how many, and the share of N where the law speaks of one."""

    label: str
    count: int
    percent: str = ""


@dataclass(frozen=True, slots=True)
class MinutesText:
    """The template's mouth: everything it prints comes from here or straight from the Minutes."""

    words: Words
    language: Language

    def say(self, key: str, **values: object) -> str:
        """A sentence of the `minutes` namespace."""
        return self.words.say(self.language, f"minutes.{key}", **values)

    def printed(self, key: str, **values: object) -> str:
        """A sentence that the printed papers have too."""
        return self.words.say(self.language, f"print.{key}", **values)

    def time(self, when: m.When | None) -> str:
        """`08 giờ 30`, with a star when doubtful; dots when it has not come yet."""
        if when is None:
            return "……"
        local = when.time.astimezone(HALL_TIME)
        return self.say("time", hour=f"{local:%H}", minute=f"{local:%M}") + ("*" if when.doubtful else "")

    def date(self, when: m.When) -> str:
        """`18/12/2026`."""
        return f"{when.time.astimezone(HALL_TIME):%d/%m/%Y}"

    def time_date(self, when: m.When) -> str:
        """`08 giờ 30, ngày 18/12/2026`."""
        return self.say("time_date", time=self.time(when), date=self.date(when))

    def place_date(self, minutes: m.Minutes) -> str:
        """`Hồng Mẫu, ngày 18 tháng 12 năm 2026`: a leading 0 for days below 10 and for January and February."""
        when = minutes.closed or (minutes.sittings[-1].opened if minutes.sittings else minutes.convened)
        local: datetime = when.time.astimezone(HALL_TIME)
        month = f"{local.month:02}" if local.month < 3 else str(local.month)
        return self.say("place_date", place=where(minutes.council), day=f"{local:%d}", month=month, year=local.year)

    def span(self, since: m.When, until: m.When | None) -> str:
        """`từ 14 giờ 00 đến 14 giờ 20`."""
        if until is None:
            return self.say("from", since=self.time(since))
        return self.say("from_to", since=self.time(since), until=self.time(until))

    def sitting(self, sitting: m.SittingMinutes, number: int) -> str:
        """The sitting's own name, or its number."""
        return sitting.name or self.say("sitting", number=number)

    def stays(self, line: m.Attendance) -> tuple[str, ...]:
        """Every in and out of one member."""
        here = self.say("still_here")
        return tuple(
            self.say("stay", since=self.time(since), until=self.time(until) if until else here)
            for since, until in line.stays
        )

    def notes(self, line: m.Attendance) -> str:
        """What stands in the roll's last column."""
        notes = [self.say("note_late")] if line.late else []
        notes += [self.say("note_early")] if line.left_early else []
        if not line.attended:
            notes.append(self.say(f"note_{absence(line)}"))
        return ", ".join(notes)

    def attendance(self, sitting: m.SittingMinutes) -> str:
        """The numbers of one sitting's roll in one line."""
        kinds = [absence(line) for line in sitting.absent]
        return self.say(
            "attendance",
            n=sitting.n,
            attended=sitting.attended,
            absent=len(kinds),
            excused=kinds.count("excused"),
            unexcused=kinds.count("unexcused"),
            unknown=kinds.count("unknown"),
        )

    def vote(self, record: m.Record, number: int) -> str:
        """The title of one record: the vote's number, and in a bloc which of its questions this is."""
        if record.parts == 1:
            return self.say("vote", number=number)
        return self.say("vote_in_bloc", number=number, part=record.part, parts=record.parts)

    def items(self, poll: m.PollMinutes, numbers: dict[str, str]) -> str:
        """The numbers of the agenda items that one vote was on: `20, 21`."""
        return ", ".join(dict.fromkeys(numbers[subject.item] for subject in poll.subjects))

    def numbers(self, poll: m.PollMinutes) -> tuple[Numbers, ...]:
        """The table of an announced vote; empty before."""
        tally = poll.tally
        if tally is None:
            return ()

        def row(key: str, count: int, *, share: bool = False) -> Numbers:
            comma = self.words.say(self.language, "sentence.comma")
            told = self.say("percent", value=percent(count, tally.n, comma)) if share else ""
            return Numbers(self.say(key), count, told)

        return (
            row("n", tally.n),
            row("present", tally.present),
            row("absent", tally.absent),
            row("took_part", tally.present - tally.not_pressed),
            row("for", tally.for_, share=True),
            row("against", tally.against, share=True),
            row("not_voting", not_voting(tally), share=True),
            row("abstain", tally.abstain),
            row(_NO_ANSWER[poll.method], tally.not_pressed),
        )

    @staticmethod
    def marks(election: ElectionMinutes) -> tuple[Mark, ...]:
        """The columns of a count, in the order of the boxes on the ballot (the ledger sorts them by name)."""
        return (*choices(election.kind), Mark.SPOILED)

    def share(self, election: ElectionMinutes, line: PersonResult) -> str:
        """Of N, of the mark that decides: `88,89 %`."""
        comma = self.words.say(self.language, "sentence.comma")
        return self.say("percent", value=percent(line.marks.get(deciding(election.kind), 0), election.n, comma))

    def legal(self, poll: m.PollMinutes) -> str:
        """The sentence that the chair spoke."""
        if poll.tally is None or poll.adopted is None:
            return ""
        sentences = self.words.namespace(self.language, "sentence")
        return legal_sentence(poll.tally, poll.adopted, poll.matter, sentences)

    def afterwards(self, poll: m.PollMinutes) -> str:
        """That a vote was entered afterwards, and why; empty for all others."""
        if poll.taken is None:
            return ""
        local = poll.taken.astimezone(HALL_TIME)
        taken = self.say("time", hour=f"{local:%H}", minute=f"{local:%M}")
        key = "entered_after" if poll.tally is not None else "entered_after_waiting"
        return self.say(key, taken=taken, time=self.time(poll.opened), reason=poll.past_reason)

    def speech(self, speech: m.Speech) -> str:
        """Who spoke, for what, from when to when; and that their time was up."""
        kind = self.say(f"speech_{speech.kind}") if speech.kind is not None else ""
        span = self.span(speech.since, speech.until) + (self.say("speech_over") if speech.overran else "")
        key = "speech_kind" if kind else "speech"
        return self.say(key, name=full_name(speech), kind=kind, span=span)

    def unheard(self, asked: debate.Unheard) -> str:
        """Who asked to speak in vain, and why."""
        why = self.say("unheard_declined", reason=asked.reason) if asked.declined else ""
        kind = self.say(f"speech_{asked.kind}")
        return self.say("unheard_one", name=asked.name, kind=kind, time=self.time(asked.asked)) + why

    def question(self, asked: debate.Asked) -> str:
        """A question of a round, and what became of it."""
        key = "question_written" if asked.in_writing else "question_open"
        told = self.say("question_answered", time=self.time(asked.answered)) if asked.answered else self.say(key)
        slip = asked.slip
        return self.say("question_put", name=slip.name, addressee=slip.addressee, title=slip.title) + " " + told

    def pledge(self, pledge: debate.PledgeMinutes) -> str:
        """What was promised, until when; struck out or not."""
        by = self.say("pledge_by", date=f"{pledge.deadline:%d/%m/%Y}") if pledge.deadline else self.say("pledge_no_day")
        told = self.say(f"pledge_{pledge.kind}", who=pledge.who, what=pledge.what) + by
        return told + (self.say("pledge_withdrawn", reason=pledge.withdrawn) if pledge.withdrawn is not None else "")

    def entries(self, poll: m.PollMinutes) -> str:
        """Where the ledger has this vote."""
        told = poll.announced or poll.voided
        key = "ledger_told" if poll.announced else "ledger_void"
        return self.say(
            "ledger_lines",
            opened=poll.opened.seq,
            closed=self.say("ledger_closed", seq=poll.closed.seq) if poll.closed else "",
            told=self.say(key, seq=told.seq) if told else "",
        )


def absence(line: m.Attendance) -> str:
    """How an absence is noted: excused, unexcused, or unknown."""
    return {True: "excused", False: "unexcused", None: "unknown"}[line.excused]


def full_name(facts: MemberFacts | m.Speech) -> str:
    """A member as the minutes name them: with the office, where there is one."""
    return f"{facts.name} ({facts.office})" if facts.office else facts.name


def body_lines(council: str) -> tuple[str, str]:
    """The issuing body's two lines in capitals: HỘI ĐỒNG NHÂN DÂN / XÃ …"""
    if council.casefold().startswith(_COUNCIL.casefold()):
        return _COUNCIL.upper(), council[len(_COUNCIL) :].strip().upper()
    return council.upper(), ""


def where(council: str) -> str:
    """The place name that a document is dated from: `Hồng Mẫu` for `Hội đồng nhân dân xã Hồng Mẫu`."""
    rest = council[len(_COUNCIL) :].strip() if council.casefold().startswith(_COUNCIL.casefold()) else council
    rest = rest.split(",")[0].strip()
    for kind in _KINDS:
        if rest.casefold().startswith(kind + " "):
            return rest[len(kind) :].strip()
    return rest
