"""A whole poll on 120 panels: the firmware under MicroPython, the panels process, a server that is killed in the midst.

Four lines of thirty, one frame in twenty corrupted. What a delegate does is done: press, look at the light, press again
where it says that the press counted nothing. What the ledger has must be what the lights say, once.
"""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from appliance.adapters.sql.verify import verify_ledger
from appliance.config import BusPort, Config, as_toml
from appliance.panels.bus.pairing_file import Paired, PairingFile
from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.books import CHOICES
from tests.faults.council import CHAIR, CLERK, HALL, seat_of
from tests.firmware.bus import Bus, Fitted, serial
from tests.house import name_of
from tests.panels.ballots import ballots_of

BUSES = 4
A_BUS = 30
PANELS = BUSES * A_BUS
CORRUPT = 0.05
KILL_AFTER = PANELS // 4
"""Ballots on disk when the server is killed."""
ANSWER_MS = 400.0
"""Two cores for a hundred and twenty panels: their answers take as long as the machine makes them wait."""
TURNS = 20
LIGHTS_SECONDS = 15.0
"""A press without an answer is shown as refused after ten."""
WAITING = 7
"""All three lights."""


def key_of(number: int) -> bytes:
    """What a panel got when it was paired."""
    return bytes([number]) * 16


class Hall:
    """120 panels on four lines, numbered from 1 as their members are."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        numbers = range(1, PANELS + 1)
        rows = [list(numbers[at : at + A_BUS]) for at in range(0, PANELS, A_BUS)]
        self.rows = {f"row{at}": row for at, row in enumerate(rows)}
        self.buses = {
            name: stack.enter_context(
                Bus(
                    [Fitted(serial(number), number, key_of(number)) for number in row],
                    folder / name,
                    everyone_hears=False,
                    seed=row[0],
                )
            )
            for name, row in self.rows.items()
        }

    def paired(self) -> list[Paired]:
        """As the pairing file has them."""
        return [
            Paired(serial(number).hex(), number, name, key_of(number).hex(), seat_of(number))
            for name, row in self.rows.items()
            for number in row
        ]

    def press(self, wanted: dict[int, str]) -> None:
        """Everybody named, row by row as fast as it goes."""
        for name, row in self.rows.items():
            taps = [(at, CHOICES.index(wanted[number])) for at, number in enumerate(row) if number in wanted]
            self.buses[name].tap_all(taps)

    def look(self, lights: dict[int, int], steady: float) -> set[int]:
        """Who never sees these lights steadily."""
        without = set()
        for name, row in self.rows.items():
            lit = {at: {lights[number]} for at, number in enumerate(row) if number in lights}
            missing = self.buses[name].wait(lit, steady=steady, within=LIGHTS_SECONDS)
            without |= {row[at] for at in missing}
        return without


@contextmanager
def panels_process(house: Appliance, hall: Hall) -> Iterator[None]:
    """The real one, with a configuration of its own."""
    buses = {name: BusPort(port=str(bus.port), answer_ms=ANSWER_MS) for name, bus in hall.buses.items()}
    config = Config(data=house.folder, buses=buses)
    PairingFile(config.pairing_file).change(*hall.paired())
    file = house.folder / "panels.toml"
    file.write_text(as_toml(config), encoding="utf-8")
    with (house.folder / "panels.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "appliance", "panels", "--config", str(file)], stderr=log)
    try:
        yield
        assert process.poll() is None, (house.folder / "panels.log").read_text()
    finally:
        process.terminate()
        process.wait(30)


def vote(hall: Hall, wanted: dict[int, str], presses: dict[int, list[str]]) -> None:
    """Until every light says what was pressed. Who sees that a press counted nothing presses again."""
    without: set[int] = set()
    for _ in range(TURNS):
        without = hall.look({number: 1 << CHOICES.index(choice) for number, choice in wanted.items()}, 1.0)
        if not without:
            return
        again = {number: wanted[number] for number in without}
        for number, choice in again.items():
            presses[number].append(choice)
        hall.press(again)
    raise AssertionError(f"no light for panels {sorted(without)}")


@pytest.mark.timeout(900)  # on a machine that may have other work
def test_120_panels_vote_through_noise_and_a_killed_server_and_none_is_lost_or_doubled(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    with ExitStack() as stack:
        house = stack.enter_context(appliance(tmp_path / "house", members=PANELS))
        hall = Hall(tmp_path, stack)
        stack.enter_context(panels_process(house, hall))
        house.open_poll(present=PANELS)
        everybody = range(1, PANELS + 1)
        assert any(not hall.look(dict.fromkeys(everybody, WAITING), 0.0) for _ in range(TURNS))
        for bus in hall.buses.values():
            bus.faults(corrupt=CORRUPT)

        first = {number: chance.choice(CHOICES) for number in everybody}
        presses = {number: [choice] for number, choice in first.items()}
        hall.press(first)
        ballots_of(house.ledger, at_least=KILL_AFTER)
        house.kill()
        house.start()
        vote(hall, first, presses)
        shown = {name_of(number): [choice] for number, choice in first.items()}
        assert ballots_of(house.ledger) == shown

        second = {number: chance.choice(CHOICES) for number in everybody if chance.random() < 0.3}
        for number, choice in second.items():
            presses[number].append(choice)
            if choice != first[number]:
                shown[name_of(number)].append(choice)
        hall.press(second)
        vote(hall, second, presses)
        assert ballots_of(house.ledger) == shown

        house.did(CHAIR, "ClosePoll", poll=POLL)
        house.did(CLERK, "ConfirmPoll", poll=POLL)
        house.did(CHAIR, "ConfirmPoll", poll=POLL)
        house.did(CHAIR, "AnnouncePoll", poll=POLL)
        tally = house.tablet(HALL).poll["result"]["tally"]
        last = [choices[-1] for choices in shown.values()]
        assert {choice: tally[choice] for choice in CHOICES} == {choice: last.count(choice) for choice in CHOICES}
        assert not hall.look(dict.fromkeys(everybody, 0), 0.5)
        assert verify_ledger(house.ledger).ok
        spoiled = sum(bus.state()["spoiled"] for bus in hall.buses.values())
    assert spoiled > PANELS, "the line was sound: this has tested nothing"
    print(f"\n{sum(map(len, presses.values()))} presses, {spoiled} frames corrupted, {len(last)} votes")
