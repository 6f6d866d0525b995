"""Buttons and calendars under the bot's messages."""

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from handlers.conversation import Choices, Message, Option, Reply, Text
from tests.slack.acting import commanded, picked, pressed, pressed_in_private
from tests.slack.conftest import NOTICE, UNHEARD_OF, VAGUE, Bot, Stage, elements, labelled, shown
from tests.slack.requests import (
    ASKER,
    GENERAL,
    Json,
    app_mention,
    block_actions,
    dm,
    message_im,
    moment,
)
from tests.slack.standin import (
    Channel,
    NotOk,
    SlackStandIn,
)
from tests.waiting import until

NO_TOPIC = "I have not found anything about that"


class TestButtons:
    def test_each_choice_answers(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            choice = await bot.ask(message_im(VAGUE))
            options = [each for each in elements(choice.blocks) if each["value"].startswith("about ")]
            assert len(options) > 1
            for option in options:
                answer = await pressed_in_private(bot, option | {"block_id": "b"})
                assert (answer.channel, answer.thread_ts) == (dm(ASKER), None)
                assert option["text"]["text"].partition(". ")[2] in shown(answer)

        stage.play(scenario)

    def test_a_press_in_a_thread_is_answered_there(self, stage: Stage) -> None:
        thread = moment()

        async def scenario(bot: Bot) -> None:
            choice = await bot.ask(message_im(VAGUE, thread_ts=thread))
            message = {"ts": choice.ts, "thread_ts": thread}
            answer = await pressed_in_private(bot, elements(choice.blocks)[0] | {"block_id": "b"}, message)
            assert answer.thread_ts == thread

        stage.play(scenario)

    def test_a_press_on_an_answer_between_two_other_people_is_answered_there_in_private(self, stage: Stage) -> None:
        """`/compact` works in their direct messages, where the bot is not and cannot post."""

        async def scenario(bot: Bot) -> None:
            bot.slack.channels["D0THEIRS"] = Channel("D0THEIRS", "", "im", bot_in=False)
            choice = await commanded(bot, VAGUE, bot.slack.origin(ASKER, "D0THEIRS"))
            origin = bot.slack.origin(ASKER, "D0THEIRS")
            option = elements(choice.blocks)[0] | {"block_id": "b"}
            answer = await pressed(bot, option, origin, is_ephemeral=True)
            assert (answer.url, answer.response_type) == (origin.response_url, "ephemeral")

        stage.play(scenario)

    def test_a_month_later_after_a_fresh_start_every_button_still_answers(self, stage: Stage, tmp_path: Path) -> None:
        """A button holds all that it says: no memory is needed."""
        fresh = tmp_path / "fresh.db"

        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as bot:
                buttons = [
                    button
                    for text in (NOTICE, VAGUE, UNHEARD_OF, "topics", "sections")
                    for button in elements((await bot.ask(message_im(text))).blocks)
                ]
            stage.clock.advance(timedelta(days=31))
            async with stage.start(slack, database=fresh) as bot:
                for button in buttons:
                    answer = await pressed_in_private(bot, button | {"block_id": "b"})
                    assert NO_TOPIC not in shown(answer), button
                    assert "quote" not in answer.text, button
            assert len(buttons) > 10

        stage.play_bare(scenario)

    def test_a_verdict_counts_once(self, stage: Stage) -> None:
        """Pressed again, it says so."""

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(message_im(NOTICE))
            helped = labelled(answer.blocks, "Yes, that helped")
            assert "Thank you for telling me" in shown(await pressed_in_private(bot, helped))
            assert "You have told me" in shown(await pressed_in_private(bot, helped))
            with closing(sqlite3.connect(stage.database)) as database:
                assert database.execute("SELECT topic, helped, did_not_help FROM verdicts").fetchall() == [
                    ("notice", 1, 0)
                ]

        stage.play(scenario)

    def test_a_picked_day_works_a_date_out(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(message_im(NOTICE))
            ends, begins = elements(answer.blocks, "datepicker")
            assert "31 December 2026" in shown(await pressed_in_private(bot, picked(ends, "2027-03-31")))
            assert "30 June 2027" in shown(await pressed_in_private(bot, picked(begins, "2027-03-31")))

        stage.play(scenario)

    def test_a_press_that_nobody_listens_for_is_logged_without_what_it_says(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            action = {"type": "button", "action_id": "unknown", "value": "my secret words", "block_id": "b"}
            assert await bot.send(block_actions(action, bot.slack.origin())) == 404

        slack = stage.play(scenario)
        assert (slack.posted, slack.responded) == ([], [])


def asking(message: Message) -> list[Reply]:
    """A matter that one press settles, beside one that it does not."""
    if message.text in {"yes", "no"}:
        return [Reply((Text("So be it."),))]
    settle = Choices((Option("Yes", "yes"), Option("No", "no")), numbered=False, once=True)
    return [Reply((Text("Shall I?"), settle, Choices((Option("Topics", "topics"),), numbered=False)))]


class TestOnce:
    """Of buttons of which one settles the matter, none is left."""

    def test_they_go_when_one_is_pressed(self, stage: Stage) -> None:
        stage.said = asking

        async def scenario(bot: Bot) -> None:
            question = await bot.ask(app_mention("may I?"))
            [yes] = [each for each in elements(question.blocks) if each["value"] == "yes"]
            message = {"ts": question.ts, "text": question.text, "blocks": list(question.blocks)}
            block = next(each["block_id"] for each in question.blocks if yes in each.get("elements", ()))
            await pressed(bot, yes | {"block_id": block}, bot.slack.origin(channel=GENERAL), message)
            await bot.slack.until(lambda: bot.slack.updated)

        [update] = stage.play(scenario).updated
        assert [each["value"] for each in elements(update.blocks)] == ["topics"]
        assert "Shall I?" in shown(update)

    @pytest.mark.parametrize("shows", [{}, {"blocks": []}])
    def test_they_stay_where_slack_does_not_show_the_message_or_does_not_let_us(
        self, stage: Stage, shows: Json
    ) -> None:
        stage.said = asking

        async def scenario(bot: Bot) -> None:
            question = await bot.ask(message_im("may I?"))
            yes = elements(question.blocks)[0] | {"block_id": "once:1:0"}
            message = {"ts": question.ts, "text": question.text}
            await pressed_in_private(bot, yes, message | shows)
            bot.slack.fail("chat.update", kind=NotOk("cant_update_message"))
            await pressed_in_private(bot, yes, message | {"blocks": list(question.blocks)})
            await until(lambda: stage.logged(logging.WARNING))

        assert stage.play(scenario).updated == []
        assert stage.logged(logging.WARNING) == [
            "buttons that have done their work could not be taken away: cant_update_message"
        ]
