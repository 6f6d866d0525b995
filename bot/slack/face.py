"""Slack as a face: listeners that read, ask the assistant in a worker thread, and post what it says.

Nothing here decides what to say. An event is kept in the inbox before Slack is told that we have it.
"""

import asyncio
import logging
import re
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack import reading
from bot.slack.errors import CALL_ERRORS, reason, slack_says
from bot.slack.rendering import SHARE, SlackMessage, home_blocks, messages, modal_blocks
from bot.store.inbox import HELD_FOR, SqlInbox
from bot.turns import Turns
from handlers.conversation import Message, Reply

COMMAND = "/compact"
_LOOKING = "is looking it up…"
_RETRIES = 3
_HOLD_EVERY = HELD_FOR.total_seconds() / 3
_EXTRAS_WITHIN = 2.0
_OK, _SERVER_ERROR = 200, 500
# What no later try will mend: the conversation is gone, or we are not in it.
_PERMANENT = frozenset(
    "channel_not_found not_in_channel is_archived cannot_dm_bot user_not_found account_inactive restricted_action".split()
)
_OURS = re.compile(r"(?:say|date):")
_log = logging.getLogger(__name__)

Payload = dict[str, Any]
Answering = Callable[[Payload], Awaitable[None]]
Acknowledge = Callable[[], Awaitable[BoltResponse]]


@dataclass(frozen=True)
class SlackPort:
    """What the face needs of the program: where messages go, what the Home tab and a newcomer are shown, the inbox, the time."""

    turns: Turns
    home: Callable[[], Reply]
    welcome: Callable[[], Reply]
    prompts: Sequence[str]
    inbox: SqlInbox
    now: Callable[[], datetime]


def client(token: str, base_url: str) -> AsyncWebClient:
    """The Web API's client: it waits as long as Slack asks on 429, and tries again when Slack or the line fails."""
    return AsyncWebClient(token=token, base_url=base_url, retry_handlers=_retry_handlers())


def _retry_handlers() -> list[AsyncRetryHandler]:
    return [
        AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES),
        AsyncServerErrorRetryHandler(max_retry_count=_RETRIES),
        AsyncConnectionErrorRetryHandler(max_retry_count=_RETRIES),
    ]


