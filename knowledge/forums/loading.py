"""From a YAML file to checked series of forums: every mistake is found and told at once."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

from knowledge.forums.content import ForumsFile, Holds, Series
from knowledge.forums.recurrence import RecurrenceError
from knowledge.problems import KnowledgeError, Problem
from knowledge.shapes import shaped
from knowledge.yamlfiles import Document, Place, read


class ForumsError(KnowledgeError):
    """The file of forums cannot be used; `problems` holds every mistake found, in order of line."""


def example_forums() -> Path:
    """The file of made-up forums that comes with the program."""
    return Path(str(files("knowledge"))) / "examples" / "forums.yaml"


def load(path: Path, compacts: Collection[str], commitments: Collection[str] | None = None) -> tuple[Series, ...]:
    """The series in the file at `path`, in their order. `compacts`: ids of the Compacts that there are.

    `commitments`: ids of what they say; None where that is not to be checked. Raises ForumsError with all the mistakes found.
    """
    try:
        document, entries = _read(path)
    except KnowledgeError as error:
        raise ForumsError(list(error.problems)) from error
    problems: list[Problem] = []
    series: dict[int, Series] = {}
    for row, entry in enumerate(entries):
        try:
            series[row] = shaped(document, Series, entry, ("series", row))
        except KnowledgeError as error:
            problems.extend(error.problems)
    problems.extend(_cross_checked(document, series, compacts))
    problems.extend(_commitments_checked(document, series, commitments))
    if problems:
        raise ForumsError(problems)
    return tuple(series.values())


def _read(path: Path) -> tuple[Document, tuple[Any, ...]]:
    document = read(path)
    if document.twice:
        raise KnowledgeError(list(document.twice))
    if not isinstance(document.data, dict):
        raise KnowledgeError([document.problem((), "should begin with the key 'series:'")])
    return document, shaped(document, ForumsFile, document.data).series


def _cross_checked(document: Document, series: Mapping[int, Series], compacts: Collection[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for row, each in series.items():
        for place, message in _complaints(each, compacts):
            yield document.problem(("series", row, *place), message)
        if each.id in seen:
            yield document.problem(("series", row, "id"), f"the series '{each.id}' is already in this file")
        seen.add(each.id)


def _commitments_checked(
    document: Document, series: Mapping[int, Series], commitments: Collection[str] | None
) -> Iterator[Problem]:
    for row, each in series.items():
        told = each.commitment
        if told and not told.startswith(f"{each.compact}."):
            yield document.problem(("series", row, "commitment"), f"should be one of the Compact '{each.compact}'")
        elif told and commitments is not None and told not in commitments:
            yield document.problem(("series", row, "commitment"), f"there is no commitment '{told}'")


def _complaints(series: Series, compacts: Collection[str]) -> Iterator[tuple[Place, str]]:
    if series.compact not in compacts:
        known = ", ".join(compacts) or "none"
        yield ("compact",), f"there is no Compact '{series.compact}'; known are: {known}"
    if not series.place and not series.link:
        yield ("place",), "a place, a link or both are needed, or nobody can come"
    try:
        _ = series.rule
    except RecurrenceError as error:
        yield ("recurrence",), str(error)
    yield from _reminder_complaints(series)


def _reminder_complaints(series: Series) -> Iterator[tuple[Place, str]]:
    # In UTC, where no clock changes: only what is wrong on every day of the year is a mistake in the file.
    starts = datetime.combine(series.starts, series.time, UTC)
    ends = starts + series.length
    seen: set[datetime] = set()
    for row, plan in enumerate(series.reminders):
        at: Place = ("reminders", row, "when")
        falls = plan.when.moment(starts, ends, series.reminders_at)
        if plan.when.after and falls < ends:
            yield at, "goes out before the forum has ended"
        if not plan.when.after and falls >= starts:
            yield at, "goes out when the forum has begun"
        if plan.when.after != (plan.holds is Holds.FOLLOW_UP):
            yield at, "a follow-up goes out after the forum, and nothing else does: 'P1D after' goes with 'follow-up'"
        if falls in seen:
            yield at, "there is another reminder at that moment"
        seen.add(falls)
