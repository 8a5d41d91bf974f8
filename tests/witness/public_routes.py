"""Asks the public site for all that the appliance has: `python -m tests.witness.public_routes ADDRESS HOST …`.

Run at the place of a phone. Prints one line of JSON: how many requests, how many got which code, which got an answer,
which got a cookie.
"""

import json
import re
import sys
from collections import Counter
from typing import Final

import requests

from appliance.server.openapi import description

PAGES: Final = (
    "/delegate", "/chair", "/clerk", "/hall", "/technician", "/count", "/readiness", "/audit", "/print/cards",
    "/metrics", "/healthz", "/demo", "/socket.io/?EIO=4&transport=polling", "/api/", "/house/whep", "/ca.crt", "/help/",
)  # fmt: skip
REFUSED: Final = frozenset({403, 404, 405})


def main(address: str, *hosts: str) -> None:
    """All of them, by GET and by POST."""
    paths = [*(re.sub(r"\{\w+\}", "x", path) for path in description()["paths"]), *PAGES]
    codes, answered, cookies = Counter[int](), list[str](), list[str]()
    for host in hosts:
        for path in paths:
            for method in ("GET", "POST"):
                said = requests.request(method, f"http://{address}{path}", headers={"Host": host}, timeout=20,
                                        allow_redirects=False)  # fmt: skip
                codes[said.status_code] += 1
                if said.status_code not in REFUSED:
                    answered.append(f"{method} {path} at {host}: {said.status_code}")
                if "Set-Cookie" in said.headers:
                    cookies.append(path)
    print(json.dumps({"asked": codes.total(), "codes": codes, "answered": answered, "cookies": cookies}))


if __name__ == "__main__":
    main(*sys.argv[1:])
