"""MPEG-TS to every consumer's UDP port, as a file that a muxer writes into.

libav's own tee has its pictures' times counted in pictures: two that come close together would be one moment, which
it refuses. And with one muxer for each port there would be as many idle encoders, since PyAV opens one for each.
"""

import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

PACKET: Final = 188
DATAGRAM: Final = 7 * PACKET


class UdpBus:
    """What is written goes to every port at once, in whole transport packets; nobody who listens can hold it up."""

    def __init__(self, ports: Sequence[int]) -> None:
        """To these ports of this machine."""
        self._to = [("127.0.0.1", port) for port in ports]
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._rest = b""

    def write(self, data: bytes) -> int:
        """Send it; what is not yet a whole packet waits for the next time."""
        waiting = self._rest + bytes(data)
        whole = len(waiting) // PACKET * PACKET
        for start in range(0, whole, DATAGRAM):
            for consumer in self._to:
                with suppress(OSError):  # it is not there, or its buffer is full: its loss, and nobody else's
                    self._socket.sendto(waiting[start : min(start + DATAGRAM, whole)], consumer)
        self._rest = waiting[whole:]
        return len(data)

    def close(self) -> None:
        """Nothing more is sent."""
        self._socket.close()
