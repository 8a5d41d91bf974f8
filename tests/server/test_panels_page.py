"""The panels' page: boxes joined with seats, orders passed on by those who may, every one of them in the audit."""

import json
from typing import Any

import pytest
import requests
from msgspec.structs import replace

from appliance.core.people import Actor, Role
from appliance.services import panels as service
from appliance.services.on_file import Put, SeatMap
from appliance.services.panel_words import Pairing
from tests.house import cast, close_poll, convene, open_poll, sit
from tests.server.a_panels_process import HOUSE, APanelsProcess
from tests.server.running import WAIT_SECONDS, Running


def ask(server: Running, session: requests.Session, **order: Any) -> Any:
    answer = session.post(f"{server.base}/api/panels/orders", json=order, timeout=WAIT_SECONDS)
    said = answer.json()
    assert answer.status_code == (200 if said["accepted"] else answer.status_code)
    return said


def page(server: Running, session: requests.Session) -> Any:
    return session.get(f"{server.base}/api/panels", timeout=WAIT_SECONDS).json()


def audit(server: Running) -> list[tuple[str, str, Any, Any]]:
    notes = [note for _, note in server.parts.sign_in.registry.store.audit()]
    return [(n.by, n.what, json.loads(n.before), json.loads(n.after)) for n in notes]


def test_the_page_shows_each_box_at_its_seat_and_who_sits_there(server: Running) -> None:
    APanelsProcess(server).join()
    server.parts.sign_in.registry.change("clerk", "SaveSeatMap", lambda _: (Put(SeatMap((("A5", "", "A1"), ("A2",)))),))
    found = page(server, server.sign_in("technician"))
    assert found["online"] is True
    assert [b["bus"] for b in found["buses"]] == ["hall", "stage"]
    assert found["buses"][1]["why"] == "unplugged"
    assert [p["serial"] for p in found["panels"]] == ["gpio:A5", "p1", "p2", "p8", "p9"]
    assert found["rows"] == [["A5", "", "A1"], ["A2"]]
    assert [(s["seat"], s["member"]) for s in found["seats"][:2]] == [("A5", "m05"), ("A1", "m01")]
    assert found["panels"][2]["seen"] == "2026-12-18T01:00:00Z"


@pytest.mark.parametrize("who", ["m01", "chair", "hall"])
def test_whom_the_boxes_do_not_concern_sees_none_and_orders_nothing(server: Running, who: str) -> None:
    boxes = APanelsProcess(server).join()
    session = server.sign_in(who)
    assert session.get(f"{server.base}/api/panels", timeout=WAIT_SECONDS).status_code == 403
    assert ask(server, session, do="swap", seat="A1", to="tablet")["refusal"] == "not-allowed"
    assert "panels" not in session.get(f"{server.base}/api/snapshot", timeout=WAIT_SECONDS).json()["view"]
    assert boxes.orders == []


def test_the_section_follows_the_house_and_says_that_it_is_away(server: Running) -> None:
    boxes = APanelsProcess(server)
    desk = server.enter("technician")
    boxes.join()
    desk.wait_for("push", lambda p: (p["changed"].get("panels") or {}).get("online") is True)
    boxes.tell(replace(HOUSE, pairing=Pairing(bus="hall", found="p7")))
    desk.wait_for("push", lambda p: ((p["changed"].get("panels") or {}).get("pairing") or {}).get("found") == "p7")
    boxes.leave()
    desk.wait_for("push", lambda p: (p["changed"].get("panels") or {}).get("online") is False)


def test_a_line_that_only_counts_on_draws_no_screen_anew_but_the_page_has_it(server: Running) -> None:
    boxes = APanelsProcess(server).join()
    told = list[int]()
    boxes.panels.listeners.append(lambda: told.append(1))
    noisy = [replace(HOUSE, buses=(replace(HOUSE.buses[0], bad_frames=n), HOUSE.buses[1])) for n in range(1, 5)]
    for house in noisy:
        boxes.tell(house)
    assert len(told) <= 1
    technician = server.sign_in("technician")
    assert page(server, technician)["buses"][0]["bad_frames"] == 4
    boxes.tell(replace(noisy[-1], pairing=Pairing(bus="hall")))
    assert len(told) >= 1


def test_which_button_is_held_is_shown_in_a_test_and_at_no_other_time(server: Running) -> None:
    """A finger on a button during a vote is a choice, and until the vote is closed nobody sees another's."""
    held = replace(HOUSE, panels=(replace(HOUSE.panels[0], down=(True, False, False)),))
    boxes = APanelsProcess(server, held).join()
    technician = server.sign_in("technician")
    assert page(server, technician)["panels"][0]["down"] == []
    boxes.tell(replace(held, testing=True))
    assert page(server, technician)["panels"][0]["down"] == [True, False, False]


