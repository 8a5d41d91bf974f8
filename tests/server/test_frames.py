"""How bytes reach clients: frames built once, the library's own way, and clients that do not read."""

import base64
import json
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest
import requests

from appliance.core import commands as c
from appliance.server.live.frames import BACKLOG_LIMIT, event_frame, frame
from appliance.server.websocket import MAX_MESSAGE
from tests.house import CHAIR, CLERK, announce_poll, cast, convene, open_poll, sit
from tests.server.running import WAIT_SECONDS, Running


class Raw:
    """A WebSocket client made of a bare socket: it can send what no library would, and can refuse to read."""

    def __init__(self, server: Running, session: requests.Session, receive_buffer: int | None = None) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(WAIT_SECONDS)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.connect(("127.0.0.1", server.server.port))
        cookies = "; ".join(f"{k}={v}" for k, v in session.cookies.items())
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{server.server.port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nCookie: {cookies}\r\n\r\n".encode()
        )
        self._buffer = b""
        while b"\r\n\r\n" not in self._buffer:
            self._buffer += self._receive()
        head, self._buffer = self._buffer.split(b"\r\n\r\n", 1)
        assert head.startswith(b"HTTP/1.1 101")

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def join(self) -> "Raw":
        """Connect to Socket.IO and wait for the snapshot."""
        self.send(b"40")
        while not self.read()[1].startswith(b'42["snapshot"'):
            pass
        return self

    def send(self, payload: bytes, opcode: int = 0x81, mask: bool = True, size: int | None = None) -> None:
        """One frame; `size` may lie."""
        length = len(payload) if size is None else size
        flag = 0x80 if mask else 0
        head = bytes([opcode])
        if length < 126:
            head += bytes([flag | length])
        elif length < 65536:
            head += bytes([flag | 126]) + length.to_bytes(2, "big")
        else:
            head += bytes([flag | 127]) + length.to_bytes(8, "big")
        key = os.urandom(4) if mask else b""
        body = bytes(b ^ key[i % 4] for i, b in enumerate(payload)) if mask else payload
        self.socket.sendall(head + key + body)

    def read(self) -> tuple[int, bytes]:
        """One frame: opcode and payload."""
        opcode, size = self._take(1)[0] & 0x0F, self._take(1)[0]
        if size == 126:
            size = int.from_bytes(self._take(2), "big")
        elif size == 127:
            size = int.from_bytes(self._take(8), "big")
        return opcode, self._take(size)

    def ended(self) -> bool:
        """Reads to the end; whether the server has closed."""
        try:
            while self.socket.recv(65536):
                pass
        except TimeoutError:
            return False
        except ConnectionResetError:
            return True
        return True

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._buffer += self._receive()
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found

    def _receive(self) -> bytes:
        data = self.socket.recv(65536)
        assert data, "the server has closed"
        return data


def told(frames: str) -> dict[str, list[Any]]:
    """Everything that a delegate, the clerk and the hall are sent in one vote, without what differs by the clock."""
    with Running(frames=frames) as server:
        clients = {who: server.enter(who) for who in ("m01", "clerk", "hall")}
        announce_poll(cast(open_poll(sit(convene(server), present=4)), yes=3, no=1))
        server.give(CHAIR, c.StartItem, item="i2")
        for client in clients.values():
            client.wait_for("push", lambda p: "ItemStarted" in p["happened"] and "agenda" in p["changed"]
                            and p["changed"]["agenda"][1]["state"] == "current")  # fmt: skip
        views = {}
        for who, client in clients.items():
            view: dict[str, Any] = {}
            for event, body in client.got:
                view = {**body["view"]} if event == "snapshot" else {**view, **body.get("changed", {})}
                if event == "mine":
                    view["mine"] = body["mine"]
            views[who] = [sorted({event for event, _ in client.got}), without_times(view)]
        return views


def without_times(value: Any) -> Any:
    timed = {
        "ledger", "opened", "closed", "announced", "started", "ended", "since", "sitting_opened", "room",
        "remaining_ms",
    }  # fmt: skip
    if isinstance(value, dict):
        return {key: without_times(found) for key, found in value.items() if key not in timed}
    return [without_times(found) for found in value] if isinstance(value, list) else value


def test_frames_built_once_and_the_librarys_own_way_tell_the_same() -> None:
    assert told("once") == told("stock")


