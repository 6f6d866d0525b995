"""Which rooms are for what: `handlers.ports.Rooms`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from bot.store.dialect import insert, wait_for
from bot.store.schema import rooms
from handlers.conversation import Person, Platform, Room
from handlers.ports import Purpose


class SqlRooms:
    """The rooms, within one transaction. Of a room its channel counts, never the thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, purpose: Purpose, subject: str) -> None:
        """See `Rooms.hold`."""
        wait_for(self._connection, "rooms", purpose, subject)

    def appoint(self, purpose: Purpose, subject: str, room: Room, by: Person, at: datetime) -> None:
        """See `Rooms.appoint`."""
        place = {"platform": room.platform, "tenant": room.tenant, "channel": room.channel}
        values = {"private": room.private, "appointed_by": by, "appointed_at": at}
        row = insert(self._connection.dialect.name, rooms).values(purpose=purpose, subject=subject, **place, **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=list(rooms.primary_key.columns), set_=values))

    def dismiss(self, purpose: Purpose, subject: str, room: Room) -> bool:
        """See `Rooms.dismiss`."""
        gone = delete(rooms).where(rooms.c.purpose == purpose, rooms.c.subject == subject, *_is(room))
        return bool(self._connection.execute(gone).rowcount)

    def of(self, purpose: Purpose, subject: str) -> Sequence[Room]:
        """See `Rooms.of`."""
        query = select(rooms).where(rooms.c.purpose == purpose, rooms.c.subject == subject)
        latest_first = query.order_by(rooms.c.appointed_at.desc(), rooms.c.platform, rooms.c.tenant, rooms.c.channel)
        return [
            Room(Platform(row.platform), row.tenant, row.channel, private=row.private)
            for row in self._connection.execute(latest_first)
        ]

    def subjects(self, purpose: Purpose, room: Room) -> Sequence[str]:
        """See `Rooms.subjects`."""
        query = select(rooms.c.subject).where(rooms.c.purpose == purpose, *_is(room)).order_by(rooms.c.subject)
        return self._connection.execute(query).scalars().all()


def _is(room: Room) -> list[Any]:
    return [rooms.c.platform == room.platform, rooms.c.tenant == room.tenant, rooms.c.channel == room.channel]
