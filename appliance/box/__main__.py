"""The technician's command: `nghi-truong SUBCOMMAND`, as root on the box.

Exit codes: 0 done; 1 refused, nothing has changed; 2 wrong use; 69 the machine cannot, the log says how far it came.
"""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Final

from appliance.box.telling import Away, Refused, Unable, say

COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    # name: (module, function that takes the further arguments and returns the exit code, one line of help)
    "install": ("appliance.box.release_commands", "install", "FILE: check a release and lay it beside the one in use"),
    "activate": ("appliance.box.release_commands", "activate", "VERSION: use an installed release"),
    "rollback": ("appliance.box.release_commands", "rollback", "use the release before this one again"),
    "releases": ("appliance.box.release_commands", "releases", "which releases are here"),
    "prune": ("appliance.box.release_commands", "prune", "remove all releases but this one and the one before"),
    "settle": ("appliance.box.release_commands", "settle", "end an update that was cut off (done at each start)"),
    "backup": ("appliance.box.backing_up", "main", "an encrypted copy at every target, now"),
    "verify": ("appliance.box.checking", "verify", "read what is in the backups"),
    "drill": ("appliance.box.drill", "main", "could the box be restored today?"),
    "restore": ("appliance.box.restoring", "main", "put a backup in the place of this box's data"),
    "retention": ("appliance.box.checking", "retention", "let old backups go"),
    "standby": ("appliance.box.standby", "standby", "keep this box ready to take another one's place"),
    "take-over": ("appliance.box.standby", "take_over", "take the other box's place"),
    "wipe": ("appliance.box.wiping", "main", "take the council's data off this box for good"),
    "status": ("appliance.box.status", "main", "how the box is"),
    "kiosk": ("appliance.box.kiosk", "main", "the hall's screen (what nghi-truong-kiosk.service starts)"),
    "clock": ("appliance.box.clock", "main", "is the clock to be believed; --set TIME"),
}
"""Every subcommand. Its module is loaded only when it is asked for, so that a fault in one leaves the others."""

REFUSED: Final = 1
WRONG_USE: Final = 2
UNABLE: Final = 69


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; the result is the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in {"-h", "--help"}:
        say(_help())
        return 0 if given else WRONG_USE
    if given[0] not in COMMANDS:
        say(f"nghi-truong: no such subcommand: {given[0]}\n{_help()}", error=True)
        return WRONG_USE
    module, function, _ = COMMANDS[given[0]]
    run: Callable[[Sequence[str]], int] = getattr(import_module(module), function)
    try:
        return run(given[1:])
    except Refused as why:
        say(f"refused: {why}", error=True)
        return REFUSED
    except (Unable, Away, OSError) as why:
        say(f"cannot: {why}", error=True)
        return UNABLE


def _help() -> str:
    lines = [f"    nghi-truong {name:10} {text}" for name, (_, _, text) in COMMANDS.items()]
    return "\n".join(["usage:", *lines])


if __name__ == "__main__":
    sys.exit(main())
