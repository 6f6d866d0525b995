"""The outbox as its deliverers see it: what is due is claimed, sent, and marked.

Any number of processes may claim from one outbox. Posts to one address are sent in the order in which they were put,
as far as they are due; a post that is being sent, or is to be tried again later, holds back those behind it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    update,
)

from bot.store.inbox import HELD_FOR
from bot.store.posts import DROPPED, FAILED, PERSON, REPLY, ROOM, SENT, begins
from bot.store.replies import UnreadableReplyError, read
from bot.store.schema import Moment, outbox
from handlers.conversation import Person, Platform, Room
from handlers.posts import Address, Post
from scheduler.delivery import Claimed

# While several versions run, another one may know what this one cannot read.
UNREADABLE_FOR = timedelta(hours=1)
_ADDRESS = (outbox.c.platform, outbox.c.tenant, outbox.c.kind, outbox.c.recipient, outbox.c.thread)
_WAITING = outbox.c.done_at.is_(None)
# Made once, as every reply needs it: making a statement takes longer than running it.
_IS_SENT = (
    update(outbox)
    .where(outbox.c.key == bindparam("of"))
    .values(done_at=bindparam("at"), outcome=SENT, message_id=bindparam("message"))
)


@dataclass(frozen=True)
class Stuck:
    """A post that could not be sent: its key, why, and since when that is known."""

    key: str
    reason: str
    since: datetime


class SqlOutbox:
    """The outbox of all platforms: `scheduler.delivery.Queue`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(
        self, now: datetime, platforms: Sequence[Platform], limit: int, to: Collection[Address] | None = None
    ) -> list[Claimed]:
        """Posts that are due, one an address at most, now held by us for a minute, in the order they were put.

        `to`: only those to these addresses.
        """
        which = [outbox.c.platform.in_(platforms), *([] if to is None else [or_(false(), *map(_is_to, to))])]
        with self._engine.begin() as connection:
            _drop_superseded(connection, now)
            rows = connection.execute(_ready(now, which).limit(limit)).all()
            if rows:
                _hold(connection, [row.number for row in rows], now)
        read_ones = [(row, self._read(row, now)) for row in rows]
        return [_claimed(row, post, now) for row, post in read_ones if post]

    def sent(self, key: str, message: str, now: datetime) -> None:
        """A post is sent, as the platform's `message`."""
        self.all_sent([(key, message)], now)

    def all_sent(self, sent: Sequence[tuple[str, str]], now: datetime) -> None:
        """Posts are sent: for each its key, and the platform's message."""
        rows = [{"of": key, "at": now, "message": message} for key, message in sent]
        with self._engine.begin() as connection:
            connection.execute(_IS_SENT, rows)

    def failed(self, key: str, reason: str, now: datetime) -> None:
        """A post cannot be sent, now or later. `reason`: for operators, without anything that people wrote."""
        self._change(key, done_at=now, outcome=FAILED, failure=reason)

    def later(self, key: str, until: datetime) -> None:
        """A post is to be tried again, not before `until`."""
        self._change(key, held_until=until)

    def hold(self, key: str, now: datetime) -> bool:
        """Hold a post that was left to us when it was put for a minute from now; False where it is ours no more.

        One that was never put is nobody else's.
        """
        ours = update(outbox).where(outbox.c.key == key, _WAITING, outbox.c.attempts == 1)
        with self._engine.begin() as connection:
            held = connection.execute(ours.values(held_until=now + HELD_FOR)).rowcount
            return bool(held) or connection.execute(select(outbox.c.key).where(outbox.c.key == key)).first() is None

    def next_due(self, platforms: Sequence[Platform]) -> datetime | None:
        """The earliest moment at which something can be claimed, which may have gone by; None where nothing waits.

        A post that will be held back at its moment by one before it has no moment of its own.
        """
        before = outbox.alias()
        same_address = [before.c[column.name] == column for column in _ADDRESS]
        in_the_way = and_(before.c.due_at <= _moment(outbox), _moment(before) > _moment(outbox))
        held_back = select(before.c.number).where(
            before.c.done_at.is_(None), *same_address, before.c.number < outbox.c.number, in_the_way
        )
        free = select(func.min(_moment(outbox))).where(_WAITING, outbox.c.platform.in_(platforms), ~held_back.exists())
        with self._engine.begin() as connection:
            return connection.execute(free).scalar()

    def stuck(self) -> list[Stuck]:
        """The posts that could not be sent, the oldest first."""
        query = select(outbox.c.key, outbox.c.failure, outbox.c.done_at).where(outbox.c.outcome == FAILED)
        with self._engine.begin() as connection:
            rows = connection.execute(query.order_by(outbox.c.done_at, outbox.c.number)).all()
        return [Stuck(*row) for row in rows]

    def forget(self, before: datetime) -> int:
        """Delete what posts said that were done with before a moment; returns how many. Their keys are kept.

        Replies to what people said go whole: the inbox knows what is answered.
        """
        done = outbox.c.done_at < before
        with self._engine.begin() as connection:
            replies = connection.execute(delete(outbox).where(done, begins(REPLY))).rowcount
            said = update(outbox).where(done, outbox.c.content.is_not(None)).values(content=None)
            return replies + connection.execute(said).rowcount

    def _change(self, key: str, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(outbox).where(outbox.c.key == key, _WAITING).values(values))

    def _read(self, row: Row[Any], now: datetime) -> Post | None:
        try:
            reply = read(row.content)
        except UnreadableReplyError as error:
            if now - (row.first_tried_at or now) > UNREADABLE_FOR:
                self.failed(row.key, str(error), now)
            return None
        return Post(row.key, _address(row), reply, row.due_at, row.replaces)


