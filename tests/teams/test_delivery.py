"""Each activity is answered once: when Teams sends it again, when Teams fails, and when we do."""

import asyncio
import logging
import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest

from bot import answering
from bot.store.inbox import HELD_FOR, IDS_KEPT_FOR, MOST_ATTEMPTS, SqlInbox
from bot.teams import adapter, reading
from handlers.conversation import Message, Platform, Reply, Text
from handlers.home import WELCOME
from tests.teams.activities import (
    ANOTHER,
    Json,
    alone,
    chat,
    in_channel,
    in_group,
    installed,
    personal,
    pressed,
)
from tests.teams.conftest import MORE, NOTICE, VAGUE, Bot, Stage, buttons, shown
from tests.teams.connector import Failure, Teams
from tests.waiting import until

SOON = HELD_FOR + timedelta(seconds=1)


class TestSentAgain:
    def test_what_teams_sends_again_is_answered_once(self, stage: Stage) -> None:
        """At once, and all at the same time; on one machine and on another."""
        question = personal(NOTICE)

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as one, stage.start(teams) as two:
                statuses = await asyncio.gather(*(bot.send(question) for bot in (one, two) * 5))
                assert statuses == [200] * 10
                await one.settled()
                await two.settled()
                assert await two.send(question) == 200
                await two.settled()
            assert len(teams.said) == 1

        stage.play_bare(scenario)

    def test_a_press_sent_again_counts_once(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            question = personal(VAGUE)
            choice = await bot.ask(question)
            press = pressed(next(iter(buttons(choice).values())), choice.id, question)
            assert len(await bot.answers(press)) == 2
            assert await bot.answers(press) == []

        stage.play(scenario)

    def test_the_same_number_in_another_conversation_is_another_message(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            question = personal(NOTICE)
            await bot.ask(question)
            await bot.ask(personal(NOTICE, user=ANOTHER, id=question["id"]))

        stage.play(scenario)

    def test_an_answered_message_is_not_kept(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(personal(NOTICE))
            [row] = bot.inbox()
            assert (row.payload, row.done) == (None, True)

        stage.play(scenario)


class TestTeamsFails:
    @pytest.mark.parametrize("status", [412, 429, 502, 504])
    def test_a_send_is_tried_again_after_as_long_as_teams_asks(self, stage: Stage, status: int) -> None:
        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(status, "1"))
            await bot.ask(personal(NOTICE))
            first, second = bot.teams.calls
            assert (first.status, second.status) == (status, 200)
            assert second.at - first.at >= 1

        stage.play(scenario)

    def test_without_a_word_of_teams_it_waits_longer_each_time_and_not_for_ever(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(adapter, "_WAIT", 0.2)

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(429), times=9)
            assert await bot.send(personal(NOTICE)) == 200
            await until(lambda: stage.logged(logging.WARNING))
            times = [call.at for call in bot.teams.calls]
            waits = [after - before for before, after in pairwise(times)]
            assert len(waits) == 3
            assert waits[0] < waits[1] < waits[2]

        stage.play(scenario)

    def test_a_card_that_is_said_and_cannot_be_kept_is_not_said_again(self, stage: Stage) -> None:
        """Its buttons go on as they are."""

        async def scenario(bot: Bot) -> None:
            with closing(sqlite3.connect(stage.database)) as database:
                database.execute("ALTER TABLE cards RENAME TO elsewhere")
                card = await bot.ask(personal(VAGUE))
                database.execute("ALTER TABLE elsewhere RENAME TO cards")
            assert buttons(card)
            assert "a card that was sent could not be kept: OperationalError" in stage.logged(logging.WARNING)
            assert [put.done for put in bot.outbox()] == [True]

        assert len(stage.play(scenario).said) == 1

    @pytest.mark.parametrize("failure", [Failure(500), Failure(503), Failure(401), Failure(429, "3600"), Failure(None)])
    def test_what_fails_is_said_later_and_once(self, stage: Stage, failure: Failure) -> None:
        """As late as Teams asks, and no earlier."""
        asked_for = timedelta(seconds=int(failure.retry_after or 2))

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(failure)
            assert await bot.send(personal(NOTICE)) == 200
            await bot.put_off(asked_for)
            stage.clock.advance(asked_for - timedelta(seconds=1))
            await bot.deliverer.deliver()
            assert bot.teams.said == []
            stage.clock.advance(timedelta(seconds=1))
            bot.deliverer.wake()
            await bot.settled()
            assert [(put.outcome, put.attempts) for put in bot.outbox()] == [("sent", 2)]

        assert [each.conversation for each in stage.play(scenario).said] == [chat()]

    @pytest.mark.parametrize("status", [500, None])
    def test_what_teams_took_without_saying_so_comes_twice_at_most(self, stage: Stage, status: int | None) -> None:
        """As Teams cannot be asked what is there."""

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(status, taken=True))
            assert await bot.send(personal(NOTICE)) == 200
            await bot.put_off()
            stage.clock.advance(timedelta(seconds=2))
            bot.deliverer.wake()
            await bot.settled()
            assert await bot.deliverer.deliver() is None

        one, two = stage.play(scenario).said
        assert one.card == two.card

    @pytest.mark.parametrize("status", [400, 403, 404, 413])
    def test_what_cannot_be_said_is_told_the_operator_and_let_go(self, stage: Stage, status: int) -> None:
        question = personal(NOTICE)

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(status))
            assert await bot.answers(question) == []
            assert [put.failure for put in bot.outbox()] == [f"Teams answered {status}"]

        assert len(stage.play(scenario).calls) == 1
        assert stage.logged(logging.ERROR) == [
            f"post reply:teams:{reading.key(question)}:0 cannot be sent: Teams answered {status}"
        ]

    def test_a_bot_that_cannot_sign_in_says_it_all_once_it_can(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(adapter, "_REFUSED_FOR", 0.0)

        async def scenario(bot: Bot) -> None:
            bot.teams.refusal = {"error": "invalid_client", "error_codes": [7000215]}
            assert await bot.send(personal(NOTICE)) == 200
            await bot.put_off()
            bot.teams.refusal = None
            stage.clock.advance(timedelta(seconds=2))
            bot.deliverer.wake()
            await bot.settled()

        assert len(stage.play(scenario).said) == 1
        [warning] = stage.logged(logging.WARNING)
        assert warning.endswith(":0 will be tried again: invalid_client AADSTS7000215")

    def test_what_is_said_behind_something_that_has_to_wait_waits_too(self, stage: Stage) -> None:
        stage.handle = lambda _: [Reply((Text(word),)) for word in ("One.", "Two.", "Three.")]

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(500))
            assert await bot.send(personal(NOTICE)) == 200
            await bot.put_off()
            await bot.deliverer.deliver()
            assert bot.teams.said == []
            stage.clock.advance(timedelta(seconds=2))
            bot.deliverer.wake()
            await bot.settled()

        said = stage.play(scenario).said
        assert [each.activity["summary"] for each in said] == ["One.", "Two.", "Three."]

    def test_a_newcomers_welcome_is_not_lost(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(500))
            assert await bot.send(installed(alone())) == 200
            await bot.put_off()
            stage.clock.advance(timedelta(seconds=2))
            bot.deliverer.wake()
            await bot.settled()

        [hello] = stage.play(scenario).said
        assert WELCOME in shown(hello)

    def test_one_that_fails_holds_up_no_other(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(429, "2"))
            assert await bot.send(personal(NOTICE)) == 200
            await bot.teams.until(lambda: bot.teams.calls)
            assert await bot.send(in_channel(NOTICE)) == 200
            await bot.teams.until(lambda: bot.teams.said)
            assert bot.teams.said[0].conversation != chat()

        stage.play(scenario)


