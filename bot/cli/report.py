"""The command that counts concerns, with small counts left out."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from bot import composition, settings
from knowledge.base import Knowledge
from knowledge.periods import day_in_words

if TYPE_CHECKING:
    from handlers.concerns.report import Figures, Report

_YEAR = timedelta(days=365)
_NOT_SHOWN = "not shown, as smaller figures could be worked out from it"
_ADVICE = "Share one report a period: what lies between two that overlap can be worked out."
_Day = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_Day, help="The first day, as YYYY-MM-DD; a year before the last if left out.")
@click.option("--to", "last", type=_Day, help="The last day, as YYYY-MM-DD; today if left out.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def report(first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Count the concerns raised on the days from --from to --to, so that nobody can be told from the figures."""
    # Imported here: other commands start sooner without.
    from handlers.concerns import report as reporting

    loaded = settings.load()
    clock, known = composition.clock(loaded), composition.knowledge(loaded).knowledge
    until = last.date() if last else clock.now().date()
    since = first.date() if first else until - _YEAR
    if since > until:
        raise click.UsageError("--from should be the same day as --to, or an earlier one.")
    with composition.store(composition.database(loaded)).begin() as records:
        made = reporting.report(records.cases.all(), known, since, until, clock.zone)
    if as_json:
        click.echo(json.dumps(reporting.as_json(made), ensure_ascii=False))
    else:
        for line in _lines(made, known):
            click.echo(line)
    click.echo(_ADVICE, err=True)


def _lines(made: "Report", known: Knowledge) -> Iterator[str]:
    yield f"Concerns raised from {day_in_words(made.first)} to {day_in_words(made.last)}, as they stand now"
    yield f"All Compacts: {_NOT_SHOWN if made.filed is None else made.filed}"
    for figures in made.compacts:
        yield ""
        yield from _of_a_compact(figures, known)


def _of_a_compact(figures: "Figures", known: Knowledge) -> Iterator[str]:
    from handlers.concerns.report import FEWER, in_words

    compact = known.compacts[figures.compact]
    yield f"{compact.name}: {in_words(figures.filed)}"
    if figures.filed is None:
        return
    yield from (f"  {line}" for line in _standing(figures, {each.id: each.title for each in compact.process.stages}))
    yield "  By commitment:"
    yield from (f"    {name}: {number}" for name, number in figures.commitments)
    yield f"    every other one: {FEWER}"
    yield f"  Working days to acknowledge, median: {_median(figures.days_to_acknowledge)}"
    yield f"  Working days to close, median: {_median(figures.days_to_close)}"


def _standing(figures: "Figures", titles: dict[str, str]) -> Iterator[str]:
    from handlers.concerns.report import in_words
    from handlers.concerns.suppression import Cells, Halves

    match figures.standing:
        case Cells(stages, outcomes):
            yield from (f"Open, {titles[stage]}: {in_words(shown)}" for stage, shown in stages.items())
            yield from (f"Closed, {outcome}: {in_words(shown)}" for outcome, shown in outcomes.items())
        case Halves(opened, closed):
            yield f"Open: {opened}"
            yield f"Closed: {closed}"
            yield f"By stage and outcome: {_NOT_SHOWN}"
        case None:
            yield f"Open and closed, by stage and outcome: {_NOT_SHOWN}"


def _median(days: int | None) -> str:
    return "not shown, as too few came so far" if days is None else str(days)
