"""The frames of the panel bus, for both of its ends: the panel (MicroPython) and the appliance (CPython).

Imports nothing of `machine`. Half duplex, one master: a panel speaks only when it is asked, and answers one frame.

A frame has SIZE = 24 bytes, little endian:

    0  2  SYNC
    2  1  address   0: nobody's, for panels without a hall; 1 to 250: a panel's, given when it is paired
    3  1  kind      below
    4  4  counter   the master counts its frames of a session upwards; an answer repeats the asker's
    8  8  body      by kind
   16  6  mac       the first bytes of HMAC-SHA256 (RFC 2104, FIPS 180-4) over bytes 2 to 15; zeros where no key is
   22  2  crc       CRC-16/CCITT-FALSE over bytes 2 to 21

The crc finds noise, the mac finds strangers. 48 bits of a mac that can be tried once a poll are out of reach.

| kind    | who    | key     | body                                                                             |
|---------|--------|---------|----------------------------------------------------------------------------------|
| WHO     | master | none    | anything; address 0. Answered by a panel without a hall whose button was pressed |
|         |        |         | in the last PAIRING_SECONDS, and by no other                                     |
| I_AM    | panel  | none    | its serial number                                                                |
| CALL    | master | none    | serial; address 0, counter = the address it is to have                           |
| KEY     | master | none    | half a key; address 0, counter 0 or 1: which half. To the panel that was called  |
| JOINED  | panel  | its own | its serial; the answer to the second KEY: proof that it holds the key            |
| OPEN    | master | paired  | eight random bytes                                                               |
| OPENED  | panel  | paired  | boot (4 random bytes, new when it is switched on), 4 more, new with each OPEN    |
| POLL    | master | session | see `Poll`                                                                       |
| POLLED  | panel  | session | see `Polled`                                                                     |
| ABOUT   | master | session | zeros; after the first POLLED of a session                                       |
| MADE_AS | panel  | session | the version of its firmware: major, minor, patch; then zeros                     |
| FORGET  | master | paired  | the panel's serial: it has no hall any more                                      |
| GONE    | panel  | paired  | its serial                                                                       |

A session's key is `paired.session(body of OPEN, body of OPENED)`: what was recorded on the wire at another
time fits no session, and within one the counter only rises. A panel answers nothing whose mac is wrong.
"""

import hashlib
import struct
from array import array

SYNC = b"\xd5\x4e"
SIZE = 24
KEY_SIZE = 16
MAC_SIZE = 6
PAIRING_SECONDS = 10
LONGEST_WAIT_TENTHS = 100
"""A press that was not answered for so long counts nothing: nobody stands behind it any more."""

WHO, CALL, KEY, OPEN, POLL, ABOUT, FORGET = 0x01, 0x02, 0x03, 0x10, 0x11, 0x12, 0x1F
I_AM, JOINED, OPENED, POLLED, MADE_AS, GONE = 0x81, 0x83, 0x90, 0x91, 0x92, 0x9F
ANSWERS = {WHO: I_AM, KEY: JOINED, OPEN: OPENED, POLL: POLLED, ABOUT: MADE_AS, FORGET: GONE}

_SHAPE = "<2sBBI8s6s"


class Refused(ValueError):
    """Raised when bytes are no frame, or no frame of whoever holds the key."""


