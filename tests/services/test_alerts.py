"""What the presiding table is told of the machine."""

import pytest

from appliance.server.words import LANGUAGES, Words
from appliance.services.alerts import Alerts, Condition, codes
from appliance.services.readiness_facts import HostFacts, PowerFacts, UpsFacts
from tests.core.a_random_meeting import ROOT

LOW = PowerFacts(low_now=True, low_before=True, slowed=False)
WAS_LOW = PowerFacts(low_now=False, low_before=True, slowed=True)
ALL = Condition(HostFacts(99.0, LOW, 1, ups=UpsFacts("OB")), clock_unset=True, panels_lost=True)


def test_a_machine_that_is_well_or_tells_nothing_is_no_reason_to_disturb() -> None:
    assert codes(Condition()) == ()
    assert codes(Condition(HostFacts(60.0, WAS_LOW, 9 << 30, ups=UpsFacts("OL CHRG")))) == ()


def test_worst_first_and_each_with_its_words() -> None:
    found = codes(ALL)
    assert found == ("disk", "ups", "power", "panels", "heat", "clock")
    words = Words(ROOT / "web" / "src" / "words")
    for language in LANGUAGES:
        for code in found:
            assert words.say(language, f"alert.{code}.what").endswith(".")
            assert words.say(language, f"alert.{code}.do").endswith(".")


def test_an_alert_keeps_its_moment_until_it_is_over_and_is_a_new_one_when_it_comes_back() -> None:
    alerts, hot = Alerts(), Condition(HostFacts(temperature=85.0))
    assert alerts.look(hot, "10:00", 0)
    assert not alerts.look(hot, "10:01", 60_000)
    assert [alert.since for alert in alerts.now] == ["10:00"]
    assert alerts.look(Condition(), "10:02", 120_000)
    assert not alerts.now
    assert alerts.look(hot, "10:03", 180_000)
    assert [alert.since for alert in alerts.now] == ["10:03"]


@pytest.mark.parametrize(("after_ms", "told"), [(59_000, ["power"]), (61_000, [])])
def test_a_supply_that_sags_again_and_again_does_not_flicker(after_ms: int, told: list[str]) -> None:
    alerts = Alerts()
    alerts.look(Condition(HostFacts(power=LOW)), "10:00", 0)
    alerts.look(Condition(), "10:01", after_ms)
    assert [alert.code for alert in alerts.now] == told
