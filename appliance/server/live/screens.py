"""All live screens: listens to the Chamber, works out what each audience must be told, and tells it.

Runs on the hub and never blocks; an error in a listener here ends the process like any other bug in a background task.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from appliance.core import events as e
from appliance.core.people import Actor, Role
from appliance.core.refusals import Fault
from appliance.core.scene import SceneKind
from appliance.core.state import Meeting
from appliance.server.live.audiences import SECTIONS, Around, Audience, audience_of
from appliance.server.live.channels import Channel, Client, Listener, Shelf, encode
from appliance.server.live.frames import Outlet
from appliance.server.live.polls import Polls, mine_of
from appliance.server.live.progress import Coalescer
from appliance.server.live.script_view import Script
from appliance.server.live.table import sections_table
from appliance.server.protocol import MinePush
from appliance.server.view import MineView, RequestsView, StepView
from appliance.server.words import Words
from appliance.services.chamber import Chamber, Told
from appliance.services.countdown import Countdown
from appliance.services.ports import Clock, FactsOnFile, Timers
from appliance.services.room_code import RoomCode

_OF_ONE_MEMBER: Final = (e.BallotCast, e.CheckedIn, e.CheckedOut, e.CheckInAsked, e.MarkedAbsent, e.StrawAnswered)
"""Events after which only one member's own section can differ; after any other, anybody's can."""


class Screens:
    """Join clients with `join`; everything else follows from what the Chamber tells."""

    def __init__(
        self,
        chamber: Chamber,
        countdown: Countdown,
        room: RoomCode,
        registry: FactsOnFile,
        clock: Clock,
        timers: Timers,
        outlet: Outlet,
        polls: Polls,
        around: Around,
        words: Words,
    ) -> None:
        self._chamber = chamber
        self._room = room
        self._registry = registry
        self._clock = clock
        self._steps = Script(words, polls)
        self.outlet = outlet
        self.around = msgspec.structs.replace(around, remaining_ms=countdown.remaining_ms, room=self._room_now())
        self.channels = {audience: Channel(audience, chamber.head.seq) for audience in Audience}
        self.clients: dict[str, Client] = {}
        self._members: dict[str, set[Client]] = {}
        self._happened: dict[str, None] = {}
        self._devices_moved = False
        self._table = sections_table(polls, self._script)
        self._shelf = Shelf(self._table, self.channels)
        self._coalescer = Coalescer(clock, timers, self._flush, lambda: len(self.clients))
        chamber.listeners.append(self.told)
        chamber.on_fault.append(self.fault_changed)
        self._shelf.refresh(self._state, self.around, soon=True)
        for channel in self.channels.values():
            channel.changed.clear()

    # --- clients

    def join(self, client: Client) -> None:
        """Connect a client: it gets its snapshot, and every push from here on."""
        channel = self.channels[client.audience]
        # First of all: a snapshot flushes what waits, and a push that comes before it would follow nothing.
        self.outlet.tell(client, "snapshot", self.snapshot(client.actor, client.name, client))
        self.clients[client.sid] = client
        channel.clients[client.sid] = client
        if client.actor.member is not None:
            self._members.setdefault(client.actor.member, set()).add(client)
            self._devices_changed()

    def leave(self, sid: str) -> None:
        """A client has gone."""
        client = self.clients.pop(sid, None)
        if client is None:
            return
        self.channels[client.audience].clients.pop(sid, None)
        member = client.actor.member
        if member is not None:
            self._members[member].discard(client)
            if not self._members[member]:
                del self._members[member]
            self._devices_changed()

    def listen(self, audience: Audience, listener: Listener) -> Callable[[], None]:
        """Connect somebody who is not on Socket.IO; returns what disconnects them."""
        self._first(self.channels[audience])
        listeners = self.channels[audience].listeners
        listeners.append(listener)
        return lambda: listeners.remove(listener)

    def snapshot(self, actor: Actor, name: str, client: Client | None = None) -> bytes:
        """The whole view of one client, as JSON."""
        audience = audience_of(actor, self._state)
        channel = self.channels[audience]
        if not channel.told:  # nobody's chain of pushes is broken by starting it here
            channel.last_seq = self._chamber.head.seq
        self._note_devices()
        self._first(channel)
        view: dict[str, Any] = {section: self._fresh(section, audience) for section in SECTIONS[audience]}
        if actor.member is not None:
            # Before the first roll is taken one is a member all the same: papers, slips and excuses come ahead of it.
            mine = mine_of(self._state)(actor.member) or MineView(member=actor.member, name=name, seat="")
            view["mine"] = mine
            if client is not None:
                client.mine = mine
        return encode(
            {
                "ledger": self._chamber.head.ledger,
                "seq": channel.last_seq,
                "role": actor.role,
                "name": name,
                "view": view,
            }
        )

    # --- what happens

    def told(self, told: Told) -> None:
        """Entries are durable: tell whoever sees something else now."""
        if self._only_ballots(told):
            self._happened["BallotCast"] = None
            for sid, body in self._mine_changes(told.entries).items():
                self.outlet.tell(self.clients[sid], "mine", body)
            self._coalescer.nudge()
            return
        self._happened.update(dict.fromkeys(type(event).__name__ for x in told.entries for event in x.events))
        doubtful = told.entries[-1].time_doubtful
        if doubtful != self.around.time_doubtful:
            self.around = msgspec.structs.replace(self.around, time_doubtful=doubtful)
        own = self._mine_changes(told.entries)
        if told.before.gavel != told.after.gavel:
            self._gavel_moved()
        self._changed(own)

    def _only_ballots(self, told: Told) -> bool:
        """Then no section but the coalesced ones can differ, and none need be compared for each group."""
        same = told.before.entries is told.after.entries
        return same and all(
            type(event) is e.BallotCast and entry.time_doubtful is self.around.time_doubtful
            for entry in told.entries
            for event in entry.events
        )

    def fault_changed(self, fault: Fault | None) -> None:
        """The disk refuses, or takes writes again: every screen says so at once."""
        self.surroundings(fault=fault.code.value if fault is not None else None)

    def surroundings(self, **changes: Any) -> None:
        """Something outside the ledger has changed (fields of Around)."""
        self.around = msgspec.structs.replace(self.around, **changes)
        self._changed({})

    def requests_changed(self, requests: RequestsView) -> None:
        """Tablets or displays ask for the clerk's yes."""
        self.surroundings(requests=requests)

    def room_code_changed(self) -> None:
        """A new code on the hall screen."""
        self.surroundings(room=self._room_now())

    # --- telling

    @property
    def _state(self) -> Meeting:
        return self._chamber.durable

    def _changed(self, own: dict[str, bytes]) -> None:
        if self._shelf.refresh(self._state, self.around, soon=False):
            self._flush(own)
            return
        for sid, body in own.items():
            self.outlet.tell(self.clients[sid], "mine", body)
        if self._shelf.waits(self._state, self.around):
            self._coalescer.nudge()

    def _flush(self, own: dict[str, bytes] | None = None) -> None:
        """One push a channel with all that has changed; each client's own section rides on it."""
        self._note_devices()
        left = dict(own or {})
        pushed = False
        happened, self._happened = tuple(self._happened), {}
        for channel in self.channels.values():
            # One after the other, delegates first: what only the desk is shown takes longest to build.
            if channel.told:
                self._shelf.refresh(self._state, self.around, soon=True, audience=channel.audience)
            if not channel.told or not channel.changed:
                continue
            pushed = True
            body = self._push(channel, happened)
            for listener in channel.listeners:
                listener("push", body)
            self.outlet.broadcast(channel.clients.values(), "push", body, left)
            for sid in channel.clients:
                left.pop(sid, None)
        for sid, body in left.items():
            self.outlet.tell(self.clients[sid], "mine", body)
        if pushed:
            self._coalescer.flushed()

    def _push(self, channel: Channel, happened: tuple[str, ...]) -> bytes:
        head, previous = self._chamber.head, channel.last_seq
        changed = {name: self._shelf.raw(name, channel.audience) for name in sorted(channel.changed)}
        channel.changed.clear()
        channel.last_seq = head.seq
        return encode(
            {"ledger": head.ledger, "seq": head.seq, "prev": previous, "changed": changed, "happened": happened}
        )

    def _mine_changes(self, entries: Iterable[Any]) -> dict[str, bytes]:
        members: Iterable[str] = dict.fromkeys(
            event.member for entry in entries for event in entry.events if isinstance(event, _OF_ONE_MEMBER)
        )
        if any(not isinstance(event, _OF_ONE_MEMBER) for entry in entries for event in entry.events):
            members = self._members
        build = mine_of(self._state)
        head = self._chamber.head
        found: dict[str, bytes] = {}
        for member in members:
            clients = self._members.get(member)
            if not clients:
                continue
            mine = build(member)
            body = b""
            for client in clients:
                if client.mine != mine and mine is not None:
                    client.mine = mine
                    body = body or encode(MinePush(head.ledger, head.seq, mine))
                    found[client.sid] = body
        return found

    def _gavel_moved(self) -> None:
        """A chair's screen changes with the gavel: the account goes to another audience, with a snapshot."""
        moved = [
            client
            for client in self.clients.values()
            if client.actor.role is Role.CHAIR and audience_of(client.actor, self._state) is not client.audience
        ]
        for client in moved:
            self.channels[client.audience].clients.pop(client.sid, None)
        self._flush()  # so that what is pushed next follows their snapshot
        for client in moved:
            client.audience = audience_of(client.actor, self._state)
            # First, as in `join`: what was last pushed where nobody was may be of the meeting before.
            self.outlet.tell(client, "snapshot", self.snapshot(client.actor, client.name, client))
            self.channels[client.audience].clients[client.sid] = client

    def _devices_changed(self) -> None:
        """Only noted: when a whole hall reconnects, building the set for each one would cost the square of it."""
        self._devices_moved = True
        self._coalescer.nudge()

    def _first(self, channel: Channel) -> None:
        """Nothing is built for an audience that nobody is in; whoever comes first finds it built."""
        if not channel.told:
            self._shelf.refresh(self._state, self.around, soon=True, audience=channel.audience)
            channel.changed.clear()
            channel.last_seq = self._chamber.head.seq

    def _note_devices(self) -> None:
        if self._devices_moved:
            self._devices_moved = False
            self.around = msgspec.structs.replace(self.around, connected=frozenset(self._members))

    def _fresh(self, section: str, audience: Audience) -> Any:
        """A section as it is now: from the shelf, unless it counts down or the shelf's is not the newest.

        What is newer than the last push is shown to this client alone; the push that is still to come brings
        it again. A snapshot must push nothing: a hall that reconnects would be told N times N things.
        """
        poll = self._state.running_poll
        counts_down = section == "poll" and poll is not None and self.around.remaining_ms(poll.poll) is not None
        if section == "room":
            self.around = msgspec.structs.replace(self.around, room=self._room_now())
        counts_up = section == "floor" and self._state.floor is not None
        scene = section == "stage" and self._state.hall.shown.kind is SceneKind.COUNTDOWN
        old = not self._shelf.newest(section, audience, self._state, self.around)
        if counts_down or counts_up or scene or section == "room" or old:
            return self._table[section].build(self._state, self.around, audience)
        return self._shelf.raw(section, audience)

    def _room_now(self) -> tuple[str, int]:
        return self._room.current(), self._room.seconds_left()

    def _script(self, state: Meeting, audience: Audience) -> tuple[StepView, ...]:
        facts = self._registry.facts()  # costs nothing: it is made when what is on file changes
        return self._steps.of(state, audience, self._clock.now().utc, facts)
