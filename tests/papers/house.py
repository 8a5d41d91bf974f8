"""Builder: the running server with a plan on file, and the real papers process at work on its folder."""

import subprocess
import sys
import threading
import time
import uuid
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from appliance.core.plan import MeetingKind, Plan, PlanItem, PlannedPoll, PlannedSitting
from appliance.services.on_file import Change, Put
from tests.server.running import PIN, WAIT_SECONDS, Client, Running, card_of

PLAN = Plan(
    id="plan-1",
    kind=MeetingKind.REGULAR_YEAR_END,
    title="Kỳ họp thường lệ cuối năm 2026",
    sittings=(PlannedSitting(date(2026, 12, 18)),),
    items=(
        PlanItem("item-1", "Báo cáo kinh tế - xã hội"),
        PlanItem("item-2", "Nghị quyết về ngân sách", polls=(PlannedPoll("p-1", "Thông qua?", document="voted"),)),
        PlanItem("item-3", "Việc họp kín", private=True),
    ),
)
PATIENCE_SECONDS = 60.0


class PapersHouse:
    """A server, its clerk, and the papers process; `upload` and `ready` do what a clerk does and waits for."""

    def __init__(self, *, process: bool = True) -> None:
        self.server = Running()
        self._process = process
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.server.__enter__()
        self.file(Put(PLAN))
        self._signed_in: dict[str, requests.Session] = {}
        self.clerk = self.at("clerk")
        if self._process:
            self.start()
        return self

    def __exit__(self, *why: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.kill()
        self.server.__exit__(*why)

    def start(self) -> None:
        """Start the papers process."""
        settings = Path(self.server.papers.root).parent / "appliance.toml"
        root = self.server.papers.root
        settings.write_text(f'papers = "{root}"\npapers_eager = true\n', encoding="utf-8")
        command = [sys.executable, "-m", "appliance", "papers", "--config", str(settings)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        """As a power cut would end it."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def file(self, *changes: Change) -> None:
        """Put something on file."""
        self.server.shelf.registry.change("test", "test", lambda _: changes)

    def at(self, who: str) -> requests.Session:
        """Somebody's own tablet or desk, the same one each time."""
        if who not in self._signed_in:
            self._signed_in[who] = self.server.sign_in(who)
        return self._signed_in[who]

    def screen(self, who: str) -> Client:
        """Somebody's live screen; the snapshot has come."""
        client = self.server.connect(self.at(who))
        client.wait_for("snapshot")
        return client

    def at_another(self, member: str) -> requests.Session:
        """The member's new tablet, which the clerk has allowed; the first one is signed out by it."""
        session, card = self.server.http(), {"card": card_of(member), "pin": PIN}
        asked = session.post(f"{self.server.base}/api/sign-in", json=card, timeout=WAIT_SECONDS)
        assert asked.json()["refusal"] == "tablet-needs-approval"
        requests_on_file = self.server.shelf.registry.on_file.tablet_requests
        request = next(r.id for r in requests_on_file.values() if r.member == member)
        assert self.command("ApproveTablet", request=request)["accepted"]
        answer = session.post(f"{self.server.base}/api/sign-in", json=card, timeout=WAIT_SECONDS)
        assert answer.status_code == 200, answer.text
        self._signed_in[member] = session
        return session

    # --- what a clerk does

    def upload(self, data: bytes, name: str = "bao-cao.pdf", **fields: str) -> requests.Response:
        """One file, as the clerk's form sends it."""
        return self.upload_by(self.clerk, data, name, **fields)

    def upload_by(self, who: requests.Session, data: bytes, name: str, **fields: str) -> requests.Response:
        """One file, as anybody's form sends it."""
        form = {"id": str(uuid.uuid4()), "plan": PLAN.id, **fields}
        url = f"{self.server.base}/api/papers"
        return who.post(url, data=form, files={"file": (name, data)}, timeout=WAIT_SECONDS)

    def paper(self, data: bytes, name: str = "bao-cao.pdf", **fields: str) -> dict[str, Any]:
        """One file, uploaded and prepared: as the clerk sees its paper then."""
        answer = self.upload(data, name, **fields)
        assert answer.status_code == 200, answer.text
        return self.settled(answer.json()["document"])

    def settled(self, document: str) -> dict[str, Any]:
        """The paper, once none of its versions waits any more."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self.listed(self.clerk).get(document)
            if found is not None and all(v["state"] in {"ready", "failed"} for v in found["versions"]):
                return found
            threading.Event().wait(0.05)
        raise AssertionError(f"{document} is not ready: {self.listed(self.clerk).get(document)}")

    def command(self, kind: str, who: requests.Session | None = None, **fields: Any) -> dict[str, Any]:
        """One command; the answer."""
        body = {"type": kind, "id": str(uuid.uuid4()), **fields}
        url = f"{self.server.base}/api/commands"
        answer: dict[str, Any] = (who or self.clerk).post(url, json=body, timeout=WAIT_SECONDS).json()
        return answer

    def send(self) -> None:
        """All papers to the delegates."""
        assert self.command("SendPapers", plan=PLAN.id)["accepted"]

    # --- what anybody sees

    def get(self, who: requests.Session, path: str, **query: Any) -> requests.Response:
        """One route."""
        return who.get(f"{self.server.base}{path}", params=query, timeout=WAIT_SECONDS)

    def listed(self, who: requests.Session) -> dict[str, dict[str, Any]]:
        """The papers that somebody is shown, by their ids."""
        answer = self.get(who, "/api/papers", plan=PLAN.id)
        assert answer.status_code == 200, answer.text
        return {paper["document"]: paper for paper in answer.json()["papers"]}

    def page(self, who: requests.Session, paper: dict[str, Any], n: int = 1, width: int = 900) -> requests.Response:
        """A page of a paper's newest version."""
        return self.get(who, f"/api/papers/{paper['document']}/{newest(paper)}/page/{n}", width=width)


def newest(paper: dict[str, Any]) -> str:
    """The newest version's SHA-256."""
    found: str = paper["versions"][0]["sha256"]
    return found