class SlackFace:
    """The listeners of one Slack app."""

    def __init__(self, port: SlackPort, web: AsyncWebClient) -> None:
        self._port = port
        self._web = web
        self._under_way: set[asyncio.Task[None]] = set()
        self._answers: dict[str, Answering] = {
            "message": self._direct,
            "app_mention": self._mention,
            "app_home_opened": self._opened,
        }

    def listen(self, app: AsyncApp) -> None:
        """Register every listener with the Bolt app."""
        app.middleware(self._keep)
        for event in self._answers:
            app.event(event)(self._event)
        app.command(COMMAND)(self._command)
        app.action({"action_id": SHARE})(self._share)
        app.action(_OURS)(self._press)
        app.error(self._failed)

    async def take_up(self) -> int:
        """Answer events left unanswered by a process that died or failed; returns how many there were."""
        inbox, now = self._port.inbox, self._port.now()
        for key in await asyncio.to_thread(inbox.give_up, now):
            _log.error("event %s is given up: it was tried too often", key)
        left = await asyncio.to_thread(inbox.take_up, now)
        await asyncio.gather(*(self._see_through(self._answer(event.key, event.payload)) for event in left))
        return len(left)

    async def finish(self, within: float) -> None:
        """Wait for what is under way to be answered, `within` seconds at most."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)

    async def _keep(self, request: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        body = request.body
        if body.get("type") != "event_callback":
            return await next_()
        ours = await asyncio.to_thread(self._port.inbox.receive, body["event_id"], body, self._port.now())
        if not ours:
            return BoltResponse(status=200)
        return await next_()

    async def _event(self, body: Payload) -> None:
        await self._see_through(self._answer(body["event_id"], body))

    async def _command(self, ack: Acknowledge, body: Payload) -> None:
        await ack()
        await self._see_through(self._answer_command(body))

    async def _share(self, ack: Acknowledge, body: Payload) -> None:
        await ack()
        await self._see_through(self._show_to_all(body))

    async def _press(self, ack: Acknowledge, body: Payload) -> None:
        await ack()
        await self._see_through(self._answer_press(body))

    async def _failed(self, error: Exception) -> None:
        # Not the error's own text, as Bolt would: that of a database error carries what people wrote.
        where = "".join(traceback.format_tb(error.__traceback__))
        _log.error("a request of Slack's could not be handled: %s at\n%s", reason(error), where)

    async def _see_through(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work that stopping waits for (`finish`): cut off after sending, it would be done again."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.shield(task)

    async def _answer(self, key: str, body: Payload) -> None:
        answering = self._answers.get(body["event"]["type"])
        try:
            async with self._held(key):
                if answering:
                    await answering(body)
        except Exception as error:  # noqa: BLE001 - the inbox keeps the event, and the others must be answered too
            if slack_says(error) not in _PERMANENT:
                _log.warning("event %s will be tried again: %s", key, reason(error))
                return
            _log.error("event %s cannot be answered: %s", key, reason(error))
        await asyncio.to_thread(self._port.inbox.done, key, self._port.now())

    @asynccontextmanager
    async def _held(self, key: str) -> AsyncIterator[None]:
        """Hold an event for as long as it takes: Slack may make us wait longer than a hold lasts."""

        async def hold() -> None:
            while True:
                await asyncio.sleep(_HOLD_EVERY)
                await asyncio.to_thread(self._port.inbox.hold, key, self._port.now())

        holding = asyncio.create_task(hold())
        try:
            yield
        finally:
            holding.cancel()
            await asyncio.gather(holding, return_exceptions=True)

    async def _direct(self, body: Payload) -> None:
        asked = reading.direct(body)
        if asked is None:
            return
        status = asyncio.create_task(self._status(asked.channel, asked.thread)) if asked.thread else None
        replies = await self._take(asked.message)
        if status:
            await status
        await self._post(asked.channel, asked.thread, [each for reply in replies for each in messages(reply)])

    async def _mention(self, body: Payload) -> None:
        asked = reading.mention(body)
        if asked is None:
            return
        replies = await self._take(asked.message)
        shown = [each for reply in replies for each in messages(reply, short=True)]
        await self._post(asked.channel, asked.thread, shown)

    async def _opened(self, body: Payload) -> None:
        event: Payload = body["event"]
        if event.get("tab") == "home":
            view = {"type": "home", "blocks": home_blocks(self._port.home())}
            await self._web.views_publish(user_id=event["user"], view=view)
        elif event.get("channel"):
            await self._suggest(event["channel"])
        person = reading.person(body)
        if await asyncio.to_thread(self._port.inbox.first_contact, person, self._port.now()):
            await self._post(event["user"], None, messages(self._port.welcome()))

    async def _answer_command(self, body: Payload) -> None:
        message = reading.command(body)
        for reply in await self._take(message):
            await self._respond(body, messages(reply, share=message.text), response_type="ephemeral")

    async def _show_to_all(self, body: Payload) -> None:
        message = reading.pressed(body)
        asked = (f"<@{message.conversation.user}>", message.text)
        replies = await self._take(message)
        shown = [each for reply in replies for each in messages(reply, short=True, asked=asked)]
        if await self._respond(body, shown, response_type="in_channel", replace_original=False):
            await self._respond(body, [SlackMessage("Shared with the channel.", ())], replace_original=True)

    async def _answer_press(self, body: Payload) -> None:
        replies = await self._take(reading.pressed(body))
        where = reading.pressed_in(body)
        if where is None:
            await self._in_a_modal(body, replies)
            return
        shown = [each for reply in replies for each in messages(reply)]
        if where.ours:
            await self._post(where.channel, where.thread, shown)
            return
        await self._respond(body, shown, response_type="ephemeral", replace_original=False, thread_ts=where.thread)

    async def _in_a_modal(self, body: Payload, replies: Sequence[Reply]) -> None:
        view = {
            "type": "modal",
            "title": {"type": "plain_text", "text": "compactbot"},
            "close": {"type": "plain_text", "text": "Close"},
            "blocks": [block for reply in replies for block in modal_blocks(reply)][:100],
        }
        open_already = body["view"]
        if open_already["type"] == "modal":
            await self._web.views_update(view_id=open_already["id"], view=view)
        else:
            await self._web.views_open(trigger_id=body["trigger_id"], view=view)

    async def _take(self, message: Message) -> list[Reply]:
        return await asyncio.to_thread(self._port.turns.take, message)

    async def _post(self, channel: str, thread: str | None, shown: Sequence[SlackMessage]) -> None:
        for each in shown:
            await self._web.chat_postMessage(
                channel=channel,
                thread_ts=thread,
                text=each.text,
                blocks=list(each.blocks),
                unfurl_links=False,
                unfurl_media=False,
            )

    async def _respond(self, body: Payload, shown: Sequence[SlackMessage], **how: str | bool | None) -> bool:
        """Send messages to where a command or press came from; whether Slack took them all."""
        hook = AsyncWebhookClient(body["response_url"], retry_handlers=_retry_handlers())
        for each in shown:
            content = {"text": each.text, "blocks": list(each.blocks), "unfurl_links": False, "unfurl_media": False}
            said = await hook.send_dict(content | how)
            for attempt in range(_RETRIES):
                if said.status_code < _SERVER_ERROR:
                    break
                # The retry handlers are asked about 429 and the line here, not about a Slack that fails.
                await asyncio.sleep(2**attempt)
                said = await hook.send_dict(content | how)
            if said.status_code != _OK:
                _log.error("an answer to a command or press was refused with status %d", said.status_code)
                return False
        return True

    async def _status(self, channel: str, thread: str | None) -> None:
        """Show that we are at work."""
        call = self._web.assistant_threads_setStatus(channel_id=channel, thread_ts=str(thread), status=_LOOKING)
        await self._extra("status", call)

    async def _suggest(self, channel: str) -> None:
        """Offer questions to start with."""
        prompts = [{"title": prompt, "message": prompt} for prompt in self._port.prompts]
        arguments = {"channel_id": channel, "prompts": prompts}
        call = self._web.api_call("assistant.threads.setSuggestedPrompts", json=arguments)
        await self._extra("suggested prompts", call)

    async def _extra(self, what: str, call: Awaitable[object]) -> None:
        """Make a call that no answer depends on: without a plan that has it, or where Slack is slow, nothing is lost."""
        try:
            async with asyncio.timeout(_EXTRAS_WITHIN):
                await call
        except CALL_ERRORS as error:
            _log.debug("no %s: %s", what, reason(error))
