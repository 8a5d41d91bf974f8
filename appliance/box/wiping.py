"""`nghi-truong wipe`: the council's data leave this box, before it is given away or sent for repair.

What it cannot promise is said in its last words: flash memory keeps blocks that nobody can address any more.
"""

import argparse
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.box import backup_settings
from appliance.box.backup_settings import Settings
from appliance.box.restoring import stop
from appliance.box.telling import Refused, say

_BLOCK: Final = 1 << 20
LAST_WORDS: Final = """\
What is gone: the ledger, the registry, papers, keys, settings, recordings and backups' password of this box.
What is not promised: an SD card, a stick or an SSD writes anew elsewhere and keeps old blocks, which a laboratory may
read. Where that matters: destroy the card, or encrypt the disk from the beginning and destroy its key.
The backups at the targets and the second disk are as they were; without their password they are noise."""


def main(arguments: Sequence[str]) -> int:
    """Ask for the box's name, and wipe."""
    parser = argparse.ArgumentParser(prog="nghi-truong wipe")
    parser.add_argument("--settings", type=Path, default=backup_settings.FILE)
    given = parser.parse_args(arguments)
    settings = backup_settings.load(given.settings)
    places = _places(settings)
    say("This takes away for good, with no way back but a backup:")
    for place in places:
        say(f"    {place}")
    if input(f"To wipe them, type this box's name ({settings.box_name}): ").strip() != settings.box_name:
        raise Refused("that is not its name")
    stop(settings)
    _overwrite([settings.password_file, *_secrets(places)])
    for place in places:
        _empty(place)
    _forget(settings)
    say(LAST_WORDS)
    return 0


def _places(settings: Settings) -> list[Path]:
    """Every folder of the product that holds what belongs to the council, and what restores have put aside."""
    around = settings.data.parent
    found = {settings.data, settings.state, *settings.folders, *settings.settings}
    found |= {place for place in around.glob("nghi-truong*") if place.is_dir()}
    found |= {*around.glob(".before-*nghi-truong*"), *around.glob(".restore-*")}
    return sorted(place for place in found if place.exists())


def _secrets(places: Sequence[Path]) -> list[Path]:
    ends = {".key", ".pem", ".password", ".env", ".db"}
    return [path for place in places for path in place.rglob("*") if path.is_file() and path.suffix in ends]


def _overwrite(paths: Sequence[Path]) -> None:
    """Once, in place: enough where a disk keeps its blocks where they are, and no harm where it does not."""
    for path in paths:
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("r+b") as file:
            left = path.stat().st_size
            while left > 0:
                left -= file.write(os.urandom(min(left, _BLOCK)))
            file.flush()
            os.fsync(file.fileno())


def _empty(place: Path) -> None:
    """The folder itself stays: it belongs to the system's set-up, not to the council."""
    for child in place.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def _forget(settings: Settings) -> None:
    """The journal's past goes too. The disk is told which blocks are free now; many cards erase them then."""
    for words in settings.forget:
        if shutil.which(words[0]):
            subprocess.run(words, capture_output=True, check=False)
