"""`python -m recordings record`: the recorder, until SIGTERM."""

import argparse
import asyncio
import logging
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from recordings.adapters.folder import FolderInUse, lock_folder
from recordings.adapters.notify import Notify
from recordings.config import Config
from recordings.layout import Layout
from recordings.process.launcher import PYTHON, Launcher
from recordings.process.loop import Loop
from recordings.process.memory import Memory
from recordings.process.parts import Parts
from recordings.process.takes import left_open, unpublished

NICE: Final = 10
"""Votes come first: on one machine with the appliance, the recorder and all its children give way."""
IN_USE: Final = 75
CANNOT: Final = 69
log = logging.getLogger("recorder")


def run(config: Config, given: argparse.Namespace, program: Sequence[str] = PYTHON) -> int:
    """Record. `program` starts children: tests put their own in its place."""
    os.nice(max(0, NICE - os.nice(0)))
    try:
        lock_folder(config.data)
    except FolderInUse:
        log.error("another recorder works on %s", config.data)
        return IN_USE
    except OSError as error:
        log.error("the data folder cannot be used: %s", error)
        return CANNOT
    layout = Layout(config.data, config.public)
    try:
        layout.takes.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        log.error("the takes' folder cannot be used: %s", error)
        return CANNOT
    path: Path | None = given.config
    memory = Memory(config.data / "recorder.json")
    if memory.lost:
        # What the folders still tell: a take that was being recorded goes on, and each is published in the end.
        memory.now.take = left_open(layout)
        memory.now.unfinished = unpublished(layout)
    parts = Parts(
        config=config,
        layout=layout,
        launcher=Launcher(path, config.data / "log", program),
        memory=memory,
    )
    asyncio.run(_record(parts, Notify.from_environment()))
    return 0


async def _record(parts: Parts, notify: Notify) -> None:
    loop = Loop(parts, notify)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, loop.stop)
    await loop.run()
