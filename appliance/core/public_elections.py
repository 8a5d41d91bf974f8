"""Secret votes as the public may know them: that one is held, who stands, and the numbers once told in public.

Nothing of a single paper is ever in here, nor who keyed it; nor a number of a count before it is announced. A vote
that ended while the public was away has ended *away*, and the public is not told how.
"""

from dataclasses import dataclass, field
from typing import Any, Final, get_args

from msgspec.structs import replace

from appliance.core import events as e
from appliance.core.election_texts import titled
from appliance.core.public_record import At, PublicElection

ELECTIONS: Final[tuple[Any, ...]] = get_args(e.ElectionEvent)


@dataclass(slots=True)
class PublicElections:
    """Every round as it is, and what the public is told of it."""

    _drafted: dict[str, e.ElectionDrafted] = field(default_factory=dict)
    _issued: dict[str, tuple[e.BallotsIssued, At]] = field(default_factory=dict)
    _known: dict[str, PublicElection] = field(default_factory=dict)

    def note(self, event: e.Event, at: At, *, shut: bool) -> bool:
        """What happened; `shut`: while the public was away. Tells whether the public learns something."""
        before = dict(self._known)
        match event:
            case e.ElectionDrafted():
                self._drafted[event.election] = event
            case e.BallotsIssued():
                self._issued[event.election] = (event, at)
                if not shut:
                    self._known[event.election] = self._voting(event, at)
            case e.BoxClosed() if event.election in self._known and not shut:
                self._known[event.election] = replace(self._known[event.election], state="counting")
            case e.ElectionAnnounced():
                self._announced(event, at, shut=shut)
            case e.ElectionVoided() if event.election in self._known:
                told = {"state": "away"} if shut else {"state": "void", "void_reason": event.reason}
                self._known[event.election] = replace(self._known[event.election], **told)
        return not shut and self._known != before

    def told(self) -> tuple[PublicElection, ...]:
        """In the order in which the public learnt of them; not to be asked while it is away."""
        return tuple(self._known.values())

    def _announced(self, event: e.ElectionAnnounced, at: At, *, shut: bool) -> None:
        known = self._known.get(event.election)
        if shut:
            if known is not None:
                self._known[event.election] = replace(known, state="away")
            return
        known = known or self._voting(*self._issued[event.election])
        self._known[event.election] = replace(known, state="announced", announced=at, result=event.result)

    def _voting(self, issued: e.BallotsIssued, at: At) -> PublicElection:
        drafted = self._drafted[issued.election]
        return PublicElection(
            election=issued.election,
            item=drafted.item,
            kind=drafted.kind,
            title=titled(drafted.kind, drafted.office, drafted.round),
            seats=drafted.seats,
            round=drafted.round,
            candidates=issued.candidates,
            n=issued.n,
            present=len(issued.present),
            needed=issued.needed,
            state="voting",
            opened=at,
        )
