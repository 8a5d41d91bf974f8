"""From one real release to the next and back, a schema change between them, the power cut at every step."""

import hashlib
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.adapters.release import no_earlier_than
from appliance.adapters.sql.migrate import HEAD
from appliance.core import commands as c
from tests.beds.two_releases import LATER, NEW, OLD, Box, build, make, switched_on, wait_for
from tests.house import CHAIR, accepted, sit

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both releases, built."""
    into = tmp_path_factory.mktemp("built")
    return {version: build(version, into) for version in (OLD, NEW)}


@pytest.fixture(scope="module")
def installed(files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """Both installed, the first in use and running, with a council on file and a meeting in the ledger."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with switched_on(Box(tmp_path_factory.mktemp("box"), port)) as box:
        for version, file in files.items():
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            assert f"installed: {version}" in box.told("install", str(file), "--sha256", digest)
        box.told("activate", OLD)
        box.hold_a_meeting()
        box.start_the_machine()
        wait_for(box.is_well, "the first appliance")
        yield box


@pytest.fixture
def box(installed: Box) -> Iterator[Box]:
    """The first release in use, as each test finds it."""
    if installed.current != OLD:
        installed.told("activate", OLD)
    yield installed
    assert installed.on_file == [("Hội đồng nhân dân xã Yên Hòa",)]


def test_the_same_sources_make_the_same_bytes(files: dict[str, Path], tmp_path: Path) -> None:
    made = files[OLD]
    assert make(made.with_name(f"source-{OLD}"), tmp_path).read_bytes() == made.read_bytes()


def test_both_releases_say_what_they_are(box: Box) -> None:
    assert OLD in box.program("--version").stdout
    assert no_earlier_than(box.places.releases / NEW / "venv") is not None
    listed = box.told("releases")
    assert [line.split()[0] for line in listed.splitlines()] == [OLD, NEW]
    assert "current" in listed.splitlines()[0]


def test_an_update_and_its_rollback(box: Box) -> None:
    entries = box.entries
    assert box.form == HEAD
    assert f"in use: {NEW}" in box.told("activate", NEW)
    assert box.current == NEW
    assert box.works()
    assert f"in use: {OLD}" in box.told("rollback")
    assert box.current == OLD
    assert box.works()
    assert box.entries == entries
    assert f"in use: {NEW}" in box.told("rollback")
    assert box.works()


def test_a_release_whose_appliance_dies_is_taken_back_by_itself(box: Box) -> None:
    """It migrates, and cannot serve."""
    (flask,) = (box.places.releases / NEW / "venv").glob("lib/python*/site-packages/flask")
    away = flask.rename(flask.with_name("flask-away"))
    try:
        said = box.told("activate", NEW, "--patience", "15", code=69)
    finally:
        away.rename(flask)
    assert f"{OLD} is in use again" in said
    assert box.current == OLD
    assert box.works()


def test_nothing_is_updated_in_a_sitting(box: Box) -> None:
    box.systemctl("stop", "nghi-truong-appliance.service")
    box.hold_a_meeting(lambda house: sit(house, present=2))
    box.systemctl("start", "nghi-truong-appliance.service")
    wait_for(box.is_well, "the appliance, in its sitting")
    said = box.told("activate", NEW, code=1)
    assert "sitting" in said
    assert box.current == OLD
    assert box.works()
    box.told("activate", NEW, "--anyway")
    assert box.works()
    box.told("rollback", "--anyway")
    assert box.works()
    box.systemctl("stop", "nghi-truong-appliance.service")
    box.hold_a_meeting(lambda house: accepted(house.give(CHAIR, c.CloseSitting)))
    box.systemctl("start", "nghi-truong-appliance.service")
    box.told("activate", NEW)


def reached(step: int) -> Callable[[Box], bool]:
    return lambda box: box.steps() > step


MOMENTS: dict[str, Callable[[Box], bool]] = {
    "begun": reached(0),
    "stopped": reached(1),
    "copied": reached(2),
    "migrating": Box.migrating,
    "migrated": reached(3),
    "swapped": reached(4),
    "starting": lambda box: box.steps() > 4 and box.serving(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_power_goes_in_an_update(box: Box, moment: str) -> None:
    entries = box.entries
    updater = box.command("activate", NEW)
    wait_for(lambda: MOMENTS[moment](box), moment)
    box.cut_the_power(updater)
    box.start_the_machine()
    assert box.current == OLD
    assert box.works()
    assert box.entries == entries


@pytest.mark.parametrize("moment", ["migrating", "starting"])
def test_the_power_goes_in_a_rollback(box: Box, moment: str) -> None:
    box.told("activate", NEW)
    updater = box.command("rollback")
    wait_for(lambda: MOMENTS[moment](box), moment)
    box.cut_the_power(updater)
    box.start_the_machine()
    assert box.current == NEW
    assert box.form == LATER
    assert box.works()


def test_the_power_goes_again_while_the_machine_settles(box: Box) -> None:
    updater = box.command("activate", NEW)
    wait_for(lambda: box.steps() > 4, "swapped")
    box.cut_the_power(updater)
    settling = box.command("settle", "--booting")
    wait_for(box.migrating, "the way back")
    box.cut_the_power(settling)
    box.start_the_machine()
    assert box.current == OLD
    assert box.works()


def test_an_installation_that_is_cut_off_is_no_release(box: Box, files: dict[str, Path]) -> None:
    box.told("activate", OLD)
    folder = box.places.releases / NEW
    (folder / ".complete").rename(folder / "complete")
    installing = box.command("install", str(files[NEW]))
    wait_for(lambda: not (folder / "complete").exists() and (folder / "venv/bin/python").exists(), "a venv half made")
    box.cut_the_power(installing)
    assert NEW not in box.told("releases")
    assert "not installed" in box.told("activate", NEW, code=1)
    assert f"installed: {NEW}" in box.told("install", str(files[NEW]))
    box.start_the_machine()
    assert box.works()
    box.told("activate", NEW)
    assert box.works()


def test_pruning_keeps_this_release_and_the_one_before(box: Box) -> None:
    box.told("activate", NEW)
    leftover = box.places.releases / "0.9.0/venv"
    leftover.mkdir(parents=True)
    box.told("prune")
    assert sorted(folder.name for folder in box.places.releases.iterdir()) == [OLD, NEW]
