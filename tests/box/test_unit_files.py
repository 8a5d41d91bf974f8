"""Units go with the release that they came from."""

from pathlib import Path

import pytest

from appliance.box.places import Places
from appliance.box.telling import Unable
from appliance.box.unit_files import hand_over
from appliance.box.updating import Updates
from tests.beds.small_release import lay
from tests.box.test_updating import Recorded

APPLIANCE = "nghi-truong-appliance.service"
OLD, NEW = "1.0.0", "1.1.0"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Both releases are installed, the first is in use, and the play has put its units in place."""
    places = Places(tmp_path)
    places.units.mkdir(parents=True)
    for version in (OLD, NEW):
        lay(places, version)
        folder = places.releases / version / "systemd"
        folder.mkdir()
        (folder / APPLIANCE).write_text(f"[Unit]\nDescription={version}\n")
        (folder / "nghi.slice").write_text("[Slice]\n")
    (places.units / APPLIANCE).write_text(f"[Unit]\nDescription={OLD}\n")
    (places.units / "nghi.slice").write_text("[Slice]\n")
    places.data.mkdir(parents=True)
    return places


def unit(places: Places) -> str:
    return (places.units / APPLIANCE).read_text().strip().rpartition("=")[2]


def activate(places: Places, version: str, *, well: bool = True) -> None:
    updates = Updates(places, Recorded(), lambda address, seconds: well)
    if updates.releases.current is None:
        updates.releases.use(OLD, None)
    with updates.alone():
        updates.activate(version)


def test_they_go_there_and_back_with_their_release(places: Places) -> None:
    activate(places, NEW)
    assert unit(places) == NEW
    activate(places, OLD)
    assert unit(places) == OLD
    assert (places.units / APPLIANCE).stat().st_mode & 0o777 == 0o644


def test_a_release_that_does_not_come_up_leaves_no_unit_behind(places: Places) -> None:
    """Also where the play had put them in place before it changed over."""
    (places.units / APPLIANCE).write_bytes((places.releases / NEW / "systemd" / APPLIANCE).read_bytes())
    with pytest.raises(Unable):
        activate(places, NEW, well=False)
    assert unit(places) == OLD


def test_what_somebody_else_has_put_there_is_theirs(places: Places) -> None:
    (places.units / APPLIANCE).write_text("[Unit]\nDescription=mended by hand\n")
    activate(places, NEW)
    assert unit(places) == "mended by hand"


def test_a_unit_of_the_newer_release_alone_is_neither_brought_nor_taken_away(places: Places) -> None:
    later = "nghi-truong-later.service"
    (places.releases / NEW / "systemd" / later).write_text("[Unit]\n")
    assert hand_over(places, OLD, NEW) == [APPLIANCE]
    assert not (places.units / later).exists()
    (places.units / later).write_text("[Unit]\n")
    assert hand_over(places, NEW, OLD) == [APPLIANCE]
    assert (places.units / later).exists()


def test_handing_over_twice_is_handing_over_once(places: Places) -> None:
    assert hand_over(places, OLD, NEW) == [APPLIANCE]
    assert hand_over(places, OLD, NEW) == []
    assert unit(places) == NEW


def test_no_unit_is_started_over_and_over_before_there_is_a_release() -> None:
    """As on a box whose play was cut off after the units were enabled: each start failed, twice a second."""
    units = Path(__file__).parents[2] / "systemd"
    of_a_release = [
        text for file in units.glob("*.service") if "ExecStart=/opt/nghi-truong/current" in (text := file.read_text())
    ]
    assert len(of_a_release) >= 6
    assert all("\nConditionPathExists=/opt/nghi-truong/current\n" in text for text in of_a_release)
