"""What is read in a card: text, headings, passages, facts and quotes as elements of an Adaptive Card."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from microsoft_teams.cards import (
    CardElement,
    Column,
    ColumnSet,
    Container,
    Fact,
    FactSet,
    RichTextBlock,
    TextBlock,
    TextRun,
)
from microsoft_teams.cards.core import Spacing, TextColor, TextSize, TextWeight

from bot.teams.cards_text import clean, cut, inert, line, pieces
from handlers.conversation import Passage

Json = dict[str, Any]
Item = TypeVar("Item")

# What reads well, on a phone as well: cards have no limits of their own but for their size in all.
_PIECE, _HEADING, _FACT, _FACTS, _COLUMN, _COLUMNS = 1_000, 200, 200, 10, 250, 2
_QUOTE_BYTES = 8_000


@dataclass(frozen=True)
class Drawn:
    """One element of a card, as JSON, and its words without any formatting.

    `inputs`: it holds inputs. A card may hold one such element: what is required in one would hold up the other's buttons.
    `introduces`: it says little without what follows, and stays in its card where that can be.
    """

    element: Json
    words: str
    inputs: bool = False
    introduces: bool = False

    @cached_property
    def size(self) -> int:
        """How many bytes it takes in its card."""
        return size(self.element)


@dataclass(frozen=True)
class Look:
    """How text stands out, or back."""

    size: TextSize | None = None
    weight: TextWeight | None = None
    color: TextColor | None = None
    subtle: bool | None = None


BODY, BOLD, QUIET = Look(), Look(weight="Bolder"), Look(size="Small", subtle=True)
ATTENTION = Look(weight="Bolder", color="Attention")


def dumped(element: CardElement) -> Json:
    """An element as JSON."""
    return element.model_dump(exclude_none=True)


def size(part: Any) -> int:
    """How many bytes JSON takes at most, with everything but ASCII escaped."""
    return len(json.dumps(part))


def introducing(drawn: Iterable[Drawn]) -> Iterator[Drawn]:
    """What is drawn, to stay with what follows."""
    return (replace(each, introduces=True) for each in drawn)


def batches(items: Sequence[Item], most: int) -> Iterator[Sequence[Item]]:
    """`items` in runs of at most `most`."""
    return (items[at : at + most] for at in range(0, len(items), most))


def label(text: str, most: int) -> str:
    """One line of text as it stands on a button or at an input."""
    return inert(cut(text, most))


def heading(text: str) -> Iterator[Drawn]:
    """A heading, which screen readers find as one; in bold where it is as long as a paragraph."""
    title = line(text)
    if not title or len(title) > _HEADING:
        yield from paragraphs(title, BOLD)
        return
    block = TextBlock(text=inert(title), size="Large", weight="Bolder", style="heading", wrap=True)
    yield Drawn(dumped(block), title)


def paragraphs(text: str, look: Look = BODY, spacing: Spacing | None = None) -> Iterator[Drawn]:
    """Text, an element a line, as clients differ in what they make of a line's end. `spacing`: above the first."""
    above = spacing
    for each in clean(text).split("\n"):
        for piece in pieces(each.strip(), _PIECE):
            yield Drawn(dumped(_rich([_run(piece, look)], above)), piece)
            above = "None"
        above = above if each.strip() else "Small"


def passage(shown: Passage) -> Iterator[Drawn]:
    """A passage: its title, what it says, facts about it, remarks in small."""
    yield from _titled(shown, facts(shown.facts))


def side_by_side(passages: Sequence[Passage]) -> Iterator[Drawn]:
    """Two short passages next to each other; others one below the other, with a line between."""
    drawn = [(shown, parts) for shown in passages if (parts := list(passage(shown)))]
    if len(drawn) == _COLUMNS and all(sum(len(part.words) for part in parts) <= _COLUMN for _, parts in drawn):
        yield _in_columns(shown for shown, _ in drawn)
        return
    for at, (_, (first, *rest)) in enumerate(drawn):
        yield replace(first, element=first.element | {"separator": True}) if at else first
        yield from rest


def facts(rows: Iterable[tuple[str, str]]) -> Iterator[Drawn]:
    """Rows of a name and a value, as a table where they are short."""
    for short, group in groupby(_rows(rows), key=_is_short):
        if short:
            yield from map(_fact_set, batches(list(group), _FACTS))
        else:
            for name, value in group:
                yield from introducing(paragraphs(name, BOLD, "Small"))
                yield from paragraphs(value, spacing="None" if name else "Small")


def quote(text: str, source: str) -> Iterator[Drawn]:
    """Somebody's words on a ground of their own, and whose they are below."""
    for run in _runs(paragraphs(text), _QUOTE_BYTES):
        container = dumped(Container(style="emphasis", items=[]))
        words = "\n".join(each.words for each in run)
        yield Drawn(container | {"items": [each.element for each in run]}, f"“{words}”")
    yield from paragraphs(source, QUIET, "Small")


def _runs(drawn: Iterable[Drawn], most: int) -> Iterator[list[Drawn]]:
    """What is drawn, in runs of at most `most` bytes, or of one that is larger."""
    run: list[Drawn] = []
    for each in drawn:
        if run and sum(other.size for other in run) + each.size > most:
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _titled(shown: Passage, about: Iterable[Drawn]) -> Iterator[Drawn]:
    title = line(shown.title)
    yield from introducing(paragraphs(title, BOLD, "Medium"))
    yield from paragraphs(shown.says, spacing="Small" if title else "Medium")
    yield from about
    remarks = (f"• {remark}" for remark in map(clean, shown.remarks) if remark)
    yield from paragraphs("\n".join(remarks), QUIET, "Small")


def _in_columns(passages: Iterable[Passage]) -> Drawn:
    drawn = [list(_titled(shown, _fact_lines(shown.facts))) for shown in passages]
    columns = dumped(ColumnSet(columns=[Column(width="stretch", items=[]) for _ in drawn]))
    for column, parts in zip(columns["columns"], drawn, strict=True):
        column["items"] = [part.element for part in parts]
    return Drawn(columns, "\n".join(part.words for parts in drawn for part in parts))


def _fact_lines(rows: Iterable[tuple[str, str]]) -> Iterator[Drawn]:
    """Rows for half the width, where a table would be too narrow."""
    for name, value in _rows(rows):
        one_line = " ".join(value.split())
        runs = [*([_run(f"{name} ", BOLD)] if name else ()), *([_run(one_line, BODY)] if value else ())]
        yield Drawn(dumped(_rich(runs, "Small")), _spoken(name, one_line))


def _fact_set(rows: Sequence[tuple[str, str]]) -> Drawn:
    drawn = FactSet(facts=[Fact(title=inert(name), value=inert(value)) for name, value in rows], spacing="Small")
    return Drawn(dumped(drawn), "\n".join(_spoken(name, value) for name, value in rows))


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    cleaned = ((line(name), clean(value)) for name, value in rows)
    return (row for row in cleaned if any(row))


def _is_short(row: tuple[str, str]) -> bool:
    name, value = row
    return bool(name and value) and "\n" not in value and len(name + value) <= _FACT


def _spoken(name: str, value: str) -> str:
    return ": ".join(filter(None, (name, value)))


def _rich(runs: Sequence[TextRun], spacing: Spacing | None) -> RichTextBlock:
    return RichTextBlock(inlines=list(runs), spacing=spacing)


def _run(text: str, look: Look) -> TextRun:
    return TextRun(text=inert(text), size=look.size, weight=look.weight, color=look.color, is_subtle=look.subtle)
