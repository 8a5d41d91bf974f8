"""A straw poll: a show of opinion in one tap. It is no vote, decides nothing, and stands nowhere among the votes."""

from typing import Annotated, Literal

from msgspec import Meta

from appliance.core.commands.base import Command
from appliance.core.people import Id

StrawAnswer = Literal["yes", "no", "unsure"]
"""Other words than a vote's choices, so that nobody takes the one for the other."""


class StartStraw(Command, tag=True, frozen=True, kw_only=True):
    """Ask the hall for its opinion; without a question, on the item the meeting is at."""

    question: Annotated[str, Meta(max_length=500)] = ""


class AnswerStraw(Command, tag=True, frozen=True, kw_only=True):
    """A delegate's opinion; a later one replaces it until the chair ends the straw poll."""

    straw: Id
    answer: StrawAnswer


class EndStraw(Command, tag=True, frozen=True, kw_only=True):
    """No more answers: the hall sees the numbers. Given again, it takes them off the screens."""


StrawCommand = StartStraw | AnswerStraw | EndStraw