@pytest.mark.parametrize("frames", ["once", "stock"])
def test_a_command_is_answered_the_same_by_either_way(frames: str) -> None:
    with Running(frames=frames) as server:
        open_poll(sit(convene(server), present=4))
        tablet = server.enter("m01")
        assert tablet.give("CastBallot", poll="p1", choice="for")["accepted"]
        assert tablet.give("CastBallot", poll="p9", choice="for")["refusal"] == "poll-unknown"
        assert tablet.send(None, event="snapshot")["role"] == "delegate"


@pytest.mark.parametrize("size", [0, 125, 126, 65535, 65536])
def test_a_frame_has_the_length_in_the_form_the_protocol_wants(size: int) -> None:
    made = frame(b"x" * size)
    head = {0: 2, 125: 2, 126: 4, 65535: 4, 65536: 10}[size]
    assert len(made) == head + size
    assert made[0] == 0x81


def test_an_event_frame_is_a_socketio_event() -> None:
    assert event_frame("push", b'{"a":1}')[2:] == b'42["push",{"a":1}]'


def ends_with(item: str) -> Callable[[Any], bool]:
    return lambda push: (push["changed"].get("agenda") or [{}])[-1].get("item") == item


def test_a_client_that_never_reads_delays_nobody_and_is_dropped() -> None:
    with Running() as server:
        convene(server)
        server.give(CLERK, c.AddItem, item="long", number="9", title="D" * 2000)
        slow = Raw(server, server.sign_in("clerk"), receive_buffer=4096).join()
        quick = server.enter("m02")
        sit(server, present=4)
        number = 0
        while server.on_hub(lambda: len(server.parts.screens.clients)) == 2:
            number += 1
            assert number < 400, "the slow client is still there"
            server.give(CLERK, c.AddItem, item=f"n{number}", number="9", title="D" * 2000)
            quick.wait_for("push", ends_with(f"n{number}"))
            quick.got.clear()
        assert [client.actor.person for client in server.parts.screens.clients.values()] == ["m02"]
        assert slow.ended()
        slow.socket.close()


def test_a_client_may_take_its_time_within_bounds(server: Running) -> None:
    convene(server)
    with Raw(server, server.sign_in("clerk"), receive_buffer=4096).join() as late:
        for number in range(60):
            server.give(CLERK, c.AddItem, item=f"n{number}", number="9", title="D" * 1500)
        seen = 0
        while seen < 62:
            payload = late.read()[1]
            if payload.startswith(b'42["push"'):
                body = json.loads(payload[2:])[1]
                assert body["prev"] == body["seq"] - 1
                seen = len(body["changed"]["agenda"])
    assert BACKLOG_LIMIT > 100_000


def test_a_message_in_pieces_and_a_ping_in_between_are_understood(server: Running) -> None:
    convene(server)
    with Raw(server, server.sign_in("clerk")).join() as raw:
        command = b'427["command",{"type":"AddItem","id":"%s","item":"z","number":"1","title":"Z"}]' % (b"0" * 32)
        raw.send(command[:20], opcode=0x01)
        raw.send(b"hello", opcode=0x89)
        raw.send(command[20:], opcode=0x80)
        seen: list[tuple[int, bytes]] = []
        while not seen or not seen[-1][1].startswith(b"437"):
            seen.append(raw.read())
        assert (0x0A, b"hello") in seen
        assert b'"accepted":true' in seen[-1][1]


@pytest.mark.parametrize(
    ("payload", "frame_of"),
    [
        (b"", {"mask": False}),
        (b"", {"opcode": 0xC1}),
        (b"abc", {"opcode": 0x80}),
        (b"", {"size": MAX_MESSAGE + 1}),
        (b"\xff\xfe", {}),
        (b"9", {}),
        (b"", {"opcode": 0x88}),
    ],
    ids=["no mask", "extension", "nothing to continue", "too long", "no text", "no packet", "close"],
)
def test_a_client_that_breaks_the_protocol_is_let_go_and_nobody_else(
    server: Running, payload: bytes, frame_of: dict[str, Any]
) -> None:
    other = server.enter("m01")
    with Raw(server, server.sign_in("clerk")).join() as raw:
        raw.send(payload, **frame_of)
        if frame_of or payload == b"\xff\xfe":
            assert raw.ended()
    convene(server)
    other.wait_for("push")


def test_a_connection_that_never_signs_in_is_closed(server: Running) -> None:
    with Raw(server, server.sign_in("clerk")) as stranger:
        look = next(look for name, look in server.parts.tasks if "strangers" in name)
        watch = look.__self__  # type: ignore[attr-defined]
        tablet = server.enter("m01")
        server.on_hub(watch.look)
        server.on_hub(watch.look)
        assert stranger.ended()
        convene(server)
        tablet.wait_for("push")
