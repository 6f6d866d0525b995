"""Figures on concerns: what they count, and that nothing small can be worked out from them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import combinations_with_replacement, count, product

import pytest

from handlers.concerns.records import Case, Outcome
from handlers.concerns.report import Figures, Report, as_json, report
from handlers.concerns.suppression import FEWEST, Cells, Halves, standing
from handlers.conversation import Person, Platform
from knowledge.base import Knowledge
from knowledge.finding import Finder
from tests.clock import LONDON

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=LONDON)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
NUMBERS = count()


def case(
    state: str = "received", *, acknowledged: int | None = 0, closed: int = 0, compact: str = "cpft", **more: object
) -> Case:
    """A case filed on a Monday that is open at a stage or closed with an outcome, after so many days."""
    over = state in set(Outcome)
    values: dict[str, object] = {
        "filed": MONDAY,
        "stage": "received" if over else state,
        "stage_since": MONDAY,
        "acknowledged": None if acknowledged is None else MONDAY + timedelta(days=acknowledged),
        "closed": MONDAY + timedelta(days=closed) if over else None,
        "outcome": Outcome(state) if over else None,
        "commitments": (),
        **more,
    }
    ann = Person(Platform.SLACK, "T1", "ann")
    return Case(f"{next(NUMBERS)}", "", compact, ann, "", {}, knowledge="v1", **values)  # type: ignore[arg-type]


def made(knowledge: Knowledge, cases: Sequence[Case]) -> Report:
    """The report on November 2026."""
    return report(cases, knowledge, FIRST, LAST, LONDON)


def cpft(knowledge: Knowledge, cases: Sequence[Case]) -> Figures:
    """The figures of the CPFT Compact."""
    return made(knowledge, cases).compacts[0]


def splits(total: int, cells: int) -> Iterator[tuple[int, ...]]:
    """Every way in which a total falls into cells."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in splits(total - first, cells - 1))


def given_away(worlds: Sequence[Sequence[int]]) -> list[int]:
    """The cells that are small, and the same in all the worlds that look alike."""
    return [
        cell for cell, numbers in enumerate(zip(*worlds, strict=True)) if len({*numbers}) == 1 and numbers[0] < FEWEST
    ]


@pytest.mark.parametrize(("stages", "most"), [(1, 14), (2, 11), (3, 10), (4, 8)])
def test_no_small_count_follows_from_what_is_shown_however_it_is_worked_out(stages: int, most: int) -> None:
    """Whoever knows the total, sees the tables and knows how they are made still finds two ways for each small count."""
    for total in range(FEWEST, most + 1):
        alike = defaultdict(list)
        for numbers in splits(total, stages + len(Outcome)):
            open_ones = {f"stage {number}": each for number, each in enumerate(numbers[:stages])}
            shown = standing(open_ones, dict(zip(Outcome, numbers[stages:], strict=True)))
            alike[repr(shown)].append(numbers)
        assert [shown for shown, worlds in alike.items() if given_away(worlds)] == []


@pytest.mark.parametrize("numbers", [(0, 0), (1, 0), (1, 1), (0, 2)])
def test_of_a_total_that_is_small_itself_nothing_is_told(numbers: tuple[int, int]) -> None:
    assert standing({"received": numbers[0]}, {"settled": numbers[1]}) is None


def test_no_small_count_follows_from_a_whole_report(finder: Finder) -> None:
    """The same for all that a report shows, medians and whether they are there among it."""
    states = [
        ("received", None),
        ("received", 0),
        ("talking", 0),
        ("deciding", 0),
        *((outcome.value, 0) for outcome in Outcome),
        ("withdrawn", None),
    ]
    cells = ["received", "talking", "deciding", *Outcome]
    kinds = [case(state, acknowledged=acknowledged) for state, acknowledged in states]
    alike = defaultdict(list)
    for total in range(7):
        for cases in combinations_with_replacement(kinds, total):
            standings = [str(each.outcome or each.stage) for each in cases]
            world = (total, *(standings.count(cell) for cell in cells))
            alike[json.dumps(as_json(made(finder.knowledge, cases)))].append(world)
    assert [shown for shown, worlds in alike.items() if given_away(worlds)] == []


