"""The pages: readable before any script runs, with the state that the script then takes over."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from appliance.core import commands as c
from appliance.server.pages import Bundles, in_script
from tests.house import CLERK, convene, open_poll, sit
from tests.server.running import WAIT_SECONDS, Running

FIRST = re.compile(r'<script type="application/json" id="first">(.*?)</script>', re.DOTALL)


def page(server: Running, path: str, session: requests.Session | None = None, language: str = "vi") -> str:
    found = (session or server.http()).get(
        server.base + path, headers={"Accept-Language": language}, timeout=WAIT_SECONDS
    )
    assert found.status_code == 200
    return found.text


def first(html: str) -> Any:
    """The state that the page carries."""
    found = FIRST.search(html)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("path", "who"),
    [("/", "m01"), ("/chair", "chair"), ("/clerk", "clerk"), ("/hall", "hall"), ("/technician", "technician")],
)
def test_a_page_holds_its_first_state_in_words_and_as_data(server: Running, path: str, who: str) -> None:
    open_poll(sit(convene(server), present=4))
    html = page(server, path, server.sign_in(who))
    body = html.split('<div id="app">')[1].split("</div>")[0]
    for words in ("Hội đồng nhân dân xã Hồng Mẫu", "Kỳ họp thứ 3", "1. Nội dung 1", "Đang biểu quyết"):
        assert words in body
    assert first(html)["view"]["poll"]["poll"] == "p1"


@pytest.mark.parametrize("path", ["/", "/chair", "/clerk", "/hall", "/technician"])
def test_a_visitor_is_told_what_to_do_and_nothing_else(server: Running, path: str) -> None:
    open_poll(sit(convene(server), present=4))
    html = page(server, path)
    assert first(html) is None
    assert "Nội dung 1" not in html


def test_somebody_elses_place_shows_its_sign_in(server: Running) -> None:
    assert first(page(server, "/chair", server.sign_in("clerk"))) is None
    assert first(page(server, "/", server.sign_in("technician"))) is None
    assert first(page(server, "/technician", server.sign_in("auditor"))) is None


def test_a_page_speaks_the_visitors_language(server: Running) -> None:
    assert '<html lang="vi">' in page(server, "/")
    assert '<html lang="vi">' in page(server, "/", language="fr")
    english = page(server, "/", language="en-US,en;q=0.9")
    assert '<html lang="en">' in english
    assert "Sign in with your QR card" in english
    session = server.http()
    session.cookies.set("nghi_truong_lang", "en")
    assert '<html lang="en">' in page(server, "/", session)


def test_what_people_type_cannot_break_out_of_the_page(server: Running) -> None:
    convene(server)
    evil = "</script><script>alert(1)</script><!--"
    sit(server, present=4, item=None)
    server.give(CLERK, c.AddItem, item="x", number="9", title=evil)
    html = page(server, "/clerk", server.sign_in("clerk"))
    assert "<script>alert" not in html
    assert first(html)["view"]["agenda"][-1]["title"] == evil
    assert in_script('"<!--&"') == '"\\u003c!--\\u0026"'


def test_a_page_loads_the_files_of_its_place_by_their_names_of_today(tmp_path: Path) -> None:
    (tmp_path / ".vite").mkdir()
    manifest = {
        "src/hall/main.ts": {"file": "hall-1.js", "css": ["hall-1.css"], "imports": ["_shared.js"]},
        "_shared.js": {"file": "shared-2.js", "css": ["shared-2.css"], "imports": ["_shared.js"]},
    }
    (tmp_path / ".vite" / "manifest.json").write_text(json.dumps(manifest))
    files = Bundles(tmp_path).of("hall")
    assert files.scripts == ("/assets/hall-1.js",)
    assert files.styles == ("/assets/hall-1.css", "/assets/shared-2.css")
    assert files.preloads == ("/assets/shared-2.js",)
    assert Bundles(tmp_path).of("chair").scripts == ()


def test_a_server_whose_screens_were_not_built_says_so(tmp_path: Path) -> None:
    assert Bundles(tmp_path).of("delegate").scripts == ()


def test_a_page_loads_its_words_in_the_readers_language_alone(server: Running) -> None:
    manifest = json.loads((server.parts.web / "dist/.vite/manifest.json").read_bytes())
    files = {language: manifest[f"words:delegate/{language}"]["file"] for language in ("vi", "en")}
    assert files["vi"] in page(server, "/")
    assert files["en"] not in page(server, "/")
    assert files["en"] in page(server, "/", language="en")
    assert all(file in page(server, "/offline") for file in files_of(manifest, "offline"))


def files_of(manifest: dict[str, Any], place: str) -> list[str]:
    """A place's words in both languages: without a line nobody can fetch the other."""
    return [manifest[f"words:{place}/{language}"]["file"] for language in ("vi", "en")]


@pytest.mark.parametrize(
    ("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip, deflate", "gzip"), ("identity", None)]
)
def test_a_built_file_comes_as_the_browser_takes_it_and_is_the_same(
    server: Running, accepted: str, coding: str | None
) -> None:
    name = Bundles(server.parts.web / "dist").of("delegate").scripts[0]
    plain = (server.parts.web / "dist" / name.removeprefix("/assets/")).read_bytes()
    with server.http().get(server.base + name, headers={"Accept-Encoding": accepted}, stream=True) as answer:
        sent = answer.raw.read(decode_content=False)
        assert answer.headers.get("Content-Encoding") == coding
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["Cache-Control"]
    assert len(sent) == len(plain) if coding is None else len(sent) < len(plain) / 2
    if coding == "gzip":
        assert gzip.decompress(sent) == plain
