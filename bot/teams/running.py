"""The Teams app put together and kept running."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

import aiohttp

from bot.composition import Running
from bot.settings import Settings
from bot.store.cards import SqlCards
from bot.store.inbox import SqlInbox
from bot.store.references import References
from bot.teams import reading
from bot.teams.adapter import App, BotBuilderConnector
from bot.teams.door import PATH, endpoint
from bot.teams.face import TeamsFace, TeamsPort, answering
from bot.teams.places import Places
from bot.teams.port import Activity
from bot.teams.speaking import Speaker
from bot.teams.tokens import THIS_MACHINE, Keys, TokenCheck
from bot.web import Check, Handler
from handlers.conversation import Platform

# Where a bot of several tenants signs in.
_MULTI_TENANT = "botframework.com"


@dataclass(frozen=True)
class RunningTeams:
    """The route that Teams' requests come in by, what must pass for the app to be ready, and what speaks unasked."""

    routes: Mapping[str, Handler]
    checks: Mapping[str, Check]
    speaker: Speaker
    places: Places


@asynccontextmanager
async def teams(settings: Settings, running: Running) -> AsyncIterator[RunningTeams]:
    """The Teams app, running until the context is left."""
    inbox, sent = SqlInbox(running.engine, Platform.TEAMS), SqlCards(running.engine)
    port = TeamsPort(running.turns, running.assistant.welcome, inbox, running.clock.now)

    def forget(now: datetime) -> None:
        inbox.forget(now)
        sent.forget(now)

    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
        connector = BotBuilderConnector(app(settings), session)
        places = Places(References(running.engine), connector, port.now)
        speaker = Speaker(connector, sent, port.now)
        seen_through = answering(port, TeamsFace(port, speaker, places), forget)
        await stack.enter_async_context(seen_through.kept_up())

        async def take(activity: Activity) -> None:
            if reading.is_kept(activity):
                await seen_through.receive(reading.key(activity), activity)

        yield RunningTeams(
            {PATH: endpoint(_check(settings, session), take)}, {"teams": connector.sign_in}, speaker, places
        )


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
