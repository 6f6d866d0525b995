"""Commands for whoever runs compactbot: serve, check, and set Slack up."""

import asyncio
import logging

import click

from bot import settings


@click.command()
def serve() -> None:
    """Answer on every platform that is configured, until stopped."""
    from bot.serving import parts
    from bot.serving import serve as run

    loaded = settings.load()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "apscheduler"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    shown = parts(loaded)
    for part in shown:
        click.echo(part.line)
    if not any(part.on for part in shown):
        raise click.ClickException(
            "Nothing is on, so there is nothing to serve. Set what is named above, then try again."
        )
    try:
        asyncio.run(run(loaded, click.echo))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise click.ClickException(
            f"{loaded.host}:{loaded.port} cannot be used: {error.strerror}. Set HOST or PORT to another."
        ) from error


@click.command()
def doctor() -> None:
    """Check settings, knowledge base, database and platforms, each line passed or with what to do."""
    from bot.doctor import examined

    findings = asyncio.run(examined(settings.load()))
    for finding in findings:
        click.echo(f"{'ok  ' if finding.passed else 'FAIL'}  {finding.name}: {finding.note}")
    if not all(finding.passed for finding in findings):
        raise click.exceptions.Exit(1)


@click.group()
def slack() -> None:
    """Set compactbot up in Slack."""


@slack.command()
@click.option("--url", metavar="URL", help="The server's public address; leave it out for Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the app manifest to paste into Slack when you make the app."""
    from bot.slack.manifest import manifest as written

    if url is not None and not url.startswith("https://"):
        raise click.BadParameter("should start with https://, as Slack calls no other address.", param_hint="--url")
    click.echo(written(url), nl=False)
