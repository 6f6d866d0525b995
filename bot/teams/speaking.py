"""Says things in Teams: replies drawn as cards, sent to a conversation, and updated in their place."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.store.cards import SqlCards, Use
from bot.teams.payload import SAYS
from bot.teams.port import Activity, Connector, ConnectorError, Reference
from bot.teams.reading import THREAD
from bot.teams.rendering import TeamsMessage, cards, spent
from handlers.conversation import Reply

# As the kit's own typing indicator has it: most answers are there sooner.
_TYPING_AFTER = 0.5
_CARD = "application/vnd.microsoft.card.adaptive"
_log = logging.getLogger(__name__)

Card = dict[str, Any]


class Speaker:
    """Speaks by a connector, and keeps the cards it sends for as long as their buttons are of use."""

    def __init__(self, connector: Connector, sent: SqlCards, now: Callable[[], datetime]) -> None:
        self._connector = connector
        self._sent = sent
        self._now = now

    async def say(
        self, to: Reference, reply: Reply, *, short: bool = False, asked: tuple[str, str] | None = None
    ) -> list[str]:
        """Say a reply; returns the ids of its messages. `short` and `asked` as in `bot.teams.rendering.cards`."""
        return await self._send(to, cards(reply, short=short, asked=asked), reply)

    async def say_instead(self, to: Reference, message: str, reply: Reply, *, short: bool = False) -> None:
        """Put a reply in the place of a message said before; say it anew where that message cannot be changed."""
        drawn = cards(reply, short=short)
        try:
            await self._connector.update(to, message, _activity(drawn[0].card, drawn[0].summary))
        except ConnectorError as error:
            if not error.permanent:
                raise
        else:
            await self._keep(to, message, drawn.pop(0), reply)
        await self._send(to, drawn, reply)

    async def used(self, to: Reference, message: str, button: str, by: str) -> Use | None:
        """Note that a button of a card was pressed; None where the card is not known (any more). `by`: the press's key."""
        return await asyncio.to_thread(self._sent.use, _channel(to), message, button, by, _after)

    async def show(self, to: Reference, message: str, card: Card) -> None:
        """Show a card as it stands now. Where Teams does not let us, it stays as it was."""
        try:
            await self._connector.update(to, message, _activity(card))
        except ConnectorError as error:
            _log.warning("a used card stays as it was: %s", error)

    @asynccontextmanager
    async def typing(self, to: Reference) -> AsyncIterator[None]:
        """Show that we are at work, where that takes a while."""

        async def show() -> None:
            await asyncio.sleep(_TYPING_AFTER)
            await self._connector.send(to, {"type": "typing"})

        showing = asyncio.create_task(show())
        try:
            yield
        finally:
            showing.cancel()
            # No answer depends on it.
            await asyncio.gather(showing, return_exceptions=True)

    async def _send(self, to: Reference, drawn: Sequence[TeamsMessage], reply: Reply) -> list[str]:
        ids = []
        for each in drawn:
            ids.append(await self._connector.send(to, _activity(each.card, each.summary)))
            await self._keep(to, ids[-1], each, reply)
        return ids

    async def _keep(self, to: Reference, message: str, shown: TeamsMessage, reply: Reply) -> None:
        if any(True for _ in _buttons(shown.card)):
            await asyncio.to_thread(self._sent.keep, _channel(to), message, shown.card, self._now(), reply.more)


def _channel(to: Reference) -> str:
    """Where a message is sure to be found: what begins a thread is sent to the channel, and pressed in the thread."""
    return to.conversation.partition(THREAD)[0]


def _activity(card: Card, summary: str = "") -> Activity:
    said = {"type": "message", "attachments": [{"contentType": _CARD, "content": card}]}
    return said | {"summary": summary} if summary else said


def _after(card: Card, button: str) -> Card | None:
    """The card after a button was pressed; None where it does not have it any more."""
    offered = any(each.get("data", {}).get(SAYS) == button for each in _buttons(card))
    return spent(card, button) if offered else None


def _buttons(part: Any) -> Iterator[dict[str, Any]]:
    """The buttons in a part of a card that can be pressed."""
    if isinstance(part, list):
        for each in part:
            yield from _buttons(each)
    elif isinstance(part, dict):
        if part.get("type") == "Action.Submit" and part.get("isEnabled", True):
            yield part
        for each in part.values():
            yield from _buttons(each)
