"""The chair's script: what to say and do next, what comes after, and why the rest is not possible.

It asks `decide` itself, so the script can never offer what the rules refuse.

To add a subject: a module `core/script_<subject>.py` with `steps(state) -> list[Candidate]` (see
`core/script_step.py` for `Candidate`, `Turn` and `Say`), a line in `_SUBJECTS` below, and words in the namespace
`script` of both word files: `do.<Command>` (the button), `say.<key>` (read aloud, values in braces), `hint.<key>`,
`sure.<key>` and `ask.<field>`. Offer a step whenever it makes sense: what the rules refuse is shown with its reason and
never becomes the main one. Nothing else is needed: chair's screen, order and "what comes after" follow.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from appliance.core import commands as c
from appliance.core import script_agenda, script_debate, script_elections, script_frame, script_polls, script_votes
from appliance.core.meeting import decide, evolve
from appliance.core.people import Actor
from appliance.core.refusals import Code, Refusal
from appliance.core.script_polls import poll_on_the_table
from appliance.core.script_step import Candidate, Say
from appliance.core.state import Facts, Meeting, Order

__all__ = ["Step", "poll_on_the_table", "steps"]

_SUBJECTS: Final = (script_votes, script_polls, script_elections, script_agenda, script_frame)


class Step(Struct, frozen=True):
    """One command as it would be given, and the rule that stands against it, if one does."""

    command: c.Command
    refusal: Code | None
    main: bool = False
    say: tuple[Say, ...] = ()
    label: str = ""
    values: Mapping[str, str | int] = {}
    hint: str = ""
    asks: tuple[str, ...] = ()
    sure: str = ""
    after: bool = False
    """It is not to be given now: it is what the main step will lead to."""


def steps(state: Meeting, actor: Actor, now: datetime, facts: Facts) -> tuple[Step, ...]:
    """The chair's next steps, the main one marked; those refused say why; last, what comes after the main one."""
    found = _asked(state, actor, now, facts)
    main = next((step for step in found if step.main), None)
    if main is None:
        return found
    after = _after(main.command, state, Order(main.command, actor, now, facts))
    return found if after is None else (*found, replace(after, main=False, after=True))


def _asked(state: Meeting, actor: Actor, now: datetime, facts: Facts) -> tuple[Step, ...]:
    found: list[Step] = []
    main_taken = False
    for candidate in candidates(state, facts):
        verdict = decide(state, Order(candidate.command, actor, now, facts))
        refusal = verdict.code if isinstance(verdict, Refusal) else None
        main = candidate.main and refusal in {None, Code.BELOW_QUORUM} and not main_taken
        main_taken = main_taken or main
        found.append(_step(candidate, refusal, main=main))
    return tuple(found)


def candidates(state: Meeting, facts: Facts) -> list[Candidate]:
    """What all subjects offer, in the order in which it is due."""
    found = script_debate.steps(state, facts.slips)  # who asked to speak is heard before a vote is opened
    found += [candidate for subject in _SUBJECTS for candidate in subject.steps(state)]
    return sorted(found, key=lambda candidate: candidate.turn)


def _step(candidate: Candidate, refusal: Code | None, *, main: bool) -> Step:
    return Step(
        candidate.command,
        refusal,
        main,
        candidate.say,
        candidate.label or type(candidate.command).__name__,
        candidate.values,
        candidate.hint,
        candidate.asks,
        candidate.sure,
    )


def _after(main: c.Command, state: Meeting, order: Order) -> Step | None:
    """The rules say what follows: the meeting is thought on by the main step, and asked again."""
    if isinstance(main, c.OpenPoll):
        order = replace(order, command=replace(main, override_quorum=True))
    verdict = decide(state, order)
    if isinstance(verdict, Refusal):
        return None
    for event in verdict:
        state = evolve(state, event, order.now)
    following = _asked(state, order.actor, order.now, order.facts)
    due = [candidate.command for candidate in candidates(state, order.facts) if candidate.main]
    return next((s for s in following if s.main), None) or next((s for s in following if s.command in due), None)
