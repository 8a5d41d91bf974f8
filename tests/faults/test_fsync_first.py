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


def first(seen: list[Call], names: frozenset[str], *texts: str, after: int = -1) -> int:
    """Where the first such call with all these texts stands in the trace."""
    places = range(after + 1, len(seen))
    found = next((i for i in places if seen[i].name in names and all(text in seen[i].text for text in texts)), None)
    assert found is not None, f"no {'/'.join(sorted(names))} of {texts} in the trace"
    return found


def test_the_sync_of_the_ledger_has_returned_before_any_socket_hears_of_the_ballot(tmp_path: Path) -> None:
    with appliance(tmp_path, members=9) as house:
        house.open_poll(present=9)
        hall = house.tablet(HALL)
        tablets = [house.tablet(name_of(i)) for i in range(1, BALLOTS + 1)]
        told = []
        with attached(house.pid, tmp_path / "trace", "-y", "-s", "20000", "-e", f"trace={TRACED}"):
            for tablet in tablets:
                ballot = {"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"}
                told.append((tablet.name, ballot["id"], tablet.ask(ballot)["seq"]))
                tablet.until(lambda tablet=tablet: tablet.ballot)  # type: ignore[misc]
            hall.until(lambda: hall.view["progress"]["pressed"] == BALLOTS)
        seen = list(calls(tmp_path / "trace"))

    for member, ballot_id, seq in told:
        written = first(seen, frozenset({"pwrite64"}), ballot_id, "ledger.db-wal")
        synced = first(seen, SYNCS, "ledger.db-wal", after=written)
        assert seen[synced].text.endswith("= 0")
        answered = first(seen, WRITES, f'{{\\"accepted\\":true,\\"seq\\":{seq}}}')
        shown = first(seen, WRITES, f'\\"member\\":\\"{member}\\"', '\\"ballot\\":{')
        assert written < synced < min(answered, shown), f"{member} was told before it was on disk"
    counted = first(seen, WRITES, f'\\"pressed\\":{BALLOTS},')
    assert first(seen, frozenset({"pwrite64"}), told[-1][1], "ledger.db-wal") < counted
