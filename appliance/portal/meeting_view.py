"""What a meeting's page shows, made from the public record and the video's description: pure."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from appliance.core.broadcast import Sentences, sentences_of
from appliance.core.election_result import deciding
from appliance.core.events import Tally
from appliance.core.public_record import At, PublicBallot, PublicElection, PublicItem, PublicPoll, PublicRecord
from appliance.core.sentence import not_voting
from appliance.portal.texts import Texts, position
from appliance.portal.video import Chapter, Video


class Jump(Struct, frozen=True):
    """A moment of the video that a link leads to."""

    anchor: str
    """`item=i20`, `poll=nq1`, `speaker=m03-41`: behind the # of the page's address."""
    start: float
    end: float
    position: str
    """`1:02:05`."""
    file: str | None
    """The same moment in an MP4, for a browser without scripts."""
    clamped: bool


class Line(Struct, frozen=True):
    """A line of the agenda: an item, or below it a speech or a vote."""

    kind: str
    id: str
    number: str
    title: str
    note: str
    clock: str
    jump: Jump | None
    within: tuple["Line", ...] = ()
    part: bool = False
    """Of the item above it."""
    off: str = ""
    """That it was withdrawn or postponed, and why."""


class Vote(Struct, frozen=True):
    """A vote with its result."""

    poll: str
    item: str
    question: str
    state: str
    adopted: bool | None
    sentence: str
    tally: Tally | None
    not_voting: int
    names: tuple[PublicBallot, ...]
    clock: str
    jump: Jump | None
    notes: tuple[str, ...] = ()
    """That it was on a part alone, or entered after an outage."""


class SecretVote(Struct, frozen=True):
    """A secret vote on persons: what is known of it, and each person's numbers once they are told."""

    election: str
    title: str
    note: str
    lines: tuple[tuple[str, str, bool], ...]
    """Name, numbers, whether the vote took hold of them."""


class MeetingView(Struct, frozen=True):
    """The page."""

    agenda: tuple[Line, ...]
    votes: tuple[Vote, ...]
    elections: tuple[SecretVote, ...]
    private: tuple[str, ...]
    """`Họp kín từ … đến …`: that it was so is public."""
    sittings: tuple[str, ...]
    gaps: tuple[int, float]


def meeting_view(record: PublicRecord, video: Video | None, texts: Texts, sentences: Sentences) -> MeetingView:
    """All that stands on the page, in one language."""
    gaps = video.gaps if video is not None else ()
    return MeetingView(
        agenda=tuple(_item(item, record, video, texts) for item in record.items),
        votes=tuple(_vote(p, record, video, texts, sentences) for p in record.polls if p.state in _TOLD),
        elections=tuple(_election(x, texts) for x in record.elections),
        private=tuple(_private(part.since, part.until, texts) for part in record.private),
        sittings=tuple(
            f"{s.name or texts.say('sitting')}: {texts.weekday(s.opened.time)}, "
            + _span(s.opened.time, s.closed.time if s.closed else None, texts)
            for s in record.sittings
        ),
        gaps=(len(gaps), sum(gap.seconds for gap in gaps)),
    )


def _election(election: PublicElection, texts: Texts) -> SecretVote:
    result = election.result
    note = texts.say(f"secret_{election.state}", reason=election.void_reason)
    if result is None:
        return SecretVote(election.election, election.title, note, ())
    mark = deciding(election.kind)
    people = {person.candidate: person for person in election.candidates}
    lines = tuple(
        (
            people[line.candidate].name,
            texts.say(f"secret_{mark.value}", number=line.marks.get(mark, 0), n=result.n),
            line.candidate in result.chosen,
        )
        for line in result.lines
    )
    note = texts.say("secret_numbers", collected=result.collected, valid=result.valid, needed=result.needed, n=result.n)
    return SecretVote(election.election, election.title, note, lines)


_TOLD = frozenset({"announced", "void", "away"})


def _item(item: PublicItem, record: PublicRecord, video: Video | None, texts: Texts) -> Line:
    within = [
        (s.since, _line("speaker", s.speaker, s.name, s.office, s.since, video, texts))
        for s in record.speakers
        if s.item == item.item
    ]
    within += [
        (p.opened, _line("poll", p.poll, p.subjects[0].question, _state(p, texts), p.opened, video, texts))
        for p in record.polls
        if p.subjects[0].item == item.item
    ]
    within.sort(key=lambda pair: pair[0].seq)
    note = texts.say("presenter", name=item.presenter) if item.presenter else ""
    off = texts.say(f"item_{item.off}", reason=item.reason or "…") if item.off is not None else ""
    began = item.started[0] if item.started else None
    return Line(
        kind="item",
        id=item.item,
        number=item.number,
        title=item.title,
        note=note,
        clock=texts.clock(began.time) if began else "",
        jump=_jump(video, "item", item.item),
        within=tuple(line for _, line in within),
        part=item.parent is not None,
        off=off,
    )


def _line(kind: str, name: str, title: str, note: str, at: At, video: Video | None, texts: Texts) -> Line:
    return Line(kind, name, "", title, note, texts.clock(at.time), _jump(video, kind, name))


def _vote(
    poll: PublicPoll, record: PublicRecord, video: Video | None, texts: Texts, sentences: Sentences
) -> Vote:  # fmt: skip
    number = next((i.number for i in record.items if i.item == poll.subjects[0].item), "")
    found: Mapping[str, str] = sentences_of(poll, sentences)
    return Vote(
        poll=poll.poll,
        item=number,
        question=poll.subjects[0].question,
        state=poll.state,
        adopted=poll.adopted if poll.state == "announced" else None,
        sentence=found.get(texts.language, _state(poll, texts)),
        tally=poll.tally if poll.state == "announced" else None,
        not_voting=not_voting(poll.tally) if poll.tally is not None else 0,
        names=(poll.names or ()) if poll.state == "announced" else (),
        clock=texts.clock((poll.announced or poll.opened).time),
        jump=_jump(video, "result", poll.poll) or _jump(video, "poll", poll.poll),
        notes=_notes(poll, texts),
    )


def _notes(poll: PublicPoll, texts: Texts) -> tuple[str, ...]:
    part = (texts.say("vote_part"),) if poll.part_of is not None else ()
    if poll.taken is None:
        return part
    return (*part, texts.say("vote_afterwards", taken=texts.clock(poll.taken), reason=poll.past_reason))


def _jump(video: Video | None, kind: str, name: str) -> Jump | None:
    found: Chapter | None = video.chapter(kind, name) if video is not None else None
    if found is None or video is None:
        return None
    file = video.in_file(found.start)
    return Jump(f"{kind}={name}", found.start, found.end, position(found.start), file, found.clamped)


def _state(poll: PublicPoll, texts: Texts) -> str:
    return texts.say(f"poll_{poll.state}")


def _private(since: At, until: At | None, texts: Texts) -> str:
    if until is None:
        return texts.say("private_open", since=texts.clock(since.time))
    return texts.say("private_note", since=texts.clock(since.time), until=texts.clock(until.time))


def _span(since: datetime, until: datetime | None, texts: Texts) -> str:
    return texts.clock(since) if until is None else f"{texts.clock(since)} - {texts.clock(until)}"
