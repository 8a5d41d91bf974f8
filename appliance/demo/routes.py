"""The demo's own pages. They exist only in a demo; a real installation answers 404 (a test says so).

`GET /demo`        page `demo`: each screen's address, its sign-in, its QR code; "open as …" for everyone.
`GET /simulator`   page `demo` too: 27 panels with three buttons each and their lights.
                   Both are the bundle `web/src/demo`; it looks at `location.pathname`.
`GET /demo.json`   everything that /demo shows, for programs; stable:

    {"base": "http://localhost:8080",
     "screens":  [{"name": "chair", "title": {"vi": …, "en": …}, "role": "chair",
                   "url": "http://localhost:8080/chair", "path": "/chair",
                   "qr": "/demo/qr/chair.svg",
                   "sign_in": {"account": "chu-tich", "password": "…"} | {"card": …, "pin": …}
                              | {"pairing": …} | null}],
     "members":  [{"member": "m01", "name": "…", "seat": "01", "group": "Tổ 1", "office": "…",
                   "card": "…", "pin": "…", "path": "/#card=…", "standing": "present"}],
     "accounts": [{"account": "chu-tich", "password": "…", "role": "chair", "name": "…",
                   "member": "m01" | null, "path": "/chair"}],
     "hall":     {"pairing": "…", "path": "/hall"}}

    `sign_in` is the exact body for `POST /api/sign-in`; null where no sign-in is needed. Screens are named
    delegate, delegate-2, chair, clerk, hall, minutes, simulator. To open a screen the page posts `sign_in`
    and then goes to `path` (one browser profile holds one sign-in at a time; the page says so).

`GET /demo/qr/<name>.svg`   the QR code of that screen's address (for a delegate: with the card).

`GET /simulator.json`   what the simulator shows; ask again every 300 ms while the page is visible:

    {"panels": "online" | "offline",
     "seats": [{"seat": "01", "member": "m01", "name": "…", "office": "…",
                "lights": {"for": "off" | "on" | "blink" | "flash", "against": …, "abstain": …},
                "means": "offline" | "idle" | "waiting" | "recorded" | "not-your-poll" | …}]}

    `lights` and `means` are what the panels process reports, not what the page thinks.

`POST /simulator/press`   {"seat": "01", "button": "for" | "against" | "abstain", "down": true | false}
    Drives the mock pin of that button; the click then goes the whole way: pin, gpiozero, command, ledger.
    Give `down: true` on pointerdown and `down: false` on pointerup. Answers {"pressed": 1}; 503 with
    {"pressed": 0} while the panels process is away; 400 for an unknown seat or button.

`POST /simulator/everyone`   {"for": 20, "against": 3, "abstain": 2} (those are the defaults)
    Presses and lets go one button at each seat, in an order and with a mix that look like a hall; seats
    beyond the sum press nothing. Answers {"pressed": n}; 503 while the panels process is away.

Every POST needs the same `Origin`/CSRF precautions as the rest of the server; no sign-in is asked for.
"""
