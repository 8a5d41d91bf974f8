"""The second half of `tests.witness.theft`: the first box dies while tablets press, and the standby goes on for it."""

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.beds.hall import BOX_NAME, Hall
from tests.faults.council import CHAIR
from tests.house import name_of
from tests.witness.findings import Findings
from tests.witness.image import verified
from tests.witness.stolen import DATA, POLL, standby_is_ready
from tests.witness.two_boxes import HALL, MEMBERS, TwoBoxes

ROOT: Final = Path(__file__).parents[2]
BACK_SECONDS: Final = 180.0
_HEAD: Final = re.compile(r"head ([0-9a-f]{64})")
_END: Final = re.compile(r"the stream ended with head ([0-9a-f]{64}), entry (\d+)")


@dataclass(frozen=True)
class Death:
    """What one of them cost."""

    acknowledged: int
    lost: int
    lost_ms: float
    """From the last ballot that is on the standby to the last that was answered *recorded*."""
    taken_seconds: float
    first_back: float
    last_back: float


@dataclass
class Tablets:
    """What `tests.beds.ballots` tells, as it tells it."""

    process: "subprocess.Popen[str]"
    acks: list[tuple[int, float]] = field(default_factory=list)
    """(entry, when), in the order in which they were answered."""
    back: list[tuple[float, bool]] = field(default_factory=list)
    """(when, whether it is still signed in)."""

    def listen(self) -> None:
        """In a thread of its own, to the end."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            told: dict[str, list[Any]] = json.loads(line)
            if "ack" in told:
                self.acks.append((told["ack"][0], told["ack"][2]))
            elif "back" in told:
                self.back.append((told["back"][1], told["back"][2]))


def death(found: Findings, place: TwoBoxes, rate: float, after: float, *, first_time: bool) -> Death:
    """The power goes so many seconds after the first ballots; a person gives the command on the second box at once."""
    _as_kept(place)
    place.desk.give(CHAIR, "OpenPoll", poll=POLL, override_quorum=True)
    with _pressing(place, rate) as tablets:
        _until(lambda: len(tablets.acks) >= MEMBERS, 60, "ballots")
        time.sleep(after)  # chance, no synchronisation
        place.first.box.power_loss()
        typed = time.monotonic()
        said = take_over(found, place.second)
        over = time.monotonic()
        _until(lambda: len(tablets.back) == MEMBERS, BACK_SECONDS, "all tablets to be back")
    what = f"cut {after:.1f} s into the vote"
    found.check(f"{what}: every tablet is signed in still", all(known for _, known in tablets.back))
    died = _counted(found, what, place, tablets, said, (typed, over))
    _goes_on(found, what, place)
    if first_time:
        _stays(found, place)
    came = f"{died.acknowledged} acknowledged, {died.lost} lost ({died.lost_ms:.0f} ms), all back after"
    found.took(f"{what}, take-over", died.taken_seconds, f"{came} {died.last_back:.1f} s")
    return died


def _counted(
    found: Findings, what: str, place: TwoBoxes, tablets: Tablets, said: str, when: tuple[float, float]
) -> Death:
    end = _END.search(said)
    assert end is not None, said
    head, kept = end.group(1), int(end.group(2))
    last, whole = _card(place.first, head)
    most = max(seq for seq, _ in tablets.acks)
    found.check(f"{what}: what went on is a beginning of the old ledger", whole, head)
    found.check(f"{what}: the old card has every ballot that was acknowledged", last >= most, f"{last} {most}")
    lost = [at for seq, at in tablets.acks if seq > kept]
    there = [at for seq, at in tablets.acks if seq <= kept]
    gone_ms = (max(lost) - max(there, default=min(lost))) * 1000 if lost else 0.0
    back = sorted(at - when[0] for at, _ in tablets.back)
    return Death(len(tablets.acks), len(lost), gone_ms, when[1] - when[0], back[0], back[-1])


def _goes_on(found: Findings, what: str, place: TwoBoxes) -> None:
    """The poll that ran is void, is repeated, and is voted in; the ledger is good."""
    desk = place.desk
    refused = desk.asks(name_of(1), "CastBallot", poll=POLL, choice="for")
    found.check(f"{what}: the open poll is void", refused.get("refusal") == "poll-not-open", str(refused))
    desk.give(CHAIR, "RepeatPoll", poll=POLL, new_poll="p2", reason="Chuyển máy")
    desk.give(CHAIR, "OpenPoll", poll="p2", override_quorum=True)
    took = [desk.asks(name_of(i), "CastBallot", poll="p2", choice="for")["accepted"] for i in range(1, 6)]
    found.check(f"{what}: it is repeated, and votes are taken", all(took))
    desk.give(CHAIR, "ClosePoll", poll="p2")
    said = verified(place.second)
    found.check(f"{what}: the ledger is good", "good" in said, said)


def _stays(found: Findings, place: TwoBoxes) -> None:
    """The second box is the box now: also after a power cut, also when the command is given again."""
    box = place.second.box
    failed = box.run("systemctl --failed --no-legend --plain", check=False).stdout.strip()
    found.check("after a take-over no unit has failed", not failed, failed)
    before = verified(place.second)
    box.power_loss()
    box.boot()
    place.answers(place.second)
    after = verified(place.second)
    goes_on = "good" in after and _holds(place.second, _HEAD.findall(before)[-1])  # the recorder has sealed what it had
    found.check("after a power cut it is in the hall by itself, and the ledger goes on", goes_on, f"{before}\n{after}")
    again = box.run("nghi-truong take-over", stdin=f"{BOX_NAME}\n", check=False)
    found.check("a second take-over changes nothing", "before" in again.stdout and again.returncode == 0, again.stdout)
    place.answers(place.second)
    found.check("and the ledger is the same still", verified(place.second) == after)


def _holds(hall: Hall, head: str) -> bool:
    """Whether there is an entry with this hash in the ledger of the box in use."""
    count = "SELECT count(*) FROM entries WHERE hash = ?"
    program = (
        f"import sqlite3, sys; print(*sqlite3.connect('{DATA}/ledger.db').execute('{count}', sys.argv[1:]).fetchone())"
    )
    return hall.box.run(["runuser", "-u", "nghi-truong", "--", "python3", "-c", program, head]).stdout.strip() == "1"


def same_head(found: Findings, place: TwoBoxes) -> None:
    """Whoever has read the very head off the old card keeps the poll."""
    _as_kept(place)
    desk = place.desk
    desk.give(CHAIR, "OpenPoll", poll=POLL, override_quorum=True)
    for i in range(1, 11):
        desk.give(name_of(i), "CastBallot", poll=POLL, choice="for")
    standby_is_ready(found, place)
    place.first.box.power_loss()
    with _copied(place.first) as ledger, closing(sqlite3.connect(ledger)) as card:
        (head,) = card.execute("SELECT hash FROM entries ORDER BY position DESC LIMIT 1").fetchone()
    take_over(found, place.second, "--head-seen", head[:16])
    place.answers(place.second)
    went_on = desk.asks(name_of(11), "CastBallot", poll=POLL, choice="for")
    found.check("with the head that was read off the card the poll goes on", bool(went_on["accepted"]), str(went_on))
    found.check("and the ledger is good", "good" in verified(place.second))


def take_over(found: Findings, hall: Hall, *words: str) -> str:
    """A person's command, and the name that they type; what it said."""
    done = hall.box.run(["nghi-truong", "take-over", *words], stdin=f"{BOX_NAME}\n", check=False)
    found.check("the take-over ends well", done.returncode == 0, done.stdout + done.stderr)
    return done.stdout


