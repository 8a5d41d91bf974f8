"""What a client asks of the network it is in: `python -m tests.beds.questions QUESTION …`, run in its namespace.

    ports ADDRESS [FIRST LAST]        TCP ports that answer, by a full connect to each
    name SERVER NAME                  what a DNS server says: an address, or the code it answers with
    reaches ADDRESS PORT              "open", "refused" or "silent"
    lots ADDRESS PORT COUNT           how many of so many connections are open at the same time
    echo PORT                         answers every request at this port of loopback with what it was, as JSON
    serve PORT …                      listens everywhere at these ports (TCP) and says "ready"
    datagrams ADDRESS FIRST LAST      UDP ports that answer a datagram
    parrot FIRST LAST                 answers every datagram at these ports with itself and says "ready N": so many
                                      are served, the others belong to somebody else

Each prints one line.
"""

import errno
import json
import resource
import select
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

AT_ONCE: Final = 16_000
PATIENCE: Final = 1.5
"""Seconds in which a machine on the same wire has answered a hundred times over."""


def ports(address: str, first: str = "1", last: str = "65535") -> str:
    """The open ones, by spaces."""
    wanted = list(range(int(first), int(last) + 1))
    found: list[int] = []
    for start in range(0, len(wanted), AT_ONCE):
        found += _connects(address, wanted[start : start + AT_ONCE])
    return " ".join(str(port) for port in sorted(found))


def _connects(address: str, some: list[int]) -> list[int]:
    poll, waiting, found = select.epoll(), {}, []
    for port in some:
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex((address, port))
        poll.register(one, select.EPOLLOUT | select.EPOLLERR | select.EPOLLHUP)
        waiting[one.fileno()] = (one, port)
    deadline = time.monotonic() + PATIENCE
    while waiting and (left := deadline - time.monotonic()) > 0:
        for number, _ in poll.poll(left):
            one, port = waiting.pop(number)
            if one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found.append(port)
            poll.unregister(number)
            one.close()
    for one, _ in waiting.values():
        one.close()
    return found


def name(server: str, asked: str) -> str:
    """One question for an address, by UDP."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in asked.split("."))
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(PATIENCE)
        line.sendto(question, (server, 53))
        try:
            said = line.recv(512)
        except TimeoutError:
            return "silent"
        except ConnectionRefusedError:
            return "refused"
    code = {0: "empty", 2: "failed", 3: "no such name", 5: "will not say"}[said[3] & 15]
    return socket.inet_ntoa(said[-4:]) if int.from_bytes(said[6:8]) else code


def reaches(address: str, port: str) -> str:
    """One connection."""
    try:
        socket.create_connection((address, int(port)), PATIENCE).close()
    except ConnectionRefusedError:
        return "refused"
    except (TimeoutError, OSError) as error:
        return "silent" if isinstance(error, TimeoutError) else errno.errorcode.get(error.errno or 0, "silent")
    return "open"


def lots(address: str, port: str, count: str) -> str:
    """As many as will open, one after the other, all kept."""
    kept: list[socket.socket] = []
    for _ in range(int(count)):
        with suppress(OSError):
            kept.append(socket.create_connection((address, int(port)), 0.5))
    alive = sum(1 for one in kept if not _ended(one))
    return str(alive)


def _ended(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def serve(*wanted: str) -> str:
    """Until it is ended."""
    listening = [socket.create_server(("0.0.0.0", int(port)), backlog=512, reuse_port=True) for port in wanted]
    for one in listening:
        one.setblocking(False)
    print("ready", flush=True)
    kept = []
    while True:
        for one in select.select(listening, [], [])[0]:
            with suppress(BlockingIOError):
                kept.append(one.accept())


def datagrams(address: str, first: str, last: str) -> str:
    """Those that answer, by spaces. Asked from port 68 too, as whoever wants an address does."""
    found: set[int] = set()
    for source in (0, 68):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            with suppress(OSError):  # where the one who answers is asked, 68 is taken; any other port does too
                line.bind(("", source))
            line.setblocking(False)
            for port in range(int(first), int(last) + 1):
                with suppress(OSError):
                    line.sendto(b"anybody?", (address, port))
                if port % 200 == 0:
                    found |= _answers(line, 0.002)
            found |= _answers(line, PATIENCE)
    return " ".join(str(port) for port in sorted(found))


def _answers(line: socket.socket, patience: float) -> set[int]:
    """The ports from which something has come, until nothing has come for so long."""
    found: set[int] = set()
    while select.select([line], [], [], patience)[0]:
        with suppress(OSError):
            found.add(line.recvfrom(64)[1][1])
    return found


def parrot(first: str, last: str) -> str:
    """Until it is ended."""
    poll, lines = select.epoll(), dict[int, socket.socket]()
    for port in range(int(first), int(last) + 1):
        line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            line.bind(("0.0.0.0", port))
        except OSError:
            line.close()
            continue
        line.setblocking(False)
        poll.register(line, select.EPOLLIN)
        lines[line.fileno()] = line
    print(f"ready {len(lines)}", flush=True)
    while True:
        for number, _ in poll.poll():
            with suppress(OSError):
                said, who = lines[number].recvfrom(64)
                lines[number].sendto(said, who)


class Echo(BaseHTTPRequestHandler):
    """In the appliance's place: what did the web server in front make of the request?"""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): self.headers.get_all(name) for name in self.headers}
        said = {"path": self.path, "headers": headers, "body": len(self.rfile.read(length))}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815


def echo(port: str) -> str:
    """Until it is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", int(port)), Echo)
    print("ready", flush=True)
    server.serve_forever()
    return ""


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    table: dict[str, Callable[..., str]] = {
        "ports": ports,
        "name": name,
        "reaches": reaches,
        "lots": lots,
        "echo": echo,
        "serve": serve,
        "datagrams": datagrams,
        "parrot": parrot,
    }
    print(table[sys.argv[1]](*sys.argv[2:]))
