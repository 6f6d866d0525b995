"""Posts put into the outbox in a turn's transaction, and replies kept with the message they answer, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.store.inbox import HELD_FOR, SqlInbox
from bot.store.outbox import SqlOutbox
from bot.store.posts import reply_key
from bot.store.sql import SqlStore
from handlers.conversation import Conversation, Message, Platform, Reply, Room, Text
from handlers.posts import Address, Post
from scheduler.delivery import Claimed
from tests.clock import FRIDAY

pytestmark = pytest.mark.usefixtures("both")
ANN = Conversation(Platform.SLACK, "T1", "D1", "U1")
ROOM = Room(Platform.SLACK, "T1", "D1", private=True)
MESSAGE = Message(ANN, "hello", private=True, room=ROOM, id="e1")
HELLO, BYE = Reply((Text("Hello!"),)), Reply((Text("Bye!"),), more="more")
LATER = FRIDAY + HELD_FOR


@pytest.fixture
def inbox(engine: Engine) -> SqlInbox:
    """Slack's inbox, in which two events wait."""
    inbox = SqlInbox(engine, Platform.SLACK)
    for key in ("e1", "e2"):
        inbox.receive(key, {"text": "hello"}, FRIDAY)
    return inbox


@pytest.fixture
def outbox(engine: Engine) -> SqlOutbox:
    """The outbox, empty."""
    return SqlOutbox(engine)


class TestPutting:
    def test_a_key_is_put_once_and_the_first_post_stays(self, store: SqlStore, outbox: SqlOutbox) -> None:
        post = Post("k1", ROOM, HELLO, FRIDAY)
        with store.begin() as records:
            assert records.outbox.put(post)
            assert not records.outbox.put(replace(post, reply=BYE))
        with store.begin() as records:
            assert not records.outbox.put(replace(post, to=ANN.person))
        assert [each.post for each in outbox.claim(FRIDAY, list(Platform), 9)] == [post]

    def test_a_turn_that_fails_puts_nothing(self, store: SqlStore, outbox: SqlOutbox) -> None:
        def put_and_fail() -> None:
            with store.begin() as records:
                records.outbox.put(Post("k1", ROOM, HELLO, FRIDAY))
                raise LookupError

        with pytest.raises(LookupError):
            put_and_fail()
        assert outbox.claim(FRIDAY, list(Platform), 9) == []

    def test_what_no_database_can_keep_is_left_out(self, store: SqlStore, outbox: SqlOutbox) -> None:
        with store.begin() as records:
            records.outbox.put(Post("k1", ROOM, Reply((Text("a\ud83db"),)), FRIDAY))
        assert [each.post.reply for each in outbox.claim(FRIDAY, list(Platform), 9)] == [Reply((Text("ab"),))]


