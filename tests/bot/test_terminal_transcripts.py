"""How a concern is told in a terminal, said → heard, line by line through the chat.

What differs from a transcript, whose people talk with the assistant itself:

- Nobody can press anything. What a number stands before is picked by its number, and all else by saying the words that
  stand for it, which are shown in the place of its label.
- There are no rooms and no forms, and nobody else: what needs one is left out below, with why.
"""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console

from bot.store.sql import SqlStore
from bot.terminal.chat import FAREWELL, GREETING, chat
from handlers.assistant import Assistant
from handlers.conversation import Block, Choices, Message, Reply
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.stage import house
from tests.scripts import CONCERNS, Filled, Heard, play, turns

LEFT_OUT = {
    "in-a-channel": "there are no channels in a terminal",
    "one-page": "there are no forms in a terminal",
    "stale-buttons": "there are no buttons in a terminal that could be pressed late",
}
PLAYED = [pytest.param(path, id=path.stem) for path in CONCERNS if path.stem not in LEFT_OUT]


@dataclass(frozen=True)
class Choice:
    """Something that can be picked: its label, what is shown of it, and what is typed to pick it."""

    label: str
    shown: str
    typed: str


@dataclass
class TerminalTheatre:
    """See `tests.scripts.Theatre`: one person, who types."""

    assistant: Assistant
    clock: DrivenClock
    monkeypatch: pytest.MonkeyPatch
    choices: dict[str, Choice] = field(default_factory=dict)

    def say(self, who: str, text: str, room: str) -> Heard:
        """See `Theatre.say`."""
        assert (who, room) == ("ann", ""), "nobody else is there"
        replies: list[Reply] = []

        def take(message: Message) -> list[Reply]:
            replies.extend(self.assistant.handle(message))
            return replies

        out, typed = io.StringIO(), io.TextIOWrapper(io.BytesIO(f"{text}\n".encode()))
        with self.monkeypatch.context() as patched:
            patched.setattr(sys, "stdin", typed)
            chat(take, Console(file=out, width=10_000, highlight=False, legacy_windows=False))
        shown = out.getvalue().removeprefix(GREETING).partition(FAREWELL)[0]
        choices = [each for reply in replies for each in _choices(reply.blocks)]
        assert all(each.shown in shown for each in choices)
        self.choices |= {each.label: each for each in choices}
        return Heard("\n".join((shown, *(each.label for each in choices))))

    def press(self, who: str, label: str, filled: Filled) -> Heard:
        """See `Theatre.press`."""
        assert not filled, "there are no forms"
        return self.say(who, self.choices[label].typed, "")

    def wait(self, how_long: timedelta) -> None:
        """See `Theatre.wait`."""
        self.clock.advance(how_long)


def _choices(blocks: tuple[Block, ...]) -> Iterator[Choice]:
    number = 0
    for block in blocks:
        if not isinstance(block, Choices):
            continue
        for option in block.options:
            number += block.numbered
            words = option.typed or option.says
            said = Choice(option.label, words, words)
            yield Choice(option.label, f"{number} {option.label}", str(number)) if block.numbered else said


@pytest.mark.parametrize("path", PLAYED)
def test_a_concern_is_told_as_its_transcript_says(
    path: Path, finder: Finder, store: SqlStore, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assistant = Assistant(finder, store, clock, leads=LEADS, house=house())
    assert play(turns(path), TerminalTheatre(assistant, clock, monkeypatch))


def test_only_transcripts_that_there_are_are_left_out() -> None:
    assert LEFT_OUT.keys() <= {path.stem for path in CONCERNS}
