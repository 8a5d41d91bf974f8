"""One port of the bus: datagrams of MPEG-TS on the loopback, each with the moment it came."""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from typing import Final

BUFFER_BYTES: Final = 8 * 1024 * 1024
"""Some twenty seconds of picture: so long this process may be held up and lose nothing."""
_SO_RCVBUFFORCE: Final = 33
"""Root may have more than net.core.rmem_max; Python has no name for it."""

Taker = Callable[[bytes, int], None]
"""A datagram, and the monotonic clock (ms) when it came."""


class _Bus(asyncio.DatagramProtocol):
    def __init__(self, take: Taker) -> None:
        self._take = take

    def datagram_received(self, data: bytes, addr: object) -> None:
        self._take(data, uptime_ms())


def uptime_ms() -> int:
    """The machine's monotonic clock, the same that the ledger's entries carry."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000


async def open_bus(port: int, take: Taker) -> asyncio.DatagramTransport:
    """Give `take` each datagram that comes to this port of the loopback. Raises OSError when the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    with contextlib.suppress(PermissionError):
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, BUFFER_BYTES)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError:
        sock.close()
        raise
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Bus(take), sock=sock)
    return transport
