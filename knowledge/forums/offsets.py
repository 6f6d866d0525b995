"""How long before or after a forum a reminder goes out: "P28D at 09:30", "P7D", "PT1H", "P1D after at 09:30".

The grammar: an ISO 8601 duration in weeks and days, or in hours and minutes; then, where it is not before the beginning,
"after", which counts from the end; then, for days, "at" and an hour. Days are those of the calendar where the forum is;
hours and minutes are time that goes by.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pydantic import TypeAdapter

from knowledge.forums.localtime import later, moment

_DURATION = re.compile(r"P(?=[0-9T])(?:[0-9]+W)?(?:[0-9]+D)?(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?)?", re.ASCII)
_OFFSET = re.compile(r"(?P<length>P\S+)(?P<after>\s+after)?(?:\s+at\s+(?P<at>\S+))?")
_HOUR = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_DURATIONS = TypeAdapter(timedelta)
_LONGEST = timedelta(days=366)


class OffsetError(ValueError):
    """Words that are no length of time, hour or offset; the message tells an editor what to write."""


@dataclass(frozen=True)
class Offset:
    """A length of time before a forum begins, or `after` it has ended.

    `by_calendar`: counted in days of the calendar, at the hour `at`, or where that is None at the series' own hour; else
    `length` is time that goes by. `words` are what identifies it: the same offset is always the same words.
    """

    words: str
    length: timedelta
    by_calendar: bool
    after: bool
    at: time | None

    def moment(self, starts: datetime, ends: datetime, hour: time) -> datetime:
        """When it falls, for a forum from `starts` to `ends`; days fall at `hour`, unless it has an hour of its own."""
        anchor, step = (ends, self.length) if self.after else (starts, -self.length)
        zone = anchor.tzinfo
        if self.by_calendar and zone:
            return moment(anchor.date() + step, self.at or hour, zone)
        return later(anchor, step)


def offset(words: str) -> Offset:
    """The offset that `words` tell. Raises OffsetError."""
    found = _OFFSET.fullmatch(words.strip())
    if not found:
        raise OffsetError("should be such as 'P28D at 09:30', 'PT1H' or 'P1D after at 09:30'")
    length = duration(found["length"])
    by_calendar = "T" not in found["length"]
    if not by_calendar and length >= timedelta(days=1):
        raise OffsetError("should count either days or hours: 'P2D' or 'PT2H', and hours for less than a day only")
    if not by_calendar and found["at"]:
        raise OffsetError("has an hour, which goes with days only: 'P1D at 09:30'")
    if length > _LONGEST:
        raise OffsetError("should be a year at most")
    at = clock_time(found["at"]) if found["at"] else None
    tail = (" after" if found["after"] else "") + (f" at {at:%H:%M}" if at else "")
    return Offset(found["length"] + tail, length, by_calendar, bool(found["after"]), at)


def duration(words: str) -> timedelta:
    """The length of an ISO 8601 duration in weeks, days, hours and minutes. Raises OffsetError."""
    if not _DURATION.fullmatch(words):
        raise OffsetError(
            "should be a length of time such as 'P28D' (days), 'P4W' (weeks) or 'PT1H30M' (hours, minutes)"
        )
    try:
        return _DURATIONS.validate_python(words)
    except ValueError as error:
        raise OffsetError("is too long") from error


def clock_time(words: str) -> time:
    """The hour that `words` such as "09:30" tell. Raises OffsetError."""
    if not _HOUR.fullmatch(words):
        raise OffsetError("should be an hour such as '09:30', of two figures, a colon and two figures")
    return time.fromisoformat(words)
