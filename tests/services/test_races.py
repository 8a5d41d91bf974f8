"""Two threads, or two processes, at the same record: exactly one wins and the other is told."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from appliance.adapters.memory_registry import MemoryRegistry
from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.refusals import Code
from appliance.services import desk_commands as d
from appliance.services.desk_commands import NoteAbsence
from appliance.services.on_file import Member
from appliance.services.registry import RegistryStore
from tests.house import fresh_id
from tests.services.reception import CLERK, HOME, Reception, code


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run all at the same moment, each on its own thread; their answers in order."""
    answers: list[object] = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def run(i: int, call: Callable[[], object]) -> None:
        ready.wait()
        answers[i] = call()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> RegistryStore:
    return MemoryRegistry() if request.param == "memory" else SqlRegistry(tmp_path / "registry.db")


@pytest.mark.parametrize("round_", range(5))
def test_of_two_tablets_that_enrol_the_same_card_exactly_one_wins(store: RegistryStore, round_: int) -> None:
    house = Reception.of(store)
    card = house.card("m02")
    answers = at_once(
        lambda: house.sign_in.with_card(card, "2846", "one", HOME),
        lambda: house.sign_in.with_card(card, "5173", "two", HOME),
    )
    codes = [code(a) for a in answers]
    assert sorted(codes, key=str) == sorted([None, Code.PIN_WRONG], key=str), "the loser's PIN was never set"
    winner = codes.index(None)
    assert code(house.sign_in.with_card(card, ("2846", "5173")[winner], ("one", "two")[winner], HOME)) is None


def test_two_tablets_with_the_same_new_pin_enrol_one_and_ask_for_the_other(store: RegistryStore) -> None:
    house = Reception.of(store)
    card = house.card("m02")
    answers = at_once(
        lambda: house.sign_in.with_card(card, "2846", "one", HOME),
        lambda: house.sign_in.with_card(card, "2846", "two", HOME),
    )
    assert {code(a) for a in answers} == {None, Code.TABLET_NEEDS_APPROVAL}
    assert len(house.sign_in.requests().tablets) == 1


def test_a_double_tap_on_one_tablet_signs_in_twice_and_harms_nothing(store: RegistryStore) -> None:
    house = Reception.of(store)
    card = house.card("m02")
    answers = at_once(*(lambda: house.sign_in.with_card(card, "2846", "one", HOME) for _ in range(2)))
    assert [code(a) for a in answers] == [None, None]


def test_a_desk_command_given_twice_at_once_is_done_once(store: RegistryStore) -> None:
    house = Reception.of(store)
    command = NoteAbsence(id=fresh_id(), member="m02", reason="ốm")
    answers = at_once(*(lambda: house.desk.handle(command, CLERK) for _ in range(4)))
    assert [code(a) for a in answers] == [None] * 4
    assert [n.what for _, n in store.audit()].count("NoteAbsence") == 1


def test_a_card_revoked_while_its_member_signs_in_leaves_nobody_signed_in(store: RegistryStore) -> None:
    house = Reception.of(store)
    card, _ = house.enrolled("m02")
    at_once(
        lambda: house.sign_in.with_card(card, "2846", "tablet", HOME),
        lambda: house.at_desk(d.RevokeAccess, person="m02"),
    )
    assert not [s for s in house.on_file.sessions.values() if s.person == "m02"]


def test_two_processes_that_change_the_registry_lose_nothing(tmp_path: Path) -> None:
    here = Reception.of(SqlRegistry(tmp_path / "registry.db"))
    there = Reception.of(SqlRegistry(tmp_path / "registry.db"))

    def ten(house: Reception, letter: str) -> None:
        for i in range(10):
            house.enrolment.add_members([Member(f"{letter}{i}", "Mẫu")])

    at_once(partial(ten, here, "h"), partial(ten, there, "t"))
    on_file = SqlRegistry(tmp_path / "registry.db").load()
    assert len(on_file.members) == 3 + 20
    here.registry.refresh()
    assert here.on_file == on_file
