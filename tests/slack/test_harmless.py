"""What people write notifies nobody and formats nothing."""

import pytest

from tests.slack.acting import SHARE, commanded, pressed
from tests.slack.blocks import texts
from tests.slack.conftest import NOTICE, UNHEARD_OF, Bot, Stage, labelled, shown
from tests.slack.requests import (
    ASKER,
    GENERAL,
    LEAD,
    app_mention,
    message_im,
)
from tests.slack.standin import (
    SlackStandIn,
)


@pytest.mark.parametrize("text", [f"<!channel> {NOTICE}", f"{UNHEARD_OF} <!channel>", f"<@{LEAD}> <!here> notice?"])
class TestHarmless:
    """What people write notifies nobody and formats nothing, wherever it is shown again."""

    def test_in_a_direct_message_or_a_channel(self, stage: Stage, text: str) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(message_im(text))
            await bot.ask(app_mention(text))

        self._assert_fires_nothing(stage.play(scenario))

    def test_in_an_answer_that_is_shared(self, stage: Stage, text: str) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, text, bot.slack.origin(ASKER, GENERAL))
            await pressed(bot, labelled(answer.blocks, SHARE), bot.slack.origin(ASKER, GENERAL))
            await bot.slack.until(lambda: len(bot.slack.responded) >= 3)
            assert any("&lt;!" in part for part in texts(list(bot.slack.responded[1].blocks)))

        self._assert_fires_nothing(stage.play(scenario))

    def _assert_fires_nothing(self, slack: SlackStandIn) -> None:
        for message in (*slack.posted, *slack.responded):
            assert "<!" not in shown(message)
            assert f"<@{LEAD}>" not in shown(message)
