"""The script of the frame: sittings, private and public, and the meeting's end."""

from appliance.core import commands as c
from appliance.core.script_agenda import next_item, of_a_later_sitting
from appliance.core.script_step import ID, Candidate, Say, Turn
from appliance.core.state import Meeting


def steps(state: Meeting) -> list[Candidate]:
    """Between sittings: the next one, or the end of the meeting when the agenda is through. In one: its end."""
    waiting = next_item(state)
    through = bool(state.items) and waiting is None
    if state.sitting is None:
        over = through and bool(state.sittings)
        first = Say("OpenSitting" if not state.sittings else "OpenNextSitting")
        opening = Candidate(c.OpenSitting(id=ID), Turn.SITTING, not over, (first,), asks=("name",))
        closing = Candidate(c.CloseMeeting(id=ID), Turn.MEETING, over, (Say("CloseMeeting"),), sure="CloseMeeting")
        return [opening, closing]
    private: c.Command = c.GoPublic(id=ID) if state.private else c.GoPrivate(id=ID)
    end = Say("CloseLastSitting" if through else "CloseSitting")
    done = through or (waiting is not None and of_a_later_sitting(waiting, state))
    return [
        Candidate(private, Turn.ASIDE, say=(Say(type(private).__name__),)),
        Candidate(c.CloseSitting(id=ID), Turn.SITTING, done, (end,), sure="CloseSitting"),
    ]
