"""The children that show (live, house, push, preview): each is told what it may show, before all else."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from recordings.adapters import clock
from recordings.config import Config
from recordings.control import PushState
from recordings.layout import Layout
from recordings.process.keeper import Call, Keeper
from recordings.process.launcher import Launcher
from recordings.reports import SILENT, Report, Show, Word
from recordings.stream.shelf import withdraw

WITHDRAW_SECONDS: Final = 0.6
"""A child that has not withdrawn by then hangs: it is killed, before it can wake and show what it still holds."""
SLOW_SECONDS: Final = 6.0
"""Live takes two or three seconds to come; what takes longer is a problem."""

WITHDRAW_AGAIN_SECONDS: Final = 2.0
log = logging.getLogger("recorder")


@dataclass(slots=True)
class Showing:
    """All of them together."""

    config: Config
    launcher: Launcher
    frozen: Callable[[bool], None]
    show: Show = "off"
    preview: Show = "off"
    """What the desks may see; the others get `show`."""
    live: bool = False
    sound_peak: float | None = None
    """As the preview hears it, in dB below full scale; None: no sound comes, or nobody listens."""
    push: PushState = field(default_factory=lambda: PushState(configured=False, connected=False))
    _keepers: dict[str, Keeper] = field(default_factory=dict)
    _live_wanted_at: float | None = None
    _push_wanted_at: float | None = None
    _shows: set[str] = field(default_factory=set)
    """Who has something to withdraw."""
    _to_withdraw: dict[str, float] = field(default_factory=dict)
    """Who was told to and has not said so yet, and until when they may take."""

    _withdrawn_at: float = 0.0

    def __post_init__(self) -> None:
        self.push = PushState(configured=self.config.push_address_file is not None, connected=False)
        fitted = {
            "live": self.config.live,
            "preview": True,
            "push": self.push.configured,
            "house": self.config.house_viewers > 0,
        }
        self._keepers = {name: self._keeper(name) for name, there in fitted.items() if there}

    def clear(self) -> None:
        """What a recorder before us left there is not ours to show."""
        withdraw(Layout(self.config.data, self.config.public).live)
        self._remove_preview()

    def start(self) -> None:
        """Have them run, from now on."""
        for keeper in self._keepers.values():
            keeper.keep()

    def stop(self) -> None:
        """End them."""
        for keeper in self._keepers.values():
            keeper.leave(2.0)

    @property
    def running(self) -> bool:
        """One of them has not ended yet."""
        return any(keeper.running for keeper in self._keepers.values())

    def tell(self, show: Show, preview: Show) -> None:
        """What may be shown from now on."""
        told = {name for name in self._keepers if (preview != self.preview if name == "preview" else show != self.show)}
        if show != self.show and show in {"private", "off"}:
            # also when the live process hangs, and could not do it itself
            withdraw(Layout(self.config.data, self.config.public).live)
        self.show, self.preview = show, preview
        if preview not in {"live", "unknown"}:
            self.sound_peak = None
        until = asyncio.get_running_loop().time() + WITHDRAW_SECONDS
        for name in told:
            word = self._word(name)
            if word.show in {"private", "off"}:
                if name in self._shows:
                    self._to_withdraw.setdefault(name, until)
            elif name in self._to_withdraw:
                self._end_hanging(name)
            self._keepers[name].say(word)

    def look(self, now: float, pictures_come: bool, may_write: bool) -> None:
        """Kill what hangs; when room runs out these go before the archive."""
        for name in [name for name, until in self._to_withdraw.items() if now > until]:
            self._end_hanging(name)
        if self.show in {"private", "off"} and now - self._withdrawn_at >= WITHDRAW_AGAIN_SECONDS:
            # What could not be removed then (a file system that was read-only) can be now.
            self._withdrawn_at = now
            withdraw(Layout(self.config.data, self.config.public).live)
        for name, keeper in self._keepers.items():
            keeper.look(now)
            if name in {"live", "preview"} and not may_write:
                keeper.leave()
            else:
                keeper.keep()
        wanted = self.show == "live" and pictures_come
        self._live_wanted_at = (self._live_wanted_at or now) if wanted and not self.live else None
        self._push_wanted_at = (self._push_wanted_at or now) if wanted and not self.push.connected else None

    def excuse(self, now: float) -> None:
        """It was we who did not listen."""
        self._to_withdraw = dict.fromkeys(self._to_withdraw, now + WITHDRAW_SECONDS)
        for keeper in self._keepers.values():
            keeper.excuse(now)

    def down(self, name: str, now: float) -> bool:
        """Whether the public (`live`) or the outside server (`push`) gets nothing though it should."""
        since = self._live_wanted_at if name == "live" else self._push_wanted_at
        return name in self._keepers and since is not None and now - since > SLOW_SECONDS

    def _keeper(self, name: str) -> Keeper:
        call = lambda: Call(first=self._word(name))  # noqa: E731
        return Keeper(name, self.launcher, call, lambda report: self._heard(name, report), lambda _: self._ended(name))

    def _remove_preview(self) -> None:
        try:
            Layout(self.config.data, self.config.public).preview.unlink(missing_ok=True)
        except OSError as error:
            log.error("the preview cannot be withdrawn: %s", error)

    def _end_hanging(self, name: str) -> None:
        del self._to_withdraw[name]
        if name == "preview":
            self._remove_preview()
        self._keepers[name].restart("it does not withdraw what is private")

    def _word(self, name: str) -> Word:
        return Word(show=self.preview if name == "preview" else self.show)

    def _heard(self, name: str, report: Report) -> None:
        if report.shown in {"private", "off"}:
            self._shows.discard(name)
            self._to_withdraw.pop(name, None)
        elif report.shown is not None:
            self._shows.add(name)
        if report.shown is not None and name == "live":
            self.live = report.shown == "live"
        if report.connected is not None and report.connected != self.push.connected:
            self.push = PushState(configured=True, connected=report.connected, since=clock.utc())
        if report.frozen is not None:
            self.frozen(report.frozen)
        if report.sound_peak is not None:
            self.sound_peak = None if report.sound_peak == SILENT else report.sound_peak

    def _ended(self, name: str) -> None:
        self._shows.discard(name)
        self._to_withdraw.pop(name, None)
        if name == "live":
            self.live = False
        if name == "push" and self.push.connected:
            self.push = PushState(configured=True, connected=False, since=clock.utc())
        if name == "preview":
            self.sound_peak = None
            self.frozen(False)
