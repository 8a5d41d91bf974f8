"""Two real releases of this tree, the second with one migration more, and a box that goes from one to the other.

Their venvs hold every package of the lock. systemd's place is taken by a script that starts and stops the appliance of
the release in use, so that on any machine a whole update can be watched, and its power cut.
"""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from appliance.adapters.keys import ApplianceKey
from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.migrate import HEAD
from appliance.box.places import Places
from appliance.box.releases import Releases
from tests.beds.waiting import until
from tests.house import House, convene

TREE: Final = Path(__file__).parents[2]
OLD: Final = "1.0.0"
NEW: Final = "1.1.0"
LATER: Final = f"{int(HEAD) + 1:04}"
"""The form of the registry that only the second release knows."""
LATER_UNIT: Final = "The unit of the second release"
WAIT_SECONDS: Final = 120
_PARTS: Final = ("appliance", "firmware", "recordings", "systemd", "web/dist", "web/dist-portal", "web/src/words")
_FILES: Final = ("LICENSE", "README.md", "pyproject.toml", "requirements.txt")
MIGRATION: Final = f'''"""A column and a table that only a test has."""

import sqlalchemy as sa
from alembic import op

revision = "{LATER}"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("councils", sa.Column("motto", sa.Text(), nullable=True))
    op.create_table("hall_keys", sa.Column("id", sa.Text(), primary_key=True))


def downgrade() -> None:
    op.drop_table("hall_keys")
    with op.batch_alter_table("councils") as councils:
        councils.drop_column("motto")
'''
SYSTEMCTL: Final = Path(__file__).with_name("systemctl_double.py")


def build(version: str, into: Path) -> Path:
    """The file of a release, by the command that makes them."""
    source = into / f"source-{version}"
    leave = shutil.ignore_patterns("__pycache__")
    for name in _PARTS:
        shutil.copytree(TREE / name, source / name, ignore=leave)
    for name in _FILES:
        shutil.copyfile(TREE / name, source / name)
    _edit(source / "pyproject.toml", r'(?m)^version = ".*"$', f'version = "{version}"')
    if version == NEW:
        sql = source / "appliance/adapters/sql"
        (sql / f"migrations/versions/{LATER}_test.py").write_text(MIGRATION, encoding="utf-8")
        _edit(sql / "migrate.py", f'HEAD: Final = "{HEAD}"', f'HEAD: Final = "{LATER}"')
        _edit(source / "systemd/nghi-truong-appliance.service", "(?m)^Description=.*$", f"Description={LATER_UNIT}")
    return make(source, into)


def make(source: Path, into: Path) -> Path:
    """`make release` of a tree whose screens are built, for this machine alone."""
    command = [sys.executable, str(TREE / ".ci/release.py"), "--source", str(source), "--out", str(into)]
    subprocess.run([*command, "--machine", os.uname().machine], check=True, stdout=subprocess.DEVNULL)
    (file,) = into.glob(f"*-{source.name.removeprefix('source-')}.tar.gz")
    return file


def _edit(file: Path, pattern: str, by: str) -> None:
    edited, times = re.subn(pattern, by, file.read_text(encoding="utf-8"))
    assert times == 1
    file.write_text(edited, encoding="utf-8")


