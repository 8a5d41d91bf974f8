"""A council of N made-up members, on file with their sessions, before the appliance starts."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.adapters.clock import SystemClock
from appliance.adapters.sql.registry import SqlRegistry
from appliance.bootstrap import ledger_file, registry_file
from appliance.config import Config, as_toml, rule_profile
from appliance.core.people import Role
from appliance.server.access import COOKIE
from appliance.services.credentials import digest
from appliance.services.on_file import Account, Change, Council, Member, Put, Session
from appliance.services.registry import Registry
from tests.bench import machine

CHAIR = "chair"
CLERK = "clerk"


@dataclass(frozen=True, slots=True)
class Seeded:
    """A council ready to be served."""

    config: Path
    port: int
    ledger: Path
    log: Path
    cookies: dict[str, str]


def seed(folder: Path, n: int) -> Seeded:
    """Write configuration and registry for `n` members, a chair and a clerk."""
    config = Config(
        council=f"Hội đồng nhân dân đo đạc, {n} đại biểu",
        data=folder,
        port=machine.free_port(),
        log_level="WARNING",
    )
    file = folder / "appliance.toml"
    folder.mkdir(parents=True)
    file.write_text(as_toml(config), encoding="utf-8")
    cookies: dict[str, str] = {}
    store = SqlRegistry(registry_file(config))
    changes: list[Change] = [Put(Council(name=config.council))]
    for role in (Role.CHAIR, Role.CLERK):
        changes.append(Put(Account(id=role.value, name=role.value, role=role, password_hash="!")))
        changes.append(_session(cookies, role, role.value, role.value, None))
    for i in range(1, n + 1):
        member = Member(id=f"m{i:04}", name=f"Đại biểu {i:04}", group=f"Tổ {i % 7}", seat=f"{i}", position=i)
        changes += [Put(member), _session(cookies, Role.DELEGATE, member.id, member.name, member.id)]
    Registry(store, rule_profile(config.rules), SystemClock()).change("bench", "Seed", lambda on_file: tuple(changes))
    store.close()
    return Seeded(file, config.port, ledger_file(config), folder / "appliance.log", cookies)


def _session(cookies: dict[str, str], role: Role, person: str, name: str, member: str | None) -> Change:
    token = secrets.token_urlsafe(24)
    cookies[person] = f"{COOKIE}={token}"
    now = datetime.now(UTC)
    return Put(Session(digest(token), role, person, name, digest(person), now, member))
