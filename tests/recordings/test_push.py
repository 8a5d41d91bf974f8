"""The push to an outside server that stalls, resets and refuses: nobody else notices, and it comes back by itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from recordings.stream.push import WrongAddress, read_address
from tests.recordings.outside import Counter, Listener, Mode, Proxy
from tests.recordings.playing import Child, free_port, small, source, told, until

KEY = "s3cret-stream-key"


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What ends with the test."""
    with ExitStack() as found:
        yield found


class Stage:
    """A source, a push, and an outside server behind a bad line."""

    def __init__(self, folder: Path, stack: ExitStack, *, scheme: str = "rtmp") -> None:
        self.folder = folder
        far = free_port()
        self.server = stack.enter_context(Listener(scheme, far, folder))
        self.line = stack.enter_context(Proxy(far)) if scheme == "rtmp" else None
        near = far if self.line is None else self.line.port
        path = f"/live/{KEY}" if scheme == "rtmp" else f"?streamid={KEY}"
        address = folder / "push-address"
        address.write_text(f"{scheme}://127.0.0.1:{near}{path}\n")
        address.chmod(0o600)
        self.config, file = small(folder, push_address_file=str(address))
        self.counter = stack.enter_context(Counter(self.config.ports.archive))
        self.camera = stack.enter_context(source(self.config, folder / "source.log"))
        self.push: Child = stack.enter_context(told("push", file, "live"))

    def receives(self, more: int = 40_000) -> None:
        """Until so many more bytes have come to the outside server."""
        before = self.server.received()
        until(lambda: self.server.received() > before + more, "the outside server receives")

    def says(self, *, connected: bool) -> None:
        """Until that is the last thing that the push has said of it."""

        def last() -> object:
            told = [report["connected"] for report in self.push.reports if "connected" in report]
            return told and told[-1] is connected

        until(last, f"connected: {connected}")


def test_a_server_that_resets_and_refuses_costs_the_archive_nothing(tmp_path: Path, stack: ExitStack) -> None:
    stage = Stage(tmp_path, stack)
    assert stage.line is not None
    stage.receives()
    stage.says(connected=True)
    faults: tuple[Mode, ...] = ("reset", "refuse")
    for fault in faults:
        stage.line.mode = fault
        stage.says(connected=False)
        stage.line.mode = "pass"
        stage.receives()
        stage.says(connected=True)
    sent = stage.camera.end()
    until(lambda: stage.counter.pictures >= sent, "every picture")
    assert stage.counter.lost == 0
    assert stage.counter.pictures == sent


def test_the_key_is_written_nowhere(tmp_path: Path, stack: ExitStack) -> None:
    stage = Stage(tmp_path, stack)
    assert stage.line is not None
    stage.line.mode = "refuse"
    until(lambda: stage.line is not None and stage.line.refused >= 2, "two attempts")
    stage.line.mode = "pass"
    stage.says(connected=True)
    assert stage.push.end() == 0
    written = "".join(path.read_text(errors="replace") for path in tmp_path.glob("*.log"))
    assert KEY not in written
    assert all(KEY not in str(report) for report in stage.push.reports)


def test_nothing_is_sent_once_it_is_private(tmp_path: Path, stack: ExitStack) -> None:
    stage = Stage(tmp_path, stack)
    stage.receives()
    stage.says(connected=True)
    stage.push.show("private")
    stage.says(connected=False)
    assert children(stage.push) == []
    at, received = stage.camera.frames, stage.server.received()
    until(lambda: stage.camera.frames > at + 30, "two seconds in private")
    assert stage.server.received() == received
    stage.push.show("live")
    stage.receives()


def test_it_goes_on_when_the_source_was_started_again(tmp_path: Path, stack: ExitStack) -> None:
    stage = Stage(tmp_path, stack)
    stage.receives()
    stage.camera.end()
    stack.enter_context(source(stage.config, tmp_path / "source.log"))
    stage.receives()


def test_it_pushes_by_srt_too(tmp_path: Path, stack: ExitStack) -> None:
    stage = Stage(tmp_path, stack, scheme="srt")
    stage.receives()
    stage.says(connected=True)


@pytest.mark.parametrize(
    ("content", "mode", "complaint"),
    [
        (f"rtmp://host/live/{KEY}", 0o644, "others may read"),
        (f"http://host/live/{KEY}", 0o600, "not an address"),
        (f"rtmp:///live/{KEY}", 0o600, "not an address"),
        (f"rtmp://[host/live/{KEY}", 0o600, "not an address"),
        (f"file:///etc/{KEY}", 0o600, "not an address"),
        ("", 0o600, "not an address"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_told(
    tmp_path: Path, content: str, mode: int, complaint: str
) -> None:
    path = tmp_path / "address"
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(WrongAddress, match=complaint) as caught:
        read_address(path)
    assert KEY not in str(caught.value)


def test_a_file_that_is_not_there_is_a_wrong_configuration(tmp_path: Path) -> None:
    _, file = small(tmp_path, push_address_file=str(tmp_path / "nothing"))
    assert Child("push", file).end() == 78


def children(of: Child) -> list[str]:
    """The processes that it has, from all of its threads."""
    tasks = Path(f"/proc/{of.process.pid}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text().split()]
