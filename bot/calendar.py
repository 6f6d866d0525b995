"""Forums as calendar files (RFC 5545), for subscribing to and for adding one forum to a calendar.

Each forum is an event of its own, not an instance of a recurring one: so a forum that moves or is cancelled does so in
every calendar program, and in a file of its own too.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event, vUri

from knowledge.forums.content import Series
from knowledge.forums.occurrences import NO_CHANGES, Changes, Occurrence, Standing, occurrences, remark

ALL = "Compact forums"
_BACK, _AHEAD = timedelta(days=366), timedelta(days=2 * 366)
_ASK_AGAIN = timedelta(hours=6)


def shown_around(series: Iterable[Series], today: date, changes: Changes = NO_CHANGES) -> list[Occurrence]:
    """The forums that a calendar shows: those of the year before `today` and of the two years after, unless left out."""
    around = (found for each in series for found in occurrences(each, today - _BACK, today + _AHEAD, changes))
    return [each for each in around if each.standing is not Standing.LEFT_OUT]


def calendar_file(name: str, shown: Sequence[Occurrence]) -> bytes:
    """A calendar called `name` with these occurrences, at least one. The same ones always give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//compactbot//forums//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.calendar_name = name
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for each in shown:
        calendar.add_component(_event(each))
    # The clock changes of the years around: without bounds, they are listed from 1970 on.
    first, last = min(each.starts.year for each in shown), max(each.ends.year for each in shown)
    calendar.add_missing_timezones(first_date=date(first - 1, 1, 1), last_date=date(last + 2, 1, 1))
    made: bytes = calendar.to_ical()
    return made


def _event(occurrence: Occurrence) -> Event:
    series, cancelled = occurrence.series, occurrence.standing is Standing.CANCELLED
    event = Event()
    event.add("uid", f"{series.id}-{occurrence.day.isoformat()}@compactbot")
    event.add("sequence", occurrence.revision)
    event.add("dtstamp", _revised(occurrence))
    event.add("dtstart", occurrence.starts)
    if occurrence.ends.fold:
        # In the hour that comes twice, an end on the clock would be taken for the first time round.
        event.add("duration", series.length)
    else:
        event.add("dtend", occurrence.ends)
    event.add("summary", f"Cancelled: {series.name}" if cancelled else series.name)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("description", _description(occurrence))
    event.add("location", occurrence.place or occurrence.link)
    if occurrence.link:
        event.add("url", vUri(occurrence.link))
    return event


def _revised(occurrence: Occurrence) -> datetime:
    """When the coordinators last changed it; until they do, the first day of the series stands for when it was made."""
    return (occurrence.revised or datetime.combine(occurrence.series.starts, time(), UTC)).astimezone(UTC)


def _description(occurrence: Occurrence) -> str:
    out_of_the_ordinary = remark(occurrence)
    lines = [f"{out_of_the_ordinary[0].upper()}{out_of_the_ordinary[1:]}."] if out_of_the_ordinary else []
    if occurrence.link:
        lines.append(f"Join: {occurrence.link}")
    if occurrence.agenda:
        lines.extend(["Agenda:", *(f"- {item}" for item in occurrence.agenda)])
    lines.append(f"Convenor: {occurrence.series.convenor}")
    return "\n".join(lines)
