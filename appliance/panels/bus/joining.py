"""The words by which a new panel becomes one of this hall, and an old one leaves it.

The key goes over the wire in clear, once: who pairs does so with the hall empty (SECURITY.md). Proof that the panel has
it is JOINED with the right mac; should that be lost, the panel is asked again.
"""

from collections.abc import Callable

from appliance.panels.bus.pairing_file import Paired
from appliance.panels.bus.reader import Heard
from firmware.panel.frame import CALL, FORGET, GONE, I_AM, JOINED, KEY, KEY_SIZE, WHO, Frame, Key

TRIES = 5
JOIN_SECONDS = 0.5
"""A panel writes its key to its flash before it answers."""

Exchange = Callable[[bytes, Callable[[Heard], bool], float | None], bool]
"""Send a frame; wait until what is heard pleases, or for so many seconds (None: as for any answer)."""


def who(chance: bytes) -> bytes:
    """The frame that asks who is new here."""
    return Frame(0, WHO, int.from_bytes(chance[:4], "little"), bytes(8)).pack()


def who_is(heard: Heard) -> str | None:
    """The serial number in an answer to `who`."""
    frame = heard.frame
    return frame.body.hex() if frame.kind == I_AM and frame.address == 0 else None


def join(panel: Paired, exchange: Exchange, say: Callable[[bytes], None]) -> bool:
    """Give a new panel its address and its key; whether it has them."""
    serial, secret = bytes.fromhex(panel.serial), panel.secret
    key, half = Key(secret), KEY_SIZE // 2

    def proves(heard: Heard) -> bool:
        frame = heard.frame
        return frame.kind == JOINED and frame.body == serial and key.made(heard.raw)

    for _ in range(TRIES):
        say(Frame(0, CALL, panel.address, serial).pack())
        say(Frame(0, KEY, 0, secret[:half]).pack())
        if exchange(Frame(0, KEY, 1, secret[half:]).pack(), proves, JOIN_SECONDS):
            return True
    return False


def leave(panel: Paired, exchange: Exchange, chance: Callable[[int], bytes]) -> bool:
    """Tell a panel that it has no hall any more; whether it has said so. One that is away keeps a key for nothing."""
    key = Key(panel.secret)
    serial = bytes.fromhex(panel.serial)

    def gone(heard: Heard) -> bool:
        return heard.frame.kind == GONE and heard.frame.body == serial and key.made(heard.raw)

    for _ in range(TRIES):
        frame = Frame(panel.address, FORGET, int.from_bytes(chance(4), "little"), serial)
        if exchange(frame.pack(key), gone, JOIN_SECONDS):
            return True
    return False
