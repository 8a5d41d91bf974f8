"""One job: start the worker, hear how far it is, and look at what it wrote before any of it is believed.

The worker may have been taken over by what it read. So only files of the expected names are taken, each a plain file
(no link) of a sensible size that is the picture it should be; the text is decoded, put into NFC and cut to a limit.
"""

import os
import selectors
import shutil
import stat
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

import msgspec
from msgspec import Struct

from appliance.core.refusals import Code
from appliance.core.secret_label import on_page
from appliance.papers import sandbox
from appliance.papers.resting import Resting
from appliance.services.paper_spool import (
    MAX_PAGES,
    PDF,
    PDF_MEDIA,
    SOURCE,
    TEXT,
    WIDTHS,
    Job,
    Made,
    Progress,
    Sandbox,
    page_name,
)

SILENCE_SECONDS: Final = 300.0
"""A worker that says nothing for so long is ended: the slowest page is a matter of seconds."""
WHOLE_SECONDS: Final = 3_600.0
LOOK_SECONDS: Final = 0.1
"""How soon it rests when a vote is opened."""
MAX_LINE: Final = 4_096
MAX_PICTURE: Final = 24 << 20
MAX_TEXT: Final = 64 << 20
MAX_PAGE_TEXT: Final = 200_000
_PROBLEMS: Final = frozenset(
    {Code.PAPER_DAMAGED, Code.PAPER_ENCRYPTED, Code.PAPER_BOMB, Code.PAPER_EMPTY, Code.PAPER_TOO_MANY_PAGES}
)


class _Line(Struct):
    """What the worker may say."""

    total: int = 0
    done: int = 0
    text: bool = False
    problem: str = ""


class Unfit(Exception):
    """Error raised when a paper cannot be prepared."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


_line: Final = msgspec.json.Decoder(_Line).decode


def prepare(
    job: Job,
    folder: Path,
    work: Path,
    kind: Sandbox,
    tell: Callable[[Progress], None],
    stop: Callable[[], bool],
    *,
    eager: bool = False,
    mark: Path | None = None,
) -> Made | None:
    """Have the file in `folder` prepared and its pages put there. None: told to stop. Raises OSError.

    While `mark` is there the worker rests, unless it is `eager`.
    """
    shutil.rmtree(work, ignore_errors=True)
    out, home = work / "out", work / "home"
    for place in (out, home):
        place.mkdir(parents=True)
    process = sandbox.start(kind, folder / SOURCE, out, job.media, home, eager=eager)
    try:
        resting = Resting(process.pid, mark) if mark is not None and not eager else None
        if not _listen(process, out, tell, stop, resting):
            return None
        made = _take(job, out, folder)
    except Unfit as why:
        made = Made(problem=why.code.value)
    finally:
        sandbox.end(process)
        shutil.rmtree(work, ignore_errors=True)
    return made


def _listen(
    process: "subprocess.Popen[bytes]",
    out: Path,
    tell: Callable[[Progress], None],
    stop: Callable[[], bool],
    resting: Resting | None,
) -> bool:
    """Until it has ended; False when it was told to stop. Raises Unfit."""
    if process.stdout is None:
        raise RuntimeError("the worker has no output")
    total = done = 0
    began = heard = monotonic()
    rest = b""
    descriptor = process.stdout.fileno()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            looked = monotonic()
            ready = selector.select(timeout=LOOK_SECONDS)
            if stop():
                return False
            now = monotonic()
            if resting is not None and resting.look():
                began, heard = began + (now - looked), heard + (now - looked)
                if not ready:
                    continue
            if now - heard > SILENCE_SECONDS or now - began > WHOLE_SECONDS:
                raise Unfit(Code.PAPER_TOO_SLOW)
            if not ready:
                continue
            data = os.read(descriptor, 65_536)
            if not data:
                break
            heard = now
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > MAX_LINE:
                raise Unfit(Code.PAPER_DAMAGED)
            for line in lines:
                said = _said(line)
                total, done = max(total, min(said.total, MAX_PAGES)), max(done, said.done)
                if said.text:
                    _no_secret(out)
                tell(Progress(min(done, total), total))
    if process.wait() != 0:
        raise Unfit(Code.PAPER_DAMAGED)
    return True


def _said(line: bytes) -> _Line:
    try:
        said = _line(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Unfit(Code.PAPER_DAMAGED) from None
    if said.problem:
        raise Unfit(Code(said.problem) if said.problem in _PROBLEMS else Code.PAPER_DAMAGED)
    return said


def _no_secret(out: Path) -> None:
    """Looked for before a single page is drawn."""
    texts = _texts(out)
    if texts and on_page(texts[0]):
        raise Unfit(Code.SECRET_PAPER)


def _take(job: Job, out: Path, folder: Path) -> Made:
    """Move what is good to its place, the text last. Raises Unfit when something is not."""
    texts = _texts(out)
    if not 0 < len(texts) <= MAX_PAGES:
        raise Unfit(Code.PAPER_DAMAGED)
    _no_secret(out)
    names = [page_name(page, width) for page in range(1, len(texts) + 1) for width in WIDTHS]
    for name in names:
        head = _plain(out / name, MAX_PICTURE)
        if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
            raise Unfit(Code.PAPER_DAMAGED)
    if job.media != PDF_MEDIA and not _plain(out / PDF, 512 << 20).startswith(b"%PDF-"):
        raise Unfit(Code.PAPER_DAMAGED)
    for name in (*names, *([] if job.media == PDF_MEDIA else [PDF])):
        (out / name).chmod(0o640)
        (out / name).replace(folder / name)
    whole = folder / f"{TEXT}.new"
    whole.write_bytes(msgspec.json.encode(texts))
    whole.replace(folder / TEXT)
    return Made(pages=len(texts))


def _texts(out: Path) -> list[str]:
    try:
        _plain(out / TEXT, MAX_TEXT)
        found = msgspec.json.decode((out / TEXT).read_bytes(), type=list[str])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Unfit(Code.PAPER_DAMAGED) from None
    return [_clean(text[:MAX_PAGE_TEXT]) for text in found]


def _clean(text: str) -> str:
    """NFC; line breaks and tabs stay, other control characters go."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-"))
    return "".join(c for c in lines if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _plain(path: Path, largest: int) -> bytes:
    """The first bytes of a plain file; a link, a pipe or something too large is not taken. Raises Unfit."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        raise Unfit(Code.PAPER_DAMAGED) from None
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or not 0 < about.st_size <= largest or about.st_nlink != 1:
            raise Unfit(Code.PAPER_DAMAGED)
        return os.read(descriptor, 16)
    finally:
        os.close(descriptor)
