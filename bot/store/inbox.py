"""Events from the platforms, kept until they are answered: none twice, none lost.

A platform sends an event again when it is unsure that we have it. Its id is kept with its content from before we say
that we have it until it is answered, and the bare id a while longer. Whoever works on an event holds it for a time;
if the process dies, the hold runs out and the event is taken up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Engine, Update, and_, bindparam, delete, or_, select, update

from bot.store.dialect import insert
from bot.store.schema import inbox
from handlers.conversation import Platform

HELD_FOR = timedelta(minutes=1)
MOST_ATTEMPTS = 5
IDS_KEPT_FOR = timedelta(days=7)
# Made once, as every event needs it: making a statement takes longer than running it.
_DONE = (
    update(inbox)
    .where(inbox.c.platform == bindparam("of"), inbox.c.key == bindparam("answered"), inbox.c.done_at.is_(None))
    .values(payload=None, done_at=bindparam("at"))
)
_KNOWN = select(inbox.c.key).where(inbox.c.platform == bindparam("of"), inbox.c.key == bindparam("answered"))


@dataclass(frozen=True)
class Event:
    """An event taken up again: its id and its content as the platform sent it."""

    key: str
    payload: dict[str, Any]


class SqlInbox:
    """The inbox of one platform."""

    def __init__(self, engine: Engine, platform: Platform) -> None:
        self._engine = engine
        self._platform = platform
        # Made once, as _DONE is.
        self._keep = insert(engine.dialect.name, inbox).on_conflict_do_nothing().returning(inbox.c.key)

    def receive(self, key: str, payload: dict[str, Any], now: datetime) -> bool:
        """Keep an event; whether it is ours to answer now, and not answered already or just being answered."""
        [ours] = self.receive_all([(key, payload)], now)
        return ours

    def receive_all(self, events: Sequence[tuple[str, dict[str, Any]]], now: datetime) -> list[bool]:
        """Keep events, each a key and a payload, in one transaction; for each, in order, what `receive` tells."""
        held = {"received_at": now, "held_until": now + HELD_FOR, "attempts": 1}
        # In one order everywhere, so that no two processes that are sent the same wait for each other.
        payloads = dict(sorted(events, key=itemgetter(0)))
        rows = [{"platform": self._platform, "key": key, "payload": payloads[key]} | held for key in payloads]
        with self._engine.begin() as connection:
            ours = set(connection.execute(self._keep, rows).scalars())
            ours |= {key for key in payloads if key not in ours and self._hold(connection, key, now)}
        # One that comes twice at a time is answered once.
        first = {key: at for at, (key, _) in reversed(list(enumerate(events)))}
        return [key in ours and first[key] == at for at, (key, _) in enumerate(events)]

    def done(self, key: str, now: datetime) -> None:
        """The event is answered: only its id is kept."""
        with self._engine.begin() as connection:
            answer_all(connection, [(self._platform, key)], now)

    def hold(self, key: str, now: datetime) -> None:
        """Hold an event that is being answered for longer."""
        longer = update(inbox).where(*self._is(key), inbox.c.done_at.is_(None)).values(held_until=now + HELD_FOR)
        with self._engine.begin() as connection:
            connection.execute(longer)

    def give_up(self, now: datetime) -> list[str]:
        """Let go of events that were tried too often: only their ids are kept; returns these."""
        spent = [inbox.c.done_at.is_(None), inbox.c.attempts >= MOST_ATTEMPTS, inbox.c.held_until < now]
        let_go = update(inbox).where(self._ours_to_change(spent)).values(payload=None, done_at=now)
        with self._engine.begin() as connection:
            return list(connection.execute(let_go.returning(inbox.c.key)).scalars())

    def take_up(self, now: datetime) -> list[Event]:
        """Events left unanswered by a process that died or failed, now held by us, the oldest first."""
        held = _held(now).where(self._ours_to_change(_free(now)))
        with self._engine.begin() as connection:
            rows = connection.execute(held.returning(inbox.c.key, inbox.c.payload, inbox.c.received_at)).all()
        return [Event(row.key, row.payload) for row in sorted(rows, key=lambda row: (row.received_at, row.key))]

    def forget(self, now: datetime) -> int:
        """Delete the ids of events that came a week ago and are answered, or given up; returns how many."""
        old = [inbox.c.received_at < now - IDS_KEPT_FOR, inbox.c.done_at.is_not(None)]
        with self._engine.begin() as connection:
            return connection.execute(delete(inbox).where(inbox.c.platform == self._platform, *old)).rowcount

    def _hold(self, connection: Connection, key: str, now: datetime) -> bool:
        return bool(connection.execute(_held(now).where(*self._is(key), *_free(now))).rowcount)

    def _is(self, key: str) -> list[Any]:
        return [inbox.c.platform == self._platform, inbox.c.key == key]

    def _ours_to_change(self, which: list[Any]) -> Any:
        """Those of our platform that nobody else is about to change."""
        found = select(inbox.c.key).where(inbox.c.platform == self._platform, *which)
        return and_(inbox.c.platform == self._platform, inbox.c.key.in_(found.with_for_update(skip_locked=True)))


def answer_all(connection: Connection, events: Sequence[tuple[Platform, str]], now: datetime) -> bool:
    """Mark events as answered; False where one was. One that was never kept, such as a press, has not been answered."""
    which = [{"of": platform, "answered": key} for platform, key in events]
    marked = connection.execute(_DONE, [each | {"at": now} for each in which]).rowcount
    return marked == len(which) or marked == sum(connection.execute(_KNOWN, each).first() is not None for each in which)


def _held(now: datetime) -> Update:
    return update(inbox).values(held_until=now + HELD_FOR, attempts=inbox.c.attempts + 1)


def _free(now: datetime) -> list[Any]:
    return [
        inbox.c.done_at.is_(None),
        inbox.c.attempts < MOST_ATTEMPTS,
        or_(inbox.c.held_until.is_(None), inbox.c.held_until < now),
    ]
