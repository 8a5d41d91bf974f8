"""An update on a whole machine: systemd stops and starts what it is told, and settles after a power cut by itself."""

import json
from collections.abc import Iterator
from typing import Final

import pytest

from appliance.adapters.sql.migrate import HEAD
from tests.beds.machine import Machine
from tests.beds.tree import documented
from tests.beds.two_releases import LATER, LATER_UNIT, NEW, OLD, build

pytestmark = pytest.mark.timeout(1800)
OPT: Final = "/opt/nghi-truong"
WAIT_SECONDS: Final = 180
SET_UP: Final = f"""
set -e
cp -r {OPT}/releases/{OLD}/box /usr/local/lib/nghi-truong
ln -s /usr/local/lib/nghi-truong/nghi-truong /usr/local/sbin/nghi-truong
cd {OPT}/releases/{OLD}/systemd
for kind in sysusers.d tmpfiles.d; do mkdir -p /etc/$kind && cp $kind/* /etc/$kind/; done
systemd-sysusers
systemd-tmpfiles --create nghi-truong.conf
cp *.service *.target *.slice /etc/systemd/system/
systemctl daemon-reload
systemctl enable -q nghi-truong.target nghi-truong-appliance.service nghi-truong-settle.service
"""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Two releases installed as the play does it, the first serving."""
    built = tmp_path_factory.mktemp("built")
    files = {version: build(version, built) for version in (OLD, NEW)}
    seen = {file: f"/srv/{version}.tar.gz" for version, file in files.items()}
    with Machine("b1-upd", binds=seen, uplink=True) as machine:
        machine.run("apt-get -q update && apt-get -q install -y --no-install-recommends python3-venv", seconds=900)
        machine.run(f"cd /root && tar -xzf /srv/{OLD}.tar.gz --strip-components=1 --wildcards '*/box/*'")
        for version in files:
            machine.run(f"/root/box/nghi-truong install /srv/{version}.tar.gz", seconds=900)
        machine.run(SET_UP)
        settings = documented("appliance").replace(f"{OPT}/releases/tree/src/web", f"{OPT}/current/web")
        machine.run("cat >/etc/nghi-truong/appliance.toml", stdin=settings)
        machine.run(f"nghi-truong activate {OLD} && systemctl start nghi-truong.target", seconds=300)
        serves(machine, OLD, HEAD)
        yield machine


def serves(box: Machine, version: str, form: str) -> None:
    """This release, with the databases in its form, answers that it is well; the appliance's user owns them."""
    ask = "import urllib.request as r; print(r.urlopen('http://127.0.0.1:8080/healthz', timeout=5).status)"
    box.wait_for(lambda: box.run(["python3", "-c", ask], check=False).stdout == "200\n", WAIT_SECONDS, version)
    assert box.run(f"readlink {OPT}/current").stdout == f"releases/{version}\n"
    asked = box.run(f"{OPT}/current/venv/bin/python -I -m appliance migrate --show --data /var/lib/nghi-truong")
    assert json.loads(asked.stdout)["files"]["registry"] == form
    described = box.run("systemctl show -P Description nghi-truong-appliance.service").stdout.strip()
    assert (described == LATER_UNIT) == (version == NEW), described
    owners = box.run("stat -c %U /var/lib/nghi-truong/*.db | sort -u").stdout
    assert owners == "nghi-truong\n"
    assert box.run("test ! -e /var/lib/nghi-truong-update/journal").returncode == 0


def started(box: Machine) -> str:
    return box.run("systemctl show -P ExecMainPID nghi-truong-appliance.service").stdout.strip()


def test_there_and_back_under_systemd(box: Machine) -> None:
    first = started(box)
    box.run(f"nghi-truong activate {NEW}", seconds=600)
    serves(box, NEW, LATER)
    second = started(box)
    assert first != second
    box.run("nghi-truong rollback", seconds=600)
    serves(box, OLD, HEAD)
    assert started(box) not in {first, second}


def test_an_appliance_that_cannot_start_is_taken_back(box: Machine) -> None:
    flask = f"{OPT}/releases/{NEW}/venv/lib/python3.11/site-packages/flask"
    box.run(f"mv {flask} {flask}-away")
    done = box.run(f"nghi-truong activate {NEW} --patience 10", check=False, seconds=600)
    box.run(f"mv {flask}-away {flask}")
    assert (done.returncode, f"{OLD} is in use again" in done.stderr) == (69, True)
    serves(box, OLD, HEAD)


MOMENTS: Final = {
    "migrating": "pgrep -f '[m]igrate --to'",
    "swapped": "grep -q swapped /var/lib/nghi-truong-update/journal",
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_after_a_power_cut_the_machine_settles_and_serves_by_itself(box: Machine, moment: str) -> None:
    updating = box.start(f"nghi-truong activate {NEW}")
    box.run(f'timeout {WAIT_SECONDS} sh -c "until {MOMENTS[moment]}; do sleep 0.01; done"')
    box.power_loss()
    updating.communicate(timeout=WAIT_SECONDS)
    box.boot()
    serves(box, OLD, HEAD)
    told = box.run("journalctl --boot --unit nghi-truong-settle.service --output cat").stdout
    assert f"an update to {NEW} had been cut off; in use: {OLD}" in told
    assert box.run("systemctl show -P Result nghi-truong-settle.service").stdout == "success\n"


def test_a_line_that_breaks_does_not_stop_an_update(box: Machine) -> None:
    """As when the technician's laptop falls asleep: the terminal hangs up."""
    updating = box.start(["nghi-truong", "activate", NEW])
    box.run(f'timeout {WAIT_SECONDS} sh -c "until {MOMENTS["migrating"]}; do sleep 0.01; done"')
    box.run("pkill -HUP -f '[n]ghi-truong activate'")
    updating.communicate(timeout=WAIT_SECONDS)
    assert updating.returncode == 0
    serves(box, NEW, LATER)
