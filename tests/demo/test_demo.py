"""`make demo` as a visitor has it: real processes, real sign-ins, a vote through simulated buttons."""

import os
import socket
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import requests

from appliance.adapters.sql.verify import verify_ledger
from tests.demo.running import Demo, Process


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[Demo]:
    running = Demo(folder)
    yield running
    children = running.process.children()
    assert running.process.end() == 0
    assert not [pid for pid in children.values() if Path(f"/proc/{pid}").exists()]


def test_every_sign_in_on_the_list_opens_its_screen(demo: Demo) -> None:
    for screen in demo.addresses["screens"]:
        with requests.Session() as visitor:
            if screen["sign_in"] is not None:
                assert demo.post("/api/sign-in", screen["sign_in"], visitor).status_code == 200
            if screen["name"] in {"watch", "archive"}:
                continue  # another server's; the next test has them
            page = demo.get(screen["path"].split("#")[0], visitor)
            assert page.status_code == 200
            assert screen["url"] == demo.addresses["base"] + screen["path"]


def test_its_processes_live_in_the_halls_time_whatever_zone_the_machine_is_in(demo: Demo) -> None:
    for pid in demo.process.children().values():  # the test picture shows its process's time
        said = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        assert b"TZ=" + os.environ.get("TZ", "<+07>-7").encode() in said


def _is_served(address: str) -> bool:
    return requests.get(address, timeout=10).status_code == 200


def test_the_public_site_is_at_the_addresses_on_the_list(demo: Demo) -> None:
    for name in ("watch", "archive"):
        screen = next(s for s in demo.addresses["screens"] if s["name"] == name)
        address = screen["url"].replace("localhost", "127.0.0.1")
        demo.until(partial(_is_served, address))
        page = requests.get(address, timeout=10)
        assert "DỮ LIỆU MẪU" in page.text
        assert screen["path"] == screen["url"]


def test_every_account_and_a_delegate_of_the_list_can_sign_in(demo: Demo) -> None:
    members = demo.addresses["members"]
    assert len(members) == 27
    accounts = demo.addresses["accounts"]
    assert {a["role"] for a in accounts} == {"chair", "clerk", "technician", "auditor"}
    bodies = [{k: a[k] for k in ("account", "password")} for a in accounts]
    for body in [*bodies, {k: members[26][k] for k in ("card", "pin")}]:
        assert demo.post("/api/sign-in", body).status_code == 200


def test_a_qr_code_is_a_picture_that_the_strict_page_may_show(demo: Demo) -> None:
    for screen in demo.addresses["screens"]:
        answer = demo.get(screen["qr"])
        assert answer.headers["Content-Type"].startswith("image/svg+xml")
        assert ET.fromstring(answer.content).tag.endswith("svg")
    assert demo.get("/demo/qr/nobody.svg").status_code == 404


def test_everything_on_screen_is_said_to_be_sample_data(demo: Demo) -> None:
    with demo.sign_in("chair") as chair:
        assert demo.get("/api/snapshot", chair).json()["view"]["meeting"]["demo"] is True
        assert "DỮ LIỆU MẪU" in demo.get("/minutes", chair).text


@pytest.mark.parametrize(
    "body", [{"seat": "99", "button": "for", "down": True}, {"seat": "01", "button": "yes", "down": True}, [], {}]
)
def test_a_finger_on_a_button_that_is_not_there_is_refused(demo: Demo, body: object) -> None:
    assert demo.post("/simulator/press", body).status_code == 400


def test_another_site_cannot_press_buttons(demo: Demo) -> None:
    answer = requests.post(
        f"{demo.base}/simulator/everyone", json={}, headers={"Origin": "http://elsewhere.example"}, timeout=10
    )
    assert answer.json()["refusal"] == "cross-origin"


def test_the_demo_cannot_be_reached_from_another_machine(demo: Demo) -> None:
    port = int(demo.base.rsplit(":", 1)[1])
    listening = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    addresses = {line[1] for line in listening if line[3] == "0A" and int(line[1].split(":")[1], 16) == port}
    assert addresses == {f"0100007F:{port:04X}"}


