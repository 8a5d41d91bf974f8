"""Preparing a paper: what strangers made can do no harm, and what comes out is not believed before it is looked at."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from appliance.core.refusals import Code
from appliance.papers import sandbox
from appliance.papers.main import Papers
from appliance.papers.preparing import prepare
from appliance.services.paper_spool import MADE, PDF_MEDIA, SOURCE, SPOOL, WIDTHS, Job, Made, Progress
from tests.papers import files as f

SHA = "a" * 64
WEBP = b"RIFF\x04\0\0\0WEBP"


KINDS = ["limits", "bubblewrap"] if sandbox.found() == "bubblewrap" else ["limits"]
"""In a container the kernel may allow none; then papers are read with limits alone, and the status says so."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


def folder_with(tmp_path: Path, data: bytes) -> Path:
    folder = tmp_path / SHA
    folder.mkdir()
    (folder / SOURCE).write_bytes(data)
    return folder


def made_of(tmp_path: Path, data: bytes, media: str = PDF_MEDIA, kind: Any = "limits") -> tuple[Made | None, Path]:
    folder = folder_with(tmp_path, data)
    told: list[Progress] = []
    made = prepare(Job(SHA, media), folder, tmp_path / "work", kind, told.append, lambda: False, eager=True)
    return made, folder


def test_a_paper_is_prepared_alike_in_a_bubblewrap_and_with_limits_alone(tmp_path: Path, kind: Any) -> None:
    made, folder = made_of(tmp_path, f.pdf(["một"], ["hai"]), kind=kind)
    assert made == Made(pages=2)
    names = {path.name for path in folder.iterdir()}
    assert names == {"source", "text.json", *(f"p000{n}-{w}.webp" for n in (1, 2) for w in WIDTHS)}
    assert not (tmp_path / "work").exists()


def test_text_comes_out_composed_and_without_what_cannot_be_seen(tmp_path: Path) -> None:
    _, folder = made_of(tmp_path, f.pdf(["Hội đồng nhân dân"]))
    assert "Hội đồng nhân dân" in (folder / "text.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "media", "problem"),
    [
        (lambda: b"%PDF-1.7 nothing %%EOF", PDF_MEDIA, Code.PAPER_DAMAGED),
        (f.encrypted_pdf, PDF_MEDIA, Code.PAPER_ENCRYPTED),
        (lambda: f.pdf(["UBND", "TỐI MẬT"]), PDF_MEDIA, Code.SECRET_PAPER),
        (lambda: f.picture("JPEG")[:400], "image/jpeg", Code.PAPER_DAMAGED),
        (f.huge_picture, "image/png", Code.PAPER_BOMB),
    ],
)
def test_what_cannot_be_prepared_says_why(tmp_path: Path, make: Callable[[], bytes], media: str, problem: Code) -> None:
    made, folder = made_of(tmp_path, make(), media)
    assert made == Made(problem=problem.value)
    assert [path.name for path in folder.iterdir()] == [SOURCE]


def test_in_the_bubblewrap_there_is_no_data_of_the_appliance_and_no_network(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    ledger.write_text("the record")
    # What a worker that was taken over would try.
    attempt = (
        "import socket, sys, pathlib\n"
        f"seen = pathlib.Path({str(ledger)!r}).exists() or pathlib.Path({str(Path(__file__))!r}).exists()\n"
        "try:\n    socket.create_connection(('127.0.0.1', 1), 1)\nexcept OSError as error:\n    net = error.errno\n"
        "others = [p for p in pathlib.Path('/proc').iterdir() if p.name.isdigit()]\n"
        "print(seen, len(others) < 5, len(socket.if_nameindex()))\n"
    )
    command = [*sandbox._wrap([]), sys.executable, "-I", "-c", attempt]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout.split() == ["False", "True", "1"]) == ("bubblewrap" in KINDS), done.stderr


def taken_over(script: str) -> Callable[..., "subprocess.Popen[bytes]"]:
    """A worker that writes what it likes into its folder."""

    def start(kind: str, source: Path, out: Path, media: str, home: Path, *, eager: bool) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-I", "-c", script, str(out), str(source)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True)

    return start


