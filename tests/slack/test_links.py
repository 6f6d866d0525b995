"""Buttons that open an address: Slack opens it, and tells us."""

from tests.slack.conftest import Bot, Stage
from tests.slack.requests import block_actions, button


def test_that_an_address_was_opened_is_acknowledged_and_nothing_is_said(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        pressed = button("open:1") | {"url": "https://meet.example.org/forum"}
        assert await bot.send(block_actions(pressed, bot.slack.origin())) == 200
        await bot.settled()

    slack = stage.play(scenario)
    assert (slack.posted, slack.responded, slack.opened) == ([], [], [])
