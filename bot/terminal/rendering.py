"""Replies drawn for a terminal, with rich. Pure: blocks in, renderables out."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import count
from typing import assert_never

from rich.columns import Columns
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Line

from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Facts,
    Form,
    Heading,
    Option,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)

_NARROWEST_COLUMN = 44


def rendered(replies: Iterable[Reply]) -> Group:
    """The replies, one under the other. Options are numbered through each reply."""
    return Group(*(_reply(reply) for reply in replies))


def plain(text: str) -> str:
    """`text` without control characters: nothing a person types may steer the terminal."""
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf"})


def _reply(reply: Reply) -> Group:
    numbers = count(1)
    return Group(*(drawn for block in reply.blocks for drawn in _block(block, numbers)))


def _block(block: Block, numbers: Iterator[int]) -> Iterator[RenderableType]:
    match block:
        case Heading(text):
            yield Line(f"\n{plain(text)}", style="bold cyan")
        case Text(text, quiet):
            yield Line(plain(text), style="dim" if quiet else "")
        case Passage():
            yield _passage(block)
        case SideBySide(passages):
            yield _Side(tuple(map(_passage, passages)))
        case Facts(rows):
            yield _facts(rows)
        case Quote(text, source):
            yield Padding(Group(Line(f"“{plain(text)}”", style="italic"), Line(plain(source), style="dim")), (0, 2))
        case Choices(options, numbered):
            yield from _choices(options, numbers) if numbered else _said(options)
        case AskDate(prompt):
            yield Line(plain(prompt), style="dim")
        case Form(title, typed=typed):
            yield Line(f"\n{plain(title)}", style="bold")
            yield Line(plain(typed), style="dim")
        case _:
            assert_never(block)


class _Side:
    """Renderables next to each other where the terminal is wide enough, else one under the other."""

    def __init__(self, parts: tuple[RenderableType, ...]) -> None:
        self._parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < 2 * _NARROWEST_COLUMN:
            yield from self._parts
            return
        yield Columns(self._parts, width=options.max_width // 2 - 1, equal=True)


def _passage(passage: Passage) -> Panel:
    parts: list[RenderableType] = [Line(plain(passage.says))]
    if passage.facts:
        parts += [Line(), _facts(passage.facts)]
    parts += [Line(f"· {plain(remark)}", style="dim italic") for remark in passage.remarks]
    return Panel(Group(*parts), title=Line(plain(passage.title), style="bold"), title_align="left", border_style="dim")


def _facts(rows: Iterable[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(ratio=1)
    for name, value in rows:
        table.add_row(Line(plain(name)), Line(plain(value)))
    return table


def _choices(options: Iterable[Option], numbers: Iterator[int]) -> Iterator[RenderableType]:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bold", justify="right", no_wrap=True)
    table.add_column(ratio=1)
    for option in options:
        table.add_row(f"{next(numbers)}", Line(_linked(option) if option.link else plain(option.label)))
    yield table


def _said(options: Iterable[Option]) -> Iterator[RenderableType]:
    known = tuple(options)
    if words := [plain(option.typed or option.says) for option in known if not option.link]:
        yield Line(f"You can say: {' · '.join(words)}", style="dim")
    for option in known:
        if option.link:
            yield Line(_linked(option))


def _linked(option: Option) -> str:
    return f"{plain(option.label)}: {plain(option.link)}"
