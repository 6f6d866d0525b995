"""The Bolt app: what Slack sends, over HTTP or Socket Mode, handed to those who answer it."""

import logging
import re
import traceback
from collections.abc import Awaitable, Callable, Mapping

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import modals, reading
from bot.slack.errors import reason
from bot.slack.interacting import Interactions
from bot.slack.reading import Payload
from bot.slack.rendering import OPEN, SHARE
from handlers.commands import RaiseConcern

COMMAND = "/compact"
# What each shortcut says, by its callback_id: one stands in Slack's own menu, one in that of every message.
SHORTCUTS: Mapping[str, str] = {"raise_concern": str(RaiseConcern()), "raise_concern_about": str(RaiseConcern())}
_OURS, _OPENS = re.compile(r"(?:say|date):"), re.compile(OPEN)
_log = logging.getLogger(__name__)

Receive = Callable[[str, Payload], Awaitable[None]]
Acknowledge = Callable[..., Awaitable[BoltResponse]]


def bolt_app(token: str, base_url: str, interactions: Interactions, receive: Receive) -> AsyncApp:
    """The app with its listeners. `receive`: keeps what is to be answered once, with its key, and has it answered."""

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        # There is one workspace and one token. Asking Slack whose it is, as Bolt does otherwise, would make the
        # first request late, and lose it where Slack cannot be asked.
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    # Below errors, Bolt tells operators to mend what is as it should be, and repeats what people wrote.
    quiet = logging.getLogger("slack_bolt")
    quiet.setLevel(logging.ERROR)
    app = AsyncApp(
        name="compactbot",  # else Bolt looks for one through all that is loaded, which takes a second
        client=AsyncWebClient(base_url=base_url),
        before_authorize=_Events(receive),
        authorize=authorize,
        request_verification_enabled=False,  # our endpoint does it, before anything is made of the body
        logger=quiet,
    )
    _listen(app, interactions, receive)
    app.error(_failed)
    return app


class _Events(AsyncMiddleware):
    """Keeps events. They come here before all else that Bolt does: Slack is told at once that we have them."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002 - Bolt names what it gives
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - as above
    ) -> BoltResponse | None:
        body = req.body
        if body.get("type") != "event_callback":
            return await next()
        if reading.is_for_us(body):
            await self._receive(body["event_id"], body)
        return BoltResponse(status=200)


def _listen(app: AsyncApp, interactions: Interactions, receive: Receive) -> None:
    async def command(ack: Acknowledge, body: Payload) -> None:
        await ack()
        await interactions.see_through(interactions.command(body))

    async def press(ack: Acknowledge, body: Payload) -> None:
        await ack()
        await interactions.see_through(interactions.press(body))

    async def share(ack: Acknowledge, body: Payload) -> None:
        await receive(reading.shared(body), body)
        await ack()

    async def opened(ack: Acknowledge) -> None:
        await ack()

    async def shortcut(ack: Acknowledge, body: Payload) -> None:
        await ack()
        await interactions.see_through(interactions.shortcut(body, SHORTCUTS[body["callback_id"]]))

    async def form(ack: Acknowledge, body: Payload) -> None:
        sent = await interactions.sent(body)
        await ack(**sent.acknowledgement)
        await interactions.see_through(sent.then)

    app.command(COMMAND)(command)
    app.action({"action_id": SHARE})(share)
    app.action(_OURS)(press)
    app.action(_OPENS)(opened)
    app.view(modals.FORM)(form)
    for callback_id in SHORTCUTS:
        app.shortcut(callback_id)(shortcut)


async def _failed(error: Exception) -> None:
    # Not the error's own text, as Bolt would: that of a database error carries what people wrote.
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("a request of Slack's could not be handled: %s at\n%s", reason(error), where)
