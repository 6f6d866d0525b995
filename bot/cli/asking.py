"""Commands that ask: a chat, one question, many questions, one commitment."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from bot import composition, settings
from handlers.conversation import Block, Reply
from knowledge.content import Party
from knowledge.finding import Finder, Scope

if TYPE_CHECKING:
    from bot.terminal.console import Terminal

_NAME = re.compile(r"\w[\w.-]{0,39}")
_PARTIES = click.Choice([party.value for party in Party if party is not Party.BOTH])


def _called(_context: click.Context, _option: click.Parameter, given: str | None) -> str:
    if given is None:
        return ""
    if not _NAME.fullmatch(given):
        raise click.BadParameter(
            "should be one word of letters, digits, hyphens and full stops, at most 40, such as ann."
        )
    return given


@click.command()
@click.option("--user", metavar="NAME", callback=_called, help="Who you are, where several people try things out.")
@click.option("--room", metavar="NAME", callback=_called, help="Talk in a room that others share, instead of alone.")
def chat(user: str, room: str) -> None:
    """Talk with the assistant in this terminal.

    Several terminals on one database can be several people, who meet in rooms: --user says who you are, --room where.
    Capital letters make no difference.

    What the assistant says of itself, such as news of a concern, is shown at the prompt as soon as it comes. Once you have
    begun to type, it waits until you press Enter. An empty line only shows what has come.
    """
    from bot.cli.chatting import talk

    talk(settings.load(), user, room, _console())


@click.command()
@click.argument("question", required=False)
@click.option("--compact", metavar="ID", help="Narrow the answer to one Compact, such as cpft.")
@click.option("--party", type=_PARTIES, help="Narrow the answer to what one side must do.")
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
@click.option(
    "--batch", type=click.Path(path_type=Path, allow_dash=True), help="Questions, one a line; - for standard input."
)
def ask(question: str | None, compact: str | None, party: str | None, as_json: bool, batch: Path | None) -> None:
    """Ask QUESTION and print the answer."""
    if (question is None) == (batch is None):
        raise click.UsageError("Give a question in quotation marks, or --batch with a file of questions.")
    loaded = settings.load()
    finder, today = composition.finder(loaded), composition.clock(loaded).now().date()
    within = _scope(finder, compact, party)
    if batch:
        for line in _lines(batch):
            click.echo(_json(finder, line, today, within))
    elif as_json:
        click.echo(_json(finder, str(question), today, within))
    else:
        _print(_answer(finder, str(question), today, within, loaded.compact_leads))


@click.command()
@click.argument("identifier", metavar="ID")
def show(identifier: str) -> None:
    """Show one commitment by its ID."""
    from handlers.presenting import whole

    known = composition.finder(settings.load()).knowledge
    commitment = known.commitments.get(identifier.strip().lower())
    if commitment is None:
        nearest = ", ".join(known.nearest(identifier))
        raise click.ClickException(f"There is no commitment with the id “{identifier}”. The nearest are: {nearest}.")
    _print(whole(commitment, known))


@click.command()
def topics() -> None:
    """List what can be asked about."""
    known = composition.finder(settings.load()).knowledge
    for theme in known.themes.values():
        inside = [topic for topic in known.topics.values() if topic.theme == theme.id]
        if inside:
            click.echo(f"{theme.title}")
            for topic in inside:
                click.echo(f"  {topic.id:<34} {topic.title}")


@click.command()
@click.argument("question")
def explain(question: str) -> None:
    """Show why QUESTION is answered as it is: words, corrections, candidates, scores."""
    from bot.terminal.explaining import explanation

    loaded = settings.load()
    finder = composition.finder(loaded)
    today = composition.clock(loaded).now().date()
    _console().print(explanation(finder, finder.find(question, today=today)))


def _scope(finder: Finder, compact: str | None, party: str | None) -> Scope:
    if compact is not None and compact not in finder.knowledge.compacts:
        known = ", ".join(finder.knowledge.compacts)
        raise click.BadParameter(f"there is no Compact “{compact}”; known are: {known}.", param_hint="--compact")
    return Scope(compact, Party(party) if party else None)


def _answer(finder: Finder, question: str, today: date, within: Scope, leads: str) -> tuple[Block, ...]:
    from handlers.assistant import MOST_CHARACTERS, NOTHING_SAID, TOO_LONG
    from handlers.questions import Questions
    from knowledge.text import words

    if not words(question):
        raise click.UsageError(NOTHING_SAID)
    if len(question) > MOST_CHARACTERS:
        raise click.UsageError(TOO_LONG)
    said, _ = Questions(finder, leads).answer(question, today=today, within=within)
    return said.blocks


def _json(finder: Finder, question: str, today: date, within: Scope) -> str:
    from handlers.questions import ask as answer
    from handlers.reporting import report

    return json.dumps(report(answer(finder, question, today=today, within=within)), ensure_ascii=False)


def _lines(path: Path) -> Iterator[str]:
    try:
        with _opened(path) as file:
            for number, line in enumerate(file, start=1):
                yield _decoded(line, path, number)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise click.UsageError(f"{path} cannot be read: {error.strerror}.") from error


def _opened(path: Path) -> IO[bytes]:
    return open(0, "rb", closefd=False) if str(path) == "-" else path.open("rb")


def _decoded(line: bytes, path: Path, number: int) -> str:
    try:
        return line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{path}, line {number}, is not UTF-8 text.") from error


def _console() -> "Terminal":
    from bot.terminal.console import terminal

    return terminal()


def _print(blocks: tuple[Block, ...]) -> None:
    from bot.terminal.rendering import rendered

    _console().print(rendered([Reply(blocks)]))
    sys.stdout.flush()
