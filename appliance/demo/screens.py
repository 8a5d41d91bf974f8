"""Which screens the demo opens, and with which sign-in: the content of /demo and /demo.json."""

from typing import Final

import msgspec
from msgspec import Struct

from appliance.demo import council as people

_HOMES: Final = {"chair": "/chair", "clerk": "/clerk", "auditor": "/minutes", "technician": "/technician"}


class Title(Struct, frozen=True):
    """What the screen is called."""

    vi: str
    en: str


class Screen(Struct, frozen=True):
    """One screen of the demo."""

    name: str
    title: Title
    role: str
    url: str
    path: str
    qr: str
    sign_in: dict[str, str] | None


_DELEGATES: Final = ("m08", "m14")
"""The two delegates that the page offers at once; all others are in the list below them."""


def screens(base: str, public: str = "") -> tuple[Screen, ...]:
    """The screens at this address, in the order in which a visitor opens them; `public`: the public site's address."""
    first, second = _DELEGATES
    chair, clerk, technician, auditor = (
        _password(a) for a in (people.CHAIR, people.CLERK, people.TECHNICIAN, people.AUDITOR)
    )
    return (
        _screen(
            base, "hall", Title("Màn hình hội trường", "Hall display"), "hall", "/hall", {"pairing": people.PAIRING}
        ),
        _screen(base, "chair", Title("Bàn chủ tọa", "Chair console"), "chair", "/chair", chair),
        _screen(base, "clerk", Title("Bàn thư ký", "Clerk desk"), "clerk", "/clerk", clerk),
        _screen(base, "delegate", Title("Đại biểu", "Delegate"), "delegate", path_of(first), card(first)),
        _screen(
            base, "delegate-2", Title("Đại biểu thứ hai", "Second delegate"), "delegate", path_of(second), card(second)
        ),
        _screen(base, "simulator", Title("Hộp bấm mô phỏng", "Simulated panels"), "", "/simulator", None),
        _screen(
            base, "technician", Title("Bàn kỹ thuật", "Technician's desk"), "technician", "/technician", technician
        ),
        _screen(base, "minutes", Title("Biên bản", "Minutes"), "auditor", "/minutes", auditor),
        *(_public(public) if public else ()),
    )


def _public(address: str) -> tuple[Screen, ...]:
    """What everybody may see; it lies at an address of its own, so the whole of it is the path too."""
    return tuple(
        Screen(name, title, "", address + path, address + path, f"/demo/qr/{name}.svg", None)
        for name, title, path in (
            ("watch", Title("Xem trực tiếp", "Watch live"), "/watch.html"),
            ("archive", Title("Kho kỳ họp", "Archive"), "/archive/"),
        )
    )


def as_json(base: str, shown: tuple[Screen, ...]) -> dict[str, object]:
    """The whole of /demo.json."""
    return {
        "base": base,
        "screens": [msgspec.to_builtins(screen) for screen in shown],
        "members": [
            {
                "member": member.id,
                "name": member.name,
                "seat": member.seat,
                "group": member.group,
                "office": member.office,
                **card(member.id),
                "path": path_of(member.id),
            }
            for member in people.members()
        ],
        "accounts": [
            {**_password(a), "role": a.role, "name": a.name, "member": a.member, "path": _HOMES[a.role]}
            for a in people.ACCOUNTS
        ],
        "hall": {"pairing": people.PAIRING, "path": "/hall"},
    }


def card(member: str) -> dict[str, str]:
    """The sign-in of one delegate."""
    return {"card": people.card_of(member), "pin": people.PIN}


def path_of(member: str) -> str:
    """Where a delegate's QR code leads: the card stands behind the #, so it never reaches a log."""
    return f"/#card={people.card_of(member)}"


def _password(account: people.DemoAccount) -> dict[str, str]:
    return {"account": account.account, "password": account.password}


def _screen(base: str, name: str, title: Title, role: str, path: str, sign_in: dict[str, str] | None) -> Screen:
    return Screen(name, title, role, base + path, path, f"/demo/qr/{name}.svg", sign_in)
