"""What forums are handled by, and the forums that there are at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from handlers.concerns.desk import Desk
from handlers.forums.records import Changed, Key
from handlers.ports import Records
from knowledge.forums.content import Series
from knowledge.forums.occurrences import (
    Change,
    Changes,
    Occurrence,
    Standing,
    next_occurrence,
    occurrence_of,
    occurrences,
)


@dataclass(frozen=True)
class Hall:
    """What forums are handled by. `public_url`: where calendar files are found, without a "/" at its end; empty for nowhere."""

    desk: Desk
    series: tuple[Series, ...] = ()
    public_url: str = ""

    def one(self, name: str) -> Series | None:
        """The series of an id."""
        return next((each for each in self.series if each.id == name), None)

    def calendar(self, occurrence: Occurrence) -> str:
        """The address of a forum's calendar file; empty where there is none."""
        series, day = occurrence.key
        return f"{self.public_url}/forums/{series}/{day.isoformat()}.ics" if self.public_url else ""

    def feed(self, series: Series) -> str:
        """The address of the calendar of a series, to subscribe to; empty where there is none."""
        return f"{self.public_url}/forums/{series.id}.ics" if self.public_url else ""


@dataclass(frozen=True)
class Schedule:
    """When forums are held, with all that was changed, as it stands at a moment."""

    hall: Hall
    changes: Changes
    now: datetime

    def get(self, key: Key) -> Occurrence | None:
        """A forum; None where the series is not known or has none on that day."""
        series = self.hall.one(key[0])
        return occurrence_of(series, key[1], self.changes) if series else None

    def next(self, series: Series) -> Occurrence | None:
        """The next forum of a series that is held."""
        return next_occurrence(series, self.now, self.changes)

    def after(self, occurrence: Occurrence) -> Occurrence | None:
        """The forum of the same series that is held after one, or at the same time."""
        series, starts = occurrence.series, occurrence.starts
        others = (each for each in self.held_on(series, starts.date()) if each.key != occurrence.key)
        together = (each for each in others if each.starts.timestamp() == starts.timestamp())
        return next(together, None) or next_occurrence(series, starts, self.changes)

    def held_on(self, series: Series, day: date) -> list[Occurrence]:
        """The forums of a series that are held on a day, neither cancelled nor left out."""
        return [each for each in self.between(series, day, day) if each.standing is Standing.ON]

    def between(self, series: Series, first: date, last: date) -> list[Occurrence]:
        """The forums of a series on the days from `first` to `last`, those that are cancelled or left out among them."""
        return occurrences(series, first, last, self.changes)


def schedule(hall: Hall, records: Records, now: datetime) -> Schedule:
    """The forums that there are."""
    return Schedule(hall, changes(records.forums.changed()), now)


def changes(changed: Iterable[Changed]) -> Changes:
    """What was changed, as the calendar takes it."""
    return {each.key: each.change for each in changed}


def change_of(occurrence: Occurrence, schedule: Schedule) -> Change:
    """What the coordinators have changed about a forum so far."""
    return schedule.changes.get(occurrence.key, Change())
