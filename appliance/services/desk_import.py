"""The clerk's desk: a list of members is taken over, whole or not at all.

It is looked at again, against what is on file at this moment: what would change must be what the clerk was shown.
"""

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from appliance.core.refusals import Code, Refusal
from appliance.services import desk_commands as d
from appliance.services.desk_people import new_bodies
from appliance.services.desk_rule import CLERK, DeskRule, DeskRules, Effect, Given
from appliance.services.on_file import Change, Member, OnFile, Put
from appliance.services.roster import NoNames, preview

MEMBERS: Final = "members"
"""What such a list was sent for."""


def apply_import(command: d.ApplyImport, given: Given) -> Effect | Refusal:
    """All lines, with the groups and committees they name."""
    sheet = given.staged(command.upload, MEMBERS)
    if sheet is None:
        return Refusal(Code.IMPORT_UNKNOWN)
    try:
        found = preview(sheet, given.on_file)
    except NoNames:
        return Refusal(Code.SHEET_NO_NAMES)
    if not found.clean:
        return Refusal(Code.IMPORT_UNCLEAN)
    if found.seen != command.seen:
        return Refusal(Code.EDITED_MEANWHILE)
    return Effect((*new_bodies(given.on_file, found.changes), *seated(given.on_file, found.changes)))


def seated(on_file: OnFile, members: tuple[Member, ...]) -> Iterator[Change]:
    """Two who change places both stand up first: at no moment does a seat hold two."""
    for member in members:
        old = on_file.members.get(member.id)
        if old is not None and old.seat is not None and old.seat != member.seat:
            yield Put(replace(old, seat=None))
    yield from (Put(member) for member in members)


RULES: Final[DeskRules] = {d.ApplyImport: DeskRule(apply_import, CLERK)}
