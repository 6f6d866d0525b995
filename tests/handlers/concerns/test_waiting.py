"""Concerns that are half told: asked about when their person wanted it, and deleted in time, after a warning."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.store.replies import read
from bot.store.schema import outbox
from bot.store.sql import SqlStore
from handlers.concerns.waiting import WARNED_BEFORE, ask_again, let_go
from tests.clock import DrivenClock
from tests.handlers.concerns.stage import Stage, offered, person
from tests.talking import strings

KEPT = timedelta(days=30)
DAY = timedelta(days=1)
TRIED_FIRST = (
    "raise a concern",
    "cpft",
    "alone",
    "A club",
    "vcse",
    "No notice.",
    "done",
    "today",
    "not sure",
    "no",
    "yes",
)


class Waiting:
    """What goes on while nobody says anything."""

    def __init__(self, stage: Stage, store: SqlStore, engine: Engine, clock: DrivenClock) -> None:
        self.stage, self.store, self._engine, self.clock = stage, store, engine, clock

    def pass_days(self, days: int) -> None:
        """Let days go by, each with the daily jobs."""
        for _ in range(days):
            self.clock.advance(DAY)
            let_go(self.store, self.clock.now(), kept=KEPT)

    def posted(self, who: str = "ann") -> list[str]:
        """What a person was told unasked; its buttons can be pressed."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(outbox).where(outbox.c.recipient == who).order_by(outbox.c.number)).all()
        replies = [read(row.content) for row in rows]
        self.stage.options[who] = [option for reply in replies for option in offered(reply.blocks)]
        return ["\n".join(strings(reply.blocks)) for reply in replies]

    def is_kept(self, who: str = "ann") -> bool:
        """Whether a person has a concern half told."""
        with self.store.begin() as records:
            return records.drafts.of(person(who)) is not None


@pytest.fixture
def waiting(stage: Stage, store: SqlStore, engine: Engine, clock: DrivenClock) -> Waiting:
    """Nobody has begun a concern yet."""
    return Waiting(stage, store, engine, clock)


@pytest.fixture
def asked(waiting: Waiting) -> Waiting:
    """Ann wanted to be asked in a week, and has been asked."""
    for text in (*TRIED_FIRST, "in a week"):
        waiting.stage.say("ann", text)
    waiting.clock.advance(timedelta(days=6))
    assert ask_again(waiting.store, waiting.clock.now()) == 0
    waiting.clock.advance(DAY)
    assert ask_again(waiting.store, waiting.clock.now()) == 1
    return waiting


def test_somebody_who_tries_to_talk_first_is_asked_once_how_it_went(asked: Waiting) -> None:
    assert ask_again(asked.store, asked.clock.now()) == 0
    [told] = asked.posted()
    assert "How did it go?" in told


@pytest.mark.parametrize(
    ("label", "heard", "kept"),
    [
        ("Go on with it", "Have you talked with the other side about it yet?", True),
        ("It is settled: delete it", "It is deleted.", False),
        ("Ask me again in a week", "I will ask you on Friday 4 December 2026", True),
    ],
)
def test_they_can_go_on_or_not_or_wait_longer(asked: Waiting, label: str, heard: str, kept: bool) -> None:
    asked.posted()
    assert heard in asked.stage.press("ann", label).here
    assert asked.is_kept() is kept


def test_waiting_longer_is_asked_about_again(asked: Waiting) -> None:
    asked.posted()
    asked.stage.press("ann", "Ask me again in a week")
    asked.clock.advance(7 * DAY)
    assert ask_again(asked.store, asked.clock.now()) == 1
    assert len(asked.posted()) == 2


def test_a_concern_is_deleted_in_time_a_week_after_a_warning(waiting: Waiting) -> None:
    waiting.stage.say("ann", "raise a concern")
    waiting.stage.say("ann", "cpft")
    waiting.clock.advance(timedelta(hours=1))
    waiting.pass_days(22)
    assert waiting.posted() == []
    waiting.pass_days(1)
    [warned] = waiting.posted()
    assert "I keep it until Sunday 20 December 2026, then I delete it." in warned
    waiting.pass_days(7)
    assert waiting.is_kept()
    waiting.pass_days(1)
    assert not waiting.is_kept()
    assert len(waiting.posted()) == 1


def test_whoever_goes_on_after_the_warning_has_the_whole_time_again(waiting: Waiting) -> None:
    waiting.stage.say("ann", "raise a concern")
    waiting.stage.say("ann", "cpft")
    waiting.pass_days(25)
    waiting.posted()
    assert "Are you raising it alone" in waiting.stage.press("ann", "Go on with it").here
    waiting.pass_days(30)
    assert waiting.is_kept()
    assert len(waiting.posted()) == 2
    waiting.pass_days(2)
    assert not waiting.is_kept()


def test_after_a_long_standstill_there_is_still_a_week_from_the_warning(waiting: Waiting) -> None:
    waiting.stage.say("ann", "raise a concern")
    waiting.stage.say("ann", "cpft")
    waiting.clock.advance(timedelta(days=90))
    waiting.pass_days(1)
    assert len(waiting.posted()) == 1
    waiting.pass_days(WARNED_BEFORE.days)
    assert waiting.is_kept()
    waiting.pass_days(1)
    assert not waiting.is_kept()


def test_what_is_to_be_asked_about_later_waits_until_then(waiting: Waiting) -> None:
    for text in (*TRIED_FIRST, "in 3 months"):
        waiting.stage.say("ann", text)
    waiting.pass_days(80)
    assert waiting.is_kept()
    assert waiting.posted() == []


def test_the_warning_says_the_day_where_the_people_are(waiting: Waiting) -> None:
    """At half past midnight in summer it is still the day before in Greenwich."""
    waiting.clock.moment = waiting.clock.moment.replace(month=7, day=1, hour=0, minute=30)
    waiting.stage.say("ann", "raise a concern")
    waiting.stage.say("ann", "cpft")
    waiting.clock.advance(timedelta(minutes=5))
    waiting.pass_days(23)
    assert "until Friday 31 July 2026" in waiting.posted()[0]
