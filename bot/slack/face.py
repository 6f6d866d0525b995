"""Slack as a face: listeners that read, ask the assistant in a worker thread, and post what it says.

Nothing here decides what to say. An event is kept in the inbox before Slack is told that we have it.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest, AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import reading
from bot.slack.rendering import SlackMessage, home_blocks, messages, modal_blocks
from bot.store.inbox import SqlInbox
from bot.turns import Turns
from handlers.conversation import Message, Reply

COMMAND = "/compact"
SHARE = "share"
_LOOKING = "is looking it up…"
_RETRIES = 3
# What no later try will mend: the conversation is gone, or we are not in it.
_PERMANENT = frozenset(
    "channel_not_found not_in_channel is_archived cannot_dm_bot user_not_found account_inactive restricted_action".split()
)
_OURS = re.compile(r"(?:say|private|date):")
_log = logging.getLogger(__name__)

Payload = dict[str, Any]
Answering = Callable[[Payload], Awaitable[None]]


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
    made = AsyncWebClient(token=token, base_url=base_url)
    made.retry_handlers = [
        AsyncRateLimitErrorRetryHandler(max_retry_count=_RETRIES),
        AsyncServerErrorRetryHandler(max_retry_count=_RETRIES),
        AsyncConnectionErrorRetryHandler(max_retry_count=_RETRIES),
    ]
    return made


class SlackFace:
    """The listeners of one Slack app."""

    def __init__(self, port: SlackPort, web: AsyncWebClient) -> None:
        self._port = port
        self._web = web
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
        app.action(_OURS)(self._pressed)

    async def take_up(self) -> int:
        """Answer events left unanswered by a process that died; returns how many there were."""
        left = await asyncio.to_thread(self._port.inbox.take_up, self._port.now())
        for event in left:
            await self._answer(event.key, event.payload)
        return len(left)

    async def _keep(self, request: AsyncBoltRequest, next_: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse:
        body = request.body
        if body.get("type") != "event_callback":
            return await next_()
        ours = await asyncio.to_thread(self._port.inbox.receive, body["event_id"], body, self._port.now())
        if not ours:
            return BoltResponse(status=200)
        return await next_()

    async def _event(self, body: Payload) -> None:
        await self._answer(body["event_id"], body)

    async def _answer(self, key: str, body: Payload) -> None:
        answering = self._answers.get(body["event"]["type"])
        try:
            if answering:
                await answering(body)
        except SlackApiError as error:
            if error.response.get("error") not in _PERMANENT:
                _log.warning("event %s will be tried again: Slack said %s", key, error.response.get("error"))
                return
            _log.error("event %s cannot be answered: Slack said %s", key, error.response.get("error"))
        await asyncio.to_thread(self._port.inbox.done, key, self._port.now())

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

    async def _command(self, ack: Callable[..., Awaitable[BoltResponse]], body: Payload, respond: AsyncRespond) -> None:
        await ack()
        message = reading.command(body)
        replies = await self._take(message)
        for reply in replies:
            for shown in messages(reply, share=message.text):
                await respond(text=shown.text, blocks=list(shown.blocks), response_type="ephemeral", unfurl_links=False)

    async def _share(self, ack: Callable[..., Awaitable[BoltResponse]], body: Payload, respond: AsyncRespond) -> None:
        await ack()
        message = reading.pressed(body)
        replies = await self._take(message)
        asker = f"<@{message.conversation.user}>"
        for reply in replies:
            for shown in messages(reply, short=True, asked=(asker, message.text)):
                await respond(
                    text=shown.text,
                    blocks=list(shown.blocks),
                    response_type="in_channel",
                    replace_original=False,
                    unfurl_links=False,
                )
        await respond(text="Shared with the channel.", replace_original=True)

    async def _pressed(self, ack: Callable[..., Awaitable[BoltResponse]], body: Payload, respond: AsyncRespond) -> None:
        await ack()
        replies = await self._take(reading.pressed(body))
        channel = (body.get("channel") or {}).get("id")
        if channel is None:
            await self._in_a_modal(body, replies)
            return
        shown = [each for reply in replies for each in messages(reply)]
        if channel.startswith("D"):
            await self._post(channel, (body.get("message") or {}).get("thread_ts"), shown)
            return
        for each in shown:
            await respond(text=each.text, blocks=list(each.blocks), response_type="ephemeral", replace_original=False)

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

    async def _status(self, channel: str, thread: str | None) -> None:
        """Show that we are at work; without a plan that has it, nothing is lost."""
        try:
            await self._web.assistant_threads_setStatus(channel_id=channel, thread_ts=str(thread), status=_LOOKING)
        except SlackApiError as error:
            _log.debug("no status: Slack said %s", error.response.get("error"))

    async def _suggest(self, channel: str) -> None:
        """Offer questions to start with; without a plan that has it, nothing is lost."""
        prompts = [{"title": prompt, "message": prompt} for prompt in self._port.prompts]
        arguments = {"channel_id": channel, "prompts": prompts}
        try:
            await self._web.api_call("assistant.threads.setSuggestedPrompts", json=arguments)
        except SlackApiError as error:
            _log.debug("no suggested prompts: Slack said %s", error.response.get("error"))
