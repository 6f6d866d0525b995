"""Each activity is answered once: when Teams sends it again, when Teams fails, and when we do."""

import asyncio
import logging
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from bot import answering
from bot.store.inbox import HELD_FOR, IDS_KEPT_FOR, MOST_ATTEMPTS, SqlInbox
from bot.teams import adapter, reading
from handlers.conversation import Message, Platform, Reply, Text
from tests.teams.activities import ANOTHER, chat, in_channel, personal, pressed
from tests.teams.conftest import NOTICE, VAGUE, Bot, Stage, buttons, until
from tests.teams.connector import Failure, Teams

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
        monkeypatch.setattr(adapter, "_WAIT", 0.05)

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(429), times=9)
            assert await bot.send(personal(NOTICE)) == 200
            await until(lambda: stage.logged(logging.WARNING))
            times = [call.at for call in bot.teams.calls]
            waits = [after - before for before, after in pairwise(times)]
            assert len(waits) == 3
            assert waits[0] < waits[1] < waits[2]

        stage.play(scenario)

    @pytest.mark.parametrize("failure", [Failure(500), Failure(503), Failure(401), Failure(429, "3600"), Failure(None)])
    def test_what_fails_is_answered_later(self, stage: Stage, failure: Failure) -> None:
        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                teams.fail(failure)
                assert await bot.send(personal(NOTICE)) == 200
                await until(lambda: stage.logged(logging.WARNING))
            stage.clock.advance(SOON)
            async with stage.start(teams) as bot:
                await bot.settled()
            assert [said.conversation for said in teams.said] == [chat()]

        stage.play_bare(scenario)

    @pytest.mark.parametrize("status", [400, 403, 404, 413])
    def test_what_cannot_be_answered_is_told_the_operator_and_let_go(self, stage: Stage, status: int) -> None:
        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(status))
            assert await bot.answers(personal(NOTICE)) == []

        assert len(stage.play(scenario).calls) == 1
        [error] = stage.logged(logging.ERROR)
        assert error.endswith(f"cannot be answered: Teams answered {status}")

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

    def test_a_press_taken_up_again_is_no_second_press(self, stage: Stage) -> None:
        """Its own use of the card does not count against it."""

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                question = personal(VAGUE)
                choice = await bot.ask(question)
                teams.fail(Failure(500), call="POST")
                assert await bot.send(pressed(next(iter(buttons(choice).values())), choice.id, question)) == 200
                await until(lambda: stage.logged(logging.WARNING))
            stage.clock.advance(SOON)
            async with stage.start(teams) as bot:
                await bot.settled()
            assert [said.instead for said in teams.said] == [False, True, True, False]
            assert "picked already" not in str(teams.said[-1].activity)

        stage.play_bare(scenario)

    def test_what_fails_too_often_is_given_up(self, stage: Stage) -> None:
        async def scenario(teams: Teams) -> None:
            for attempt in range(MOST_ATTEMPTS + 1):
                teams.fail(Failure(500))
                async with stage.start(teams) as bot:
                    if attempt == 0:
                        assert await bot.send(personal(NOTICE)) == 200
                    await asyncio.sleep(0.2)
                stage.clock.advance(SOON)
            assert len(teams.calls) == MOST_ATTEMPTS

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
        """An answer that cannot be noted may come twice, and never not at all."""

        def breaks(_: Message) -> list[Reply]:
            rename("inbox", "gone")
            return [Reply((Text("Once."),))]

        def rename(table: str, to: str) -> None:
            with stage.engines[-1].begin() as connection:
                connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")

        stage.handle = breaks

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                assert await bot.send(personal(NOTICE)) == 200
                await until(lambda: stage.logged(logging.WARNING))
            async with stage.start(teams):
                await until(lambda: len(stage.logged(logging.WARNING)) >= 3)
            rename("gone", "inbox")
            stage.clock.advance(SOON)
            stage.handle = None
            async with stage.start(teams) as bot:
                await bot.settled()
            assert len(teams.said) == 2

        stage.play_bare(scenario)
        told = [line.rpartition(": ")[0].partition(" is ")[2] for line in stage.logged(logging.WARNING)[:1]]
        assert told == ["answered, which cannot be noted"]
        assert {line.partition(":")[0] for line in stage.logged(logging.WARNING)[1:]} == {
            "events left unanswered could not be taken up",
            "what is too old could not be deleted",
        }

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


def cards(bot: Bot) -> int:
    """How many cards are kept."""
    with bot.running.engine.begin() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM cards").scalar_one())
