"""How a panel comes to a hall and leaves it."""

import pytest

from appliance.panels.bus.joining import join, leave, who, who_is
from appliance.panels.bus.pairing_file import Paired
from appliance.panels.bus.reader import Heard
from firmware.panel import hall as halls
from firmware.panel import shows
from firmware.panel.frame import CALL, FORGET, KEY, OPEN, PAIRING_SECONDS, POLL, Frame, Key, unpack
from firmware.panel.hall import Hall
from tests.firmware.table import ADDRESS, BALLOT, FOR, PAIRED, SECRET, SERIAL, Table

RECORD = Paired(SERIAL.hex(), ADDRESS, "a", SECRET.hex(), None)


def exchange_with(table: Table, *, loses: int = 0):  # type: ignore[no-untyped-def]  # noqa: ANN201
    """The appliance's way to the panel, on which so many answers are lost."""
    left = [loses]

    def exchange(data: bytes, pleases: object, _: object) -> bool:
        answer = table.panel.frame(data, table.now)
        if answer is None:
            return False
        if left[0]:
            left[0] -= 1
            return False
        return bool(pleases(Heard(unpack(answer), answer)))  # type: ignore[operator]

    return exchange


def joined(table: Table, *, loses: int = 0) -> bool:
    """The whole of a pairing."""

    def say(data: bytes) -> None:
        assert table.panel.frame(data, table.now) is None

    return join(RECORD, exchange_with(table, loses=loses), say)


@pytest.mark.parametrize("loses", [0, 1, 2])
def test_a_new_panel_is_found_by_its_button_given_a_key_and_served(loses: int) -> None:
    table = Table(hall=None)
    asked = who(bytes(4))
    assert table.shown == shows.NO_HALL
    assert table.panel.frame(asked, table.now) is None, "nobody has pressed"
    table.tap(FOR)
    found = table.panel.frame(asked, table.now)
    assert found is not None
    assert who_is(Heard(unpack(found), found)) == SERIAL.hex()
    assert table.shown == shows.JOINING
    table.wait(60_000)
    assert joined(table, loses=loses)
    assert table.panel.hall is not None
    assert not table.panel.hall.proven
    table.serve(BALLOT)
    assert table.shown == BALLOT.pattern
    assert table.panel.hall.proven


def test_who_is_asked_too_late_or_by_another_gets_no_answer() -> None:
    table = Table(hall=None)
    table.tap(FOR)
    table.wait(PAIRING_SECONDS * 1000 + 1)
    assert table.panel.frame(who(bytes(4)), table.now) is None
    paired = Table()
    paired.serve()
    paired.tap(FOR)
    assert paired.panel.frame(who(bytes(4)), paired.now) is None, "it has a hall"


def test_a_key_is_taken_only_by_the_panel_that_was_called_and_only_soon() -> None:
    table = Table(hall=None)
    halves = [Frame(0, KEY, half, bytes(8)).pack() for half in (0, 1)]
    others = Frame(0, CALL, ADDRESS, b"anothers").pack()
    ours = Frame(0, CALL, ADDRESS, SERIAL).pack()
    for calls in ([], [others], [ours, others]):
        for data in (*calls, *halves):
            assert table.panel.frame(data, table.now) is None
        assert table.panel.hall is None
    table.panel.frame(ours, table.now)
    table.wait(2_001)
    assert [table.panel.frame(data, table.now) for data in halves] == [None, None]
    assert table.panel.hall is None
    assert table.panel.frame(halves[1], table.now) is None, "half a key is none"


def test_a_panel_with_a_hall_cannot_be_called_away() -> None:
    table = Table()
    table.serve()
    for data in (Frame(0, CALL, 9, SERIAL), Frame(0, KEY, 0, bytes(8)), Frame(0, KEY, 1, bytes(8))):
        assert table.panel.frame(data.pack(), table.now) is None
    assert table.panel.hall is PAIRED
    assert table.poll()


def test_a_hall_that_never_proved_its_key_does_not_keep_the_panel() -> None:
    """The appliance lost power before the pairing was durable there; the panel too has been off since."""
    table = Table(hall=Hall(ADDRESS, bytes(16), proven=False))
    assert table.shown == shows.JOINING
    table.tap(FOR)
    assert table.panel.frame(who(bytes(4)), table.now)
    assert joined(table)
    table.serve(BALLOT)


@pytest.mark.parametrize("loses", [0, 1])
def test_a_panel_forgets_its_hall_when_its_hall_says_so_and_answers_it_no_more(loses: int) -> None:
    table = Table()
    table.serve()
    table.tap(FOR)
    assert leave(RECORD, exchange_with(table, loses=loses), table.chance)
    assert table.panel.hall is None
    assert table.shown == shows.NO_HALL
    assert not any(table.poll() for _ in range(6))


def test_nobody_else_can_make_it_forget() -> None:
    table = Table()
    table.serve()
    for frame, key in (
        (Frame(ADDRESS, FORGET, 1, SERIAL), Key(bytes(16))),
        (Frame(ADDRESS, FORGET, 1, b"anothers"), table.key),
        (Frame(ADDRESS, FORGET, 1, SERIAL), None),
    ):
        assert table.panel.frame(frame.pack(key), table.now) is None
    assert table.poll()


def test_the_outer_two_buttons_from_power_on_make_it_forget_a_lost_hall_and_nothing_less_does() -> None:
    for down, held_ms, forgets in ((0b101, 10_000, True), (0b101, 9_999, False), (0b111, 20_000, False)):
        table = Table(down=down)
        table.wait(held_ms)
        table.panel.buttons(0, table.now)
        table.wait(20_000)
        assert (table.panel.hall is None) == forgets
    table = Table(down=0b101)
    table.wait(5_000)
    table.panel.buttons(0b100, table.now)
    table.panel.buttons(0b101, table.now)
    table.wait(20_000)
    assert table.panel.hall is PAIRED, "let go in between"


def test_what_stands_in_the_flash_is_read_back_and_a_damaged_file_is_no_hall() -> None:
    for proven in (False, True):
        read = halls.unpack(Hall(250, SECRET, proven).pack())
        assert read is not None
        assert (read.address, read.key, read.proven) == (250, SECRET, proven)
    data = PAIRED.pack()
    assert halls.unpack(b"") is None
    for cut in range(len(data)):
        assert halls.unpack(data[:cut]) is None
        assert halls.unpack(data[:cut] + bytes([data[cut] ^ 1]) + data[cut + 1 :]) is None
    assert halls.unpack(Hall(0, SECRET, proven=True).pack()) is None


def test_frames_of_no_kind_that_a_panel_knows_are_not_answered() -> None:
    for table in (Table(), Table(hall=None)):
        for address in (0, ADDRESS):
            for kind in set(range(256)) - {OPEN, POLL, FORGET}:
                assert table.panel.frame(Frame(address, kind, 2, SERIAL).pack(table.key), table.now) is None
