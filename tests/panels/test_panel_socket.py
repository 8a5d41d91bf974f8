"""The page in server/panel_socket.py, line by line, by a plain socket; bad input changes nothing."""

import os
import socket
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import pytest

from appliance.core import commands as c
from appliance.panels import wire
from appliance.server import panel_socket
from appliance.server.panel_client import Peer, Peers
from appliance.server.panel_lines import Line
from appliance.services.panel_words import Do, PanelDone, PanelOrder
from tests.house import CHAIR, House, accepted
from tests.panels.hall import PlainClient, ServedHouse, plain

Serve = Callable[..., ServedHouse]


def ballot(seat: str | None = "A1", **changes: Any) -> dict[str, Any]:
    """A ballot of A1 in p1."""
    command = {"type": "CastBallot", "id": str(uuid.uuid4()), "seat": seat, "poll": "p1", "choice": "for", **changes}
    return {name: value for name, value in command.items() if value is not None}


@pytest.fixture
def served(polling: House, serve: Serve) -> ServedHouse:
    """A house with an open poll, on the socket."""
    return serve(polling)


@pytest.fixture
def client(served: ServedHouse, path: Path) -> Iterator[PlainClient]:
    """A plain client that has introduced itself."""
    with plain(path) as connected:
        connected.hello("A1", "A2", "A5", "A99")
        yield connected


def test_hello_is_answered_with_the_panels_own_view(served: ServedHouse, path: Path) -> None:
    with plain(path) as client:
        snapshot = client.hello("A1")
    assert snapshot["role"] == "panels"
    assert snapshot["seq"] == served.house.chamber.head.seq
    assert set(snapshot["view"]) == {"meeting", "poll", "progress", "health", "seats"}
    assert snapshot["view"]["seats"][0] == {
        "seat": "A1", "member": "m01", "standing": "present", "entitled": True, "speech": None,
        "choice": None,
    }  # fmt: skip


def test_a_ballot_is_answered_once_it_is_on_disk_and_then_pushed(served: ServedHouse, client: PlainClient) -> None:
    command = ballot()
    answer = client.ask(command)
    assert answer == {"id": command["id"], "accepted": True, "seq": served.house.chamber.head.seq}
    push = client.hear("push")
    assert push["changed"]["seats"][0]["choice"] == "for"
    assert client.ask(command) == answer
    assert len(served.ballots()) == 1


@pytest.mark.parametrize(
    ("command", "refusal"),
    [
        (ballot("A3"), "seat-not-yours"),
        (ballot("A99"), "seat-unknown"),
        (ballot(None), "seat-unknown"),
        (ballot("A5"), "not-present"),
        (ballot(poll="p9"), "poll-unknown"),
        (ballot(choice="maybe"), "choice-unknown"),
        (ballot(extra=1), "malformed"),
        (ballot(type="Nonsense"), "unknown-type"),
        ({"type": "ClosePoll", "id": str(uuid.uuid4()), "seat": "A1", "poll": "p1"}, "not-allowed"),
        ({"type": "CheckOut", "id": str(uuid.uuid4()), "seat": "A1"}, "not-allowed"),
        ({"type": "CheckIn", "id": str(uuid.uuid4()), "seat": "A1"}, "already-present"),
        ({"type": "CheckIn", "id": str(uuid.uuid4()), "seat": "A5", "member": "m01"}, "not-allowed"),
        ({"type": "ResetPin", "id": str(uuid.uuid4()), "seat": "A1", "member": "m01"}, "not-allowed"),
        ([], "malformed"),
        ("CastBallot", "malformed"),
    ],
)
def test_a_command_that_a_seat_may_not_give_is_refused_and_changes_nothing(
    served: ServedHouse, client: PlainClient, command: Any, refusal: str
) -> None:
    before = served.house.chamber.head
    answer = client.ask(command)
    assert (answer["accepted"], answer["refusal"], answer["fault"]) == (False, refusal, False)
    assert answer["id"] == (command["id"] if isinstance(command, dict) else None)
    assert served.house.chamber.head == before


def test_an_id_that_was_used_for_another_choice_is_refused(served: ServedHouse, client: PlainClient) -> None:
    command = ballot()
    client.ask(command)
    assert client.ask({**command, "choice": "against"})["refusal"] == "id-reused"
    assert client.ask({**command, "seat": "A2"})["refusal"] == "id-reused"
    assert len(served.ballots()) == 1


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (b"{", "malformed"),
        (b"\xff\xfe", "malformed"),
        (b'{"command": {"type": "CastBallot", "id": "' + b"x" * 1_000_000 + b'"}}', "too-large"),
        (b"[" * 50_000, "malformed"),
    ],
    ids=["half", "not-utf-8", "one-megabyte", "deep"],
)
def test_a_line_that_is_none_is_refused_and_the_next_one_is_heard(
    served: ServedHouse, client: PlainClient, line: bytes, refusal: str
) -> None:
    client.sock.sendall(line + b"\n")
    answer = client.hear("answer")
    assert (answer["id"], answer["accepted"], answer["refusal"]) == (None, False, refusal)
    assert client.ask(ballot())["accepted"] is True


