"""Every text field of every command there is, given what people and attackers give: read off the command types, so
that a field that is added is tried too."""

import unicodedata
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import msgspec
import pytest
from msgspec import inspect as mi

from appliance.core.names import as_meant, deceives
from appliance.core.refusals import Code, Refusal
from appliance.services.desk_commands import AnyCommand
from appliance.services.door import parse
from tests.house import fresh_id

SHA: Final = "a" * 64
SAMPLES: Final = {
    "^[\\w.:-]+$(?!\\n)": "x1",
    "^[0-9a-f]{64}$(?!\\n)": SHA,
    "^[0-9a-f]{128}$(?!\\n)": SHA * 2,
    "^(public|delegates|presiding|committee:.{1,200})$(?!\\n)": "committee:Ban Pháp chế",
}
UNBOUNDED: Final = {"KeyPaper.marks.{}", "ReplaceKeyed.marks.{}", "SortSlip.seen"}
"""Names that must be those of candidates, and a revision: looked up, never kept."""
WORD: Final = "Nguyễn Thị Ví Dụ"
HTML: Final = "<script>alert(1)</script>"


class Field(NamedTuple):
    """A text within a command; `place` is the way to it."""

    command: type
    place: tuple[str | int, ...]
    kind: mi.StrType
    needed: bool

    def __str__(self) -> str:
        return ".".join([self.command.__name__, *("{}" if p == "{}" else str(p) for p in self.place)])


def inside(type_: mi.Type) -> mi.Type:
    """What a field holds when it holds something."""
    if isinstance(type_, mi.Metadata):
        return inside(type_.type)
    if isinstance(type_, mi.UnionType):
        return next(inside(t) for t in type_.types if not isinstance(t, mi.NoneType))
    return type_


def sample(type_: mi.Type, *, whole: bool = True) -> Any:
    """A value that fits, with every field of every struct given when `whole`."""
    match inside(type_):
        case mi.StrType(pattern=str(pattern)):
            return SAMPLES.get(pattern) or fresh_id()
        case mi.StrType(min_length=least, max_length=most):
            return (WORD + " " * 99)[: most or 99].strip().ljust(least or 0, "m")
        case mi.IntType(ge=least, gt=above):
            return least if least is not None else (above or 0) + 1
        case mi.BoolType():
            return True
        case mi.EnumType(cls=enum):
            return next(iter(enum)).value
        case mi.LiteralType(values=values):
            return values[0]
        case mi.DateType():
            return "2026-12-18"
        case mi.DateTimeType():
            return "2026-12-18T08:00:00+07:00"
        case mi.VarTupleType(item_type=item):
            return [sample(item)]
        case mi.DictType(key_type=key, value_type=value):
            return {sample(key): sample(value)}
        case mi.StructType(fields=fields):
            return {f.encode_name: sample(f.type) for f in fields if f.encode_name != "seat" and (whole or f.required)}
    raise AssertionError(f"a test of every form does not know {type_}")


def texts(type_: mi.Type, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], mi.StrType]]:
    """Every text in it."""
    match inside(type_):
        case mi.StrType() as text:
            yield place, text
        case mi.VarTupleType(item_type=item):
            yield from texts(item, (*place, 0))
        case mi.DictType(key_type=key):
            yield from texts(key, (*place, "{}"))
        case mi.StructType(fields=fields):
            for field in fields:
                if field.encode_name != "seat":
                    yield from texts(field.type, (*place, field.encode_name))


COMMANDS: Final[dict[type, mi.StructType]] = {one.cls: one for one in mi.type_info(AnyCommand).types}  # type: ignore[attr-defined]
FIELDS: Final = [
    Field(one.cls, place, kind, next(f.required for f in one.fields if f.encode_name == place[0]))
    for one in COMMANDS.values()
    for place, kind in texts(one)
]
FREE: Final = [field for field in FIELDS if field.kind.pattern is None and str(field) not in UNBOUNDED]
NAMED: Final = [field for field in FIELDS if field.kind.pattern is not None]


def whole(command: type) -> dict[str, Any]:
    """The command with all its fields."""
    return {"type": command.__name__, **sample(COMMANDS[command])}


