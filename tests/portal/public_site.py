"""A public folder with its portal, fed by a real ledger file; and a meeting's video as the recorder describes it."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from appliance.adapters.sql.ledger import SqlLedger
from appliance.adapters.sql.reader import LedgerReader
from appliance.portal.main import Portal, make
from tests.house import START, House

WEB: Final = Path(__file__).parents[2] / "web"


class PublicSite:
    """The house's ledger on disk, and the portal that reads it as another process would."""

    def __init__(self, folder: Path, n: int = 27) -> None:
        self.folder = folder
        self.public = folder / "public"
        self.ledger = SqlLedger(folder / "ledger.db")
        self.house = House.of(n, ledger=self.ledger)
        self.portal = self.started()

    def started(self) -> Portal:
        """A portal that has just been started over this folder."""
        self.portal = make(LedgerReader(self.folder / "ledger.db"), self.public, WEB, lambda: 10_000_000)
        return self.portal

    def page(self, name: str) -> str:
        """A page after the portal has looked."""
        self.portal.look()
        return (self.public / name).read_text(encoding="utf-8")

    def data(self, name: str) -> Any:
        """A data file after the portal has looked."""
        return json.loads(self.page(f"data/{name}"))

    def meeting(self, language: str = "") -> str:
        """The meeting's page."""
        return self.page(f"{language}meetings/{self.house.state.ledger}/index.html")

    def publish(self, **more: object) -> None:
        """The recorder has published the meeting's video."""
        folder = self.public / "video" / self.house.state.ledger
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / ".video.json.new"
        beside.write_text(json.dumps(video(self.house.state.ledger, more)), encoding="utf-8")
        beside.rename(folder / "video.json")

    def close(self) -> None:
        """Let go of the files."""
        self.portal.close()
        self.ledger.close()


def video(ledger: str, more: Mapping[str, object]) -> dict[str, object]:
    """A `video.json` of an hour with two items and a vote."""
    at = (START + timedelta(minutes=1)).isoformat()
    return {
        "ledger": ledger,
        "made": at,
        "seconds": 3600.0,
        "playlist": "index.m3u8",
        "takes": [
            {"take": "t1", "sitting": "s1", "started": at, "start": 0.0, "seconds": 3600.0, "file": "t1.mp4",
             "bytes": 1_300_000_000},
        ],
        "chapters": [
            {"kind": "item", "id": "i1", "title": "1. Nội dung 1", "start": 12.5, "end": 1800.0, "at": at},
            {"kind": "item", "id": "i2", "title": "2. Nội dung 2", "start": 3725.0, "end": 3800.0, "at": at},
            {"kind": "poll", "id": "p1", "title": "?", "item": "i1", "start": 600.0, "end": 700.0, "at": at},
            {"kind": "result", "id": "p1", "title": "20/27", "item": "i1", "start": 710.0, "end": 715.0, "at": at},
        ],
        "poster": "poster.jpg",
        "chapter_track": "chapters.vtt",
        **more,
    }  # fmt: skip