def _drop_superseded(connection: Connection, now: datetime) -> None:
    """Drop what would take the place of a message only to make room for a later post that is due."""
    later = outbox.alias()
    newer = select(later.c.number).where(
        later.c.replaces == outbox.c.replaces,
        later.c.number > outbox.c.number,
        later.c.done_at.is_(None),
        later.c.due_at <= now,
    )
    superseded = select(outbox.c.number).where(_WAITING, _free(now), newer.exists()).with_for_update(skip_locked=True)
    dropped = update(outbox).where(outbox.c.number.in_(superseded)).values(done_at=now, outcome=DROPPED)
    connection.execute(dropped)


def _ready(now: datetime, which: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """What can be sent now, with the message that it takes the place of; locked where there are others to lock out."""
    due = (_WAITING, outbox.c.due_at <= now, *which)
    first = select(func.min(outbox.c.number)).where(*due).group_by(*_ADDRESS)
    earlier = outbox.alias()
    replaced = (
        select(earlier.c.message_id)
        .where(or_(earlier.c.key == outbox.c.replaces, earlier.c.replaces == outbox.c.replaces))
        .where(earlier.c.outcome == SENT)
        .order_by(earlier.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(outbox, replaced.label("replaced")).where(_WAITING, outbox.c.number.in_(first), _free(now))
    return query.order_by(outbox.c.number).with_for_update(of=outbox, skip_locked=True)


def _hold(connection: Connection, numbers: list[int], now: datetime) -> None:
    first_tried = func.coalesce(outbox.c.first_tried_at, literal(now, Moment))
    held = {"held_until": now + HELD_FOR, "attempts": outbox.c.attempts + 1, "first_tried_at": first_tried}
    connection.execute(update(outbox).where(outbox.c.number.in_(numbers)).values(held))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(outbox.c.held_until.is_(None), outbox.c.held_until <= now)


def _moment(table: Any) -> ColumnElement[datetime]:
    """When a post is both due and free."""
    return case((table.c.held_until > table.c.due_at, table.c.held_until), else_=table.c.due_at)


def _claimed(row: Row[Any], post: Post, now: datetime) -> Claimed:
    return Claimed(post, row.attempts + 1, row.first_tried_at or now, row.replaced or None)


def _address(row: Row[Any]) -> Address:
    platform = Platform(row.platform)
    if row.kind == PERSON:
        return Person(platform, row.tenant, row.recipient)
    return Room(platform, row.tenant, row.recipient, row.thread, row.private)


def _is_to(to: Address) -> ColumnElement[bool]:
    match to:
        case Person(platform, tenant, user):
            parts = (platform, tenant, PERSON, user, "")
        case Room(platform, tenant, channel, thread):
            parts = (platform, tenant, ROOM, channel, thread)
        case _:
            assert_never(to)
    return and_(*(column == part for column, part in zip(_ADDRESS, parts, strict=True)))
