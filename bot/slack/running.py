"""The Slack app put together and kept running: over HTTP, over Socket Mode, or both."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from bot.answering import Answering
from bot.composition import Running
from bot.settings import Settings
from bot.slack.calling import Slack, connected, retry_handlers
from bot.slack.face import SlackFace, hopeless
from bot.slack.interacting import Interactions
from bot.slack.listening import bolt_app
from bot.slack.manifest import PROMPTS
from bot.slack.port import SlackPort
from bot.slack.sending import SlackSender
from bot.store.inbox import SqlInbox
from bot.store.outbox import SqlOutbox
from bot.web import Check, Handler
from handlers.conversation import Platform
from scheduler.delivery import Deliverer

EVENTS_PATH = "/slack/events"
# Whoever puts something rings; this finds what was put by other processes, which may have died since.
_SWEEP = timedelta(seconds=30)
_FINISH_WITHIN = 10.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunningSlack:
    """The routes that Slack's requests come in by, what must pass for the app to be ready, and what speaks unasked."""

    routes: Mapping[str, Handler]
    checks: Mapping[str, Check]
    deliverer: Deliverer


@dataclass(frozen=True)
class Parts:
    """What answers on Slack: what people do, events, and what is said unasked."""

    interactions: Interactions
    answering: Answering
    deliverer: Deliverer


def parts(running: Running, called: Slack) -> Parts:
    """The parts of the Slack app, at rest."""
    assistant, now = running.assistant, running.clock.now
    outbox, sender = SqlOutbox(running.engine), SlackSender(called)
    deliverer = Deliverer(Platform.SLACK, outbox, sender, running.clock, sweep=_SWEEP)
    welcome = partial(assistant.welcome, Platform.SLACK)
    port = SlackPort(running.turns, welcome, running.store, deliverer, now, assistant.home, PROMPTS)
    interactions, inbox = Interactions(port, called), SqlInbox(running.engine, Platform.SLACK)
    answering = Answering(inbox, now, SlackFace(port, called, interactions).answer, inbox.forget, hopeless)
    return Parts(interactions, answering, deliverer)


@asynccontextmanager
async def slack(settings: Settings, running: Running) -> AsyncIterator[RunningSlack]:
    """The Slack app, running until the context is left."""
    token = str(settings.slack_bot_token)
    async with AsyncExitStack() as stack:
        called = await stack.enter_async_context(connected(token, settings.slack_api_url))
        ready = parts(running, called)
        app = bolt_app(token, settings.slack_api_url, ready.interactions, ready.answering.receive)
        stack.enter_context(running.posted.heard(ready.deliverer.wake))
        _start(stack, ready.deliverer.run())
        stack.push_async_callback(ready.interactions.finish, _FINISH_WITHIN)
        await stack.enter_async_context(ready.answering.kept_up())
        routes = {EVENTS_PATH: _endpoint(app, settings.slack_signing_secret)} if settings.slack_signing_secret else {}
        checks = {"slack": _answers(called)}
        if settings.slack_app_token:
            checks["slack socket"] = _connect(stack, app, settings)
        yield RunningSlack(routes, checks, ready.deliverer)


def _endpoint(app: AsyncApp, signing_secret: str) -> Handler:
    verifier = SignatureVerifier(signing_secret)

    async def receive(request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if not _signed(body, request, verifier):
            _log.warning("a request from %s was refused: its signature is missing, wrong or too old", request.remote)
            return web.Response(status=401, text="The signature is missing, wrong or too old.")
        try:
            asked = AsyncBoltRequest(body=body.decode(), query=request.query_string, headers=dict(request.headers))
        except (ValueError, AttributeError):  # the latter for JSON that is no object
            return web.Response(status=400, text="The body is neither a JSON object nor a form.")
        return await to_aiohttp_response(await app.async_dispatch(asked))

    return receive


def _signed(body: bytes, request: web.Request, verifier: SignatureVerifier) -> bool:
    try:
        return verifier.is_valid_request(body, dict(request.headers))
    except (ValueError, TypeError):  # a timestamp that is no number, a signature or body that is no text
        return False


def _answers(called: Slack) -> Check:
    async def check() -> None:
        await called.again.auth_test()

    return check


def _connect(stack: AsyncExitStack, app: AsyncApp, settings: Settings) -> Check:
    token = str(settings.slack_app_token)
    web_client = AsyncWebClient(token=token, base_url=settings.slack_api_url, retry_handlers=retry_handlers())
    # One of Slack's client's own, which is kept from writing down all that comes in (`connected`).
    quiet = logging.getLogger("slack_sdk.socket_mode")
    handler = AsyncSocketModeHandler(app, token, logger=quiet, web_client=web_client)
    stack.push_async_callback(handler.close_async)
    # Slack's client tries for as long as it takes; meanwhile we live, are not ready, and can be stopped.
    _start(stack, handler.connect_async())  # type: ignore[no-untyped-call]

    async def check() -> None:
        if not await handler.client.is_connected():
            raise ConnectionError

    return check


def _start(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)

    async def stop() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(stop)
