"""The line to the recorder: its control socket, always being kept or found again.

It lives here and not among the adapters because it waits on gevent's hub, which only this room knows. The page of
the protocol is at the top of `control.py` in the recorder's package. A recorder that is not there costs one refused
`connect` every tenth of a second; one that does not read, or says nothing for six seconds, is hung up on.
"""

import logging
import socket as names
from pathlib import Path
from typing import Final

import gevent
import msgspec
from gevent import socket

from appliance.server.line_client import LineClient
from appliance.services import recorder_words as w
from appliance.services.recorder import Recorder

PROTOCOL: Final = 1
MAX_LINE: Final = 256 * 1024
AGAIN_SECONDS: Final = 0.1

log = logging.getLogger(__name__)
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(w.FromRecorder).decode


class RecorderLink:
    """A RecorderLine. `keep` is a task that never ends; all of it is on the hub."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._client: LineClient | None = None
        self._said = ""
        """The last trouble, so that the journal has each once and not ten times a second."""

    def say(self, line: w.ToRecorder) -> bool:
        """Queue one line; False when nobody is there. Never waits."""
        client = self._client
        if client is None:
            return False
        client.say(_encode(line))
        return True

    def keep(self, recorder: Recorder) -> None:
        """Connect, hear the recorder out, and begin again."""
        while True:
            try:
                self._once(recorder)
                self._trouble("the recorder has closed the line")
            except OSError as error:
                self._trouble(f"the recorder: {error}")
            gevent.sleep(AGAIN_SECONDS)

    def stop(self) -> None:
        """Hang up."""
        if self._client is not None:
            self._client.abort()

    def _once(self, recorder: Recorder) -> None:
        sock = socket.socket(names.AF_UNIX, names.SOCK_STREAM)
        try:
            sock.connect(str(self._path))
        except OSError:
            sock.close()
            raise
        self._client = client = LineClient(sock, "the recorder", MAX_LINE)
        try:
            client.say(_encode(w.ToRecorder(hello=w.ControlHello(protocol=PROTOCOL))))
            recorder.connected()
            for raw in client.lines():
                self._take(recorder, raw)
        finally:
            self._client = None
            recorder.lost()
            client.finish()
            sock.close()

    def _take(self, recorder: Recorder, raw: bytes | None) -> None:
        if raw is None:
            raise OSError("a line that is too long")
        try:
            line = _decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise OSError(f"a line that means nothing: {error}") from error
        if line.hello is not None and line.hello.protocol != PROTOCOL:
            raise OSError(f"it speaks version {line.hello.protocol}")
        if line.bye is not None:
            self._trouble(f"the recorder says good-bye: {line.bye}")
        elif line.state is not None and not recorder.online:
            self._said = ""
            log.info("the recorder is there")
        recorder.heard(line)

    def _trouble(self, what: str) -> None:
        if what != self._said:
            self._said = what
            log.warning("%s", what)
