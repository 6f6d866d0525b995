"""The cards sent, as they stand now: Teams sends no card back with a press, and one is to be updated in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, select, update

from bot.store.dialect import insert
from bot.store.schema import cards

KEPT_FOR = timedelta(days=30)

Card = dict[str, Any]


@dataclass(frozen=True)
class Use:
    """A press in a card that is known: the card as it stands after it. `again`: the button had gone before.

    `more`: the button that asks for all of it in private, where the card has one.
    """

    card: Card
    changed: bool
    again: bool
    more: str


class SqlCards:
    """The cards in all conversations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, conversation: str, message: str, card: Card, now: datetime, more: str) -> None:
        """Keep a card that was sent, or put in another's place, in a message of a conversation."""
        values: dict[str, Any] = {"card": card, "more": more, "picked": {}, "sent_at": now}
        row = insert(self._engine.dialect.name, cards).values(conversation=conversation, message=message, **values)
        with self._engine.begin() as connection:
            known = list(cards.primary_key.columns)
            connection.execute(row.on_conflict_do_update(index_elements=known, set_=values))

    def use(
        self, conversation: str, message: str, button: str, by: str, change: Callable[[Card, str], Card | None]
    ) -> Use | None:
        """Note a press of a button, and keep the card as it stands after that; None where the card is not known.

        `by`: the press's own key. The same press, taken up again, is not another one. `change`: the card after a button
        was pressed, None where it has no such button any more.
        """
        is_it = (cards.c.conversation == conversation, cards.c.message == message)
        kept = select(cards.c.card, cards.c.picked, cards.c.more).where(*is_it)
        with self._engine.begin() as connection:
            row = connection.execute(kept.with_for_update()).one_or_none()
            if row is None:
                return None
            after = change(row.card, button)
            if after is None:
                ours = row.picked.get(button) == by
                return Use(row.card, changed=ours, again=not ours, more=row.more)
            if after != row.card:
                changed = {"card": after, "picked": row.picked | {button: by}}
                connection.execute(update(cards).where(*is_it).values(**changed))
            return Use(after, changed=after != row.card, again=False, more=row.more)

    def forget(self, now: datetime) -> int:
        """Delete the cards sent more than a month ago; returns how many."""
        with self._engine.begin() as connection:
            return connection.execute(delete(cards).where(cards.c.sent_at < now - KEPT_FOR)).rowcount
