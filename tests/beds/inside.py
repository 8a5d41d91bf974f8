"""Acting inside a machine under test: in its network, and at the place of one of its processes.

with in_network(box): ...            # this thread's new sockets belong to the machine
tries(box, "nghi-truong-papers", ["read", "/var/lib/nghi-truong/ledger.db"])   # what the unit's process would get
"""

import ctypes
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.beds.machine import Machine
from tests.beds.wires import NAMESPACES

_NEW_NET: Final = 0x40000000
_libc: Final = ctypes.CDLL(None, use_errno=True)


@contextmanager
def in_network(box: Machine) -> Iterator[None]:
    """What this thread opens meanwhile is opened in the machine's network; 127.0.0.1 is the machine. Raises OSError."""
    with in_namespace(box.name):
        yield


@contextmanager
def in_namespace(name: str) -> Iterator[None]:
    """What this thread opens meanwhile is opened in the network namespace of this name. Raises OSError."""
    with Path("/proc/thread-self/ns/net").open("rb") as home, (NAMESPACES / name).open("rb") as there:
        _enter(there.fileno())
        try:
            yield
        finally:
            _enter(home.fileno())


def _enter(namespace: int) -> None:
    if _libc.setns(namespace, _NEW_NET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def pid_of(box: Machine, unit: str) -> int:
    """The unit's main process, as the machine numbers it."""
    return int(shown(box, unit, "MainPID")["MainPID"])


def shown(box: Machine, unit: str, *properties: str) -> dict[str, str]:
    """What `systemctl show` says of these properties."""
    said = box.run(["systemctl", "show", unit, f"--property={','.join(properties)}"]).stdout
    return dict(line.split("=", 1) for line in said.splitlines() if "=" in line)


def tries(box: Machine, unit: str, *deeds: Sequence[str | int]) -> list[Any]:
    """What comes of each deed for a process with the unit's user, groups, view of files, network and control groups:
    "ok" or the error's name; for `spin`, seconds of processor time. It is not under the unit's system call filter."""
    done = box.run(words_of(box, unit, *deeds), check=False)
    if done.returncode < 0 or done.returncode > 128:
        return ["killed"]
    assert done.returncode == 0, done.stderr
    result: list[Any] = json.loads(done.stdout)
    return result


def words_of(box: Machine, unit: str, *deeds: Sequence[str | int]) -> list[str | Path]:
    """The command that does so, for `Machine.start`."""
    return ["python3", "-c", _PROBE, str(pid_of(box, unit)), json.dumps(deeds)]


def as_unit(box: Machine, unit: str, program: str) -> str:
    """What a Python program prints that is run once under all that the unit's file says, its system call filter
    included. Raises AssertionError when it fails."""
    lines = box.run(["cat", f"/etc/systemd/system/{unit}.service"]).stdout.splitlines()
    kept = [line for line in lines if not line.startswith(("Type=", "ExecStart=", "Restart=", "WatchdogSec="))]
    python = f"ExecStart=/opt/nghi-truong/current/venv/bin/python {_ONCE}.py"
    at = kept.index("[Service]") + 1
    kept[at:at] = [
        "Type=oneshot",
        python,
        f"StandardOutput=truncate:{_ONCE}.out",
        f"StandardError=truncate:{_ONCE}.out",
    ]
    box.run(f"cat > /run/systemd/system/{Path(_ONCE).name}.service", stdin="\n".join(kept) + "\n")
    box.run(f"cat > {_ONCE}.py && systemctl daemon-reload", stdin=program)
    done = box.run(["systemctl", "start", f"{Path(_ONCE).name}.service"], check=False)
    said = box.run(["cat", f"{_ONCE}.out"]).stdout
    assert done.returncode == 0, said
    return said


_ONCE: Final = "/run/once-as-a-unit"
_PROBE: Final = r"""
import ctypes, errno, json, os, socket, sys, time

pid, deeds = int(sys.argv[1]), json.loads(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)
status = dict(line.split(":\t", 1) for line in open(f"/proc/{pid}/status").read().splitlines() if ":\t" in line)
user, group = status["Uid"].split()[0], status["Gid"].split()[0]
groups = [int(number) for number in status["Groups"].split()]
# User namespace last: it takes away what the others need.
kinds = ["ipc", "net", "mnt", "user"]
names = {kind: os.readlink(f"/proc/{pid}/ns/{kind}") for kind in kinds}
spaces = [(kind, os.open(f"/proc/{pid}/ns/{kind}", os.O_RDONLY)) for kind in kinds]
for line in open(f"/proc/{pid}/cgroup"):
    _, controllers, path = line.strip().split(":", 2)
    folder = "unified" if not controllers else controllers.removeprefix("name=")
    try:
        open(f"/sys/fs/cgroup/{folder}{path}/cgroup.procs", "w").write(str(os.getpid()))
    except OSError:
        pass  # a hierarchy that this machine does not use
private = names["user"] != os.readlink("/proc/self/ns/user")
os.setgroups([] if private else groups)
for kind, space in spaces:
    if (kind != "user" or private) and libc.setns(space, 0) != 0:
        raise OSError(ctypes.get_errno(), kind)
os.setgid(int(group))
os.setuid(int(user))

def read(path): open(path, "rb").read(1)
def write(path): os.close(os.open(path, os.O_WRONLY | os.O_APPEND))
def make(path): open(path, "x").close(); os.unlink(path)
def listing(path): os.listdir(path)
def connect(host, port): socket.create_connection((host, port), 1).close()
def unix(path):
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(path)
def allocate(megabytes): bytearray(megabytes << 20)
def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return time.process_time()

def spin_while(mark):
    while os.path.exists(mark):
        sum(range(100_000))
def churn_while(mark, folder):
    path = f"{folder}/churn-{os.getpid()}"
    try:
        while os.path.exists(mark):
            with open(path, "wb") as file:
                file.write(bytes(1 << 20))
                os.fsync(file.fileno())
    finally:
        os.unlink(path)

deeds_known = (read, write, make, listing, connect, unix, allocate, spin, spin_while, churn_while)
known = {f.__name__: f for f in deeds_known}
results = []
for name, *words in deeds:
    try:
        results.append(known[name](*words) or "ok")
    except OSError as error:
        results.append(errno.errorcode.get(error.errno, type(error).__name__))
print(json.dumps(results))
"""
