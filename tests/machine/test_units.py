"""The product's units on a real machine under systemd: they start in order, see what is theirs alone, keep within their
limits, come back with an open poll when they hang, and end in good order."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from appliance.adapters.clock import SystemClock
from appliance.adapters.sql.registry import SqlRegistry
from appliance.panels.wiring import standard
from appliance.services.on_file import Put
from appliance.services.registry import Registry
from tests.beds import tree
from tests.beds.inside import as_unit, in_network, pid_of, shown, tries, words_of
from tests.beds.machine import Machine
from tests.beds.wires import Wire
from tests.faults.appliance_process import POLL, Appliance
from tests.faults.council import CHAIR, CLERK, cookie_of, put_on_file, seat_of
from tests.house import PROFILE, name_of
from tests.papers import files
from tests.papers.house import PLAN

UNITS: Final = ("appliance", "panels", "papers", "portal", "recorder", "carry")
MEMBERS: Final = 27
SECONDS: Final = 60
DATA: Final = "/var/lib/nghi-truong"
NEIGHBOUR: Final = "10.77.0.50"
SETTINGS: Final = 'simulated = true\npapers_eager = true\ncarry_to = "nowhere:"\n'


def unit(name: str) -> str:
    return f"nghi-truong-{name}"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine on which everything runs, after a boot, with a council on file."""
    folder = tmp_path_factory.mktemp("on-file")
    put_on_file(folder / "registry.db", MEMBERS)
    store = SqlRegistry(folder / "registry.db")
    Registry(store, PROFILE, SystemClock()).change("test", "test", lambda _: (Put(PLAN),))
    store.close()
    wires = [Wire("hall0", "tablet", f"{NEIGHBOUR}/24")]
    with Machine("b2-unit", binds={**tree.binds(), Path("/usr/bin/bwrap"): "/usr/bin/bwrap"}, wires=wires) as machine:
        tree.install(machine, SETTINGS + seats(), 'source = "test"\n')
        machine.copy(folder / "registry.db", f"{DATA}/registry.db")
        machine.run(f"chown nghi-truong: {DATA}/registry.db && mkdir -p /var/log/journal")
        machine.run(["systemctl", "enable", "nghi-truong.target", *map(unit, UNITS)])
        machine.reboot()
        machine.wait_for(lambda: all(up(machine, name) for name in UNITS), SECONDS, "all units")
        yield machine


def seats() -> str:
    wired = standard(seat_of(i) for i in range(1, 5))
    tables = (f'[seats."{seat}"]\n' + "".join(f"{k} = {v}\n" for k, v in pins.items()) for seat, pins in wired.items())
    return "".join(tables)


def up(box: Machine, name: str) -> bool:
    return box.run(["systemctl", "is-active", unit(name)], check=False).stdout.strip() == "active"


def stopping(box: Machine, name: str) -> bool:
    return shown(box, unit(name), "ActiveState")["ActiveState"] == "deactivating"


@pytest.fixture
def hall(box: Machine, tmp_path: Path) -> Iterator[Appliance]:
    """The appliance as its clients reach it, from within the machine's network."""
    with in_network(box):
        yield Appliance(tmp_path, port=8080)


def health(hall: Appliance) -> dict[str, Any]:
    """What /healthz says; nothing while nobody answers."""
    try:
        _, body = hall.request("GET", "/healthz")
    except OSError:
        return {}
    return body if isinstance(body, dict) else {}


# --- starting


def test_at_boot_the_appliance_comes_first_and_nothing_has_failed(box: Machine) -> None:
    began = {name: int(shown(box, unit(name), "ExecMainStartTimestampMonotonic").popitem()[1]) for name in UNITS}
    ready = int(shown(box, unit("appliance"), "ActiveEnterTimestampMonotonic").popitem()[1])
    assert all(began[name] >= ready for name in ("panels", "papers", "portal", "carry"))
    assert box.run("systemctl list-units --state=failed --no-legend 'nghi-truong*'").stdout == ""
    assert {name: shown(box, unit(name), "NRestarts")["NRestarts"] for name in UNITS} == dict.fromkeys(UNITS, "0")


@pytest.mark.parametrize("name", UNITS)
def test_each_is_shut_in_also_as_systemd_weighs_it_at_run_time(box: Machine, name: str) -> None:
    said = box.run(["systemd-analyze", "security", "--no-pager", unit(name)]).stdout
    assert float(said.rpartition("exposure level for")[2].split()[1]) <= 2.0
    status = box.run(["cat", f"/proc/{pid_of(box, unit(name))}/status"]).stdout
    values = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert (values["NoNewPrivs"], values["Seccomp"]) == ("1", "2")
    assert {int(values[mask], 16) for mask in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}


