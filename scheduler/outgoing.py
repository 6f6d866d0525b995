"""All that goes out about forums, and where: reminders to where they are announced, the rest to the coordinators."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.forums.records import DIGEST, Key
from knowledge.forums.content import Holds, ReminderPlan, Series
from knowledge.forums.occurrences import NO_CHANGES, Changes, Occurrence
from scheduler.reminders import Channels, Falling, falling

# On the day before, at the hour of the series' reminders.
_DIGEST_PLAN = ReminderPlan.model_validate({"when": "P1D", "holds": Holds.AGENDA_CALL})


@dataclass(frozen=True)
class Where:
    """The channels of each series: in which it is announced, and in which it is coordinated."""

    announced: Channels
    coordinated: Channels


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Something that goes out about a forum in one channel: `what` is a reminder's offset, or a digest."""

    occurrence: Occurrence
    plan: ReminderPlan
    what: str
    at: datetime
    channel: str

    @property
    def key(self) -> Key:
        """The forum."""
        return self.occurrence.key

    @property
    def public(self) -> bool:
        """Whether it is for those who may come, and not for the coordinators."""
        return self.what != DIGEST and self.plan.holds is not Holds.FOLLOW_UP


def outgoing(
    series: Iterable[Series], where: Where, since: datetime, until: datetime, changes: Changes = NO_CHANGES
) -> list[Outgoing]:
    """What goes out from `since` up to, but not at, `until`, in order of time.

    A follow-up goes to the coordinators. So does a digest, on the day before a forum that has reminders.
    """
    found = [each for one in series for each in _of_one(one, where, since, until, changes)]
    return sorted(found, key=lambda each: (each.at.timestamp(), each.key, each.what, each.channel))


def _of_one(series: Series, where: Where, since: datetime, until: datetime, changes: Changes) -> Iterator[Outgoing]:
    announced, coordinated = where.announced.get(series.id, ()), where.coordinated.get(series.id, ())
    if not series.reminders or not (announced or coordinated):
        return
    for found in falling(series, (*series.reminders, _DIGEST_PLAN), since, until, changes):
        for_coordinators = found.plan is _DIGEST_PLAN or found.plan.holds is Holds.FOLLOW_UP
        for channel in coordinated if for_coordinators else announced:
            yield _outgoing(found, channel)


def _outgoing(found: Falling, channel: str) -> Outgoing:
    what = DIGEST if found.plan is _DIGEST_PLAN else found.plan.when.words
    return Outgoing(found.occurrence, found.plan, what, found.at, channel)
