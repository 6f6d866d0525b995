"""Shortcuts: a concern is begun from Slack's own menu, or from that of a message."""

import pytest

from tests.slack.conftest import Bot, Stage, elements, shown
from tests.slack.requests import ASKER, GENERAL, Json, dm, global_shortcut, message_im, message_shortcut
from tests.slack.standin import NotOk

STORY = "They stopped paying us & told nobody."


class TestRaiseAConcern:
    @pytest.mark.parametrize(
        "payload", [global_shortcut("raise_concern"), message_shortcut("raise_concern_about", STORY)]
    )
    def test_it_begins_in_private_wherever_it_is_taken(self, stage: Stage, payload: Json) -> None:
        async def scenario(bot: Bot) -> None:
            origin = bot.slack.origin(ASKER, GENERAL)
            assert await bot.send(payload | {"trigger_id": origin.trigger_id}) == 200
            await bot.slack.until(lambda: bot.slack.posted)
            await bot.settled()

        slack = stage.play(scenario)
        [post] = slack.posted
        assert post.channel == dm(ASKER)
        assert "Raise a concern" in shown(post)
        assert (slack.ephemeral, slack.responded) == ([], [])

    def test_it_goes_on_with_what_is_typed_there(self, stage: Stage) -> None:
        """Also by the numbers of what can be picked."""

        async def scenario(bot: Bot) -> None:
            assert await bot.send(global_shortcut("raise_concern", bot.slack.origin())) == 200
            await bot.slack.until(lambda: bot.slack.posted)
            await bot.settled()
            assert "Are you raising it alone" in shown(await bot.ask(message_im("1")))

        stage.play(scenario)

    def test_where_slack_does_not_tell_our_conversation_it_begins_there_all_the_same(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            bot.slack.fail("conversations.open", kind=NotOk("internal_error"))
            assert await bot.send(global_shortcut("raise_concern", bot.slack.origin())) == 200
            await bot.slack.until(lambda: bot.slack.posted)
            await bot.settled()

        [post] = stage.play(scenario).posted
        assert post.channel == dm(ASKER)
        assert elements(post.blocks)
