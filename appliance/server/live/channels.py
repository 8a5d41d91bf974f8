"""Channels: one an audience, with the newest sections, the number last pushed, and who is connected."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from appliance.core.people import Actor
from appliance.core.state import Meeting
from appliance.server.live.audiences import SECTIONS, Around, Audience
from appliance.server.live.frames import Link
from appliance.server.live.table import Section
from appliance.server.view import MineView
from appliance.server.words import Language

encode: Final = msgspec.json.Encoder().encode
Listener = Callable[[str, bytes], None]
"""Takes an event's name and its JSON: a client that is not on Socket.IO (the panels' socket)."""


@dataclass(slots=True, eq=False)
class Client:
    """One connected Socket.IO client, with the actor that was bound when it connected."""

    sid: str
    eio_sid: str
    link: Link
    session: str
    name: str
    actor: Actor
    language: Language
    audience: Audience
    mine: MineView | None = None
    unanswered: int = 0


@dataclass(slots=True)
class Channel:
    """What one audience is shown, and how far it has been told."""

    audience: Audience
    last_seq: int = 0
    clients: dict[str, Client] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    @property
    def told(self) -> bool:
        """Whether anybody is there to be told."""
        return bool(self.clients or self.listeners)


@dataclass(slots=True)
class _Kept:
    parts: tuple[object, ...]
    value: Any
    raw: msgspec.Raw


class Shelf:
    """The newest value of each section, built only when a part it rests on has changed, encoded once."""

    def __init__(self, table: dict[str, Section], channels: dict[Audience, Channel]) -> None:
        self._table = table
        self._channels = channels
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._uses = [
            (name, section, variant, audiences)
            for name, section in table.items()
            for variant, audiences in _variants(name, section).items()
        ]

    def refresh(self, state: Meeting, around: Around, *, soon: bool, audience: Audience | None = None) -> bool:
        """Rebuild what has changed and note it on the channels. With `soon` false the coalesced ones wait.

        With `audience` only what that one is shown; without, only what somebody is there to be shown.
        """
        found = False
        for name, section, variant, audiences in self._uses:
            if section.soon and not soon:
                continue
            if audience not in audiences if audience is not None else not self._shown(audiences):
                continue
            parts = section.parts(state, around)
            kept = self._kept.get((name, variant))
            if kept is not None and all(map(_same, kept.parts, parts)):
                continue
            value = section.build(state, around, audiences[0])
            if kept is not None and kept.value == value:
                kept.parts = parts
                continue
            self._kept[name, variant] = _Kept(parts, value, msgspec.Raw(encode(value)))
            for shown in audiences:
                self._channels[shown].changed.add(name)
            found = True
        return found

    def waits(self, state: Meeting, around: Around) -> bool:
        """Whether a coalesced section rests on something that has changed."""
        for name, section, variant, audiences in self._uses:
            if section.soon and self._shown(audiences):
                kept = self._kept.get((name, variant))
                if kept is None or not all(map(_same, kept.parts, section.parts(state, around))):
                    return True
        return False

    def _shown(self, audiences: list[Audience]) -> bool:
        return any(self._channels[audience].told for audience in audiences)

    def newest(self, name: str, audience: Audience, state: Meeting, around: Around) -> bool:
        """Whether what is on the shelf for this audience still rests on what is true now."""
        section = self._table[name]
        kept = self._kept.get((name, section.variant(audience)))
        return kept is not None and all(map(_same, kept.parts, section.parts(state, around)))

    def raw(self, name: str, audience: Audience) -> msgspec.Raw:
        """A section's JSON as this audience is shown it."""
        return self._kept[name, self._table[name].variant(audience)].raw

    def forget(self, name: str) -> None:
        """Build this section anew at the next refresh."""
        for key in [key for key in self._kept if key[0] == name]:
            del self._kept[key]


def _same(one: object, other: object) -> bool:
    return one is other


def _variants(name: str, section: Section) -> dict[str, list[Audience]]:
    found: dict[str, list[Audience]] = {}
    for audience, names in SECTIONS.items():
        if name in names:
            found.setdefault(section.variant(audience), []).append(audience)
    return found
