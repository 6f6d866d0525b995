"""The leads' clock: by when a case should be acknowledged, and its stage be over, in working days.

Nothing of it is kept: it is worked out at reading, so that changed holidays or targets change open clocks.
Working days leave out weekends and bank holidays of England; the day on which something begins does not count.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handlers.concerns.records import Case
from knowledge.bankholidays import working_day_after
from knowledge.base import Knowledge
from knowledge.content import Compact

Targets = Mapping[str, int]
"""Working days that an owner sets in place of a Compact's own: by "cpft.acknowledge", or a stage as in "cpft.talking"."""

_ACKNOWLEDGE = "acknowledge"


@dataclass(frozen=True)
class Due:
    """A day by which something should be done, and how many working days have gone by since, up to today."""

    day: date
    late: int


@dataclass(frozen=True)
class Running:
    """The clocks of a case. None where there is no target, or where there is nothing to wait for any more."""

    acknowledgement: Due | None = None
    stage: Due | None = None

    @property
    def late(self) -> bool:
        """Whether something is late."""
        return any(due and due.late for due in (self.acknowledgement, self.stage))


def running(case: Case, knowledge: Knowledge, targets: Targets, now: datetime) -> Running:
    """The clocks of a case. `now` is in the time zone whose days count."""
    compact = knowledge.compacts.get(case.compact)
    if compact is None or case.closed:
        return Running()
    acknowledge = None if case.acknowledged else acknowledge_within(compact, targets)
    return Running(
        _due(case.filed, acknowledge, now), _due(case.stage_since, stage_within(compact, case.stage, targets), now)
    )


def acknowledge_within(compact: Compact, targets: Targets) -> int | None:
    """In how many working days a case should be acknowledged; None where nobody says."""
    return targets.get(f"{compact.id}.{_ACKNOWLEDGE}", compact.process.acknowledge_within)


def stage_within(compact: Compact, stage: str, targets: Targets) -> int | None:
    """In how many working days a stage should be over; None where nobody says."""
    own = next((each.within for each in compact.process.stages if each.id == stage), None)
    return targets.get(f"{compact.id}.{stage}", own)


def known_targets(knowledge: Knowledge) -> frozenset[str]:
    """What targets can be set for."""
    return frozenset(
        f"{compact.id}.{what}"
        for compact in knowledge.compacts.values()
        for what in (_ACKNOWLEDGE, *(stage.id for stage in compact.process.stages))
    )


def is_working_day(day: date) -> bool:
    """Whether a day is neither at a weekend nor a bank holiday."""
    return working_day_after(day - timedelta(days=1)) == day


def working_days(first: date, last: date) -> int:
    """How many working days there are after `first`, up to and with `last`."""
    count, day = 0, working_day_after(first)
    while day <= last:
        count, day = count + 1, working_day_after(day)
    return count


def _due(since: datetime, within: int | None, now: datetime) -> Due | None:
    if within is None:
        return None
    day = since.astimezone(now.tzinfo).date()
    for _ in range(within):
        day = working_day_after(day)
    return Due(day, working_days(day, now.date()))
