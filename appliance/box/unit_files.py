"""What systemd is given goes with the release that it came from: there in an update, and back with it.

A release that is taken back would otherwise be started as the newer one's units say, with words that it may not know.
Only a file that is still the one of the release that goes is replaced: what the play, or a person, has put there
otherwise is theirs. A unit that the older release does not know stays; users and folders stay too.
"""

from typing import Final

from appliance.box.durable import write
from appliance.box.places import Places

FOLDER: Final = "systemd"
"""In a release. Its own folders in it (users, drop-ins) are the play's."""


def hand_over(places: Places, leaving: str, coming: str) -> list[str]:
    """Replace the units of one release by those of the other; the names of those that are others now. Raises OSError.

    May be given again after a power cut. systemd has to read them anew.
    """
    changed = []
    for ours in sorted((places.releases / coming / FOLDER).glob("nghi*")):
        theirs = places.releases / leaving / FOLDER / ours.name
        placed = places.units / ours.name
        if not (ours.is_file() and theirs.is_file() and placed.is_file()) or placed.is_symlink():
            continue
        if (content := ours.read_bytes()) != (old := theirs.read_bytes()) and placed.read_bytes() == old:
            write(placed, content, 0o644)
            changed.append(ours.name)
    return changed
