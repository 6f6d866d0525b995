"""Changes of forums, and what was said about them: `handlers.ports.Forums`."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, or_, select, update

from bot.store.dialect import insert, wait_for
from bot.store.posts import FAILED
from bot.store.schema import forum_changes, forum_notices, forum_reminders, outbox, rooms
from handlers.conversation import Platform, Room
from handlers.forums.records import Appointed, Became, Changed, Key, Notice
from handlers.ports import Purpose
from knowledge.forums.occurrences import Change

_AT_ONCE = 500
_SAID, _NOT_SAID = (Became.PUT, Became.UNDELIVERED), (Became.MISSED, Became.OVERTAKEN)


class SqlForums:
    """Forums, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self.to_replan = False

    def hold(self) -> None:
        """See `Forums.hold`."""
        wait_for(self._connection, "forums")

    def replan(self) -> None:
        """See `Forums.replan`."""
        self.to_replan = True

    def changed(self) -> Sequence[Changed]:
        """See `Forums.changed`."""
        latest = select(forum_changes.c.series, forum_changes.c.forum, func.max(forum_changes.c.number).label("number"))
        last = latest.group_by(forum_changes.c.series, forum_changes.c.forum).subquery()
        is_last = and_(*(forum_changes.c[column.name] == column for column in last.c))
        rows = self._connection.execute(select(forum_changes).join(last, is_last)).all()
        return [_changed(row) for row in rows]

    def change(self, changed: Changed) -> None:
        """See `Forums.change`."""
        series, forum = changed.key
        whose = {"series": series, "forum": forum, "by": changed.by, "name": changed.name}
        row = insert(self._dialect, forum_changes).values(
            **asdict(changed.change), **whose, rescheduled=changed.rescheduled
        )
        unless_taken = row.on_conflict_do_nothing(index_elements=list(forum_changes.primary_key.columns))
        if not self._connection.execute(unless_taken).rowcount:
            raise ValueError("the forum was changed since it was read")

    def appointed(self, purpose: Purpose, now: datetime) -> Sequence[Appointed]:
        """See `Forums.appointed`."""
        ahead = update(rooms).where(rooms.c.purpose == purpose, rooms.c.appointed_at > now)
        self._connection.execute(ahead.values(appointed_at=now))
        query = select(rooms).where(rooms.c.purpose == purpose)
        rows = self._connection.execute(query.order_by(rooms.c.appointed_at, *rooms.primary_key.columns))
        return [Appointed(row.subject, _room(row, private=row.private), row.appointed_at) for row in rows]

    def planned_since(
        self, reminders: Collection[tuple[str, str]], now: datetime
    ) -> Mapping[tuple[str, str], datetime]:
        """See `Forums.planned_since`."""
        ahead = update(forum_reminders).where(forum_reminders.c.since > now)
        self._connection.execute(ahead.values(since=now))
        known = {(row.series, row.reminder): row.since for row in self._connection.execute(select(forum_reminders))}
        new = [{"series": each[0], "reminder": each[1], "since": now} for each in reminders if each not in known]
        if new:
            self._connection.execute(insert(self._dialect, forum_reminders).on_conflict_do_nothing(), new)
        return {each: known.get(each, now) for each in reminders}

    def note(self, notice: Notice) -> bool:
        """See `Forums.note`."""
        row = insert(self._dialect, forum_notices).values(
            post=notice.post,
            series=notice.key[0],
            forum=notice.key[1],
            what=notice.what,
            platform=notice.room.platform,
            tenant=notice.room.tenant,
            channel=notice.room.channel,
            at=notice.at,
            became=notice.became,
            public=notice.public,
        )
        was, becomes = forum_notices.c.became, row.excluded.became
        said_after_all = and_(was.in_(_NOT_SAID), becomes == Became.PUT)
        goes_on = or_(said_after_all, and_(was == Became.PUT, becomes == Became.UNDELIVERED))
        told = row.on_conflict_do_update(
            index_elements=[forum_notices.c.post], set_={"at": row.excluded.at, "became": becomes}, where=goes_on
        )
        return bool(self._connection.execute(told).rowcount)

    def noted(self, posts: Collection[str]) -> Mapping[str, Became]:
        """See `Forums.noted`."""
        return dict(self._noted(posts))

    def notices(self, key: Key) -> Sequence[Notice]:
        """See `Forums.notices`."""
        return self._notices(forum_notices.c.series == key[0], forum_notices.c.forum == key[1])

    def said(self, series: str) -> Sequence[Notice]:
        """See `Forums.said`."""
        return self._notices(forum_notices.c.series == series, forum_notices.c.became.in_(_SAID))

    def undelivered(self, since: datetime) -> Sequence[Notice]:
        """See `Forums.undelivered`."""
        failed = select(outbox.c.key).where(outbox.c.outcome == FAILED, outbox.c.done_at >= since)
        return self._notices(forum_notices.c.became == Became.PUT, forum_notices.c.post.in_(failed))

    def waiting(self) -> bool:
        """See `Forums.waiting`."""
        put = exists().where(forum_notices.c.post == outbox.c.key, forum_notices.c.became == Became.PUT)
        return bool(self._connection.execute(select(exists().where(outbox.c.done_at.is_(None), put))).scalar())

    def _noted(self, posts: Collection[str]) -> Iterator[tuple[str, Became]]:
        every = list(posts)
        for start in range(0, len(every), _AT_ONCE):
            some = forum_notices.c.post.in_(every[start : start + _AT_ONCE])
            query = select(forum_notices.c.post, forum_notices.c.became).where(some)
            for row in self._connection.execute(query):
                yield row.post, Became(row.became)

    def _notices(self, *which: ColumnElement[bool]) -> list[Notice]:
        query = select(forum_notices).where(*which).order_by(forum_notices.c.at, forum_notices.c.post)
        return [_notice(row) for row in self._connection.execute(query)]


def _changed(row: Row[Any]) -> Changed:
    values = {name: getattr(row, name) for name in Change.__dataclass_fields__}
    change = Change(**{**values, "agenda": tuple(row.agenda)})
    return Changed((row.series, row.forum), change, row.by, row.name, row.rescheduled)


def _notice(row: Row[Any]) -> Notice:
    return Notice(row.post, (row.series, row.forum), row.what, _room(row), row.at, Became(row.became), row.public)


def _room(row: Row[Any], *, private: bool = False) -> Room:
    return Room(Platform(row.platform), row.tenant, row.channel, private=private)
