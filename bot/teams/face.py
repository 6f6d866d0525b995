"""Teams as a face: what comes in is kept, answered by the assistant in a worker thread, and the answer sent.

Nothing here decides what to say, but for what only Teams makes necessary.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering import Answering
from bot.store.inbox import SqlInbox
from bot.teams import reading
from bot.teams.payload import Pressed
from bot.teams.places import Places
from bot.teams.port import Activity, ConnectorError
from bot.teams.reading import Asked, Change, Place
from bot.teams.speaking import Speaker
from bot.turns import Turns
from handlers.conversation import Conversation, Form, Message, Reply, Text

OLD_CARD = "That card is too old for me to read. Please ask me again."
USED_CARD = "That has been picked already. To go on with something else, please ask me again."
NO_PRIVATE_CHAT = (
    "I cannot write to you in private yet. Please open a chat with me first: "
    "find me under Apps, add me, and ask me there."
)


@dataclass(frozen=True)
class TeamsPort:
    """What the face needs of the program: where messages go, what a newcomer is told, the inbox, the time."""

    turns: Turns
    welcome: Callable[[], Reply]
    inbox: SqlInbox
    now: Callable[[], datetime]


class TeamsFace:
    """Answers what Teams sends."""

    def __init__(self, port: TeamsPort, speaker: Speaker, places: Places) -> None:
        self._port = port
        self._speaker = speaker
        self._places = places

    async def answer(self, key: str, activity: Activity) -> None:
        """Answer an activity that was kept in the inbox. Raises ConnectorError and others where it cannot be answered."""
        asked = reading.asked(activity)
        if asked is None:
            await self._noticed(activity)
            return
        await self._places.remember(asked.place)
        if asked.old:
            await self._say(asked.place, [Reply((Text(OLD_CARD),))])
        elif asked.pressed is None:
            await self._typed(asked)
        else:
            await self._pressed(key, asked, asked.pressed)

    async def _noticed(self, activity: Activity) -> None:
        change = reading.change(activity)
        if change is Change.ADDED:
            await self._greet(reading.place(activity))
        elif change is Change.REMOVED:
            await self._places.leave(reading.place(activity))

    async def _greet(self, place: Place) -> None:
        await self._places.arrive(place)
        person = place.person
        met = Conversation(person.platform, person.tenant, "", place.room.channel if place.room else person.user)
        if await asyncio.to_thread(self._port.inbox.first_contact, met, self._port.now()):
            await self._say(place, [self._port.welcome()])

    async def _typed(self, asked: Asked) -> None:
        replies = await self._take(asked.place, asked.message)
        # A group chat has no threads that would show what is answered.
        named = (asked.message.name, asked.message.text) if asked.place.room and not asked.place.threaded else None
        await self._say(asked.place, replies, named)

    async def _pressed(self, key: str, asked: Asked, press: Pressed) -> None:
        place = asked.place
        use = await self._speaker.used(place.here, asked.card, press.button, key)
        if use and use.again:
            await self._say(place, [Reply((Text(USED_CARD),))])
            return
        if use and place.room and use.more == press.button:
            await self._more(asked)
            return
        replies = await self._take(place, asked.message)
        again, others = _to_mend(replies, in_private=place.room is None)
        if again:
            await self._speaker.say_instead(place.here, asked.card, again, short=place.room is not None)
        elif use and use.changed:
            await self._speaker.show(place.here, asked.card, use.card)
        await self._say(place, others)

    async def _more(self, asked: Asked) -> None:
        """Answer in private what was pressed where others read."""
        place = asked.place
        try:
            chat = await self._places.personal(place)
        except ConnectorError as error:
            await self._no_private_chat(place, error)
            return
        conversation = replace(asked.message.conversation, channel=chat.conversation)
        message = replace(asked.message, conversation=conversation, private=True, room=None)
        for reply in await self._take(replace(place, here=chat), message):
            await self._say(place, [replace(reply, private=True)])

    async def _say(self, place: Place, replies: Sequence[Reply], asked: tuple[str, str] | None = None) -> None:
        for reply in replies:
            if not reply.private or place.room is None:
                await self._speaker.say(place.here, reply, short=place.room is not None, asked=asked)
            else:
                await self._say_in_private(place, reply)

    async def _say_in_private(self, place: Place, reply: Reply) -> None:
        try:
            await self._speaker.say(await self._places.personal(place), reply)
        except ConnectorError as error:
            await self._no_private_chat(place, error)

    async def _no_private_chat(self, place: Place, error: ConnectorError) -> None:
        """Say that there can be no private chat with whoever spoke in a room, where trying again will not help."""
        if not error.permanent:
            raise error
        await self._places.drop(place.person)
        await self._speaker.say(place.here, Reply((Text(NO_PRIVATE_CHAT),)))

    async def _take(self, place: Place, message: Message) -> list[Reply]:
        async with self._speaker.typing(place.here):
            return await asyncio.to_thread(self._port.turns.take, message)


def hopeless(error: Exception) -> bool:
    """Whether an activity cannot be answered however often it is tried."""
    return isinstance(error, ConnectorError) and error.permanent


def answering(port: TeamsPort, face: TeamsFace, forget: Callable[[datetime], object]) -> Answering:
    """Has the face answer what is kept in the inbox."""
    return Answering(port.inbox, port.now, face.answer, hopeless, forget)


def _to_mend(replies: Sequence[Reply], *, in_private: bool) -> tuple[Reply | None, list[Reply]]:
    """The reply that is the same form again, for what is wrong in it to be mended where it stands, and the others."""
    shown = [each for each in replies if in_private or not each.private]
    again = [each for each in shown if any(_is_wrong(block) for block in each.blocks if isinstance(block, Form))]
    return (again[0], [each for each in replies if each is not again[0]]) if again else (None, list(replies))


def _is_wrong(form: Form) -> bool:
    return any(field.error for field in form.fields)
