"""One viewer of the house's own path: a WebRTC connection that passes the encoded pictures on as they come.

Video only: a loudspeaker beside the microphone would howl. Nothing is encoded here; a viewer costs the packets alone.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import av
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av.stream import Stream

from recordings.mpegts import TICKS
from recordings.stream.transport import Picture, later

MOST_WAITING: Final = 60
"""Pictures: two seconds. A viewer further behind loses them and goes on at the next key frame."""
USUAL_STEP: Final = TICKS // 30
LONGEST_STEP: Final = TICKS
CONNECT_SECONDS: Final = 10.0
_H264: Final = "video/H264"


class Pictures(MediaStreamTrack):
    """The pictures as aiortc takes them, on a clock of their own that never jumps."""

    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._held = asyncio.Queue[Picture | None](MOST_WAITING)
        self._wants_key = True
        self._last: int | None = None
        self._ticks = 0

    def show(self, picture: Picture) -> None:
        """One more; dropped while this viewer cannot begin with it."""
        if self._wants_key and not picture.key:
            return
        self._wants_key = False
        try:
            self._held.put_nowait(picture)
        except asyncio.QueueFull:
            self._clear()
            self._wants_key = True

    def stop(self) -> None:
        """Nothing more comes, and what waits is not shown either."""
        super().stop()
        self._clear()
        self._held.put_nowait(None)

    async def recv(self) -> "av.Packet[Stream]":
        """The next picture. Raises MediaStreamError at the end."""
        picture = await self._held.get()
        if picture is None or self.readyState != "live":
            raise MediaStreamError
        step = USUAL_STEP if self._last is None else later(picture.ticks, self._last)
        # A source that was started again counts from its own beginning; the viewer's clock goes on.
        self._ticks += step if 0 < step <= LONGEST_STEP else USUAL_STEP
        self._last = picture.ticks
        packet = av.Packet(picture.data)
        packet.pts, packet.time_base = self._ticks, Fraction(1, TICKS)
        return packet

    def _clear(self) -> None:
        while not self._held.empty():
            self._held.get_nowait()


class Viewer:
    """One connection, from offer to end. `gone` is called once, however it ends."""

    def __init__(self, gone: Callable[["Viewer"], None]) -> None:
        self._gone = gone
        self._ended = False
        self.pictures = Pictures()
        self.connected = False
        self._link = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._link.on("connectionstatechange", self._changed)
        self._late = asyncio.get_running_loop().call_later(CONNECT_SECONDS, self._too_late)

    async def answer(self, offer: str, addresses: Sequence[str]) -> str:
        """The answer to its offer. Raises ValueError when it is none, or wants no H.264 picture."""
        # Before the offer is taken: otherwise VP8 is answered first and the pictures cannot be decoded.
        line = self._link.addTransceiver(self.pictures, direction="sendonly")
        wanted = [codec for codec in RTCRtpSender.getCapabilities("video").codecs if codec.mimeType == _H264]
        line.setCodecPreferences(wanted)
        try:
            await self._link.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            await self._link.setLocalDescription(await self._link.createAnswer())
        except Exception as error:  # it is a stranger's text; aiortc has many ways to stumble over it
            raise ValueError("not an offer that can be answered") from error
        if line.mid is None:
            raise ValueError("no picture is wanted")
        return only_from(self._link.localDescription.sdp, addresses)

    async def close(self) -> None:
        """End it now."""
        if self._ended:
            return
        self._ended = True
        self._late.cancel()
        self.pictures.stop()
        self._gone(self)
        with contextlib.suppress(ConnectionError):
            await self._link.close()

    def _too_late(self) -> None:
        if not self.connected:
            self._closing = asyncio.ensure_future(self.close())

    async def _changed(self) -> None:
        if self._link.connectionState == "connected":
            self.connected = True
        elif self._link.connectionState in {"failed", "closed", "disconnected"}:
            await self.close()


def only_from(sdp: str, addresses: Sequence[str]) -> str:
    """The description with the candidates at these addresses alone; none given: all stay."""
    if not addresses:
        return sdp
    lines = sdp.split("\r\n")
    return "\r\n".join(line for line in lines if not line.startswith("a=candidate:") or line.split()[4] in addresses)
