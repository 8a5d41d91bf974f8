"""A client that does not read, and one that is dead, delay nobody."""

import socket
from pathlib import Path
from typing import Final

from tests.faults.appliance_process import POLL, Appliance, appliance
from tests.faults.council import CHAIR, CLERK, HALL
from tests.faults.tablet import Tablet
from tests.house import fresh_id, name_of

LONG: Final = "Nội dung rất dài. " * 100
"""An agenda of such titles makes each push large: what a client does not read piles up fast."""
AT_MOST: Final = 120
"""Items until the server must have let go of a client that reads nothing: 18 MB, far beyond its backlog and what
the kernel keeps, and long before the ping that such a client does not answer either."""


def clients_of(house: Appliance) -> int:
    """How many the server says are connected."""
    return int(house.request("GET", "/healthz")[1]["clients"])


def add_item(house: Appliance, number: int, *seen_by: Tablet) -> None:
    """One long agenda item, seen by these screens when this returns."""
    item = f"long{number}"
    house.did(CLERK, "AddItem", item=item, number=str(number), title=LONG)
    for tablet in seen_by:
        tablet.until(lambda tablet=tablet: tablet.view["agenda"][-1]["item"] == item)  # type: ignore[misc]


def add_items_until(house: Appliance, quick: list[Tablet], clients: int) -> int:
    """One item after the other, each seen by the quick ones before the next, until so many are connected."""
    for number in range(1, AT_MOST + 1):
        add_item(house, number, *quick)
        if clients_of(house) == clients:
            return number
    raise AssertionError(f"after {AT_MOST} pushes that nobody reads, {clients_of(house)} clients are connected")


def test_a_client_that_never_reads_is_let_go_and_the_others_get_every_push(tmp_path: Path) -> None:
    with appliance(tmp_path) as house:
        house.open_poll(present=9)
        quick = [house.tablet(name_of(1)), house.tablet(HALL)]
        slow = house.tablet(name_of(2), receive_buffer=4096)
        items = add_items_until(house, quick, clients=len(quick))

        before = len(slow.heard)
        slow.until_gone()
        assert len(slow.heard) - before < items, "it was let go before it could get everything"
        again = house.tablet(name_of(2))
        assert again.view == {**quick[0].view, "mine": again.view["mine"]}, "the snapshot has what was missed"
        assert again.ask({"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"})["accepted"]


def test_a_client_that_reads_late_but_not_too_late_has_missed_nothing(tmp_path: Path) -> None:
    with appliance(tmp_path) as house:
        house.open_poll(present=9)
        quick, late = house.tablet(HALL), house.tablet(HALL, receive_buffer=4096)
        for number in range(1, 21):
            add_item(house, number, quick)
        late.until(lambda: late.view["agenda"] == quick.view["agenda"])
        assert late.seq == quick.seq


def test_devices_that_die_in_mid_vote_take_nobody_with_them(tmp_path: Path) -> None:
    with appliance(tmp_path) as house:
        house.open_poll(present=20)
        hall, living = house.tablet(HALL), house.tablet(name_of(1))
        dying = [house.tablet(name_of(i)) for i in range(2, 12)]
        for tablet in dying:
            tablet.give({"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "for"})
            tablet.reset()
        half = socket.create_connection(("127.0.0.1", house.port))
        half.sendall(b"POST /api/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{")
        assert living.ask({"type": "CastBallot", "id": fresh_id(), "poll": POLL, "choice": "against"})["accepted"]
        half.close()
        hall.until(lambda: hall.view["progress"]["pressed"] >= 1)
        assert house.did(CHAIR, "ClosePoll", poll=POLL)
        hall.until(lambda: hall.poll["state"] == "closed")
        assert clients_of(house) <= 2 + len(dying)
