"""Each event is answered, and once: when Slack sends it again, when Slack fails, and when we do."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot import answering
from bot.store.inbox import HELD_FOR, MOST_ATTEMPTS, SqlInbox
from handlers.conversation import Platform
from tests.slack.acting import SAYS
from tests.slack.conftest import NOTICE, Bot, Stage, shown
from tests.slack.requests import ASKER, Json, Retry, app_home_opened, app_mention, event_callback, message_im
from tests.slack.standin import Failure, NotOk, SlackStandIn, Timeout
from tests.waiting import until

SOON = HELD_FOR + timedelta(seconds=1)


def left(stage: Stage, *payloads: Json) -> None:
    """Events that a process kept before it died."""
    inbox = SqlInbox(stage.running().engine, Platform.SLACK)
    for payload in payloads:
        assert inbox.receive(payload["event_id"], payload, stage.clock.now())


class TestOnce:
    """Slack sends an event again when it is unsure that we have it."""

    @pytest.mark.parametrize("payload", [message_im(NOTICE), app_mention(NOTICE), app_home_opened("messages")])
    def test_an_event_delivered_three_times_is_answered_once(self, stage: Stage, payload: Json) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(payload) == 200
            await bot.settled()
            for number in (1, 2):
                assert await bot.send(payload, retry=Retry(number)) == 200

        assert len(stage.play(scenario).posted) == 1

    def test_even_all_at_once(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            again = [bot.send(payload, retry=Retry(number)) for number in (1, 2)]
            assert await asyncio.gather(bot.send(payload), *again) == [200, 200, 200]
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1

    def test_even_after_a_restart(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(slack: SlackStandIn) -> None:
            for retry in (None, Retry(1), Retry(2)):
                async with stage.start(slack) as bot:
                    assert await bot.send(payload, retry=retry) == 200
                    await bot.settled()
                stage.clock.advance(SOON)

        assert len(stage.play_bare(scenario).posted) == 1

    def test_even_by_two_processes_on_one_database(self, stage: Stage) -> None:
        payloads = [message_im(NOTICE) for _ in range(5)]

        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as one, stage.start(slack) as two:
                await asyncio.gather(*(bot.send(payload) for payload in payloads for bot in (one, two)))
                await one.settled()

        assert len(stage.play_bare(scenario).posted) == len(payloads)

    def test_two_questions_in_the_same_words_are_two(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(message_im(NOTICE))
            await bot.ask(message_im(NOTICE))

        first, second = stage.play(scenario).posted
        assert first.text == second.text


class TestTakenUp:
    def test_an_event_is_taken_up_when_the_process_that_had_it_died(self, stage: Stage) -> None:
        """After its hold has run out, and once, whoever else looks; not before, since it may be being answered."""

        async def scenario(slack: SlackStandIn) -> None:
            left(stage, message_im(NOTICE))
            async with stage.another(slack) as one, stage.another(slack) as two:
                assert await one.answering.take_up() == 0
                stage.clock.advance(SOON)
                taken = await asyncio.gather(one.answering.take_up(), two.answering.take_up())
                assert sum(taken) == 1
                stage.clock.advance(SOON)
                assert await one.answering.take_up() == 0

        slack = stage.play_bare(scenario)
        assert [SAYS in shown(answer) for answer in slack.posted] == [True]

    def test_a_start_takes_up_what_was_left(self, stage: Stage) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            left(stage, message_im(NOTICE))
            stage.clock.advance(SOON)
            async with stage.start(slack) as bot:
                await bot.settled()
                assert [(row.payload, row.done) for row in bot.inbox()] == [(None, True)]

        assert len(stage.play_bare(scenario).posted) == 1

    def test_slacks_own_retry_takes_it_up_too(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            left(stage, payload)
            assert await bot.send(payload, retry=Retry(1)) == 200
            assert not bot.slack.posted
            stage.clock.advance(SOON)
            assert await bot.send(payload, retry=Retry(2)) == 200
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1

    def test_an_event_is_held_for_as_long_as_it_takes(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """Slack may make us wait longer than a hold lasts: nobody else takes the event up meanwhile."""
        monkeypatch.setattr(answering, "_HOLD_EVERY", 0.02)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("views.publish", kind=Timeout(60, done=True))
            await bot.send(app_home_opened())
            await bot.slack.until(lambda: bot.slack.published)
            async with stage.another(bot.slack) as other:
                for _ in range(4):
                    stage.clock.advance(HELD_FOR / 2)
                    await asyncio.sleep(0.1)
                    assert await other.answering.take_up() == 0
            assert not bot.inbox()[0].done
            bot.slack.wake()
            await bot.settled()

        assert len(stage.play(scenario).published) == 1

    def test_one_event_that_fails_keeps_no_other_from_being_answered(self, stage: Stage) -> None:
        """Even one that the program cannot read."""
        broken = event_callback({"type": "message", "channel_type": "im", "user": ASKER})

        async def scenario(slack: SlackStandIn) -> None:
            left(stage, broken, message_im(NOTICE))
            stage.clock.advance(SOON)
            async with stage.another(slack) as other:
                assert await other.answering.take_up() == 2

        assert len(stage.play_bare(scenario).posted) == 1
        assert stage.logged(logging.WARNING) == [f"event {broken['event_id']} will be tried again: KeyError"]

    def test_old_ids_are_forgotten_at_the_start(self, stage: Stage) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as bot:
                await bot.ask(message_im(NOTICE))
            stage.clock.advance(timedelta(days=8))
            async with stage.start(slack) as bot:
                await until(lambda: not bot.inbox())
                assert not bot.inbox()

        stage.play_bare(scenario)


class TestSlackFails:
    """While the Home tab is shown: whatever is said is in the outbox by then."""

    def test_what_slack_refuses_for_good_is_given_up_with_a_line_in_the_log(self, stage: Stage) -> None:
        payload = app_home_opened()

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("views.publish", kind=NotOk("user_not_found"))
            await bot.send(payload)
            await bot.settled()
            assert [row.payload for row in bot.inbox()] == [None]
            stage.clock.advance(SOON)
            async with stage.another(bot.slack) as other:
                assert await other.answering.take_up() == 0

        assert stage.play(scenario).published == []
        assert stage.logged(logging.ERROR) == [f"event {payload['event_id']} cannot be answered: user_not_found"]

    @pytest.mark.parametrize(
        "kind", [NotOk("internal_error"), Timeout(0.01)], ids=["Slack says so", "no answer of Slack's"]
    )
    def test_what_fails_for_now_is_tried_again_later(self, stage: Stage, kind: Failure) -> None:
        payload = app_home_opened()

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("views.publish", kind=kind)
            await bot.send(payload)
            await until(lambda: stage.logged(logging.WARNING))
            assert not bot.slack.published
            stage.clock.advance(SOON)
            async with stage.another(bot.slack) as other:
                assert await other.answering.take_up() == 1
            await bot.settled()

        slack = stage.play(scenario)
        assert (len(slack.published), len(slack.posted)) == (1, 1)
        assert stage.logged(logging.WARNING) == [f"event {payload['event_id']} will be tried again: SendError"]

    def test_after_enough_tries_an_event_is_given_up_with_a_line_in_the_log(self, stage: Stage) -> None:
        """What was written in it goes, as with every event that is done with."""
        payload = app_home_opened()

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("views.publish", times=None, kind=NotOk("internal_error"))
            await bot.send(payload)
            await until(lambda: stage.logged(logging.WARNING))
            async with stage.another(bot.slack) as other:
                for _ in range(MOST_ATTEMPTS + 1):
                    stage.clock.advance(SOON)
                    await other.answering.take_up()
            assert [(row.payload, row.attempts, row.done) for row in bot.inbox()] == [(None, MOST_ATTEMPTS, True)]

        assert len(stage.play(scenario).calls["views.publish"]) == MOST_ATTEMPTS
        assert stage.logged(logging.ERROR) == [f"event {payload['event_id']} is given up: it was tried too often"]


class TestTheDatabaseFails:
    def test_that_is_told_to_slack_which_sends_again(self, stage: Stage) -> None:
        """The log tells where it broke, and nothing of what was asked."""
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            with closing(sqlite3.connect(stage.database)) as database:
                database.execute("ALTER TABLE inbox RENAME TO elsewhere")
                assert await bot.send(payload) == 500
                database.execute("ALTER TABLE elsewhere RENAME TO inbox")
            assert await bot.send(payload, retry=Retry(1)) == 200
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1
        [line] = stage.logged(logging.ERROR)
        assert line.startswith("a request of Slack's could not be handled: OperationalError")

    def test_at_the_start_it_is_looked_at_again_later(self, stage: Stage) -> None:
        """The program stays, and says what it could not do."""
        with closing(sqlite3.connect(stage.database)) as database:
            database.execute("ALTER TABLE inbox RENAME TO elsewhere")

        async def scenario(bot: Bot) -> None:
            await until(lambda: len(stage.logged(logging.WARNING)) == 2)
            assert await bot.get("/healthz") == (200, {"status": "ok"})

        stage.play(scenario)
        assert sorted(stage.logged(logging.WARNING)) == [
            "events left unanswered could not be taken up: OperationalError",
            "what is too old could not be deleted: OperationalError",
        ]
