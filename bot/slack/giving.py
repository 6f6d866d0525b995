"""Gives replies to somebody who pressed, commanded or sent a form: as messages, for their eyes alone, or in a modal."""

import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.replying import send_replies
from bot.slack import modals
from bot.slack.calling import Slack
from bot.slack.port import SlackPort
from bot.slack.reading import Payload
from bot.slack.rendering import messages
from bot.store.posts import reply_key
from handlers.conversation import Form, Message, Reply, Room, Text
from handlers.posts import Post
from scheduler.delivery import SendError

_log = logging.getLogger(__name__)

Replies = Sequence[Reply]
Say = Callable[[Replies], Awaitable[None]]


@dataclass(frozen=True)
class Act:
    """What somebody did, as Slack tells it and as a message."""

    body: Payload
    message: Message


class Giving:
    """Gives replies to acts."""

    def __init__(self, port: SlackPort, slack: Slack) -> None:
        self._port = port
        self._slack = slack

    async def give(
        self, act: Act, replies: Replies, say: Say, shown: Collection[int] = (), settled: datetime | None = None
    ) -> None:
        """Give replies, but those of the numbers in `shown`, which are given already. `settled`: when, unless just now.

        Those to a message with an id are kept, and sent where they go. Of others, those for the person alone go to our own
        conversation with them, and `say` says the rest.
        """
        told = [in_words(reply, act.message) for reply in replies]
        if act.message.id:
            await send_replies(self._port.deliverer, act.message, told, settled or self._port.now(), shown)
            return
        left = [reply for number, reply in enumerate(told) if number not in shown]
        await self._in_private(act, "private", [reply for reply in left if reply.private])
        if rest := [reply for reply in left if not reply.private]:
            await say(rest)

    async def whisper(self, act: Act, room: Room, replies: Replies) -> None:
        """Say replies in a room for the person's eyes alone; in private, where Slack does not take them there."""
        place = {"channel": room.channel, "user": act.message.conversation.user}
        place |= {"thread_ts": room.thread} if room.thread else {}
        try:
            for part in (part for reply in replies for part in messages(reply)):
                await self._slack.posted("chat.postEphemeral", place | {"text": part.text, "blocks": part.blocks})
        except SendError as error:
            _log.warning("an answer in a channel is given in private: %s", error)
            await self._in_private(act, "whispered", replies)

    async def show(self, act: Act, view: dict[str, Any]) -> bool:
        """Show a modal, in the place of the one in which a button was pressed; whether Slack took it."""
        pressed_in = act.body.get("view") or {}
        try:
            if pressed_in.get("type") == "modal":
                await self._slack.posted("views.update", {"view_id": pressed_in["id"], "view": view})
            else:
                await self._slack.posted("views.open", {"trigger_id": act.body["trigger_id"], "view": view})
        except SendError as error:
            _log.warning("a modal could not be shown: %s", error)
            return False
        return True

    async def _in_private(self, act: Act, why: str, replies: Replies) -> None:
        """Have replies delivered to our own conversation with the person. `why`: a word of its own for each call."""
        kept = replace(act.message, id=f"{why}:{act.body['trigger_id']}")
        person, now = act.message.conversation.person, self._port.now()
        if replies:
            await self._port.put(
                *(Post(reply_key(kept, number), person, reply, now) for number, reply in enumerate(replies))
            )


def first_form(replies: Replies, message: Message) -> tuple[int, dict[str, Any]] | None:
    """The first form among replies that Slack takes: the reply's number, and all of it as a modal."""
    for number, reply in enumerate(replies):
        if view := _modal(reply, message):
            return number, view
    return None


def in_words(reply: Reply, message: Message) -> Reply:
    """A reply whose form Slack does not take, with how to say the same in words; any other as it is."""
    if not form_in(reply) or _modal(reply, message):
        return reply
    blocks = [part for block in reply.blocks for part in (_told(block) if isinstance(block, Form) else (block,))]
    return replace(reply, blocks=tuple(blocks))


def form_in(reply: Reply) -> Form | None:
    """The form in a reply."""
    return next((block for block in reply.blocks if isinstance(block, Form)), None)


def _told(form: Form) -> tuple[Text, Text]:
    return Text(form.title), Text(form.typed)


def _modal(reply: Reply, message: Message) -> dict[str, Any] | None:
    form = form_in(reply)
    if form is None:
        return None
    at = reply.blocks.index(form)
    of = modals.origin(form, message, in_private=reply.private)
    return modals.form_view(form, of, reply.blocks[:at], reply.blocks[at + 1 :])
