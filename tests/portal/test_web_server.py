"""The real nginx over a public folder: types, caching, ranges, the live paths, and its refusal while private."""

import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from appliance.config import Config
from appliance.portal.web_server import WebServer, configuration, prepare, server_of
from tests.portal.other_place import answers, free_port, wait_until

FILES = {
    "index.html": "<h1>Trang chủ</h1>",
    "404.html": "<h1>Không có</h1>",
    "assets/page-1.js": "1",
    "data/live.json": "{}",
    "live/index.m3u8": "#EXTM3U",
    "live/a-1.m4s": "picture",
    "live/state.json": "{}",
    "video/m/index.m3u8": "#EXTM3U",
    "video/m/t1/s000001.ts": "0123456789",
    "video/m/t1.mp4": "0123456789",
    "video/m/chapters.vtt": "WEBVTT",
    ".private.other": "hidden",
}


class Origin(BaseHTTPRequestHandler):
    """Stands for the recorder's two loopback ports: says what it was asked."""

    def do_GET(self) -> None:
        body = self.path.encode()
        self.send_response(200)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web") / "public"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def base(public: Path, origin: int) -> Iterator[str]:
    """The web server's address. It runs with no rights of its own when this suite does."""
    port = free_port()
    server = WebServer(
        public=public, prefix=public.parent / "prefix", listen=f"127.0.0.1:{port}", live_port=origin, house_port=origin,
        user="root", workers="1", alone=True,
    )  # fmt: skip
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert nginx is not None, "install nginx: make test does"
    process = subprocess.Popen([nginx, "-p", str(server.prefix), "-c", str(prepare(server)), "-e", "stderr"])
    wait_until(lambda: answers(port))
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    assert process.wait(10) == 0


def get(address: str, **headers: str) -> requests.Response:
    return requests.get(address, headers=headers, timeout=10)


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("/", "text/html; charset=utf-8", "public, no-cache"),
        ("/assets/page-1.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/data/live.json", "application/json; charset=utf-8", "public, max-age=1"),
        ("/live/index.m3u8", "application/vnd.apple.mpegurl", "public, max-age=1"),
        ("/live/a-1.m4s", "video/iso.segment", "public, max-age=60"),
        ("/live/state.json", "application/json; charset=utf-8", "public, no-cache"),
        ("/video/m/index.m3u8", "application/vnd.apple.mpegurl", "public, no-cache"),
        ("/video/m/t1/s000001.ts", "video/mp2t", "public, max-age=31536000, immutable"),
        ("/video/m/chapters.vtt", "text/vtt; charset=utf-8", "public, no-cache"),
    ],
)
def test_each_kind_of_file_has_its_type_and_may_be_kept_as_long_as_it_holds(
    base: str, path: str, kind: str, kept: str
) -> None:
    answer = get(base + path)
    assert (answer.status_code, answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (200, kind, kept)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_a_part_of_a_video_can_be_asked_for(base: str) -> None:
    answer = get(base + "/video/m/t1.mp4", Range="bytes=2-4")
    assert (answer.status_code, answer.text) == (206, "234")


def test_what_is_not_there_says_so_and_is_not_kept(base: str) -> None:
    answer = get(base + "/nothing")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert "Không có" in answer.content.decode()


def test_hidden_files_are_not_served(base: str) -> None:
    assert get(base + "/.private.other").status_code == 404


def test_nothing_can_be_sent_to_the_files(base: str) -> None:
    assert requests.post(base + "/index.html", timeout=10).status_code == 405
    assert requests.put(base + "/index.html", data="x", timeout=10).status_code == 405


def test_low_latency_requests_reach_the_origin_with_nothing_but_what_they_need(base: str) -> None:
    assert get(base + "/live/ll.m3u8?_HLS_msn=12&_HLS_part=3&x=1").text == "/live/ll.m3u8?_HLS_msn=12&_HLS_part=3"
    assert get(base + "/live/ll.m3u8?_HLS_msn=12").text == "/live/ll.m3u8?_HLS_msn=12"
    assert get(base + "/live/ll.m3u8?_HLS_msn=../x").text == "/live/ll.m3u8"
    assert get(base + "/live/parts/a-1.2.m4s").text == "/live/parts/a-1.2.m4s"
    assert requests.post(base + "/house/whep", data="sdp", timeout=10).text == "/house/whep"


def test_while_private_no_live_picture_is_served_whatever_lies_there(base: str, public: Path) -> None:
    mark = public / ".private"
    mark.touch()
    try:
        for path in ("/live/index.m3u8", "/live/a-1.m4s", "/live/ll.m3u8", "/live/parts/a.m4s", "/house/whep"):
            assert get(base + path).status_code == 403, path
        assert get(base + "/live/state.json").status_code == 200, "the page must learn why"
        assert get(base + "/video/m/t1.mp4").status_code == 200
    finally:
        mark.unlink()
    assert get(base + "/live/a-1.m4s").status_code == 200


def test_a_path_that_nginx_would_misread_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a path"):
        configuration(WebServer(public=tmp_path / "a;b", prefix=tmp_path, listen="127.0.0.1:1"))


def test_the_picture_inside_the_house_is_for_the_networks_that_were_named(tmp_path: Path) -> None:
    settings = Config(public=tmp_path, house_from=("127.0.0.1", "10.77.0.0/24"))
    said = configuration(server_of(settings, tmp_path)).partition("location /house/")[2]

    allowed = [line.strip() for line in said.partition("deny all;")[0].splitlines() if "allow" in line]
    assert allowed == ["allow 127.0.0.1/32;", "allow 10.77.0.0/24;"]


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        server_of(Config(public=tmp_path, house_from=("all; }",)), tmp_path)