def test_a_dead_panel_is_replaced_by_a_tablet_in_mid_poll_and_its_ballot_stands(server: Running) -> None:
    boxes = APanelsProcess(server).join()
    cast(open_poll(sit(convene(server), present=5)), yes=2, no=0, none=0)
    clerk = server.sign_in("clerk")
    assert ask(server, clerk, do="swap", seat="A1", to="tablet")["accepted"] is True
    assert [(o.do, o.serial, o.seat) for o in boxes.orders] == [("seat", "p1", None)]
    close_poll(server)
    assert len(server.state.ballots["p1"]) == 2
    asked, done = audit(server)[-2:]
    assert asked[:2] == ("clerk", "SwapPanel")
    assert (asked[2]["panels"], asked[3]["panels"]) == ({"p1": {"seat": "A1"}}, {"p1": {"seat": None}})
    assert done[:2] == ("clerk", "PanelOrderDone")


def test_a_spare_takes_the_place_of_a_panel_and_the_old_one_is_a_spare(server: Running) -> None:
    APanelsProcess(server).join()
    technician = server.sign_in("technician")
    assert ask(server, technician, do="swap", seat="A2", to="p9")["accepted"] is True
    assert {p["serial"]: p["seat"] for p in page(server, technician)["panels"]} == {
        "p1": "A1", "p2": None, "p9": "A2", "p8": None, "gpio:A5": "A5"
    }  # fmt: skip


def test_two_orders_in_one_breath_mean_the_house_as_the_first_has_left_it(server: Running) -> None:
    """The process tells of its boxes four times a second at most; a second swap must not free the first one's panel."""
    boxes = APanelsProcess(server, late=True).join()
    clerk = server.sign_in("clerk")
    assert ask(server, clerk, do="swap", seat="A1", to="p9")["accepted"] is True
    assert ask(server, clerk, do="swap", seat="A1", to="tablet")["accepted"] is True
    assert [(o.serial, o.seat) for o in boxes.orders] == [("p9", "A1"), ("p9", None)]
    technician = server.sign_in("technician")
    assert ask(server, technician, do="test", on=True)["accepted"] is True
    assert ask(server, technician, do="light", serial="p1", lights=[True, False, True])["accepted"] is True
    assert ask(server, technician, do="forget", serial="p9")["accepted"] is True
    assert ask(server, technician, do="locate", serial="p9", on=True)["refusal"] == "panel-not-found"


def test_a_wired_panel_goes_out_of_use_for_a_tablet_and_comes_back_to_its_own_seat(server: Running) -> None:
    """Its wires stay and its process still serves it: so nothing that comes from there is taken."""
    boxes = APanelsProcess(server).join()
    clerk = server.sign_in("clerk")
    sit(convene(server), present=5)
    order = {"do": "swap", "seat": "A5", "to": "tablet", "id": "o-1"}
    assert ask(server, clerk, **order)["accepted"] is True
    assert ask(server, clerk, **order)["accepted"] is True
    assert boxes.panels.retired() == {"A5"}
    assert {p["serial"]: p["seat"] for p in page(server, clerk)["panels"]}["gpio:A5"] is None
    seats = server.on_hub(lambda: server.parts.screens.snapshot(Actor(Role.PANELS, "panels"), "panels"))
    assert "A5" not in {seat["seat"] for seat in json.loads(seats)["view"]["seats"]}
    boxes.tell(boxes.house)
    assert boxes.panels.house is not None
    assert boxes.panels.house.at("A5") is None
    technician = server.sign_in("technician")
    assert ask(server, technician, do="seat", serial="gpio:A5", seat="A3")["refusal"] == "panel-fixed"
    assert ask(server, technician, do="swap", seat="A5", to="gpio:A5")["accepted"] is True
    assert boxes.panels.retired() == frozenset()
    assert boxes.panels.house.at("A5") is not None
    assert boxes.orders == []
    assert [line[:2] for line in audit(server)][-1] == ("technician", "SwapPanel")


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        ({"do": "swap", "seat": "A1", "to": "p0"}, "panel-not-found"),
        ({"do": "swap", "seat": "A1", "to": "p2"}, "panel-not-spare"),
        ({"do": "swap", "seat": "A1", "to": "p8"}, "panel-offline"),
        ({"do": "swap", "seat": "Z9", "to": "p9"}, "seat-unknown"),
        ({"do": "swap", "seat": "A3", "to": "tablet"}, "seat-without-panel"),
        ({"do": "seat", "serial": "gpio:A5", "seat": "A3"}, "panel-fixed"),
        ({"do": "seat", "serial": "p9", "seat": "Z9"}, "seat-unknown"),
        ({"do": "seat", "serial": "p0", "seat": "A3"}, "panel-not-found"),
        ({"do": "pair-start", "bus": "cellar"}, "bus-unknown"),
        ({"do": "pair-start", "bus": "stage"}, "bus-offline"),
        ({"do": "pair-stop"}, "pairing-not-underway"),
        ({"do": "take", "serial": "p7", "seat": "A3"}, "pairing-not-underway"),
        ({"do": "forget", "serial": "p0"}, "panel-not-found"),
        ({"do": "forget", "serial": "gpio:A5"}, "panel-fixed"),
        ({"do": "locate", "serial": "p2", "on": True}, "panel-offline"),
        ({"do": "light", "serial": "p1", "lights": [True, False, False]}, "panels-not-testing"),
        ({"do": "explode"}, "malformed"),
        ({"do": "swap", "seat": "A1"}, "malformed"),
        ({"do": "light", "serial": "p1", "lights": [True]}, "malformed"),
    ],
)
def test_what_cannot_be_is_refused_and_no_box_hears_of_it(server: Running, order: Any, refusal: str) -> None:
    boxes = APanelsProcess(server).join()
    before = audit(server)
    assert ask(server, server.sign_in("technician"), **order)["refusal"] == refusal
    assert boxes.orders == []
    assert [line for line in audit(server) if line not in before and line[1] != "SignIn"] == []


