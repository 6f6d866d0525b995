"""The inbox over real databases, SQLite's and PostgreSQL's: no event twice, none lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import DBAPIError

from bot.store import schema
from bot.store.inbox import HELD_FOR, IDS_KEPT_FOR, MOST_ATTEMPTS, Event, SqlInbox
from bot.store.opening import opened
from handlers.conversation import Platform
from tests.clock import FRIDAY

pytestmark = pytest.mark.usefixtures("both")
PAYLOAD = {"event": {"text": "how much notice? “quoted” 🙂 \0 \ud83d", "nested": [1, None, {"a": True}]}}
SOON = FRIDAY + HELD_FOR / 2
LATER = FRIDAY + HELD_FOR + timedelta(seconds=1)


@pytest.fixture
def inbox(engine: Engine) -> SqlInbox:
    """The inbox of Slack, empty."""
    return SqlInbox(engine, Platform.SLACK)


@pytest.fixture
def kept(engine: Engine) -> Callable[[], list[Any]]:
    """The rows as they stand in the database: key, content, attempts, and whether they are done with."""

    def read() -> list[Any]:
        table = schema.inbox.c
        rows = select(table.key, table.payload, table.attempts, table.done_at.is_not(None)).order_by(table.key)
        with engine.begin() as connection:
            return [tuple(row) for row in connection.execute(rows)]

    return read


class TestReceiving:
    def test_a_new_event_is_ours(self, inbox: SqlInbox) -> None:
        assert inbox.receive("e1", PAYLOAD, FRIDAY)
        assert inbox.receive("e2", PAYLOAD, FRIDAY)

    @pytest.mark.parametrize("when", [FRIDAY, SOON, FRIDAY - timedelta(hours=1)])
    def test_an_event_that_is_being_answered_is_not(self, inbox: SqlInbox, when: datetime) -> None:
        """A clock that goes back changes nothing."""
        inbox.receive("e1", PAYLOAD, FRIDAY)
        assert not inbox.receive("e1", PAYLOAD, when)

    def test_of_several_at_once_each_is_told_of(self, inbox: SqlInbox) -> None:
        """One that comes twice among them is ours once."""
        inbox.receive("held", PAYLOAD, FRIDAY)
        inbox.receive("done", PAYLOAD, FRIDAY)
        inbox.done("done", FRIDAY)
        events = [(key, PAYLOAD) for key in ("e2", "held", "e1", "done", "e2")]
        assert inbox.receive_all(events, SOON) == [True, False, True, False, False]
        assert inbox.receive_all(events, LATER) == [False, True, False, False, False]

    def test_an_event_whose_hold_has_run_out_is_ours_once(self, inbox: SqlInbox) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        assert inbox.receive("e1", PAYLOAD, LATER)
        assert not inbox.receive("e1", PAYLOAD, LATER)

    @pytest.mark.parametrize("when", [SOON, LATER, FRIDAY + timedelta(days=6)])
    def test_an_event_that_is_answered_is_never_ours_again(self, inbox: SqlInbox, when: datetime) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        inbox.done("e1", FRIDAY)
        assert not inbox.receive("e1", PAYLOAD, when)
        assert inbox.take_up(when) == []

    def test_two_platforms_may_give_the_same_id(self, inbox: SqlInbox, engine: Engine) -> None:
        teams = SqlInbox(engine, Platform.TEAMS)
        assert inbox.receive("e1", PAYLOAD, FRIDAY)
        assert teams.receive("e1", {}, FRIDAY)
        inbox.done("e1", FRIDAY)
        assert inbox.take_up(LATER) == []
        assert teams.take_up(LATER) == [Event("e1", {})]

    def test_of_many_processes_one_has_the_event(self, database_url: str) -> None:
        """Each with a connection of its own, all at the same moment."""
        engines = [opened(database_url) for _ in range(4)]
        start = Barrier(8)

        def receive(engine: Engine) -> bool:
            start.wait()
            return SqlInbox(engine, Platform.SLACK).receive("e1", PAYLOAD, FRIDAY)

        with ThreadPoolExecutor(8) as pool:
            assert sorted(pool.map(receive, engines * 2)) == [False] * 7 + [True]
        for engine in engines:
            engine.dispose()


class TestTakingUp:
    def test_what_was_left_comes_back_as_it_was_sent(self, inbox: SqlInbox) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        assert inbox.take_up(SOON) == []
        assert inbox.take_up(LATER) == [Event("e1", PAYLOAD)]

    def test_it_is_held_again_by_whoever_took_it_up(self, inbox: SqlInbox) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        inbox.take_up(LATER)
        assert inbox.take_up(LATER) == []
        assert not inbox.receive("e1", PAYLOAD, LATER)
        assert inbox.take_up(LATER + HELD_FOR + timedelta(seconds=1)) == [Event("e1", PAYLOAD)]

    def test_of_many_processes_each_takes_up_something_else(self, inbox: SqlInbox, database_url: str) -> None:
        keys = [f"e{number:02}" for number in range(20)]
        for key in keys:
            inbox.receive(key, {}, FRIDAY)
        engines = [opened(database_url) for _ in range(4)]
        start = Barrier(4)

        def take_up(engine: Engine) -> list[str]:
            start.wait()
            return [event.key for event in SqlInbox(engine, Platform.SLACK).take_up(LATER)]

        with ThreadPoolExecutor(4) as pool:
            taken = [key for keys in pool.map(take_up, engines) for key in keys]
        assert sorted(taken) == keys
        for engine in engines:
            engine.dispose()

    def test_the_oldest_comes_first(self, inbox: SqlInbox) -> None:
        for minute, key in enumerate(["b", "c", "a"]):
            inbox.receive(key, {}, FRIDAY + timedelta(seconds=minute))
        assert [event.key for event in inbox.take_up(LATER + timedelta(minutes=1))] == ["b", "c", "a"]

    def test_a_hold_may_be_made_longer(self, inbox: SqlInbox) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        inbox.hold("e1", SOON)
        assert inbox.take_up(LATER) == []
        assert inbox.take_up(LATER + HELD_FOR) == [Event("e1", PAYLOAD)]

    def test_a_hold_on_what_is_done_or_unknown_changes_nothing(self, inbox: SqlInbox) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        inbox.done("e1", FRIDAY)
        for key in ("e1", "e2"):
            inbox.hold(key, LATER)
        assert inbox.take_up(LATER + HELD_FOR * 2) == []


class TestGivingUp:
    def test_an_event_is_tried_so_often_and_then_given_up_once(self, inbox: SqlInbox, kept: Callable[[], Any]) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        now = FRIDAY
        for _ in range(MOST_ATTEMPTS - 1):
            now += HELD_FOR + timedelta(seconds=1)
            assert inbox.give_up(now) == []
            assert inbox.take_up(now) == [Event("e1", PAYLOAD)]
        assert inbox.give_up(now) == [], "the last try is still under way"
        now += HELD_FOR + timedelta(seconds=1)
        assert inbox.take_up(now) == []
        assert inbox.give_up(now) == ["e1"]
        assert kept() == [("e1", None, MOST_ATTEMPTS, 1)]
        assert inbox.give_up(now) == []
        assert not inbox.receive("e1", PAYLOAD, now)

    def test_of_many_processes_one_gives_up(self, inbox: SqlInbox, engine: Engine, database_url: str) -> None:
        """So that nobody is told twice."""
        keys = [f"e{number:02}" for number in range(20)]
        for key in keys:
            inbox.receive(key, PAYLOAD, FRIDAY)
        with engine.begin() as connection:
            connection.execute(update(schema.inbox).values(attempts=MOST_ATTEMPTS))
        engines = [opened(database_url) for _ in range(4)]
        start = Barrier(4)

        def give_up(engine: Engine) -> list[str]:
            start.wait()
            return SqlInbox(engine, Platform.SLACK).give_up(LATER)

        with ThreadPoolExecutor(4) as pool:
            assert sorted(key for keys in pool.map(give_up, engines) for key in keys) == keys
        for each in engines:
            each.dispose()

    def test_others_stay(self, inbox: SqlInbox, engine: Engine) -> None:
        """Those answered, those with tries left, and another platform's."""
        teams = SqlInbox(engine, Platform.TEAMS)
        for box in (inbox, teams):
            for _ in range(MOST_ATTEMPTS):
                box.receive("spent", PAYLOAD, FRIDAY)
                with engine.begin() as connection:
                    connection.execute(update(schema.inbox).values(held_until=FRIDAY - timedelta(days=1)))
        inbox.receive("young", PAYLOAD, FRIDAY)
        assert inbox.give_up(LATER) == ["spent"]
        assert inbox.take_up(LATER) == [Event("young", PAYLOAD)]
        assert teams.give_up(LATER) == ["spent"]


