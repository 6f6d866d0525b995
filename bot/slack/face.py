"""Slack as a face: the events of people who write to us or open us, answered.

Nothing here decides what to say. An event is kept in the inbox before Slack is told that we have it.
"""

import asyncio
import logging
from collections.abc import Awaitable

from bot.replying import send_replies
from bot.slack import reading
from bot.slack.calling import Slack
from bot.slack.errors import CALL_ERRORS, reason, send_error
from bot.slack.interacting import Interactions
from bot.slack.port import SlackPort
from bot.slack.reading import Payload
from bot.slack.rendering import home_blocks
from bot.store.posts import welcome_key
from handlers.conversation import Message, Person, Room
from handlers.posts import Post
from scheduler.delivery import SendError

_LOOKING = "is looking it up…"
_EXTRAS_WITHIN = 2.0
_log = logging.getLogger(__name__)


class SlackFace:
    """Answers what was kept in the inbox."""

    def __init__(self, port: SlackPort, slack: Slack, interactions: Interactions) -> None:
        self._port = port
        self._slack = slack
        self._interactions = interactions

    async def answer(self, body: Payload) -> bool:
        """Answer an event, or show an answer to a channel; whether that is marked with the turn. Raises SendError."""
        try:
            return await self._answered(body)
        except CALL_ERRORS as error:
            raise send_error(error) from None

    async def _answered(self, body: Payload) -> bool:
        if body["type"] != "event_callback":
            await self._interactions.show_to_all(body)
            return False
        match body["event"]["type"]:
            case reading.MESSAGE:
                await self._direct(reading.direct(body))
            case reading.MENTION:
                await self._say(reading.mention(body))
            case _:
                await self._opened(body)
                return False
        return True

    async def _direct(self, message: Message) -> None:
        room = message.room
        status = asyncio.create_task(self._status(room)) if room and room.thread else None
        replies = await self._port.take(message)
        if status:
            await status
        await send_replies(self._port.deliverer, message, replies, self._port.now())

    async def _say(self, message: Message) -> None:
        replies = await self._port.take(message)
        await send_replies(self._port.deliverer, message, replies, self._port.now())

    async def _opened(self, body: Payload) -> None:
        event, person = body["event"], reading.person(body)
        await self._port.put(Post(welcome_key(person), person, self._port.welcome(), self._port.now()))
        if event.get("tab") == "home":
            await self._show_home(person)
        elif event.get("channel"):
            await self._suggest(event["channel"])

    async def _show_home(self, person: Person) -> None:
        home = await asyncio.to_thread(self._port.home, person)
        view = {"type": "home", "blocks": home_blocks(home)}
        await self._slack.again.views_publish(user_id=person.user, view=view)

    async def _status(self, room: Room) -> None:
        """Show that we are at work."""
        arguments = {"channel_id": room.channel, "thread_ts": room.thread, "status": _LOOKING}
        call = self._slack.once.api_call("assistant.threads.setStatus", json=arguments)
        await self._extra("status", call)

    async def _suggest(self, channel: str) -> None:
        """Offer questions to start with."""
        prompts = [{"title": prompt, "message": prompt} for prompt in self._port.prompts]
        arguments = {"channel_id": channel, "prompts": prompts}
        call = self._slack.again.api_call("assistant.threads.setSuggestedPrompts", json=arguments)
        await self._extra("suggested prompts", call)

    async def _extra(self, what: str, call: Awaitable[object]) -> None:
        """Make a call that no answer depends on: without a plan that has it, or where Slack is slow, nothing is lost."""
        try:
            async with asyncio.timeout(_EXTRAS_WITHIN):
                await call
        except CALL_ERRORS as error:
            _log.debug("no %s: %s", what, reason(error))


def hopeless(error: Exception) -> bool:
    """Whether an event cannot be answered however often it is tried."""
    return isinstance(error, SendError) and error.permanent
