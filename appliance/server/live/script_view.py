"""The chair's script as its screen is given it: each step's command, ready to be sent, with its words.

Only whoever holds the gavel (or may take it by opening a sitting) is given words: they hold results that nobody else
may see yet.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from appliance.core.people import Actor, Role
from appliance.core.script import Step, steps
from appliance.core.script_step import LATER, Say
from appliance.core.state import Facts, Meeting
from appliance.server.live.audiences import Around, Audience
from appliance.server.live.polls import Polls
from appliance.server.view import Sentence, StepView
from appliance.server.words import Words

_RESULT: Final = "result"
"""Words that are not in the word files: the legal sentence of the poll that `values` names."""


class Script:
    """Builds section `script`."""

    def __init__(self, words: Words, polls: Polls) -> None:
        self._words = words
        self._polls = polls

    def of(self, state: Meeting, audience: Audience, now: datetime, facts: Facts) -> tuple[StepView, ...]:
        """The steps as whoever holds the gavel sees them, or another chair."""
        if not state.ledger:
            return ()
        holder = state.gavel if audience is Audience.GAVEL else None
        actor = Actor(Role.CHAIR, holder or "another chair")
        aloud = audience is Audience.GAVEL or state.gavel is None
        return tuple(self._view(step, state, audience, aloud=aloud) for step in steps(state, actor, now, facts))

    def _view(self, step: Step, state: Meeting, audience: Audience, *, aloud: bool) -> StepView:
        said = [self._said(say, state, audience) for say in step.say] if aloud and (step.main or step.after) else []
        return StepView(
            command=_as_given(step),
            allowed=step.refusal is None and not step.after,
            main=step.main,
            why=step.refusal,
            label=self._sentence("do", step.label, step.values),
            say=tuple(sentence for sentence in said if sentence is not None),
            hint=self._sentence("hint", step.hint, step.values),
            sure=self._sentence("sure", step.sure, step.values),
            asks=step.asks,
            after=step.after,
        )

    def _said(self, say: Say, state: Meeting, audience: Audience) -> Sentence | None:
        if say.key != _RESULT:
            return self._sentence("say", say.key, say.values)
        poll = state.polls.get(str(say.values["poll"]))
        shown = self._polls.one(poll, state, Around(), audience, names=False) if poll is not None else None
        return shown.result.sentence if shown is not None and shown.result is not None else None

    def _sentence(self, group: str, key: str, values: Mapping[str, str | int]) -> Sentence | None:
        try:
            return self._words.both(f"script.{group}.{key}", **values) if key else None
        except KeyError:  # a test looks for words that are missing; a meeting goes on without them
            return None


def _as_given(step: Step) -> dict[str, Any]:
    """A command of the script but for its id; null stands for what a person must fill in."""
    fields: dict[str, Any] = msgspec.to_builtins(step.command)
    del fields["id"]
    return {name: None if name in step.asks and value == LATER else value for name, value in fields.items()}
