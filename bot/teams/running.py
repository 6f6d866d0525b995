"""The Teams app put together and kept running."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urljoin

import aiohttp

from bot.answering import Answering
from bot.composition import Running
from bot.port import Port
from bot.settings import Settings
from bot.store.cards import SqlCards
from bot.store.inbox import SqlInbox
from bot.store.outbox import SqlOutbox
from bot.store.references import References
from bot.teams import reading
from bot.teams.adapter import App, BotBuilderConnector
from bot.teams.door import PATH, endpoint
from bot.teams.face import TeamsFace
from bot.teams.places import Places
from bot.teams.port import Activity, Connector
from bot.teams.sending import TeamsSender
from bot.teams.speaking import Speaker
from bot.teams.tokens import THIS_MACHINE, Keys, TokenCheck
from bot.web import Check, Handler
from handlers.conversation import Platform
from scheduler.delivery import Deliverer

# Where a bot of several tenants signs in.
_MULTI_TENANT = "botframework.com"
# Whoever puts something rings; this finds what was put by other processes, which may have died since.
_SWEEP = timedelta(seconds=30)


@dataclass(frozen=True)
class RunningTeams:
    """The route that Teams' requests come in by, what must pass for the app to be ready, and what speaks unasked."""

    routes: Mapping[str, Handler]
    checks: Mapping[str, Check]
    deliverer: Deliverer


@dataclass(frozen=True)
class Parts:
    """What answers in Teams, and what is said unasked."""

    answering: Answering
    deliverer: Deliverer


def parts(running: Running, connector: Connector) -> Parts:
    """The parts of the Teams app, at rest."""
    engine, now = running.engine, running.clock.now
    inbox, sent = SqlInbox(engine, Platform.TEAMS), SqlCards(engine)
    places, speaker = Places(References(engine), connector, now), Speaker(connector, sent, now)
    sender = TeamsSender(speaker, places)
    deliverer = Deliverer(Platform.TEAMS, SqlOutbox(engine), sender, running.clock, sweep=_SWEEP)
    welcome = partial(running.assistant.welcome, Platform.TEAMS)
    port = Port(running.turns, welcome, running.store, deliverer, now)

    def forget(at: datetime) -> None:
        inbox.forget(at)
        sent.forget(at)

    return Parts(Answering(inbox, now, TeamsFace(port, speaker, places).answer, forget), deliverer)


@asynccontextmanager
async def teams(settings: Settings, running: Running) -> AsyncIterator[RunningTeams]:
    """The Teams app, running until the context is left."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
        connector = BotBuilderConnector(app(settings), session)
        ready = parts(running, connector)
        stack.enter_context(running.posted.heard(ready.deliverer.wake))
        await stack.enter_async_context(_delivering(ready.deliverer))
        await stack.enter_async_context(ready.answering.kept_up())

        async def take(activity: Activity) -> None:
            if reading.is_kept(activity):
                await ready.answering.receive(reading.key(activity), activity)

        routes = {PATH: endpoint(_check(settings, session), take)}
        yield RunningTeams(routes, {"teams": connector.sign_in}, ready.deliverer)


@asynccontextmanager
async def _delivering(deliverer: Deliverer) -> AsyncIterator[None]:
    """Deliver what the outbox holds until the context is left."""
    task = asyncio.create_task(deliverer.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def app(settings: Settings) -> App | None:
    """Who the bot signs in as; None without an app id, for a client on this machine."""
    if not settings.teams_app_id:
        return None
    tenant = settings.teams_tenant_id or _MULTI_TENANT
    authority = urljoin(settings.teams_authority_url.rstrip("/") + "/", tenant)
    return App(settings.teams_app_id, settings.teams_app_password or "", authority)


def _check(settings: Settings, session: aiohttp.ClientSession) -> TokenCheck:
    if not settings.teams_app_id:
        return TokenCheck("", None, THIS_MACHINE)
    hosts = frozenset(host.strip() for host in settings.teams_service_hosts.split(",") if host.strip())
    return TokenCheck(settings.teams_app_id, Keys(settings.teams_openid_url, session), hosts)
