"""What is kept of forums, over real databases, SQLite's and PostgreSQL's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import Engine

from bot.store.opening import opened
from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from handlers.conversation import Person, Platform, Reply, Room, Text
from handlers.forums.records import Answer, Appointed, Attendance, Became, Changed, Notice, Suggestion
from handlers.ports import Purpose
from handlers.posts import Post
from knowledge.forums.occurrences import Change
from tests.clock import FRIDAY
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("both")
KEY, OTHER = ("quarterly", date(2027, 1, 13)), ("quarterly", date(2027, 4, 14))
ANN, BEA = Person(Platform.SLACK, "T1", "U1"), Person(Platform.SLACK, "T1", "U2")
ROOM, ELSEWHERE = Room(Platform.SLACK, "T1", "C1"), Room(Platform.TEAMS, "T2", "19:x@thread.tacv2")
NOW = FRIDAY.astimezone(UTC)
HOUR = timedelta(hours=1)
MOVED = Change(1, NOW, date(2027, 1, 20), time(14, 30), place="The Guildhall", agenda=("Taxis",), reason="snow \0 🙂")
CHANGED = Changed(KEY, MOVED, ANN, "Ann", NOW)
NOTICE = Notice("forum:k1", KEY, "P7D", ROOM, NOW)


class TestChanges:
    def test_of_each_forum_the_latest_change_counts(self, store: SqlStore) -> None:
        cancelled = replace(MOVED, number=2, at=NOW + HOUR, cancelled=True)
        later = Changed(KEY, cancelled, None, "", NOW + HOUR)
        other = Changed(OTHER, Change(1, NOW, link="https://meet.example.org"), BEA, "Bea", None)
        with store.begin() as records:
            for each in (CHANGED, later, other):
                records.forums.change(each)
        with store.begin() as records:
            found = {each.key: each for each in records.forums.changed()}
        assert found == {KEY: replace(later, change=replace(cancelled, reason="snow  🙂")), OTHER: other}

    def test_a_number_is_given_once(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.forums.change(CHANGED)
            with pytest.raises(ValueError, match="changed since"):
                records.forums.change(replace(CHANGED, by=BEA))
            [kept] = records.forums.changed()
        assert kept.by == ANN

    def test_whoever_holds_the_forums_keeps_others_waiting(self, store: SqlStore, database_url: str) -> None:
        """So that what one reads before it announces something, no other changes meanwhile."""
        engine = opened(database_url)
        order: list[str] = []
        begun = Event()

        def second() -> None:
            begun.wait(timeout=PATIENCE)
            with SqlStore(engine).begin() as records:
                records.forums.hold()
                order.append(f"second saw {len(records.forums.changed())}")

        with ThreadPoolExecutor(1) as pool, store.begin() as records:
            records.forums.hold()
            waiting = pool.submit(second)
            begun.set()
            records.forums.change(CHANGED)
            order.append("first")
            waiting_still = not waiting.done()
        engine.dispose()
        assert waiting_still
        assert order == ["first", "second saw 1"]

    def test_a_store_rings_after_what_changes_when_reminders_fall(self, engine: Engine) -> None:
        rung: list[str] = []
        store = SqlStore(engine, lambda: rung.append("posted"), lambda: rung.append("replan"))
        with store.begin() as records:
            records.forums.change(CHANGED)
        assert rung == []
        with store.begin() as records:
            records.forums.replan()
            assert rung == []
        assert rung == ["replan"]


class TestChannels:
    def test_they_are_told_with_since_when_the_earliest_first(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.rooms.appoint(Purpose.FORUMS, "quarterly", ELSEWHERE, ANN, NOW + HOUR)
            records.rooms.appoint(Purpose.FORUMS, "yearly", ROOM, ANN, NOW)
            records.rooms.appoint(Purpose.COORDINATORS, "yearly", ELSEWHERE, ANN, NOW)
            found = records.forums.appointed(Purpose.FORUMS, NOW + 2 * HOUR)
        assert found == [Appointed("yearly", ROOM, NOW), Appointed("quarterly", ELSEWHERE, NOW + HOUR)]

    def test_one_that_a_clock_which_ran_ahead_appointed_counts_from_now_on(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.rooms.appoint(Purpose.FORUMS, "yearly", ROOM, ANN, NOW + timedelta(days=365))
        for later in (timedelta(), HOUR):
            with store.begin() as records:
                assert records.forums.appointed(Purpose.FORUMS, NOW + later) == [Appointed("yearly", ROOM, NOW)]


class TestPlans:
    def test_a_reminder_is_planned_since_it_was_first_known(self, store: SqlStore) -> None:
        with store.begin() as records:
            assert records.forums.planned_since([("a", "P7D")], NOW) == {("a", "P7D"): NOW}
        with store.begin() as records:
            found = records.forums.planned_since([("a", "P7D"), ("a", "P1D")], NOW + HOUR)
        assert found == {("a", "P7D"): NOW, ("a", "P1D"): NOW + HOUR}

    def test_a_clock_that_ran_ahead_is_put_right(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.forums.planned_since([("a", "P7D")], NOW + timedelta(days=365))
            assert records.forums.planned_since([("a", "P7D")], NOW) == {("a", "P7D"): NOW}


class TestNotices:
    def note(self, store: SqlStore, *became: Became) -> list[bool]:
        with store.begin() as records:
            return [records.forums.note(replace(NOTICE, became=each)) for each in became]

    def test_what_is_said_is_noted_once(self, store: SqlStore) -> None:
        assert self.note(store, Became.PUT, Became.PUT, Became.MISSED, Became.OVERTAKEN) == [True, False, False, False]
        with store.begin() as records:
            assert records.forums.noted(["forum:k1", "forum:k2"]) == {"forum:k1": Became.PUT}
            assert records.forums.notices(KEY) == [NOTICE]
            assert records.forums.notices(OTHER) == []

    def test_all_that_was_said_of_a_series_is_told_in_order(self, store: SqlStore) -> None:
        """What was missed or overtaken was not said."""
        kinds = [Became.PUT, Became.UNDELIVERED, Became.MISSED, Became.OVERTAKEN]
        notices = [
            replace(NOTICE, post=f"k{number}", key=key, at=NOW - number * HOUR, became=became)
            for number, (became, key) in enumerate(zip(kinds, (OTHER, KEY, KEY, KEY), strict=True))
        ]
        elsewhere = replace(NOTICE, post="k9", key=("yearly", KEY[1]))
        with store.begin() as records:
            for each in (*notices, elsewhere):
                records.forums.note(each)
            assert records.forums.said("quarterly") == [notices[1], notices[0]]
            assert records.forums.said("weekly") == []

    @pytest.mark.parametrize("before", [Became.MISSED, Became.OVERTAKEN])
    def test_what_was_not_said_can_be_said_after_all(self, store: SqlStore, before: Became) -> None:
        assert self.note(store, before, before, Became.UNDELIVERED, Became.PUT) == [True, False, False, True]

    def test_what_cannot_be_delivered_is_told_of_once(self, store: SqlStore) -> None:
        assert self.note(store, Became.PUT, Became.UNDELIVERED, Became.UNDELIVERED, Became.PUT) == [
            True,
            True,
            False,
            False,
        ]

    def test_many_keys_are_looked_up(self, store: SqlStore) -> None:
        with store.begin() as records:
            for number in range(1_200):
                records.forums.note(replace(NOTICE, post=f"k{number}"))
            assert len(records.forums.noted([f"k{number}" for number in range(-5, 1_200)])) == 1_200

    @pytest.mark.usefixtures("engine")
    def test_of_many_processes_one_notes_it(self, database_url: str) -> None:
        engines = [opened(database_url) for _ in range(4)]
        start = Barrier(4)

        def note(each: Engine) -> bool:
            start.wait(timeout=PATIENCE)
            return self.note(SqlStore(each), Became.PUT)[0]

        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(note, engines)) == [False, False, False, True]
        for each in engines:
            each.dispose()


class TestDelivery:
    @pytest.fixture
    def outbox(self, store: SqlStore, engine: Engine) -> SqlOutbox:
        """An outbox with a notice's post, which was claimed, and another post."""
        with store.begin() as records:
            records.forums.note(NOTICE)
            for key in (NOTICE.post, "case:1"):
                records.outbox.put(Post(key, replace(ROOM, channel=key), Reply((Text("hello"),)), NOW))
        outbox = SqlOutbox(engine)
        assert len(outbox.claim(NOW, [Platform.SLACK], 9)) == 2
        return outbox

    def test_it_waits_until_it_is_delivered(self, store: SqlStore, outbox: SqlOutbox) -> None:
        with store.begin() as records:
            assert records.forums.waiting()
        outbox.sent(NOTICE.post, "m1", NOW)
        with store.begin() as records:
            assert not records.forums.waiting()
            assert records.forums.undelivered(NOW - HOUR) == []

    def test_what_cannot_be_delivered_is_found_until_it_was_told(self, store: SqlStore, outbox: SqlOutbox) -> None:
        outbox.failed(NOTICE.post, "channel_not_found", NOW)
        outbox.failed("case:1", "channel_not_found", NOW)
        with store.begin() as records:
            assert not records.forums.waiting()
            assert records.forums.undelivered(NOW + HOUR) == []
            assert records.forums.undelivered(NOW - HOUR) == [NOTICE]
            records.forums.note(replace(NOTICE, became=Became.UNDELIVERED))
            assert records.forums.undelivered(NOW - HOUR) == []

    def test_when_it_failed_counts_and_not_when_it_was_to_be_said(self, store: SqlStore, engine: Engine) -> None:
        """A forum that is moved can put its reminders weeks into the past."""
        long_ago = replace(NOTICE, at=NOW - timedelta(days=40))
        with store.begin() as records:
            records.forums.note(long_ago)
            records.outbox.put(Post(NOTICE.post, ROOM, Reply((Text("hello"),)), long_ago.at))
        SqlOutbox(engine).failed(NOTICE.post, "channel_not_found", NOW)
        with store.begin() as records:
            assert records.forums.undelivered(NOW) == [long_ago]
            assert records.forums.undelivered(NOW + HOUR) == []


