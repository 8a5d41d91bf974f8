"""`python -m recordings verify [TAKE…]`: is each take what was recorded and signed? One flipped byte names its file.

A TAKE is a folder, or the name of one in the data folder; none: all. The key is the one in the data folder, or
`--key`, the 64 hex digits that are known from the ledger or the minutes; without either a manifest that somebody signed
anew with a key of their own would pass, so that is said. `--heads FILE`: further signed ends, one JSON object a line,
as the ledger keeps them. Exit code 0: all whole; 1: something is wrong; 2: there is nothing to check.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

import msgspec

from recordings.adapters.keys import KeyFault, own_key
from recordings.adapters.take_check import TakeReport, check_take
from recordings.config import Config
from recordings.layout import Layout, TakeFolder
from recordings.segments import Head

WRONG_USE: Final = 2


def run(config: Config, given: argparse.Namespace) -> int:
    """The command; gives the exit code."""
    layout = Layout(config.data, config.public)
    folders = [_folder(layout, path) for path in given.paths] or _all(layout)
    if not folders:
        _say(f"there is no take in {layout.takes}")
        return WRONG_USE
    try:
        key = given.key or own_key(layout.key)
        heads = _heads(Path(given.heads)) if given.heads else ()
    except (KeyFault, OSError, msgspec.MsgspecError) as error:
        _say(str(error))
        return WRONG_USE
    if key is None:
        _say("no key is known (--key): whether the signatures are the recorder's own is not checked")
    reports = [check_take(folder, key, heads) for folder in folders]
    for report in reports:
        _tell(report)
    return 0 if all(report.whole for report in reports) else 1


def _tell(report: TakeReport) -> None:
    unsigned = report.lines - report.signed_lines
    _say(
        f"{report.take}: {report.segments} segments, {report.seconds:.1f} s: "
        + ("whole" if report.whole else "NOT whole" if report.findings else f"whole, but {unsigned} lines unsigned")
    )
    for finding in report.findings:
        _say(f"  {finding.name}: {finding.what}")


def _folder(layout: Layout, given: Path) -> TakeFolder:
    return TakeFolder(given) if given.is_dir() else layout.take(str(given))


def _all(layout: Layout) -> list[TakeFolder]:
    return [TakeFolder(path) for path in sorted(layout.takes.glob("*")) if path.is_dir()]


def _heads(path: Path) -> tuple[Head, ...]:
    return tuple(msgspec.json.decode(line, type=Head) for line in path.read_bytes().splitlines() if line.strip())


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
