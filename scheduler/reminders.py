"""Which reminders go out, when and where: worked out from the series alone, so that every replica finds the same."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from knowledge.forums.content import ReminderPlan, Series
from knowledge.forums.occurrences import NO_CHANGES, Changes, Occurrence, Standing, occurrences

Key = tuple[str, date, str, str]
Channels = Mapping[str, Collection[str]]
"""The channels in which each series is announced, by the series' id."""

# An offset of days can fall a day away from its count of hours, and another time zone's day is another day.
_MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder in one channel; `at` is in the series' time zone."""

    occurrence: Occurrence
    plan: ReminderPlan
    at: datetime
    channel: str

    @property
    def key(self) -> Key:
        """What makes it the one reminder it is: series, day of the occurrence, offset, channel."""
        return (*self.occurrence.key, self.plan.when.words, self.channel)


def planned(
    series: Iterable[Series], channels: Channels, since: datetime, until: datetime, changes: Changes = NO_CHANGES
) -> list[Reminder]:
    """The reminders that fall from `since` up to, but not at, `until`, in order of time.

    A forum that is cancelled or left out has none. Where a change of its hour puts a reminder on the wrong side of the
    forum (one from before after its beginning), that reminder falls away.
    """
    spoken_of = [each for each in series if channels.get(each.id)]
    due = [found for each in spoken_of for found in falling(each, each.reminders, since, until, changes)]
    due.sort(key=lambda found: (found.at.timestamp(), *found.occurrence.key, found.plan.when.words))
    return [
        Reminder(found.occurrence, found.plan, found.at, channel)
        for found in due
        for channel in channels[found.occurrence.series.id]
    ]


@dataclass(frozen=True)
class Falling:
    """A reminder, whichever the channel."""

    occurrence: Occurrence
    plan: ReminderPlan
    at: datetime


def falling(
    series: Series, plans: Sequence[ReminderPlan], since: datetime, until: datetime, changes: Changes
) -> Iterator[Falling]:
    """The reminders by `plans` that fall from `since` up to, but not at, `until`, forum by forum."""
    # In UTC, since Python compares two hours of one time zone as a clock shows them, though it may show one twice.
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    before = max((plan.when.length for plan in plans if not plan.when.after), default=timedelta())
    after = max((plan.when.length for plan in plans if plan.when.after), default=timedelta())
    first = (since - after - series.length - _MARGIN).date()
    last = (until + before + _MARGIN).date()
    for occurrence in occurrences(series, first, last, changes):
        if occurrence.standing is Standing.ON:
            for plan in plans:
                at = plan.when.moment(occurrence.starts, occurrence.ends, series.reminders_at)
                if since <= at < until and _in_its_place(occurrence, plan, at):
                    yield Falling(occurrence, plan, at)


def _in_its_place(occurrence: Occurrence, plan: ReminderPlan, at: datetime) -> bool:
    now = at.astimezone(UTC)
    return now >= occurrence.ends if plan.when.after else now < occurrence.starts