class TestAttending:
    def test_the_last_answer_counts_and_the_one_before_is_told(self, store: SqlStore) -> None:
        coming = Attendance(KEY, ANN, "Ann", Answer.COMING, NOW)
        bea = Attendance(KEY, BEA, "", Answer.APOLOGIES, NOW + HOUR)
        cannot = replace(coming, answer=Answer.APOLOGIES, at=NOW + 2 * HOUR)
        with store.begin() as records:
            assert [records.attending.answer(each) for each in (coming, bea, cannot)] == [None, None, Answer.COMING]
            assert records.attending.answers(KEY) == [bea, cannot]
            assert records.attending.answers(OTHER) == []

    def test_suggestions_are_kept_in_order_and_once_a_person(self, store: SqlStore) -> None:
        first, second = Suggestion(KEY, BEA, "Bea", "Taxis", NOW), Suggestion(KEY, ANN, "Ann", "Taxis", NOW)
        with store.begin() as records:
            assert [records.attending.suggest(each) for each in (first, second, first)] == [True, True, False]
            assert records.attending.suggestions(KEY) == [first, second]

    def test_they_are_forgotten_forum_by_forum(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.attending.answer(Attendance(KEY, ANN, "Ann", Answer.COMING, NOW))
            records.attending.suggest(Suggestion(KEY, ANN, "Ann", "Taxis", NOW))
            records.attending.suggest(Suggestion(OTHER, ANN, "Ann", "Taxis", NOW))
            assert sorted(records.attending.known()) == [KEY, OTHER]
            assert records.attending.forget(KEY) == 2
            assert records.attending.known() == [OTHER]

    def test_with_a_person_goes_all_that_names_them(self, store: SqlStore) -> None:
        with store.begin() as records:
            for person, name in ((ANN, "Ann"), (BEA, "Bea")):
                records.attending.answer(Attendance(KEY, person, name, Answer.COMING, NOW))
                records.attending.suggest(Suggestion(KEY, person, name, "Taxis", NOW))
            records.forums.change(CHANGED)
            records.forget_person(ANN, NOW)
        with store.begin() as records:
            assert [each.name for each in records.attending.answers(KEY)] == ["Bea"]
            assert [each.name for each in records.attending.suggestions(KEY)] == ["Bea"]
            [kept] = records.forums.changed()
        assert (kept.by, kept.name, kept.change.number) == (None, "", 1)


def test_moments_come_back_with_their_time_zone(store: SqlStore) -> None:
    with store.begin() as records:
        records.forums.change(CHANGED)
        [kept] = records.forums.changed()
    assert kept.rescheduled == datetime(2026, 11, 20, 10, tzinfo=UTC)
