"""The Slack app put together and kept running: over HTTP, over Socket Mode, or both."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
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
_FINISH_WITHIN = 10.0
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
    app = _app(settings)
    face.listen(app)
    routes = {EVENTS_PATH: _endpoint(app, settings.slack_signing_secret)} if settings.slack_signing_secret else {}
    checks = {"slack": _answers(bot)}
    async with AsyncExitStack() as stack:
        stack.push_async_callback(face.finish, _FINISH_WITHIN)
        _start(stack, _take_up_forever(face))
        _start(stack, _forget_forever(inbox, port))
        if settings.slack_app_token:
            checks["slack socket"] = _connect(stack, app, settings)
        yield RunningSlack(routes, checks)


def _app(settings: Settings) -> AsyncApp:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # There is one workspace and one token. Asking Slack whose it is, as Bolt does otherwise, would make the
        # first request late, and lose it where Slack cannot be asked.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=settings.slack_bot_token)

    # Below errors, Bolt tells operators to mend what is as it should be, and repeats what people wrote.
    quiet = logging.getLogger("slack_bolt")
    quiet.setLevel(logging.ERROR)
    return AsyncApp(
        client=AsyncWebClient(base_url=settings.slack_api_url),
        authorize=authorize,
        request_verification_enabled=False,  # our endpoint does it, before anything is made of the body
        logger=quiet,
    )


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


def _answers(bot: AsyncWebClient) -> Check:
    async def check() -> None:
        await bot.auth_test()

    return check


def _connect(stack: AsyncExitStack, app: AsyncApp, settings: Settings) -> Check:
    handler = AsyncSocketModeHandler(
        app,
        settings.slack_app_token,
        logger=_log,
        web_client=client(str(settings.slack_app_token), settings.slack_api_url),
    )
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
