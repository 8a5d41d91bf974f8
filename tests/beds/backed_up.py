"""A box in folders of a test: data, papers, settings, a stick, and `nghi-truong` as a process of its own."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
Said = dict[str, Any]
NAME: Final = "hoitruong.lan"
PASSWORD: Final = "a-password-that-only-tests-have"


@dataclass(slots=True)
class Box:
    """Everything below one folder. `run` gives a command of the box, `systemctl` is written down in `told`."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, *, password: bool = True, **more: Any) -> "Box":
        """A box that the play has set up, with a stick plugged in, which holds no backups yet."""
        box = cls(folder)
        for place in (box.data, box.papers, box.etc, box.stick, box.state):
            place.mkdir(parents=True)
        systemctl = folder / "systemctl"
        systemctl.write_text(f'#!/bin/sh\necho "$@" >> {box.told}\n')
        systemctl.chmod(0o755)
        if password:
            box.password.write_text(f"{PASSWORD}\n")
            box.password.chmod(0o600)
        (box.etc / "appliance.toml").write_text("# how this box was set up\n")
        box.configure(**more)
        return box

    def configure(
        self, target: dict[str, Any] | None = None, standby: dict[str, Any] | None = None, **more: Any
    ) -> None:
        """Write the settings. `target` adds to, or changes, what is said of the stick."""
        usb = {"name": "usb", "repository": str(self.repository), **(target or {})}
        told: dict[str, Any] = {
            "box_name": NAME,
            "data": str(self.data),
            "folders": [str(self.papers)],
            "settings": [str(self.etc)],
            "state": str(self.state),
            "password_file": str(self.password),
            "mark": str(self.mark),
            "appliance": [sys.executable, "-m", "appliance"],
            "litestream": [str(Path(sys.executable).with_name("litestream"))],
            "forget": [],
            "systemctl": [str(self.folder / "systemctl")],
            **more,
        }
        lines = [f"{name} = {_toml(value)}" for name, value in told.items()]
        lines += ["[[target]]", *(f"{name} = {_toml(value)}" for name, value in usb.items())]
        if standby is not None:
            lines += ["[standby]", *(f"{name} = {_toml(value)}" for name, value in standby.items())]
        self.settings.write_text("\n".join(lines) + "\n")

    @property
    def data(self) -> Path:
        """The appliance's folder."""
        return self.folder / "var" / "nghi-truong"

    @property
    def papers(self) -> Path:
        """The papers' folder."""
        return self.folder / "var" / "nghi-truong-papers"

    @property
    def state(self) -> Path:
        """The backup's own folder."""
        return self.folder / "var" / "nghi-truong-backup"

    @property
    def etc(self) -> Path:
        """The settings' folder."""
        return self.folder / "etc"

    @property
    def settings(self) -> Path:
        """The backup's settings."""
        return self.etc / "backup.toml"

    @property
    def password(self) -> Path:
        """The password's file."""
        return self.etc / "backup.password"

    @property
    def stick(self) -> Path:
        """Where the stick is plugged in."""
        return self.folder / "stick"

    @property
    def repository(self) -> Path:
        """What the stick holds."""
        return self.stick / "restic"

    @property
    def mark(self) -> Path:
        """What a good backup touches."""
        return self.state / "good"

    @property
    def told(self) -> Path:
        """What systemctl was told."""
        return self.folder / "told"

    def run(self, *words: str, typed: str = "") -> "subprocess.CompletedProcess[str]":
        """`nghi-truong WORDS`, to its end."""
        name, *more = words
        return subprocess.run(
            [sys.executable, "-m", "appliance.box", name, "--settings", self.settings, *more],
            input=typed, capture_output=True, text=True, cwd=ROOT, check=False, timeout=100,
        )  # fmt: skip

    def did(self, *words: str, typed: str = "") -> str:
        """The same; it must go well. What it said."""
        done = self.run(*words, typed=typed)
        assert done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def report(self, name: str) -> dict[str, Any]:
        """A report of the state folder."""
        return dict(json.loads((self.state / name).read_text()))

    def restic(self, *words: str) -> str:
        """restic itself on the stick."""
        environment = {**os.environ, "RESTIC_PASSWORD": PASSWORD, "RESTIC_CACHE_DIR": str(self.folder / "cache")}
        done = subprocess.run(
            ["restic", "-r", self.repository, *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    def snapshots(self) -> int:
        """How many backups there are."""
        return len(json.loads(self.restic("snapshots", "--json")) or [])

    def paper(self, content: bytes) -> Path:
        """A paper on file."""
        folder = self.papers / hashlib.sha256(content).hexdigest()
        folder.mkdir()
        (folder / "source").write_bytes(content)
        return folder / "source"

    def tree(self) -> dict[str, str]:
        """Every file of the data folder with its sum: nothing has changed when this has not."""
        files = sorted(path for path in self.data.rglob("*") if path.is_file())
        return {str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(each)}" for name, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
