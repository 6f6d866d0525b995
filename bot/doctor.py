"""`compactbot doctor`: whether everything that is set works, and what to do where it does not."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bot import composition
from bot.settings import Settings
from bot.slack.checking import check_bot, check_socket


@dataclass(frozen=True)
class Checked:
    """One thing checked: whether it passed, and what was found or what to do."""

    name: str
    passed: bool
    note: str


async def examined(settings: Settings) -> list[Checked]:
    """The findings on the knowledge base, the database, and each platform that is set up."""
    findings = [
        await asyncio.to_thread(_tried, "Knowledge base", lambda: _knowledge(settings)),
        await asyncio.to_thread(_tried, "Database", lambda: _database(settings)),
    ]
    platforms = [*await _slack(settings), *await _teams(settings)]
    return [*findings, *[Checked(name, passed, note) for name, passed, note in platforms]]


async def _slack(settings: Settings) -> list[tuple[str, bool, str]]:
    if not settings.slack_bot_token:
        return [("Slack", True, "not set up; set SLACK_BOT_TOKEN to use it")]
    found = [("Slack token and scopes", *await check_bot(settings))]
    if settings.slack_app_token:
        found.append(("Slack Socket Mode", *await check_socket(settings)))
    if not settings.slack_app_token and not settings.slack_signing_secret:
        found.append(("Slack way in", False, "set SLACK_SIGNING_SECRET for HTTP, or SLACK_APP_TOKEN for Socket Mode"))
    return found


async def _teams(settings: Settings) -> list[tuple[str, bool, str]]:
    if settings.teams_anonymous:
        return [("Teams", True, "open to clients on this machine only; set TEAMS_APP_ID to use it in Teams")]
    if not settings.teams_app_id:
        return [("Teams", True, "not set up; set TEAMS_APP_ID to use it")]
    # Imported here: Teams' kit takes a quarter of a second to load.
    from bot.teams.checking import check_keys, check_sign_in

    return [("Teams sign-in", *await check_sign_in(settings)), ("Teams keys", *await check_keys(settings))]


def _tried(name: str, check: Callable[[], str]) -> Checked:
    try:
        return Checked(name, passed=True, note=check())
    except Exception as error:  # noqa: BLE001 - every failure is a finding here
        return Checked(name, passed=False, note=str(error))


def _knowledge(settings: Settings) -> str:
    known = composition.finder(settings).knowledge
    return f"{len(known.compacts)} Compacts, {len(known.commitments)} commitments, {len(known.topics)} topics"


def _database(settings: Settings) -> str:
    engine = composition.database(settings)
    try:
        with composition.store(engine).begin() as records:
            records.unanswered()
    finally:
        engine.dispose()
    # Without its options, as they may hold a password, too.
    place = engine.url.set(drivername=engine.url.get_backend_name(), query={}).render_as_string(hide_password=True)
    return f"opened and up to date ({place})"
