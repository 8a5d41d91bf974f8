"""What may be told of a poll, and to whom: the secrecy of the vote is kept here. Pure.

Until a poll is closed nobody sees another's choice, only n of N. From *closed* on the clerk and the
gavel holder see the result, because they confirm it; all others from *announced* on. Names go to the
hall only for electronic polls whose council shows them; a void poll shows no result to anyone.
"""

from collections.abc import Callable, Mapping

from appliance.core.majority import adopted, count
from appliance.core.questions import parts_of
from appliance.core.scene import SceneKind
from appliance.core.script import poll_on_the_table
from appliance.core.sentence import legal_sentence, not_voting, percent
from appliance.core.state import Meeting, Poll, PollState, Sitting, Standing
from appliance.server.live import votes
from appliance.server.live.audiences import DESK, INSIDERS, Around, Audience
from appliance.server.live.sections import iso
from appliance.server.view import (
    BallotView,
    EntryView,
    MineView,
    NamedChoice,
    PollView,
    ProgressView,
    ResultView,
    Sentence,
)

SentenceWords = Mapping[str, Mapping[str, str]]
"""Language -> the flat `sentence` words."""


class Polls:
    """Builds everything that is told about polls; holds the words of the legal sentence and nothing else."""

    def __init__(self, words: SentenceWords) -> None:
        self._words = words

    def on_the_table(self, state: Meeting, around: Around, audience: Audience) -> PollView | None:
        """The poll the hall looks at, as this audience may see it."""
        poll = poll_on_the_table(state)
        if audience is Audience.HALL and state.hall.shown.kind is SceneKind.POLL:
            poll = _told_last(state) or poll
        return None if poll is None else self.one(poll, state, around, audience)

    def all(self, state: Meeting, around: Around, audience: Audience) -> tuple[PollView, ...]:
        """Every poll of the meeting, for the desk; names only with the one on the table, or a long day's list
        would grow by the whole council with each poll."""
        return tuple(self.one(poll, state, around, audience, names=False) for poll in state.polls.values())

    def one(self, poll: Poll, state: Meeting, around: Around, audience: Audience, *, names: bool = True) -> PollView:
        """One poll as this audience may see it."""
        return PollView(
            poll=poll.poll,
            state=poll.state,
            subjects=poll.subjects,
            matter=poll.matter,
            majority=poll.majority,
            method=poll.method,
            seconds=poll.seconds,
            needed=poll.needed,
            n=poll.n,
            present=poll.present_number,
            remaining_ms=around.remaining_ms(poll.poll) if poll.running else None,
            show_names=poll.show_names,
            change_allowed=poll.change_allowed,
            quorum_overridden=poll.quorum_overridden,
            repeats=poll.repeats,
            repeat_reason=poll.repeat_reason,
            void_reason=poll.void_reason,
            opened=iso(poll.opened) if poll.opened else None,
            closed=iso(poll.closed) if poll.closed else None,
            closed_how=poll.closed_how,
            announced=iso(poll.announced) if poll.announced else None,
            confirmed_by=tuple(c.part for c in poll.confirmations),
            counts_entered=poll.counts is not None,
            part_of=poll.part_of,
            parts=tuple(part.poll for part in parts_of(state, poll.poll)),
            revision=poll.revision,
            taken=iso(poll.taken) if poll.taken else None,
            past_reason=poll.past_reason,
            lapsed=_lapsed(poll, state) if audience in INSIDERS else None,
            result=self._result(poll, state, audience, names=names) if may_see_result(poll, audience) else None,
        )

    def _result(self, poll: Poll, state: Meeting, audience: Audience, *, names: bool) -> ResultView | None:
        if poll.method.counted and poll.counts is None:
            return None
        tally = poll.tally or count(poll, state.ballots.get(poll.poll, {}))
        passed = adopted(poll, tally) if poll.adopted is None else poll.adopted
        vi, en = self._words["vi"], self._words["en"]
        comma = vi["comma"]
        return ResultView(
            tally=tally,
            adopted=passed,
            percent_for=percent(tally.for_, tally.n, comma),
            percent_against=percent(tally.against, tally.n, comma),
            percent_not_voting=percent(not_voting(tally), tally.n, comma),
            sentence=Sentence(
                legal_sentence(tally, passed, poll.matter, vi), legal_sentence(tally, passed, poll.matter, en)
            ),
            names=_names(poll, state) if names and may_see_names(poll, audience) else None,
            groups=votes.by_group(poll, state) if may_see_names(poll, audience) else None,
        )


