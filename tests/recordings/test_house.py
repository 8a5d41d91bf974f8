"""The house's own path, with aiortc as the screen: another end of the same protocol that Chromium speaks."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from recordings.stream.whep import only_from
from tests.recordings.playing import LIMIT_SECONDS, Child, Source, small, source, told, until

OFFER_OF_NOTHING = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"


class Stage:
    """A source and a house process with two places."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.config, self.file = small(folder, house_viewers=2)
        self.stack = stack
        self.log = folder / "source.log"
        self.camera = self.source()
        self.house: Child = stack.enter_context(told("house", self.file, "live"))
        self.address = f"http://127.0.0.1:{self.config.house_port}/house/whep"
        until(lambda: self.request("POST", "nothing")[0] == 400, "it may be watched")

    def source(self) -> Source:
        """Another start of the camera."""
        return self.stack.enter_context(source(self.config, self.log))

    def request(
        self, method: str, body: str = "", path: str = "", kind: str = "application/sdp"
    ) -> tuple[int, str, str | None]:
        """Status, body, and where the session is."""
        asked = urllib.request.Request(
            self.address + path, data=body.encode() or None, method=method, headers={"Content-Type": kind}
        )
        try:
            with urllib.request.urlopen(asked, timeout=LIMIT_SECONDS) as answer:
                return answer.status, answer.read().decode(), answer.headers["Location"]
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), None


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """It may be watched."""
    with ExitStack() as stack:
        yield Stage(tmp_path, stack)


class Screen:
    """One that watches."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.link = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.link.addTransceiver("video", direction="recvonly")
        self.times = list[float]()
        self.ended = asyncio.Event()
        self.location = ""
        self.status = 0
        self.link.on("track", lambda track: setattr(self, "watching", asyncio.ensure_future(self.watch(track))))

    async def watch(self, track: object) -> None:
        """Take pictures until there are no more."""
        try:
            while True:
                self.times.append((await track.recv()).time)  # type: ignore[attr-defined]
        except MediaStreamError:
            self.ended.set()

    async def sees(self, more: int) -> None:
        """Until so many more pictures have been decoded."""
        wanted = len(self.times) + more
        async with asyncio.timeout(LIMIT_SECONDS):
            while len(self.times) < wanted:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def screen(stage: Stage) -> AsyncIterator[Screen]:
    """A screen that asked to watch."""
    found = Screen(stage)
    try:
        await found.link.setLocalDescription(await found.link.createOffer())
        offer = found.link.localDescription.sdp
        found.status, answer, where = await asyncio.to_thread(stage.request, "POST", offer)
        if found.status == 201:
            found.location = (where or "").removeprefix("/house/whep")
            await found.link.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        yield found
    finally:
        await found.link.close()


def test_a_screen_sees_every_picture_at_the_cameras_pace(stage: Stage) -> None:
    async def watch() -> list[float]:
        async with screen(stage) as one:
            await one.sees(45)
            assert stage.house.said(viewers=1)
            return one.times

    times = asyncio.run(watch())
    steps = [later - earlier for earlier, later in pairwise(times[5:])]
    assert all(abs(step - 1 / 15) < 0.01 for step in steps)


def test_the_picture_goes_on_when_the_source_is_started_again(stage: Stage) -> None:
    async def watch() -> list[float]:
        async with screen(stage) as one:
            await one.sees(15)
            await asyncio.to_thread(stage.camera.end)
            stage.source()
            await one.sees(30)
            return one.times

    times = asyncio.run(watch())
    assert times == sorted(times)
    assert times[-1] - times[0] < len(times) / 15 + 1


def test_told_private_every_screen_is_cut_off_and_nobody_is_let_in(stage: Stage) -> None:
    async def watch() -> None:
        async with screen(stage) as one, screen(stage) as other:
            await one.sees(3)
            await other.sees(3)
            stage.house.show("private")
            async with asyncio.timeout(LIMIT_SECONDS):
                await asyncio.gather(one.ended.wait(), other.ended.wait())
            async with screen(stage) as late:
                assert late.status == 403
        stage.house.show("live")
        await asyncio.to_thread(until, lambda: stage.request("POST", "nothing")[0] == 400, "it may be watched")
        async with screen(stage) as again:
            await again.sees(3)

    asyncio.run(watch())


def test_there_are_only_so_many_places_and_one_that_leaves_makes_room(stage: Stage) -> None:
    async def watch() -> None:
        async with screen(stage) as one, screen(stage):
            await one.sees(1)
            async with screen(stage) as third:
                assert third.status == 503
            assert (await asyncio.to_thread(stage.request, "DELETE", "", one.location))[0] == 200
            assert (await asyncio.to_thread(stage.request, "DELETE", "", one.location))[0] == 404
            async with screen(stage) as third:
                await third.sees(1)

    asyncio.run(watch())


def test_what_is_no_offer_takes_no_place(stage: Stage) -> None:
    for body, kind, status in (
        ("not an offer", "application/sdp", 400),
        (OFFER_OF_NOTHING, "application/sdp", 400),
        ("v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n", "application/sdp", 400),
        ("{}", "application/json", 415),
        ("x" * 100_000, "application/sdp", 413),
    ):
        for _ in range(3):  # more often than there are places
            assert stage.request("POST", body, kind=kind)[0] == status


def test_only_the_addresses_of_the_house_are_offered() -> None:
    offered = (
        "v=0\r\na=candidate:1 1 udp 1 10.0.0.5 40000 typ host\r\na=candidate:2 1 udp 1 192.168.1.9 40001 typ host\r\n"
    )
    assert only_from(offered, ()) == offered
    assert "192.168.1.9" not in only_from(offered, ("10.0.0.5",))
    assert "10.0.0.5" in only_from(offered, ("10.0.0.5",))


def test_a_screen_that_never_comes_gives_its_place_back(stage: Stage) -> None:
    async def offers() -> list[int]:
        links = [RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2)]
        try:
            found = list[int]()
            for link in links:
                link.addTransceiver("video", direction="recvonly")
                await link.setLocalDescription(await link.createOffer())
                found.append((await asyncio.to_thread(stage.request, "POST", link.localDescription.sdp))[0])
            return found
        finally:
            for link in links:
                await link.close()

    assert asyncio.run(offers()) == [201, 201]
    until(lambda: stage.request("POST", "nothing")[0] == 400, "a place")
