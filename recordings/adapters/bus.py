"""One loopback port of the seam (MPEG-TS over UDP), with room for a while in which nobody reads."""

import socket
from contextlib import suppress
from typing import Final

BUFFER_BYTES: Final = 16 * 1024 * 1024
"""At 2.5 Mbit/s about 25 s (the kernel counts each datagram with its own overhead)."""

SO_TIMESTAMPNS: Final = 35


def bind(port: int) -> socket.socket:
    """Listen on the port. Raises OSError if somebody else does."""
    bus = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        # Only root may go beyond net.core.rmem_max.
        with suppress(OSError):
            bus.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        with suppress(OSError):
            bus.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_RCVBUFFORCE", 33), BUFFER_BYTES)
        # Before anything comes: what came before the kernel was asked to stamp it is stamped when it is read.
        bus.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        bus.bind(("127.0.0.1", port))
    except OSError:
        bus.close()
        raise
    return bus
