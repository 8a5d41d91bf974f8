"""Signs a delegate in, waits for a poll and votes in it:

    python example_client.py http://localhost:8080 CARD PIN for|against|abstain

Needs nothing but `pip install "python-socketio[client]"`.
"""

import json
import queue
import sys
import urllib.request
import uuid
from typing import Any

import socketio


def sign_in(base: str, card: str, pin: str) -> str:
    """POST /api/sign-in; the cookies that HTTP and Socket.IO share. An HTTPError's body says why not."""
    body = json.dumps({"card": card, "pin": pin}).encode()
    request = urllib.request.Request(base + "/api/sign-in", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie"))


def cast(client: Any, poll: str, choice: str) -> Any:
    """Give the ballot until there is an answer. The id stays the same, so it can never count twice."""
    ballot = {"type": "CastBallot", "id": str(uuid.uuid4()), "poll": poll, "choice": choice}
    while True:
        try:
            return client.call("command", ballot, timeout=5)
        except (socketio.exceptions.TimeoutError, socketio.exceptions.BadNamespaceError):
            client.sleep(0.5)  # no answer, or connecting anew: nothing is known, so ask again


def vote(base: str, card: str, pin: str, choice: str) -> Any:
    """Keep the view as the documentation says, and vote as soon as it says that one may."""
    client: Any = socketio.Client()
    inbox: queue.Queue[Any] = queue.Queue()
    for name in ("snapshot", "push", "mine"):
        client.on(name, lambda told, name=name: inbox.put((name, told)))
    client.connect(base, headers={"Cookie": sign_in(base, card, pin)}, transports=["websocket"])
    view: dict[str, Any] = {}
    seen = None
    while True:
        name, told = inbox.get()
        if name == "push" and (told["ledger"], told["prev"]) != seen:  # something was missed
            name, told = "snapshot", client.call("snapshot")
        if name == "mine":
            view["mine"] = told["mine"]
        else:
            view = told["view"] if name == "snapshot" else view | told["changed"]
            seen = told["ledger"], told["seq"]
        poll, mine = view.get("poll"), view.get("mine")
        if poll and poll["state"] == "open" and mine and mine.get("entitled"):
            answer = cast(client, poll["poll"], choice)
            client.disconnect()
            return answer


if __name__ == "__main__":
    result = vote(*sys.argv[1:5])
    print("recorded" if result["accepted"] else result["message"])
    sys.exit(0 if result["accepted"] else 1)
