"""What people see who give the slash command, and share its answer."""

import asyncio
import logging
from dataclasses import replace

import pytest

from bot.slack import responding
from tests.slack.acting import (
    FAILURES,
    MORE,
    QUESTIONS,
    SAYS,
    SHARE,
    commanded,
    pressed,
    tries,
)
from tests.slack.conftest import NOTICE, Bot, Stage, elements, labelled, shown
from tests.slack.requests import (
    ASKER,
    GENERAL,
    block_actions,
    button,
    dm,
    moment,
    slash_command,
)
from tests.slack.standin import (
    ServerError,
)
from tests.waiting import until


class TestCommand:
    def test_the_answer_is_for_the_asker_alone_with_a_button_to_share_it(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            origin = bot.slack.origin(ASKER, GENERAL)
            answer = await commanded(bot, NOTICE, origin)
            assert (answer.url, answer.response_type) == (origin.response_url, "ephemeral")
            assert SAYS in shown(answer)
            assert labelled(answer.blocks, SHARE)["value"] == NOTICE

        slack = stage.play(scenario)
        assert (slack.posted, slack.calls["chat.postMessage"]) == ([], [])

    @pytest.mark.parametrize("text", ["", "  ", "?"])
    def test_without_a_question_it_says_what_to_ask(self, stage: Stage, text: str) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, text, bot.slack.origin(ASKER, GENERAL))
            assert "Please ask me something in words, for example: how much notice" in shown(answer)

        stage.play(scenario)

    def test_shared_it_names_the_asker_and_the_private_message_gives_way(self, stage: Stage) -> None:
        """The channel sees the question and the short answer."""

        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
            origin = bot.slack.origin(ASKER, GENERAL)
            await pressed(bot, labelled(answer.blocks, SHARE), origin, is_ephemeral=True)
            await bot.slack.until(lambda: len(bot.slack.responded) == 3)
            _, public, private = bot.slack.responded
            assert {public.url, private.url} == {origin.response_url}
            assert (public.response_type, public.replace_original) == ("in_channel", False)
            assert (private.response_type, private.replace_original) == ("ephemeral", True)
            assert f"<@{ASKER}> asked: {NOTICE}" in shown(public)
            assert SAYS in shown(public)
            assert labelled(public.blocks, MORE)
            assert elements(private.blocks) == []

        stage.play(scenario)

    def test_pressed_twice_before_it_gives_way_it_is_shared_once(self, stage: Stage) -> None:
        """Also by two presses at the same moment, and by one that comes late."""

        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
            share, message = labelled(answer.blocks, SHARE), {"ts": moment()}
            presses = [block_actions(share, bot.slack.origin(ASKER, GENERAL), message=message) for _ in range(3)]
            assert await asyncio.gather(*(bot.send(press) for press in presses[:2])) == [200, 200]
            await bot.settled()
            assert await bot.send(presses[2]) == 200
            await bot.settled()

        slack = stage.play(scenario)
        kinds = [said.response_type for said in slack.responded]
        assert kinds == ["ephemeral", "in_channel", "ephemeral"]

    def test_two_answers_are_shared_each(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for _ in range(2):
                answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
                await bot.send(block_actions(labelled(answer.blocks, SHARE), bot.slack.origin(ASKER, GENERAL)))
                await bot.settled()

        slack = stage.play(scenario)
        assert [said.response_type for said in slack.responded].count("in_channel") == 2

    def test_what_is_for_the_person_alone_is_neither_told_there_nor_offered_to_be_shared(self, stage: Stage) -> None:
        """It is in their direct messages; should an older button still share it, it stays there."""

        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, "raise a concern", bot.slack.origin(ASKER, GENERAL))
            assert shown(answer).count("I have written to you in private.") == 2
            assert elements(answer.blocks) == []
            await bot.settled()
            share = button("share", "raise a concern")
            assert await bot.send(block_actions(share, bot.slack.origin(ASKER, GENERAL))) == 200
            await bot.settled()

        slack = stage.play(scenario)
        assert [post.channel for post in slack.posted] == [dm(ASKER)] * 2
        assert "Raise a concern" in shown(slack.posted[0])
        assert all("Raise a concern" not in shown(said) for said in slack.responded)

    def test_the_private_message_stays_where_it_could_not_be_shared(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
            origin = replace(bot.slack.origin(ASKER, GENERAL), response_url=bot.slack.response_url(age=2_000))
            await bot.send(block_actions(labelled(answer.blocks, SHARE), origin))
            await bot.slack.until(lambda: bot.slack.refused)

        slack = stage.play(scenario, refused=["expired_url"])
        assert len(slack.responded) == 1
        assert stage.logged(logging.ERROR) == ["an answer to a command or press was refused with status 404"]

    def test_an_answer_is_sent_again_until_slack_takes_it_and_then_no_more(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for kind in FAILURES:
                bot.slack.fail("respond", kind=kind)
            for text in QUESTIONS:
                await bot.send(slash_command("/compact", text, bot.slack.origin()))
            await bot.slack.until(lambda: len(bot.slack.responded) == len(QUESTIONS))

        first, *others = tries(stage.play(scenario).calls["respond"])
        assert first[1] - first[0] > 1, "as Slack asked"
        assert [len(each) for each in (first, *others)] == [2] * len(FAILURES)

    def test_an_answer_that_slack_does_not_take_in_the_end_is_a_line_in_the_log(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(responding, "RETRIES", 0)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("respond", times=None, kind=ServerError())
            await bot.send(slash_command("/compact", NOTICE, bot.slack.origin()))
            await until(lambda: stage.logged(logging.ERROR))

        stage.play(scenario)
        assert stage.logged(logging.ERROR) == ["an answer to a command or press was refused with status 500"]
