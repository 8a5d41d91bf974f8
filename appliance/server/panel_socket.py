"""The panels' Unix socket: how the process that owns buttons and lights takes part in a meeting.

**The page.** A stream socket, mode 0660; lines of JSON (UTF-8, ended by a line feed), each an object with
exactly one of the fields below. Who connects is asked of the kernel (SO_PEERCRED): root, the appliance's own
user and the configured one may; anybody else gets `{"bye": "not-allowed"}`. There is one panels process: a
new one takes the place of the old, which gets `{"bye": "replaced"}` and must not come back by itself.

From panels to server:

    {"hello": {"protocol": 2, "seats": ["07", …], "simulated": false}}    the first line: which seats have a panel now
    {"seats": ["07", …]}      they have changed: all of them, anew. What comes later speaks for these alone
    {"command": {"type": "CastBallot", "id": "<uuid>", "seat": "07", "poll": "…", "choice": "for"}}
    {"command": {"type": "CheckIn", "id": "<uuid>", "seat": "07"}}         any command a seat may give; one door.
                              A seat that is not served now is refused as `seat-not-yours`
    {"jammed": ["07"]}        all seats of which a button is stuck now: they count as having no panel
    {"house": {"buses": […], "panels": […], "pairing": …, "testing": false}}    after hello, and whenever something in
                              it has changed, at most four times a second; all of it each time. Types: `House` in
                              `services/panel_words.py`. `down` of a panel is empty but while testing
    {"done": {"id": …, "accepted": true}}
    {"done": {"id": …, "accepted": false, "refusal": code, "detail": ""}}    the one answer to an order: accepted once
                              it is durable (on file, and told to the panel where it must be); refused: nothing changed
    {"pressed": {"serial": …, "seat": "07" or null, "button": "for", "down": true}}    while testing, and then alone
    {"want": "snapshot"}      a push did not follow the one before
    {"beat": 1}               every 2 s

From server to panels:

    {"snapshot": {"ledger": …, "seq": n, "role": "panels", "name": …, "view": {…}}}    after hello, and when wanted
    {"push": {"ledger": …, "seq": n, "prev": m, "changed": {…}, "happened": […]}}       as to every client
    {"answer": {"id": "<uuid>", "accepted": true, "seq": n}}                             it is on disk
    {"answer": {"id": "<uuid>" or null, "accepted": false, "refusal": code, "fault": false, "detail": ""}}
    {"order": {"id": …, "do": …, …}}    to be done, and answered by `done` within 5 s; the same id again is answered as
                              at first and done once
    {"beat": 1}               at least every 2 s
    {"bye": why}              the last line: not-allowed, replaced, hello-first, protocol

Orders: `pair-start` (`bus`): give free panels there a light, and look for the one whose button is pressed; it is
`pairing.found` then. `pair-stop`. `take` (`serial`, `seat` or none): the found panel gets address and key, is on file,
and pairing ends. `forget` (`serial`): its key is thrown away. `seat` (`serial`, `seat` or none: a spare from now on):
whichever panel was at that seat is a spare then; the new one shows what is recorded for the seat; what the old one
still says goes nowhere. `locate` (`serial`, `on`): it shows where it is. `test` (`on`): presses are told as `pressed`
and never given as commands; off again by itself when this connection ends. `light` (`serial`, `lights`: three times
true or false): while testing. Refusals: `pairing-underway`, `pairing-not-underway`, `bus-unknown`, `bus-offline`,
`panel-not-found`, `panel-offline`, `panel-fixed` (wired to the Pi's own pins), `seat-has-panel`, `panels-not-testing`,
`storage-fault`, `malformed`. No line ever holds a key.

Protocol 1, which is heard as well, has neither `seats` (those of hello stay), `house`, `pressed` nor orders.

Sections of the view: meeting, poll, progress, health, seats. An answer is sent when it is durable, so a light
may say *recorded* on `accepted`. A command without an answer is given again, with the same id, after the next
snapshot, unless a newer choice was made for the seat. A line of more than 64 KiB is refused as `too-large`
and skipped. Each side takes a silence of 6 s as the other's death and closes the connection.

With `"simulated": true` in hello (mock pins, demo only) there is also, from the server, the finger
`{"press": {"seat": "07", "button": "for", "down": true}}`, and from panels what the lights do, for seats whose
lights have changed: `{"lights": {"07": {"show": "waiting", "lights": ["blink", "blink", "blink"],
"lit": [true, true, true]}}}` (in the order for, against, abstain; `lit` is read from the pins; the words are
off, on, blink (slow), flash (quick or short); `show` is a name of the table in `panels/lights.py`).
A panels process on real pins takes no `press`.
"""

