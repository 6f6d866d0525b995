"""Cases as files for an operator: all that is kept of them, as JSON or as a table for a spreadsheet."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from handlers.concerns.records import Case, CaseEvent

_UTF_8 = "\ufeff"
# A spreadsheet takes a cell that begins like this for a formula, and would run it.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")


@dataclass(frozen=True)
class CaseFile:
    """A case with all that happened to it."""

    case: Case
    events: Sequence[CaseEvent]


def as_json(files: Sequence[CaseFile], zone: tzinfo) -> str:
    """A list of objects, one a case, with its answers by step and its events in order."""
    return json.dumps([_whole(file, zone) for file in files], ensure_ascii=False, indent=2) + "\n"


def as_csv(files: Sequence[CaseFile], zone: tzinfo) -> str:
    """A row a case, without its events, which are in the JSON. What would be a formula gets an apostrophe in front.

    It begins with the mark by which Excel knows UTF-8, without which it would garble a "£".
    """
    rows = [_row(file, zone) for file in files]
    columns = dict.fromkeys(name for row in rows for name in row)
    text = io.StringIO()
    table = csv.DictWriter(text, columns, restval="", quoting=csv.QUOTE_ALL)
    table.writeheader()
    table.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
    return f"{_UTF_8}{text.getvalue()}"


def harmless(value: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.lstrip(" \u00a0").startswith(_FORMULA) else value


def _facts(case: Case, zone: tzinfo) -> dict[str, str]:
    return {
        "reference": case.reference,
        "compact": case.compact,
        "filed": _moment(case.filed, zone),
        "stage": case.stage,
        "stage_since": _moment(case.stage_since, zone),
        "acknowledged": _moment(case.acknowledged, zone),
        "acknowledged_by": case.acknowledged_by,
        "owner": case.owner_name,
        "closed": _moment(case.closed, zone),
        "outcome": case.outcome.value if case.outcome else "",
        "platform": case.raiser.platform.value,
        "raiser": case.raiser_name,
        "raiser_id": case.raiser.user,
        "knowledge": case.knowledge,
    }


def _row(file: CaseFile, zone: tzinfo) -> dict[str, str]:
    case = file.case
    touched = "; ".join(name for name, _ in case.commitments)
    answers = {f"told_{step}": "\n".join(values) for step, values in case.answers.items()}
    return {**_facts(case, zone), "commitments": touched, **answers}


def _whole(file: CaseFile, zone: tzinfo) -> dict[str, Any]:
    case = file.case
    return {
        **_facts(case, zone),
        "waits_for_answer": case.asked,
        "stripped": case.stripped,
        "commitments": [{"id": name, "text": text} for name, text in case.commitments],
        "told": {step: list(values) for step, values in case.answers.items()},
        "events": [_event(event, zone) for event in file.events],
    }


def _event(event: CaseEvent, zone: tzinfo) -> dict[str, Any]:
    return {
        "at": _moment(event.at, zone),
        "kind": event.kind.value,
        "by": event.by.user if event.by else "",
        "name": event.name,
        "text": event.text,
        "detail": event.detail,
    }


def _moment(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""
