"""Children for tests, real processes that speak the Report and Word lines: `python -m tests.recordings.fake_children`.

What is not faked is the real thing. A fake is ruled by files in the folder `FAKES`: `source` (run, still, absent),
`frozen` (the preview says so while it is there);
`<name>.heard` gets each Word that a child that shows is told.
"""

import argparse
import os
import select
import sys
import time
from pathlib import Path

import msgspec

from recordings.__main__ import main
from recordings.process.main import run
from recordings.reports import Report, Word

FOLDER = Path(os.environ.get("FAKES", "."))
FAKED = os.environ.get("FAKED", "").split(",")


def say(report: Report) -> None:
    """One line to the main process."""
    sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    sys.stdout.flush()


def shower(name: str) -> int:
    """live, house, push, preview: notes what it is told, and says that it does so."""
    words = open(0, "rb", buffering=0, closefd=False)  # noqa: SIM115  what is buffered is not seen by select
    while True:
        say(Report(beat=1))
        if name == "preview":
            say(Report(frozen=(FOLDER / "frozen").exists()))
        if not select.select([words], [], [], 0.5)[0]:
            continue
        line = words.readline()
        if not line:
            return 0
        word = msgspec.json.decode(line, type=Word)
        with (FOLDER / f"{name}.heard").open("a") as heard:
            heard.write(f"{word.show}\n")
        say(Report(shown=word.show))


def source() -> int:
    """Counts pictures as long as it is told to; there are none."""
    frames = 0
    while True:
        mode = (FOLDER / "source").read_text() if (FOLDER / "source").exists() else "run"
        if mode == "absent":
            return 69
        if mode == "run":
            frames += 1
            sys.stdout.write(f"frame={frames}\nprogress=continue\n")
            sys.stdout.flush()
        time.sleep(0.05)


def finish(name: str, rest: list[str]) -> int:
    """Has written the video at once."""
    with (FOLDER / f"{name}.done").open("a") as done:
        done.write(" ".join(rest) + "\n")
    say(Report(progress=("video", 0.5)))
    say(Report(finished=rest[rest.index("--ledger") + 1]))
    return 0


def child(arguments: list[str]) -> int:
    """The one that is called for."""
    name = arguments[0]
    if name not in FAKED:
        return main(arguments)
    if name == "source":
        return source()
    if name in {"finish", "clip"}:
        return finish(name, arguments[1:])
    return shower(name)


def record(config: Path) -> int:
    """The real main process, with these children."""
    from recordings.config import load

    given = argparse.Namespace(config=config)
    return run(load(config), given, (sys.executable, "-m", "tests.recordings.fake_children"))


if __name__ == "__main__":
    import logging

    logging.basicConfig(level="INFO", stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    sys.exit(record(Path(sys.argv[2])) if sys.argv[1] == "record" else child(sys.argv[1:]))