def test_no_compacts_small_total_follows_from_the_others(finder: Finder) -> None:
    """Each may be none, one or two, whatever else is shown."""
    alike = defaultdict(list)
    for numbers in product(range(6), repeat=2):
        cases = [
            case(compact=name) for name, number in zip(("cpft", "sglos"), numbers, strict=True) for _ in range(number)
        ]
        alike[json.dumps(as_json(made(finder.knowledge, cases)))].append(numbers)
    for worlds in alike.values():
        for totals in zip(*worlds, strict=True):
            assert min(totals) >= FEWEST or {*totals} == {0, 1, 2}


def test_what_is_large_enough_is_shown_and_the_rest_is_fewer_than_three(finder: Finder) -> None:
    cases = [case("talking") for _ in range(4)] + [case("settled") for _ in range(5)] + [case("withdrawn"), case()]
    shown = as_json(made(finder.knowledge, cases))
    assert shown == {
        "from": "2026-11-01",
        "to": "2026-11-30",
        "filed": None,
        "compacts": [
            {
                "compact": "cpft",
                "filed": 11,
                "open": None,
                "closed": None,
                "stages": {"received": "fewer than 3", "talking": 4, "deciding": "fewer than 3"},
                "outcomes": {
                    "settled": 5,
                    "not upheld": "fewer than 3",
                    "withdrawn": "fewer than 3",
                    "passed on": "fewer than 3",
                },
                "commitments": {},
                "days_to_acknowledge": 0,
                "days_to_close": 0,
            },
            {
                "compact": "sglos",
                "filed": "fewer than 3",
                "open": None,
                "closed": None,
                "stages": None,
                "outcomes": None,
                "commitments": {},
                "days_to_acknowledge": None,
                "days_to_close": None,
            },
        ],
    }


def test_where_the_tables_would_give_something_away_open_and_closed_are_told(finder: Finder) -> None:
    """Three at one stage and three settled would say that there are none elsewhere."""
    figures = cpft(finder.knowledge, [case("talking")] * 3 + [case("settled")] * 3)
    assert figures.standing == Halves(3, 3)


def test_where_that_would_too_the_total_is_told_alone(finder: Finder) -> None:
    figures = cpft(finder.knowledge, [case("settled")] * 5)
    assert (figures.filed, figures.standing, figures.days_to_close) == (5, None, None)


def test_the_total_of_all_is_told_where_each_compacts_is(finder: Finder) -> None:
    cases = [case()] * 3 + [case(compact="sglos")] * 4
    assert made(finder.knowledge, cases).filed == 7
    assert made(finder.knowledge, cases[:-2]).filed is None


def test_commitments_are_told_from_three_on_the_most_often_touched_first(finder: Finder) -> None:
    touched = (("a", "text"), ("b", "text"))
    cases = [case(commitments=touched)] * 3 + [case(commitments=touched[1:])] + [case(commitments=(("c", "text"),))] * 2
    assert cpft(finder.knowledge, cases).commitments == (("b", 4), ("a", 3))


def test_medians_are_working_days_and_the_lower_of_two_in_the_middle(finder: Finder) -> None:
    settled = [case("settled", acknowledged=days, closed=days + 7) for days in (0, 1, 2, 7)]
    figures = cpft(finder.knowledge, [*settled, case("received", acknowledged=None)])
    assert isinstance(figures.standing, Cells)
    assert (figures.days_to_acknowledge, figures.days_to_close) == (1, 6)


def test_of_fewer_than_three_there_is_no_median(finder: Finder) -> None:
    """Data from elsewhere, in which later stages were reached without an acknowledgement."""
    figures = cpft(finder.knowledge, [case("talking", acknowledged=None)] * 3 + [case("settled"), case()])
    assert isinstance(figures.standing, Cells)
    assert (figures.days_to_acknowledge, figures.days_to_close) == (None, None)


@pytest.mark.parametrize(("day", "counts"), [(1, True), (30, True), (31, False), (0, False)])
def test_the_days_from_and_to_count_themselves(finder: Finder, day: int, counts: bool) -> None:
    filed = datetime(2026, 11, 1, 0, 30, tzinfo=LONDON) + timedelta(days=day - 1)
    assert (cpft(finder.knowledge, [case(filed=filed)] * 3).filed == 3) is counts


def test_a_stage_that_the_compact_has_no_more_counts_as_its_first(finder: Finder) -> None:
    figures = cpft(finder.knowledge, [case("mediation")] * 3 + [case("talking"), case("settled")])
    assert isinstance(figures.standing, Cells)
    assert figures.standing.stages == {"received": 3, "talking": None, "deciding": None}