class TestSettling:
    def test_the_message_is_answered_and_others_are_not(self, store: SqlStore, inbox: SqlInbox) -> None:
        with store.begin() as records:
            records.settle(MESSAGE, [HELLO], FRIDAY)
        assert [event.key for event in inbox.take_up(LATER + timedelta(seconds=1))] == ["e2"]
        assert not inbox.receive("e1", {}, LATER)

    def test_its_replies_are_left_to_the_face_for_a_minute(self, store: SqlStore, outbox: SqlOutbox) -> None:
        """Then they are sent one after the other by whoever delivers."""
        with store.begin() as records:
            records.settle(MESSAGE, [HELLO, BYE], FRIDAY)
        assert outbox.claim(LATER - timedelta(seconds=1), list(Platform), 9) == []
        first, second = (
            Post(f"reply:slack:e1:{number}", ROOM, reply, FRIDAY) for number, reply in enumerate([HELLO, BYE])
        )
        assert outbox.claim(LATER, list(Platform), 9) == [Claimed(first, 2, FRIDAY, None)]
        outbox.sent(first.key, "m1", LATER)
        assert outbox.claim(LATER, list(Platform), 9) == [Claimed(second, 2, FRIDAY, None)]

    def test_what_the_face_has_sent_nobody_sends_again(self, store: SqlStore, outbox: SqlOutbox) -> None:
        with store.begin() as records:
            records.settle(MESSAGE, [HELLO], FRIDAY)
        outbox.sent(reply_key(MESSAGE, 0), "m1", FRIDAY)
        assert outbox.claim(LATER, list(Platform), 9) == []

    @pytest.mark.parametrize(
        ("message", "reply", "to"),
        [
            ({}, HELLO, ROOM),
            ({"room": Room(Platform.SLACK, "T1", "C1", "1.2")}, HELLO, Room(Platform.SLACK, "T1", "C1", "1.2")),
            ({"room": Room(Platform.SLACK, "T1", "C1", "1.2")}, replace(HELLO, private=True), ANN.person),
            ({}, replace(HELLO, private=True), ANN.person),
            ({"room": None}, HELLO, ANN.person),
        ],
    )
    def test_a_reply_goes_back_to_where_it_belongs(
        self, store: SqlStore, outbox: SqlOutbox, message: dict[str, Any], reply: Reply, to: Address
    ) -> None:
        with store.begin() as records:
            records.settle(replace(MESSAGE, **message), [reply], FRIDAY)
        assert [(each.post.to, each.post.reply) for each in outbox.claim(LATER, list(Platform), 9)] == [(to, reply)]

    def test_a_message_may_have_no_replies(self, store: SqlStore, inbox: SqlInbox, outbox: SqlOutbox) -> None:
        with store.begin() as records:
            records.settle(MESSAGE, [], FRIDAY)
        assert not inbox.receive("e1", {}, LATER + HELD_FOR)
        assert outbox.next_due(list(Platform)) is None

    def test_a_message_without_an_id_leaves_nothing(self, store: SqlStore, inbox: SqlInbox, outbox: SqlOutbox) -> None:
        with store.begin() as records:
            records.settle(replace(MESSAGE, id=""), [HELLO], FRIDAY)
        assert len(inbox.take_up(LATER + HELD_FOR)) == 2
        assert outbox.next_due(list(Platform)) is None

    def test_a_turn_that_fails_leaves_the_message_to_be_answered(
        self, store: SqlStore, inbox: SqlInbox, outbox: SqlOutbox
    ) -> None:
        def settle_and_fail() -> None:
            with store.begin() as records:
                records.settle(MESSAGE, [HELLO], FRIDAY)
                raise LookupError

        with pytest.raises(LookupError):
            settle_and_fail()
        assert len(inbox.take_up(LATER + HELD_FOR)) == 2
        assert outbox.next_due(list(Platform)) is None

    @pytest.mark.usefixtures("inbox")
    def test_the_first_replies_to_a_message_stay(self, store: SqlStore, outbox: SqlOutbox) -> None:
        for reply, first in ((HELLO, True), (BYE, False)):
            with store.begin() as records:
                assert records.settle(MESSAGE, [reply], FRIDAY) is first
        assert [each.post.reply for each in outbox.claim(LATER, list(Platform), 9)] == [HELLO]

    def test_several_messages_are_settled_at_once(self, store: SqlStore, inbox: SqlInbox, outbox: SqlOutbox) -> None:
        """Also one that was never in the inbox, such as a press, and one without an id, which leaves nothing."""
        bea = replace(ANN, channel="D2", user="U2")
        press = Message(bea, "hello", private=True, room=replace(ROOM, channel="D2"), id="press:1")
        taken = [(MESSAGE, [HELLO, BYE]), (press, [BYE]), (replace(press, id=""), [HELLO])]
        with store.begin() as records:
            assert records.settle_all(taken, FRIDAY)
        assert [event.key for event in inbox.take_up(LATER + timedelta(seconds=1))] == ["e2"]
        kept = [each.post.key for each in outbox.claim(LATER, list(Platform), 9)]
        assert kept == ["reply:slack:e1:0", "reply:slack:press:1:0"]

    @pytest.mark.usefixtures("inbox")
    def test_of_several_messages_one_may_have_been_settled_before(self, store: SqlStore) -> None:
        second, press = replace(MESSAGE, id="e2"), replace(MESSAGE, id="press:1")
        with store.begin() as records:
            assert records.settle(second, [HELLO], FRIDAY)
        for others in ([MESSAGE], [press], []):
            with store.begin() as records:
                assert not records.settle_all([(each, [BYE]) for each in (*others, second)], FRIDAY)

    def test_each_platform_has_its_own_ids(self, store: SqlStore, inbox: SqlInbox) -> None:
        teams = replace(ANN, platform=Platform.TEAMS)
        with store.begin() as records:
            records.settle(replace(MESSAGE, conversation=teams, room=None), [HELLO], FRIDAY)
        assert len(inbox.take_up(LATER + HELD_FOR)) == 2

    def test_a_press_which_no_inbox_knows_is_settled_once_too(self, store: SqlStore, outbox: SqlOutbox) -> None:
        """A line may break after the database has taken a turn: what is said then must not take the place of its replies."""
        press = replace(MESSAGE, id="press:1.2")
        for reply, first in ((HELLO, True), (BYE, False)):
            with store.begin() as records:
                assert records.settle(press, [reply], FRIDAY) is first
        assert [each.post.reply for each in outbox.claim(LATER, list(Platform), 9)] == [HELLO]
