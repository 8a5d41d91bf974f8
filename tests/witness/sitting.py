"""What somebody at a tablet does and sees beside the one meeting of `tests/beds/meeting.py`, which has been held.

    python -m tests.witness.sitting open|close|look --base https://hoitruong.lan --ca ca.pem

`open` and `close` are the chair's; `look` prints as JSON what is on file and what the ledger told, seen from there.
"""

import argparse
import json
from pathlib import Path

from tests.beds.meeting import CHAIR, Person
from tests.beds.meeting import PASSWORD as CHAIRS
from tests.witness.image import ACCOUNT, PASSWORD


def main() -> None:
    """One of the three."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("open", "close", "look"))
    parser.add_argument("--base", required=True)
    parser.add_argument("--ca", type=Path, required=True)
    given = parser.parse_args()
    person = Person(given.base, given.ca)
    if given.what == "look":
        person.sign_in(account=ACCOUNT, password=PASSWORD)
        on_file = person.get("/api/desk/registry").json()
        view = person.view()
        told = {"members": len(on_file["members"]), "meeting": view["meeting"]["title"], "poll": view["poll"]["state"]}
        print(json.dumps(told, ensure_ascii=False))
        return
    person.sign_in(account=CHAIR, password=CHAIRS)
    person.give("OpenSitting" if given.what == "open" else "CloseSitting")


if __name__ == "__main__":
    main()