def test_a_ballot_that_the_disk_refused_is_answered_with_a_fault(served: ServedHouse, client: PlainClient) -> None:
    served.house.memory.broken = True
    answer = client.ask(ballot())
    assert (answer["accepted"], answer["refusal"], answer["fault"]) == (False, "storage-fault", True)
    assert client.hear("push")["changed"]["health"]["fault"] == "storage-fault"


def test_pushes_follow_one_another_from_the_snapshot_on(served: ServedHouse, path: Path) -> None:
    with plain(path) as client:
        last = client.hello("A1")["seq"]
        for kind in (c.HoldPoll, c.ResumePoll, c.ClosePoll):
            accepted(served.give(CHAIR, kind, poll="p1"))
            push = client.hear("push")
            assert push["prev"] == last
            last = push["seq"]
        client.say(want="snapshot")
        assert client.hear("snapshot")["seq"] == last


def test_a_new_client_takes_the_place_of_the_old(served: ServedHouse, client: PlainClient, path: Path) -> None:
    with plain(path) as newer:
        newer.hello("A3")
        assert client.hear("bye") == "replaced"
        assert client.ended()
        served.wait_for_state(lambda state: state.online and state.seats == {"A3"}, "the newer one is there")
        assert newer.ask(ballot("A3"))["accepted"] is True
    served.wait_for_state(lambda state: not state.online, "and gone")


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ({"command": ballot()}, "hello-first"),
        ({"beat": 1}, "hello-first"),
        ({"hello": {"protocol": 0, "seats": []}}, "protocol"),
        ({"hello": {"protocol": 3, "seats": []}}, "protocol"),
    ],
)
def test_who_does_not_say_hello_is_not_heard(served: ServedHouse, path: Path, first: Any, why: str) -> None:
    with plain(path) as client:
        client.say(**first)
        assert client.hear("bye") == why
        assert client.ended()
    assert served.ballots() == []
    assert len(served.states) == 1


def test_the_server_is_told_which_panels_work(served: ServedHouse, client: PlainClient) -> None:
    served.wait_for_state(lambda state: state.working == {"A1", "A2", "A5", "A99"}, "four seats")
    client.say(jammed=["A2"])
    served.wait_for_state(lambda state: state.working == {"A1", "A5", "A99"}, "one of them jammed")
    client.say(jammed=[])
    served.wait_for_state(lambda state: state.working == {"A1", "A2", "A5", "A99"}, "and freed")


HOUSE = {
    "buses": [{"bus": "hall", "port": "/dev/ttyUSB0", "online": True}],
    "panels": [
        {"serial": "p1", "seat": "A1", "online": True},
        {"serial": "p2", "seat": "A2", "online": False},
        {"serial": "p9", "seat": None, "online": True},
    ],
    "pairing": None,
    "testing": False,
}


def test_a_panel_that_is_silent_counts_as_none_until_it_answers_again(served: ServedHouse, client: PlainClient) -> None:
    client.say(house=HOUSE)
    served.wait_for_state(lambda state: state.working == {"A1", "A5", "A99"}, "A2 does not answer")
    client.say(house={**HOUSE, "panels": [{"serial": "p2", "seat": "A2", "online": True}]})
    served.wait_for_state(lambda state: state.working == {"A1", "A2", "A5", "A99"}, "it does again")


def test_an_old_panel_cannot_vote_once_its_seat_was_taken_from_it(served: ServedHouse, client: PlainClient) -> None:
    """Swapped in mid-poll: what it voted before stands, what it says afterwards is refused."""
    client.ask(ballot("A1"))
    client.say(seats=["A2", "A5", "A99"])
    assert client.ask(ballot("A1", choice="against"))["refusal"] == "seat-not-yours"
    assert client.ask({"type": "CheckIn", "id": str(uuid.uuid4()), "seat": "A1"})["refusal"] == "seat-not-yours"
    assert [(b.member, b.choice) for b in served.ballots()] == [("m01", "for")]


def test_a_wired_panel_that_is_out_of_use_cannot_vote(served: ServedHouse, client: PlainClient) -> None:
    served.do(lambda: setattr(served.panels, "barred", lambda: frozenset({"A1"})))
    assert client.ask(ballot("A1"))["refusal"] == "seat-not-yours"
    assert client.ask(ballot("A2"))["accepted"] is True
    assert [b.member for b in served.ballots()] == ["m02"]


