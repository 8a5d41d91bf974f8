"""A network camera: a small RTSP server (RFC 2326, interleaved over TCP) that plays the test pattern for ever.

ffmpeg has no RTSP server, only a client that can be the one who listens. So ffmpeg makes RTP, and this hands it on as
a camera does: DESCRIBE, SETUP, PLAY. `unplug` cuts every connection and listens no more; `plug_in` begins again.
"""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PATTERN: Final = "testsrc2=size=320x180:rate=15"
ENCODED: Final = "-c:v libx264 -preset ultrafast -tune zerolatency -g 15 -b:v 300k -bsf:v dump_extra=freq=keyframe"


class RtspCamera:
    """One camera at one address."""

    def __init__(self, folder: Path) -> None:
        self._rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._rtp.bind(("127.0.0.1", 0))
        self._description = folder / "camera.sdp"
        to = f"rtp://127.0.0.1:{self._rtp.getsockname()[1]}?pkt_size=1200"
        command = f"ffmpeg -nostdin -v error -re -f lavfi -i {PATTERN} -an {ENCODED} -f rtp -sdp_file".split()
        self._lens = subprocess.Popen([*command, str(self._description), to])
        self._clients: list[socket.socket] = []
        self._listening: socket.socket | None = None
        self.port = 0
        self.plug_in()
        threading.Thread(target=self._send, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it is, with the password that it does not ask for."""
        return f"rtsp://admin:quoc-hoi-1946@127.0.0.1:{self.port}/main"

    def plug_in(self) -> None:
        """Answer, at the same address as before."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def unplug(self) -> None:
        """Gone: no connection lives, none is taken."""
        assert self._listening is not None
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for client in self._clients:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
        self._clients.clear()

    def stall(self) -> None:
        """Its connections stay, but nothing comes any more."""
        self._clients.clear()

    def end(self) -> None:
        """No process and no connection stays."""
        with suppress(OSError):
            self.unplug()
        self._lens.kill()
        self._lens.wait()
        self._rtp.close()

    def _send(self) -> None:
        with suppress(OSError):
            while packet := self._rtp.recv(2048):
                for client in list(self._clients):
                    with suppress(OSError):
                        client.sendall(b"$\0" + len(packet).to_bytes(2, "big") + packet)

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError), client.makefile("rb") as lines:
            while request := lines.readline().decode():
                asked = {}
                while line := lines.readline().decode().strip():
                    name, _, value = line.partition(":")
                    asked[name.lower()] = value.strip()
                verb = request.split()[0]
                client.sendall(self._answer(verb, asked).encode())
                if verb == "PLAY":
                    self._clients.append(client)

    def _answer(self, verb: str, asked: dict[str, str]) -> str:
        head = f"RTSP/1.0 200 OK\r\nCSeq: {asked['cseq']}\r\nSession: 1\r\n"
        if verb == "DESCRIBE":
            words = self._description.read_text(encoding="ascii").removeprefix("SDP:\n")
            return f"{head}Content-Type: application/sdp\r\nContent-Length: {len(words)}\r\n\r\n{words}"
        if verb == "SETUP":
            return f"{head}Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n\r\n"
        return f"{head}Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n"


@contextmanager
def rtsp_camera(folder: Path) -> Iterator[RtspCamera]:
    """A camera in the house's network."""
    camera = RtspCamera(folder)
    try:
        yield camera
    finally:
        camera.end()
