"""Says things in Teams: cards, sent to a conversation, and updated in their place."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from bot.store.cards import SqlCards, Use
from bot.teams.payload import SAYS
from bot.teams.port import Activity, Connector, ConnectorError, Reference
from bot.teams.reading import THREAD
from bot.teams.rendering import TeamsMessage, is_spent, spent

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

    async def put(self, to: Reference, drawn: TeamsMessage, more: str, instead: str = "") -> str:
        """Say a message, `instead` of one said before, anew where that cannot be changed; returns its id.

        `more`: `Reply.more` of the reply that it is of. Raises ConnectorError.
        """
        activity = _activity(drawn.card, drawn.summary)
        changed = bool(instead) and await self._changed(to, instead, activity)
        message = instead if changed else await self._connector.send(to, activity)
        # One that was changed may be kept already, as it was before.
        if changed or any(True for _ in _buttons(drawn.card)):
            await self._keep(to, message, drawn.card, more)
        return message

    async def remove(self, to: Reference, message: str) -> None:
        """Take a message away that was said before; where Teams never lets us, it stays. Raises ConnectorError."""
        try:
            await self._connector.delete(to, message)
        except ConnectorError as error:
            if not error.permanent:
                raise

    async def used(self, to: Reference, message: str, button: str, by: str) -> Use | None:
        """Note that a button of a card was pressed; None where the card is not known (any more). `by`: the press's key."""
        return await asyncio.to_thread(self._sent.use, _channel(to), message, button, by, _after)

    async def show(self, to: Reference, message: str, card: Card) -> bool:
        """Show a card as it stands now. Where Teams does not let us, it stays as it was; whether it was shown."""
        try:
            await self._connector.update(to, message, _activity(card))
        except ConnectorError as error:
            _log.warning("a used card stays as it was: %s", error)
            return False
        return True

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

    async def _keep(self, to: Reference, message: str, card: Card, more: str) -> None:
        try:
            await asyncio.to_thread(self._sent.keep, _channel(to), message, card, self._now(), more)
        except Exception as error:  # noqa: BLE001 - it is said: better that its buttons stay than that it is said again
            _log.warning("a card that was sent could not be kept: %s", type(error).__name__)

    async def _changed(self, to: Reference, message: str, activity: Activity) -> bool:
        try:
            await self._connector.update(to, message, activity)
        except ConnectorError as error:
            if not error.permanent:
                raise
            return False
        return True


def _channel(to: Reference) -> str:
    """Where a message is sure to be found: what begins a thread is sent to the channel, and pressed in the thread."""
    return to.conversation.partition(THREAD)[0]


def _activity(card: Card, summary: str = "") -> Activity:
    said = {"type": "message", "attachments": [{"contentType": _CARD, "content": card}]}
    return said | {"summary": summary} if summary else said


def _after(card: Card, button: str) -> Card | None:
    """The card after a button was pressed; None where it was used up.

    One that went since as another card took the place of its own is as good as ever: two people may press at once.
    """
    if any(each.get("data", {}).get(SAYS) == button for each in _buttons(card)):
        return spent(card, button)
    return None if is_spent(card, button) else card


def _buttons(part: Any) -> Iterator[dict[str, Any]]:
    """The buttons in a part of a card that can be pressed, and then tell us."""
    if isinstance(part, list):
        for each in part:
            yield from _buttons(each)
    elif isinstance(part, dict):
        if part.get("type") == "Action.Submit" and part.get("isEnabled", True):
            yield part
        for each in part.values():
            yield from _buttons(each)
