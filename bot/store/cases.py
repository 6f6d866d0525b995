"""Concerns that were filed: `handlers.ports.Cases`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, insert, select, update

from bot.store import dialect
from bot.store.drafts import answers
from bot.store.posts import begins, erase
from bot.store.schema import case_events, cases
from handlers.concerns.records import Case, CaseEvent, EventKind, Outcome
from handlers.conversation import Person

# Made once, as most events need it: making a statement takes longer than running it.
_THEIRS = select(cases.c.reference).where(cases.c.raiser == bindparam("by"), cases.c.stripped.is_(False)).limit(1)
_OF_AN_EVENT = [column for column in case_events.c if column is not case_events.c.number]


class SqlCases:
    """The cases, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def file(self, case: Case) -> None:
        """See `Cases.file`."""
        row = dialect.insert(self._connection.dialect.name, cases).values(vars(case))
        unless_taken = row.on_conflict_do_nothing(index_elements=[cases.c.reference])
        if not self._connection.execute(unless_taken).rowcount:
            raise ValueError("the reference is taken")

    def get(self, reference: str) -> Case | None:
        """See `Cases.get`. On PostgreSQL the row is locked; SQLite lets one transaction in at a time."""
        return self._one(select(cases).where(cases.c.reference == reference).with_for_update())

    def filed_from(self, draft: str) -> Case | None:
        """See `Cases.filed_from`."""
        return self._one(select(cases).where(cases.c.draft == draft))

    def raised_by(self, person: Person) -> Sequence[Case]:
        """See `Cases.raised_by`."""
        theirs = select(cases).where(cases.c.raiser == person, cases.c.stripped.is_(False))
        return self._several(theirs.order_by(cases.c.filed.desc(), cases.c.reference))

    def has_raised(self, person: Person) -> bool:
        """See `Cases.has_raised`."""
        return self._connection.execute(_THEIRS, {"by": person}).first() is not None

    def all(self, *, compact: str | None = None, open_only: bool = False) -> Sequence[Case]:
        """See `Cases.all`."""
        query = select(cases).order_by(cases.c.filed, cases.c.reference)
        if compact is not None:
            query = query.where(cases.c.compact == compact)
        return self._several(query.where(cases.c.closed.is_(None)) if open_only else query)

    def change(self, case: Case) -> None:
        """See `Cases.change`."""
        as_read = (cases.c.reference == case.reference, cases.c.version == case.version)
        changed = update(cases).where(*as_read).values({**vars(case), "version": case.version + 1})
        if not self._connection.execute(changed).rowcount:
            raise ValueError("the case was changed since it was read")

    def add(self, event: CaseEvent) -> None:
        """See `Cases.add`."""
        self._connection.execute(insert(case_events).values(vars(event)))

    def events(self, reference: str) -> Sequence[CaseEvent]:
        """See `Cases.events`."""
        query = select(*_OF_AN_EVENT).where(case_events.c.reference == reference).order_by(case_events.c.number)
        return [_event(row) for row in self._connection.execute(query).mappings()]

    def closed_before(self, moment: datetime) -> Sequence[str]:
        """See `Cases.closed_before`."""
        old = select(cases.c.reference).where(cases.c.closed < moment, cases.c.stripped.is_(False))
        return self._connection.execute(old.order_by(cases.c.closed, cases.c.reference)).scalars().all()

    def strip(self, reference: str, at: datetime, free_text: Collection[str]) -> None:
        """See `Cases.strip`."""
        case = self.get(reference)
        if case is None or case.stripped:
            return
        kept = {step: values for step, values in case.answers.items() if step not in free_text}
        nobody = Person(case.raiser.platform, "", "")
        names = {"raiser": nobody, "raiser_name": "", "acknowledged_by": "", "owner": None, "owner_name": ""}
        values = {"answers": kept, "stripped": True, "version": case.version + 1, **names}
        self._connection.execute(update(cases).where(cases.c.reference == reference).values(values))
        its_events = update(case_events).where(case_events.c.reference == reference)
        self._connection.execute(its_events.values(by=None, name="", text=""))
        erase(self._connection, begins(f"case:{reference}:") | begins(f"draft:{case.draft}:"), at)
        self.add(CaseEvent(reference, at, EventKind.STRIPPED))

    def _one(self, query: Select[Any]) -> Case | None:
        row = self._connection.execute(query).mappings().one_or_none()
        return _case(row) if row else None

    def _several(self, query: Select[Any]) -> list[Case]:
        return [_case(row) for row in self._connection.execute(query).mappings()]


def _case(row: RowMapping) -> Case:
    kept = dict(row)
    kept["answers"] = answers(kept["answers"])
    kept["commitments"] = tuple((each, text) for each, text in kept["commitments"])
    kept["outcome"] = Outcome(kept["outcome"]) if kept["outcome"] else None
    return Case(**kept)


def _event(row: RowMapping) -> CaseEvent:
    return CaseEvent(**{**row, "kind": EventKind(row["kind"])})
