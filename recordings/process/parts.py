"""The parts of a running recorder that do not change while it runs, and the one thread that waits for the disk."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from recordings.config import Config
from recordings.layout import Layout
from recordings.process.launcher import Launcher
from recordings.process.memory import Memory

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What every room of the main process needs."""

    config: Config
    layout: Layout
    launcher: Launcher
    memory: Memory
    disk_thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(max_workers=1, thread_name_prefix="disk")
    )

    async def on_disk(self, write: Callable[[], T]) -> T:
        """Do it in the thread that waits for the disk: in the order asked, never on the loop."""
        return await asyncio.get_running_loop().run_in_executor(self.disk_thread, write)