def test_a_panel_that_came_to_a_seat_in_mid_poll_is_shown_the_ballot_and_may_change_it(
    served: ServedHouse, client: PlainClient
) -> None:
    client.ask(ballot("A1"))
    client.say(seats=["A2", "A5", "A99"])
    client.say(seats=["A1", "A2", "A5", "A99"])
    client.say(want="snapshot")
    assert client.hear("snapshot")["view"]["seats"][0]["choice"] == "for"
    assert client.ask(ballot("A1", choice="against"))["accepted"] is True


def test_an_order_goes_out_and_its_answer_comes_back(served: ServedHouse, client: PlainClient) -> None:
    answers: list[PanelDone] = []
    served.panels.on_done.append(lambda done: served.watched.change(lambda: answers.append(done)))
    assert served.do(lambda: served.panels.order(PanelOrder(id="o1", do="seat", serial="p1")))
    assert client.hear("order") == {"id": "o1", "do": "seat", "serial": "p1"}
    client.say(done={"id": "o1", "accepted": False, "refusal": "panel-not-found"})
    served.watched.wait_for(lambda: bool(answers), "the answer")
    assert answers == [PanelDone(id="o1", accepted=False, refusal="panel-not-found")]


def test_with_nobody_on_the_line_an_order_goes_nowhere(served: ServedHouse) -> None:
    assert not served.do(lambda: served.panels.order(PanelOrder(id="o1", do="pair-stop")))


@pytest.mark.parametrize(
    "line",
    [
        {"house": {"panels": [{"seat": "A1"}]}},
        {"house": {"panels": [{"serial": "p1", "seat": "A1", "kind": "toaster"}]}},
        {"done": {"accepted": True}},
        {"pressed": {"serial": "p1", "seat": None, "button": "maybe", "down": True}},
        {"seats": "A1"},
    ],
)
def test_a_line_about_the_boxes_that_means_nothing_is_refused_and_changes_nothing(
    served: ServedHouse, client: PlainClient, line: Any
) -> None:
    client.say(**line)
    assert client.hear("answer")["refusal"] == "malformed"
    assert served.states[-1].seats == {"A1", "A2", "A5", "A99"}


def test_both_sides_beat(served: ServedHouse, client: PlainClient) -> None:
    assert client.hear("beat") == 1


def test_a_socket_that_a_killed_server_left_behind_is_taken_over(polling: House, serve: Serve, path: Path) -> None:
    serve(polling).stop()
    with plain_listener(path):
        pass
    assert path.is_socket()
    serve(polling.restarted())
    with plain(path) as client:
        assert client.hello("A1")["role"] == "panels"


@contextmanager
def plain_listener(path: Path) -> Iterator[None]:
    """A socket that somebody bound and never took away."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        yield


def test_only_root_and_the_users_named_may_speak_for_the_seats() -> None:
    peers = Peers(frozenset({990, 991}))
    assert [uid for uid in (0, 1, 989, 990, 991, 65534) if peers.allow(Peer(1, uid, 0))] == [0, 990, 991]


def test_another_user_is_refused_by_what_the_kernel_says(polling: House, serve: Serve, path: Path) -> None:
    served = serve(polling, Peers(frozenset({os.getuid() + 1})))
    path.parent.chmod(0o755)
    path.chmod(0o666)  # the mode alone would have stopped them; here it is the credentials that must
    with as_another_user(), plain(path) as client:
        assert client.hear("bye") == "not-allowed"
        assert client.ended()
    assert served.states[-1].online is False


def test_the_socket_is_for_its_owner_and_group(served: ServedHouse, path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o660


@contextmanager
def as_another_user() -> Iterator[None]:
    """Root may speak for the seats, so as root we become somebody else; anyone else is not in the list as they are."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_the_page_names_every_line_of_both_sides() -> None:
    page = panel_socket.__doc__ or ""
    to_server, to_panels = page.split("From server to panels:")
    demo = to_panels.split('With `"simulated": true`')[1]
    for field in wire.FromPanels.__struct_fields__:
        assert f'{{"{field}":' in (to_server if field != "lights" else demo)
    for field in wire.FromServer.__struct_fields__:
        assert f'{{"{field}":' in to_panels
    for field in Line.__struct_fields__:
        assert f'{{"{field}":' in (to_server if field != "lights" else demo)
    for order in get_args(Do):
        assert f"`{order}`" in to_panels


def test_both_sides_mean_the_same_by_the_same_line() -> None:
    """What the panels process writes the server reads whole, and the other way round."""
    assert set(Line.__struct_fields__) == set(wire.FromPanels.__struct_fields__)
