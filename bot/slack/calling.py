"""Calls of Slack's Web API, over one session of HTTP connections."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import CALL_ERRORS, send_error

RETRIES = 3
_ANSWERS_WITHIN, _CONNECTS_WITHIN = 30.0, 10.0
_WORTH_WAITING_FOR = 2.0

Answer = dict[str, Any]
Call = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class Slack:
    """Slack, as it is called.

    `once`: for what must not be done twice: where a call fails, it may have been carried out. `again`: for what may: it
    waits as long as Slack asks on 429, and tries again when Slack or the line fails.
    """

    once: AsyncWebClient
    again: AsyncWebClient
    session: aiohttp.ClientSession

    async def posted(self, method: str, arguments: dict[str, Any]) -> Answer:
        """What a method answers that must not be carried out twice. Raises SendError."""
        return await told(lambda: self.once.api_call(method, json=arguments))

    async def read(self, method: str, arguments: dict[str, Any]) -> Answer:
        """What a method answers that changes nothing. Raises SendError."""
        return await told(lambda: self.once.api_call(method, http_verb="GET", params=arguments))


@asynccontextmanager
async def connected(token: str, base_url: str) -> AsyncIterator[Slack]:
    """Slack, for as long as the context is open."""
    # Below that, Slack's client writes down all that it sends, which has in it what people wrote. It makes up those lines,
    # and throws them away, unless the very logger that it is given says so.
    quiet = logging.getLogger("slack_sdk")
    quiet.setLevel(logging.INFO)
    timeout = aiohttp.ClientTimeout(total=_ANSWERS_WITHIN, sock_connect=_CONNECTS_WITHIN)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        once = AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[], logger=quiet)
        again = AsyncWebClient(
            token=token, base_url=base_url, session=session, retry_handlers=retry_handlers(), logger=quiet
        )
        yield Slack(once, again, session)


def retry_handlers() -> list[AsyncRetryHandler]:
    """What has a call made again that may be."""
    return [
        AsyncRateLimitErrorRetryHandler(max_retry_count=RETRIES),
        AsyncServerErrorRetryHandler(max_retry_count=RETRIES),
        AsyncConnectionErrorRetryHandler(max_retry_count=RETRIES),
    ]


async def told(call: Call) -> Answer:
    """What a call answers. Raises SendError. Where Slack asks to wait for a moment only, waits once and calls again."""
    try:
        return _data(await call())
    except CALL_ERRORS as error:
        failed = send_error(error)
    if failed.retry_after is None or failed.retry_after > _WORTH_WAITING_FOR:
        raise failed
    await asyncio.sleep(failed.retry_after)
    try:
        return _data(await call())
    except CALL_ERRORS as error:
        raise send_error(error) from None


def _data(response: Any) -> Answer:
    answer: Answer = response.data
    return answer
