"""The portal's process: looks four times a second whether the ledger or a video has changed, and writes what follows.

It only reads the ledger, so it can neither stop a meeting nor change it; when it dies, the last site stays up.
"""

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Final, Protocol

from appliance.core.broadcast import Frame, frame_of, joined, recent
from appliance.core.ledger import LedgerEntry
from appliance.core.public_reader import PublicReader
from appliance.core.public_record import At, PrivatePart, PublicRecord
from appliance.core.refusals import Fault
from appliance.portal.bundle import Bundle
from appliance.portal.files import Files
from appliance.portal.papers import Papers
from appliance.portal.site import Known, Site
from appliance.portal.texts import LANGUAGES, Texts
from appliance.portal.video import Videos

LOOK_SECONDS: Final = 0.25
TRY_AGAIN_SECONDS: Final = 1.0
WINDOW_MS: Final = 30 * 60 * 1000
"""So old a picture may still be on somebody's screen."""
PRIVATE: Final = ".private"
LIVE: Final = "live"
STAY: Final = frozenset({"state.json", "clock.json"})
"""They hold no picture."""
_SAID: Final = {False: ("unset", "wait until it is set"), True: ("set", "are written again")}
log = logging.getLogger(__name__)


class Entries(Protocol):
    """The ledger, as it grows."""

    def new(self) -> Sequence[LedgerEntry]:
        """What has been written since the last call. Raises Fault."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(slots=True)
class Told:
    """One meeting, read on and on."""

    reader: PublicReader = field(default_factory=PublicReader)
    frames: tuple[Frame, ...] = ()


class Portal:
    """`look` brings the public folder in line with the ledger and the videos."""

    def __init__(
        self, entries: Entries, site: Site, files: Files, videos: Videos, papers: Papers, bundle: Bundle,
        uptime_ms: Callable[[], int], may_issue: Callable[[datetime | None], bool] = lambda _newest: True,
    ) -> None:  # fmt: skip
        self._entries, self._site, self._files = entries, site, files
        self._videos, self._papers = videos, papers
        self._bundle, self._uptime_ms = bundle, uptime_ms
        self._may_issue, self._issuing = may_issue, True
        self._newest_time: datetime | None = None
        self._meetings: dict[str, Told] = {}
        self._due: set[str] = set()
        self._all_due = True
        self._live_due = True
        self._papers_due = True
        self._withdrawn: PrivatePart | None = None

    def look(self) -> bool:
        """Read what is new and write what follows from it; tells whether anything did. Raises Fault, OSError;
        what could not be written is due again at the next call."""
        self._read()
        self._shut()
        if self._bundle.changed():
            self._all_due = True
        papers = self._papers.changed()
        self._papers_due |= bool(papers)
        self._due |= (self._videos.changed() | papers) & self._meetings.keys()
        pages = self._issues() and bool(self._all_due or self._due)
        if not (pages or self._live_due or self._papers_due):
            return False
        self._write()
        return True

    def close(self) -> None:
        """Let go of the ledger."""
        self._entries.close()

    def _issues(self) -> bool:
        """Whether pages of meetings may be written: not while the machine's clock is unset. They stay due."""
        issuing = self._may_issue(self._newest_time)
        if issuing != self._issuing:
            log.warning("the clock is %s: pages of meetings %s", *_SAID[issuing])
        self._issuing = issuing
        return issuing

    def _read(self) -> None:
        for entry in self._entries.new():
            self._newest_time = entry.time
            meeting = self._meetings.setdefault(entry.ledger, Told())
            if not meeting.reader.read(entry):
                continue
            at = At(entry.time, entry.uptime_ms, entry.seq, entry.time_doubtful)
            frame = frame_of(meeting.reader.record, at, self._site.sentences)
            meeting.frames = joined(meeting.frames, frame)
            self._due.add(entry.ledger)
            self._live_due = True

    def _shut(self) -> None:
        """Before anything else is written: while the newest meeting is private, the web server refuses the picture."""
        newest = self._newest()
        parts = newest.reader.record.private if newest is not None else ()
        private = bool(parts) and parts[-1].until is None
        if private:
            self._files.mark(PRIVATE, True)
        self._withdraw(parts[-1] if parts else None)
        if not private:
            self._files.mark(PRIVATE, False)

    def _withdraw(self, part: PrivatePart | None) -> None:
        """The live picture's files are the recorder's to take away: a dead one does not, and the mark goes again."""
        if part is None or part == self._withdrawn:
            return
        if part.until is None:
            self._files.drop(LIVE, STAY)
        else:
            self._files.drop(LIVE, STAY, (part.since.time.timestamp(), part.until.time.timestamp()))
            self._withdrawn = part

    def _write(self) -> None:
        newest = self._newest()
        if newest is not None and self._live_due:
            frames = recent(newest.frames, self._uptime_ms(), WINDOW_MS)
            self._site.write_live(newest.reader.record, frames)
        if self._all_due:
            self._bundle.publish(self._files)
        # It takes away too: that does not wait for a clock.
        self._papers.publish(self._files, (meeting.reader.record for meeting in self._meetings.values()))
        record = newest.reader.record if newest is not None else PublicRecord()
        self._site.write_watch(record, newest.frames[-1] if newest is not None and newest.frames else None)
        self._live_due = self._papers_due = False
        if self._issuing:
            self._write_pages()

    def _write_pages(self) -> None:
        for ledger in sorted(self._meetings if self._all_due else self._due):
            self._site.write_meeting(self._known(ledger))
        self._site.write_lists([self._known(ledger) for ledger in self._meetings])
        self._due.clear()
        self._all_due = False

    def _known(self, ledger: str) -> Known:
        return Known(self._meetings[ledger].reader.record, self._videos.of(ledger), self._papers.of(ledger))

    def _newest(self) -> Told | None:
        return next(reversed(self._meetings.values()), None)


def make(
    entries: Entries,
    public: Path,
    web: Path,
    uptime_ms: Callable[[], int],
    *,
    papers: Path | None = None,
    sample: bool = False,
    may_issue: Callable[[datetime | None], bool] = lambda _newest: True,
) -> Portal:
    """The portal over one public folder; `web` holds the built scripts and the word files, `papers` the papers."""
    files, bundle = Files(public), Bundle(web / "dist-portal")
    texts = [Texts(web / "src" / "words", language) for language in LANGUAGES]
    site = Site(files, texts, bundle, sample=sample)
    return Portal(entries, site, files, Videos(public / "video"), Papers(papers), bundle, uptime_ms, may_issue)


def run(portal: Portal, ready: Callable[[], None] = lambda: None, alive: Callable[[], None] = lambda: None) -> int:
    """Look until SIGTERM or SIGINT; `ready` is called when the site is up to date for the first time, `alive` after
    each look, whatever came of it."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    said, troubled = False, False
    wait = 0.0
    while not stop.wait(wait):
        try:
            portal.look()
        except (Fault, OSError) as why:
            if not troubled:
                log.error("the public site cannot be brought up to date: %s", why)
            troubled, wait = True, TRY_AGAIN_SECONDS
            alive()
            continue
        if troubled:
            log.warning("the public site is up to date again")
        troubled, wait = False, LOOK_SECONDS
        alive()
        if not said:
            said = True
            ready()
    portal.close()
    return 0
