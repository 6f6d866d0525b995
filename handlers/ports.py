"""What the assistant needs from outside, as Protocols: `bot` provides them, tests provide their own."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from handlers.concerns.records import Case, CaseEvent, Draft
from handlers.context import Context
from handlers.conversation import Conversation, Message, Person, Reply, Room
from handlers.forums.records import Answer, Appointed, Attendance, Became, Changed, Key, Notice, Suggestion
from handlers.posts import Post


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


class Purpose(StrEnum):
    """What a room is for, once an administrator has said so in it."""

    CONCERNS = "concerns"
    FORUMS = "forums"
    COORDINATORS = "coordinators"


class Drafts(Protocol):
    """Concerns being told."""

    def of(self, person: Person) -> Draft | None:
        """The person's draft."""
        ...

    def keep(self, draft: Draft) -> None:
        """Keep a draft in place of the person's draft before."""
        ...

    def drop(self, person: Person) -> None:
        """Delete the person's draft, where there is one."""
        ...

    def asking_again(self, now: datetime) -> Sequence[Draft]:
        """Drafts whose person wants to be asked about them by now."""
        ...

    def untouched_since(self, moment: datetime) -> Sequence[Draft]:
        """Drafts last touched before a moment."""
        ...


class Cases(Protocol):
    """Concerns that were filed. A case that `get` reads is held until the transaction ends: no two change it at once."""

    def file(self, case: Case) -> None:
        """Keep a new case. Raises ValueError where its reference is taken, so that another can be drawn."""
        ...

    def get(self, reference: str) -> Case | None:
        """The case with a reference."""
        ...

    def filed_from(self, draft: str) -> Case | None:
        """The case filed from a draft, by the draft's id."""
        ...

    def raised_by(self, person: Person) -> Sequence[Case]:
        """What a person has raised, the latest first."""
        ...

    def has_raised(self, person: Person) -> bool:
        """Whether there is anything that a person has raised."""
        ...

    def all(self, *, compact: str | None = None, open_only: bool = False) -> Sequence[Case]:
        """Cases in the order of their filing."""
        ...

    def change(self, case: Case) -> None:
        """Keep how a case stands now, given with the version it was read with, which counts up by one here.

        Raises ValueError where the case was changed since it was read.
        """
        ...

    def add(self, event: CaseEvent) -> None:
        """Add an event."""
        ...

    def events(self, reference: str) -> Sequence[CaseEvent]:
        """What happened to a case, in order."""
        ...

    def closed_before(self, moment: datetime) -> Sequence[str]:
        """References of the cases closed before a moment whose names and free text are not deleted yet."""
        ...

    def strip(self, reference: str, at: datetime, free_text: Collection[str]) -> None:
        """Delete who raised a case, its owner's name, and all that people wrote in it, also in its posts and events.

        What is to be counted stays: Compact, commitments, stage, dates, outcome, and the kinds of its events, to which
        the stripping is added. `free_text`: the steps whose answers are people's own words. Posts about it that are not
        delivered yet are not delivered any more.
        """
        ...


class Rooms(Protocol):
    """Which rooms are for what."""

    def hold(self, purpose: Purpose, subject: str) -> None:
        """Until this transaction ends, no other one that asks for this goes on; asked for before `of`.

        So that nothing goes to a room which another one is about to dismiss.
        """
        ...

    def appoint(self, purpose: Purpose, subject: str, room: Room, by: Person, at: datetime) -> None:
        """From now on a room is for a purpose; `subject`: the Compact or series it is about."""
        ...

    def dismiss(self, purpose: Purpose, subject: str, room: Room) -> bool:
        """A room is no longer for a purpose; whether it was."""
        ...

    def of(self, purpose: Purpose, subject: str) -> Sequence[Room]:
        """The rooms for a purpose, the latest first."""
        ...

    def subjects(self, purpose: Purpose, room: Room) -> Sequence[str]:
        """What a room is for, in the way of Compacts or series. The thread within the room does not matter."""
        ...


