"""Who comes to forums, and what they suggest: `handlers.ports.Attending`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, select, union

from bot.store.dialect import insert
from bot.store.schema import forum_answers, forum_suggestions
from handlers.forums.records import Answer, Attendance, Key, Suggestion


class SqlAttending:
    """Answers and suggestions, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def answer(self, attendance: Attendance) -> Answer | None:
        """See `Attending.answer`."""
        theirs = (*_of(forum_answers, attendance.key), forum_answers.c.person == attendance.person)
        before = self._connection.execute(select(forum_answers.c.answer).where(*theirs)).scalar()
        values = {"name": attendance.name, "answer": attendance.answer, "at": attendance.at}
        row = insert(self._connection.dialect.name, forum_answers).values(
            **_key(attendance.key), person=attendance.person, **values
        )
        known = list(forum_answers.primary_key.columns)
        self._connection.execute(row.on_conflict_do_update(index_elements=known, set_=values))
        return Answer(before) if before else None

    def answers(self, key: Key) -> Sequence[Attendance]:
        """See `Attending.answers`."""
        query = select(forum_answers).where(*_of(forum_answers, key))
        rows = self._connection.execute(query.order_by(forum_answers.c.at, forum_answers.c.person))
        return [Attendance(key, row.person, row.name, Answer(row.answer), row.at) for row in rows]

    def suggest(self, suggestion: Suggestion) -> bool:
        """See `Attending.suggest`."""
        table = forum_suggestions.c
        same = (table.person == suggestion.person, table.text == suggestion.text)
        if self._connection.execute(select(table.number).where(*_of(forum_suggestions, suggestion.key), *same)).first():
            return False
        values = {name: value for name, value in vars(suggestion).items() if name != "key"}
        self._connection.execute(forum_suggestions.insert().values(**_key(suggestion.key), **values))
        return True

    def suggestions(self, key: Key) -> Sequence[Suggestion]:
        """See `Attending.suggestions`."""
        query = select(forum_suggestions).where(*_of(forum_suggestions, key)).order_by(forum_suggestions.c.number)
        return [Suggestion(key, row.person, row.name, row.text, row.at) for row in self._connection.execute(query)]

    def known(self) -> Sequence[Key]:
        """See `Attending.known`."""
        both = union(*(select(table.c.series, table.c.forum) for table in (forum_answers, forum_suggestions)))
        return [(row.series, row.forum) for row in self._connection.execute(both)]

    def forget(self, key: Key) -> int:
        """See `Attending.forget`."""
        tables = (forum_answers, forum_suggestions)
        return sum(self._connection.execute(delete(table).where(*_of(table, key))).rowcount for table in tables)


def _key(key: Key) -> dict[str, Any]:
    return {"series": key[0], "forum": key[1]}


def _of(table: Table, key: Key) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in _key(key).items()]
