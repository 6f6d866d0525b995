"""What is done from time to time: each job finds by itself what is due by now, and does it once."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.composition import Running, assembled
from bot.settings import Settings
from bot.store.outbox import SqlOutbox
from bot.store.schema import cases, contexts, outbox
from bot.upkeep import POSTS_KEPT, upkeep
from handlers.concerns.house import House
from handlers.conversation import Conversation, Message, Platform, Room
from knowledge.finding import Finder
from tests.clock import DrivenClock

ANN = Conversation(Platform.SLACK, "T1", "D1", "ann")
ALONE = Room(Platform.SLACK, "T1", "D1", private=True)
LEADS = Room(Platform.SLACK, "T1", "C1")
TELLING = (
    "raise a concern",
    "CPFT",
    "alone",
    "Ashmere Lunch Club",
    "a VCSE organisation",
    "They stopped our Quillby grant in May without a word.",
    "that's all",
    "in May",
    "not sure",
    "yes",
    "Six more months.",
    "no",
    "ann@example.org",
    "file it",
)


@dataclass(frozen=True)
class Place:
    """A house, with its people and its jobs."""

    running: Running
    clock: DrivenClock
    settings: Settings

    def say(self, text: str, *, who: str = "ann", room: Room = ALONE) -> str:
        """Say something; gives what is answered."""
        conversation = Conversation(Platform.SLACK, "T1", room.channel, who)
        replies = self.running.turns.take(Message(conversation, text, private=room.private, room=room))
        return repr(replies)

    def keep_up(self) -> None:
        """Do every job once."""

        async def go() -> None:
            for job in upkeep(self.running, self.settings):
                await job.work()

        asyncio.run(go())

    def posts(self) -> list[str]:
        """The keys of all posts, in order."""
        with self.running.engine.begin() as connection:
            return list(connection.execute(select(outbox.c.key).order_by(outbox.c.number)).scalars())

    def rows(self, table: Any) -> list[Any]:
        """All that a table holds."""
        with self.running.engine.begin() as connection:
            return list(connection.execute(select(table)))


@pytest.fixture
def house(finder: Finder, engine: Engine, clock: DrivenClock) -> Place:
    """A house whose leads have a channel for CPFT."""
    rules = House(administrators=frozenset({"slack:max"}))
    place = Place(assembled(finder, engine, clock, rules, "Ask Ada."), clock, Settings(_env_file=None))
    assert "come to this channel" in place.say("send CPFT concerns here", who="max", room=LEADS)
    return place


def tell(house: Place) -> None:
    """Ann raises a concern."""
    for text in TELLING:
        said = house.say(text)
    assert "reference" in said, said


def at(house: Place, day: int, hour: int) -> None:
    house.clock.moment = datetime(2026, 12, day, hour, tzinfo=house.clock.moment.tzinfo)


def test_the_leads_are_nudged_on_a_working_day_in_the_day_time_and_once(house: Place) -> None:
    tell(house)
    at(house, 10, 4)
    house.keep_up()
    assert [key for key in house.posts() if "nudge" in key] == []
    at(house, 10, 9)
    house.keep_up()
    house.keep_up()
    [nudge] = [key for key in house.posts() if "nudge" in key]
    assert nudge.endswith("2026-12-10")


def test_a_concern_half_told_is_warned_of_and_then_deleted(house: Place) -> None:
    house.say("raise a concern")
    house.say("CPFT")
    house.clock.advance(timedelta(days=24))
    house.keep_up()
    [warning] = [key for key in house.posts() if key.startswith("draft:")]
    assert ":warn:" in warning
    house.clock.advance(timedelta(days=8))
    house.keep_up()
    with house.running.store.begin() as records:
        assert records.drafts.of(ANN.person) is None


def test_names_and_texts_go_when_their_time_is_over(house: Place) -> None:
    tell(house)
    with house.running.store.begin() as records:
        [case] = records.cases.raised_by(ANN.person)
    house.say(f"close {case.reference} as settled: We talked.", who="bea", room=LEADS)
    house.clock.advance(timedelta(days=366 * 2))
    house.keep_up()
    [row] = house.rows(cases)
    assert "Ashmere" not in repr(row)
    assert row.stripped


def test_what_posts_said_and_what_was_talked_about_is_forgotten(house: Place) -> None:
    tell(house)
    queue = SqlOutbox(house.running.engine)
    for claimed in queue.claim(house.clock.now(), list(Platform), 99):
        queue.sent(claimed.post.key, "m1", house.clock.now())
    house.clock.advance(POSTS_KEPT + timedelta(hours=1))
    house.keep_up()
    done = [row for row in house.rows(outbox) if row.done_at and row.outcome == "sent"]
    assert done
    assert {row.content for row in done} == {None}
    assert house.rows(contexts) == []
