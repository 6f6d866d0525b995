"""Commands for whoever sets compactbot up in Teams."""

import re
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import click

_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z][a-z0-9-]*", re.IGNORECASE)


def _app_id(_context: click.Context, _option: click.Parameter, given: str) -> UUID:
    if not _GUID.fullmatch(given.strip()):
        raise click.BadParameter(
            "should be the Microsoft App ID on the Configuration page of the Azure Bot, such as "
            "00000000-1111-2222-3333-444444444444."
        )
    return UUID(given.strip())


def _address(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    if given is None:
        return None
    if not given.startswith("https://"):
        raise click.BadParameter("should start with https://, as Teams uses no other address.")
    if not _HOST.fullmatch(_host(given)):
        raise click.BadParameter("should name a host that Teams can find, as in https://compact.example.org")
    return given


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@click.group()
def teams() -> None:
    """Set compactbot up in Microsoft Teams."""


@teams.command()
@click.option(
    "--app-id", metavar="ID", required=True, callback=_app_id, help="The Azure Bot's Microsoft App ID, from its pages."
)
@click.option("--url", metavar="URL", required=True, callback=_address, help="The server's public address.")
@click.option("--website", metavar="URL", callback=_address, help="Your website, to show with the app; else --url.")
@click.option("--privacy", metavar="URL", callback=_address, help="Your privacy statement; else the website.")
@click.option("--terms", metavar="URL", callback=_address, help="Your terms of use; else the website.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("compactbot-teams.zip"),
    show_default=True,
    help="Where to write it.",
)
def package(  # noqa: PLR0913 - an argument an option
    *, app_id: UUID, url: str, website: str | None, privacy: str | None, terms: str | None, output: Path
) -> None:
    """Write the app package: the zip to upload to Teams."""
    from bot.teams.package import Pages
    from bot.teams.package import package as packed

    own = website or url
    pages = Pages(own, privacy or own, terms or own)
    try:
        output.write_bytes(packed(app_id, url, pages, version("compactbot")))
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from error
    click.echo(f"{output} is ready to upload to Teams; docs/teams.md tells where.")
    click.echo(f"The Azure Bot's messaging endpoint is {url.rstrip('/')}/api/messages.")
