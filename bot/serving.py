"""`compactbot serve`: starts every platform that is configured, and says at start what is on, what is off and why."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from aiohttp import web

from bot import composition
from bot.feeds import feeds
from bot.forums import in_words, kept
from bot.settings import Settings
from bot.slack.running import RunningSlack, slack
from bot.upkeep import upkeep
from bot.web import application
from knowledge.forums.content import Series
from scheduler.jobs import Jobs
from scheduler.reminding import Reminding

if TYPE_CHECKING:
    from bot.teams.running import RunningTeams

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """A part of the program at start: its name, whether it is on, and how it is reached or what would turn it on."""

    name: str
    on: bool
    note: str

    @property
    def line(self) -> str:
        """It in one line."""
        return f"{'on ' if self.on else 'off'}  {self.name}: {self.note}"


def parts(settings: Settings) -> tuple[Part, ...]:
    """What is on, what is off and why, and what to set."""
    return (_slack_over_http(settings), _slack_over_socket(settings), _teams(settings))


async def serve(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until the process is told to stop (SIGTERM or SIGINT), then finish what is under way.

    `tell` is given lines for people: what started, and where. Raises OSError where the port is taken.
    """
    running = await asyncio.to_thread(composition.running, settings)
    pages = feeds(running.rules.series, running.clock, lambda: kept(running.store, ()).changes)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with AsyncExitStack() as stack:
        faces: list[RunningSlack | RunningTeams] = []
        if settings.slack_bot_token:
            faces.append(await stack.enter_async_context(slack(settings, running)))
        if _teams(settings).on:
            # Imported here: Teams' kit takes a quarter of a second to load, and memory that nobody else needs.
            from bot.teams.running import teams

            faces.append(await stack.enter_async_context(teams(settings, running)))
        routes = {path: handler for face in faces for path, handler in face.routes.items()}
        checks = {"database": running.reachable} | {
            name: check for face in faces for name, check in face.checks.items()
        }
        runner = web.AppRunner(application(routes, checks, pages), access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, settings.host, settings.port).start()
        _keep_up(stack, settings, running)
        # All that is there by now stays: looking through it for garbage again and again would be in vain.
        gc.collect()
        gc.freeze()
        tell(_forums(settings, running.rules.series).line)
        _log.info("ready")
        tell(f"Listening on http://{settings.host}:{settings.port}. Stop with Ctrl-C.")
        await stop.wait()
        tell("Stopping.")


def _keep_up(stack: AsyncExitStack, settings: Settings, running: composition.Running) -> None:
    """Have forums reminded of, and all else done that is due from time to time, until the stack is left."""
    shared = running.engine.dialect.name == "postgresql"
    grace = timedelta(hours=settings.forum_grace)
    reminding = Reminding(running.store, running.hall, running.clock, grace=grace, shared=shared)
    planned = [reminding.job] if running.rules.series else []
    jobs = Jobs([*planned, *upkeep(running, settings)], ZoneInfo(settings.time_zone))
    reminding.wake_by(jobs)
    stack.enter_context(running.replan.heard(reminding.replan))
    jobs.start()
    stack.callback(jobs.stop)


def _slack_over_http(settings: Settings) -> Part:
    name = "Slack over HTTP"
    if not settings.slack_bot_token:
        return Part(name, on=False, note="set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET to turn it on")
    if not settings.slack_signing_secret:
        return Part(name, on=False, note="set SLACK_SIGNING_SECRET to turn it on")
    return Part(name, on=True, note=f"POST http://{settings.host}:{settings.port}/slack/events")


def _slack_over_socket(settings: Settings) -> Part:
    name = "Slack over Socket Mode"
    if not settings.slack_bot_token:
        return Part(name, on=False, note="set SLACK_BOT_TOKEN and SLACK_APP_TOKEN to turn it on")
    if not settings.slack_app_token:
        return Part(name, on=False, note="set SLACK_APP_TOKEN to turn it on")
    return Part(name, on=True, note="connects to Slack by itself; no public address is needed")


def _forums(settings: Settings, series: Sequence[Series]) -> Part:
    told = in_words(settings, series)
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    return Part("Forums", on=bool(series), note=f"{told}; GET {address}/forums.ics" if series else told)


def _teams(settings: Settings) -> Part:
    name, address = "Teams", f"POST http://{settings.host}:{settings.port}/api/messages"
    if settings.teams_anonymous:
        note = f"{address}, from clients on this machine; nobody who calls is checked (TEAMS_ANONYMOUS)"
        return Part(name, on=True, note=note)
    if not settings.teams_app_id:
        return Part(name, on=False, note="set TEAMS_APP_ID and TEAMS_APP_PASSWORD to turn it on")
    if not settings.teams_app_password:
        return Part(name, on=False, note="set TEAMS_APP_PASSWORD to turn it on")
    return Part(name, on=True, note=address)