def _told_last(state: Meeting) -> Poll | None:
    """The latest result that was announced, whatever item the meeting has gone on to."""
    told = [state.polls[name] for name in state.ballots if state.polls[name].state is PollState.ANNOUNCED]
    return told[-1] if told and state.running_poll is None else None


def may_see_result(poll: Poll, audience: Audience) -> bool:
    """From *closed* on for clerk and gavel holder, from *announced* on for all."""
    if poll.state is PollState.ANNOUNCED:
        return True
    return audience in INSIDERS and poll.state in {PollState.CLOSED, PollState.CONFIRMED}


def may_see_names(poll: Poll, audience: Audience) -> bool:
    """Who voted how: only by device, only where the result may be seen, in the hall only if the council says so."""
    if poll.method.counted or not may_see_result(poll, audience):
        return False
    return audience in INSIDERS or poll.show_names


def _names(poll: Poll, state: Meeting) -> tuple[NamedChoice, ...]:
    sitting = _sitting_of(poll, state)
    ballots = state.ballots.get(poll.poll, {})
    return tuple(
        NamedChoice(
            member=member,
            name=facts.name,
            seat=facts.seat,
            choice=ballots[member].choice if member in ballots else None,
        )
        for member, facts in sitting.members.items()
        if member in poll.present
    )


def _lapsed(poll: Poll, state: Meeting) -> tuple[EntryView, ...]:
    members = _sitting_of(poll, state).members if poll.lapsed else {}
    return tuple(
        EntryView(poll=poll.poll, member=member, name=members[member].name, choice=entry.choice, reason=entry.reason)
        for member, entry in poll.lapsed.items()
    )


def _sitting_of(poll: Poll, state: Meeting) -> Sitting:
    return next((s for s in state.sittings if s.sitting == poll.sitting), state.sittings[-1])


def progress(state: Meeting, around: Around, audience: Audience) -> ProgressView | None:
    """n of N pressed while a poll by device runs; who is still missing, for the desk only."""
    poll = state.running_poll
    if poll is None or poll.method.counted:
        return None
    ballots = state.ballots.get(poll.poll, {})
    waiting = None
    if audience in DESK:
        waiting = tuple(m for m in _sitting_of(poll, state).members if m in poll.present and m not in ballots)
    return ProgressView(poll=poll.poll, pressed=len(ballots), present=len(poll.present), waiting=waiting)


def mine_of(state: Meeting) -> Callable[[str], MineView | None]:
    """Builds one member's own section; None for somebody who is in no roll."""
    last = state.sittings[-1] if state.sittings else None
    poll = poll_on_the_table(state)
    ballots = state.ballots.get(poll.poll, {}) if poll is not None else {}
    entitled = poll.present if poll is not None and poll.running else frozenset[str]()
    straw = state.straw

    def mine(member: str) -> MineView | None:
        facts = last.members.get(member) if last is not None else None
        if last is None or facts is None:
            return None
        standing = last.roll[member].standing if last.closed is None else None
        ballot = ballots.get(member)
        return MineView(
            member=member,
            name=facts.name,
            seat=facts.seat,
            standing=standing,
            entitled=standing is Standing.PRESENT and member in entitled,
            ballot=BallotView(poll.poll, ballot.choice) if poll is not None and ballot is not None else None,
            straw=straw.answers[member].answer if straw is not None and member in straw.answers else None,
        )

    return mine
