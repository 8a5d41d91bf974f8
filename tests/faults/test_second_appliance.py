"""Two appliances on one data folder: the second is kept out, and the first does not notice."""

import subprocess
import sys
from pathlib import Path

from appliance.administration import CANNOT
from tests.faults.appliance_process import POLL, appliance
from tests.faults.council import seat_of
from tests.faults.storm import OnPanels
from tests.house import fresh_id, name_of


def test_a_second_appliance_on_the_same_folder_says_why_it_will_not_start(tmp_path: Path) -> None:
    with appliance(tmp_path) as house:
        house.open_poll(present=9)
        second = subprocess.run(
            [sys.executable, "-m", "appliance", "serve", "--data", str(tmp_path), "--port", "0"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode == CANNOT, second.stderr
        assert "another appliance is running" in second.stderr
        assert "Traceback" not in second.stderr

        ballot = {"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"}
        panels = OnPanels(house, [seat_of(1)])
        panels.send(1, ballot)
        answers = panels.take()
        while not answers:
            answers = panels.take()
        assert answers[0][1]["accepted"], "the panels' socket is still the first one's"
        tablet = house.tablet(name_of(1))
        assert tablet.ballot == "for"


def test_the_folder_is_free_again_after_a_kill(tmp_path: Path) -> None:
    with appliance(tmp_path) as house:
        house.kill()
        house.start()
        assert house.request("GET", "/healthz")[0] == 200
