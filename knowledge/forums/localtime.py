"""From hours on a wall clock to moments, as RFC 5545 (3.3.5) has it where the clocks change.

An hour that comes twice (autumn) is its first. An hour that does not come (spring) is read on the clock as it ran before
the change: 01:30 on a Sunday in March, in London, is 02:30 summer time.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def moment(day: date, hour: time, zone: tzinfo) -> datetime:
    """The moment at which a clock on the wall in `zone` shows `hour` on `day`."""
    return later(datetime.combine(day, hour, zone), timedelta())


def later(than: datetime, by: timedelta) -> datetime:
    """The moment that is `by` later as time goes by, whatever the clocks do in between; on the same clock."""
    return (than.astimezone(UTC) + by).astimezone(than.tzinfo)
