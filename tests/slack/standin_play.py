"""Plays scenarios against the stand-in of Slack and Slack's own clients of it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.requests import (
    GENERAL,
    Json,
)
from tests.slack.standin import (
    Channel,
    SlackStandIn,
    Surface,
)

SECRET = "signing"  # noqa: S105 - it signs for these tests only
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
INPUT = {
    "type": "input",
    "block_id": "what",
    "label": {"type": "plain_text", "text": "What"},
    "element": {"type": "plain_text_input", "action_id": "said"},
}
TITLE = {"type": "plain_text", "text": "Raise"}
MODAL = {"type": "modal", "title": TITLE, "submit": TITLE, "blocks": [INPUT]}
HOME = {"type": "home", "blocks": [SECTION]}
METADATA = {"event_type": "reminder", "event_payload": {"key": "1"}}

Scenario = Callable[[SlackStandIn, AsyncWebClient], Awaitable[None]]


def no_bogus(blocks: list[Json], surface: Surface) -> list[str]:
    """A check of blocks that finds fault with one made-up type."""
    return [f"{surface}: bogus" for block in blocks if block["type"] == "bogus"]


def run(scenario: Scenario, *, agent: bool = True) -> None:
    """Plays a scenario against a stand-in and Slack's own client of it."""

    async def play() -> None:
        async with SlackStandIn(no_bogus, agent=agent) as slack:
            await scenario(slack, AsyncWebClient(slack.bot_token, base_url=slack.url))

    asyncio.run(play())


async def refusal(client: AsyncWebClient, method: str, arguments: Json) -> str:
    """The error with which a method refuses arguments."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def refused_with(method: str, arguments: Json) -> str:
    """The error with which a fresh stand-in refuses arguments (sent as a form where the method reads no JSON)."""
    errors = []

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.channels["C0OLD"] = Channel("C0OLD", "old", archived=True)
        slack.channels["C0OTHER"] = Channel("C0OTHER", "other", bot_in=False)
        slack.channels["C0SECRET"] = Channel("C0SECRET", "secret", "private", bot_in=False)
        theirs = slack.write("by a user", channel=GENERAL)
        arguments.update({"ts": theirs} if arguments.get("ts") == "theirs" else {})
        arguments.update({"trigger_id": slack.trigger()} if arguments.get("trigger_id") == "good" else {})
        errors.append(await refusal(client, method, arguments))
        assert [found.error for found in slack.refused] == errors
        assert [*slack.posted, *slack.ephemeral, *slack.updated, *slack.deleted, *slack.opened, *slack.published] == []

    run(scenario)
    return errors[0]