# --- what each may see


def test_only_who_needs_it_reads_the_ledger_and_nobody_else_writes_it(box: Machine) -> None:
    for name in ("panels", "papers", "recorder", "carry"):
        assert tries(box, unit(name), ["read", f"{DATA}/ledger.db"], ["listing", DATA]) == ["EACCES", "EACCES"], name
    assert tries(box, unit("portal"), ["read", f"{DATA}/ledger.db"]) == ["ok"]
    for deed in (["write", f"{DATA}/ledger.db"], ["make", f"{DATA}/x"]):
        assert tries(box, unit("portal"), deed)[0] in {"EACCES", "EROFS"}


def test_what_is_on_file_of_people_and_the_key_are_the_appliances_alone(box: Machine) -> None:
    own = [
        f"{DATA}/{name}" for name in ("registry.db", "registry.db-wal", "papers.db", "papers.db-wal", "appliance.key")
    ]
    for name in UNITS:
        expected = ["ok" if name == "appliance" else "EACCES"] * len(own)
        assert tries(box, unit(name), *(["read", path] for path in own)) == expected, name


def test_each_writes_in_its_own_places_alone(box: Machine) -> None:
    places = {
        DATA: {"appliance"},
        "/var/lib/nghi-truong-papers": {"appliance", "papers"},
        "/var/lib/nghi-truong-standing": {"appliance"},
        "/var/lib/nghi-truong-public": {"portal", "recorder"},
        "/var/lib/nghi-truong-recorder": {"recorder"},
        "/var/lib/nghi-truong-panels": {"panels"},
        "/var/lib/nghi-truong-carry": {"carry"},
        "/run/nghi-truong": {"appliance"},
        "/etc/nghi-truong": set(),
        "/opt/nghi-truong": set(),
        "/usr/local/bin": set(),
    }
    for name in UNITS:
        came = tries(box, unit(name), *(["make", f"{place}/a-test"] for place in places))
        assert {place for place, what in zip(places, came, strict=True) if what == "ok"} == {
            place for place, who in places.items() if name in who
        }, name


def test_the_recorder_reads_who_may_watch_and_the_panels_reach_their_socket(box: Machine) -> None:
    assert tries(box, unit("recorder"), ["read", "/var/lib/nghi-truong-standing/standing.json"]) == ["ok"]
    assert tries(box, unit("panels"), ["unix", "/run/nghi-truong/panels.sock"]) == ["ok"]
    assert tries(box, unit("appliance"), ["unix", "/var/lib/nghi-truong-recorder/recorder.sock"]) == ["ok"]
    for name in ("papers", "portal", "carry"):
        assert tries(box, unit(name), ["unix", "/run/nghi-truong/panels.sock"])[0] != "ok", name


def test_no_network_where_none_is_needed_and_the_server_speaks_to_this_machine_alone(box: Machine) -> None:
    box.run("ip addr add 10.77.0.1/24 dev hall0")
    answering = box.from_client("tablet", ["python3", "-m", "http.server", "--bind", NEIGHBOUR, "8000"])
    with_neighbour = Neighbour(answering)
    try:
        box.wait_for(lambda: box.run(_REACH, check=False).returncode == 0, SECONDS, "a neighbour who answers")
        for name in UNITS:
            here, there = tries(box, unit(name), ["connect", "127.0.0.1", 8080], ["connect", NEIGHBOUR, 8000])
            assert (here == "ok") == (name in {"appliance", "recorder", "carry"}), name
            assert (there == "ok") == (name in {"recorder", "carry"}), name
    finally:
        with_neighbour.end()


_REACH: Final = f"python3 -c 'import socket; socket.create_connection((\"{NEIGHBOUR}\", 8000), 1)'"


class Neighbour:
    """A program that answers on the other end of a wire."""

    def __init__(self, words: list[str | Path]) -> None:
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self) -> None:
        """No more."""
        self._process.terminate()
        self._process.wait()


_CALLS: Final = """
import ctypes, json, mmap, socket, time

def may(call):
    try:
        call()
    except OSError:
        return False
    return True

libc = ctypes.CDLL(None, use_errno=True)
print(json.dumps({
    "namespace": libc.unshare(0x10000000) == 0,
    "set the clock": may(lambda: time.clock_settime(time.CLOCK_REALTIME, time.time())),
    "raw socket": may(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()),
    "netlink": may(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()),
    "new code": may(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()),
    "become root": libc.setuid(0) == 0,
}))
"""


@pytest.mark.parametrize("name", UNITS)
def test_the_kernel_refuses_what_the_process_never_does(box: Machine, name: str) -> None:
    may = {call for call, allowed in json.loads(as_unit(box, unit(name), _CALLS)).items() if allowed}
    expected = {"papers": {"namespace", "netlink", "new code"}, "recorder": {"netlink", "new code"}}
    assert may == expected.get(name, set())


