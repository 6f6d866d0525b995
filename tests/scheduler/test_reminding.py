"""When a process plans: at the moments at which something is due, and at rest not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from bot.store.sql import SqlRecords, SqlStore
from handlers.conversation import Person
from scheduler.jobs import Job, Jobs
from scheduler.reminding import Reminding
from tests.clock import LONDON
from tests.handlers.forums.town import GRACE, JANUARY, OFFICE, Town
from tests.waiting import until

MINUTE = timedelta(minutes=1)


class CountedStore(SqlStore):
    """A store that counts how often it is asked, and that can be away."""

    asked = 0
    away = False

    @contextmanager
    def begin(self, *, of: Person | Collection[Person] = ()) -> Iterator[SqlRecords]:
        """See `SqlStore.begin`."""
        self.asked += 1
        if self.away:
            raise ConnectionError
        with super().begin(of=of) as records:
            yield records


@pytest.fixture
def counted(town: Town) -> CountedStore:
    """The town's store."""
    return CountedStore(town.engine)


def reminding(town: Town, store: SqlStore, *, shared: bool = False) -> Reminding:
    return Reminding(store, town.hall, town.clock, grace=GRACE, shared=shared)


def look(each: Reminding) -> None:
    """Look once whether something is due."""
    asyncio.run(each.look())


def look_for(town: Town, each: Reminding, length: timedelta, step: timedelta) -> None:
    """Look again and again, as the job does, while time goes by."""
    for _ in range(length // step):
        town.clock.advance(step)
        look(each)


def test_at_rest_the_database_is_not_asked(town: Town, counted: CountedStore) -> None:
    each = reminding(town, counted)
    look(each)
    assert counted.asked == 1
    look_for(town, each, timedelta(days=20), timedelta(hours=1))
    assert counted.asked == 1


def test_when_something_is_due_it_is_said(town: Town, counted: CountedStore) -> None:
    each = reminding(town, counted)
    look(each)
    town.at("2026-12-16", "09:30")
    look(each)
    assert len(town.new_posts()) == 1
    look(each)
    assert counted.asked == 2


def test_what_other_processes_changed_is_looked_for_where_there_are_others(town: Town, counted: CountedStore) -> None:
    each = reminding(town, counted, shared=True)
    look(each)
    look_for(town, each, timedelta(hours=1), MINUTE)
    assert counted.asked == 1 + 12


def test_a_database_that_was_away_is_asked_again(town: Town, counted: CountedStore) -> None:
    each = reminding(town, counted)
    look(each)
    town.at("2026-12-16", "09:30")
    counted.away = True
    for _ in range(60):
        with pytest.raises(ConnectionError):
            look(each)
        town.clock.advance(MINUTE)
    counted.away = False
    look(each)
    [post] = town.new_posts()
    assert post.due.astimezone(LONDON) == datetime(2026, 12, 16, 9, 30, tzinfo=LONDON)


def test_a_clock_that_is_set_back_makes_it_plan_anew(town: Town, counted: CountedStore) -> None:
    each = reminding(town, counted)
    town.at("2027-01-20", "12:00")
    look(each)
    town.new_posts()
    for on in ("2026-12-16 09:29", "2026-12-16 09:30"):
        town.at(*on.split())
        look(each)
    assert [post.key.split(":")[3] for post in town.new_posts()] == ["P28D at 09"]


def test_what_changes_in_the_midst_of_planning_is_planned(town: Town) -> None:
    """It may have come too late for what is being planned."""

    class Interrupted(CountedStore):
        @contextmanager
        def begin(self, *, of: Person | Collection[Person] = ()) -> Iterator[SqlRecords]:
            with super().begin(of=of) as records:
                yield records
            if self.asked == 1:
                each.replan()

    interrupted = Interrupted(town.engine)
    each = reminding(town, interrupted)
    look(each)
    assert interrupted.asked == 2


def test_after_a_start_what_is_late_is_made_up_for(town: Town, counted: CountedStore) -> None:
    town.at("2026-12-16", "12:00")
    look(reminding(town, counted))
    assert len(town.new_posts()) == 1


class NotedJobs(Jobs):
    """Jobs that note for when they are told to wake something once."""

    def __init__(self, *jobs: Job) -> None:
        super().__init__(jobs, LONDON)
        self.moments: list[datetime] = []

    def once(self, name: str, work: Callable[[], Awaitable[object]], at: datetime) -> None:
        """See `Jobs.once`."""
        self.moments.append(at)
        super().once(name, work, at)


def test_it_plans_at_the_start_and_after_a_change_and_is_woken_at_the_next_moment(
    town: Town, counted: CountedStore
) -> None:
    async def run() -> NotedJobs:
        each = reminding(town, counted)
        jobs = NotedJobs(each.job)
        each.wake_by(jobs)
        jobs.start()
        try:
            await until(lambda: bool(jobs.moments))
            each.replan()
            await until(lambda: counted.asked == 2)
        finally:
            jobs.stop()
        return jobs

    moments = [moment.astimezone(LONDON) for moment in asyncio.run(run()).moments]
    due = datetime(2026, 12, 16, 9, 30, tzinfo=LONDON)
    assert moments[:2] == [due, town.clock.now()]


def test_a_change_in_chat_rings(town: Town) -> None:
    rung: list[None] = []

    class Rung(Town):
        @property
        def store(self) -> SqlStore:
            return SqlStore(self.engine, replan=lambda: rung.append(None))

    there = Rung(town.engine, town.finder, town.clock)
    there.say(f"move {JANUARY}: 20 January 2027", "ada", OFFICE)
    assert not rung
    there.say("yes", "ada", OFFICE)
    assert len(rung) == 1
    there.say("stop", "max")
    assert len(rung) == 2
