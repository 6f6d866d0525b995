"""Commands for those who write the knowledge base."""

import json
from datetime import timedelta
from pathlib import Path

import click

from bot import composition, settings
from knowledge.compiling import entries_of
from knowledge.content import ContentFile
from knowledge.evaluation import evaluate, read_questions
from knowledge.loading import unanswered_topics
from scheduler.retention import forget_old


@click.group()
def knowledge() -> None:
    """Check, measure and mend the knowledge base."""


@knowledge.command()
def check() -> None:
    """Find every mistake in the knowledge base, with file, line and entry. Exit code 1 if there is any."""
    known = composition.knowledge(settings.load()).knowledge
    phrasings = sum(len(entry.asked) for entry in entries_of(known))
    click.echo(
        f"No mistakes. {len(known.compacts)} Compacts, {len(known.commitments)} commitments, {len(known.topics)} topics, "
        f"{len(known.gaps)} matters not covered, {phrasings} phrasings, {len(known.terms)} terms."
    )
    for topic in unanswered_topics(known):
        click.echo(f"Worth a look: no commitment answers the topic {topic}.")


@knowledge.command()
def schema() -> None:
    """Print the JSON Schema of the YAML files, for editors that check while one types."""
    click.echo(json.dumps(ContentFile.model_json_schema(by_alias=True), indent=2))


@knowledge.command("evaluate")
@click.argument("file", type=click.Path(path_type=Path))
def evaluate_file(file: Path) -> None:
    """Measure how well the questions in FILE are answered."""
    # Imported here: every other command starts a little sooner without.
    from bot.terminal.console import terminal
    from bot.terminal.measuring import calibrated, measured

    loaded = settings.load()
    today = composition.clock(loaded).now().date()
    results = evaluate(composition.finder(loaded), read_questions(file), today=today)
    console = terminal()
    console.print(measured(results))
    console.print(calibrated(results))


@knowledge.command()
@click.option("--forget", is_flag=True, help="First delete what is older than QUESTION_RETENTION_DAYS.")
def gaps(forget: bool) -> None:
    """List the questions that found no answer, and the topics whose answers did not help."""
    loaded = settings.load()
    store = composition.store(composition.database(loaded))
    if forget:
        kept = timedelta(days=loaded.question_retention_days)
        forget_old(store, now=composition.clock(loaded).now(), questions_kept=kept)
    with store.begin() as records:
        questions, verdicts = records.unanswered(), records.verdicts()
    if not questions and not verdicts:
        click.echo("No gaps are known: every question so far found an answer.")
    for question in questions:
        click.echo(f"{question.times:>4} ×  {' '.join(question.text.split())}")
    for verdict in verdicts:
        click.echo(f"{verdict.topic}: helped {verdict.helped}, did not help {verdict.did_not_help}")