class Box:
    """A box under `root`, whose appliance listens on `port` of the loopback."""

    def __init__(self, root: Path, port: int) -> None:
        self.places = Places(root)
        self.port = port
        for folder in ("etc/nghi-truong", "var/lib/nghi-truong", "run", "bin"):
            (root / folder).mkdir(parents=True)
        self.places.settings.write_text(
            f'data = "{root}/var/lib/nghi-truong"\nweb = "{self.places.current}/web"\npublic = "{root}/public"\n'
            f'port = {port}\ncouncil = "Hội đồng nhân dân xã Yên Hòa"\n'
        )
        double = root / "bin/systemctl"
        double.write_text(f"#!{sys.executable}\n{SYSTEMCTL.read_text(encoding='utf-8')}")
        double.chmod(0o755)

    # -- what a technician gives

    def command(self, *words: str) -> subprocess.Popen[str]:
        """`nghi-truong …`, by Debian's own Python, going on."""
        begin = (
            "import sys; sys.path.insert(0, sys.argv.pop(1)); from appliance.box.__main__ import main; sys.exit(main())"
        )
        command = ["/usr/bin/python3", "-I", "-S", "-c", begin, str(TREE), *words, "--root", str(self.places.root)]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=self.environment, cwd="/"
        )

    def told(self, *words: str, code: int = 0) -> str:
        """The same to its end."""
        with self.command(*words) as process:
            said = process.communicate(timeout=5 * WAIT_SECONDS)[0]
        assert process.returncode == code, said
        return said

    @property
    def environment(self) -> dict[str, str]:
        """With our own systemctl before the machine's."""
        root = str(self.places.root)
        return {"PATH": f"{root}/bin:{os.environ['PATH']}", "BOX_ROOT": root, "LC_ALL": "C.UTF-8"}

    def systemctl(self, *words: str) -> None:
        """As systemd does at a start of the machine."""
        subprocess.run([self.places.root / "bin/systemctl", *words], check=True, env=self.environment)

    # -- what is so

    @property
    def current(self) -> str | None:
        """The release in use."""
        return Releases(self.places).current

    @property
    def form(self) -> str:
        """Of the registry, as it is in the file."""
        with closing(sqlite3.connect(self.places.data / "registry.db")) as connection:
            found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
            return found

    @property
    def tables(self) -> set[str]:
        """Of the registry."""
        with closing(sqlite3.connect(self.places.data / "registry.db")) as connection:
            return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    @property
    def on_file(self) -> object:
        """Something on file, to see that it outlives everything."""
        with closing(sqlite3.connect(self.places.data / "registry.db")) as connection:
            return connection.execute("SELECT name FROM councils").fetchall()

    @property
    def entries(self) -> int:
        """Of the ledger."""
        with closing(sqlite3.connect(self.places.data / "ledger.db")) as connection:
            return int(connection.execute("SELECT count(*) FROM entries").fetchone()[0])

    def program(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The program of the release in use."""
        python = str(self.places.current / "venv/bin/python")
        command = [python, "-I", "-m", "appliance", *words, "--config", str(self.places.settings)]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")

    def is_well(self) -> bool:
        """Whether the appliance answers that it is."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def works(self) -> bool:
        """One release, whole: the databases have its form, its appliance comes up, the ledger verifies."""
        wait_for(self.is_well, "an appliance that is well")
        right = LATER if self.current == NEW else HEAD
        verified = self.program("verify-ledger").returncode == 0
        return self.form == right and ("hall_keys" in self.tables) == (right == LATER) and verified

    # -- what happens to it

    def hold_a_meeting(self, to: Callable[[House], object] = convene) -> None:
        """Entries in the ledger, sealed by the box's own key; the appliance must not run."""
        ledger = SqlLedger(self.places.data / "ledger.db")
        to(House.of(ledger=ledger, signer=ApplianceKey(self.places.data / "appliance.key")))
        ledger.close()

    def cut_the_power(self, updater: subprocess.Popen[str]) -> None:
        """Everything at once, without a last word: the updater, what it has started, the appliance."""
        if updater.poll() is None:
            updater.send_signal(signal.SIGSTOP)  # so that it starts nothing more while it is looked through
            for pid in [*_below(updater.pid), updater.pid]:
                _kill(pid)
        updater.communicate()
        for pid in self.ours():
            _kill(pid)
        wait_for(lambda: not self.ours(), "nothing of the box to be running")

    def ours(self) -> list[int]:
        """Processes that run a program of this box: their interpreter is one of its releases'."""
        return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if self._runs(folder)]

    def _runs(self, process: Path) -> bool:
        try:
            first = (process / "cmdline").read_bytes().split(b"\0")[0].decode(errors="replace")
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, IndexError):
            return False
        return first.startswith(str(self.places.root)) and state != "Z"

    def start_the_machine(self) -> None:
        """As systemd does it: the settling first, then the services."""
        if (self.places.updates / "journal").exists():
            self.told("settle", "--booting")
        self.systemctl("start", "nghi-truong.target")

    def steps(self) -> int:
        """How many lines the journal has; 0: no update is going on."""
        try:
            return (self.places.updates / "journal").read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    def migrating(self) -> bool:
        """Whether a program migrates just now."""
        return any(b"\0migrate\0" in _words(pid) for pid in self.ours())

    def serving(self) -> bool:
        """Whether an appliance has been started, well or not."""
        return any(b"\0serve\0" in _words(pid) for pid in self.ours())


@contextmanager
def switched_on(box: Box) -> Iterator[Box]:
    """Nothing of it is left running."""
    try:
        yield box
    finally:
        for pid in box.ours():
            _kill(pid)


def wait_for(true: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
    """Until it is so; asked so often that a moment of an update can be met. Raises TimeoutError."""
    until(true, seconds, what, pause=0.005)


def _below(pid: int) -> list[int]:
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += [int(child), *_below(int(child))]
    return found


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
