"""The store over SQLAlchemy: `handlers.ports.Store` and its `Records`."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, select
from sqlalchemy.dialects.sqlite import insert

from bot.store.schema import contexts, unanswered, verdicts
from handlers.context import Context
from handlers.conversation import Conversation
from handlers.ports import Unanswered, Verdicts
from knowledge.text import normalised


class SqlStore:
    """Keeps everything in one database. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def begin(self) -> Iterator["SqlRecords"]:
        """A transaction."""
        with self._engine.begin() as connection:
            yield SqlRecords(connection)


class SqlRecords:
    """What is remembered, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def context(self, conversation: Conversation) -> Context | None:
        """See `Records.context`."""
        query = select(contexts.c.context).where(*_is(conversation))
        kept = self._connection.execute(query).scalar()
        return _context(kept) if kept else None

    def keep_context(self, conversation: Conversation, context: Context, at: datetime) -> None:
        """See `Records.keep_context`."""
        values = {"context": asdict(context), "touched_at": at}
        row = insert(contexts).values(**asdict(conversation), **values)
        self._connection.execute(row.on_conflict_do_update(index_elements=contexts.primary_key.columns, set_=values))

    def note_unanswered(self, text: str, at: datetime) -> None:
        """See `Records.note_unanswered`. Questions that differ only in case or punctuation are one."""
        key = hashlib.sha256(normalised(text).encode()).hexdigest()
        row = insert(unanswered).values(key=key, text=text, times=1, last_asked_at=at)
        again = {"times": unanswered.c.times + 1, "last_asked_at": at}
        self._connection.execute(row.on_conflict_do_update(index_elements=[unanswered.c.key], set_=again))

    def note_verdict(self, topic: str, *, helped: bool) -> None:
        """See `Records.note_verdict`."""
        row = insert(verdicts).values(topic=topic, helped=int(helped), did_not_help=int(not helped))
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

    def forget(self, *, questions_before: datetime, contexts_before: datetime) -> int:
        """See `Records.forget`."""
        old_questions = delete(unanswered).where(unanswered.c.last_asked_at < questions_before)
        old_contexts = delete(contexts).where(contexts.c.touched_at < contexts_before)
        return sum(self._connection.execute(each).rowcount for each in (old_questions, old_contexts))


def _is(conversation: Conversation) -> list[Any]:
    return [contexts.c[name] == value for name, value in asdict(conversation).items()]


def _context(kept: dict[str, Any]) -> Context:
    # A context kept by another version may have other fields: what is not known now is let go.
    known = {name: value for name, value in kept.items() if name in Context.__dataclass_fields__}
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in known.items()}
    return Context(**values)


def _verdicts(row: Row[Any]) -> Verdicts:
    return Verdicts(row.topic, row.helped, row.did_not_help)
