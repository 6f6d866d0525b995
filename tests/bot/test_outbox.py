"""The outbox as deliverers see it, over real databases, SQLite's and PostgreSQL's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from bot.store import schema
from bot.store.inbox import HELD_FOR
from bot.store.opening import opened
from bot.store.outbox import UNREADABLE_FOR, SqlOutbox, Stuck
from bot.store.sql import SqlStore
from handlers.conversation import Person, Platform, Reply, Room, Text
from handlers.posts import Address, Post
from scheduler.delivery import Claimed
from tests.clock import FRIDAY
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("both")
ANN, BEA = Person(Platform.SLACK, "T1", "U1"), Person(Platform.SLACK, "T1", "U2")
LEADS = Room(Platform.SLACK, "T1", "C1")
SLACK = [Platform.SLACK]
SECOND = timedelta(seconds=1)
LATER = FRIDAY + HELD_FOR

Put = Callable[..., Post]


@pytest.fixture
def outbox(engine: Engine) -> SqlOutbox:
    """The outbox, empty."""
    return SqlOutbox(engine)


@pytest.fixture
def put(store: SqlStore) -> Put:
    """Puts a post into the outbox."""

    def put(key: str, to: Address = ANN, due: datetime = FRIDAY, replaces: str | None = None) -> Post:
        post = Post(key, to, Reply((Text(f"about {key} \0 🙂"),)), due, replaces)
        with store.begin() as records:
            assert records.outbox.put(post)
        return post

    return put


def keys(claimed: list[Claimed]) -> list[str]:
    return [each.post.key for each in claimed]


class TestClaiming:
    @pytest.mark.parametrize(
        "to",
        [
            ANN,
            LEADS,
            Room(Platform.SLACK, "T1", "C1", "123.4"),
            Room(Platform.SLACK, "T1", "D1", private=True),
        ],
    )
    def test_a_post_is_claimed_as_it_was_put(self, outbox: SqlOutbox, put: Put, to: Address) -> None:
        post = put("k1", to)
        assert outbox.claim(FRIDAY, SLACK, 9) == [Claimed(post, 1, FRIDAY, None)]

    def test_what_is_claimed_is_held_and_then_free_again(self, outbox: SqlOutbox, put: Put) -> None:
        """So that what a process left when it died is sent by another, which is told when it was tried first."""
        post = put("k1")
        outbox.claim(FRIDAY, SLACK, 9)
        assert outbox.claim(LATER - SECOND, SLACK, 9) == []
        assert outbox.claim(LATER, SLACK, 9) == [Claimed(post, 2, FRIDAY, None)]
        assert outbox.claim(LATER + HELD_FOR, SLACK, 9) == [Claimed(post, 3, FRIDAY, None)]

    def test_a_hold_may_be_made_longer(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        outbox.claim(FRIDAY, SLACK, 9)
        assert outbox.hold("k1", FRIDAY + SECOND)
        assert outbox.claim(LATER, SLACK, 9) == []
        assert keys(outbox.claim(LATER + SECOND, SLACK, 9)) == ["k1"]

    def test_what_somebody_else_has_taken_up_or_sent_is_held_no_longer(self, outbox: SqlOutbox, put: Put) -> None:
        """But nobody else has what was never put."""
        put("k1")
        outbox.claim(FRIDAY, SLACK, 9)
        outbox.claim(LATER, SLACK, 9)
        assert not outbox.hold("k1", LATER + SECOND)
        assert keys(outbox.claim(LATER + HELD_FOR, SLACK, 9)) == ["k1"]
        outbox.sent("k1", "m1", LATER)
        assert not outbox.hold("k1", LATER)
        assert outbox.hold("k2", LATER)

    def test_nothing_is_claimed_before_it_is_due(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1", due=LATER)
        assert outbox.claim(LATER - SECOND, SLACK, 9) == []
        assert keys(outbox.claim(LATER, SLACK, 9)) == ["k1"]

    def test_each_platform_has_its_own(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        put("k2", Person(Platform.TEAMS, "T1", "U1"))
        assert outbox.claim(FRIDAY, [], 9) == []
        assert keys(outbox.claim(FRIDAY, [Platform.TEAMS], 9)) == ["k2"]
        assert keys(outbox.claim(FRIDAY, [Platform.TEAMS, Platform.SLACK], 9)) == ["k1"]

    def test_it_may_be_narrowed_to_addresses(self, outbox: SqlOutbox, put: Put) -> None:
        """What goes elsewhere is left as it was, and what is behind one of ours waits for it as ever."""
        for key, to in (("k1", ANN), ("k2", BEA), ("k3", LEADS), ("k4", ANN), ("k5", replace(LEADS, channel="C2"))):
            put(key, to)
        assert outbox.claim(FRIDAY, SLACK, 9, []) == []
        assert outbox.claim(FRIDAY, [Platform.TEAMS], 9, [ANN]) == []
        assert keys(outbox.claim(FRIDAY, SLACK, 9, [LEADS, ANN])) == ["k1", "k3"]
        assert outbox.claim(FRIDAY, SLACK, 9, [LEADS, ANN]) == []
        assert [(each.post.key, each.attempts) for each in outbox.claim(FRIDAY, SLACK, 9)] == [("k2", 1), ("k5", 1)]

    @pytest.mark.parametrize(
        "near",
        [
            Person(Platform.SLACK, "T1", "C1"),
            Room(Platform.SLACK, "T2", "C1"),
            Room(Platform.SLACK, "T1", "C1", "1.2"),
            Room(Platform.TEAMS, "T1", "C1"),
        ],
    )
    def test_an_address_is_narrowed_to_whole(self, outbox: SqlOutbox, put: Put, near: Address) -> None:
        put("k1", near)
        every = list(Platform)
        assert outbox.claim(FRIDAY, every, 9, [LEADS]) == []
        assert keys(outbox.claim(FRIDAY, every, 9, [near])) == ["k1"]

    def test_no_more_are_claimed_than_can_be_sent_and_the_first_come_first(self, outbox: SqlOutbox, put: Put) -> None:
        for number in (3, 1, 2):
            put(f"k{number}", Person(Platform.SLACK, "T1", f"U{number}"))
        assert keys(outbox.claim(FRIDAY, SLACK, 2)) == ["k3", "k1"]
        assert keys(outbox.claim(FRIDAY, SLACK, 2)) == ["k2"]

    def test_of_many_processes_each_claims_something_else(self, outbox: SqlOutbox, put: Put, database_url: str) -> None:
        expected = [put(f"k{number:02}", Person(Platform.SLACK, "T1", f"U{number % 25}")).key for number in range(50)]
        engines = [opened(database_url) for _ in range(4)]
        start = Barrier(4)

        def deliver(engine: Engine) -> list[str]:
            mine, queue = [], SqlOutbox(engine)
            start.wait(timeout=PATIENCE)
            while claimed := queue.claim(FRIDAY, SLACK, 3):
                assert {each.attempts for each in claimed} == {1}
                mine += keys(claimed)
                for each in claimed:
                    queue.sent(each.post.key, "m", FRIDAY)
            return mine

        with ThreadPoolExecutor(4) as pool:
            taken = [key for mine in pool.map(deliver, engines) for key in mine]
        # What waited for a post of another deliverer when its own was done.
        while left := keys(outbox.claim(FRIDAY, SLACK, 50)):
            taken += left
            for key in left:
                outbox.sent(key, "m", FRIDAY)
        assert sorted(taken) == expected
        for engine in engines:
            engine.dispose()


class TestOrder:
    def test_a_later_post_to_an_address_waits_for_the_one_before(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        put("k2")
        put("k3", BEA)
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["k1", "k3"]
        assert outbox.claim(FRIDAY, SLACK, 9) == []
        outbox.sent("k1", "m1", FRIDAY)
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["k2"]

    def test_one_that_is_tried_again_later_holds_back_its_address_alone(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        put("k2")
        outbox.claim(FRIDAY, SLACK, 9)
        outbox.later("k1", FRIDAY + 10 * HELD_FOR)
        put("k3", BEA)
        assert keys(outbox.claim(LATER, SLACK, 9)) == ["k3"]
        assert keys(outbox.claim(FRIDAY + 10 * HELD_FOR, SLACK, 1)) == ["k1"]

    def test_one_that_failed_holds_back_nothing(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        put("k2")
        outbox.claim(FRIDAY, SLACK, 9)
        outbox.failed("k1", "channel_not_found", FRIDAY)
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["k2"]

    def test_one_that_is_not_due_holds_back_nothing(self, outbox: SqlOutbox, put: Put) -> None:
        """A reminder may be put long before its time."""
        put("k1", due=LATER)
        put("k2")
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["k2"]
        assert outbox.claim(LATER - SECOND, SLACK, 9) == []
        assert keys(outbox.claim(LATER, SLACK, 9)) == ["k1"]

    @pytest.mark.parametrize(
        "other",
        [Room(Platform.SLACK, "T2", "C1"), Room(Platform.SLACK, "T1", "C1", "1.2"), Person(Platform.SLACK, "T1", "C1")],
    )
    def test_every_part_of_an_address_counts(self, outbox: SqlOutbox, put: Put, other: Any) -> None:
        put("k1", LEADS)
        put("k2", other)
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["k1", "k2"]


class TestTakingThePlaceOfAMessage:
    def test_a_post_is_told_the_message_whose_place_it_takes(self, outbox: SqlOutbox, put: Put) -> None:
        put("card", LEADS)
        put("card:2", LEADS, replaces="card")
        outbox.claim(FRIDAY, SLACK, 9)
        outbox.sent("card", "m1", FRIDAY)
        [claimed] = outbox.claim(FRIDAY, SLACK, 9)
        assert (claimed.post.key, claimed.post.replaces, claimed.replaced) == ("card:2", "card", "m1")

    def test_where_the_first_was_never_sent_there_is_none(self, outbox: SqlOutbox, put: Put) -> None:
        put("card", LEADS)
        put("card:2", LEADS, replaces="card")
        outbox.failed("card", "why", FRIDAY)
        assert [each.replaced for each in outbox.claim(FRIDAY, SLACK, 9)] == [None]

    def test_the_message_sent_last_in_its_place_counts(self, outbox: SqlOutbox, put: Put) -> None:
        """Where the first was never sent, or is gone, an update becomes a message of its own."""
        put("card", LEADS)
        outbox.failed("card", "why", FRIDAY)
        for key in ("card:2", "card:3"):
            put(key, LEADS, replaces="card")
            outbox.claim(FRIDAY, SLACK, 9)
            outbox.sent(key, f"message of {key}", FRIDAY)
        put("card:4", LEADS, replaces="card")
        assert [each.replaced for each in outbox.claim(FRIDAY, SLACK, 9)] == ["message of card:3"]

    def test_of_several_that_wait_only_the_last_is_sent(
        self, outbox: SqlOutbox, put: Put, ended: Callable[[], Any]
    ) -> None:
        put("card", LEADS)
        for number in (2, 3, 4):
            put(f"card:{number}", LEADS, replaces="card")
        put("other:2", LEADS, replaces="other")
        outbox.sent("card", "m1", FRIDAY)
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["card:4"]
        assert ended() == {"card": "sent", "card:2": "dropped", "card:3": "dropped", "card:4": None, "other:2": None}

    def test_one_that_is_being_sent_is_waited_for(self, outbox: SqlOutbox, put: Put, ended: Callable[[], Any]) -> None:
        """Or the older state might arrive after the newer one."""
        put("card:2", LEADS, replaces="card")
        outbox.claim(FRIDAY, SLACK, 9)
        put("card:3", LEADS, replaces="card")
        assert outbox.claim(FRIDAY, SLACK, 9) == []
        assert ended() == {"card:2": None, "card:3": None}
        assert keys(outbox.claim(LATER, SLACK, 9)) == ["card:3"], "the first's hold ran out, and it is not needed"

    def test_one_is_not_dropped_for_another_that_is_not_due(self, outbox: SqlOutbox, put: Put) -> None:
        put("card:2", LEADS, replaces="card")
        put("card:3", LEADS, due=LATER, replaces="card")
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["card:2"]

    def test_the_order_of_putting_counts_where_clocks_differ(self, outbox: SqlOutbox, put: Put) -> None:
        """The process that put the second state has a slow clock."""
        put("card:2", LEADS, due=FRIDAY + SECOND, replaces="card")
        put("card:3", LEADS, due=FRIDAY, replaces="card")
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["card:3"]
        outbox.sent("card:3", "m3", FRIDAY)
        assert outbox.claim(LATER, SLACK, 9) == []


class TestMarking:
    def test_what_is_sent_is_never_claimed_again(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        outbox.claim(FRIDAY, SLACK, 9)
        outbox.sent("k1", "m1", FRIDAY)
        outbox.later("k1", FRIDAY)
        assert not outbox.hold("k1", FRIDAY)
        assert outbox.claim(LATER, SLACK, 9) == []

    def test_what_failed_is_told_to_operators_without_its_words(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        put("k2")
        outbox.failed("k2", "is_archived", LATER)
        outbox.failed("k1", "channel_not_found", FRIDAY)
        outbox.failed("k1", "something else", LATER)
        assert outbox.stuck() == [Stuck("k1", "channel_not_found", FRIDAY), Stuck("k2", "is_archived", LATER)]
        assert outbox.claim(LATER, SLACK, 9) == []

    def test_what_was_sent_cannot_fail_but_what_failed_may_have_been_sent(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        outbox.failed("k1", "timeout", FRIDAY)
        outbox.sent("k1", "m1", FRIDAY)
        outbox.failed("k1", "timeout", FRIDAY)
        assert outbox.stuck() == []


class TestNextDue:
    def test_nothing_waits(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1", Person(Platform.TEAMS, "T1", "U1"))
        put("k2")
        outbox.sent("k2", "m", FRIDAY)
        assert outbox.next_due(SLACK) is None

    @pytest.mark.parametrize("due", [FRIDAY, LATER])
    def test_it_is_when_the_first_is_due(self, outbox: SqlOutbox, put: Put, due: datetime) -> None:
        put("k1", BEA, due=FRIDAY + 9 * HELD_FOR)
        put("k2", due=due)
        assert outbox.next_due(SLACK) == due

    def test_it_is_when_a_hold_runs_out(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1")
        outbox.claim(FRIDAY, SLACK, 9)
        assert outbox.next_due(SLACK) == LATER
        outbox.later("k1", FRIDAY + 9 * HELD_FOR)
        assert outbox.next_due(SLACK) == FRIDAY + 9 * HELD_FOR

    def test_what_is_held_back_has_no_moment_of_its_own(self, outbox: SqlOutbox, put: Put) -> None:
        """Or a deliverer would be woken for nothing, again and again."""
        put("k1")
        put("k2")
        put("k3", due=FRIDAY + SECOND)
        outbox.claim(FRIDAY, SLACK, 9)
        assert outbox.next_due(SLACK) == LATER
        put("k4", BEA, due=FRIDAY + SECOND)
        assert outbox.next_due(SLACK) == FRIDAY + SECOND

    def test_what_is_not_due_holds_back_nothing(self, outbox: SqlOutbox, put: Put) -> None:
        put("k1", due=LATER)
        put("k2")
        assert outbox.next_due(SLACK) == FRIDAY

    def test_at_that_moment_something_can_be_claimed_and_not_before(self, outbox: SqlOutbox, put: Put) -> None:
        """One that was put before, but is due later, goes before one that is held."""
        put("k1", due=FRIDAY + 30 * SECOND)
        put("k2")
        outbox.claim(FRIDAY, SLACK, 9)
        put("k3", due=FRIDAY + 10 * SECOND)
        assert outbox.next_due(SLACK) == FRIDAY + 30 * SECOND
        assert outbox.claim(FRIDAY + 29 * SECOND, SLACK, 9) == []
        assert keys(outbox.claim(FRIDAY + 30 * SECOND, SLACK, 9)) == ["k1"]


class TestForgetting:
    def test_what_was_said_goes_after_a_while_and_the_keys_stay(
        self, outbox: SqlOutbox, put: Put, store: SqlStore, said: Callable[[], Any]
    ) -> None:
        old, young, waiting = put("old"), put("young", BEA), put("waiting", LEADS)
        outbox.sent(old.key, "m1", FRIDAY)
        outbox.sent(young.key, "m2", LATER)
        assert outbox.forget(LATER) == 1
        assert outbox.forget(LATER) == 0
        assert said() == {"old": False, "young": True, "waiting": True}
        with store.begin() as records:
            assert not records.outbox.put(old)
        assert [each.post for each in outbox.claim(LATER, SLACK, 9)] == [waiting]

    def test_what_failed_or_was_dropped_goes_too(self, outbox: SqlOutbox, put: Put, said: Callable[[], Any]) -> None:
        put("card:2", LEADS, replaces="card")
        put("card:3", LEADS, replaces="card")
        outbox.claim(FRIDAY, SLACK, 9)
        outbox.failed("card:3", "why", FRIDAY)
        assert outbox.forget(LATER) == 2
        assert said() == {"card:2": False, "card:3": False}
        assert outbox.stuck() == [Stuck("card:3", "why", FRIDAY)]

    def test_replies_go_whole(self, outbox: SqlOutbox, put: Put, said: Callable[[], Any]) -> None:
        put("reply:slack:e1:0")
        outbox.sent("reply:slack:e1:0", "m1", FRIDAY)
        assert outbox.forget(LATER) == 1
        assert said() == {}


class TestWhatAnotherVersionPut:
    def test_it_is_left_to_that_version_for_a_while_and_then_told(
        self, outbox: SqlOutbox, put: Put, engine: Engine
    ) -> None:
        """And others are sent meanwhile."""
        put("k1")
        put("k2", BEA)
        newer = update(schema.outbox).where(schema.outbox.c.key == "k1")
        with engine.begin() as connection:
            connection.execute(newer.values(content='{"blocks": [{"block": "Chart", "secret": 1}]}'))
        assert keys(outbox.claim(FRIDAY, SLACK, 9)) == ["k2"]
        assert outbox.next_due(SLACK) == LATER
        outbox.sent("k2", "m", FRIDAY)
        assert (outbox.claim(FRIDAY + UNREADABLE_FOR, SLACK, 9), outbox.stuck()) == ([], [])
        late = FRIDAY + UNREADABLE_FOR + HELD_FOR
        assert outbox.claim(late, SLACK, 9) == []
        assert outbox.stuck() == [Stuck("k1", "kept by another version: a block Chart", late)]


@pytest.fixture
def ended(engine: Engine) -> Callable[[], Any]:
    """How each post ended, by key; None where it has not."""
    return lambda: _column(engine, schema.outbox.c.outcome)


@pytest.fixture
def said(engine: Engine) -> Callable[[], Any]:
    """Whether it is still kept what each post says, by key."""
    return lambda: _column(engine, schema.outbox.c.content.is_not(None))


def _column(engine: Engine, column: Any) -> dict[str, Any]:
    with engine.begin() as connection:
        rows = connection.execute(select(schema.outbox.c.key, column)).all()
    return {row[0]: row[1] for row in rows}
