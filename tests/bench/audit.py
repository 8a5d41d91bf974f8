"""After the storm: is each ballot that was acknowledged in the ledger, once, and nothing else?"""

from collections import Counter
from pathlib import Path

from appliance.adapters.sql.ledger import SqlLedger
from appliance.core import ledger as lg
from appliance.core.events import BallotCast
from tests.bench.hall import Acknowledged


def audit(path: Path, acknowledged: list[Acknowledged]) -> tuple[int, list[str]]:
    """The number of ballots in the ledger for the polls of these answers, and what is wrong with them."""
    polls = {one.poll for one in acknowledged}
    written: Counter[Acknowledged] = Counter()
    ledger = SqlLedger(path)
    try:
        for name in ledger.ledgers():
            for seq, _, body in ledger.rows(name):
                for event in lg.unseal(body).entry.events:
                    if isinstance(event, BallotCast) and event.poll in polls:
                        written[Acknowledged(seq, event.poll, event.member, event.choice.value)] += 1
    finally:
        ledger.close()
    lost = [one for one in acknowledged if one not in written]
    doubled = [one for one, times in Counter((o.poll, o.member) for o in written.elements()).items() if times > 1]
    told = set(acknowledged)
    unasked = [one for one in written if one not in told]
    wrong = {"lost": [*map(str, lost)], "doubled": [*map(str, doubled)], "never acknowledged": [*map(str, unasked)]}
    return written.total(), [f"{len(which)} {word}, the first: {which[0]}" for word, which in wrong.items() if which]
