"""The order of an agenda: whatever is moved, nothing is lost and every part follows its item."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.core import agenda_order as order_of
from appliance.core.plan import ItemKind, PlanItem


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str | None]:
    """Agendas of two levels."""
    row: dict[str, str | None] = {}
    for top in range(draw(st.integers(1, 6))):
        row[f"t{top}"] = None
        for part in range(draw(st.integers(0, 3))):
            row[f"t{top}.{part}"] = f"t{top}"
    return row


@given(rows(), st.data())
def test_moving_loses_nothing_and_keeps_parts_behind_their_item(
    row: dict[str, str | None], data: st.DataObject
) -> None:
    item = data.draw(st.sampled_from(list(row)))
    parent = data.draw(st.sampled_from([None, *row]))
    after = data.draw(st.sampled_from([None, *row]))
    if order_of.misplaced(row, item, parent, after):
        return
    moved = order_of.moved(row, item, parent, after)
    assert sorted(moved) == sorted(row)
    above = {**row, item: parent}
    top: str | None = None
    for name in moved:
        top = name if above[name] is None else top
        assert above[name] in {None, top}
    if after is not None:
        level = [name for name in moved if above[name] == parent]
        assert level[level.index(item) - 1] == after


@given(rows(), st.data())
def test_an_item_never_stands_under_itself_under_a_part_or_behind_a_stranger(
    row: dict[str, str | None], data: st.DataObject
) -> None:
    item = data.draw(st.sampled_from(list(row)))
    part = next((name for name, above in row.items() if above is not None), None)
    assert order_of.misplaced(row, item, item, None)
    assert order_of.misplaced(row, item, None, item)
    assert order_of.misplaced(row, item, None, "nobody")
    if part is not None:
        assert order_of.misplaced(row, item, part, None)


@given(rows())
def test_every_item_but_a_break_has_a_number_of_its_own(row: dict[str, str | None]) -> None:
    items = [PlanItem(item=name, title=name, parent=above) for name, above in row.items()]
    numbers = order_of.numbers(items)
    assert len(set(numbers.values())) == len(items)
    pause = PlanItem(item="pause", title="Nghỉ", kind=ItemKind.BREAK)
    assert order_of.numbers([*items, pause])["pause"] == ""


def test_parts_are_numbered_under_their_item_and_a_printed_number_stays() -> None:
    items = [
        PlanItem(item="a", title="a"),
        PlanItem(item="b", title="b", number="IV"),
        PlanItem(item="c", title="c", parent="b"),
        PlanItem(item="d", title="d"),
    ]
    assert list(order_of.numbers(items).values()) == ["1", "IV", "IV.1", "3"]
