"""What is going on when the power is cut, and what must be so afterwards: ballots, a recording, an update, a backup.

Each trial brings the box to its moment (`begin`), waits in it for no longer than `longest`, and after the box has
booted by itself says what it found (`after`), with everything that is wrong in `wrong`. It leaves a box without a
sitting.
"""

import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from recordings import manifest
from recordings.segments import Segment
from tests.beds.asked_box import LONG, PYTHON, RESTIC, Box
from tests.beds.callers import Json, voting
from tests.beds.set_up_disk import MEMBERS
from tests.beds.two_releases import LATER, NEW, OLD
from tests.beds.waiting import until
from tests.faults.books import settled

MOST_LOST_SECONDS: Final = 2.0
"""Of a recording: the issue's bound."""
MIB: Final = 1 << 20


@dataclass
class Trial(ABC):
    """One cut."""

    box: Box
    name: str = ""
    longest: float = 10.0
    """Seconds after `begin` by which the power is gone."""
    wrong: list[str] = field(default_factory=list)

    @abstractmethod
    def begin(self) -> None:
        """Bring the box to the moment, and let it go on."""

    def moment(self, at: int) -> int:
        """Where the card's log is cut: at its end, or while its last flush was still on its way. `at`: its end."""
        return self.box.chance.choice([at, self.box.machine.disks[0].before_last_flush(at)])

    @abstractmethod
    def after(self, cut: datetime) -> str:
        """The box runs again; what was found. `cut`: when the power went."""


class Ballots(Trial):
    """A poll is open and everybody presses."""

    def begin(self) -> None:
        """The first ballots have been acknowledged."""
        self.box.sit()
        self.box.people.open_poll("p1")
        card = self.box.machine.disks[0]
        self.hands, self.books = voting(self.box.people, "p1", MEMBERS, self.box.chance, card.position)
        until(self.answered, LONG, "a first answer for everybody")

    def answered(self) -> bool:
        """Whether everybody has had an answer. Raises AssertionError."""
        assert all(hand.is_alive() for hand in self.hands), [hand.wrong for hand in self.hands]
        return all(book.told for book in self.books)

    def moment(self, at: int) -> int:
        """An answer that came later was not yet given then."""
        cut = super().moment(at)
        for hand in self.hands:
            hand.forget(cut)
        return cut

    def told(self) -> int:
        """How many ballots have been acknowledged."""
        return sum(len(book.told) for book in self.books)

    def after(self, cut: datetime) -> str:
        """Every acknowledged ballot once, with its number; the poll open; it is ended with the last choices."""
        people = self.box.people
        for hand in self.hands:
            hand.stop()
        for hand in self.hands:
            hand.join()
            self.wrong += [hand.wrong] if hand.wrong else []
        try:
            there, missing = settled(self.books, self.box.receipts())
        except AssertionError as loss:
            self.wrong.append(str(loss))
            there = missing = -1
        poll = people.view().get("poll") or {}
        if (poll.get("poll"), poll.get("state")) != ("p1", "open"):
            self.wrong.append(f"the poll is {poll.get('state')}")
        told = self.told()
        for book in self.books:  # a tablet gives again what it has no answer for
            for ballot in book.unanswered:
                book.was_told(ballot["id"], people.command(book.member, ballot))
        result = people.end_poll("p1")
        counts, wanted = _counts(result), _wanted([book.last for book in self.books])
        if counts != wanted:
            self.wrong.append(f"the result is {counts}, the last choices are {wanted}")
        people.rise()
        return f"{told} acknowledged, all there; {there} more without an answer, {missing} never came; poll open"


def _wanted(choices: list[str]) -> dict[str, int]:
    return {choice: choices.count(choice) for choice in ("for", "against", "abstain")}


def _counts(poll: Json) -> dict[str, int]:
    tally = (poll.get("result") or {}).get("tally") or {}
    return {choice: int(tally.get(choice, -1)) for choice in ("for", "against", "abstain")}


class Recording(Trial):
    """A sitting is recorded."""

    def begin(self) -> None:
        """Some seconds are on the disk, as the recorder says."""
        until(lambda: self._state().get("stage") == "idle", LONG, "the take before to be closed")
        self.box.sit()
        until(self._runs, LONG, "a take with three seconds")
        self.told = 0.0
        self._cut = threading.Event()
        self._grown: list[tuple[datetime, int]] = []
        for work in (self._listen, self._watch):
            threading.Thread(target=work, daemon=True).start()

    def _runs(self) -> bool:
        said = self._state()
        return said.get("stage") == "recording" and said.get("seconds", 0) > 3

    def _listen(self) -> None:
        """What the clerk's screen says is on the disk, until the power goes."""
        while not self._cut.is_set():
            seconds = float(self._state().get("seconds", 0))
            if not self._cut.is_set():
                self.told = max(self.told, seconds)

    def _watch(self) -> None:
        """When the card's log had how many entries."""
        card = self.box.machine.disks[0]
        while not self._cut.wait(0.01):
            self._grown.append((utc(), card.position()))

    def moment(self, at: int) -> int:
        """Nobody hears anything any more; the log tells when the power went."""
        self._cut.set()
        position = super().moment(at)
        self._went = max((when for when, size in self._grown if size <= position), default=utc())
        return position

    def after(self, cut: datetime) -> str:
        """The last picture kept is no more than two seconds older than the cut; the take goes on and is whole."""
        until(lambda: self._state().get("stage") == "recording", LONG, "the recorder to go on")
        take = self._state().get("take")
        lines = self._manifest()
        boot = self.box.machine.run("cat /proc/sys/kernel/random/boot_id").stdout.strip().replace("-", "")
        before = [line for line in lines if isinstance(line, Segment) and line.boot.replace("-", "") != boot]
        if not before:
            self.wrong.append(f"nothing of the take ({take}) is left")
            return "no picture"
        ends = before[-1].utc.timestamp() + before[-1].end - before[-1].start
        lost = min(cut, self._went).timestamp() - ends
        if lost > MOST_LOST_SECONDS:
            self.wrong.append(f"{lost:.2f} s of picture are lost")
        kept = sum(line.end - line.start for line in before)
        if self.told - kept > MOST_LOST_SECONDS:
            self.wrong.append(f"{self.told:.0f} s were said to be on the disk")
        self.box.people.rise()
        verify = f"cd / && runuser -u nghi-truong-recorder -- {PYTHON} -m recordings verify"
        until(lambda: self._state().get("stage") == "idle", LONG, "the take to be closed")
        done = self.box.machine.run(f"{verify} --config /etc/nghi-truong/recorder.toml", check=False)
        if done.returncode != 0:
            self.wrong.append(f"a take is not whole: {done.stdout.strip()[-400:]}")
        return f"{kept:.1f} s of picture kept ({self.told:.0f} told), the last {lost:.2f} s before the cut lost"

    def _state(self) -> Json:
        try:
            found: Json = self.box.people.view().get("recording") or {}
        except OSError:
            return {}
        return found

    def _manifest(self) -> tuple[Any, ...]:
        newest = "cat $(ls -td /var/lib/nghi-truong-recorder/takes/*/ | head -1)manifest.jsonl"
        return manifest.read(self.box.machine.run(newest).stdout.encode()).now


