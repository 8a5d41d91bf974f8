"""Live screens without a network: snapshots, the chain of pushes, coalescing, one's own section, the gavel."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from appliance.core import commands as c
from appliance.core.people import Actor
from appliance.core.refusals import Code, Fault
from appliance.server.live.audiences import Around, Audience, audience_of
from appliance.server.live.channels import Client
from appliance.server.live.frames import Addressee
from appliance.server.live.polls import Polls
from appliance.server.live.screens import Screens
from appliance.server.view import RequestsView
from appliance.server.words import LANGUAGES, Words
from appliance.services.room_code import WINDOW_SECONDS, RoomCode
from tests.core.a_random_meeting import ROOT
from tests.house import (
    CHAIR,
    CLERK,
    HALL,
    OTHER_CHAIR,
    House,
    announce_poll,
    cast,
    close_poll,
    convene,
    draft,
    member,
    open_poll,
    sit,
)

WORDS = Words(ROOT / "web" / "src" / "words")


@dataclass
class Mailbox:
    """An Outlet that keeps what each client was sent, in order, and how often it was asked to broadcast."""

    got: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    broadcasts: list[str] = field(default_factory=list)

    def broadcast(self, clients: Iterable[Addressee], event: str, body: bytes, own: Mapping[str, bytes] = {}) -> None:
        self.broadcasts.append(event)
        for client in clients:
            self.got.setdefault(client.sid, []).append((event, msgspec.json.decode(body)))
            if client.sid in own:
                self.got[client.sid].append(("mine", msgspec.json.decode(own[client.sid])))

    def tell(self, client: Addressee, event: str, body: bytes) -> None:
        self.got.setdefault(client.sid, []).append((event, msgspec.json.decode(body)))

    def answer(self, client: Addressee, number: bytes, body: bytes) -> None:
        raise AssertionError("no command is given here")


@dataclass
class Room:
    """A house with screens."""

    house: House
    mail: Mailbox
    screens: Screens

    def enter(self, actor: Actor, sid: str = "") -> str:
        """Connect a client; its name."""
        sid = sid or f"{actor.person}-{len(self.screens.clients)}"
        audience = audience_of(actor, self.house.state)
        client = Client(sid, sid, None, "session", actor.person, actor, "vi", audience)  # type: ignore[arg-type]
        self.screens.join(client)
        return sid

    def mailed(self, sid: str, event: str) -> list[Any]:
        """What this client was sent under this name."""
        return [body for name, body in self.mail.got.get(sid, ()) if name == event]

    def last(self, sid: str, section: str) -> Any:
        """A section as this client has it after all it was sent."""
        view: dict[str, Any] = {}
        for name, body in self.mail.got[sid]:
            view = body["view"] if name == "snapshot" else {**view, **body.get("changed", {})}
        return view[section]


def room(house: House | None = None) -> Room:
    house = house or House.of()
    mail = Mailbox()
    code = RoomCode(b"secret", house.clock)
    views = Polls({language: WORDS.namespace(language, "sentence") for language in LANGUAGES})
    screens = Screens(
        house.chamber, house.countdown, code, house.registry, house.clock, house.timers, mail, views, Around(), WORDS
    )
    return Room(house, mail, screens)


def test_a_client_gets_its_snapshot_first() -> None:
    here = room(sit(convene(House.of())))
    sid = here.enter(member(1))
    event, snapshot = here.mail.got[sid][0]
    assert event == "snapshot"
    assert snapshot["role"] == "delegate"
    assert snapshot["view"]["mine"]["standing"] == "present"
    assert snapshot["view"]["attendance"]["present"] == 25


def test_a_member_is_known_before_the_first_roll_is_taken() -> None:
    here = room(convene(House.of()))
    snapshot = here.mail.got[here.enter(member(1))][0][1]
    assert snapshot["view"]["mine"]["member"] == "m01"
    assert "standing" not in snapshot["view"]["mine"] or snapshot["view"]["mine"]["standing"] is None


def unbroken(mail: list[tuple[str, Any]]) -> bool:
    """Whether each push follows the one before it, or the snapshot before it."""
    seen, fits = None, True
    for event, body in mail:
        if event == "push":
            fits = fits and body["prev"] == seen
        if event in {"push", "snapshot"}:
            seen = body["seq"]
    return fits


def test_every_push_follows_the_one_before_it_or_the_snapshot() -> None:
    here = room(convene(House.of()))
    watchers = [here.enter(actor) for actor in (member(1), CLERK, CHAIR, HALL)]
    cast(open_poll(sit(here.house)), yes=14, no=3)
    here.house.clock.advance(1)
    here.house.timers.ring()
    announce_poll(here.house)
    for sid in watchers:
        assert len(here.mailed(sid, "push")) > 3
        assert unbroken(here.mail.got[sid])


def test_a_client_that_joins_in_the_middle_is_in_the_chain_at_once() -> None:
    here = room(sit(convene(House.of())))
    here.enter(member(1))
    open_poll(here.house)
    cast(here.house, yes=3)
    late = here.enter(member(2))
    snapshot = here.mailed(late, "snapshot")[0]
    assert snapshot["view"]["progress"]["pressed"] == 3
    close_poll(here.house)
    assert here.mailed(late, "push")[0]["prev"] == snapshot["seq"]


def test_a_view_kept_by_pushes_is_the_view_of_a_fresh_snapshot() -> None:
    here = room(convene(House.of()))
    sids = {actor.person: (actor, here.enter(actor)) for actor in (member(1), CLERK, CHAIR, HALL)}
    house = cast(open_poll(sit(here.house)), yes=14, no=3)
    draft(house, "p2", item="i2")
    announce_poll(house)
    house.clock.advance(1)
    house.timers.ring()
    for actor, sid in sids.values():
        fresh = msgspec.json.decode(here.screens.snapshot(actor, ""))["view"]
        for section in fresh.keys() - {"mine", "room"}:
            assert here.last(sid, section) == fresh[section], section


def test_an_audience_that_sees_nothing_new_is_told_nothing() -> None:
    here = room(sit(convene(House.of())))
    hall = here.enter(HALL)
    draft(here.house)
    assert here.mailed(hall, "push") == []


def test_a_storm_of_ballots_is_told_a_few_times_and_the_last_count_is_right() -> None:
    here = room(open_poll(sit(convene(House.of()))))
    hall = here.enter(HALL)
    before = len(here.mailed(hall, "push"))
    cast(here.house, yes=25)
    assert len(here.mailed(hall, "push")) - before <= 1
    here.house.clock.advance(0.1)
    here.house.timers.ring()
    assert here.last(hall, "progress")["pressed"] == 25
    assert len(here.mailed(hall, "push")) - before <= 2


def test_closing_does_not_wait_for_the_coalesced_count() -> None:
    here = room(open_poll(sit(convene(House.of()))))
    hall = here.enter(HALL)
    cast(here.house, yes=5)
    close_poll(here.house)
    push = here.mailed(hall, "push")[-1]
    assert push["changed"]["poll"]["state"] == "closed"
    assert push["changed"]["progress"] is None
    assert "PollClosed" in push["happened"]
    count = len(here.mailed(hall, "push"))
    here.house.clock.advance(1)
    here.house.timers.ring()
    assert len(here.mailed(hall, "push")) == count


def test_a_recorded_ballot_is_told_to_that_members_own_clients_alone() -> None:
    here = room(open_poll(sit(convene(House.of()))))
    tablet, other = here.enter(member(1)), here.enter(member(2))
    second = here.enter(msgspec.structs.replace(CLERK, member="m01"))
    before = len(here.mailed(other, "mine"))
    cast(here.house, yes=1)
    for sid in (tablet, second):
        assert here.mailed(sid, "mine")[-1]["mine"]["ballot"] == {"poll": "p1", "choice": "for"}
    assert len(here.mailed(other, "mine")) == before


def test_opening_a_poll_tells_each_member_that_they_may_vote_once() -> None:
    here = room(sit(convene(House.of())))
    sids = [here.enter(member(i)) for i in (1, 2, 26)]
    open_poll(here.house)
    entitled = [[m["mine"].get("entitled", False) for m in here.mailed(sid, "mine")] for sid in sids]
    assert entitled == [[True], [True], []]


def test_one_push_an_audience_however_many_clients() -> None:
    here = room(sit(convene(House.of())))
    for i in range(1, 21):
        here.enter(member(i))
    here.house.timers.ring()
    here.mail.broadcasts.clear()
    open_poll(here.house)
    audiences = [a for a in Audience if a is not Audience.PANELS]
    assert here.mail.broadcasts.count("push") <= 2 * len(audiences)


def test_the_gavel_takes_the_chairs_screen_with_it() -> None:
    here = room(close_poll(cast(open_poll(sit(convene(House.of()))), yes=14)))
    first, second = here.enter(CHAIR), here.enter(OTHER_CHAIR)
    assert here.last(first, "poll").get("result") is not None
    assert here.last(second, "poll").get("result") is None
    here.house.give(OTHER_CHAIR, c.HandGavel, to=OTHER_CHAIR.person)
    assert here.last(first, "poll").get("result") is None
    assert here.last(second, "poll").get("result") is not None
    here.house.give(CLERK, c.ConfirmPoll, poll="p1")
    for sid in (first, second):
        assert here.last(sid, "poll")["confirmed_by"] == ["clerk"]
        assert unbroken(here.mail.got[sid])


def test_who_takes_the_gavel_in_the_next_meeting_begins_with_that_meetings_numbers() -> None:
    here = room(sit(convene(House.of())))
    before = here.enter(CHAIR)
    here.house.give(CLERK, c.CheckIn, member="m01")
    here.screens.leave(before)
    here.mail.got.clear()
    for command in (c.CloseSitting, c.CloseMeeting):
        here.house.give(CHAIR, command)
    convene(here.house)
    sid = here.enter(CHAIR)
    here.house.give(CHAIR, c.OpenSitting)
    assert here.last(sid, "meeting")["gavel"] == CHAIR.person
    assert unbroken(here.mail.got[sid])
    assert max(told["seq"] for _, told in here.mail.got[sid]) == here.house.chamber.head.seq


def test_a_fault_and_its_end_are_told_to_every_screen_at_once() -> None:
    here = room(sit(convene(House.of())))
    sids = [here.enter(actor) for actor in (member(1), CLERK, CHAIR, HALL)]
    here.house.chamber.probed(Fault(Code.STORAGE_FAULT, "full"))
    assert [here.last(sid, "health") for sid in sids] == [
        {"fault": "storage-fault", "time_doubtful": False, "rehearsal": False}
    ] * 4
    here.house.chamber.probed(None)
    assert [here.last(sid, "health") for sid in sids] == [
        {"fault": None, "time_doubtful": False, "rehearsal": False}
    ] * 4


def test_a_ballot_that_is_not_on_disk_is_shown_nowhere() -> None:
    here = room(open_poll(sit(convene(House.of()))))
    hall, tablet = here.enter(HALL), here.enter(member(1))
    here.house.memory.broken = True
    here.house.give(member(1), c.CastBallot, poll="p1", choice="for")
    here.house.clock.advance(1)
    here.house.timers.ring()
    assert here.last(hall, "progress")["pressed"] == 0
    assert all(m["mine"].get("ballot") is None for m in here.mailed(tablet, "mine"))
    assert here.last(hall, "health")["fault"] == "storage-fault"


def test_a_doubtful_clock_is_told() -> None:
    here = room(open_poll(sit(convene(House.of()))))
    hall = here.enter(HALL)
    here.house.clock.step(-7200)
    cast(here.house, yes=1)
    assert here.last(hall, "health") == {"fault": None, "time_doubtful": True, "rehearsal": False}


def test_tablets_that_come_and_go_are_counted_for_the_chair() -> None:
    here = room(sit(convene(House.of(n=3)), present=2))
    chair = here.enter(CHAIR)
    assert here.last(chair, "devices")["offline_members"] == ["m01", "m02"]
    tablet = here.enter(member(1))
    here.house.clock.advance(1)
    here.house.timers.ring()
    assert here.last(chair, "devices")["offline_members"] == ["m02"]
    here.screens.leave(tablet)
    here.house.clock.advance(1)
    here.house.timers.ring()
    assert here.last(chair, "devices")["offline"] == 2


def test_the_room_code_turns_on_the_hall_screen() -> None:
    here = room(sit(convene(House.of())))
    hall = here.enter(HALL)
    first = here.last(hall, "room")["code"]
    here.house.clock.advance(WINDOW_SECONDS)
    here.screens.room_code_changed()
    assert here.last(hall, "room")["code"] != first


def test_requests_reach_the_clerk() -> None:
    here = room(convene(House.of()))
    clerk, chair = here.enter(CLERK), here.enter(CHAIR)
    before = len(here.mailed(chair, "push"))
    here.screens.requests_changed(RequestsView(displays=()))
    here.screens.requests_changed(
        msgspec.convert({"displays": [{"pairing": "123456", "asked": "2026-12-18T01:00:00Z"}]}, RequestsView)
    )
    assert here.last(clerk, "requests")["displays"][0]["pairing"] == "123456"
    assert len(here.mailed(chair, "push")) == before


def test_a_timed_poll_tells_what_is_left_when_it_is_asked() -> None:
    here = room(open_poll(sit(convene(House.of())), seconds=60))
    here.house.clock.advance(20)
    late = here.enter(member(1))
    assert here.last(late, "poll")["remaining_ms"] == 40_000


def test_the_script_is_complete_but_for_the_id_and_says_why_not() -> None:
    here = room(sit(convene(House.of()), present=5))
    draft(here.house)
    chair, other = here.enter(CHAIR), here.enter(OTHER_CHAIR)
    step = next(s for s in here.last(chair, "script") if s["command"]["type"] == "OpenPoll")
    assert step["command"] == {"type": "OpenPoll", "poll": "p1"}
    assert (step["allowed"], step["main"], step["why"]) == (False, True, "below-quorum")
    assert any("Thông qua dự thảo Nghị quyết?" in said["vi"] for said in step["say"])
    refused = next(s for s in here.last(other, "script") if s["command"]["type"] == "OpenPoll")
    assert refused["why"] == "gavel-not-yours"
    assert not any(step.get("say") for step in here.last(other, "script")), "only who presides is given words"


def test_who_listens_without_a_socket_is_told_the_same() -> None:
    here = room(sit(convene(House.of())))
    heard: list[tuple[str, Any]] = []
    leave = here.screens.listen(Audience.PANELS, lambda event, body: heard.append((event, msgspec.json.decode(body))))
    open_poll(here.house)
    assert [event for event, _ in heard] == ["push"]
    assert heard[0][1]["changed"]["seats"][0]["entitled"]
    leave()
    close_poll(here.house)
    assert len(heard) == 1
