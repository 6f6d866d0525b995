"""How many questions a second compactbot answers in Slack, beside a bare Bolt app that says the same to everything.

How that is measured is told in load.py. Always ends with exit code 0: this measures; the tests judge.
"""

import asyncio
import json
import time
from contextlib import ExitStack
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import load
from aiohttp import web
from rich.console import Console
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.running import EVENTS_PATH
from tests.slack.requests import ASKER, BOT, BOT_USER, TEAM, Sent, app_mention, sending

_SECRET = "a secret of no worth"  # noqa: S105 - it guards nothing
_TOKEN = "xoxb-of-no-worth"  # noqa: S105 - as above
_CONSTANT = "Please ask the people who look after the Compact in your organisation."
_ASKERS = 50


def main() -> None:
    """Measure and print."""
    load.without_proxies()
    console = Console(highlight=False)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        slack, told = stack.enter_context(load.child(_stand_in))
        api = f"http://{load.HOST}:{slack}/api/"
        bare, _ = stack.enter_context(load.child(_bare_app, api))
        settings = {"SLACK_BOT_TOKEN": _TOKEN, "SLACK_SIGNING_SECRET": _SECRET, "SLACK_API_URL": api}
        with load.compactbot(folder, settings) as (_, process):
            first = load.resting(process)
        ours, process = stack.enter_context(load.compactbot(folder, settings))
        before = load.resting(process)
        addresses = {
            "compactbot": f"http://{load.HOST}:{ours}{EVENTS_PATH}",
            "bare Bolt app": f"http://{load.HOST}:{bare}{EVENTS_PATH}",
        }
        rounds = asyncio.run(load.measured(addresses, _event, told))
        after = load.resting(process)
    console.print(load.rates("Slack", rounds))
    console.print(load.about(), "", style="dim")
    ours_, bare_ = rounds["compactbot"], rounds["bare Bolt app"]
    speed = [load.share_bar(ours_, bare_), load.slowest_bar(ours_)]
    console.print(load.bars("Slack", [*speed, *load.memory_bars(first, before, after)]))


def _event(question: str, number: int) -> tuple[str, Sent]:
    """A mention, with the thread that its answer goes to."""
    payload = app_mention(question, user=f"{ASKER}{number % _ASKERS}")
    return payload["event"]["ts"], sending(payload, _SECRET)


async def _stand_in(tell: Connection) -> None:
    """Slack's Web API as far as it is used here: all is well, and every message's arrival is told."""
    made = count(1)
    nobody = {"ok": True, "team": "Trust", "team_id": TEAM, "user": "compactbot", "user_id": BOT_USER, "bot_id": BOT}

    async def answer(request: web.BaseRequest) -> web.Response:
        body, at = await request.read(), time.perf_counter()
        if request.path != "/api/chat.postMessage":
            return web.json_response(nobody)
        message = json.loads(body)
        tell.send((message["thread_ts"], at))
        return web.json_response({"ok": True, "channel": message["channel"], "ts": f"{next(made)}.000000"})

    await load.served(web.ServerRunner(web.Server(answer)), tell)


async def _bare_app(tell: Connection, slack: str) -> None:
    """As little as a Bolt app can do with a mention."""
    app = AsyncApp(client=AsyncWebClient(token=_TOKEN, base_url=slack), signing_secret=_SECRET)

    @app.event("app_mention")
    async def answer(event: dict[str, Any], client: AsyncWebClient) -> None:
        place = {"channel": event["channel"], "thread_ts": event["ts"]}
        await client.chat_postMessage(**place, text=_CONSTANT, unfurl_links=False, unfurl_media=False)

    await load.served(web.AppRunner(app.web_app(EVENTS_PATH), access_log=None), tell)


if __name__ == "__main__":
    main()
