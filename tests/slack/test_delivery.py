"""What is said arrives once, in order, and in time: when Slack fails or wants us to wait, and when a process dies."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.store.inbox import HELD_FOR
from handlers.conversation import Reply, Text
from tests.slack.acting import FAILURES, QUESTIONS, SAYS, commanded, tries
from tests.slack.conftest import NOTICE, VAGUE, Bot, Stage, elements, shown
from tests.slack.requests import (
    ASKER,
    GENERAL,
    LEAD,
    Json,
    app_home_opened,
    app_mention,
    block_actions,
    dm,
    message_im,
    moment,
    slash_command,
)
from tests.slack.standin import Cut, Failure, NotOk, RateLimited, ServerError, SlackStandIn, Timeout
from tests.waiting import until

SECONDS = timedelta(seconds=1)
SOON = HELD_FOR + SECONDS
THREAD = moment()


async def next_try(bot: Bot, stage: Stage, after: timedelta = 2 * SECONDS) -> None:
    """What failed is tried again, once that is due."""
    await until(lambda: stage.logged(logging.WARNING))
    stage.clock.advance(after)
    bot.deliverer.wake()
    await bot.settled()


class TestSlackFails:
    def test_a_message_is_sent_again_until_slack_takes_it_and_then_no_more(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for kind in FAILURES:
                bot.slack.fail("chat.postMessage", kind=kind)
            for user, text in zip((ASKER, LEAD, ASKER), QUESTIONS, strict=True):
                await bot.send(message_im(text, user=user))
            await until(lambda: len(stage.logged(logging.WARNING)) == 2)
            await next_try(bot, stage)

        slack = stage.play(scenario)
        first, *others = tries(slack.calls["chat.postMessage"])
        assert first[1] - first[0] > 1, "as Slack asked"
        assert [len(each) for each in (first, *others)] == [2] * len(FAILURES)
        assert len(slack.posted) == len(QUESTIONS)

    @pytest.mark.parametrize("kind", [Cut(done=True), ServerError(done=True)], ids=["cut off", "error"])
    @pytest.mark.parametrize(
        "payload",
        [
            message_im(NOTICE),
            message_im(NOTICE, thread_ts=THREAD),
            app_mention(NOTICE),
            app_home_opened("messages"),
        ],
        ids=["in private", "in a private thread", "in a channel's thread", "welcome"],
    )
    def test_one_that_arrived_although_slack_failed_is_not_sent_again(
        self, stage: Stage, payload: Json, kind: Failure
    ) -> None:
        """Before it is, it is looked for."""

        async def scenario(bot: Bot) -> None:
            bot.slack.history[dm(ASKER)][THREAD] = {"ts": THREAD, "text": "where a thread begins", "user": ASKER}
            event = payload["event"]
            if event["type"] == "app_mention":
                bot.slack.history[GENERAL][event["ts"]] = event
            bot.slack.fail("chat.postMessage", kind=kind)
            await bot.send(payload)
            await next_try(bot, stage)
            assert [(put.outcome, put.attempts) for put in bot.outbox()] == [("sent", 2)]

        slack = stage.play(scenario)
        assert (len(slack.posted), len(slack.calls["chat.postMessage"])) == (1, 1)
        looked = [*slack.calls["conversations.history"], *slack.calls["conversations.replies"]]
        assert len(looked) == 1

    def test_what_slack_refuses_for_good_is_shown_to_the_operator_and_not_tried_again(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=NotOk("is_archived"))
            await bot.send(payload)
            await bot.settled()
            assert [put.outcome for put in bot.outbox()] == ["failed"]
            assert await bot.deliverer.deliver() is None

        assert stage.play(scenario).posted == []
        assert stage.logged(logging.ERROR) == [f"post reply:slack:{payload['event_id']}:0 cannot be sent: is_archived"]

    def test_waiting_for_slack_holds_nobody_else_up(self, stage: Stage) -> None:
        """Slack asks for half a minute: that is how long it is, for that message alone."""

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=RateLimited(30))
            await bot.send(message_im(NOTICE))
            await until(lambda: stage.logged(logging.WARNING))
            assert SAYS in shown(await asked_by_another(bot))
            stage.clock.advance(29 * SECONDS)
            await bot.deliverer.deliver()
            assert [post.channel for post in bot.slack.posted] == [dm(LEAD)]
            stage.clock.advance(SECONDS)
            await bot.deliverer.deliver()

        slack = stage.play(scenario)
        assert [post.channel for post in slack.posted] == [dm(LEAD), dm(ASKER)]

    def test_a_newcomers_welcome_is_not_lost(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=ServerError())
            await bot.send(app_home_opened("messages"))
            await next_try(bot, stage)

        [welcome] = stage.play(scenario).posted
        assert "Hello! I am compactbot." in shown(welcome)

    def test_what_is_said_behind_something_that_has_to_wait_waits_too(self, stage: Stage) -> None:
        stage.said = lambda _: [Reply((Text("One."),)), Reply((Text("Two."),)), Reply((Text("Three."),))]

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=ServerError())
            await bot.send(message_im(NOTICE))
            await until(lambda: stage.logged(logging.WARNING))
            await bot.deliverer.deliver()
            assert bot.slack.posted == []
            await next_try(bot, stage)

        assert [post.text for post in stage.play(scenario).posted] == ["One.", "Two.", "Three."]

    def test_what_is_for_a_person_alone_goes_on_though_the_channel_cannot_be_spoken_in(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=NotOk("not_in_channel"))
            await bot.send(app_mention("raise a concern"))
            await bot.settled()
            assert [put.outcome for put in bot.outbox()] == ["failed", "sent"]

        [post] = stage.play(scenario).posted
        assert post.channel == dm(ASKER)


async def asked_by_another(bot: Bot) -> object:
    """The answer to somebody else, while others wait for theirs."""
    before = len(bot.slack.posted)
    assert await bot.send(message_im(NOTICE, user=LEAD)) == 200
    await bot.slack.until(lambda: len(bot.slack.posted) > before)
    return bot.slack.posted[-1]


class TestTheProcessDies:
    def test_after_the_turn_and_before_it_could_send_the_answer_another_sends_it(self, stage: Stage) -> None:
        """Not before a minute has gone by, as it may be under way; and once, whoever else looks."""

        async def scenario(slack: SlackStandIn) -> None:
            payload = message_im(NOTICE)
            async with stage.another(slack) as dead:
                slack.fail("chat.postMessage", kind=Timeout(60))
                dying = asyncio.ensure_future(dead.answering._answer(payload))
                await slack.until(lambda: slack.calls["chat.postMessage"])
                dying.cancel()
            async with stage.another(slack) as one, stage.another(slack) as two:
                await one.deliverer.deliver()
                assert slack.posted == []
                stage.clock.advance(SOON)
                await asyncio.gather(one.deliverer.deliver(), two.deliverer.deliver())
                assert await one.deliverer.deliver() is None

        [answer] = stage.play_bare(scenario).posted
        assert SAYS in shown(answer)

    def test_after_it_sent_the_answer_nobody_sends_it_again(self, stage: Stage) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            payload = message_im(NOTICE)
            async with stage.another(slack) as dead:
                slack.fail("chat.postMessage", kind=Timeout(60, done=True))
                dying = asyncio.ensure_future(dead.answering._answer(payload))
                await slack.until(lambda: slack.posted)
                dying.cancel()
            stage.clock.advance(SOON)
            async with stage.start(slack) as bot:
                await bot.settled()

        assert len(stage.play_bare(scenario).posted) == 1

    def test_what_is_under_way_is_finished_before_the_program_stops(self, stage: Stage) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            slack.fail("chat.postMessage", kind=Timeout(60, done=True))
            async with stage.start(slack) as bot:
                await bot.send(message_im(NOTICE))
                await slack.until(lambda: slack.posted)
                assert [put.done for put in bot.outbox()] == [False]
                asyncio.get_running_loop().call_later(0.2, slack.wake)
            assert [put.outcome for put in bot.outbox()] == ["sent"]

        assert len(stage.play_bare(scenario).posted) == 1

    def test_a_press_in_private_is_answered_by_another_too(self, stage: Stage) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as bot:
                choice = await bot.ask(message_im(VAGUE))
                slack.fail("chat.postMessage", kind=ServerError())
                press = block_actions(elements(choice.blocks)[0] | {"block_id": "b"}, slack.origin())
                assert await bot.send(press) == 200
                await until(lambda: stage.logged(logging.WARNING))
            stage.clock.advance(SOON)
            async with stage.start(slack) as bot:
                await bot.settled()

        assert len(stage.play_bare(scenario).posted) == 2


class TestInTime:
    def test_slack_hears_at_once_that_we_have_it_however_long_the_answer_takes(self, stage: Stage) -> None:
        kind = Timeout(60, done=True)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", times=None, kind=kind)
            bot.slack.fail("respond", times=None, kind=kind)
            for payload in (
                message_im(NOTICE),
                app_mention(NOTICE),
                slash_command("/compact", NOTICE, bot.slack.origin()),
            ):
                assert await bot.send(payload) == 200
            await bot.slack.until(lambda: len(bot.slack.posted) == 2 and bot.slack.responded)
            assert not any(put.done for put in bot.outbox())
            bot.slack.wake()

        stage.play(scenario)

    @pytest.mark.parametrize("kind", [NotOk("internal_error"), Timeout(5), RateLimited(30)])
    def test_the_first_request_needs_no_call_of_slack_before_it_is_kept(self, stage: Stage, kind: Failure) -> None:
        """Nor does it matter that Slack cannot tell just then who we are."""

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("auth.test", times=None, kind=kind)
            assert SAYS in shown(await bot.ask(message_im(NOTICE)))
            assert SAYS in shown(await commanded(bot, NOTICE, bot.slack.origin()))

        assert stage.play(scenario).calls["auth.test"] == []
