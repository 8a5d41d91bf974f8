"""No answer, and no screen, before the disk has said that it has the ballot: seen from outside, by strace."""

from pathlib import Path
from typing import Final

from tests.faults.appliance_process import POLL, appliance
from tests.faults.council import HALL
from tests.faults.strace import SYNCS, Call, attached, calls
from tests.house import fresh_id, name_of

WRITES: Final = frozenset({"write", "writev", "sendto", "sendmsg"})
TRACED: Final = ",".join(sorted(WRITES | SYNCS | {"pwrite64"}))
BALLOTS: Final = 5


def first(seen: list[Call], *, after: int, names: frozenset[str], text: str) -> int:
    """Where the first such call stands in the trace."""
    found = (i for i, call in enumerate(seen) if i > after and call.name in names and text in call.text)
    place = next(found, None)
    assert place is not None, f"no {'/'.join(sorted(names))} of {text!r} in the trace"
    return place


def test_the_sync_of_the_ledger_has_returned_before_any_socket_hears_of_the_ballot(tmp_path: Path) -> None:
    with appliance(tmp_path, members=9) as house:
        house.open_poll(present=9)
        tablet, hall = house.tablet(name_of(1)), house.tablet(HALL)
        ballots = []
        with attached(house.pid, tmp_path / "trace", "-y", "-s", "20000", "-e", f"trace={TRACED}"):
            for number in range(BALLOTS):
                who = tablet if number == 0 else house.tablet(name_of(number + 1))
                ballot = {"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"}
                ballots.append((ballot["id"], who.ask(ballot)["seq"]))
            hall.until(lambda: hall.view["progress"]["pressed"] == BALLOTS)
            tablet.until(lambda: tablet.view["mine"].get("ballot"))
        seen = list(calls(tmp_path / "trace"))

    for number, (name, seq) in enumerate(ballots, start=1):
        written = first(seen, after=-1, names=frozenset({"pwrite64"}), text=name)
        assert "ledger.db-wal" in seen[written].text
        synced = first(seen, after=written, names=SYNCS, text="ledger.db-wal")
        assert seen[synced].text.endswith("= 0")
        answered = first(seen, after=-1, names=WRITES, text=f'{{\\"accepted\\":true,\\"seq\\":{seq}}}')
        shown = first(seen, after=-1, names=WRITES, text=f'\\"pressed\\":{number},')
        assert written < synced < min(answered, shown), f"ballot {number} was told of before it was on disk"
