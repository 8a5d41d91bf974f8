"""The stream's processes as the recorder starts them, and a web server before them; for tests and the bench."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from recordings.config import Config, as_toml
from recordings.ffmpeg import source_test

LIMIT_SECONDS = 30.0

NGINX = """
{user} pid {folder}/nginx.pid; error_log {folder}/error.log; daemon off; worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off; client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  types {{ text/html html; text/javascript js mjs; application/vnd.apple.mpegurl m3u8; video/iso.segment m4s;
          video/mp4 mp4; application/json json; }}
  upstream origin {{ server 127.0.0.1:{live}; keepalive 32; }}
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; proxy_read_timeout 15s;
  server {{
    listen 127.0.0.1:{port}; root {public};
    location = /live/ll.m3u8 {{ proxy_pass http://origin; }}
    location /live/parts/ {{ proxy_pass http://origin; }}
    location /live/ {{ add_header Cache-Control no-cache; }}
    location /house/ {{ proxy_pass http://127.0.0.1:{house}; }}
  }}
}}
"""


def free_port() -> int:
    """A TCP port of the loopback that nobody has now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def free_bus() -> int:
    """The first of five UDP ports in a row that nobody has now."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.bind(("127.0.0.1", 0))
            first = int(sock.getsockname()[1])
        if first < 65000 and all(_free(first + number) for number in range(5)):
            return first


def _free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def until(true: Callable[[], Any], what: str, seconds: float = LIMIT_SECONDS) -> Any:
    """Wait for a condition; its (true) value. Fails with `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        if found := true():
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.02)


class Child:
    """One stream process: words in, reports out."""

    def __init__(self, command: str, config: Path) -> None:
        arguments = [sys.executable, "-m", "recordings", command, "--config", str(config)]
        self.log = config.with_name(f"{command}.log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.reports = list[dict[str, Any]]()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def show(self, state: str) -> None:
        """Tell it who may watch."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"show": state}).encode() + b"\n")
        self.process.stdin.flush()

    def said(self, **report: Any) -> bool:
        """It has reported this."""
        return report in self.reports

    def end(self) -> int:
        """Close its input, and wait for it."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        try:
            code = self.process.wait(LIMIT_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            self.process.stdout.close()
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.reports.append(json.loads(line))


@contextmanager
def told(command: str, config: Path, state: str | None = None) -> Iterator[Child]:
    """The process, ready, and told so."""
    child = Child(command, config)
    try:
        until(lambda: child.said(beat=1), f"{command} says nothing: {child.log.read_text(encoding='utf-8')}")
        if state is not None:
            child.show(state)
        yield child
    finally:
        child.end()


class Source:
    """The test pattern on the bus, until it is ended."""

    def __init__(self, config: Config, log: Path) -> None:
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                source_test(config), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
            )
        self.frames = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def end(self) -> int:
        """Stop it as it should be stopped; how many pictures it has sent."""
        assert self.process.stdout is not None
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(LIMIT_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            self.process.stdout.close()
        return self.frames

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, _, value = line.decode().strip().partition("=")
            if name == "frame":
                self.frames = int(value)


@contextmanager
def source(config: Config, log: Path) -> Iterator[Source]:
    """The test pattern, running."""
    running = Source(config, log)
    try:
        yield running
    finally:
        running.end()


def small(folder: Path, **changes: Any) -> tuple[Config, Path]:
    """A configuration for tests, and the file it stands in."""
    given: dict[str, Any] = {
        "data": folder / "data", "public": folder / "public", "standing": folder / "standing.json",
        "width": 320, "height": 180, "frames_per_second": 15, "kilobits_per_second": 400, "preset": "ultrafast",
        "bus_port": free_bus(), "live_port": free_port(), "house_port": free_port(),
    }  # fmt: skip
    config = Config(**(given | changes))
    path = folder / "recorder.toml"
    path.write_text(as_toml(config), encoding="utf-8")
    return config, path


@contextmanager
def web_server(folder: Path, config: Config) -> Iterator[str]:
    """A real nginx, set up as the stream's page says; its address."""
    folder.mkdir(parents=True)
    port = free_port()
    text = NGINX.format(
        user="user root;" if os.geteuid() == 0 else "",  # a worker of another user could not read a test's folder
        folder=folder,
        live=config.live_port,
        house=config.house_port,
        public=config.public.resolve(),
        port=port,
    )
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    running = subprocess.Popen(
        [nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", f"{folder}/error.log"]
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: status(f"{address}/") is not None, "nginx does not listen")
        yield address
    finally:
        running.terminate()
        running.wait()


def status(address: str) -> int | None:
    """What a server answers to GET; None when there is none."""
    try:
        with urllib.request.urlopen(address, timeout=LIMIT_SECONDS) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code
    except OSError:
        return None


def fetched(address: str) -> bytes:
    """A page's content. Raises OSError."""
    with urllib.request.urlopen(address, timeout=LIMIT_SECONDS) as answer:
        return bytes(answer.read())
