"""A council on file, with everybody already signed in: what a test of faults needs before its first command.

Sessions outlive a restart, so the tests put them on file once and never spend time on hashing, except
where signing in is what they test: member m01 has a card with a PIN.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from appliance.adapters.clock import SystemClock
from appliance.adapters.passwords import Argon2
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.people import Role
from appliance.server.access import COOKIE
from appliance.services.credentials import digest
from appliance.services.on_file import Account, Card, Council, Member, MemberStatus, Put, Session
from appliance.services.registry import Registry
from tests.house import PROFILE, name_of

CHAIR: Final = "chair"
CLERK: Final = "clerk"
HALL: Final = "hall:1"
SUSPENDED: Final = "suspended"
"""A member who is on file and not in office."""
PIN: Final = "4711"
CARD: Final = "card-of-m01"
EXPIRED_CARD: Final = "expired-card-of-m02"
TABLET: Final = "tablet-of-m01"
"""The device that m01's card has enrolled."""


def token_of(person: str) -> str:
    """The secret behind a person's sign-in. A test's secrets need not be secret."""
    return f"sign-in-of-{person}"


def cookie_of(person: str) -> str:
    """The Cookie header of a signed-in person."""
    return f"{COOKIE}={token_of(person)}"


def seat_of(i: int) -> str:
    """The seat of the i-th member."""
    return f"A{i:02}"


def put_on_file(registry: Path, members: int) -> None:
    """Council, members m01 …, chair, clerk and one hall display, all signed in; two cards of the first members."""
    now = datetime.now(UTC)
    store = SqlRegistry(registry)
    people: list[tuple[str, Role, str | None]] = [(CHAIR, Role.CHAIR, None), (CLERK, Role.CLERK, None)]
    people += [(HALL, Role.HALL, None), (SUSPENDED, Role.DELEGATE, SUSPENDED)]
    people += [(name_of(i), Role.DELEGATE, name_of(i)) for i in range(1, members + 1)]
    records: Sequence[Council | Member | Account | Card | Session] = (
        Council(name="Hội đồng nhân dân xã Hồng Mẫu", term="2026 - 2031"),
        *(Member(name_of(i), f"Nguyễn Văn Mẫu {i}", seat=seat_of(i), position=i) for i in range(1, members + 1)),
        Member(SUSPENDED, "Trần Thị Vắng", status=MemberStatus.SUSPENDED, position=members + 1),
        Account(CHAIR, "Vũ Đình Mẫu", Role.CHAIR, "no password opens this"),
        Account(CLERK, "Lê Thị Ví Dụ", Role.CLERK, "no password opens this"),
        Card(digest(CARD), name_of(1), now, pin_hash=Argon2().hash(PIN), device=digest(TABLET)),
        Card(digest(EXPIRED_CARD), name_of(2), now - timedelta(days=9), expires=now - timedelta(days=2)),
        *(
            Session(digest(token_of(person)), role, person, person, digest(f"device of {person}"), now, member)
            for person, role, member in people
        ),
    )
    changes = tuple(Put(record) for record in records)
    assert Registry(store, PROFILE, SystemClock()).change("test", "PutOnFile", lambda _: changes) is None
    store.close()
