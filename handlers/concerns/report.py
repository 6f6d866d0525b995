"""Figures on concerns for people who see no case: counts, and how long things took, with small counts left out."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from statistics import median_low
from typing import Any, assert_never

from handlers.concerns.clock import working_days
from handlers.concerns.records import Case, Outcome
from handlers.concerns.suppression import FEWEST, Cells, Count, Halves, Standing, count, overall, standing
from knowledge.base import Knowledge
from knowledge.content import Compact

FEWER = f"fewer than {FEWEST}"
_STARTED = frozenset({Outcome.SETTLED, Outcome.NOT_UPHELD, Outcome.PASSED_ON})


@dataclass(frozen=True)
class Figures:
    """One Compact's concerns. Stages and outcomes are by id, commitments by id too: those that are touched often enough.

    The working days are medians: half took as long or less. None where too few are known to have come so far.
    """

    compact: str
    filed: Count
    standing: Standing = None
    commitments: tuple[tuple[str, int], ...] = ()
    days_to_acknowledge: int | None = None
    days_to_close: int | None = None


@dataclass(frozen=True)
class Report:
    """Concerns that were filed from `first` to `last`, and how they stand now."""

    first: date
    last: date
    filed: Count
    compacts: tuple[Figures, ...]


def report(cases: Iterable[Case], knowledge: Knowledge, first: date, last: date, zone: tzinfo) -> Report:
    """The figures on those of `cases` that were filed on the days from `first` to `last` of a time zone."""
    filed = [case for case in cases if first <= case.filed.astimezone(zone).date() <= last]
    by_compact = {name: [case for case in filed if case.compact == name] for name in knowledge.compacts}
    figures = tuple(_figures(knowledge.compacts[name], those, zone) for name, those in by_compact.items())
    return Report(first, last, overall({name: len(those) for name, those in by_compact.items()}), figures)


def as_json(made: Report) -> dict[str, Any]:
    """A report for programs: a small count is the text "fewer than 3", what cannot be shown is null."""
    return {
        "from": made.first.isoformat(),
        "to": made.last.isoformat(),
        "filed": made.filed,
        "compacts": [_as_json(figures) for figures in made.compacts],
    }


def in_words(shown: Count) -> str:
    """A count for people."""
    return FEWER if shown is None else str(shown)


def _figures(compact: Compact, cases: Sequence[Case], zone: tzinfo) -> Figures:
    if len(cases) < FEWEST:
        return Figures(compact.id, None)
    stages = {stage.id: 0 for stage in compact.process.stages}
    # A case that ended without an outcome, as its raiser was forgotten, stays at its stage. A stage that the Compact no
    # longer has counts as its first, so that every case is counted once.
    first = compact.process.stages[0].id
    stages |= Counter(case.stage if case.stage in stages else first for case in cases if not case.outcome)
    outcomes = {outcome.value: 0 for outcome in Outcome}
    outcomes |= Counter(case.outcome.value for case in cases if case.outcome)
    stands = standing(stages, outcomes)
    return Figures(
        compact.id,
        count(len(cases)),
        stands,
        _commitments(cases),
        _days_to_acknowledge(cases, zone) if _shows_some_acknowledged(stands, first) else None,
        _days_to_close(cases, zone) if _shows_some_closed(stands) else None,
    )


def _commitments(cases: Iterable[Case]) -> tuple[tuple[str, int], ...]:
    touched = Counter(name for case in cases for name in {name for name, _ in case.commitments})
    often = [(name, number) for name, number in touched.items() if number >= FEWEST]
    return tuple(sorted(often, key=lambda each: (-each[1], each[0])))


# A median is shown where the counts that are shown say already that enough cases came so far: so whether it is
# there tells nothing about the hidden ones. A case is acknowledged before its stage changes or leads close it.


def _shows_some_acknowledged(stands: Standing, first: str) -> bool:
    if not isinstance(stands, Cells):
        return False
    later = [shown for stage, shown in stands.stages.items() if stage != first]
    return any((*later, *(stands.outcomes[outcome] for outcome in _STARTED)))


def _shows_some_closed(stands: Standing) -> bool:
    match stands:
        case Cells(_, outcomes):
            return any(outcomes.values())
        case Halves() | None as halves:
            return halves is not None
        case _:
            assert_never(stands)


def _days_to_acknowledge(cases: Iterable[Case], zone: tzinfo) -> int | None:
    return _median([_days(case, case.acknowledged, zone) for case in cases if case.acknowledged])


def _days_to_close(cases: Iterable[Case], zone: tzinfo) -> int | None:
    return _median([_days(case, case.closed, zone) for case in cases if case.outcome])


def _days(case: Case, until: Any, zone: tzinfo) -> int:
    return working_days(case.filed.astimezone(zone).date(), until.astimezone(zone).date())


def _median(days: Collection[int]) -> int | None:
    # The lower one of two in the middle: a half would tell that their number is even.
    return median_low(days) if len(days) >= FEWEST else None


def _as_json(figures: Figures) -> dict[str, Any]:
    stands = figures.standing
    return {
        "compact": figures.compact,
        "filed": _shown(figures.filed),
        "open": stands.open if isinstance(stands, Halves) else None,
        "closed": stands.closed if isinstance(stands, Halves) else None,
        "stages": _cells(stands.stages) if isinstance(stands, Cells) else None,
        "outcomes": _cells(stands.outcomes) if isinstance(stands, Cells) else None,
        "commitments": dict(figures.commitments),
        "days_to_acknowledge": figures.days_to_acknowledge,
        "days_to_close": figures.days_to_close,
    }


def _cells(cells: Mapping[str, Count]) -> dict[str, int | str]:
    return {name: _shown(shown) for name, shown in cells.items()}


def _shown(shown: Count) -> int | str:
    return FEWER if shown is None else shown
