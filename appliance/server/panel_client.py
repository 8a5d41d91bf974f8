"""Who is at the other end of the panels' socket, as the kernel says, and who may be."""

import socket as names
import struct

from gevent import socket
from msgspec import Struct


class Peer(Struct, frozen=True):
    """Who is at the other end, as the kernel says."""

    pid: int
    uid: int
    gid: int


class Peers(Struct, frozen=True):
    """Who may connect, besides root."""

    uids: frozenset[int]

    def allow(self, peer: Peer) -> bool:
        """Whether this peer may speak for the seats."""
        return peer.uid == 0 or peer.uid in self.uids


def peer_of(sock: socket.socket) -> Peer:
    """Ask the kernel who connected (SO_PEERCRED)."""
    return Peer(*struct.unpack("3i", sock.getsockopt(names.SOL_SOCKET, names.SO_PEERCRED, 12)))
