"""What people do with the bot in Slack, and what they then see."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tests.slack.conftest import NOTICE, SECRET, UNHEARD_OF, VAGUE, Bot
from tests.slack.filling import states
from tests.slack.requests import Json, Origin, block_actions, button, sending, slash_command, view_submission
from tests.slack.standin import Call, Cut, Opened, Posted, RateLimited, Responded, ServerError

SAYS = "The council gives three months' written notice before funding ends."
MORE = "More, just for me"
SHARE = "Share with the channel"
FAILURES = (RateLimited(1), ServerError(), Cut())
QUESTIONS = (NOTICE, VAGUE, UNHEARD_OF)


async def commanded(bot: Bot, text: str, origin: Origin) -> Responded:
    """The answer to `/compact`."""
    before = len(bot.slack.responded)
    assert await bot.send(slash_command("/compact", text, origin)) == 200
    await bot.slack.until(lambda: len(bot.slack.responded) > before)
    return bot.slack.responded[-1]


async def pressed(
    bot: Bot, action: Json, origin: Origin, message: Json | None = None, **container: object
) -> Responded:
    """The answer at the response URL to a press."""
    before = len(bot.slack.responded)
    payload = block_actions(action, origin, message=message)
    payload["container"] |= container
    assert await bot.send(payload) == 200
    await bot.slack.until(lambda: len(bot.slack.responded) > before)
    return bot.slack.responded[-1]


async def pressed_in_private(bot: Bot, action: Json, message: Json | None = None) -> Posted:
    """The answer to a press in somebody's direct messages with the bot."""
    before = len(bot.slack.posted)
    assert await bot.send(block_actions(action, bot.slack.origin(), message=message)) == 200
    await bot.slack.until(lambda: len(bot.slack.posted) > before)
    await bot.settled()
    return bot.slack.posted[-1]


def picked(picker: Json, day: str) -> Json:
    """A day picked from a calendar."""
    return picker | {"block_id": "b", "action_ts": "1.1", "selected_date": day}


def tries(calls: list[Call]) -> list[list[float]]:
    """When each message was tried to be sent, in seconds."""
    texts = dict.fromkeys(call.arguments["text"] for call in calls)
    return [[call.at for call in calls if call.arguments["text"] == text] for text in texts]


async def press(bot: Bot, says: str, origin: Origin, **message: Any) -> None:
    """Press a button that says something."""
    assert await bot.send(block_actions(button("say:1", says), origin, message=message)) == 200


async def opened(bot: Bot, times: int = 1) -> Opened:
    """The modal that was opened, or changed, last."""
    await bot.slack.until(lambda: len(bot.slack.opened) == times)
    return bot.slack.opened[-1]


async def submit(bot: Bot, modal: Opened, filled: Mapping[str, Sequence[str]], origin: Origin) -> Json:
    """Send a modal; gives what Slack is told at once."""
    bot.typed.extend(text for values in filled.values() for text in values)
    view = bot.slack.views[modal.view_id]
    sent = sending(view_submission(view, states(view, filled), origin), SECRET)
    status, body = await bot.post(sent.body, sent.headers)
    assert status == 200
    answer: Json = json.loads(body or "{}")
    return answer
