"""Commands about concerns that were filed, for whoever runs compactbot. What they show is confidential."""

import os
from collections.abc import Callable, Sequence
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import composition, settings
from bot.settings import Settings
from handlers.ports import Records, Store

if TYPE_CHECKING:
    from handlers.concerns.records import Case

_CONFIDENTIAL = "Confidential: this is what people told the Compact leads. Show it to nobody else, and delete copies."
_ONLY_OWNER = 0o600


@click.group()
def cases() -> None:
    """See, export and delete the concerns that were filed."""


@cases.command("list")
@click.option("--open", "open_only", is_flag=True, help="Only those that are not closed.")
@click.option("--compact", metavar="ID", help="Only those under one Compact, such as cpft.")
def list_cases(open_only: bool, compact: str | None) -> None:
    """List concerns by their references, without names or texts."""
    loaded = settings.load()
    zone = composition.clock(loaded).zone
    with _store(loaded).begin() as records:
        found = records.cases.all(compact=_known(compact, records, loaded), open_only=open_only)
    for case in found:
        click.echo(_line(case, zone))
    if not found:
        click.echo("There are none.")


@cases.command()
@click.argument("reference")
def show(reference: str) -> None:
    """Show one concern whole, as the Compact leads see it."""
    # Imported here, as below: other commands start sooner without.
    from bot.terminal.console import terminal
    from bot.terminal.rendering import rendered
    from handlers.concerns.cards import card
    from handlers.concerns.references import read
    from handlers.conversation import Choices, Reply

    loaded = settings.load()
    with _store(loaded).begin() as records:
        case = records.cases.get(read(reference) or "")
        events = records.cases.events(case.reference) if case else ()
    if case is None:
        raise click.ClickException("There is no concern with this reference.")
    whole = card(case, events, composition.desk(loaded), composition.clock(loaded).now(), whole=True)
    click.echo(_CONFIDENTIAL, err=True)
    terminal().print(rendered([Reply(tuple(each for each in whole.blocks if not isinstance(each, Choices)))]))


@cases.command()
@click.option(
    "--format", "form", type=click.Choice(["csv", "json"]), default="json", show_default=True, help="What to write."
)
@click.option("--compact", metavar="ID", help="Only those under one Compact, such as cpft.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output if left out."
)
def export(form: str, compact: str | None, output: Path | None) -> None:
    """Write all that is kept of concerns, names and texts too."""
    from bot.exports import CaseFile, as_csv, as_json

    loaded = settings.load()
    zone = composition.clock(loaded).zone
    with _store(loaded).begin() as records:
        found = records.cases.all(compact=_known(compact, records, loaded))
        files = [CaseFile(case, records.cases.events(case.reference)) for case in found]
    write: Callable[[Sequence[CaseFile], tzinfo], str] = as_csv if form == "csv" else as_json
    click.echo(_CONFIDENTIAL, err=True)
    if output is None:
        click.echo(write(files, zone), nl=False)
        return
    _write(output, write(files, zone))
    click.echo(f"{output}: {len(files)} written.", err=True)


@cases.command()
@click.option("--platform", type=click.Choice(["slack", "teams", "terminal"]), required=True, help="Where they are.")
@click.option("--user", metavar="ID", required=True, help="Their id there.")
@click.option("--tenant", metavar="ID", help="Their workspace or tenant, where the same id stands for several people.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on.")
def forget(platform: str, user: str, tenant: str | None, yes: bool) -> None:
    """Forget a person who asks for it: what they raised loses its names and texts, and counts stay."""
    from handlers.concerns.retention import forget_raiser, known_people

    loaded = settings.load()
    store, desk, now = _store(loaded), composition.desk(loaded), composition.clock(loaded).now()
    with store.begin() as records:
        people = [each for each in known_people(records, now) if (each.platform, each.user) == (platform, user)]
    people = [each for each in people if tenant in {None, each.tenant}]
    if len(people) != 1:
        raise click.ClickException(_whom(len(people)))
    if not yes:
        click.confirm("What they raised or began to tell is deleted, and open concerns end. Go on?", abort=True)
    with store.begin(of=people[0]) as records:
        number = forget_raiser(records, people[0], desk, now)
    click.echo(f"Forgotten. {_concerns(number)} without names and texts now.")


@cases.command()
def strip() -> None:
    """Delete names and texts of concerns closed longer ago than CONCERN_RETENTION_MONTHS."""
    from handlers.concerns.retention import strip_old

    loaded = settings.load()
    months, desk, now = loaded.concern_retention_months, composition.desk(loaded), composition.clock(loaded).now()
    with _store(loaded).begin() as records:
        number = strip_old(records, desk, now, months=months)
    click.echo(f"{_concerns(number)} without names and texts now.")


def _store(loaded: Settings) -> Store:
    return composition.store(composition.database(loaded))


def _known(compact: str | None, records: Records, loaded: Settings) -> str | None:
    """The id of a Compact that there is, or was when a concern came in, however it is written; None for none."""
    if compact is None:
        return None
    ids = {*composition.knowledge(loaded).knowledge.compacts, *(case.compact for case in records.cases.all())}
    found = next((each for each in ids if each.casefold() == compact.casefold()), None)
    if found is None:
        raise click.UsageError(f"There is no Compact with this id. Those that there are: {', '.join(sorted(ids))}.")
    return found


def _line(case: "Case", zone: tzinfo) -> str:
    state = f"closed: {case.outcome or 'forgotten'}" if case.closed else f"open: {case.stage}"
    heard = "" if case.acknowledged or case.closed else ", not acknowledged"
    waiting = "" if case.card or case.closed else ", in no channel"
    return f"{case.reference}  {case.filed.astimezone(zone):%Y-%m-%d}  {case.compact}  {state}{heard}{waiting}"


def _write(output: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _ONLY_OWNER)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            os.fchmod(descriptor, _ONLY_OWNER)
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error


def _whom(number: int) -> str:
    if number:
        return "Several people have this id. Name one of their workspaces or tenants with --tenant."
    return "Nobody with this id has raised a concern or begun to tell one."


def _concerns(number: int) -> str:
    return f"{number} concern{' is' if number == 1 else 's are'}"
