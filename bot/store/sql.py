"""The store over SQLAlchemy: `handlers.ports.Store` and its `Records`."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Row, bindparam, delete, select

from bot.store.attending import SqlAttending
from bot.store.cases import SqlCases
from bot.store.dialect import insert, wait_for
from bot.store.drafts import SqlDrafts
from bot.store.forgetting import forget_person
from bot.store.forums import SqlForums
from bot.store.posts import SqlPosts
from bot.store.rooms import SqlRooms
from bot.store.schema import contexts, keepable, unanswered, verdicts
from handlers.context import Context
from handlers.conversation import Conversation, Message, Person, Reply
from handlers.ports import Unanswered, Verdicts
from knowledge.text import normalised


class SqlStore:
    """Keeps everything in one database. Safe to share between threads."""

    def __init__(
        self, engine: Engine, posted: Callable[[], None] = lambda: None, replan: Callable[[], None] = lambda: None
    ) -> None:
        """`posted`: called after a transaction that put something into the outbox, from the thread that made it.

        `replan`: likewise, after one that changed when the reminders of forums fall.
        """
        self._engine = engine
        self._posted = posted
        self._replan = replan

    @contextmanager
    def begin(self, *, of: Person | Collection[Person] = ()) -> Iterator["SqlRecords"]:
        """See `Store.begin`."""
        people = [of] if isinstance(of, Person) else of
        with self._engine.begin() as connection:
            # In one order everywhere, so that no two transactions wait for each other.
            for person in sorted(tuple(vars(each).values()) for each in people):
                wait_for(connection, "person", *person)
            records = SqlRecords(connection)
            yield records
        if records.outbox.has_put:
            self._posted()
        if records.forums.to_replan:
            self._replan()


class SqlRecords:
    """What is remembered, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name
        self._outbox = SqlPosts(connection)
        self._forums = SqlForums(connection)

    @property
    def drafts(self) -> SqlDrafts:
        """See `Records.drafts`."""
        return SqlDrafts(self._connection)

    @property
    def cases(self) -> SqlCases:
        """See `Records.cases`."""
        return SqlCases(self._connection)

    @property
    def rooms(self) -> SqlRooms:
        """See `Records.rooms`."""
        return SqlRooms(self._connection)

    @property
    def forums(self) -> SqlForums:
        """See `Records.forums`."""
        return self._forums

    @property
    def attending(self) -> SqlAttending:
        """See `Records.attending`."""
        return SqlAttending(self._connection)

    @property
    def outbox(self) -> SqlPosts:
        """See `Records.outbox`."""
        return self._outbox

    def settle(self, message: Message, replies: Sequence[Reply], at: datetime) -> bool:
        """See `Records.settle`."""
        return self.settle_all([(message, replies)], at)

    def settle_all(self, taken: Sequence[tuple[Message, Sequence[Reply]]], at: datetime) -> bool:
        """See `Records.settle_all`."""
        return self.outbox.settle_all(taken, at)

    def context(self, conversation: Conversation) -> Context | None:
        """See `Records.context`."""
        return self.contexts([conversation]).get(conversation)

    def contexts(self, conversations: Collection[Conversation]) -> Mapping[Conversation, Context]:
        """See `Records.contexts`."""
        keys = {each: tuple(map(keepable, vars(each).values())) for each in conversations}
        parts = zip(contexts.primary_key, zip(*keys.values(), strict=True), strict=True)
        rows = self._connection.execute(_CONTEXTS, {column.name: list(set(values)) for column, values in parts})
        found = {(row.platform, row.tenant, row.channel, row.user): row.context for row in rows}
        return {each: _context(found[key]) for each, key in keys.items() if key in found}

    def keep_context(self, conversation: Conversation, context: Context, at: datetime) -> None:
        """See `Records.keep_context`."""
        self.keep_contexts({conversation: context}, at)

    def keep_contexts(self, contexts: Mapping[Conversation, Context], at: datetime) -> None:
        """See `Records.keep_contexts`."""
        rows = [{**vars(each), "context": vars(context), "touched_at": at} for each, context in contexts.items()]
        self._connection.execute(_keep_context(self._dialect), rows)

    def note_unanswered(self, text: str, at: datetime) -> None:
        """See `Records.note_unanswered`. Questions that differ only in case or punctuation are one."""
        key = hashlib.sha256(normalised(keepable(text)).encode()).hexdigest()
        row = insert(self._dialect, unanswered).values(key=key, text=text, times=1, last_asked_at=at)
        again = {"times": unanswered.c.times + 1, "last_asked_at": at}
        self._connection.execute(row.on_conflict_do_update(index_elements=[unanswered.c.key], set_=again))

    def note_verdict(self, topic: str, *, helped: bool) -> None:
        """See `Records.note_verdict`."""
        row = insert(self._dialect, verdicts).values(topic=topic, helped=int(helped), did_not_help=int(not helped))
        more = {"helped": verdicts.c.helped + int(helped), "did_not_help": verdicts.c.did_not_help + int(not helped)}
        self._connection.execute(row.on_conflict_do_update(index_elements=[verdicts.c.topic], set_=more))

    def unanswered(self) -> Sequence[Unanswered]:
        """See `Records.unanswered`."""
        query = select(unanswered).order_by(unanswered.c.times.desc(), unanswered.c.last_asked_at.desc())
        return [Unanswered(row.text, row.times, row.last_asked_at) for row in self._connection.execute(query)]

    def verdicts(self) -> Sequence[Verdicts]:
        """See `Records.verdicts`."""
        query = select(verdicts).order_by(verdicts.c.did_not_help.desc(), verdicts.c.topic)
        return [_verdicts(row) for row in self._connection.execute(query)]

    def forget_person(self, person: Person, at: datetime) -> None:
        """See `Records.forget_person`."""
        forget_person(self._connection, person, at)

    def forget(self, *, questions_before: datetime, contexts_before: datetime) -> int:
        """See `Records.forget`."""
        old_questions = delete(unanswered).where(unanswered.c.last_asked_at < questions_before)
        old_contexts = delete(contexts).where(contexts.c.touched_at < contexts_before)
        return sum(self._connection.execute(each).rowcount for each in (old_questions, old_contexts))


# Made once, as every turn needs both: making a statement takes longer than running it.
# Column by column, by which both databases find all these rows, and perhaps others, in the index: not so by whole keys.
_CONTEXTS = select(contexts).where(
    *(column.in_(bindparam(column.name, expanding=True)) for column in contexts.primary_key)
)


@cache
def _keep_context(dialect: str) -> Any:
    row = insert(dialect, contexts)
    new = {name: row.excluded[name] for name in ("context", "touched_at")}
    return row.on_conflict_do_update(index_elements=contexts.primary_key.columns, set_=new)


def _context(kept: dict[str, Any]) -> Context:
    # A context kept by another version may have other fields: what is not known now is let go.
    known = {name: value for name, value in kept.items() if name in Context.__dataclass_fields__}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return Context(**values)


def _verdicts(row: Row[Any]) -> Verdicts:
    return Verdicts(row.topic, row.helped, row.did_not_help)
