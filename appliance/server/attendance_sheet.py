"""The attendance sheet of a sitting, to be signed: who was there and when, who was away, and votes below the quorum."""

from msgspec import Struct

from appliance.core import minutes as m
from appliance.core.ledger import read
from appliance.core.minutes_draft import draft
from appliance.server import printing
from appliance.server.minutes_text import MinutesText
from appliance.server.parts import Parts
from appliance.server.words import Language
from appliance.services.registry import in_office


class Asked(Struct, frozen=True):
    """Which sheet: without a sitting the last one, without a meeting the newest."""

    ledger: str | None = None
    sitting: str | None = None
    blank: bool = False


class Line(Struct, frozen=True):
    """One row."""

    name: str
    office: str
    group: str
    stays: tuple[str, ...] = ()
    note: str = ""


class Overridden(Struct, frozen=True):
    """A vote that was opened below the quorum."""

    number: int
    present: int
    n: int


def lay_out(parts: Parts, asked: Asked, language: Language, home: str | None) -> str | None:
    """The page; None when there is no such meeting or sitting. Raises Fault."""
    ledger = asked.ledger or parts.store.head().ledger
    minutes = draft(read(body for _, _, body in parts.store.rows(ledger))) if ledger else None
    if asked.ledger and minutes is None:
        return None
    sitting = None if asked.blank or minutes is None else _sitting(minutes, asked.sitting)
    if asked.sitting and sitting is None:
        return None
    on_file, text = parts.sign_in.registry.on_file, MinutesText(parts.words, "vi")
    now = parts.clock.now().utc
    paper = printing.Paper(
        minutes.council if minutes is not None else on_file.council.name,
        language,
        date=sitting.opened.time if sitting is not None else None if parts.chamber.clock_unset() else now,
        demo=parts.demo,
        rehearsal=parts.chamber.rehearsal,
        home=home,
    )
    if sitting is None or minutes is None:
        blank = [Line(x.name, x.office, x.group) for x in in_office(on_file)]
        values: dict[str, object] = {"when": "……………………………", "totals": "", "lines": blank, "overridden": []}
    else:
        values = _of(minutes, sitting, text)
    return printing.sheet(
        parts.words,
        "attendance.html",
        paper,
        meeting=minutes.title if minutes is not None else "",
        others=_others(parts, minutes, sitting, language),
        **values,
    )


def _sitting(minutes: m.Minutes, name: str | None) -> m.SittingMinutes | None:
    wanted = [s for s in minutes.sittings if name is None or s.sitting == name]
    return wanted[-1] if wanted else None


def _of(minutes: m.Minutes, sitting: m.SittingMinutes, text: MinutesText) -> dict[str, object]:
    number = minutes.sittings.index(sitting) + 1
    here = {p.poll for passage in minutes.passages if passage.sitting == sitting.sitting for p in passage.polls}
    below = (
        Overridden(place, poll.present, poll.n)
        for place, poll in enumerate(minutes.polls, 1)
        if poll.poll in here and poll.quorum_overridden
    )
    return {
        "when": text.words.say(
            "vi", "print.attendance_sitting", sitting=text.sitting(sitting, number), date=text.date(sitting.opened)
        ),
        "totals": text.attendance(sitting),
        "lines": [
            Line(x.facts.name, x.facts.office, x.facts.group, text.stays(x), text.notes(x)) for x in sitting.roll
        ],
        "overridden": list(below),
    }


def _others(
    parts: Parts, minutes: m.Minutes | None, here: m.SittingMinutes | None, language: Language
) -> list[tuple[str, str, bool]]:
    """Name, address, and whether it is the one shown: the meeting's sittings, and the blank sheet."""
    text = MinutesText(parts.words, language)
    sittings = () if minutes is None else minutes.sittings
    found = [
        (text.sitting(s, number), f"/print/attendance?ledger={minutes.ledger if minutes else ''}&sitting={s.sitting}",
         here is not None and s.sitting == here.sitting)
        for number, s in enumerate(sittings, 1)
    ]  # fmt: skip
    return [*found, (parts.words.say(language, "print.attendance_empty"), "/print/attendance?blank=1", here is None)]
