"""How a member sees and hears the screens: their own alone, the newest counts, still there after a restart."""

from pathlib import Path

from appliance.adapters.sql.registry import SqlRegistry
from appliance.core.refusals import Code
from appliance.services import desk_commands as d
from appliance.services.on_file import Ease, Spoken, TextSize
from tests.house import CLERK, member
from tests.services.reception import Reception, accepted, code


def test_a_members_wish_is_still_known_after_a_restart(tmp_path: Path) -> None:
    house = Reception.of(SqlRegistry(tmp_path / "registry.db"))
    accepted(house.at_desk(d.SetEase, member(2), size=TextSize.LARGE))
    accepted(house.at_desk(d.SetEase, member(2), size=TextSize.HUGE, contrast=True, spoken=Spoken.ALL))
    assert SqlRegistry(tmp_path / "registry.db").load().eases == {"m02": Ease("m02", TextSize.HUGE, True, Spoken.ALL)}


def test_who_is_no_member_has_none() -> None:
    house = Reception.of()
    assert code(house.at_desk(d.SetEase, CLERK, size=TextSize.HUGE)) is Code.NOT_A_MEMBER
    assert house.on_file.eases == {}
