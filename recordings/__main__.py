"""The commands of the recorder: `python -m recordings COMMAND`.

    record      the recorder itself: it starts all the others (systemd unit `recorder`)
    config      the effective configuration
    verify      is a take's manifest the one that was signed, and are its files whole?
    retain      take away what was published, verified and kept long enough
    finish, clip                                      a meeting's video; a clip of one item
    source, archive, live, house, push, preview       children of `record` (the page in `process/`)

Exit codes: 0 done; 1 the answer is no; 2 wrong use; 69 the machine cannot; 75 another recorder has the folder;
78 wrong configuration.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from recordings.config import Config, ConfigError, as_toml, load

WRONG_CONFIG: Final = 78

RUNS: Final[dict[str, str]] = {
    "record": "recordings.process.main",
    "source": "recordings.camera.main",
    "archive": "recordings.archive.main",
    "live": "recordings.stream.live",
    "house": "recordings.stream.house",
    "push": "recordings.stream.push",
    "preview": "recordings.stream.preview",
    "finish": "recordings.finish.main",
    "clip": "recordings.finish.clip",
    "retain": "recordings.finish.retain",
    "verify": "recordings.archive.verify",
}
"""Each has `run(config: Config, given: argparse.Namespace) -> int`; nothing is imported that is not run."""

OPTIONS: Final[dict[str, tuple[str, ...]]] = {
    "archive": ("--take", "--reason", "--cut-from"),
    "finish": ("--ledger",),
    "clip": ("--ledger", "--item"),
    "verify": ("--key", "--heads"),
}
MAY_BE_LEFT_OUT: Final = frozenset({"--reason", "--cut-from", "--key", "--heads"})
FOLDERS: Final = frozenset({"verify"})
"""They take paths."""
FLAGS: Final[dict[str, tuple[str, str]]] = {"retain": ("--delete", "do it; without this it only names what may go")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code."""
    given = _parser().parse_args(arguments)
    try:
        config = load(given.config)
    except ConfigError as error:
        print(f"configuration: {error}", file=sys.stderr)
        return WRONG_CONFIG
    logging.basicConfig(level=config.log_level, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    if given.command == "config":
        print(as_toml(config), end="")
        return 0
    return _run(config, given)


def _run(config: Config, given: argparse.Namespace) -> int:
    code: int = import_module(RUNS[given.command]).run(config, given)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recordings", description="The recorder of Nghị Trường")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("config", *RUNS):
        command = commands.add_parser(name)
        command.add_argument("--config", type=Path, help="recorder.toml; without it, the defaults")
        for option in OPTIONS.get(name, ()):
            command.add_argument(option, default=None, required=option not in MAY_BE_LEFT_OUT)
        if name in FLAGS:
            command.add_argument(FLAGS[name][0], action="store_true", help=FLAGS[name][1])
        if name in FOLDERS:
            command.add_argument("paths", nargs="*", type=Path, help="takes; none: all")
    return parser


def _let_go_of_the_log() -> None:
    """A log that no disk takes any more must not become this program's exit code (Python's own is 120 then)."""
    try:
        sys.stderr.flush()
    except OSError:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as the process still lives


if __name__ == "__main__":
    ended = main()
    _let_go_of_the_log()
    sys.exit(ended)
