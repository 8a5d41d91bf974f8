"""usage: python .ci/command_table.py   Writes the table of commands in ARCHITECTURE.md from the code's own tables."""

import re
from pathlib import Path

import msgspec

from appliance.core.meeting import RULES
from appliance.core.people import Role
from appliance.services import recorder_commands, rehearsal_commands
from appliance.services.desk import MAY

PAGE = Path(__file__).parents[1] / "ARCHITECTURE.md"
HEAD = "| command | fields beside `id` (`?`: may be left out) | who |\n|---|---|---|\n"


def rows() -> list[str]:
    """One row a command, in the order of the code."""
    rules = {kind: (rule.roles, rule.gavel) for kind, rule in RULES.items()}
    others = {**MAY, **recorder_commands.MAY, **rehearsal_commands.MAY}
    rules |= {kind: (roles, False) for kind, roles in others.items()}
    return [f"| {kind.__name__} | {_fields(kind)} | {_who(*rule)} |\n" for kind, rule in rules.items()]


def _fields(kind: type[msgspec.Struct]) -> str:
    own = [f for f in msgspec.structs.fields(kind) if f.name not in {"id", "seat"}]
    return ", ".join(f"`{f.encode_name}`" + ("" if f.required else "?") for f in own)


def _who(roles: frozenset[Role], gavel: bool) -> str:
    names = sorted(str(role) for role in roles)
    return ", ".join("gavel holder" if gavel and name == "chair" else name for name in names)


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    table = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")
    PAGE.write_text(table.sub(lambda _: HEAD + "".join(rows()), page, count=1), encoding="utf-8")