def _as_kept(place: TwoBoxes) -> None:
    """Both boxes with the disks that they had before the first vote, and the stream at its end."""
    for hall in (place.new, place.first, place.second):
        if hall.box.is_on:
            hall.box.power_loss()
    for hall in (place.second, place.first):
        hall.box.begin_again()
        hall.box.boot()
    place.answers(place.first)
    standby_is_ready(Findings("each time"), place)


@contextmanager
def _pressing(place: TwoBoxes, rate: float) -> Iterator[Tablets]:
    program = [sys.executable, "-m", "tests.beds.ballots", "--base", f"https://{BOX_NAME}"]
    words = [
        *program,
        "--ca",
        str(place.desk.authority),
        "--members",
        str(MEMBERS),
        "--poll",
        POLL,
        "--rate",
        str(rate),
    ]
    process = subprocess.Popen(
        ["ip", "netns", "exec", HALL, *words], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    tablets = Tablets(process)
    listener = threading.Thread(target=tablets.listen)
    listener.start()
    try:
        yield tablets
    finally:
        process.kill()
        process.wait()
        listener.join()


@contextmanager
def _copied(hall: Hall) -> Iterator[Path]:
    """The ledger on the card of a box that is off."""
    with tempfile.TemporaryDirectory() as folder:
        for file in (hall.box.root / DATA.lstrip("/")).glob("ledger.db*"):
            shutil.copy(file, folder)
        yield Path(folder) / "ledger.db"


def _card(hall: Hall, head: str) -> tuple[int, bool]:
    """The last entry on the old box's card, and whether it has the one with this hash."""
    with _copied(hall) as ledger, closing(sqlite3.connect(ledger)) as card:
        (last,) = card.execute("SELECT seq FROM entries ORDER BY position DESC LIMIT 1").fetchone()
        found = card.execute("SELECT 1 FROM entries WHERE hash = ?", (head,)).fetchone()
    return int(last), found is not None


def _until(what: Callable[[], bool], seconds: float, said: str) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:g} s for {said}")
        time.sleep(0.05)
