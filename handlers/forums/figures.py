"""Figures on concerns for the agenda item on the Compact: once for each forum, so that nobody can be told from two of them.

Of two reports on nearly the same time, the difference would tell how many concerns came in between. So one reminder alone
carries the figures, and each period begins where the one for the forum before ended.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from handlers.concerns.report import Figures, in_words, report
from handlers.concerns.suppression import FEWEST, Cells, Halves
from handlers.conversation import Text
from handlers.forums.hall import Schedule
from handlers.forums.telling import listed
from handlers.ports import Records
from knowledge.forums.content import Holds, ReminderPlan, Series
from knowledge.forums.occurrences import Occurrence, Standing
from knowledge.periods import day_in_words

_DAY = timedelta(days=1)
_BACK = timedelta(days=800)
_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True)
class Carried:
    """Which reminder carries the figures for a forum, on which day it goes out, and what days the figures are of."""

    plan: ReminderPlan
    on: date
    first: date
    last: date


def carried(occurrence: Occurrence, schedule: Schedule) -> Carried | None:
    """How the figures for a forum are told; None where its agenda has no item on the Compact, or nothing is sent before it."""
    series = occurrence.series
    plan = carrier(series)
    if plan is None or not series.compact_item:
        return None
    on = _goes_out(plan, occurrence)
    held = schedule.between(series, occurrence.starts.date() - _BACK, occurrence.starts.date())
    earlier = [each for each in held if each.standing is Standing.ON and _is_before(each, occurrence)]
    first = _goes_out(plan, earlier[-1]) if earlier else _BEGINNING
    return Carried(plan, on, first, max(on - _DAY, first))


def carrier(series: Series) -> ReminderPlan | None:
    """The reminder that carries the figures: the last call for the agenda, else the last that goes out before the forum."""
    before = [plan for plan in series.reminders if plan.holds is not Holds.FOLLOW_UP]
    calls = [plan for plan in before if plan.holds is Holds.AGENDA_CALL]
    return min(calls or before, key=lambda plan: plan.when.length, default=None)


def figures(occurrence: Occurrence, told: Carried, records: Records, schedule: Schedule) -> Text:
    """The figures for a forum, in a paragraph."""
    series, desk = occurrence.series, schedule.hall.desk
    cases = records.cases.all(compact=series.compact)
    zone = occurrence.starts.tzinfo or UTC
    made = report(cases, desk.knowledge, told.first, told.last, zone)
    own = next((each for each in made.compacts if each.compact == series.compact), Figures(series.compact, None))
    since = "Until" if told.first == _BEGINNING else f"From {day_in_words(told.first)} to"
    head = f"Concerns under the {desk.compact_name(series.compact)}. {since} {day_in_words(told.last)},"
    if own.filed is None:
        none = "were raised, or none at all. Smaller numbers are not told, so that nobody can be recognised."
        return Text(f"{head} {in_words(own.filed)} {none}")
    return Text(" ".join((f"{head} {own.filed} were raised.", *_standing(own, schedule), *_touched(own))))


def _standing(own: Figures, schedule: Schedule) -> Iterable[str]:
    match own.standing:
        case Cells(stages, outcomes):
            title = schedule.hall.desk.stage_title
            counts = [(title(own.compact, stage), number) for stage, number in stages.items()] + [*outcomes.items()]
            shown = [f"{name}: {number}" for name, number in counts if number]
            yield f"How they stand: {'; '.join(shown)}. What is not told is less than {FEWEST}."
        case Halves(opened, closed):
            yield f"{opened} are open and {closed} are closed."
        case None:
            return
        case _:
            assert_never(own.standing)


def _touched(own: Figures) -> Iterable[str]:
    if own.commitments:
        yield f"Most are about {listed(f'{name} ({number})' for name, number in own.commitments[:3])}."


def _goes_out(plan: ReminderPlan, occurrence: Occurrence) -> date:
    return plan.when.moment(occurrence.starts, occurrence.ends, occurrence.series.reminders_at).date()


def _is_before(occurrence: Occurrence, other: Occurrence) -> bool:
    return _moment(occurrence.starts) < _moment(other.starts)


def _moment(at: datetime) -> datetime:
    return at.astimezone(UTC)