def test_a_vote_by_simulated_buttons_survives_the_death_of_either_process(demo: Demo, folder: Path) -> None:
    chair, clerk, delegate = demo.sign_in("chair"), demo.sign_in("clerk"), demo.delegate("m09")
    assert demo.give(chair, "OpenPoll", poll="nq1")["accepted"]
    demo.until(lambda: demo.lights()["01"] == "waiting")
    assert demo.post("/simulator/press", {"seat": "01", "button": "against", "down": True}).json() == {"pressed": 1}
    demo.post("/simulator/press", {"seat": "01", "button": "against", "down": False})
    demo.until(lambda: demo.lights()["01"] == "recorded")

    demo.kill("panels")
    demo.process.hear("27 seats wired")
    assert demo.give(delegate, "CastBallot", poll="nq1", choice="abstain")["accepted"]
    demo.until(
        lambda: (demo.lights()["01"], demo.lights()["09"], demo.lights()["02"]) == ("recorded", "recorded", "waiting")
    )

    demo.kill("server")
    demo.process.hear("ready:")
    demo.until(lambda: demo.lights()["01"] == "recorded")
    assert demo.post("/simulator/everyone", {"for": 20, "against": 2, "abstain": 1}).json() == {"pressed": 23}
    demo.until(lambda: list(demo.lights().values()).count("recorded") == 23)

    assert demo.give(chair, "ClosePoll", poll="nq1")["accepted"]
    assert demo.give(clerk, "ConfirmPoll", poll="nq1")["accepted"]
    assert demo.give(chair, "ConfirmPoll", poll="nq1")["accepted"]
    assert demo.give(chair, "AnnouncePoll", poll="nq1")["accepted"]
    poll = demo.get("/api/snapshot", chair).json()["view"]["poll"]
    assert poll["result"]["tally"] == {
        "for": 20, "against": 2, "abstain": 1, "not_pressed": 1, "present": 24, "absent": 3, "n": 27,
    }  # fmt: skip
    assert poll["result"]["sentence"]["vi"] in demo.get("/minutes", clerk).text
    assert verify_ledger(folder / "ledger.db", None).ok
    for visitor in (chair, clerk, delegate):
        visitor.close()


def test_a_demo_that_is_kept_goes_on_and_one_that_is_not_begins_anew(tmp_path: Path) -> None:
    seen = []
    for more in ((), ("--keep",), ()):
        demo = Demo(tmp_path / "data", *more)
        with demo.sign_in("chair") as chair:
            view = demo.get("/api/snapshot", chair).json()["view"]
            seen.append((view["meeting"]["ledger"], view["poll"] is not None and view["poll"]["state"] == "open"))
            demo.give(chair, "OpenPoll", poll="nq1")
        assert demo.process.end() == 0
    (first, _), (kept, open_still), (new, open_again) = seen
    assert (kept, open_still) == (first, True)
    assert new != first
    assert not open_again


def test_the_demo_listens_nowhere_but_on_this_machine(tmp_path: Path) -> None:
    process = Process("demo", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path / "data"))
    process.hear("127.0.0.1 only")
    assert process.ended() == 78


def test_a_folder_that_is_not_the_demos_is_never_wiped(tmp_path: Path) -> None:
    precious = tmp_path / "ledger.db"
    precious.write_bytes(b"a council's only ledger")
    process = Process("demo", "--port", "0", "--data", str(tmp_path))
    process.hear("left alone")
    assert process.ended() == 78
    assert precious.read_bytes() == b"a council's only ledger"


def test_the_folder_of_a_demo_that_runs_is_not_wiped_by_another(demo: Demo, folder: Path) -> None:
    process = Process("demo", "--port", "0", "--data", str(folder))
    process.hear("cannot:")
    assert process.ended() == 69
    assert (folder / "ledger.db").exists()


def test_a_port_that_is_taken_is_named_instead_of_a_traceback(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = Process("demo", "--port", str(port), "--data", str(tmp_path / "data"))
        assert f"port {port}" in process.hear("configuration:")
        assert process.ended() == 78


def test_the_processes_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    running = Demo(tmp_path / "data")
    fds = [os.pidfd_open(pid) for pid in running.process.children().values()]
    running.process.end(number=9)
    running.until(lambda: all(_gone(fd) for fd in fds))
    for fd in fds:
        os.close(fd)


def _gone(pidfd: int) -> bool:
    import select

    return bool(select.select([pidfd], [], [], 0)[0])
