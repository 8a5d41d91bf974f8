"""A meeting whose tablets are far away: polls, an outage in the middle of one, and everybody's page at once."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from tests.beds.bad_line import CUT, Quality, Stats
from tests.bench.far_hall import FarHall
from tests.bench.far_tablet import FarTablet
from tests.bench.hall import Acknowledged
from tests.faults.council import CHAIR

CHOICES: Final = ("for", "for", "for", "against", "abstain")
PRESSING_SECONDS: Final = 5.0
"""In which everybody presses, each when it pleases them."""
OUTAGE_SECONDS: Final = 10.0
PATIENCE_SECONDS: Final = 180.0
"""How long before the run says that something never came. No limit of anything."""


@dataclass
class Figures:
    """Seconds by what was measured, in the order in which it was; and what the line says of itself."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    stats: list[Stats] = field(default_factory=list)
    page_octets: int = 0
    new_lines: int = 0
    """That were opened again, outside of the outages."""

    def add(self, what: str, *values: float) -> None:
        """More values of one figure."""
        self.seconds.setdefault(what, []).extend(values)


class FarMeeting:
    """One council of one box; `acknowledged` is what the tablets were told is on disk."""

    def __init__(self, hall: FarHall) -> None:
        self.hall = hall
        self.acknowledged: list[Acknowledged] = []
        self._polls = 0
        self._chance = random.Random(len(hall.members))

    @property
    def _poll(self) -> str:
        return f"p{self._polls}"

    @asynccontextmanager
    async def live(self) -> AsyncIterator[None]:
        """Everybody's tablet is on, and comes back when its line is lost. A tablet that breaks ends the meeting."""
        tablets = self.hall.everybody
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(tablet.live()) for tablet in tablets]
            try:
                await self._all(tablets, lambda _: True)
                yield
            finally:
                for task in running:
                    task.cancel()
        await asyncio.sleep(0.1)  # a socket that was given up is closed by the loop's next turns

    async def convene(self) -> None:
        """A sitting with everybody present and an item called."""
        hall = self.hall
        await hall.clerk.did("ConveneMeeting", title="Kỳ họp ở nơi sóng yếu")
        await hall.clerk.did("AddItem", item="i1", number="1", title="Dự toán ngân sách")
        await hall.chair.did("OpenSitting")
        for member in hall.members:
            await hall.clerk.did("CheckIn", member=member.name)
        await hall.chair.did("StartItem", item="i1")

    async def poll(self, figures: Figures) -> None:
        """From its draft to the result on the last tablet; each member presses once."""
        hall, before = self.hall, self._lines()
        await self._draft()
        began = hall.chair.now()
        opened = asyncio.create_task(hall.chair.did("OpenPoll", poll=self._poll))
        figures.add("open → last tablet", await self._all(hall.members, self._is("open")) - began)
        await opened
        figures.add("ballot → durable answer", *await self._press(hall.members, PRESSING_SECONDS))
        await hall.chair.did("ClosePoll", poll=self._poll)
        for who in (hall.clerk, hall.chair):
            await who.did("ConfirmPoll", poll=self._poll)
        began = hall.chair.now()
        told = asyncio.create_task(hall.chair.did("AnnouncePoll", poll=self._poll))
        figures.add("result → last tablet", await self._all(hall.members, self._is("announced")) - began)
        await told
        figures.new_lines += self._lines() - before

    async def outage(self, figures: Figures, quality: Quality) -> None:
        """Twice nothing passes for ten seconds: while half of the members press, and while the chair, at a desk by the
        box, closes the poll. Everybody must come back by themselves."""
        hall = self.hall
        await self._draft()
        await hall.chair.did("OpenPoll", poll=self._poll)
        await self._all(hall.members, self._is("open"))
        half = len(hall.members) // 2
        hall.line.be(CUT)
        pressing = asyncio.create_task(self._press_from(hall.members[:half], OUTAGE_SECONDS))
        await asyncio.sleep(OUTAGE_SECONDS)
        hall.line.be(quality)
        back = hall.chair.now()
        figures.add("after 10 s without: ballot answered", *(at - back for at in await pressing))
        await self._press(hall.members[half:], 1.0)
        hall.line.be(CUT)
        await asyncio.sleep(OUTAGE_SECONDS / 2)
        hall.at_the_box(CHAIR, "ClosePoll", poll=self._poll)
        await asyncio.sleep(OUTAGE_SECONDS / 2)
        hall.line.be(quality)
        back = hall.chair.now()
        seen = await asyncio.gather(*(member.until(self._is("closed"), PATIENCE_SECONDS) for member in hall.members))
        figures.add("after 10 s without: sees the present", *(at - back for at in seen))
        for who in (hall.clerk, hall.chair):
            await who.did("ConfirmPoll", poll=self._poll)
        await hall.chair.did("AnnouncePoll", poll=self._poll)

    async def all_pages(self, figures: Figures) -> None:
        """Every member's page at once, from nothing, beside the lines that are open."""
        loads = await asyncio.gather(*(member.load_page() for member in self.hall.members))
        figures.add("everybody's page at once", *(seconds for seconds, _ in loads))
        figures.page_octets = loads[0][1]

    async def _draft(self) -> None:
        self._polls += 1
        question = f"Thông qua Nghị quyết về dự toán ngân sách, lần {self._polls}"
        await self.hall.clerk.did("DraftPoll", item="i1", poll=self._poll, question=question)

    def _is(self, state: str) -> Callable[[dict[str, Any]], bool]:
        """Whether a screen shows this meeting's newest poll in this state."""
        poll = self._poll

        def shown(view: dict[str, Any]) -> bool:
            on_table = view.get("poll") or {}
            return on_table.get("poll") == poll and on_table.get("state") == state

        return shown

    async def _all(self, tablets: list[FarTablet], there: Callable[[dict[str, Any]], object]) -> float:
        """When the last of them shows it."""
        return max(await asyncio.gather(*(tablet.until(there, PATIENCE_SECONDS) for tablet in tablets)))

    async def _press(self, members: list[FarTablet], within: float) -> list[float]:
        """Everybody once, some time within so many seconds: seconds until each answer."""
        return [at - began for began, at in await self._pressed(members, within)]

    async def _press_from(self, members: list[FarTablet], within: float) -> list[float]:
        """The same: the moment of each answer."""
        return [at for _, at in await self._pressed(members, within)]

    async def _pressed(self, members: list[FarTablet], within: float) -> list[tuple[float, float]]:
        async def one(member: FarTablet, choice: str, after: float) -> tuple[float, float]:
            await asyncio.sleep(after)
            began = member.now()
            answer = await member.did("CastBallot", poll=self._poll, choice=choice)
            self.acknowledged.append(Acknowledged(answer["seq"], self._poll, member.name, choice))
            return began, member.now()

        chance = self._chance
        return await asyncio.gather(
            *(one(member, chance.choice(CHOICES), chance.uniform(0, within)) for member in members)
        )

    def _lines(self) -> int:
        return sum(tablet.lines for tablet in self.hall.everybody)
