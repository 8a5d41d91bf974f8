"""The recording's seal."""

from appliance.core.events.base import Event


class RecordingSealed(Event, tag=True, frozen=True, kw_only=True):
    """How far a take of the recording goes: the signed end of the recorder's own chain of segments.

    `head` is the hash of the manifest's last line; `signature` (Ed25519, the recorder's `key`) is checked with the
    recordings (`python -m recordings verify`). `ledger` is the meeting of the take, which may be an earlier one.
    """

    ledger: str
    take: str
    lines: int
    segments: int
    milliseconds: int
    """Of picture. A ledger holds whole numbers alone; the recorder signs this in seconds."""
    head: str
    key: str
    signature: str


RecordingEvent = RecordingSealed
