"""The Slack app put together and kept running: over HTTP, over Socket Mode, or both."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.composition import Running
from bot.settings import Settings
from bot.slack.face import SlackFace, SlackPort, client
from bot.slack.manifest import PROMPTS
from bot.store.inbox import SqlInbox
from bot.web import Check, Handler
from handlers.conversation import Platform

EVENTS_PATH = "/slack/events"
_TAKE_UP_EVERY = 30.0
_FORGET_EVERY = 3600.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunningSlack:
    """The routes that Slack's requests come in by, and what must pass for the app to be ready."""

    routes: Mapping[str, Handler]
    checks: Mapping[str, Check]


@asynccontextmanager
async def slack(settings: Settings, running: Running) -> AsyncIterator[RunningSlack]:
    """The Slack app, running until the context is left."""
    inbox = SqlInbox(running.engine, Platform.SLACK)
    assistant = running.assistant
    port = SlackPort(running.turns, assistant.home, assistant.welcome, PROMPTS, inbox, running.clock.now)
    bot = client(str(settings.slack_bot_token), settings.slack_api_url)
    face = SlackFace(port, bot)
    app = AsyncApp(client=bot, signing_secret=settings.slack_signing_secret or "unset")
    face.listen(app)
    async with AsyncExitStack() as stack:
        _start(stack, _take_up_forever(face))
        _start(stack, _forget_forever(inbox, port))
        if settings.slack_app_token:
            await _connect(stack, app, settings)
        routes = {EVENTS_PATH: _endpoint(app)} if settings.slack_signing_secret else {}
        yield RunningSlack(routes, {"slack": _answers(bot)})


def _endpoint(app: AsyncApp) -> Handler:
    async def receive(request: web.Request) -> web.StreamResponse:
        try:
            asked = await to_bolt_request(request)
        except UnicodeDecodeError:
            return web.Response(status=400, text="The body is not UTF-8 text.")
        response = await app.async_dispatch(asked)
        if response.status == web.HTTPUnauthorized.status_code:
            _log.warning("a request from %s was refused: its signature is missing, wrong or too old", request.remote)
        return await to_aiohttp_response(response)

    return receive


def _answers(bot: AsyncWebClient) -> Check:
    async def check() -> None:
        await bot.auth_test()

    return check


async def _connect(stack: AsyncExitStack, app: AsyncApp, settings: Settings) -> None:
    handler = AsyncSocketModeHandler(
        app, settings.slack_app_token, web_client=client(str(settings.slack_app_token), settings.slack_api_url)
    )
    stack.push_async_callback(handler.close_async)
    await handler.connect_async()  # type: ignore[no-untyped-call]


def _start(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)

    async def stop() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)


async def _take_up_forever(face: SlackFace) -> None:
    while True:
        try:
            await face.take_up()
        except Exception as error:  # noqa: BLE001 - the next round may find the database or Slack well again
            _log.warning("events left unanswered could not be taken up: %s", type(error).__name__)
        await asyncio.sleep(_TAKE_UP_EVERY)


async def _forget_forever(inbox: SqlInbox, port: SlackPort) -> None:
    while True:
        try:
            await asyncio.to_thread(inbox.forget, port.now())
        except Exception as error:  # noqa: BLE001 - as above
            _log.warning("old event ids could not be deleted: %s", type(error).__name__)
        await asyncio.sleep(_FORGET_EVERY)
