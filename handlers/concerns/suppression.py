"""Small counts left out of figures that others see, so that nobody can be told from them, nor worked out by subtraction.

Why it holds: a Compact's total is known, and its cases fall into cells that add up to it. Where cells are hidden, what is
left for them together is known too. That gives one of them away when it is the only one, and all of them when nothing is
left, or when they all must be as large as a hidden count can be. Only then less is shown: open and closed where both are
large enough, else the total alone. Which of the three is shown depends on nothing else, and so tells nothing else.
The tests try every small case.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FEWEST = 3
"""The smallest count that is shown."""

Count = int | None
"""A count; None where it is smaller than `FEWEST`, none at all included."""


@dataclass(frozen=True)
class Cells:
    """Every case of one Compact by how it stands: open at a stage, or closed with an outcome."""

    stages: Mapping[str, Count]
    outcomes: Mapping[str, Count]


@dataclass(frozen=True)
class Halves:
    """How many cases are open and how many are closed, both large enough to be shown."""

    open: int
    closed: int


Standing = Cells | Halves | None
"""How cases stand, as finely as can be shown; None where only their total can."""


def count(number: int) -> Count:
    """A count as it may be shown."""
    return number if number >= FEWEST else None


def standing(stages: Mapping[str, int], outcomes: Mapping[str, int]) -> Standing:
    """How cases stand, as finely as can be shown next to their total. Each case is in one cell of the two tables."""
    total = sum(stages.values()) + sum(outcomes.values())
    if total < FEWEST:
        return None
    hidden = [number for number in (*stages.values(), *outcomes.values()) if number < FEWEST]
    if not hidden or _can_be_several_ways(hidden):
        return Cells(_counts(stages), _counts(outcomes))
    opened, closed = sum(stages.values()), sum(outcomes.values())
    return Halves(opened, closed) if min(opened, closed) >= FEWEST else None


def overall(totals: Mapping[str, int]) -> Count:
    """All totals together; None unless each is shown itself, as what is missing would be what is hidden."""
    return sum(totals.values()) if all(number >= FEWEST for number in totals.values()) else None


def _can_be_several_ways(hidden: list[int]) -> bool:
    return len(hidden) > 1 and 0 < sum(hidden) < len(hidden) * (FEWEST - 1)


def _counts(numbers: Mapping[str, int]) -> dict[str, Count]:
    return {name: count(number) for name, number in numbers.items()}
