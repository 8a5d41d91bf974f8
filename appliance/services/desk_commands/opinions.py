"""Opinions asked for between meetings (xin ý kiến)."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from appliance.core.commands import Command
from appliance.core.people import Id, ShortText
from appliance.services.on_file.opinions import OpinionChoice


class AskOpinion(Command, tag=True, frozen=True, kw_only=True):
    """Ask all delegates until the end of a day; named by this command's id. It replaces no vote."""

    title: ShortText
    text: Annotated[str, Meta(min_length=1, max_length=6_000)]
    closes: date


class CloseOpinion(Command, tag=True, frozen=True, kw_only=True):
    """Before its day has come."""

    opinion: Id


class GiveOpinion(Command, tag=True, frozen=True, kw_only=True):
    """A delegate's own opinion; given again, the last one counts. `other` needs a `text`."""

    opinion: Id
    choice: OpinionChoice
    text: Annotated[str, Meta(max_length=4_000)] = ""


OpinionCommand = AskOpinion | CloseOpinion | GiveOpinion
