"""A town with forums: people who say things in channels, the time that goes by, and what is said unasked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from handlers.concerns.desk import Desk
from handlers.context import Context
from handlers.conversation import Block, Conversation, Filled, Form, Message, Person, Platform, Room
from handlers.forums.forums import Forums
from handlers.forums.hall import Hall
from handlers.ports import Purpose
from handlers.saying import Saying
from handlers.turn import Turn, question_in
from knowledge.finding import Finder
from knowledge.forums.content import Series
from scheduler.forums import plan
from tests.clock import LONDON, DrivenClock
from tests.conftest import LEADS
from tests.forums.small import made

TENANT = "T1"
SQUARE, MARKET, OFFICE, BACK_OFFICE = (Room(Platform.SLACK, TENANT, name) for name in ("C1", "C2", "C3", "C4"))
"""Two channels where forums are announced, and two where they are coordinated."""

QUARTERLY = made(commitment="cpft.delivery.forums", starts="2026-10-14")
JANUARY, APRIL = "forum quarterly 2027-01-13", "forum quarterly 2027-04-14"
GRACE = timedelta(hours=12)
NAMES = {"ann": "Ann", "bea": "Bea", "cal": "", "ada": "Ada", "max": "Max"}


def person(who: str) -> Person:
    """Somebody on Slack."""
    return Person(Platform.SLACK, TENANT, who)


@dataclass(frozen=True)
class Posted:
    """A post in the outbox: its key, to whom it goes, when it is due, and what it says."""

    key: str
    to: str
    due: datetime
    blocks: tuple[Block, ...]

    def __contains__(self, text: str) -> bool:
        return text in repr(self.blocks)


@dataclass
class Town:
    """People, places, and the store behind them."""

    engine: Engine
    finder: Finder
    clock: DrivenClock
    series: tuple[Series, ...] = (QUARTERLY,)
    administrators: frozenset[str] = frozenset({"slack:max"})
    planned: datetime | None = None

    @property
    def store(self) -> SqlStore:
        """Where it is kept."""
        return SqlStore(self.engine)

    @property
    def hall(self) -> Hall:
        """What the forums are handled by."""
        desk = Desk(self.finder.knowledge, {}, self.administrators)
        return Hall(desk, self.series, "https://bot.example.org")

    def heard(
        self, text: str, who: str, room: Room = SQUARE, *, filled: Filled = (), pressed: bool = False
    ) -> Saying | None:
        """What is made of something said in a channel, or `pressed` there, which one person alone sees answered."""
        conversation = Conversation(Platform.SLACK, TENANT, room.channel, who)
        message = Message(conversation, text, pressed or room.private, room, NAMES.get(who, ""), filled)
        with self.store.begin(of=conversation.person) as records:
            context = records.context(conversation) or Context()
            turn = Turn(message, question_in(text), context, records, self.clock.now(), context.yes)
            said = Forums(self.finder, self.hall, LEADS).answer(turn)
            if said:
                records.keep_context(conversation, said.context, turn.now)
        return said

    def say(self, text: str, who: str, room: Room = SQUARE, **how: Any) -> str:
        """All that is heard, in one string."""
        said = self.heard(text, who, room, **how)
        assert said is not None, f"nothing was made of “{text}”"
        return repr(said.blocks)

    def press(self, text: str, who: str, room: Room = SQUARE, **how: Any) -> str:
        """What a person sees who presses a button in a channel."""
        return self.say(text, who, room, pressed=True, **how)

    def form(self, text: str, who: str, room: Room = SQUARE, **how: Any) -> Form:
        """The form that somebody gets, which may be all or the last of what they get."""
        said = self.heard(text, who, room, **how)
        assert said is not None
        form = said.blocks[-1]
        assert isinstance(form, Form)
        return form

    def appoint(self, room: Room, purpose: Purpose = Purpose.FORUMS, *series: str) -> None:
        """From now on a channel is for all series, or for these."""
        with self.store.begin() as records:
            for each in series or [one.id for one in self.series]:
                records.rooms.appoint(purpose, each, room, person("max"), self.clock.now())

    def plan(self, since: datetime | None = None) -> datetime:
        """Plan as a process does that planned last when it did; returns when to plan next."""
        now = self.clock.now()
        since = since or (now - timedelta(days=35) if self.planned is None else min(self.planned, now))
        with self.store.begin() as records:
            following = plan(records, self.hall, since, now, GRACE)
        self.planned = now
        return following

    def at(self, day: str, hour: str = "00:00") -> None:
        """Let time go by, or back, to an hour in London."""
        self.clock.moment = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=LONDON)

    def plan_at(self, day: str, hour: str) -> datetime:
        """Plan at an hour."""
        self.at(day, hour)
        return self.plan()

    def live_until(self, day: str, hour: str) -> list[Posted]:
        """Plan at each moment at which there is something to do, up to an hour; returns what was said then."""
        end = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=LONDON)
        said = self.new_posts()
        while (moment := self.plan()) <= end:
            self.clock.moment = moment.astimezone(LONDON)
            self.plan()
            said = self.new_posts()
        self.clock.moment = end
        return said

    def new_posts(self) -> list[Posted]:
        """What was put into the outbox and not asked for here before; it counts as delivered."""
        queue, now = SqlOutbox(self.engine), self.clock.now()
        found: list[Posted] = []
        while claimed := queue.claim(now, [Platform.SLACK], 99):
            for each in claimed:
                queue.sent(each.post.key, "m", now)
                to = each.post.to
                recipient = to.channel if isinstance(to, Room) else to.user
                found.append(Posted(each.post.key, recipient, each.post.due, each.post.reply.blocks))
        return found

    def fail(self, key: str) -> None:
        """A post cannot be delivered."""
        SqlOutbox(self.engine).failed(key, "channel_not_found", self.clock.now())
