"""Teams as a face: what comes in is kept, answered by the assistant in a worker thread, and the answer sent.

Nothing here decides what to say, but for what only Teams makes necessary.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.port import Port
from bot.replying import send_replies
from bot.store.posts import reply_key, welcome_key
from bot.teams import reading
from bot.teams.payload import Pressed
from bot.teams.places import Places, whose
from bot.teams.port import Activity, ConnectorError, Reference
from bot.teams.reading import Asked, Change, Place
from bot.teams.rendering import asked_above, cards
from bot.teams.speaking import Speaker
from handlers.commands import Verdict, command
from handlers.conversation import Form, Message, Reply, Text
from handlers.posts import Post

OLD_CARD = "That card is too old for me to read. Please ask me again."
USED_CARD = "That has been picked already. To go on with something else, please ask me again."
NO_PRIVATE_CHAT = (
    "I cannot write to you in private yet. Please open a chat with me first: "
    "find me under Apps, add me, and ask me there."
)
_log = logging.getLogger(__name__)


class TeamsFace:
    """Answers what Teams sends."""

    def __init__(self, port: Port, speaker: Speaker, places: Places) -> None:
        self._port = port
        self._speaker = speaker
        self._places = places

    async def answer(self, activity: Activity) -> bool:
        """Answer an activity that was kept in the inbox; whether that is marked with the turn.

        Raises ConnectorError, and what databases raise, where it is to be tried again.
        """
        asked = reading.asked(activity)
        if asked is None:
            await self._noticed(activity)
            return False
        await self._places.remember(asked.place)
        if asked.old:
            await self._tell(asked, OLD_CARD)
        elif asked.pressed is None:
            await self._typed(asked)
        else:
            await self._pressed(asked, asked.pressed)
        return True

    async def _noticed(self, activity: Activity) -> None:
        change = reading.change(activity)
        if change is Change.ADDED:
            await self._greet(reading.place(activity))
        elif change is Change.REMOVED:
            await self._places.leave(reading.place(activity))

    async def _greet(self, place: Place) -> None:
        await self._places.remember(place)
        to = whose(place)
        await self._port.put(Post(welcome_key(to), to, self._port.welcome(), self._port.now()))

    async def _typed(self, asked: Asked) -> None:
        replies = await self._take(asked.message, asked.place.here)
        # A group chat has no threads that would show what is answered.
        if asked.place.room and not asked.place.threaded:
            replies = [reply if reply.private else _under_what_was_asked(reply, asked.message) for reply in replies]
        await self._give(asked, asked.message, replies)

    async def _pressed(self, asked: Asked, press: Pressed) -> None:
        here, message = asked.place.here, asked.message
        use = await self._speaker.used(here, asked.card, press.button, message.id)
        if use and use.again:
            await self._tell(asked, USED_CARD)
            return
        if use and asked.place.room and use.more == press.button:
            await self._more(asked)
            return
        replies, settled = await self._take(message, here), self._port.now()
        shown = await self._mended(asked, replies)
        if use and use.changed and not shown and await self._speaker.show(here, asked.card, use.card):
            # In a room the card tells enough: nobody there need read that a rating is welcome.
            shown = {0} if asked.place.room and _is_only_thanks(press, replies) else set()
        await self._give(asked, message, replies, shown, settled)

    async def _mended(self, asked: Asked, replies: Sequence[Reply]) -> set[int]:
        """Put the same form again, with what is wrong in it, in the place of the one sent; gives its reply's number."""
        number = _to_mend(replies, in_private=asked.place.room is None)
        drawn = cards(replies[number], short=asked.place.room is not None) if number is not None else []
        if number is None or len(drawn) != 1:
            return set()
        try:
            await self._speaker.put(asked.place.here, drawn[0], replies[number].more, instead=asked.card)
        except ConnectorError as error:
            _log.warning("a form to be mended is sent anew: %s", error)
            return set()
        return {number}

    async def _more(self, asked: Asked) -> None:
        """Answer in private what was pressed where others read."""
        chat = await self._chat_with(asked)
        if chat is None:
            await self._tell(asked, NO_PRIVATE_CHAT)
            return
        conversation = replace(asked.message.conversation, channel=chat.conversation)
        message = replace(asked.message, conversation=conversation, private=True, room=None)
        await self._give(asked, message, await self._take(message, chat))

    async def _chat_with(self, asked: Asked) -> Reference | None:
        """The personal chat of whoever did something in a room; None where there can be none."""
        try:
            return await self._places.reach(asked.place.person)
        except ConnectorError as error:
            if not error.permanent:
                raise
            return None

    async def _tell(self, asked: Asked, text: str) -> None:
        """Say what Teams makes necessary, in the assistant's place."""
        replies = [Reply((Text(text),))]
        if await self._port.settle(asked.message, replies):
            await self._give(asked, asked.message, replies)

    async def _give(
        self,
        asked: Asked,
        message: Message,
        replies: Sequence[Reply],
        shown: Collection[int] = (),
        settled: datetime | None = None,
    ) -> None:
        """Send replies to a message that was settled, but those in `shown`, which the person has before them already.

        `settled`: when, unless just now.

        Whoever spoke in a room and cannot be written to in private is told so there.
        """
        await send_replies(self._port.deliverer, message, replies, settled or self._port.now(), shown)
        room, in_private = asked.place.room, message.room is None or any(reply.private for reply in replies)
        if room and in_private and self._places.is_lost(asked.place.person):
            key = reply_key(message, len(replies))
            await self._port.put(Post(key, room, Reply((Text(NO_PRIVATE_CHAT),)), self._port.now()))

    async def _take(self, message: Message, here: Reference) -> list[Reply]:
        async with self._speaker.typing(here):
            return await self._port.take(message)


def _under_what_was_asked(reply: Reply, message: Message) -> Reply:
    return replace(reply, blocks=(asked_above(message.name, message.text), *reply.blocks))


def _to_mend(replies: Sequence[Reply], *, in_private: bool) -> int | None:
    """The number of the reply that is the same form again, for what is wrong in it to be mended where it stands."""
    here = [number for number, each in enumerate(replies) if in_private or not each.private]
    return next((number for number in here if any(map(_is_wrong, replies[number].blocks))), None)


def _is_wrong(block: object) -> bool:
    return isinstance(block, Form) and any(field.error for field in block.fields)


def _is_only_thanks(press: Pressed, replies: Sequence[Reply]) -> bool:
    """Whether all that is said to somebody who rated an answer is one sentence."""
    return isinstance(command(press.button), Verdict) and [len(reply.blocks) for reply in replies] == [1]
