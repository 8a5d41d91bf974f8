"""An update ends in the old release working or in the new one working, wherever it is cut off."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.box.places import Places
from appliance.box.service_manager import APPLIANCE, TARGET
from appliance.box.telling import Refused, Unable
from appliance.box.update_journal import UpdateJournal
from appliance.box.updating import Updates
from tests.beds.small_release import diary, form, lay

PANELS = "nghi-truong-panels.service"


class PowerCut(BaseException):
    """Nothing in the program may catch it, as nothing catches the power going."""


@dataclass
class Recorded:
    """Services that do as they are told, and remember it."""

    up: set[str] = field(default_factory=lambda: {APPLIANCE, PANELS})
    said: list[str] = field(default_factory=list)
    fails: Callable[[str], None] = lambda what: None

    def running(self) -> list[str]:
        return sorted(self.up)

    def stop(self, units: Sequence[str]) -> None:
        self._note("stop", units)
        self.up -= set(units)

    def start(self, units: Sequence[str]) -> None:
        self._note("start", units)
        self.up |= set(units) - {TARGET}

    def _note(self, what: str, units: Sequence[str]) -> None:
        self.said.append(f"{what} {' '.join(units)}")
        self.fails(what)


@dataclass
class Box:
    places: Places
    services: Recorded
    well: bool = True

    @property
    def updates(self) -> Updates:
        return Updates(self.places, self.services, lambda address, seconds: self.well)

    @property
    def links(self) -> str:
        """The release in use and the one before it."""
        return f"{self.updates.releases.current} {self.updates.releases.previous}"

    @property
    def form(self) -> str:
        return form(self.places)

    def activate(self, version: str, *, anyway: bool = False) -> None:
        with self.updates.alone():
            self.updates.activate(version, anyway=anyway)

    def settle(self, *, booting: bool = True) -> bool:
        with self.updates.alone():
            return self.updates.settle(booting=booting)

    def note(self, name: str) -> None:
        """A file that tells the programs what to do."""
        (self.places.current.parent / name).touch()

    def forget(self, name: str) -> None:
        (self.places.current.parent / name).unlink()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    """1.0.0 in use, 1.1.0 installed; its form is newer."""
    places = Places(tmp_path)
    lay(places, "1.0.0", "0004")
    lay(places, "1.1.0", "0005")
    places.data.mkdir(parents=True)
    for name in ("registry.db", "ledger.db"):
        with closing(sqlite3.connect(places.data / name)) as connection:
            connection.execute("CREATE TABLE alembic_version AS SELECT '0004' AS version_num")
            connection.execute("PRAGMA user_version = 1")
    made = Box(places, Recorded())
    made.updates.releases.use("1.0.0", None)
    (places.current.parent / "form").write_text("0004")
    return made


def test_an_update_stops_copies_migrates_turns_the_link_and_starts(box: Box) -> None:
    box.activate("1.1.0")
    assert box.links == "1.1.0 1.0.0"
    assert box.form == "0005"
    assert box.services.said == [
        f"stop {APPLIANCE} {PANELS}", f"start {APPLIANCE}", f"start {TARGET} {APPLIANCE} {PANELS}",
    ]  # fmt: skip
    assert {file.name for file in (box.places.updates / "copies").iterdir()} == {"registry.db", "ledger.db"}
    assert not box.settle()


def test_a_rollback_is_migrated_by_the_newer_program(box: Box) -> None:
    box.activate("1.1.0")
    box.activate("1.0.0")
    assert box.links == "1.0.0 1.1.0"
    assert box.form == "0004"
    migrations = [line.split()[0] for line in diary(box.places) if " migrate " in line]
    assert migrations == ["1.1.0", "1.1.0"]


def test_the_release_in_use_is_activated_without_touching_a_service(box: Box) -> None:
    box.activate("1.0.0")
    assert box.services.said == []


def test_an_update_waits_for_the_end_of_a_sitting(box: Box) -> None:
    box.note("open")
    with pytest.raises(Refused, match="sitting"):
        box.activate("1.1.0")
    assert box.services.said == []
    assert box.links == "1.0.0 None"
    box.activate("1.1.0", anyway=True)
    assert box.links == "1.1.0 1.0.0"


def test_a_sitting_that_opens_at_the_last_moment_keeps_the_old_release(box: Box) -> None:
    def opens(what: str) -> None:
        if what == "stop":
            box.note("open")

    box.services.fails = opens
    with pytest.raises(Refused, match="sitting"):
        box.activate("1.1.0")
    assert box.links == "1.0.0 None"
    assert box.services.up == {APPLIANCE, PANELS}


def test_a_release_that_does_not_come_up_is_taken_back(box: Box) -> None:
    box.well = False
    with pytest.raises(Unable, match=r"1\.0\.0 is in use again"):
        box.activate("1.1.0")
    assert box.links == "1.0.0 None"
    assert box.form == "0004"
    assert box.services.up == {APPLIANCE, PANELS}
    assert not box.settle()


def test_a_release_that_cannot_migrate_is_never_started(box: Box) -> None:
    box.note("no-way-to-0005")
    with pytest.raises(Unable, match="cannot migrate"):
        box.activate("1.1.0")
    assert box.links == "1.0.0 None"
    starts = [said for said in box.services.said if said.startswith("start")]
    assert starts == [f"start {TARGET} {APPLIANCE} {PANELS}"]


def test_where_there_is_no_way_back_the_copies_are_put_back(box: Box) -> None:
    box.note("no-way-to-0004")
    box.well = False
    (box.places.data / "registry.db").chmod(0o600)

    def grows(what: str) -> None:
        """The new program has changed the registry, and written to the ledger, whose form is the same."""
        if what == "start" and box.services.said[-1] == f"start {APPLIANCE}":
            with closing(sqlite3.connect(box.places.data / "registry.db")) as connection:
                connection.execute("UPDATE alembic_version SET version_num = '0005'")
                connection.commit()
            with closing(sqlite3.connect(box.places.data / "ledger.db")) as connection:
                connection.execute("CREATE TABLE written_later (entry)")

    box.services.fails = grows
    with pytest.raises(Unable, match="in use again"):
        box.activate("1.1.0")
    with closing(sqlite3.connect(box.places.data / "registry.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0004",)
    with closing(sqlite3.connect(box.places.data / "ledger.db")) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'written_later'").fetchone() == (1,)
    assert (box.places.updates / "copies/replaced/registry.db").exists()
    assert (box.places.data / "registry.db").stat().st_mode & 0o777 == 0o600
    assert box.links == "1.0.0 None"


def test_where_nothing_ran_nothing_is_started(box: Box) -> None:
    box.services.up.clear()
    box.well = False
    box.activate("1.1.0")
    assert box.links == "1.1.0 1.0.0"
    assert not any(said.startswith("start") for said in box.services.said)


def test_the_first_release_of_a_bare_box(tmp_path: Path) -> None:
    places = Places(tmp_path)
    lay(places, "1.0.0")
    box = Box(places, Recorded(set()))
    box.activate("1.0.0")
    assert box.links == "1.0.0 None"
    assert box.form == "0004"


def test_one_update_at_a_time(box: Box) -> None:
    with box.updates.alone(), pytest.raises(Refused, match="another update"), box.updates.alone():
        pass


def test_without_room_for_copies_nothing_is_stopped(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.box.copies.SPARE", 1 << 60)
    with pytest.raises(Refused, match="no room"):
        box.activate("1.1.0")
    assert box.services.said == []


CUTS = ("stopped", "copied", "migrated", "swapped", "good")
"""The power goes just before this step is written down: what it names has been done."""


def power_goes(before: str, while_: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    write = UpdateJournal.done

    def done(self: UpdateJournal, said: str) -> None:
        if said == before:
            raise PowerCut
        write(self, said)  # type: ignore[arg-type]

    with monkeypatch.context() as cut:
        cut.setattr(UpdateJournal, "done", done)
        with pytest.raises(PowerCut):
            while_()


@pytest.mark.parametrize("step", CUTS)
@pytest.mark.parametrize(("before", "after"), [("1.0.0", "1.1.0"), ("1.1.0", "1.0.0")])
def test_after_a_power_cut_the_release_that_worked_is_back(
    box: Box, monkeypatch: pytest.MonkeyPatch, step: str, before: str, after: str
) -> None:
    box.activate(before)
    was = (box.links, box.form)
    power_goes(step, lambda: box.activate(after), monkeypatch)
    box.services.up.clear()
    box.services.said.clear()
    assert box.settle()
    assert (box.links, box.form) == was
    assert box.services.said == []  # at a start of the machine systemd starts them, not this command
    assert not box.settle()


@pytest.mark.parametrize("step", ["migrated", "swapped", "good"])
def test_a_second_power_cut_on_the_way_back_changes_nothing(
    box: Box, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    power_goes(step, lambda: box.activate("1.1.0"), monkeypatch)
    power_goes("returned", box.settle, monkeypatch)
    assert box.settle()
    assert (box.links, box.form) == ("1.0.0 None", "0004")


def test_a_power_cut_after_the_new_release_was_well_keeps_it(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(self: UpdateJournal, outcome: str) -> None:
        raise PowerCut

    with monkeypatch.context() as cut:
        cut.setattr(UpdateJournal, "end", end)
        with pytest.raises(PowerCut):
            box.activate("1.1.0")
    assert box.settle()
    assert (box.links, box.form) == ("1.1.0 1.0.0", "0005")


def test_a_torn_line_of_the_journal_does_not_count(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    power_goes("swapped", lambda: box.activate("1.1.0"), monkeypatch)
    with (box.places.updates / "journal").open("ab") as file:
        file.write(b'{"step": "go')
    assert box.settle()
    assert (box.links, box.form) == ("1.0.0 None", "0004")


def test_an_updater_that_was_killed_is_helped_by_hand(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    power_goes("swapped", lambda: box.activate("1.1.0"), monkeypatch)
    box.services.up.clear()
    assert box.settle(booting=False)
    assert box.links == "1.0.0 None"
    assert box.services.up == {APPLIANCE, PANELS}


def test_how_the_last_update_ended_can_be_read(box: Box) -> None:
    box.well = False
    with pytest.raises(Unable):
        box.activate("1.1.0")
    last = json.loads((box.places.updates / "last.json").read_text())
    assert (last["before"], last["after"], last["outcome"]) == ("1.0.0", "1.1.0", "returned")
