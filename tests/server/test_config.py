"""The configuration: defaults, one file over them, and mistakes that are named."""

import tomllib
from pathlib import Path

import pytest

from appliance.config import Config, ConfigError, as_toml, load, rule_profile


def test_without_a_file_it_listens_on_loopback() -> None:
    config = load(None)
    assert (config.host, config.port, config.demo) == ("127.0.0.1", 8080, False)
    assert config.panel_socket == config.data / "panels.sock"


def test_a_file_is_over_the_defaults_and_the_command_line_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "appliance.toml"
    file.write_text('council = "HĐND xã Hồng Mẫu"\nport = 9000\ndata = "/srv/data"\n', encoding="utf-8")
    config = load(file, port=9001)
    assert (config.council, config.port, config.data) == ("HĐND xã Hồng Mẫu", 9001, Path("/srv/data"))


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = 70000", "port"),
        ("prot = 8080", "prot"),
        ("port = ", "Invalid value"),
        ('frames = "twice"', "frames"),
        ('[seats."07"]\nbutton_for = 40', "button_for"),
        ('[seats."07"]\nbutton_for = 4', "button_against"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "appliance.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        load(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load(tmp_path / "none.toml")


def test_what_is_printed_is_what_is_in_force(tmp_path: Path) -> None:
    file = tmp_path / "appliance.toml"
    names = ("button_for", "button_against", "button_abstain", "light_for", "light_against", "light_abstain")
    pins = "\n".join(f"{name} = {number}" for number, name in enumerate(names, start=4))
    file.write_text(f'council = "HĐND \\"xã\\""\nport = 9000\n[seats."07"]\n{pins}', encoding="utf-8")
    config = load(file)
    again = tmp_path / "again.toml"
    again.write_text(as_toml(config), encoding="utf-8")
    assert load(again) == config
    assert tomllib.loads(as_toml(Config()))["host"] == "127.0.0.1"


def test_the_rules_that_come_with_it_can_be_read() -> None:
    assert rule_profile(load(None).rules).ordinary.needed(27) == 14


def test_rules_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('name = "x"', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"rules\.toml"):
        rule_profile(file)