def test_a_panel_that_was_found_is_taken_once_and_only_to_a_free_seat(server: Running) -> None:
    boxes = APanelsProcess(server, replace(HOUSE, pairing=Pairing(bus="hall", found="p7"))).join()
    technician = server.sign_in("technician")
    assert ask(server, technician, do="pair-start", bus="hall")["refusal"] == "pairing-underway"
    assert ask(server, technician, do="take", serial="p6", seat="A3")["refusal"] == "panel-not-found"
    assert ask(server, technician, do="take", serial="p7", seat="A1")["refusal"] == "seat-has-panel"
    assert ask(server, technician, do="take", serial="p7", seat="A3")["accepted"] is True
    assert [(o.do, o.serial, o.seat) for o in boxes.orders] == [("take", "p7", "A3")]


@pytest.mark.parametrize("do", ["pair-start", "take", "forget", "seat", "test", "light"])
def test_the_clerk_swaps_and_locates_and_does_nothing_else(server: Running, do: str) -> None:
    APanelsProcess(server).join()
    every: dict[str, dict[str, Any]] = {
        "pair-start": {"bus": "hall"}, "take": {"serial": "p7"}, "forget": {"serial": "p1"},
        "seat": {"serial": "p1"}, "test": {"on": True}, "light": {"serial": "p1", "lights": [True, True, True]},
    }  # fmt: skip
    fields = every[do]
    clerk = server.sign_in("clerk")
    assert ask(server, clerk, do=do, **fields)["refusal"] == "not-allowed"
    assert ask(server, clerk, do="locate", serial="p1", on=True)["accepted"] is True


def test_the_same_order_again_gets_the_first_answer_and_is_done_once(server: Running) -> None:
    boxes = APanelsProcess(server).join()
    clerk = server.sign_in("clerk")
    order = {"do": "swap", "seat": "A1", "to": "tablet", "id": "o-1"}
    first = ask(server, clerk, **order)
    assert ask(server, clerk, **order) == first
    server.parts.panels._answered.clear()  # type: ignore[union-attr]  # as after a restart: the audit knows it
    assert ask(server, clerk, **order) == first
    assert ask(server, clerk, **{**order, "seat": "A2"})["refusal"] == "id-reused"
    assert len(boxes.orders) == 1


def test_what_the_panels_process_refuses_is_told_and_is_in_the_audit(server: Running) -> None:
    boxes = APanelsProcess(server, refuses="storage-fault").join()
    said = ask(server, server.sign_in("clerk"), do="swap", seat="A1", to="tablet")
    assert (said["refusal"], said["fault"]) == ("storage-fault", True)
    _, what, before, after = audit(server)[-1]
    told = {"done": False, "refusal": "storage-fault", "detail": ""}
    assert (what, before, after) == ("PanelOrderRefused", {}, {"panel_orders": {boxes.orders[0].id: told}})


def test_without_a_panels_process_an_order_is_refused_at_once(server: Running) -> None:
    said = ask(server, server.sign_in("clerk"), do="swap", seat="A1", to="tablet")
    assert (said["refusal"], said["fault"]) == ("panels-offline", True)


def test_a_panels_process_that_says_nothing_or_ends_keeps_nobody_waiting(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ANSWER_SECONDS", 0.05)
    APanelsProcess(server, silent=True).join()
    clerk = server.sign_in("clerk")
    assert ask(server, clerk, do="swap", seat="A1", to="tablet")["refusal"] == "panels-offline"
    assert audit(server)[-1][1] == "PanelOrderRefused"


def test_no_test_begins_during_a_vote_and_a_vote_ends_one_that_runs(server: Running) -> None:
    """Presses count nothing in a test: the hall would press in vain."""
    boxes = APanelsProcess(server).join()
    technician = server.sign_in("technician")
    assert ask(server, technician, do="test", on=True)["accepted"] is True
    open_poll(sit(convene(server), present=5))
    assert [(o.do, o.on) for o in boxes.orders] == [("test", True), ("test", False)]
    assert ask(server, technician, do="test", on=True)["refusal"] == "another-poll-running"
    boxes.tell(replace(boxes.house, testing=True))
    assert [(o.do, o.on) for o in boxes.orders][-1] == ("test", False)


def test_a_disk_that_refuses_the_audit_lets_no_order_out(server: Running) -> None:
    boxes = APanelsProcess(server).join()
    clerk = server.sign_in("clerk")
    server.parts.sign_in.registry.store.broken = True  # type: ignore[attr-defined]
    assert ask(server, clerk, do="swap", seat="A1", to="tablet")["refusal"] == "storage-fault"
    assert boxes.orders == []
