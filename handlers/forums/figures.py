"""Figures on concerns for the agenda item on the Compact: once for each forum, so that nobody can be told from two of them.

Of two reports on nearly the same time, the difference would tell how many concerns came in between. So one reminder alone
carries the figures. That they were told, and up to which day, is kept: the next ones begin there, whatever became of the
forum, of its series or of its reminders since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import assert_never

from handlers.concerns.report import Figures, in_words, report
from handlers.concerns.suppression import FEWEST, Cells, Halves
from handlers.conversation import Room, Text
from handlers.forums.hall import Schedule
from handlers.forums.records import Notice
from handlers.forums.telling import listed
from handlers.ports import Records
from knowledge.forums.content import Holds, ReminderPlan, Series
from knowledge.forums.occurrences import Occurrence
from knowledge.periods import day_in_words

FIGURES = "figures"
"""What it is called in the notices that figures were told for a forum, up to the day before."""

_DAY = timedelta(days=1)
_BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True)
class Carried:
    """Which reminder carries the figures for a forum, when it goes out, and what days the figures are of."""

    plan: ReminderPlan
    at: datetime
    first: date
    last: date

    @property
    def on(self) -> date:
        """The day on which it goes out."""
        return self.at.date()


def carried(occurrence: Occurrence, records: Records) -> Carried | None:
    """How the figures for a forum are told.

    None where its agenda has no item on the Compact, or nothing is sent before it, or they were told for it before, or those
    for another forum reach as far.
    """
    series = occurrence.series
    plan = carrier(series)
    if plan is None or not series.compact_item:
        return None
    at = plan.when.moment(occurrence.starts, occurrence.ends, series.reminders_at)
    told = [each for each in records.forums.said(series.id) if each.what == FIGURES]
    first = max((each.at.astimezone(series.zone).date() for each in told), default=_BEGINNING)
    if at.date() <= first or any(each.key == occurrence.key for each in told):
        return None
    return Carried(plan, at, first, at.date() - _DAY)


def note_told(occurrence: Occurrence, told: Carried, room: Room, records: Records) -> None:
    """Keep that the figures for a forum were told, in a channel or in several at once of which `room` is the first."""
    series, day = occurrence.key
    post = f"forum:{series}:{day.isoformat()}:{FIGURES}"
    records.forums.note(Notice(post, occurrence.key, FIGURES, room, told.at, public=False))


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
