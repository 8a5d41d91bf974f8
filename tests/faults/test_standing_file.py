"""*Private* is on the disk before it is answered: seen from outside, and across a kill at the worst moment."""

import json
import threading
from pathlib import Path
from typing import Any, Final

from tests.faults.appliance_process import Appliance, appliance
from tests.faults.council import CHAIR, CLERK
from tests.faults.strace import SYNCS, attached, calls
from tests.faults.test_fsync_first import WRITES, first
from tests.house import name_of

RENAMES: Final = frozenset({"rename", "renameat", "renameat2"})
TRACED: Final = ",".join(sorted(WRITES | SYNCS | RENAMES))


def configured(folder: Path) -> Path:
    """A house with a recorder, which is not there just now: the file is for when it comes."""
    config = folder / "appliance.toml"
    (folder / "recorder").mkdir()
    config.write_text(f'recorder = "{folder / "recorder"}"\n', encoding="utf-8")
    return config


def sitting(house: Appliance) -> None:
    """A public sitting, which the file knows of."""
    house.did(CLERK, "ConveneMeeting", title="Kỳ họp thứ 3")
    house.did(CHAIR, "OpenSitting")
    house.did(CLERK, "CheckIn", member=name_of(1))
    house.did(CHAIR, "GoPrivate")
    house.did(CHAIR, "GoPublic")
    house.did(CHAIR, "GoPrivate")  # its answer says that what came before is on the disk too
    house.did(CHAIR, "GoPublic")


def standing(house: Appliance) -> dict[str, Any]:
    return dict(json.loads((house.folder / "standing.json").read_text(encoding="utf-8")))


def test_the_file_its_name_and_then_the_answer(tmp_path: Path) -> None:
    with appliance(tmp_path, members=3, config=configured(tmp_path)) as house:
        sitting(house)
        with attached(house.pid, tmp_path / "trace", "-y", "-s", "2000", "-e", f"trace={TRACED}"):
            seq = house.did(CHAIR, "GoPrivate")["seq"]
        assert standing(house)["private"] is True
        seen = list(calls(tmp_path / "trace"))
    written = first(seen, WRITES, "standing.json", '\\"private\\":true')
    synced = first(seen, SYNCS, ".standing.json.new", after=written)
    named = first(seen, RENAMES, "standing.json", after=synced)
    kept = first(seen, SYNCS, f"<{tmp_path}>", after=named)
    answered = first(seen, WRITES, f'{{\\"accepted\\":true,\\"seq\\":{seq}}}')
    assert seen[synced].text.endswith("= 0")
    assert seen[kept].text.endswith("= 0")
    assert written < synced < named < kept < answered


def test_a_server_killed_between_ledger_and_file_says_it_before_it_serves_again(tmp_path: Path) -> None:
    with appliance(tmp_path, members=3, config=configured(tmp_path)) as house:
        sitting(house)
        screen = house.tablet(CHAIR)
        answers: list[Any] = []

        def ask() -> None:
            try:
                answers.append(house.post(CHAIR, "GoPrivate"))
            except OSError:
                answers.append(None)  # the server died in mid-answer

        slow = "inject=rename:delay_enter=60000000"
        with attached(house.pid, tmp_path / "trace", "-e", f"trace={','.join(sorted(RENAMES))}", "-e", slow):
            asking = threading.Thread(target=ask)
            asking.start()
            screen.until(lambda: screen.view["meeting"]["private"])  # so it is in the ledger
            house.kill()
            asking.join()
        assert answers == [None]
        assert standing(house)["private"] is False
        house.start()
        assert standing(house)["private"] is True
