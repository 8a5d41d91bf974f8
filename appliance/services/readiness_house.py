"""The readiness of what the members vote with: panels, the guided test, the test poll, tablets, screens. Pure."""

from typing import Final

from appliance.services.readiness_facts import Facts
from appliance.services.readiness_items import Items, item, names, place
from appliance.services.readiness_report import Light


def _panels(facts: Facts) -> Items:
    panels = facts.panels
    if not panels.fitted:
        return item("panels", "green", "none")
    if not panels.online:
        return item("panels", "red", "offline", "panels")
    away = [place(p) for p in panels.panels if not p.online and p.seat is not None]
    if panels.buses_off:
        return item("panels", "red", "bus_off", "bus", buses=names(panels.buses_off))
    if away:
        return item("panels", "red", "away", "panel_away", count=len(away), seats=names(away))
    if panels.jammed:
        return item("panels", "red", "jammed", "panel_jammed", seats=names(panels.jammed))
    return item("panels", "green", "online", count=sum(p.online for p in panels.panels))


def _pressed(facts: Facts) -> Items:
    here = [p for p in facts.panels.panels if p.seat is not None]
    if not here:
        return ()
    missing = [p for p in here if not all(p.pressed)]
    if missing:
        done = len(here) - len(missing)
        light: Light = "red" if done else "amber"
        return item(
            "buttons", light, "missing", "buttons", done=done, count=len(here), seats=names(map(place, missing))
        )
    return item("buttons", "green", "all", count=len(here))


def _lights(facts: Facts) -> Items:
    here = [p for p in facts.panels.panels if p.seat is not None]
    if not here:
        return ()
    dark = [place(p) for p in here if p.lights is False]
    if dark:
        return item("lights", "red", "dark", "lights_dark", seats=names(dark))
    unseen = [place(p) for p in here if p.lights is None]
    if unseen:
        return item("lights", "amber", "unseen", "lights_unseen", count=len(unseen), seats=names(unseen))
    return item("lights", "green", "all", count=len(here))


def _spares(facts: Facts) -> Items:
    """A spare that was never tried is found dead in mid-poll."""
    spares = [p for p in facts.panels.panels if p.seat is None]
    if not spares:
        return ()
    untried = [place(p) for p in spares if not p.whole]
    if untried:
        return item("spares", "amber", "untried", "spares", count=len(spares), boxes=names(untried))
    return item("spares", "green", "all", count=len(spares))


def _test_poll(facts: Facts) -> Items:
    zero, result = facts.zero, facts.result
    if not facts.panels.fitted:
        return ()
    if zero is None or result is None:
        return item("test_poll", "amber", "not_held", "test_poll")
    if (zero.yes, zero.no, zero.abstain) != (0, 0, 0):
        return item("test_poll", "red", "not_zero", "call_support")
    if (zero.ledger, zero.seq, zero.head) != (result.ledger, result.seq, result.head):
        return item("test_poll", "amber", "ledger_moved", "test_poll")
    counted = {
        "yes": result.yes,
        "no": result.no,
        "abstain": result.abstain,
        "silent": result.silent,
    }
    if result.yes + result.no + result.abstain == 0:
        return item("test_poll", "amber", "nobody", "test_poll")
    if result.silent:
        return item("test_poll", "amber", "silent", "test_poll_silent", **counted)
    return item("test_poll", "green", "counted", **counted)


def _tablets(facts: Facts) -> Items:
    tablets = facts.tablets
    if not tablets.enrolled:
        boxes = facts.panels.fitted
        return item("tablets", "green" if boxes else "amber", "none", "" if boxes else "tablets")
    counted = {"online": tablets.online, "enrolled": tablets.enrolled, "members": tablets.members}
    if tablets.online < tablets.enrolled:
        return item("tablets", "amber", "some", "tablets_off", **counted)
    return item("tablets", "green", "all", **counted)


def _displays(facts: Facts) -> Items:
    if not facts.displays:
        return item("displays", "amber", "none", "displays")
    return item("displays", "green", "some", count=facts.displays)


RULES: Final = (_panels, _pressed, _lights, _spares, _test_poll, _tablets, _displays)
