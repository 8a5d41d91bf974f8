"""From facts to green, amber and red: each limit, each thing to do, and a sentence for whatever can be found."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from appliance.server.words import LANGUAGES, Words
from appliance.services import readiness as r
from appliance.services.readiness_facts import (
    ClockFacts,
    Facts,
    HostFacts,
    PanelFacts,
    PowerFacts,
    RecorderFacts,
    TabletFacts,
    UpsFacts,
)
from appliance.services.readiness_report import PollTape, ReadinessItem, TriedPanel
from tests.core.a_random_meeting import ROOT

WORDS = Words(ROOT / "web" / "src" / "words")
WHOLE = (True, True, True)
BOX = TriedPanel("p1", "A1", "Nguyễn Văn Mẫu", "1", online=True, pressed=WHOLE, lights=True)
ZERO = PollTape("2026-12-18T01:00:00Z", 0, 0, 0, 1, "k1", 7, "ab")
RESULT = replace(ZERO, yes=1, silent=0)
HOST = HostFacts(
    temperature=48.0,
    power=PowerFacts(low_now=False, low_before=False, slowed=False),
    free_bytes=20 << 30,
    clock=ClockFacts(synchronised=True, rtc_offset=0.0),
    ups=UpsFacts("OL CHRG", 100, 3600),
    backup_seconds=3600.0,
    backup_wanted=True,
    certificate_seconds=200.0 * r.DAY,
    certificate_wanted=True,
    versions={"appliance": "0.1.0"},
)
RECORDER = RecorderFacts(True, True, 0.5, True, -20.0, 40 * r.HOUR)
GOOD = Facts(
    fault=False,
    panels=PanelFacts(fitted=True, online=True, panels=(BOX,)),
    tablets=TabletFacts(27, 27, 27),
    recorder=RECORDER,
    host=HOST,
    zero=ZERO,
    result=RESULT,
    displays=1,
)


def found(facts: Facts, item: str) -> ReadinessItem:
    return next(i for i in r.items(facts) if i.item == item)


def boxes(*panels: TriedPanel, **fields: Any) -> Facts:
    return replace(GOOD, panels=PanelFacts(fitted=True, online=True, panels=panels, **fields))


def host(**fields: Any) -> Facts:
    return replace(GOOD, host=replace(HOST, **fields))


def recorder(**fields: Any) -> Facts:
    return replace(GOOD, recorder=replace(RECORDER, **fields))


def test_a_house_in_which_all_is_well_is_green_and_has_nothing_to_do() -> None:
    assert [(i.item, i.light, i.todo) for i in r.items(GOOD) if i.light != "green" or i.todo] == []
    assert len(r.items(GOOD)) == 17


@pytest.mark.parametrize(
    ("facts", "item", "light", "say"),
    [
        (replace(GOOD, fault=True), "storage", "red", "refuses"),
        (host(free_bytes=r.FREE_LOW - 1), "storage", "amber", "free"),
        (host(free_bytes=r.FREE_RED - 1), "storage", "red", "free"),
        (host(free_bytes=None), "storage", "amber", "unknown"),
        (replace(GOOD, panels=PanelFacts(fitted=True, online=False)), "panels", "red", "offline"),
        (boxes(BOX, buses_off=("hall",)), "panels", "red", "bus_off"),
        (boxes(BOX, replace(BOX, serial="p2", seat="A2", online=False)), "panels", "red", "away"),
        (boxes(BOX, jammed=("A1",)), "panels", "red", "jammed"),
        (boxes(replace(BOX, pressed=(True, True, False))), "buttons", "amber", "missing"),
        (boxes(BOX, replace(BOX, serial="p2", pressed=(False, True, True))), "buttons", "red", "missing"),
        (boxes(replace(BOX, lights=False)), "lights", "red", "dark"),
        (boxes(replace(BOX, lights=None)), "lights", "amber", "unseen"),
        (replace(GOOD, zero=None), "test_poll", "amber", "not_held"),
        (replace(GOOD, zero=replace(ZERO, no=1)), "test_poll", "red", "not_zero"),
        (replace(GOOD, result=replace(RESULT, seq=8)), "test_poll", "amber", "ledger_moved"),
        (replace(GOOD, result=replace(ZERO)), "test_poll", "amber", "nobody"),
        (replace(GOOD, result=replace(RESULT, silent=1)), "test_poll", "amber", "silent"),
        (replace(GOOD, tablets=TabletFacts(27, 27, 26)), "tablets", "amber", "some"),
        (replace(GOOD, displays=0), "displays", "amber", "none"),
        (recorder(online=False), "camera", "red", "offline"),
        (recorder(running=False), "camera", "red", "no_picture"),
        (recorder(picture_seconds=None), "camera", "red", "no_picture"),
        (recorder(picture_seconds=60.0), "camera", "red", "no_picture"),
        (recorder(problems=("frozen",)), "camera", "red", "no_picture"),
        (recorder(looking=False, running=False, picture_seconds=None), "camera", "amber", "not_tried"),
        (recorder(problems=("no-sound",)), "sound", "red", "none"),
        (recorder(sound_peak=None), "sound", "amber", "not_measured"),
        (recorder(sound_peak=-70.0), "sound", "red", "silent"),
        (recorder(seconds_left=None), "disk_hours", "amber", "unknown"),
        (recorder(seconds_left=8 * r.HOUR - 1), "disk_hours", "amber", "left"),
        (recorder(seconds_left=4 * r.HOUR - 1), "disk_hours", "red", "left"),
        (host(clock=ClockFacts(synchronised=True, rtc_offset=-61.0)), "clock", "red", "rtc"),
        (host(clock=ClockFacts(synchronised=False, rtc_offset=6.0)), "clock", "amber", "rtc"),
        (host(clock=ClockFacts(synchronised=False, rtc_offset=0.0)), "clock", "green", "rtc"),
        (host(clock=ClockFacts(synchronised=False)), "clock", "amber", "alone"),
        (host(clock=ClockFacts(synchronised=True, doubtful=True)), "clock", "amber", "doubtful"),
        (host(temperature=70.0), "temperature", "amber", "degrees"),
        (host(temperature=80.0), "temperature", "red", "degrees"),
        (host(power=PowerFacts(low_now=True, low_before=True, slowed=True)), "power", "red", "low"),
        (host(power=PowerFacts(low_now=False, low_before=True, slowed=False)), "power", "amber", "was_low"),
        (host(power=PowerFacts(low_now=False, low_before=False, slowed=True)), "power", "red", "slowed"),
        (host(ups=UpsFacts("OB DISCHRG", 90, 1800)), "ups", "red", "bad"),
        (host(ups=UpsFacts("OL RB", 100, 1800)), "ups", "red", "bad"),
        (host(ups=UpsFacts("OL CHRG", 30, None)), "ups", "amber", "charged"),
        (host(backup_wanted=False), "backup", "amber", "not_set_up"),
        (host(backup_seconds=None), "backup", "red", "never"),
        (host(backup_seconds=3.0 * r.DAY), "backup", "amber", "age"),
        (host(backup_seconds=15.0 * r.DAY), "backup", "red", "age"),
        (host(certificate_seconds=None), "certificate", "red", "unreadable"),
        (host(certificate_seconds=-1.0), "certificate", "red", "expired"),
        (host(certificate_seconds=29.0 * r.DAY), "certificate", "amber", "days"),
        (host(certificate_seconds=2.0 * r.DAY), "certificate", "red", "days"),
        (boxes(BOX, replace(BOX, serial="p2", version="2")), "versions", "amber", "mixed"),
    ],
)
def test_each_thing_has_its_colour(facts: Facts, item: str, light: str, say: str) -> None:
    one = found(facts, item)
    assert (one.light, one.say) == (light, say)


def test_what_is_not_fitted_is_no_item() -> None:
    bare = Facts(False, PanelFacts(fitted=False, online=False), TabletFacts(0, 0, 0), None, HostFacts())
    assert {i.item for i in r.items(bare)} == {
        "storage", "panels", "tablets", "displays", "clock", "backup", "versions"
    }  # fmt: skip


def test_a_spare_that_is_away_or_untried_is_said_and_is_no_fault_of_the_hall() -> None:
    spare = TriedPanel("e66038b713a5b72c", None, online=False)
    assert found(boxes(BOX, spare), "panels").light == "green"
    assert found(boxes(BOX, spare), "buttons").light == "green"
    said = found(boxes(BOX, spare), "spares")
    assert (said.light, said.values["boxes"], said.todo) == ("amber", "A5B\u00a072C", "spares")
    good = replace(spare, online=True, pressed=(True, True, True), lights=True)
    assert found(boxes(BOX, good), "spares").light == "green"
    assert "spares" not in {i.item for i in r.items(GOOD)}


def test_a_hundred_missing_seats_are_named_shortly() -> None:
    away = [replace(BOX, serial=f"p{n}", seat=f"{n:03}", online=False) for n in range(120)]
    values = found(boxes(*away), "panels").values
    assert values["count"] == "120"
    assert values["seats"].count(",") == 11
    assert values["seats"].endswith("…")


_maybe = st.none() | st.floats(-1e6, 1e9)
_boxes = st.lists(
    st.builds(
        TriedPanel,
        st.text(min_size=1, max_size=3),
        st.none() | st.sampled_from(["A1", "A2"]),
        version=st.sampled_from(["", "1", "2"]),
        online=st.booleans(),
        pressed=st.tuples(st.booleans(), st.booleans(), st.booleans()),
        lights=st.none() | st.booleans(),
    ),
    max_size=4,
).map(tuple)
_tapes = st.none() | st.builds(
    PollTape, st.just("t"), *([st.integers(0, 2)] * 4), st.just("k"), st.integers(0, 1), st.just("h")
)
_hosts = st.builds(
    HostFacts,
    temperature=_maybe,
    power=st.none() | st.builds(PowerFacts, st.booleans(), st.booleans(), st.booleans()),
    free_bytes=st.none() | st.integers(0, 1 << 40),
    clock=st.builds(ClockFacts, st.none() | st.booleans(), _maybe, st.booleans()),
    ups=st.none()
    | st.builds(
        UpsFacts, st.sampled_from(["OL", "OB LB", "?", ""]), st.none() | st.integers(0, 100), st.none() | st.integers(0)
    ),
    backup_seconds=_maybe,
    backup_wanted=st.booleans(),
    certificate_seconds=_maybe,
    certificate_wanted=st.booleans(),
)
_recorders = st.none() | st.builds(
    RecorderFacts,
    st.booleans(),
    st.booleans(),
    _maybe,
    st.booleans(),
    _maybe,
    st.none() | st.integers(0, 10**6),
    st.lists(st.sampled_from(["frozen", "no-sound", "disk-low"])).map(tuple),
)
FACTS = st.builds(
    Facts,
    st.booleans(),
    st.builds(
        PanelFacts,
        st.booleans(),
        st.booleans(),
        st.lists(st.just("hall"), max_size=1).map(tuple),
        _boxes,
        st.lists(st.just("A1"), max_size=1).map(tuple),
    ),
    st.builds(TabletFacts, st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)),
    _recorders,
    _hosts,
    _tapes,
    _tapes,
    st.integers(0, 2),
)


@given(FACTS)
def test_whatever_is_found_there_is_a_sentence_for_it_and_red_says_what_to_do(facts: Facts) -> None:
    items = r.items(facts)
    assert len({i.item for i in items}) == len(items)
    for item in items:
        assert item.light != "red" or item.todo
        assert item.light != "green" or not item.todo
        for language in LANGUAGES:
            assert WORDS.say(language, f"readiness.item.{item.item}")
            said = WORDS.say(language, f"readiness.said.{item.item}.{item.say}", **item.values)
            assert said
            assert "{" not in said
            assert not item.todo or WORDS.say(language, f"readiness.do.{item.todo}")