def given(field: Field, value: Any) -> bytes:
    """The command with this at that place."""
    command: Any = whole(field.command)
    spot: Any = command
    for step in field.place[:-1]:
        spot = spot[step]
    if field.place[-1] == "{}":
        spot[value] = spot.pop(next(iter(spot)))
    else:
        spot[field.place[-1]] = value
    return msgspec.json.encode(command)


def read(field: Field, command: Any) -> Any:
    """What stands at that place after decoding."""
    found = msgspec.to_builtins(command)
    for step in field.place:
        found = found[step]
    return found


def every(fields: list[Field]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("field", fields, ids=map(str, fields))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.__name__)
def test_the_sample_of_every_command_is_one(command: type) -> None:
    assert isinstance(parse(msgspec.json.encode(whole(command))), command)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.__name__)
def test_a_form_without_a_field_that_it_needs_is_refused(command: type) -> None:
    for field in COMMANDS[command].fields:
        if field.required:
            less = {name: value for name, value in whole(command).items() if name != field.encode_name}
            assert refused(msgspec.json.encode(less)) is Code.MALFORMED, field.encode_name


@every([*FREE, *NAMED])
def test_a_text_of_the_wrong_type_or_beyond_its_length_is_refused(field: Field) -> None:
    longest = field.kind.max_length
    assert longest is not None or field.kind.pattern is not None, "a text without a limit"
    too_long = "m" * (longest + 1 if longest is not None else 70_000)
    wrong: tuple[Any, ...] = (too_long, 7, ["m"], {"m": "m"}, True)
    for value in wrong:
        assert refused(given(field, value)) in {Code.MALFORMED, Code.TOO_LARGE}, value


@every(FREE)
def test_a_text_with_nothing_to_see_in_it_is_no_text(field: Field) -> None:
    for blank in ("", " ", "\n\t ", "\u200b", "\u00a0\ufeff", "\u3000"):
        found = parse(given(field, blank))
        if field.kind.min_length:
            assert isinstance(found, Refusal), repr(blank)
            assert found.code is Code.MALFORMED
        else:
            assert read_or(field, found) == "", repr(blank)


@every(FREE)
def test_two_keyboards_write_one_text(field: Field) -> None:
    length = field.kind.max_length or 99
    word = (WORD * 9)[: min(length, 60)].strip().ljust(field.kind.min_length or 0, "m")
    told, apart = parse(given(field, word)), parse(given(field, unicodedata.normalize("NFD", word)))
    assert not isinstance(told, Refusal)
    assert not isinstance(apart, Refusal), apart
    assert read_or(field, told) == read_or(field, apart) == word


@every(FREE)
def test_what_no_reader_would_see_is_refused_by_name(field: Field) -> None:
    for letter in "\x00\x1b\x7f\u202e\u2066\u200f":
        found = parse(given(field, f"Vi{letter}Du"))
        assert isinstance(found, Refusal)
        assert (found.code, found.detail) == (Code.TEXT_UNFIT, f"{last(field)}: U+{ord(letter):04X}")


@every([f for f in FREE if (f.kind.max_length or 99) >= len(HTML) and f.kind.min_length != f.kind.max_length])
def test_markup_is_a_text_like_any_other(field: Field) -> None:
    found = parse(given(field, HTML))
    assert not isinstance(found, Refusal), found
    assert read_or(field, found) == HTML


@every(NAMED)
def test_a_name_that_must_be_of_letters_and_digits_holds_no_markup_and_no_way_out_of_a_folder(field: Field) -> None:
    committee = "committee" in (field.kind.pattern or "")  # looked up among the committees on file
    for value in (HTML, "../../etc/passwd", "a/b", "a\\b", "", " ", "x\n", "m\u200b1"):
        assert refused(given(field, value)) is Code.MALFORMED or committee, repr(value)


@pytest.mark.parametrize("text", ["Nguyễn", "a\u200bb", "một\nhai", "\ttab", "👍", "\u00adsoft"])
def test_what_can_be_seen_stays_as_it_was_written(text: str) -> None:
    assert (as_meant(text), deceives(text)) == (text, None)


def refused(raw: bytes) -> Code | None:
    found = parse(raw)
    return found.code if isinstance(found, Refusal) else None


def read_or(field: Field, command: Any) -> Any:
    """What stands there; a field left at its default is not told."""
    try:
        return read(field, command)
    except KeyError:
        return ""


def last(field: Field) -> str:
    return next(str(step) for step in reversed(field.place) if isinstance(step, str))
