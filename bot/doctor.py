"""`compactbot doctor`: whether everything that is set works, and what to do where it does not."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot import composition
from bot.forums import forums, in_words
from bot.settings import Settings
from bot.slack.checking import check_bot, check_socket
from handlers.conversation import Platform
from handlers.ports import Purpose, Records
from knowledge.base import Knowledge
from knowledge.problems import KnowledgeError

_LATELY = timedelta(days=7)
_CLOCKS_DIFFER_BY = timedelta(seconds=10)


@dataclass(frozen=True)
class Checked:
    """One thing checked: whether it passed, and what was found or what to do."""

    name: str
    passed: bool
    note: str


async def examined(settings: Settings) -> list[Checked]:
    """The findings on the knowledge base, the database, what is built on them, and each platform that is set up."""
    findings = await asyncio.to_thread(lambda: list(_at_home(settings)))
    platforms = [*await _slack(settings), *await _teams(settings)]
    return [*findings, *[Checked(name, passed, note) for name, passed, note in platforms]]


def _at_home(settings: Settings) -> Iterator[Checked]:
    """What can be told without asking anybody. What rests on something that failed is not looked at."""
    yield (knowledge := _tried("Knowledge base", lambda: _knowledge(settings)))
    yield (database := _tried("Database", lambda: _database(settings)))
    if knowledge.passed:
        yield _tried("Forums", lambda: _forums(settings))
    if database.passed:
        yield _clocks(settings)
        yield _delivery(settings)
    if knowledge.passed and database.passed:
        yield from _concerns(settings)


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
    except KnowledgeError as error:
        return Checked(name, passed=False, note="; ".join(map(str, error.problems)))
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


def _forums(settings: Settings) -> str:
    return in_words(settings, forums(settings))


def _clocks(settings: Settings) -> Checked:
    """Whether this machine's clock and the database's agree, as those of all processes on it must."""
    # Imported here, as in the composition: to answer one question, no database is needed.
    from bot.store.opening import ahead

    engine, name = composition.database(settings), "Clocks"
    try:
        apart = ahead(engine, composition.clock(settings).now())
    finally:
        engine.dispose()
    if abs(apart) <= _CLOCKS_DIFFER_BY:
        return Checked(name, passed=True, note="this machine's and the database's agree")
    seconds = f"{abs(apart.total_seconds()):.0f} seconds {'ahead of' if apart > timedelta() else 'behind'}"
    return Checked(name, passed=False, note=f"this machine's is {seconds} the database's; have both set by NTP")


def _delivery(settings: Settings) -> Checked:
    """Whether all that was to be said lately could be."""
    # Imported here, as in the composition: to answer one question, no database is needed.
    from bot.store.outbox import SqlOutbox

    engine, name = composition.database(settings), "Delivery"
    try:
        since = composition.clock(settings).now() - _LATELY
        stuck = [each for each in SqlOutbox(engine).stuck() if each.since >= since]
    finally:
        engine.dispose()
    if not stuck:
        return Checked(name, passed=True, note=f"nothing failed in the last {_LATELY.days} days")
    reasons = ", ".join(dict.fromkeys(each.reason for each in reversed(stuck[-3:])))
    note = f"{len(stuck)} could not be delivered in the last {_LATELY.days} days, of late because of: {reasons}"
    return Checked(name, passed=False, note=f"{note}; see that compactbot is still in its channels")


def _concerns(settings: Settings) -> Iterator[Checked]:
    """Whether concerns reach the leads, where they can be raised on a platform that has channels."""
    name, known = "Concerns", composition.knowledge(settings).knowledge
    rules = composition.house(settings, known)
    in_use = {Platform.SLACK: settings.slack_bot_token, Platform.TEAMS: settings.teams_app_id}
    taken = [platform for platform in rules.takes_concerns if in_use.get(platform)]
    if not taken:
        return
    if not any(each.startswith(f"{platform}:") for each in rules.administrators for platform in taken):
        advice = "set ADMINISTRATORS to those who may say in which channel the leads get them; see docs/concerns.md"
        yield Checked(name, passed=False, note=f"nobody gets them yet; {advice}")
        return
    engine = composition.database(settings)
    try:
        with composition.store(engine).begin() as records:
            yield _leads(name, known, records)
    finally:
        engine.dispose()


def _leads(name: str, known: Knowledge, records: Records) -> Checked:
    missing = [each for each in known.compacts.values() if not records.rooms.of(Purpose.CONCERNS, each.id)]
    if not missing:
        return Checked(name, passed=True, note="each Compact has a channel for its leads")
    filed = (case for each in missing for case in records.cases.all(compact=each.id, open_only=True))
    waiting = sum(not case.card for case in filed)
    lack = f"no channel gets those under the {' and the '.join(each.name for each in missing)}"
    advice = f"an administrator says in the leads' channel: send {missing[0].name} concerns here"
    return Checked(name, passed=not waiting, note=f"{f'{waiting} waiting; ' if waiting else ''}{lack}; {advice}")