class TestForgetting:
    def test_what_was_written_goes_with_the_answer_and_the_id_a_week_later(
        self, inbox: SqlInbox, kept: Callable[[], Any]
    ) -> None:
        inbox.receive("e1", PAYLOAD, FRIDAY)
        inbox.done("e1", FRIDAY)
        assert kept() == [("e1", None, 1, 1)]
        assert inbox.forget(FRIDAY + IDS_KEPT_FOR) == 0
        assert inbox.forget(FRIDAY + IDS_KEPT_FOR + timedelta(seconds=1)) == 1
        assert kept() == []

    def test_what_nobody_has_answered_yet_stays(self, inbox: SqlInbox) -> None:
        """We may have been away for longer than a week."""
        inbox.receive("e1", PAYLOAD, FRIDAY)
        later = FRIDAY + IDS_KEPT_FOR * 2
        assert inbox.forget(later) == 0
        assert inbox.take_up(later) == [Event("e1", PAYLOAD)]

    def test_each_platform_forgets_its_own(self, inbox: SqlInbox, engine: Engine) -> None:
        teams = SqlInbox(engine, Platform.TEAMS)
        teams.receive("e1", PAYLOAD, FRIDAY)
        teams.done("e1", FRIDAY)
        assert inbox.forget(FRIDAY + IDS_KEPT_FOR * 2) == 0
        assert teams.forget(FRIDAY + IDS_KEPT_FOR * 2) == 1


def test_an_event_that_cannot_be_kept_is_an_error(inbox: SqlInbox, engine: Engine) -> None:
    """So that the platform is not told that we have it."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE inbox")
    with pytest.raises(DBAPIError):
        inbox.receive("e1", PAYLOAD, FRIDAY)
