"""What the presiding table is told of the machine."""

from msgspec import Struct


class AlertView(Struct, frozen=True):
    """One of section `alerts` (chair, clerk, technician, auditor), worst first.

    `code` is `disk`, `ups`, `power`, `panels`, `heat` or `clock`: its words are `alert.<code>.what` and `.do`.
    """

    code: str
    since: str
    """ISO 8601, UTC. One that was put aside stays so; one that comes anew has another moment."""
