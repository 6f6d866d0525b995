"""The handling of cases over a real store: people who say things in places, and what is said unasked."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine, select

from bot.store.replies import read
from bot.store.schema import outbox
from bot.store.sql import SqlStore
from handlers.concerns.cases import Cases
from handlers.concerns.delivery import deliver
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.context import Context
from handlers.conversation import Block, Conversation, Filled, Form, Message, Person, Platform, Room
from handlers.ports import Records
from handlers.turn import Turn, question_in
from knowledge.base import Knowledge
from tests.clock import DrivenClock

TENANT = "T1"
REFERENCE, OTHER = "7KQM-2XWT", "9RFY-34KQ"
LEADS, OTHER_LEADS, PUBLIC, ELSEWHERE = (Room(Platform.SLACK, TENANT, name) for name in ("C1", "C2", "C3", "C4"))
STORY = "They stopped our Quillby grant in May without a word."
ANSWERS = {
    "compact": ("cpft",),
    "raising": ("alone",),
    "organisation": ("Ashmere Lunch Club",),
    "party": ("vcse",),
    "story": (STORY,),
    "when": ("in May",),
    "commitments": ("cpft.outcome-4.public.4",),
    "talked": ("yes",),
    "wish": ("Six more months.",),
    "named": ("no",),
    "reach": ("ann@example.org",),
}
NAMES = {"ann": "Ann Field", "ada": "Ada", "bea": "Bea", "zoe": "Zoe", "max": "Max"}


def person(who: str) -> Person:
    """Somebody on Slack."""
    return Person(Platform.SLACK, TENANT, who)


def alone(who: str) -> Room:
    """Where somebody is alone with the assistant."""
    return Room(Platform.SLACK, TENANT, f"D-{who}", private=True)


@dataclass(frozen=True)
class Posted:
    """A post in the outbox: its key, to whom it goes, whose place it takes, and its blocks."""

    key: str
    to: str
    replaces: str | None
    blocks: tuple[Block, ...]

    def __contains__(self, text: str) -> bool:
        return text in repr(self.blocks)


@dataclass
class Office:
    """People, places, and the store behind them."""

    engine: Engine
    knowledge: Knowledge
    clock: DrivenClock
    targets: dict[str, int] = field(default_factory=dict)
    administrators: frozenset[str] = frozenset({"slack:max"})

    @property
    def store(self) -> SqlStore:
        """Where it is kept."""
        return SqlStore(self.engine)

    @property
    def desk(self) -> Desk:
        """What cases are handled by."""
        return Desk(self.knowledge, self.targets, self.administrators)

    def blocks(self, text: str, who: str, room: Room | None = None, *, filled: Filled = ()) -> tuple[Block, ...]:
        """What somebody hears who says something in a room; alone with the assistant where none is named."""
        place = room or alone(who)
        conversation = Conversation(Platform.SLACK, TENANT, place.channel, who)
        message = Message(conversation, text, place.private, place, NAMES.get(who, ""), filled)
        with self.store.begin(of=conversation.person) as records:
            turn = Turn(message, question_in(text), Context(), records, self.clock.now())
            said = Cases(self.desk).answer(turn)
        assert said is not None, f"nothing was made of “{text}”"
        return said.blocks

    def say(self, text: str, who: str, room: Room | None = None, *, filled: Filled = ()) -> str:
        """What somebody hears, all in one string."""
        return repr(self.blocks(text, who, room, filled=filled))

    def form(self, text: str, who: str, room: Room | None = None, *, filled: Filled = ()) -> Form:
        """The form that somebody gets."""
        [block] = self.blocks(text, who, room, filled=filled)
        assert isinstance(block, Form)
        return block

    def appoint(self, room: Room = LEADS, compact: str = "cpft") -> str:
        """An administrator says that concerns go to a room."""
        return self.say(f"send {compact} concerns here", "max", room)

    def file(
        self, reference: str = REFERENCE, *, who: str = "ann", compact: str = "cpft", filed: datetime | None = None
    ) -> Case:
        """A concern filed now, or at another moment."""
        with self.store.begin() as records:
            return self.file_in(records, reference, who=who, compact=compact, filed=filed)

    def file_in(
        self,
        records: Records,
        reference: str = REFERENCE,
        *,
        who: str = "ann",
        compact: str = "cpft",
        filed: datetime | None = None,
    ) -> Case:
        """A concern filed in a transaction."""
        now = filed or self.clock.now()
        answers = ANSWERS | {"compact": (compact,)}
        touched = (("cpft.outcome-4.public.4", "Give notice, as it was said at filing."),)
        stage = self.knowledge.compacts[compact].process.stages[0].id
        case = Case(
            reference,
            f"draft of {reference}",
            compact,
            person(who),
            NAMES[who],
            answers,
            touched,
            "v1",
            now,
            stage,
            now,
        )
        records.cases.file(case)
        records.cases.add(CaseEvent(reference, now, EventKind.FILED, person(who), NAMES[who]))
        return deliver(records, case, self.desk, now)

    def case(self, reference: str = REFERENCE) -> Case:
        """A case as it is kept."""
        with self.store.begin() as records:
            case = records.cases.get(reference)
        assert case is not None
        return case

    def events(self, reference: str = REFERENCE) -> list[str]:
        """What happened to a case: the kinds of its events."""
        with self.store.begin() as records:
            return [event.kind.value for event in records.cases.events(reference)]

    def posts(self, beginning: str = "") -> list[Posted]:
        """What is in the outbox under keys that begin like this, in order."""
        with self.engine.begin() as connection:
            rows = connection.execute(select(outbox).order_by(outbox.c.number)).all()
        return [
            Posted(row.key, row.recipient, row.replaces, read(row.content).blocks)
            for row in rows
            if row.key.startswith(beginning) and row.content
        ]

    def card(self, reference: str = REFERENCE) -> Posted:
        """The card of a case as it stands."""
        key = self.case(reference).card
        return [post for post in self.posts(key) if key in {post.key, post.replaces}][-1]

    def heard(self, who: str = "ann") -> list[Posted]:
        """What a person was told unasked."""
        return [post for post in self.posts() if post.to == who]
