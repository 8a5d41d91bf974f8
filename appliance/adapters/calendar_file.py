"""The calendar as an iCalendar file (RFC 5545), which phones and offices subscribe to."""

from collections.abc import Iterable
from datetime import UTC

from icalendar import Calendar, Event

from appliance.services.calendar import Happening


def write_calendar(council: str, happenings: Iterable[Happening]) -> bytes:
    """The file. A sitting keeps its id, so that a calendar that reads it again moves it instead of adding one."""
    calendar = Calendar()
    calendar.add("prodid", "-//Nghi Truong//Lich hop//VI")
    calendar.add("version", "2.0")
    calendar.add("name", council)
    calendar.add("x-wr-calname", council)
    for happening in happenings:
        event = Event()
        event.add("uid", f"{happening.id}@nghi-truong")
        event.add("dtstamp", happening.told)
        event.add("dtstart", happening.begins.astimezone(UTC))
        event.add("dtend", happening.ends.astimezone(UTC))
        event.add("summary", happening.title)
        event.add("location", happening.place)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
