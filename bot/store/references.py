"""Where people and rooms can be spoken to unasked, as a platform tells it with everything it sends from there."""

from datetime import datetime
from typing import Any, assert_never

from sqlalchemy import Engine, delete, select

from bot.store.dialect import insert
from bot.store.schema import places
from handlers.conversation import Person, Room


class References:
    """The references of all platforms. A room's thread does not count: it is the channel or chat that can be spoken to."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keep(self, to: Person | Room, reference: dict[str, Any], now: datetime) -> None:
        """Keep a reference, in place of the one before."""
        row = insert(self._engine.dialect.name, places).values(**_key(to), reference=reference, seen_at=now)
        known = list(places.primary_key.columns)
        changed = {"reference": reference, "seen_at": now}
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=known, set_=changed))

    def find(self, to: Person | Room) -> dict[str, Any] | None:
        """The reference kept last; None where we have not met, or were sent away."""
        with self._engine.begin() as connection:
            found: dict[str, Any] | None = connection.execute(select(places.c.reference).where(*_is(to))).scalar()
        return found

    def drop(self, to: Person | Room) -> None:
        """Forget a reference, as we were sent away."""
        with self._engine.begin() as connection:
            connection.execute(delete(places).where(*_is(to)))


def _key(to: Person | Room) -> dict[str, str]:
    match to:
        case Person(platform, tenant, user):
            return {"platform": platform, "tenant": tenant, "kind": "person", "id": user}
        case Room(platform, tenant, channel):
            return {"platform": platform, "tenant": tenant, "kind": "room", "id": channel}
        case _:
            assert_never(to)


def _is(to: Person | Room) -> list[Any]:
    return [places.c[name] == value for name, value in _key(to).items()]