_HEAD = "import os, sys, json, pathlib; out = pathlib.Path(sys.argv[1])\n"
_GOOD = (
    f"(out / 'text.json').write_text(json.dumps(['x']))\nfor w in {WIDTHS}:\n"
    f"    (out / f'p0001-{{w}}.webp').write_bytes({WEBP!r})\n"
)
LIES = {
    "a picture that is a link to somebody else's file": _GOOD
    + "(out / 'p0001-900.webp').unlink(); os.symlink('/etc/hostname', out / 'p0001-900.webp')",
    "a picture that is the source under another name": _GOOD
    + "(out / 'p0001-900.webp').unlink(); os.link(sys.argv[2], out / 'p0001-900.webp')",
    "a picture that is a web page": _GOOD + "(out / 'p0001-900.webp').write_text('<script>')",
    "a picture that is a pipe": _GOOD + "(out / 'p0001-900.webp').unlink(); os.mkfifo(out / 'p0001-900.webp')",
    "a page that is missing": _GOOD + "(out / 'p0001-1800.webp').unlink()",
    "a text that is a link": _GOOD + "(out / 'text.json').unlink(); os.symlink('/etc/hostname', out / 'text.json')",
    "a text that is none": _GOOD + "(out / 'text.json').write_text('{}')",
    "a text of too many pages": _GOOD + "(out / 'text.json').write_text(json.dumps(['x'] * 3000))",
    "no text": _GOOD + "(out / 'text.json').unlink()",
    "words that mean nothing": _GOOD + "print('hello', flush=True)",
    "a line without an end": _GOOD + "sys.stdout.write('x' * 100000); sys.stdout.flush()",
    "an end by a signal": _GOOD + "os.kill(os.getpid(), 9)",
    "a problem that is none of ours": _GOOD + "print(json.dumps({'problem': 'storage-fault'}), flush=True)",
}


@pytest.mark.parametrize("lie", LIES)
def test_nothing_of_a_worker_that_lies_is_taken(tmp_path: Path, lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "start", taken_over(_HEAD + LIES[lie]))
    made, folder = made_of(tmp_path, b"%PDF-")
    assert made == Made(problem=Code.PAPER_DAMAGED.value)
    assert [path.name for path in folder.iterdir()] == [SOURCE]


def test_the_liars_above_are_believed_when_they_do_not_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "start", taken_over(_HEAD + _GOOD))
    made, _ = made_of(tmp_path, b"%PDF-")
    assert made == Made(pages=1)


class _Stop:
    """Told to stop once it has looked so often."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def is_set(self) -> bool:
        self.looks -= 1
        return self.looks < 0

    def wait(self, _: float) -> bool:
        return self.is_set()


def papers_on(tmp_path: Path, looks: int = 1_000) -> Papers:
    (tmp_path / SPOOL).mkdir(exist_ok=True)
    return Papers(tmp_path, "limits", _Stop(looks), eager=True)  # type: ignore[arg-type]


def ask(tmp_path: Path, begun: int = 0) -> Path:
    (tmp_path / SPOOL).mkdir(exist_ok=True)
    job = tmp_path / SPOOL / f"{SHA}.job"
    job.write_text(f'{{"sha256": "{SHA}", "media": "{PDF_MEDIA}", "begun": {begun}}}')
    return job


def test_a_paper_that_was_begun_when_the_power_went_is_begun_again(tmp_path: Path) -> None:
    folder, job = folder_with(tmp_path, f.pdf(["một"])), ask(tmp_path, begun=1)
    papers_on(tmp_path)._do(job)
    assert (folder / MADE).read_text() == '{"pages":1,"problem":""}'
    assert not job.exists()


def test_a_paper_that_ended_the_process_three_times_is_given_up(tmp_path: Path) -> None:
    folder, job = folder_with(tmp_path, f.pdf(["một"])), ask(tmp_path, begun=3)
    papers_on(tmp_path)._do(job)
    assert "paper-damaged" in (folder / MADE).read_text()
    assert not job.exists()


def test_a_job_that_cannot_be_read_or_whose_file_is_gone_holds_up_nobody(tmp_path: Path) -> None:
    job = ask(tmp_path)
    papers_on(tmp_path)._do(job)
    assert not job.exists()
    job.write_text("nonsense")
    papers_on(tmp_path)._do(job)
    assert not job.exists()


def test_told_to_stop_it_leaves_the_job_for_the_next_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "start", taken_over("import time; time.sleep(60)"))
    folder, job = folder_with(tmp_path, b"%PDF-"), ask(tmp_path)
    papers_on(tmp_path, looks=0)._do(job)
    assert job.exists()
    assert '"begun":0' in job.read_text()
    assert not (folder / MADE).exists()
