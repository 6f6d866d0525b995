"""Concerns being told: `handlers.ports.Drafts`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, select

from bot.store.dialect import insert
from bot.store.schema import drafts
from handlers.concerns.records import Draft
from handlers.conversation import Person
from handlers.wizard import Answers, State

# Made once, as most events need it: making a statement takes longer than running it.
_THEIRS = select(drafts).where(drafts.c.person == bindparam("of"))


class SqlDrafts:
    """The drafts, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, person: Person) -> Draft | None:
        """See `Drafts.of`."""
        row = self._connection.execute(_THEIRS, {"of": person}).mappings().one_or_none()
        return _draft(row) if row else None

    def keep(self, draft: Draft) -> None:
        """See `Drafts.keep`."""
        values = {**vars(draft), "state": vars(draft.state)}
        row = insert(self._connection.dialect.name, drafts).values(values)
        self._connection.execute(row.on_conflict_do_update(index_elements=[drafts.c.person], set_=values))

    def drop(self, person: Person) -> None:
        """See `Drafts.drop`."""
        self._connection.execute(delete(drafts).where(drafts.c.person == person))

    def asking_again(self, now: datetime) -> Sequence[Draft]:
        """See `Drafts.asking_again`."""
        return self._where(drafts.c.ask_again <= now)

    def untouched_since(self, moment: datetime) -> Sequence[Draft]:
        """See `Drafts.untouched_since`."""
        return self._where(drafts.c.touched < moment)

    def _where(self, which: Any) -> list[Draft]:
        query = select(drafts).where(which).order_by(drafts.c.touched, drafts.c.id)
        return [_draft(row) for row in self._connection.execute(query).mappings()]


def answers(kept: Mapping[str, list[str]]) -> Answers:
    """Answers as JSON gives them back, as they were."""
    return {step: tuple(values) for step, values in kept.items()}


def _draft(row: RowMapping) -> Draft:
    state = State(**{name: answers(kept) for name, kept in row["state"].items()})
    return Draft(**{**row, "state": state})