class Forums(Protocol):
    """What the coordinators changed about forums, and what was said about forums unasked."""

    def hold(self) -> None:
        """Until this transaction ends, no other one that asks for this goes on.

        So that nothing is announced by what another is about to change. To be asked for before anything is read.
        """
        ...

    def replan(self) -> None:
        """After this transaction, have the reminders planned afresh."""
        ...

    def changed(self) -> Sequence[Changed]:
        """The latest change of each forum that was ever changed."""
        ...

    def change(self, changed: Changed) -> None:
        """Keep a change. Raises ValueError where the forum has one of that number already."""
        ...

    def appointed(self, purpose: Purpose, now: datetime) -> Sequence[Appointed]:
        """The channels for a purpose, series by series, the earliest first.

        One that was appointed after `now`, by a clock that ran ahead, counts as appointed now, and from here on.
        """
        ...

    def planned_since(
        self, reminders: Collection[tuple[str, str]], now: datetime
    ) -> Mapping[tuple[str, str], datetime]:
        """Since when each reminder, of a series and an offset, is planned: since now, where it was not known before."""
        ...

    def note(self, notice: Notice) -> bool:
        """Keep what becomes of something to be said; False where it is known, and nothing changes.

        What was missed or overtaken may still be said, where the clock was set back.
        """
        ...

    def noted(self, posts: Collection[str]) -> Mapping[str, Became]:
        """What became of what was to be said, by the keys of the posts, where it is known."""
        ...

    def notices(self, key: Key) -> Sequence[Notice]:
        """All that was said about a forum, or should have been, in order."""
        ...

    def said(self, series: str) -> Sequence[Notice]:
        """All that was said about the forums of a series, delivered or not, in order: what was put into the outbox.

        Among it is up to when figures on concerns were told.
        """
        ...

    def undelivered(self, since: datetime) -> Sequence[Notice]:
        """What turned out since then to be undeliverable, but for what was told of here before.

        However long ago it was to be said: a forum that is moved can put that days into the past.
        """
        ...

    def waiting(self) -> bool:
        """Whether something said about forums waits to be delivered."""
        ...


class Attending(Protocol):
    """Who comes to forums, and what they suggest."""

    def answer(self, attendance: Attendance) -> Answer | None:
        """Keep somebody's answer in place of the one before, which is returned."""
        ...

    def answers(self, key: Key) -> Sequence[Attendance]:
        """Who answered about a forum, in order."""
        ...

    def suggest(self, suggestion: Suggestion) -> bool:
        """Keep a suggestion; False where the same person has made the same one before."""
        ...

    def suggestions(self, key: Key) -> Sequence[Suggestion]:
        """What was suggested for a forum, in order."""
        ...

    def known(self) -> Sequence[Key]:
        """The forums of which an answer or a suggestion is kept."""
        ...

    def forget(self, key: Key) -> int:
        """Delete the answers and suggestions for a forum; returns how many."""
        ...


class Outbox(Protocol):
    """What is to be said unasked."""

    def put(self, post: Post) -> bool:
        """Keep a post until it is delivered; False where its key was put before, and nothing changes."""
        ...


class Records(Protocol):
    """What is remembered, within one transaction."""

    @property
    def drafts(self) -> Drafts: ...

    @property
    def cases(self) -> Cases: ...

    @property
    def rooms(self) -> Rooms: ...

    @property
    def forums(self) -> Forums: ...

    @property
    def attending(self) -> Attending: ...

    @property
    def outbox(self) -> Outbox: ...

    def settle(self, message: Message, replies: Sequence[Reply], at: datetime) -> bool:
        """Mark a message that its platform may send again (`Message.id`) as dealt with, and keep its replies to be sent.

        False where it was dealt with already, by another process: then what this one did must not be kept.

        From here on the replies are delivered, whatever happens to this process: for a minute they are left to the face
        that the message came from. A message without an id leaves nothing.
        """
        ...

    def settle_all(self, taken: Sequence[tuple[Message, Sequence[Reply]]], at: datetime) -> bool:
        """As `settle`, for several messages, each with its replies; False where any one was dealt with already."""
        ...

    def context(self, conversation: Conversation) -> Context | None:
        """What the conversation was last about; None when it is new or its memory has run out."""
        ...

    def contexts(self, conversations: Collection[Conversation]) -> Mapping[Conversation, Context]:
        """As `context`, of those among several conversations that have one."""
        ...

    def keep_context(self, conversation: Conversation, context: Context, at: datetime) -> None:
        """Remember what the conversation is about now, in place of what it was about before."""
        ...

    def keep_contexts(self, contexts: Mapping[Conversation, Context], at: datetime) -> None:
        """As `keep_context`, for several conversations."""
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

    def forget_person(self, person: Person, at: datetime) -> None:
        """Delete a person's draft, what their conversations were about, and what was said to them unasked or is to be.

        Also whether they come to forums, and what they suggested. Their cases stay: see `Cases.strip`.
        """
        ...

    def forget(self, *, questions_before: datetime, contexts_before: datetime) -> int:
        """Delete unanswered questions and contexts not touched since; returns how many rows went."""
        ...


class Store(Protocol):
    """Where things are kept."""

    def begin(self, *, of: Person | Collection[Person] = ()) -> AbstractContextManager[Records]:
        """A transaction: everything done within is kept together at its end, or, after an error, nothing of it.

        `of`: whose turns it takes. One person's turns wait for each other, also in other processes on the same database,
        so that what one reads no other changes meanwhile.
        """
        ...
