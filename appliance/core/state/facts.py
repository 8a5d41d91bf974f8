"""What a decision is given beside the state: the command, who gives it, when, and the facts on file."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from appliance.core.ballot_paper import DocumentRef
from appliance.core.commands import Command
from appliance.core.people import Actor, MemberFacts
from appliance.core.plan import Plan
from appliance.core.profile import RuleProfile
from appliance.core.slips import SlipFacts


class Leave(Struct, frozen=True):
    """A day, or half of one, for which a member is excused."""

    day: date
    part: Literal["whole", "morning", "afternoon"] = "whole"


class Facts(Struct, frozen=True):
    """What the registry knows that a command's decision needs; filled in by the Chamber."""

    council: str = ""
    term: str = ""
    previous: str | None = None
    profile: RuleProfile | None = None
    roster: tuple[MemberFacts, ...] = ()
    """All members in office, in the council's order."""
    chairs: dict[str, str] = {}
    """Chair accounts: person -> name."""
    plan: Plan | None = None
    """The plan that ConveneMeeting names."""
    documents: dict[str, DocumentRef] = {}
    """The newest version of each document that the plan's questions name."""
    slips: dict[str, SlipFacts] = {}
    """The question slips that were sent in and wait for an answer (StartQuestioning)."""
    excused: dict[str, tuple[Leave, ...]] = {}
    """Member -> the days for which the clerk has accepted an excuse. The reasons stay on file."""
    rehearsal: bool = False
    """The ledger is a rehearsal's."""
    in_room: bool = False
    """The room code that came with the command is the one on the hall screen."""


class Order(Struct, frozen=True):
    """One command with all that deciding on it needs: who gave it, when, and the facts on file."""

    command: Command
    actor: Actor
    now: datetime
    facts: Facts = Facts()
