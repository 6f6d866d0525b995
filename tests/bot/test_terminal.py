"""Replies drawn for a terminal, and explanations."""

import io
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from bot.terminal.explaining import explanation
from bot.terminal.rendering import plain, rendered
from handlers.context import Context
from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Facts,
    Heading,
    Option,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)
from handlers.saying import saying
from knowledge.compiling import compiled
from knowledge.finding import Finder
from knowledge.loading import load

NOTICE = "How much notice must we give before funding ends?"
OURS = Passage("CPFT Compact", "CPFT must give notice.", (("Binds", "CPFT"),), ("It does not say how.",))
THEIRS = Passage("Hill Compact", "The council should talk.")
NASTY = "\x1b[31mred\x1b]0;title\x07 \x9b2J \0 \x7f \x08\r back"
MARKUP = "[bold]not bold[/bold] [/] [link=https://x.example]link[/link] :smile: \\[x]"


def drawn(what: RenderableType, width: int = 100, *, terminal: bool = False) -> str:
    """What a console of this width shows."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=terminal, highlight=False, legacy_windows=False).print(what)
    return out.getvalue()


def shown(*blocks: Block, width: int = 100, terminal: bool = False) -> str:
    """One reply of these blocks, drawn."""
    return drawn(rendered([Reply(blocks)]), width, terminal=terminal)


def with_text(text: str, *, name: str | None = None) -> list[Block]:
    """Every kind of block, with this text wherever it takes one; facts may have another name."""
    facts = ((text if name is None else name, text),)
    option, passage = Option(text, text), Passage(text, text, facts, (text,))
    link = Option(text, "", link=text)
    return [
        Heading(text),
        Text(text),
        Text(text, quiet=True),
        passage,
        SideBySide((passage, passage)),
        Facts(facts),
        Quote(text, text),
        Choices((option,)),
        Choices((option,), numbered=False),
        Choices((link,)),
        Choices((link,), numbered=False),
        AskDate(text, (option,)),
    ]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Heading("Notice"), r"\n\nNotice *\n"),
        (Text("In words."), r"In words\. *\n"),
        (Text("Aside.", quiet=True), r"Aside\. *\n"),
        (OURS, r"─ CPFT Compact ─+.*CPFT must give notice\..*Binds CPFT .*· It does not say how\."),
        (Facts((("Ask", "a question"), ("Look around", "topics"))), r"Ask +a question *\nLook around topics"),
        (Quote("We shall talk.", "The Compact, page 2"), r"“We shall talk\.” *\n *The Compact, page 2"),
        (Choices((Option("First", "one"), Option("Second", "two"))), r"1 First *\n2 Second"),
        (Choices((Option("Yes", "that helped"), Option("No", "no")), numbered=False), r"You can say: that helped · no"),
        (Choices((Option("Calendar", "", link="https://x.example/a.ics"),)), r"1 Calendar: https://x\.example/a\.ics"),
        (AskDate("Name a day.", (Option("The end", "work out"),)), r"Name a day\."),
    ],
)
def test_each_block_is_drawn(block: Block, expected: str) -> None:
    assert re.search(expected, f"\n{shown(block)}", re.DOTALL)


def test_nothing_is_cut_off_in_a_narrow_terminal() -> None:
    said = "public bodies must give three months notice".split()
    for block in with_text(" ".join(said), name="Where"):
        seen = shown(block, width=24)
        assert all(word in seen for word in said), block
        assert max(map(len, seen.splitlines())) <= 24


@pytest.mark.parametrize("width", [1, 3, 10, 400])
def test_any_width_will_do(width: int) -> None:
    assert shown(*with_text("some words to be drawn"), width=width)


@pytest.mark.parametrize(("width", "together"), [(87, False), (88, True), (100, True), (200, True), (40, False)])
def test_passages_stand_side_by_side_where_there_is_room(width: int, together: bool) -> None:
    seen = shown(SideBySide((OURS, THEIRS)), width=width)
    assert any("CPFT Compact" in line and "Hill Compact" in line for line in seen.splitlines()) is together
    assert "CPFT must give notice." in seen
    assert "The council should talk." in seen
    assert max(map(len, seen.splitlines())) <= width


def test_a_third_passage_goes_below() -> None:
    seen = shown(SideBySide((OURS, THEIRS, OURS)), width=100)
    assert seen.count("CPFT must give notice.") == 2


def test_links_are_told_with_their_addresses_and_not_as_something_to_say() -> None:
    link, yes = Option("Add to my calendar", "", link="https://x.example/a.ics"), Option("I am coming", "coming")
    seen = shown(Choices((link, yes), numbered=False))
    assert [line.rstrip() for line in seen.splitlines()] == [
        "You can say: coming",
        "Add to my calendar: https://x.example/a.ics",
    ]
    assert "You can say" not in shown(Choices((link,), numbered=False))


def test_options_are_numbered_through_a_reply_as_they_are_picked() -> None:
    """What carries no number takes none; the next reply begins at 1 again."""
    first, second, third = (Option(f"the {word}", word) for word in ("first", "second", "third"))
    blocks = (Choices((first,)), Text("or"), Choices((third,), numbered=False), Choices((second, third)))
    seen = drawn(rendered([Reply(blocks), Reply((Choices((third,)),))]))
    assert re.findall(r"(\d) the (\w+)", seen) == [("1", "first"), ("2", "second"), ("3", "third"), ("1", "third")]
    assert saying(blocks, Context()).context.options == ("first", "second", "third")


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("place", range(len(with_text(""))))
def test_nothing_in_a_text_steers_the_terminal(place: int, *, terminal: bool) -> None:
    """Beyond the colours that we put there ourselves."""
    seen = re.sub(r"\x1b\[[0-9;]*m", "", shown(with_text(NASTY)[place], terminal=terminal))
    assert not [char for char in seen if unicodedata.category(char) == "Cc" and char != "\n"]
    assert "red" in seen
    assert "31m" in seen, "the sequence is shown as the harmless letters that are left of it"


@pytest.mark.parametrize("place", range(len(with_text(""))))
def test_square_brackets_are_text_and_not_markup(place: int) -> None:
    assert MARKUP in shown(with_text(MARKUP)[place], width=400)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(), max_size=30), st.integers(1, 120))
def test_any_text_can_be_drawn(text: str, width: int) -> None:
    seen = shown(*with_text(text), width=width)
    assert not [char for char in seen if unicodedata.category(char) in {"Cc", "Cf"} and char != "\n"]


def test_plain_keeps_lines_and_letters() -> None:
    assert plain("one\ntwo\x07 é 资金 🙂\u202e\u200b\x1b") == "one\ntwo é 资金 🙂"


def explained(finder: Finder, question: str) -> str:
    """Why a question is answered as it is."""
    return drawn(explanation(finder, finder.find(question, today=date(2026, 11, 20))), width=140)


def test_an_explanation_shows_words_corrections_candidates_and_outcome(finder: Finder) -> None:
    seen = explained(finder, "how much notise must CPFT give before funding ends?")
    for part in ("notise → notice", "cpft", "public", "notice-of-ending", "confidence", "Outcome: Answered"):
        assert part in seen


def test_an_explanation_of_nothing_is_short(finder: Finder) -> None:
    assert "Outcome: Unknown" in explained(finder, "xyzzy plugh frobnicate")
    assert "Outcome: Unknown" in explained(finder, "")


def test_an_explanation_shows_a_phrasing_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(
        "themes: [{id: t, title: T}]\n"
        "topics: [{id: brackets, theme: t, title: Brackets, asked: ['what does [name] promise [/] about brackets']}]\n",
        encoding="utf-8",
    )
    seen = explained(Finder(compiled(load([tmp_path]))), "what does [name] promise [/] about brackets")
    assert "what does [name] promise [/] about brackets" in seen
