"""Whoever is filmed sees it, whoever films is told what is wrong, and nobody is shown what is private."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Locator, Page, expect

from appliance.config import Config
from appliance.demo.run import demo_config
from appliance.demo.seed import SETTINGS, seed
from recordings.control import Problem, PushState, Refusal
from recordings.recorder import RecorderStage
from tests.demo.running import Demo, Process
from tests.journey.pages import CONTRAST_AAA, axe_finds_nothing, button, say, signed_in, words
from tests.journey.recorder_double import RESTING, RecorderDouble
from tests.journey.test_every_screen import hall
from tests.journey.test_the_desks_by_keyboard import go, reach

PREVIEW = "/api/recorder/preview.jpg"


class Filmed(Demo):
    """The sample council with its panels and, for a camera, a recorder that the test plays."""

    def __init__(self, folder: Path) -> None:
        config = replace(
            demo_config(Config(data=folder)), recorder=folder / "recorder", public_url="http://127.0.0.1:9"
        )
        seed(config)
        self.recorder = RecorderDouble(folder / "recorder")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        common = ("--config", str(folder / SETTINGS), "--port", str(port))
        self.process = Process("demo", "--serve", *common)
        self.base = self.process.hear("ready:").split()[-1].removesuffix("/demo").replace("localhost", "127.0.0.1")
        self.panels = Process("panels", *common)
        self.panels.hear("27 seats wired")
        self.addresses = self.get("/demo.json").json()

    def end(self) -> None:
        """All of it."""
        assert self.panels.end() == 0
        assert self.process.end() == 0
        self.recorder.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filmed]:
    """One for all of these journeys."""
    filmed = Filmed(tmp_path_factory.mktemp("filmed") / "data")
    yield filmed
    filmed.end()


@pytest.fixture
def demo(house: Filmed) -> Iterator[Demo]:
    """The council; afterwards nobody speaks, and the sitting is public."""
    yield house
    with house.sign_in("chair") as chair:
        house.give(chair, "EndFloor")
        house.give(chair, "GoPublic")


@pytest.fixture
def recorder(house: Filmed) -> RecorderDouble:
    """The recorder, at rest."""
    house.recorder.say()
    return house.recorder


@pytest.fixture
def at(browser: Browser, demo: Demo) -> Iterator[Callable[..., Page]]:
    """Open a screen of the demo; all are closed afterwards."""
    opened: list[Page] = []

    def open_(name: str, size: str, language: str = "vi") -> Page:
        page = hall(browser, demo, language) if name == "hall" else signed_in(browser, demo, name, size, language)
        opened.append(page)
        return page

    yield open_
    for page in opened:
        page.context.close()


def said(page: Page, key: str, **values: object) -> Locator:
    return page.get_by_text(say(key, "vi", **values), exact=True).first


def test_the_chair_starts_the_recording_and_is_asked_before_it_ends(
    at: Callable[..., Page], recorder: RecorderDouble
) -> None:
    chair = at("chair", "chair")
    expect(chair.get_by_role("banner").get_by_text(say("recording.short.idle"))).to_be_visible()
    button(chair, "recording.start").click()
    expect(chair.get_by_role("banner").get_by_text(say("recording.short.recording"))).to_be_visible()
    button(chair, "recording.stop").click()
    dialog = chair.get_by_role("dialog")
    expect(dialog.get_by_text(say("recording.stop_open"))).to_be_visible()
    chair.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert [order.do for order in recorder.orders] == ["start"]
    button(chair, "recording.stop").click()
    dialog.get_by_role("button", name=say("recording.stop"), exact=True).click()
    expect(button(chair, "recording.start")).to_be_visible()
    assert [order.do for order in recorder.orders] == ["start", "stop"]


def test_the_recorded_time_runs_and_the_room_on_the_disk_is_told(
    at: Callable[..., Page], recorder: RecorderDouble
) -> None:
    recorder.film(gaps=2, gap_seconds=75.0)
    clerk = at("clerk", "clerk")
    expect(clerk.get_by_role("banner").get_by_text("00:42:12")).to_be_visible()
    clerk.get_by_role("tab", name=say("clerk.tab_recording")).click()
    left = say("recording.span.hours_minutes", hours=3, minutes=10)
    expect(clerk.get_by_text(say("recording.room_left", time=left))).to_be_visible()
    gaps = say("recording.span.minutes_seconds", minutes=1, seconds=15)
    expect(said(clerk, "recording.gaps_some", count=2, time=gaps)).to_be_visible()
    expect(clerk.get_by_role("link", name=say("recording.watch"))).to_be_visible()


def test_the_way_to_a_meeting_that_can_be_watched_again_is_shown_once_it_can(
    at: Callable[..., Page], recorder: RecorderDouble
) -> None:
    technician = at("technician", "clerk")
    expect(technician.get_by_role("link", name=say("recording.watch"))).to_be_visible()
    expect(technician.get_by_role("link", name=say("recording.watch_again"))).to_have_count(0)
    recorder.publish("ky-3")
    again = technician.get_by_role("link", name=say("recording.watch_again"))
    expect(again).to_have_attribute("href", "http://127.0.0.1:9/meetings/ky-3/")


def test_what_is_wrong_says_what_to_do_at_the_desk_that_can_do_it(
    at: Callable[..., Page], recorder: RecorderDouble
) -> None:
    recorder.film(
        stage=RecorderStage.STARTING,
        source=RESTING,
        live=False,
        problems=(Problem.SOURCE_LOST, Problem.PUSH_DOWN),
        push=PushState(configured=True, connected=False),
    )
    lost, push = say("recording.problem.source-lost"), say("recording.problem.push-down")
    chair, technician = at("chair", "chair"), at("technician", "clerk")
    expect(chair.get_by_role("alert").get_by_text(lost)).to_be_in_viewport()
    expect(chair.get_by_text(push)).to_be_visible()
    for sentence in (lost, push):
        expect(technician.get_by_text(sentence)).to_be_in_viewport()
    expect(technician.get_by_text(say("technician.calm"))).to_be_hidden()
    recorder.film()
    expect(technician.get_by_text(say("technician.calm"))).to_be_visible()
    expect(chair.get_by_text(lost)).to_be_hidden()


def test_a_recorder_that_is_gone_is_told_and_its_old_figures_are_not(
    at: Callable[..., Page], recorder: RecorderDouble
) -> None:
    recorder.film()
    chair, wall = at("chair", "chair"), at("hall", "hall")
    expect(said(chair, "recording.live_on")).to_be_visible()
    recorder.lose()
    expect(chair.get_by_role("banner").get_by_text(say("recording.short.offline"))).to_be_visible()
    expect(said(chair, "recording.live_on")).to_be_hidden()
    expect(said(wall, "recording.room_unknown")).to_be_visible()
    recorder.open()
    expect(said(chair, "recording.live_on")).to_be_visible()


def test_in_private_the_wall_says_that_the_camera_has_stopped_only_once_it_has(
    at: Callable[..., Page], demo: Demo, recorder: RecorderDouble
) -> None:
    recorder.film()
    wall, tablet, chair = at("hall", "hall"), at("delegate", "delegate"), at("chair", "chair")
    filmed = say("recording.room_live") + say("recording.room_live_more")
    for page in (wall, tablet):
        expect(page.get_by_text(filmed)).to_be_visible()
    with demo.sign_in("chair") as session:
        assert demo.give(session, "GoPrivate", scope="sitting")["accepted"]
    expect(said(wall, "hall.private_stopping")).to_be_visible()
    expect(chair.get_by_text(say("recording.means.private_not_yet"))).to_be_visible()
    recorder.film(stage=RecorderStage.STARTING, private=True, live=False, source=RESTING)
    expect(said(wall, "hall.private_stopped")).to_be_visible()
    expect(said(tablet, "recording.room_private")).to_be_visible()
    expect(chair.get_by_text(say("recording.means.private_not_yet"))).to_be_hidden()
    expect(said(chair, "recording.preview_private")).to_be_visible()
    expect(chair.locator("img")).to_have_count(0)


def test_the_wall_holds_a_private_sitting_with_a_speaker_without_scrolling(
    at: Callable[..., Page], demo: Demo, recorder: RecorderDouble
) -> None:
    recorder.film(stage=RecorderStage.STARTING, private=True, live=False, source=RESTING)
    wall = at("hall", "hall")
    with demo.sign_in("chair") as session:
        assert demo.give(session, "GoPrivate", scope="sitting")["accepted"]
        assert demo.give(session, "GiveFloor", member="m16")["accepted"]
    expect(wall.get_by_text("Nguyễn Thị Minh Nguyệt Mẫu Hương Giang")).to_be_visible()
    expect(said(wall, "hall.private_stopped")).to_be_visible()
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight")
    axe_finds_nothing(wall, CONTRAST_AAA)


def test_the_picture_is_fetched_only_while_it_is_looked_at(at: Callable[..., Page], recorder: RecorderDouble) -> None:
    recorder.film()
    clerk = at("clerk", "clerk")
    asked: list[str] = []
    clerk.on("request", lambda request: asked.append(request.url) if PREVIEW in request.url else None)
    expect(clerk.get_by_role("banner").get_by_text(say("recording.short.recording"))).to_be_visible()
    assert not asked
    tab = clerk.get_by_role("tab", name=say("clerk.tab_recording"))
    with clerk.expect_response(lambda response: PREVIEW in response.url) as first:
        tab.click()
    assert first.value.ok
    with clerk.expect_request(lambda request: PREVIEW in request.url):
        pass
    expect(clerk.get_by_alt_text(say("recording.preview_alt"))).to_be_visible()


@pytest.mark.parametrize("who", ["chair", "clerk", "technician"])
def test_the_camera_is_tried_before_anything_is_recorded(
    at: Callable[..., Page], recorder: RecorderDouble, who: str
) -> None:
    page = at(who, "chair" if who == "technician" else who)
    if who == "clerk":
        page.get_by_role("tab", name=say("clerk.tab_recording")).click()
    recorder.orders.clear()
    button(page, "recording.check").click()
    expect(page.get_by_alt_text(say("recording.preview_alt"))).to_be_visible()
    expect(said(page, "recording.checking")).to_be_visible()
    expect(button(page, "recording.check_more")).to_be_visible()
    assert [order.do for order in recorder.orders] == ["look"]
    axe_finds_nothing(page)
    recorder.say(private=True)
    expect(said(page, "recording.preview_private")).to_be_visible()
    expect(button(page, "recording.check")).to_be_hidden()


def test_the_chair_gives_the_floor_by_keyboard_and_takes_it_back(
    at: Callable[..., Page], recorder: RecorderDouble
) -> None:
    chair, wall = at("chair", "chair"), at("hall", "hall")
    tablet, clerk = at("delegate-2", "phone"), at("clerk", "clerk")
    go(chair, button(chair, "floor.give"))
    reach(chair, chair.get_by_label(say("floor.search")))
    chair.keyboard.type("huong gia")
    chair.keyboard.press("Enter")
    for page in (chair, wall, tablet, clerk):
        expect(page.get_by_text("Nguyễn Thị Minh Nguyệt Mẫu Hương Giang").first).to_be_visible()
        expect(page.get_by_role("timer").filter(has_text="0:0").first).to_be_visible()
    go(chair, button(chair, "floor.end"))
    expect(said(chair, "floor.nobody")).to_be_visible()
    expect(wall.get_by_text("Nguyễn Thị Minh Nguyệt Mẫu Hương Giang")).to_be_hidden()


def test_a_guest_is_called_by_name_and_nobody_by_mistake(at: Callable[..., Page], recorder: RecorderDouble) -> None:
    chair, wall = at("chair", "chair"), at("hall", "hall")
    button(chair, "floor.give").click()
    dialog = chair.get_by_role("dialog")
    dialog.get_by_role("button", name=say("floor.give"), exact=True).click()
    expect(dialog.get_by_text(say("floor.choose"))).to_be_visible()
    dialog.get_by_label(say("floor.guest")).check()
    dialog.get_by_role("button", name=say("floor.give"), exact=True).click()
    expect(dialog.get_by_text(say("common.fill_in", field=say("floor.guest_name")))).to_be_visible()
    dialog.get_by_label(say("floor.guest_name")).fill("ông Kiều Văn Mẫu, Giám đốc Sở Mẫu")
    dialog.get_by_role("button", name=say("floor.give"), exact=True).click()
    expect(wall.get_by_text("ông Kiều Văn Mẫu, Giám đốc Sở Mẫu")).to_be_visible()


def test_delegates_are_listed_by_their_given_names(at: Callable[..., Page], recorder: RecorderDouble) -> None:
    chair = at("chair", "chair")
    button(chair, "floor.give").click()
    shown = chair.get_by_role("dialog").locator("label:has(input[name=member]) .name").all_inner_texts()
    given = [name.split(" (")[0].split()[-1] for name in shown]
    assert len(given) == 24
    assert [given.index(name) for name in ("An", "Ánh", "Ân", "Đào", "Đạt", "Êm", "Giang", "Oanh", "Ước", "Yến")] == (
        sorted(given.index(name) for name in ("An", "Ánh", "Ân", "Đào", "Đạt", "Êm", "Giang", "Oanh", "Ước", "Yến"))
    )


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("size", ["clerk", "zoomed"])
def test_axe_finds_nothing_on_the_technicians_desk(
    at: Callable[..., Page], recorder: RecorderDouble, language: str, size: str
) -> None:
    recorder.film(problems=(Problem.DISK_LOW,), seconds_left=2_700, working_on="files", progress=0.42)
    page = at("technician", size, language)
    expect(page.get_by_text(say("recording.problem.disk-low", language))).to_be_visible()
    axe_finds_nothing(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    recorder.say()
    expect(page.get_by_role("banner").get_by_text(say("recording.short.idle", language))).to_be_visible()
    axe_finds_nothing(page)


def test_axe_finds_nothing_where_recording_and_floor_are_shown(
    at: Callable[..., Page], demo: Demo, recorder: RecorderDouble
) -> None:
    recorder.film(problems=(Problem.FROZEN, Problem.LIVE_DOWN))
    with demo.sign_in("chair") as session:
        assert demo.give(session, "GiveFloor", guest="ông Kiều Văn Mẫu")["accepted"]
    chair, clerk, tablet, wall = (
        at("chair", "zoomed"),
        at("clerk", "clerk"),
        at("delegate", "zoomed"),
        at("hall", "hall"),
    )
    clerk.get_by_role("tab", name=say("clerk.tab_recording")).click()
    for page in (chair, clerk, tablet, wall):
        expect(page.get_by_text("ông Kiều Văn Mẫu").first).to_be_visible()
        axe_finds_nothing(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    button(chair, "floor.give_other").click()
    axe_finds_nothing(chair)
    chair.keyboard.press("Escape")
    button(chair, "recording.stop").click()
    axe_finds_nothing(chair)


def test_every_problem_and_refusal_of_the_recorder_has_its_sentence() -> None:
    for language in ("vi", "en"):
        sentences = words(language)
        assert {problem.value for problem in Problem} <= sentences["recording"]["problem"].keys()
        assert {refusal.value for refusal in Refusal} <= sentences["refusal"].keys()
