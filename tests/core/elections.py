"""Builders for secret votes on paper: a hall with an election at any step, and papers keyed by two tellers."""

from typing import Any, TypeVar

from appliance.core import commands as c
from appliance.core.people import Actor
from appliance.core.profile import RuleProfile
from appliance.core.refusals import Refusal
from appliance.core.state import Election, ElectionState
from tests.house import CHAIR, CLERK, PROFILE, Hall, Takes, accepted, announce_poll, cast, convene, member, name_of, sit

T = TypeVar("T", bound=Takes)
STEPS = tuple(ElectionState)
HEAD, SECOND, THIRD = member(21), member(22), member(23)
TELLERS = [
    {"who": name_of(21), "name": "Trưởng ban", "part": "head"},
    {"who": name_of(22), "name": "Thư ký", "part": "secretary"},
    {"who": name_of(23), "name": "Ủy viên", "part": "member"},
]


def person(name: str, label: str | None = None, **fields: Any) -> dict[str, Any]:
    """A candidate."""
    return {"candidate": name, "name": label or f"Trần Thị Mẫu {name.upper()}", **fields}


def election(hall: Takes, name: str = "b1") -> Election:
    """The election as it stands."""
    return hall.state.elections[name]


def hall_of(n: int = 27, present: int = 25, profile: RuleProfile = PROFILE) -> Hall:
    """A hall in session at item i1."""
    return sit(convene(Hall.of(n, profile)), present=present)


def drafted(hall: T, *names: str, kind: str = "elect", seats: int = 1, **fields: Any) -> T:
    """An election b1 with these candidates."""
    accepted(
        hall.give(
            CLERK,
            c.DraftElection,
            election="b1",
            item="i1",
            kind=kind,
            office="Ủy viên Ủy ban nhân dân xã",
            seats=seats,
            candidates=[person(name) for name in names or ("a", "b")],
            **fields,
        )
    )
    return hall


def vote(hall: Takes, purpose: str, name: str = "b1", yes: int = 20) -> str:
    """The open vote that belongs to it, announced; returns the poll's name."""
    poll = f"{name}-{purpose}-{len(hall.state.polls)}"
    accepted(hall.give(CHAIR, c.DraftElectionPoll, election=name, purpose=purpose, poll=poll))
    accepted(hall.give(CHAIR, c.OpenPoll, poll=poll, override_quorum=True))
    announce_poll(cast(hall, yes=yes, poll=poll), poll)
    return poll


def ready(hall: T, name: str = "b1") -> T:
    """List closed and tellers elected."""
    if election(hall, name).state is ElectionState.DRAFTED:
        accepted(hall.give(CHAIR, c.OpenNominations, election=name))
    vote(hall, "list", name)
    accepted(hall.give(CHAIR, c.CloseList, election=name))
    if not election(hall, name).tellers:
        accepted(hall.give(CLERK, c.ProposeTellers, election=name, tellers=TELLERS))
        vote(hall, "tellers", name)
    accepted(hall.give(CHAIR, c.ElectTellers, election=name))
    return hall


def issuing(hall: T, name: str = "b1") -> T:
    """Ballots are being handed out, and nobody has noted how many."""
    accepted(hall.give(CHAIR, c.IssueBallots, election=name, override_quorum=True))
    return hall


def counting(hall: T, collected: int, name: str = "b1") -> T:
    """The box is open."""
    accepted(hall.give(CLERK, c.RecordIssued, election=name, issued=len(election(hall, name).present)))
    accepted(hall.give(CHAIR, c.CloseBox, election=name))
    accepted(hall.give(HEAD, c.OpenBox, election=name, collected=collected))
    return hall


def key(hall: T, papers: list[dict[str, str] | str], by: Actor, name: str = "b1") -> T:
    """One teller keys all papers: marks, or the reason why one is invalid."""
    for number, paper in enumerate(papers, 1):
        what = {"invalid": paper} if isinstance(paper, str) else {"marks": paper}
        accepted(hall.give(by, c.KeyPaper, election=name, paper=number, **what))
    return hall


def counted(hall: T, papers: list[dict[str, str] | str], name: str = "b1") -> T:
    """Both tellers keyed the same."""
    key(key(hall, papers, HEAD, name), papers, SECOND, name)
    accepted(hall.give(HEAD, c.FinishCount, election=name))
    return hall


def announced(hall: T, name: str = "b1") -> T:
    """Confirmed by both and told."""
    number = election(hall, name).count
    accepted(hall.give(CLERK, c.ConfirmElection, election=name, count=number))
    accepted(hall.give(CHAIR, c.ConfirmElection, election=name, count=number))
    accepted(hall.give(CHAIR, c.AnnounceElection, election=name))
    return hall


def elected(hall: T, papers: list[dict[str, str] | str], name: str = "b1") -> T:
    """The whole way from the list to the announcement."""
    return announced(counted(counting(issuing(ready(hall, name), name), len(papers), name), papers, name), name)


def papers_for(papers: int = 25, /, **yes: int) -> list[dict[str, str] | str]:
    """So many valid papers on which so many say yes to each, spread so that few papers choose many."""
    found: list[dict[str, str]] = [dict.fromkeys(yes, "no") for _ in range(papers)]
    for who, count in yes.items():
        for paper in sorted(found, key=lambda paper: list(paper.values()).count("yes"))[:count]:
            paper[who] = "yes"
    return list(found)


def unchanged(hall: Hall, actor: Actor, kind: type[c.Command], /, **fields: Any) -> Any:
    """A command that must be refused and change nothing; the code."""
    before, told = hall.state, len(hall.told)
    answer = hall.give(actor, kind, **fields)
    assert isinstance(answer, Refusal), f"accepted: {answer!r}"
    assert hall.state is before
    assert len(hall.told) == told
    return answer.code


B1: dict[str, Any] = {"election": "b1"}
WHY: dict[str, Any] = {**B1, "reason": "kiểm tra"}
EXAMPLES: dict[type[c.Command], dict[str, Any]] = {
    c.DraftElection: {**B1, "item": "i1", "kind": "elect", "office": "Chủ tịch"},
    c.OpenNominations: B1,
    c.NominateCandidate: {**B1, "candidate": person("c")},
    c.WithdrawCandidate: {**WHY, "candidate": "a"},
    c.ProposeTellers: {**B1, "tellers": TELLERS},
    c.DraftElectionPoll: {**B1, "purpose": "list"},
    c.CloseList: B1,
    c.ElectTellers: B1,
    c.IssueBallots: B1,
    c.RecordIssued: {**B1, "issued": 25},
    c.CloseBox: B1,
    c.OpenBox: {**B1, "collected": 25},
    c.KeyPaper: {**B1, "paper": 1, "invalid": "signed"},
    c.ReplaceKeyed: {**B1, "paper": 1, "invalid": "signed"},
    c.DropKeying: {**WHY, "teller": "m22"},
    c.FinishCount: B1,
    c.ReopenCount: WHY,
    c.ConfirmElection: {**B1, "count": 1},
    c.AnnounceElection: B1,
    c.VoidElection: WHY,
    c.NextRound: {**B1, "new_election": "b2"},
}
"""Fields with which each command can be given."""
