"""`demo --bus`: the last seats' panels on a simulated bus, pressed like all others, and new boxes to be paired."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware.panel.shows import WAITING
from tests.demo.running import Demo


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "data", "--bus")
    yield running
    assert running.process.end() == 0


def boxes(demo: Demo) -> dict[str, dict[str, Any]]:
    """By their serial numbers."""
    return {box["serial"]: box for box in demo.get("/simulator/boxes.json").json()["boxes"]}


def test_the_last_seats_vote_through_a_bus_and_a_new_box_waits_to_be_paired(demo: Demo) -> None:
    demo.until(lambda: sum(box["seat"] is not None for box in boxes(demo).values()) == 5)
    there = boxes(demo)
    assert sum(box["paired"] for box in there.values()) == 6
    assert sum(not box["paired"] for box in there.values()) == 2
    assert demo.give(demo.sign_in("chair"), "OpenPoll", poll="nq1")["accepted"]
    demo.until(lambda: any(box["shows"] == WAITING for box in boxes(demo).values()))  # it has heard what is asked
    seat = next(box["seat"] for box in boxes(demo).values() if box["shows"] == WAITING)
    assert demo.post("/simulator/press", {"seat": seat, "button": "against", "down": True}).json() == {"pressed": 1}
    demo.until(lambda: demo.lights()[seat] == "recorded")
    demo.post("/simulator/press", {"seat": seat, "button": "against", "down": False})
    serial = next(serial for serial, box in there.items() if box["seat"] == seat)
    demo.until(lambda: boxes(demo)[serial]["lights"] == [False, True, False])
    assert demo.post("/simulator/box", {"serial": serial, "on": False}).json() == {"pressed": 1}
    demo.until(lambda: boxes(demo)[serial]["shows"] is None)
    assert demo.post("/simulator/box", {"serial": serial, "on": True}).json() == {"pressed": 1}
    demo.until(lambda: boxes(demo)[serial]["lights"] == [False, True, False])
    assert demo.post("/simulator/box", {"serial": "nobody's", "down": True}).status_code == 503
