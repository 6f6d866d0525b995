"""Deleting names and what people wrote, when it is no longer needed or when somebody asks for it. Counts stay as they are."""

from dataclasses import replace
from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from handlers.concerns.delivery import change, show, tell_leads
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.concerns.steps import FREE_TEXT
from handlers.conversation import Person, Text
from handlers.ports import Records

_GONE = (
    "Whoever raised {} has asked to be forgotten. It is closed, and what they wrote is deleted. "
    "There is nothing more to do about it."
)


def strip_old(records: Records, desk: Desk, now: datetime, *, months: int) -> int:
    """Strip the cases that were closed `months` ago or longer of names and free text; returns how many."""
    old = records.cases.closed_before(now - relativedelta(months=months))
    for reference in old:
        _strip(records, reference, desk, now)
    return len(old)


def forget_raiser(records: Records, person: Person, desk: Desk, now: datetime) -> int:
    """Forget a person who asks for it: their draft, and names and free text of all that they raised; returns how many.

    What is still open ends, and the leads are told, since nothing is left that they could act on. It gets no outcome, as it
    had none: so it still counts at the stage that it had come to.
    """
    # In the order in which all others that take hold of several cases go through them, so that none waits for ever.
    cases = sorted(records.cases.raised_by(person), key=lambda case: (case.filed, case.reference))
    for case in cases:
        held = records.cases.get(case.reference)
        was_open = held is not None and not held.closed
        if held and was_open:
            _end(records, held, desk, now)
        _strip(records, case.reference, desk, now)
        # Only now: what is still to be said about a case goes with its names.
        if held and was_open:
            tell_leads(records, held, (Text(_GONE.format(case.reference)),), now)
    records.forget_person(person, now)
    return len(cases)


def known_people(records: Records, now: datetime) -> list[Person]:
    """Everybody who has raised a concern or begun to tell one."""
    drafts = records.drafts.untouched_since(now + timedelta(days=1))
    raisers = [case.raiser for case in records.cases.all() if not case.stripped]
    return list(dict.fromkeys((*raisers, *(draft.person for draft in drafts))))


def _end(records: Records, case: Case, desk: Desk, now: datetime) -> None:
    ended = replace(case, closed=now, asked=False)
    change(records, ended, [CaseEvent(case.reference, now, EventKind.WITHDRAWN)], desk, now)


def _strip(records: Records, reference: str, desk: Desk, now: datetime) -> None:
    records.cases.strip(reference, now, FREE_TEXT)
    stripped = records.cases.get(reference)
    # What stands in the leads' channel goes too.
    if stripped:
        show(records, stripped, desk, now)