def test_the_server_may_still_ask_whether_its_clock_is_kept_and_hash_a_pin(box: Machine) -> None:
    program = """
from appliance.adapters.host_facts import kernel_keeps_time
from appliance.adapters.passwords import Argon2
hasher = Argon2()
print(kernel_keeps_time() in (True, False), hasher.verify(hasher.hash("4711"), "4711"))
"""
    assert as_unit(box, unit("appliance"), program) == "True True\n"


# --- limits


def test_who_takes_more_memory_than_its_limit_is_killed_and_nobody_else(box: Machine) -> None:
    before = pid_of(box, unit("appliance"))
    assert tries(box, unit("portal"), ["allocate", 100]) == ["ok"]
    assert tries(box, unit("portal"), ["allocate", 700]) == ["killed"]
    box.wait_for(lambda: up(box, "portal"), SECONDS, "the portal, should it have been the one")
    assert pid_of(box, unit("appliance")) == before


def test_under_load_the_vote_has_the_processor_before_what_may_wait(box: Machine) -> None:
    """Both on one processor, so that it is short: shares are counted, not seconds."""
    one = box.run("taskset -pc 1").stdout.rpartition(":")[2].strip().split("-")[0].split(",")[0]
    who = ("appliance", "recorder", "papers")
    hogs = [box.start(["taskset", "-c", one, *words_of(box, unit(name), ["spin", 6])]) for name in who]
    spent = {name: json.loads(hog.communicate()[0])[0] for name, hog in zip(who, hogs, strict=True)}
    assert spent["appliance"] > 2 * (spent["recorder"] + spent["papers"])


# --- papers


def test_a_paper_is_prepared_in_a_bubblewrap_inside_the_units_own_sandbox(box: Machine, hall: Appliance) -> None:
    paper = uploaded(hall, files.report(3), "bao-cao.pdf")
    box.wait_for(lambda: state_of(hall, paper) != "queued", SECONDS, "the paper")
    box.wait_for(lambda: state_of(hall, paper) in {"ready", "failed"}, SECONDS, "the paper")
    assert state_of(hall, paper) == "ready"
    alive = json.loads(box.run("cat /var/lib/nghi-truong-papers/spool/alive.json").stdout)
    assert alive["sandbox"] == "bubblewrap"
    status, page = hall.request("GET", f"/api/papers/{paper[0]}/{paper[1]}/page/1?width=900", person=CLERK)
    assert (status, page[:4]) == (200, "RIFF")


def test_nothing_covers_a_part_of_proc_where_bubblewrap_must_mount_its_own(box: Machine) -> None:
    """A kernel may forbid it then; in a container it never does, so the test above would not tell."""
    mounts = box.run(["cat", f"/proc/{pid_of(box, unit('papers'))}/mountinfo"]).stdout.splitlines()
    assert [line.split()[4] for line in mounts if line.split()[4].startswith("/proc")] == ["/proc"]


def test_a_secret_paper_is_overwritten_by_a_user_who_did_not_put_it_there(box: Machine, hall: Appliance) -> None:
    box.run(["systemctl", "stop", unit("papers")])
    paper = uploaded(hall, files.pdf(["MẬT", "Kế hoạch phòng thủ"]), "ke-hoach.pdf")
    source = f"/var/lib/nghi-truong-papers/{paper[1]}/source"
    box.run(f"ln {source} /var/lib/nghi-truong-papers/same-blocks && systemctl start {unit('papers')}")
    box.wait_for(lambda: state_of(hall, paper) == "failed", SECONDS, "the paper to be refused")
    assert box.run(["test", "-e", source], check=False).returncode == 1
    left = box.run(
        "tr -d '\\0' </var/lib/nghi-truong-papers/same-blocks | wc -c; rm /var/lib/nghi-truong-papers/same-blocks"
    )
    assert left.stdout.strip() == "0"


