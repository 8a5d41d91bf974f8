"""What a command is answered with."""

from collections.abc import Callable

from msgspec import Struct

from appliance.core.refusals import Refusal


class Accepted(Struct, frozen=True, omit_defaults=True):
    """Done and durable. `seq` is the ledger entry's number; `poll` names the poll that the command drafted."""

    seq: int
    poll: str | None = None


Answer = Accepted | Refusal
Reply = Callable[[Answer], None]
"""Where an answer goes; called exactly once, on the Chamber's thread."""
