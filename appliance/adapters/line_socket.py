"""One question to a small service behind a Unix socket, one answer: JSON, a line each way. For a worker thread."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from appliance.core.refusals import Code, Fault

PATIENCE: Final = 10.0
"""Seconds for the whole answer; systemd has to start what answers."""
LONGEST: Final = 4 << 20
"""Bytes of an answer; more is none of ours."""


def ask(where: Path, question: dict[str, Any], code: Code = Code.BOX_SILENT) -> dict[str, Any]:
    """The answer. Raises Fault `code` when there is none, or when it is `{"error": …}`."""
    try:
        answer = json.loads(_exchanged(where, json.dumps(question).encode() + b"\n"))
    except (OSError, ValueError, RecursionError) as error:
        raise Fault(code, f"{where}: {error}") from error
    if not isinstance(answer, dict):
        raise Fault(code, f"{where}: no object")
    if "error" in answer:
        raise Fault(code, str(answer["error"])[:200])
    return answer


def _exchanged(where: Path, line: bytes) -> bytes:
    found = bytearray()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line_out:
        line_out.settimeout(PATIENCE)
        line_out.connect(str(where))
        line_out.sendall(line)
        line_out.shutdown(socket.SHUT_WR)
        while chunk := line_out.recv(65536):
            found += chunk
            if len(found) > LONGEST:
                raise ValueError("the answer does not end")
    return bytes(found)


def asker(where: Path | None) -> Callable[[dict[str, Any]], dict[str, Any]] | None:
    """Asks the service there; None where there is none."""
    return (lambda question: ask(where, question)) if where is not None else None
