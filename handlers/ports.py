"""What the assistant needs from outside, as Protocols: `bot` provides them, tests provide their own."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from handlers.context import Context
from handlers.conversation import Conversation


@dataclass(frozen=True)
class Unanswered:
    """A question that found no answer, without who asked it: its words, how often and when last it was asked."""

    text: str
    times: int
    last_asked: datetime


@dataclass(frozen=True)
class Verdicts:
    """How often people said that an answer about a topic helped, and that it did not."""

    topic: str
    helped: int
    did_not_help: int


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, with its time zone."""
        ...


class Records(Protocol):
    """What is remembered, within one transaction."""

    def context(self, conversation: Conversation) -> Context | None:
        """What the conversation was last about; None when it is new or its memory has run out."""
        ...

    def keep_context(self, conversation: Conversation, context: Context, at: datetime) -> None:
        """Remember what the conversation is about now, in place of what it was about before."""
        ...

    def note_unanswered(self, text: str, at: datetime) -> None:
        """Count a question that found no answer. Nothing is kept of who asked."""
        ...

    def note_verdict(self, topic: str, *, helped: bool) -> None:
        """Count whether an answer about a topic helped."""
        ...

    def unanswered(self) -> Sequence[Unanswered]:
        """The questions without an answer, those asked most often first."""
        ...

    def verdicts(self) -> Sequence[Verdicts]:
        """What people said of the answers, by topic, the least helpful first."""
        ...

    def forget(self, *, questions_before: datetime, contexts_before: datetime) -> int:
        """Delete unanswered questions and contexts not touched since; returns how many rows went."""
        ...


class Store(Protocol):
    """Where things are kept."""

    def begin(self) -> AbstractContextManager[Records]:
        """A transaction: everything done within is kept together at its end, or, after an error, nothing of it."""
        ...
