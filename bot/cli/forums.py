"""Commands about forums: when the next ones are, what would go out, and calendar files, with all that was changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import click

from bot import composition, settings
from bot.forums import Kept, in_words, kept
from bot.forums import forums as series_of
from bot.settings import Settings
from handlers.forums.records import DIGEST
from knowledge.forums.content import FIRST_DAY, LAST_DAY, Holds, Series
from knowledge.forums.localtime import moment
from knowledge.forums.occurrences import Changes, Occurrence, next_occurrence, occurrences, remark
from knowledge.periods import day_in_words
from scheduler.outgoing import Where, outgoing
from scheduler.reminders import planned

_DAY = timedelta(days=1)
_NOWHERE = "-"
_MOST = 10 * 366 * _DAY
_EXAMPLES = (
    "These forums are made up, to show what can be done. Name a file of your own in FORUMS_PATH: see docs/forums.md."
)
_Day = click.DateTime(["%Y-%m-%d"])


@click.group()
def forums() -> None:
    """See when forums are held and which reminders go out."""


@forums.command("next")
def next_forums() -> None:
    """Show the next forum of each series."""
    loaded = settings.load()
    series, now = series_of(loaded), composition.clock(loaded).now()
    changes = _kept(loaded, series).changes
    for each in series:
        click.echo(f"{each.name} [{each.id}]")
        coming = next_occurrence(each, now, changes)
        for line in _told(coming) if coming else ["No more are planned."]:
            click.echo(f"  {line}")
    _say_whose(series, loaded)


@forums.command()
@click.option("--from", "first", type=_Day, help="The first day, as YYYY-MM-DD; today if left out.")
@click.option("--to", "last", type=_Day, help="The last day, as YYYY-MM-DD; a year later if left out.")
@click.option("--channel", "channels", multiple=True, help="A channel where the reminders go; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each reminder.")
def preview(first: datetime | None, last: datetime | None, channels: tuple[str, ...], *, as_json: bool) -> None:
    """Show every forum that would be held, and everything that would go out, in order of time."""
    loaded = settings.load()
    series = series_of(loaded)
    since = first.date() if first else composition.clock(loaded).now().date()
    until = last.date() if last else since + 365 * _DAY
    _check(since, until)
    known = _kept(loaded, series)
    sent = [found for each in series for found in _sent(each, since, until, channels, known)]
    if as_json:
        for each in sorted(sent, key=lambda each: (each.at.timestamp(), each.forum.key, each.what, each.channel)):
            click.echo(json.dumps(_as_json(each), ensure_ascii=False))
        return
    held = [found for each in series for found in occurrences(each, since, until, known.changes)]
    width = max((len(each.id) for each in series), default=0)
    lines = [(each.starts.timestamp(), _line(each, each.starts, width, _forum(each))) for each in held]
    lines += [(each.at.timestamp(), _line(each.forum, each.at, width, _told_of(each, known))) for each in sent]
    for _, line in sorted(lines):
        click.echo(line)
    _say_whose(series, loaded)


@forums.command()
@click.argument("name", metavar="[SERIES]", required=False)
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file to write; standard output if left out.")
def calendar(name: str | None, output: Path | None) -> None:
    """Write a calendar file of all forums, or of one SERIES."""
    # Imported here: the other commands need no calendar files.
    from bot.calendar import ALL, calendar_file, shown_around

    loaded = settings.load()
    known = {each.id: each for each in series_of(loaded)}
    if name is not None and name not in known:
        raise click.ClickException(f"There is no series “{name}”; known are: {', '.join(known) or 'none'}.")
    chosen = [known[name]] if name else list(known.values())
    shown = shown_around(chosen, composition.clock(loaded).now().date(), _kept(loaded, chosen).changes)
    if not shown:
        raise click.ClickException("There are no forums to put into a calendar.")
    made = calendar_file(chosen[0].name if name else ALL, shown)
    if output is None:
        click.echo(made, nl=False)
        return
    try:
        output.write_bytes(made)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error


def _check(since: date, until: date) -> None:
    if not FIRST_DAY <= since <= until <= LAST_DAY:
        raise click.UsageError(
            "--from should be a day from 2000 on, and --to the same day or a later one, before 2200."
        )
    if until - since > _MOST:
        raise click.UsageError("--from and --to should be ten years apart at most.")


@dataclass(frozen=True)
class _Sent:
    """Something that goes out about a forum in a channel: a reminder of an offset, or a digest."""

    forum: Occurrence
    what: str
    holds: Holds
    at: datetime
    channel: str


def _kept(loaded: Settings, series: Iterable[Series]) -> Kept:
    """What was changed and where forums are announced, as the database has it."""
    engine = composition.database(loaded)
    try:
        return kept(composition.store(engine), series)
    finally:
        engine.dispose()


def _sent(series: Series, since: date, until: date, channels: Sequence[str], known: Kept) -> Iterable[_Sent]:
    """What goes out on the days from `since` to `until`, as the series' own clock has them.

    It goes to the channels that are named, else to those that were told to the assistant, else nowhere in particular.
    """
    begin, end = (moment(day, time(), series.zone) for day in (since, until + _DAY))
    if channels or not known.has_channels:
        return _reminders(series, channels or (_NOWHERE,), begin, end, known.changes)
    found = outgoing([series], Where(known.announced, known.coordinated), begin, end, known.changes)
    return [_Sent(each.occurrence, each.what, each.plan.holds, each.at, each.channel) for each in found]


def _reminders(
    series: Series, channels: Sequence[str], begin: datetime, end: datetime, changes: Changes
) -> Iterable[_Sent]:
    found = planned([series], {series.id: channels}, begin, end, changes)
    return [_Sent(each.occurrence, each.plan.when.words, each.plan.holds, each.at, each.channel) for each in found]


def _as_json(sent: _Sent) -> dict[str, str]:
    name, day = sent.forum.key
    at = sent.at.isoformat(timespec="minutes")
    return {"series": name, "occurrence": day.isoformat(), "reminder": sent.what, "at": at, "channel": sent.channel}


def _told(occurrence: Occurrence) -> list[str]:
    starts, ends = occurrence.starts, occurrence.ends
    lines = [f"{day_in_words(starts.date())}, {starts:%H:%M} to {ends:%H:%M} ({starts:%Z})", remark(occurrence)]
    facts = {
        "Place": occurrence.place,
        "Join": occurrence.link,
        "Agenda": "; ".join(occurrence.agenda),
        "Convenor": occurrence.series.convenor,
    }
    return [line for line in (*lines, *(f"{name}: {fact}" for name, fact in facts.items() if fact)) if line]


def _line(occurrence: Occurrence, at: datetime, width: int, what: str) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}  {occurrence.series.id:<{width}}  {occurrence.day.isoformat()}  {what}"


def _forum(occurrence: Occurrence) -> str:
    return f"forum {remark(occurrence)}".rstrip()


def _told_of(sent: _Sent, known: Kept) -> str:
    where = "" if sent.channel == _NOWHERE else f" to {sent.channel}"
    what = DIGEST if sent.what == DIGEST else f"reminder {sent.what} ({sent.holds})"
    # A move can have the moment of a reminder come again, which does not go out twice.
    said = (sent.forum.key, sent.what, sent.channel) in known.said
    return f"{what}{where}{', already sent' if said else ''}"


def _say_whose(series: Sequence[Series], loaded: Settings) -> None:
    """Say where the forums are from, where somebody may wonder."""
    if not series:
        click.echo(f"There are no forums: {in_words(loaded, series)}.", err=True)
    elif loaded.forums_path is None:
        click.echo(_EXAMPLES, err=True)
