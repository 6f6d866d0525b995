"""What people do in Slack other than writing: commands, presses, shortcuts, and forms that they send."""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.slack import modals, reading
from bot.slack.calling import Slack
from bot.slack.giving import Act, Giving, Replies, Say, first_form, form_in
from bot.slack.port import SlackPort
from bot.slack.reading import Payload
from bot.slack.rendering import SlackMessage, messages
from bot.slack.responding import respond
from handlers.conversation import Reply
from scheduler.delivery import SendError

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sent:
    """A form that was sent: what Slack is told at once, and what is to be done then."""

    acknowledgement: dict[str, Any]
    then: Coroutine[Any, Any, None]


class Interactions:
    """Answers what people do, each where they did it."""

    def __init__(self, port: SlackPort, slack: Slack) -> None:
        self._port = port
        self._slack = slack
        self._giving = Giving(port, slack)
        self._under_way: set[asyncio.Task[None]] = set()

    async def see_through(self, work: Coroutine[Any, Any, None]) -> None:
        """Do work that stopping waits for (`finish`)."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        await asyncio.shield(task)

    async def finish(self, within: float) -> None:
        """Wait for what is under way to be done, `within` seconds at most."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within)

    async def command(self, body: Payload) -> None:
        """Answer a slash command, for the eyes of whoever gave it."""
        act = Act(body, reading.command(body))
        replies = await self._port.take_once(act.message)
        # What is for them alone is not to be shared by one press.
        share = "" if any(reply.private for reply in replies) else act.message.text

        async def say(said: Replies) -> None:
            shown = [each for reply in said for each in messages(reply, share=share)]
            await self._respond(body, shown, response_type="ephemeral")

        await self._open_or_give(act, replies, say)

    async def press(self, body: Payload) -> None:
        """Answer a press, where its message stands, or in a modal where it stands in a page."""
        act = Act(body, reading.pressed(body))
        replies = await self._port.take_once(act.message)
        room = act.message.room

        async def say(said: Replies) -> None:
            if room is None:
                await self._giving.show(act, modals.page_view(said))
                return
            shown = [each for reply in said for each in messages(reply)]
            how: dict[str, str | bool | None] = {"response_type": "ephemeral", "replace_original": False}
            await self._respond(body, shown, **how, thread_ts=room.thread or None)

        await self._open_or_give(act, replies, say)
        if changed := reading.spent(body):
            await self._take_buttons_away(changed)

    async def shortcut(self, body: Payload, says: str) -> None:
        """Say something for somebody in our own conversation with them, and answer there."""
        channel = await self._private_channel(body["user"]["id"])
        act = Act(body, reading.shortcut(body, says, channel))
        await self._open_or_give(act, await self._port.take_once(act.message), _nothing_is_left)

    async def sent(self, body: Payload) -> Sent:
        """A form that was sent. What is wrong in it is shown in it; else the answer comes where the form was asked for."""
        act = Act(body, reading.submitted(body))
        replies, room = await self._port.take_once(act.message), act.message.room
        again = first_form(replies, act.message)
        if again:
            number, view = again
            acknowledgement, shown = _again(body["view"], replies[number], view), {number}
        elif room or act.message.id:
            acknowledgement, shown = {}, set[int]()
        else:
            shown = {number for number, reply in enumerate(replies) if not reply.private}
            page = [replies[number] for number in sorted(shown)]
            acknowledgement = {"response_action": "update", "view": modals.page_view(page)} if page else {}

        async def say(said: Replies) -> None:
            if room:
                await self._giving.whisper(act, room, said)

        return Sent(acknowledgement, self._giving.give(act, replies, say, shown))

    async def show_to_all(self, body: Payload) -> None:
        """Show an answer that was for one person's eyes to the channel, and take the button for it away."""
        act = Act(body, replace(reading.pressed(body), private=False, id=""))
        asked = (f"<@{act.message.conversation.user}>", act.message.text)

        async def say(said: Replies) -> None:
            shown = [each for reply in said for each in messages(reply, short=True, asked=asked)]
            if await self._respond(body, shown, response_type="in_channel", replace_original=False):
                await self._respond(body, [SlackMessage("Shared with the channel.", ())], replace_original=True)

        await self._giving.give(act, await self._port.take(act.message), say)

    async def _open_or_give(self, act: Act, replies: Replies, say: Say) -> None:
        """Open a form, if there is one among replies, and give the others."""
        form, settled = first_form(replies, act.message), self._port.now()
        opened = {form[0]} if form and await self._giving.show(act, form[1]) else set[int]()
        await self._giving.give(act, replies, say, opened, settled)

    async def _take_buttons_away(self, changed: Payload) -> None:
        try:
            await self._slack.posted("chat.update", changed)
        except SendError as error:
            _log.warning("buttons that have done their work could not be taken away: %s", error)

    async def _respond(self, body: Payload, shown: Sequence[SlackMessage], **how: str | bool | None) -> bool:
        return await respond(self._slack.session, body["response_url"], shown, **how)

    async def _private_channel(self, user: str) -> str | None:
        """The channel of our own conversation with somebody; None where Slack does not tell."""
        try:
            opened = await self._slack.posted("conversations.open", {"users": user})
        except SendError as error:
            _log.warning("a conversation could not be opened: %s", error)
            return None
        return str(opened["channel"]["id"])


async def _nothing_is_left(_: Replies) -> None:
    """All that is said to a message with an id is sent as messages."""


def _again(open_view: dict[str, Any], reply: Reply, view: dict[str, Any]) -> dict[str, Any]:
    """Has a form filled in once more: what is wrong is told at its fields, or, where more is said, it is drawn afresh."""
    form = form_in(reply)
    wrong = modals.errors(form) if form else {}
    if wrong and len(reply.blocks) == 1 and wrong.keys() <= modals.keys(open_view):
        return {"response_action": "errors", "errors": wrong}
    return {"response_action": "update", "view": view}
