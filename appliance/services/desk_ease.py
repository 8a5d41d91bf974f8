"""The desk: how a member sees and hears the screens. Given by the member, for themselves alone."""

from typing import Final

from appliance.core.refusals import Code, Refusal
from appliance.core.rule import VOTERS
from appliance.services import desk_commands as d
from appliance.services.desk_rule import DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Ease, Put


def set_ease(command: d.SetEase, given: Given) -> Effect | Refusal:
    """Whoever is a member has one; the newest counts."""
    member = given.actor.member
    if member is None:
        return Refusal(Code.NOT_A_MEMBER)
    return Effect((Put(Ease(member, command.size, command.contrast, command.spoken)),))


RULES: Final[DeskRules] = {d.SetEase: DeskRule(set_ease, VOTERS)}