class TestWeFail:
    def test_a_process_that_dies_leaves_its_questions_to_the_next(self, stage: Stage) -> None:
        """Not before it is sure to be dead."""
        question = in_channel(NOTICE)

        async def scenario(teams: Teams) -> None:
            whole = question | {"serviceUrl": teams.url}
            kept = SqlInbox(stage.running().engine, Platform.TEAMS)
            assert kept.receive(reading.key(whole), whole, stage.clock.now())
            async with stage.start(teams):
                await asyncio.sleep(0.1)
                assert teams.said == []
            stage.clock.advance(SOON)
            async with stage.start(teams) as bot:
                await bot.settled()
            assert len(teams.said) == 1

        stage.play_bare(scenario)

    @pytest.mark.parametrize("question", [personal(NOTICE), in_channel(NOTICE), in_group(NOTICE)])
    def test_an_answer_that_a_dead_process_did_not_send_another_sends(self, stage: Stage, question: Json) -> None:
        """Not before a minute has gone by, as it may be under way; and once, whoever else looks."""

        async def scenario(teams: Teams) -> None:
            whole = question | {"serviceUrl": teams.url}
            async with stage.another(teams) as dead:
                teams.hold = asyncio.Event()
                dying = asyncio.ensure_future(dead.answering._answer(whole))
                await teams.until(lambda: teams.calls)
                dying.cancel()
            teams.hold = None
            async with stage.another(teams) as one, stage.another(teams) as two:
                await one.deliverer.deliver()
                assert teams.said == []
                stage.clock.advance(SOON)
                await asyncio.gather(one.deliverer.deliver(), two.deliverer.deliver())
                assert await one.deliverer.deliver() is None

        [answer] = stage.play_bare(scenario).said
        assert answer.conversation == question["conversation"]["id"]
        assert "three months' written notice" in shown(answer)

    def test_a_press_taken_up_again_is_no_second_press(self, stage: Stage) -> None:
        """Its own use of the card does not count against it."""

        async def scenario(teams: Teams) -> None:
            question = personal(VAGUE)
            async with stage.start(teams) as bot:
                choice = await bot.ask(question)
            stage.handle = stage.breaking
            async with stage.start(teams) as bot:
                assert await bot.send(pressed(next(iter(buttons(choice).values())), choice.id, question)) == 200
                await until(lambda: "NotSettledError" in str(stage.logged(logging.WARNING)))
            stage.mend()
            stage.clock.advance(SOON)
            stage.handle = None
            async with stage.start(teams) as bot:
                await bot.settled()
            assert [said.instead for said in teams.said] == [False, True, False]
            assert "picked already" not in str(teams.said[-1].activity)

        stage.play_bare(scenario)

    def test_what_fails_too_often_is_given_up(self, stage: Stage) -> None:
        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                question = in_channel(NOTICE)
                answer = await bot.ask(question)
                begins = Failure(500)
                teams.fail(begins, call="POST /teams/v3/conversations", times=MOST_ATTEMPTS + 1)
                assert await bot.send(pressed(buttons(answer)[MORE], answer.id, question)) == 200
                await until(partial(tried, stage, 1))
            for attempt in range(2, MOST_ATTEMPTS + 1):
                stage.clock.advance(SOON)
                async with stage.start(teams):
                    await until(partial(tried, stage, attempt))
            stage.clock.advance(SOON)
            async with stage.start(teams) as bot:
                await bot.settled()
            assert len(teams.failures) == 1

        stage.play_bare(scenario)
        [error] = stage.logged(logging.ERROR)
        assert error.endswith("is given up: it was tried too often")

    def test_stopping_waits_for_what_is_under_way(self, stage: Stage) -> None:
        def slowly(_: Message) -> list[Reply]:
            time.sleep(0.5)
            return [Reply((Text("At last."),))]

        stage.handle = slowly

        async def scenario(bot: Bot) -> None:
            assert await bot.send(personal(NOTICE)) == 200

        assert len(stage.play(scenario).said) == 1

    def test_what_takes_long_is_not_taken_up_by_another(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is held for as long as it takes."""
        monkeypatch.setattr(answering, "_HOLD_EVERY", 0.05)
        asked: list[str] = []

        def slowly(message: Message) -> list[Reply]:
            asked.append(message.text)
            time.sleep(0.5)
            return [Reply((Text("At last."),))]

        stage.handle = slowly

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                assert await bot.send(personal(NOTICE)) == 200
                await until(lambda: asked)
                stage.clock.advance(SOON)
                await asyncio.sleep(0.2)
                async with stage.start(teams):
                    await bot.settled()
            assert len(teams.said) == 1

        stage.play_bare(scenario)
        assert asked == [NOTICE]

    def test_a_database_that_fails_is_told_and_asked_again(self, stage: Stage) -> None:
        """Whatever cannot be kept is not said, but taken up once it can be."""
        stage.handle = stage.breaking
        expected = {"events left unanswered could not be taken up", "what is too old could not be deleted"}

        def warned() -> set[str]:
            return {line.partition(":")[0] for line in stage.logged(logging.WARNING)[2:]}

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                assert await bot.send(personal(NOTICE)) == 200
                await until(lambda: len(stage.logged(logging.WARNING)) >= 2)
            async with stage.start(teams):
                await until(lambda: warned() >= expected)
            stage.mend()
            assert teams.said == []
            stage.clock.advance(SOON)
            stage.handle = None
            async with stage.start(teams) as bot:
                await bot.settled()
            assert len(teams.said) == 1

        stage.play_bare(scenario)
        assert warned() <= expected | {"the outbox could not be read"}

    def test_what_is_old_is_forgotten(self, stage: Stage) -> None:
        """Ids after a week, cards after a month."""

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                await bot.ask(personal(NOTICE))
                assert cards(bot) == 1
            stage.clock.advance(IDS_KEPT_FOR + timedelta(hours=1))
            async with stage.start(teams) as bot:
                await until(lambda: not bot.inbox())
                assert cards(bot) == 1
            stage.clock.advance(timedelta(days=30))
            async with stage.start(teams) as bot:
                await until(lambda: not cards(bot))

        stage.play_bare(scenario)


def tried(stage: Stage, times: int) -> bool:
    """Whether it was told that often that something failed."""
    return len(stage.logged(logging.WARNING)) == times


def cards(bot: Bot) -> int:
    """How many cards are kept."""
    with bot.running.engine.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM cards").scalar_one())
