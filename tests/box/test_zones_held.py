"""A standby's zones are raised in one go, and whoever is cut off on the way raises them again."""

from pathlib import Path

import pytest

from appliance.box import zones_held
from appliance.box.telling import Unable

DOUBLE = '#!/bin/sh\necho "${0##*/} $*" >> {told}\n[ ! -e {folder}/no-${0##*/} ]\n'


class Held:
    """What the role has written, and doubles of the programs that are asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mark, self.networks, self._told = (
            folder,
            folder / "standby",
            folder / "network",
            folder / "told",
        )
        self.drop_in = self.networks / "20-nghi-truong-hall.network.d" / zones_held.DROP_IN
        self.drop_in.parent.mkdir(parents=True)
        self.drop_in.write_text("[Link]\nActivationPolicy=down\n")
        self.mark.write_text("hall0 10.77.0.1\npub0 10.78.0.1\n")
        for name in ("networkctl", "arping"):
            program = folder / name
            program.write_text(DOUBLE.replace("{told}", str(self._told)).replace("{folder}", str(folder)))
            program.chmod(0o755)

    @property
    def told(self) -> list[str]:
        return self._told.read_text().splitlines() if self._told.exists() else []

    def fails(self, program: str, *, no_more: bool = False) -> None:
        (self.folder / f"no-{program}").unlink() if no_more else (self.folder / f"no-{program}").touch()


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Held:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return Held(tmp_path)


def test_every_zone_is_raised_and_who_is_in_it_is_told(held: Held) -> None:
    zones = zones_held.let_go(held.mark, held.networks)
    assert zones == [("hall0", "10.77.0.1"), ("pub0", "10.78.0.1")]
    raised = [f"networkctl {what} {zone}" for zone in ("hall0", "pub0") for what in ("up", "reconfigure")]
    assert held.told == ["networkctl reload", *raised]
    assert (held.mark.exists(), held.drop_in.exists()) == (False, False)
    assert zones_held.announce(zones) == []
    assert [line.split()[-2:] for line in held.told[5:]] == [["hall0", "10.77.0.1"], ["pub0", "10.78.0.1"]]


def test_what_could_not_be_raised_is_raised_the_next_time(held: Held) -> None:
    held.fails("networkctl")
    with pytest.raises(Unable):
        zones_held.let_go(held.mark, held.networks)
    assert held.mark.exists()
    held.fails("networkctl", no_more=True)
    assert len(zones_held.let_go(held.mark, held.networks)) == 2
    assert zones_held.let_go(held.mark, held.networks) == []


def test_a_hall_that_cannot_be_told_is_named(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zones_held, "PATIENCE", 0.3)
    held.fails("arping")
    assert zones_held.announce([("hall0", "10.77.0.1")]) == ["10.77.0.1"]
