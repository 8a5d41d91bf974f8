"""How each child is called: one place for command lines and logs."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from recordings.adapters.child import Child

PYTHON: Final = (sys.executable, "-m", "recordings")


@dataclass(frozen=True, slots=True)
class Launcher:
    """Starts children of this recorder."""

    config: Path | None
    logs: Path
    program: Sequence[str] = PYTHON
    """Tests put children of their own in its place."""

    def start(
        self,
        name: str,
        options: Sequence[str],
        heard: Callable[[bytes], None],
        ended: Callable[[int], None],
        *,
        environment: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        least_important: bool = False,
    ) -> Child:
        """Start child `name`. Raises OSError if there is no process to be had."""
        config = () if self.config is None else ("--config", str(self.config))
        return Child(
            [*self.program, name, *config, *options],
            log=self.logs / f"{name}.log",
            heard=heard,
            ended=ended,
            environment=environment,
            pass_fds=pass_fds,
            least_important=least_important,
        )