import logging
import os
import pwd
import socket as names
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
from gevent import server, socket

from appliance.core.people import Actor, Role
from appliance.core.refusals import Code, Refusal
from appliance.server.errors import FAULTS
from appliance.server.hub import die
from appliance.server.line_client import MAX_LINE, LineClient
from appliance.server.panel_client import Peers, peer_of
from appliance.server.panel_lines import NO_COMMAND, Hello, Line, Lit, Named, PanelsState
from appliance.services.answers import Answer, Reply
from appliance.services.panel_words import House, PanelDone, PanelOrder, Pressed

PROTOCOLS: Final = range(1, 3)
ACTOR: Final = Actor(role=Role.PANELS, person="panels")

Give = Callable[[bytes, Actor, Reply], None]
log = logging.getLogger(__name__)


_line: Final = msgspec.json.Decoder(Line)
_name: Final = msgspec.json.Decoder(Named)
_encode: Final = msgspec.json.Encoder().encode


class PanelSocket:
    """Listens on `path`; everything happens on the hub. `push` has the form of a channel's listener."""

    def __init__(self, path: Path, give: Give, snapshot: Callable[[], bytes], peers: Peers) -> None:
        self._path = path
        self._give = give
        self._snapshot = snapshot
        self._peers = peers
        self._server: server.StreamServer | None = None
        self._client: LineClient | None = None
        self._takes_orders = False
        self._lights: dict[str, Lit] = {}
        self.barred: Callable[[], frozenset[str]] = frozenset
        """Seats from which nothing is taken, whatever the process serves."""
        self.state = PanelsState()
        self.on_state: list[Callable[[PanelsState], None]] = []
        self.on_lights: list[Callable[[dict[str, Lit]], None]] = []
        self.on_house: list[Callable[[House], None]] = []
        self.on_done: list[Callable[[PanelDone], None]] = []
        self.on_pressed: list[Callable[[Pressed], None]] = []

    def start(self, owner: int | None = None) -> None:
        """Listen. `owner` is the Unix user of the panels process, when it is not the appliance's own."""
        if self._path.is_socket():
            self._path.unlink()  # left by a process that was killed
        listener = socket.socket(names.AF_UNIX, names.SOCK_STREAM)
        listener.bind(str(self._path))
        if owner is not None:
            _give_to_group_of(owner, self._path)
        self._path.chmod(0o660)
        listener.listen(8)
        self._server = server.StreamServer(listener, self._connected)
        self._server.start()

    def stop(self) -> None:
        """Close the connection and the socket, and take its name away."""
        if self._client is not None:
            self._client.abort()
        if self._server is not None:
            self._server.stop()
            self._server = None
            self._path.unlink(missing_ok=True)

    def push(self, event: str, body: bytes) -> None:
        """Pass on what the audience `panels` is told."""
        if self._client is not None:
            self._client.say(b'{"%s":%s}' % (event.encode(), body))

    def press(self, seat: str, button: str, down: bool) -> bool:
        """Press or let go a mock button (demo). False when there is no simulated panel at this seat."""
        if self._client is None or not self.state.simulated or seat not in self.state.seats:
            return False
        self._client.say(_encode({"press": {"seat": seat, "button": button, "down": down}}))
        return True

    def order(self, order: PanelOrder) -> bool:
        """A PanelLine: queue one order; False when no panels process is there that takes any."""
        if self._client is None or not self._takes_orders:
            return False
        self._client.say(_encode({"order": order}))
        return True

    def lights(self) -> dict[str, Lit]:
        """What each simulated panel shows now; empty while there is none."""
        return dict(self._lights)

    # --- one connection

    def _connected(self, sock: socket.socket, _address: object) -> None:
        peer = peer_of(sock)
        client = LineClient(sock, "the panels process")
        try:
            if self._peers.allow(peer):
                self._serve(client)
            else:
                log.warning("user %d (process %d) may not speak for the panels", peer.uid, peer.pid)
                client.bye("not-allowed")
        except OSError as error:
            log.info("panels: %s", error)
        except Exception:  # noqa: BLE001 - see die
            die("the panels' socket")
        finally:
            if self._client is client:
                self._client, self._lights = None, {}
                self._tell(PanelsState())
            client.finish()

    def _serve(self, client: LineClient) -> None:
        for raw in client.lines():
            if raw is None:
                client.say(_answer(None, Refusal(Code.TOO_LARGE, f"{MAX_LINE} bytes at most")))
                continue
            try:
                line = _line.decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                client.say(_answer(None, Refusal(Code.MALFORMED, str(error)[:200])))
                continue
            if self._client is client:
                self._take(client, line)
            elif line.hello is None or line.hello.protocol not in PROTOCOLS:
                client.bye("hello-first" if line.hello is None else "protocol")
                return
            else:
                self._welcome(client, line.hello)

    def _welcome(self, client: LineClient, hello: Hello) -> None:
        old, self._client, self._lights = self._client, client, {}
        self._takes_orders = hello.protocol > 1
        if old is not None:
            log.warning("a new panels process takes the place of the old one")
            old.bye("replaced")
        client.say(b'{"snapshot":%s}' % self._snapshot())
        self._tell(PanelsState(online=True, seats=frozenset(hello.seats), simulated=hello.simulated))

    def _take(self, client: LineClient, line: Line) -> None:
        if line.command != NO_COMMAND:
            self._command(client, line.command)
        elif line.lights is not None and self.state.simulated:
            self._lights |= line.lights
            for listen in self.on_lights:
                listen(line.lights)
        elif line.jammed is not None and frozenset(line.jammed) != self.state.jammed:
            self._tell(msgspec.structs.replace(self.state, jammed=frozenset(line.jammed)))
        elif line.seats is not None and frozenset(line.seats) != self.state.seats:
            self._tell(msgspec.structs.replace(self.state, seats=frozenset(line.seats)))
        elif line.want is not None:
            client.say(b'{"snapshot":%s}' % self._snapshot())
        else:
            self._heard(line)

    def _heard(self, line: Line) -> None:
        """What it says of its boxes."""
        if line.house is not None:
            away = frozenset(p.seat for p in line.house.panels if p.seat is not None and not p.online)
            if away != self.state.away:
                self._tell(msgspec.structs.replace(self.state, away=away))
            for listen in self.on_house:
                listen(line.house)
        elif line.done is not None:
            for heed in self.on_done:
                heed(line.done)
        elif line.pressed is not None:
            for feel in self.on_pressed:
                feel(line.pressed)

    def _command(self, client: LineClient, command: msgspec.Raw) -> None:
        """Pass it through the door, unless it comes from a seat that this process never said it has."""
        named = _named(command)
        if named.seat is not None and named.seat not in self.state.seats - self.barred():
            client.say(_answer(named.id, Refusal(Code.SEAT_NOT_YOURS)))
        else:
            self._give(bytes(command), ACTOR, lambda answer: client.say(_answer(named.id, answer)))

    def _tell(self, state: PanelsState) -> None:
        self.state = state
        for listen in self.on_state:
            listen(state)


def _answer(command_id: str | None, answer: Answer) -> bytes:
    if isinstance(answer, Refusal):
        told: dict[str, object] = {"refusal": answer.code, "fault": answer.code in FAULTS, "detail": answer.detail}
        return _encode({"answer": {"id": command_id, "accepted": False, **told}})
    return _encode({"answer": {"id": command_id, "accepted": True, "seq": answer.seq}})


def _named(command: msgspec.Raw) -> Named:
    try:
        return _name.decode(command)
    except msgspec.MsgspecError:
        return Named()


def _give_to_group_of(user: int, path: Path) -> None:
    try:
        os.chown(path, -1, pwd.getpwuid(user).pw_gid)
    except (KeyError, PermissionError) as error:
        log.warning("user %d may not be able to open %s: %s", user, path, error)