class Key:
    """A key of KEY_SIZE bytes, with its two HMAC pads (RFC 2104) made once: on a panel that is most of the work.

    MicroPython's standard library has SHA-256 and no hmac.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_SIZE:
            raise Refused("a key has 16 bytes")
        block = secret + bytes(64 - KEY_SIZE)
        self._inner = bytes([b ^ 0x36 for b in block])
        self._outer = bytes([b ^ 0x5C for b in block])

    def hmac(self, message: bytes) -> bytes:
        """HMAC-SHA256, 32 bytes."""
        return hashlib.sha256(self._outer + hashlib.sha256(self._inner + message).digest()).digest()

    def session(self, asked: bytes, answered: bytes) -> "Key":
        """The key of the session that OPEN (`asked`) and OPENED (`answered`) have opened."""
        return Key(self.hmac(b"session" + asked + answered)[:KEY_SIZE])

    def made(self, data: bytes) -> bool:
        """Whoever made this frame holds this key. Takes as long for a wrong mac as for a right one."""
        ours = int.from_bytes(self.hmac(data[2:16])[:MAC_SIZE], "big")
        return ours ^ int.from_bytes(data[16:22], "big") == 0


class Frame:
    """One frame: address 0 to 250, kind, counter 0 to 2^32 - 1, body of 8 bytes."""

    def __init__(self, address: int, kind: int, counter: int, body: bytes) -> None:
        self.address = address
        self.kind = kind
        self.counter = counter
        self.body = body

    def pack(self, key: "Key | None" = None) -> bytes:
        """Its SIZE bytes, with a mac by `key`."""
        inner = struct.pack("<BBI8s", self.address, self.kind, self.counter, self.body)
        mac = key.hmac(inner)[:MAC_SIZE] if key else bytes(MAC_SIZE)
        return SYNC + inner + mac + struct.pack("<H", crc16(inner + mac))


def unpack(data: bytes) -> "Frame":
    """The frame in SIZE bytes, whoever made it. Raises Refused for noise."""
    if len(data) != SIZE or data[:2] != SYNC or struct.unpack("<H", data[22:])[0] != crc16(data[2:22]):
        raise Refused("no frame")
    _, address, kind, counter, body, _ = struct.unpack(_SHAPE, data[:22])
    return Frame(address, kind, counter, body)


class Poll:
    """What the master tells with each POLL.

    pattern  a number of `shows.PATTERNS`: what the lights do
    phase    tenths of a second, modulo 240: all panels of a hall blink in step
    press    the press that `verdict` is about
    verdict  NOTHING, TAKEN (it is with the appliance), RECORDED (it is on disk), REFUSED (it counts nothing)
    tag      of what is asked now; a press is for what was asked when it was made
    flags    LOCATE: all lights, so that somebody finds this panel; TESTING: presses are for the readiness report
    """

    def __init__(
        self, pattern: int, phase: int, press: int = 0, verdict: int = 0, tag: int = 0, flags: int = 0
    ) -> None:
        self.pattern = pattern
        self.phase = phase
        self.press = press
        self.verdict = verdict
        self.tag = tag
        self.flags = flags

    def body(self) -> bytes:
        """As a body."""
        return struct.pack("<BBHBHB", self.pattern, self.phase, self.press, self.verdict, self.tag, self.flags)


class Polled:
    """What a panel answers to each POLL.

    state   bits: JAMMED, TWO_AT_ONCE (since the last POLL), BROWNOUT (it was last reset by low voltage or its watchdog)
    press   the number of the press that waits for a verdict, 1 to 65535; 0: none. Numbers of one boot rise
    button  of that press: 0 for, 1 against, 2 abstain
    down    bits: which buttons are down
    age     tenths of a second since that press, 255 at most
    tag     what was asked when it was made (`Poll.tag`)
    lit     bits: which lights are on
    """

    def __init__(
        self, state: int = 0, press: int = 0, button: int = 0, down: int = 0, age: int = 0, tag: int = 0, lit: int = 0
    ) -> None:
        self.state = state
        self.press = press
        self.button = button
        self.down = down
        self.age = age
        self.tag = tag
        self.lit = lit

    def body(self) -> bytes:
        """As a body."""
        return struct.pack(
            "<BHBBHB", self.state, self.press, self.button | self.down << 4, self.age, self.tag, self.lit
        )


NOTHING, TAKEN, RECORDED, REFUSED = 0, 1, 2, 3
LOCATE, TESTING, BUZZER = 1, 2, 4
JAMMED, TWO_AT_ONCE, BROWNOUT = 1, 2, 4


def poll_of(body: bytes) -> Poll:
    """The Poll in a body."""
    return Poll(*struct.unpack("<BBHBHB", body))


def polled_of(body: bytes) -> Polled:
    """The Polled in a body."""
    state, press, buttons, age, tag, lit = struct.unpack("<BHBBHB", body)
    return Polled(state, press, buttons & 15, buttons >> 4, age, tag, lit)


def crc16(data: bytes) -> int:
    """CRC-16/CCITT-FALSE: polynomial 0x1021, initial value 0xFFFF. MicroPython has crc32 alone."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc << 8 & 0xFFFF) ^ _TABLE[crc >> 8 ^ byte]
    return crc


def _entry(high: int) -> int:
    crc = high << 8
    for _ in range(8):
        crc = (crc << 1 ^ 0x1021) & 0xFFFF if crc & 0x8000 else crc << 1
    return crc


_TABLE = array("H", [_entry(high) for high in range(256)])
"""By bytes, not by bits: eight times as fast on a panel."""
