"""A stream process's port of the bus, in its loop: datagrams of MPEG-TS, each with the moment it came."""

import asyncio
import time
from collections.abc import Callable

from recordings.adapters import bus
from recordings.senders import Heard, Senders

Taker = Callable[[bytes, int], None]
"""A datagram, and the monotonic clock (ms) when it came."""


class _Bus(asyncio.DatagramProtocol):
    def __init__(self, take: Taker) -> None:
        self._take = take
        self._senders = Senders()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        now = uptime_ms()
        match self._senders.hear(data, addr[1], now):
            case Heard.BEGINS:
                self._take(self._senders.reader.tables + data, now)
            case Heard.GOES_ON:
                self._take(data, now)


def uptime_ms() -> int:
    """The machine's monotonic clock, the same that the ledger's entries carry."""
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1_000_000


async def open_bus(port: int, take: Taker) -> asyncio.DatagramTransport:
    """Give `take` each datagram that comes to this port of the loopback. Raises OSError when the port is taken."""
    sock = bus.bind(port)
    sock.setblocking(False)
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: _Bus(take), sock=sock)
    return transport