def uploaded(hall: Appliance, data: bytes, name: str) -> tuple[str, str]:
    """Document and hash."""
    form = {"id": f"upload-of-{name}", "plan": PLAN.id}
    answer = requests.post(
        f"http://127.0.0.1:{hall.port}/api/papers", data=form, files={"file": (name, data)},
        headers={"Cookie": cookie_of(CLERK)}, timeout=SECONDS,
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    document = answer.json()["document"]
    listed = {p["document"]: p for p in hall.request("GET", f"/api/papers?plan={PLAN.id}", person=CLERK)[1]["papers"]}
    return document, listed[document]["versions"][0]["sha256"]


def state_of(hall: Appliance, paper: tuple[str, str]) -> str:
    listed = hall.request("GET", f"/api/papers?plan={PLAN.id}", person=CLERK)[1]["papers"]
    return str(next(p["versions"][0]["state"] for p in listed if p["document"] == paper[0]))


# --- hanging, beginning anew, ending: in this order, on one meeting


def test_a_server_that_hangs_is_started_again_and_the_poll_is_open_with_its_ballots(
    box: Machine, hall: Appliance
) -> None:
    hall.open_poll(present=20)
    for i in range(1, 6):
        hall.did(name_of(i), "CastBallot", poll=POLL, choice="for")
    hung = pid_of(box, unit("appliance"))
    box.run(["kill", "-STOP", str(hung)])
    box.wait_for(lambda: pid_of(box, unit("appliance")) not in {0, hung} and bool(health(hall)), 120, "a new server")
    assert shown(box, unit("appliance"), "NRestarts")["NRestarts"] == "1"
    said = box.run(["journalctl", "--no-pager", "-u", unit("appliance")]).stdout
    assert "Watchdog timeout" in said
    assert "most recent call first" in said, f"where it hung is in the journal:\n{said[-3000:]}"
    screen = hall.tablet(CHAIR)
    assert (screen.poll["poll"], screen.poll["state"]) == (POLL, "open")
    screen.close()
    for i in range(1, 6):  # what was recorded stands: another choice is another ballot, the same one is no news
        tablet = hall.tablet(name_of(i))
        assert tablet.ballot == "for"
        tablet.close()
    hall.did(name_of(6), "CastBallot", poll=POLL, choice="against")
    box.wait_for(lambda: health(hall).get("panels") == "online", SECONDS, "the panels, by themselves")


@pytest.mark.parametrize("name", ["panels", "recorder"])
def test_who_hangs_beside_it_is_started_again_too(box: Machine, hall: Appliance, name: str) -> None:
    hung = pid_of(box, unit(name))
    box.run(["kill", "-STOP", str(hung)])
    box.wait_for(lambda: pid_of(box, unit(name)) not in {0, hung} and up(box, name), 120, f"another {name}")
    assert shown(box, unit(name), "NRestarts")["NRestarts"] == "1"
    assert health(hall)["ok"]


def test_after_a_power_loss_in_the_poll_everything_comes_back_with_it(box: Machine, tmp_path: Path) -> None:
    box.power_loss()
    box.boot()
    box.wait_for(lambda: all(up(box, name) for name in UNITS), SECONDS, "all units")
    with in_network(box):
        hall = Appliance(tmp_path, port=8080)
        screen = hall.tablet(CHAIR)
        assert (screen.poll["poll"], screen.poll["state"]) == (POLL, "open")
        screen.close()
        said = box.run(["journalctl", "--no-pager", "-u", unit("appliance")]).stdout
        assert "Watchdog timeout" in said, "the journal of the boot before is kept"
        hall.did(CHAIR, "ClosePoll", poll=POLL)
        hall.did(CLERK, "ConfirmPoll", poll=POLL)
        hall.did(CHAIR, "ConfirmPoll", poll=POLL)
        hall.did(CHAIR, "AnnouncePoll", poll=POLL)
        hall.did(CHAIR, "CloseSitting")


def test_a_rehearsal_begins_anew_under_the_same_unit_and_nobody_takes_it_for_a_crash(
    box: Machine, hall: Appliance
) -> None:
    unit_before = shown(box, unit("appliance"), "MainPID", "NRestarts", "ActiveEnterTimestampMonotonic")
    for begin in ("StartRehearsal", "EndRehearsal"):
        ledger = health(hall)["ledger"]
        hall.did(CLERK, begin)
        box.wait_for(lambda before=ledger: health(hall).get("ledger", before) != before, SECONDS, begin)  # type: ignore[misc]
    assert shown(box, unit("appliance"), *unit_before) == unit_before


def test_stopping_is_clean_and_the_ledger_is_whole(box: Machine) -> None:
    box.run("systemctl stop nghi-truong.target")
    box.wait_for(lambda: not any(up(box, name) or stopping(box, name) for name in UNITS), SECONDS, "all to end")
    for name in UNITS:
        found = shown(box, unit(name), "ActiveState", "Result")
        assert found == {"ActiveState": "inactive", "Result": "success"}, name
    assert box.run("systemctl show nghi-truong.slice -p TasksCurrent --value").stdout.strip() in {"0", "[not set]"}
    assert box.run(f"ls {DATA} | grep -c wal", check=False).stdout.strip() == "0", "the log was moved into the file"
    python = "/opt/nghi-truong/current/venv/bin/python"
    box.run(f"setpriv --reuid=nghi-truong --init-groups {python} -m appliance verify-ledger {DATA}/ledger.db")
