"""The legal sentence at the gavel: one wording for the hall screen, the chair's voice and the minutes.

The wording itself is in the word files (`sentence`); this module puts the numbers in. A per cent is for
show only: whether the question passes was decided in integers before it comes here (core/majority.py).
"""

from collections.abc import Mapping

from appliance.core.ballot_paper import Matter
from appliance.core.events import Tally
from appliance.core.majority import hundredths_of_percent


def percent(part: int, n: int, comma: str) -> str:
    """`part` of `n` with two decimals, rounded half up: 24 of 27 -> `88,89`. `comma` is the decimal sign."""
    whole, hundredths = divmod(hundredths_of_percent(part, n), 100)
    return f"{whole}{comma}{hundredths:02}"


def not_voting(tally: Tally) -> int:
    """The law's *không biểu quyết*: who chose it, and who was present and pressed nothing."""
    return tally.abstain + tally.not_pressed


def legal_sentence(tally: Tally, adopted: bool, matter: Matter, words: Mapping[str, str]) -> str:
    """The sentence that the chair speaks, in the language of `words` (the flat `sentence` namespace)."""
    outcome = words[f"{matter.value}_{'adopted' if adopted else 'rejected'}"]
    return words["result"].format_map(
        {
            "present": tally.present,
            "n": tally.n,
            "for": tally.for_,
            "percent": percent(tally.for_, tally.n, words["comma"]),
            "against": tally.against,
            "not_voting": not_voting(tally),
            "outcome": outcome,
        }
    )
