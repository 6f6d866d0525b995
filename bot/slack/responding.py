"""Answers to where a command was given or a button was pressed, by the address that Slack sends along for that."""

import asyncio
import logging
from collections.abc import Sequence

import aiohttp
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.calling import RETRIES, retry_handlers
from bot.slack.rendering import SlackMessage

_OK, _SERVER_ERROR = 200, 500
_log = logging.getLogger(__name__)


async def respond(
    session: aiohttp.ClientSession, url: str, shown: Sequence[SlackMessage], **how: str | bool | None
) -> bool:
    """Send messages there, in order; whether Slack took them all. `how`: what else Slack is to know of each."""
    hook = AsyncWebhookClient(url, session=session, retry_handlers=retry_handlers())
    for each in shown:
        content = {"text": each.text, "blocks": list(each.blocks), "unfurl_links": False, "unfurl_media": False}
        said = await hook.send_dict(content | how)
        for attempt in range(RETRIES):
            if said.status_code < _SERVER_ERROR:
                break
            # The retry handlers are asked about 429 and the line here, not about a Slack that fails.
            await asyncio.sleep(2**attempt)
            said = await hook.send_dict(content | how)
        if said.status_code != _OK:
            _log.error("an answer to a command or press was refused with status %d", said.status_code)
            return False
    return True