class Update(Trial):
    """From one release to the other, a migration between them."""

    def begin(self) -> None:
        """The technician has given the command."""
        self.before = self.box.current()
        self.wanted = OLD if self.before == NEW else NEW
        self.entries = self.box.entries()
        self.command = self.box.machine.start(f"nghi-truong activate {self.wanted}")

    def moment(self, at: int) -> int:
        """Once it has been said to be done, it is done."""
        self.done = self.command.poll() == 0
        return at if self.done else super().moment(at)

    def after(self, cut: datetime) -> str:
        """One release, whole: the databases have its form, nothing on file is gone, and a sitting can be held."""
        self.command.kill()
        self.command.communicate()
        now = self.box.current()
        if now not in ({self.wanted} if self.done else {self.before, self.wanted}):
            self.wrong.append(f"{now} is in use")
        form = self.box.registry_form()
        if (form == LATER) != (now == NEW):
            self.wrong.append(f"{now} is in use, and the registry has form {form}")
        if self.box.entries() != self.entries:
            self.wrong.append(f"{self.entries} entries became {self.box.entries()}")
        if self.box.machine.run("test -e /var/lib/nghi-truong-update/journal", check=False).returncode == 0:
            self.wrong.append("the journal of the update is still there")
        self.box.sit()
        self.box.people.rise()
        return f"{self.before} → {self.wanted}{' (said to be done)' if self.done else ''}: {now}, its databases fit"


class Backup(Trial):
    """A backup to the disk that is plugged in, with much that is new."""

    def begin(self) -> None:
        """systemd has started it, as the timer does."""
        self.snapshots = self.box.snapshots()
        new_papers(self.box)
        self.box.machine.run("systemctl start --no-block nghi-truong-backup.service")

    def after(self, cut: datetime) -> str:
        """All earlier backups are there, the next one is made, and the repository is read to its last byte."""
        now = self.box.snapshots()
        if not self.snapshots <= now:
            self.wrong.append(f"{len(self.snapshots - now)} backups are gone")
        self.box.machine.run("systemctl start nghi-truong-backup.service", check=False, seconds=LONG)
        result = self.box.shown("nghi-truong-backup.service", "Result")
        if result != "success" or not self.box.snapshots() > now:
            why = self.box.machine.run("journalctl --no-pager -b -u nghi-truong-backup -n 12 -o cat").stdout
            self.wrong.append(f"the next backup: {result}: {why[-500:]}")
        checked = self.box.machine.run(f"{RESTIC} check --read-data", check=False, seconds=LONG)
        if checked.returncode != 0:
            self.wrong.append(f"restic check: {(checked.stdout + checked.stderr)[-400:]}")
        made = "the one that was cut is there too" if now > self.snapshots else "the one that was cut is not"
        return f"{len(self.snapshots)} backups before, all there, {made}; the next is made, all of it reads"


def new_papers(box: Box) -> None:
    """Something that is not yet in any backup."""
    folder = f"/var/lib/nghi-truong-papers/of-a-test-{box.chance.getrandbits(32):08x}"
    box.machine.run(f"mkdir {folder} && head -c {12 * MIB} /dev/urandom > {folder}/source && sync")


def uncut_update(box: Box) -> float:
    """How long an update takes on this machine, to the new release; seconds."""
    began = time.monotonic()
    box.machine.run(f"nghi-truong activate {NEW}", seconds=3 * LONG)
    return time.monotonic() - began


def uncut_backup(box: Box) -> float:
    """How long a backup takes on this machine, once the repository has been made; seconds."""
    box.machine.run("systemctl start nghi-truong-backup.service", seconds=LONG)
    new_papers(box)
    began = time.monotonic()
    box.machine.run("systemctl start nghi-truong-backup.service", seconds=LONG)
    return time.monotonic() - began


def utc() -> datetime:
    """By this machine's clock, which is the other's too: User Mode Linux has its time from here."""
    return datetime.now(UTC)


KINDS: Final[dict[str, type[Trial]]] = {"ballots": Ballots, "recording": Recording, "update": Update, "backup": Backup}
