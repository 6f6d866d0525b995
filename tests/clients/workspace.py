"""A Slack workspace with compactbot in it, both real: emulate keeps what is said, our whole Slack face answers over HTTP.

emulate sends no events: what a person says is posted with the person's own token, and told to us by a signed event.
"""

import asyncio
import html
import json
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot import composition
from bot.settings import Settings
from bot.slack.manifest import SCOPES
from bot.slack.running import EVENTS_PATH, slack
from bot.web import application
from tests.clients import HERE
from tests.clock import DrivenClock
from tests.slack.requests import (
    APP,
    BOT,
    BOT_USER,
    Json,
    Origin,
    Retry,
    app_home_opened,
    app_mention,
    block_actions,
    button,
    event_callback,
    message_im,
    sending,
    view_actions,
)

CHANNEL = "compact"
_ASKER = "ann"
_SECRET = "a secret of no worth"  # noqa: S105 - it guards nothing
_BOT_TOKEN, _ASKERS_TOKEN = "xoxb-compactbot", "xoxp-ann"
_SEED = {
    "slack": {
        # The bot has the scopes of its manifest and no others: a call that needs more is refused.
        "strict_scopes": True,
        "users": [{"name": _ASKER, "real_name": "Ann"}],
        "channels": [{"name": CHANNEL}],
        "oauth_apps": [
            {
                "app_id": APP,
                "client_id": "1.1",
                "client_secret": "none",
                "name": "compactbot",
                "redirect_uris": [],
                "scopes": SCOPES,
                "bot_id": BOT,
                "bot_user_id": BOT_USER,
                "bot_name": "compactbot",
            }
        ],
        "tokens": [
            {"token": _ASKERS_TOKEN, "type": "user", "user": _ASKER},
            {
                "token": _BOT_TOKEN,
                "type": "bot",
                "user_id": BOT_USER,
                "bot_user_id": BOT_USER,
                "bot_id": BOT,
                "app_id": APP,
                "scopes": SCOPES,
            },
        ],
    }
}
_LOOKS, _EVERY = 100, 0.05


@dataclass(frozen=True)
class Workspace:
    """The workspace as Ann has it before her: what she does, and what she then sees. Her channels go by their ids."""

    asker: str
    direct: str
    channel: str
    _ann: AsyncWebClient
    _bot: AsyncWebClient
    _http: aiohttp.ClientSession
    _slack: str
    _events: str

    async def write(self, text: str, thread: str | None = None) -> str:
        """Ann writes to the bot in private; returns the message's timestamp."""
        ts = await self._say(self.direct, text, thread)
        event = message_im(text, user=self.asker, ts=ts, thread_ts=thread)["event"]
        await self._tell(event_callback(event | {"channel": self.direct}))
        return ts

    async def mention(self, text: str) -> str:
        """Ann mentions the bot in the channel, and Slack tells of it twice; returns the message's timestamp."""
        ts = await self._say(self.channel, f"<@{BOT_USER}> {text}")
        told = app_mention(text, user=self.asker, channel=self.channel, ts=ts)
        await self._tell(told)
        await self._tell(told, Retry(1))
        return ts

    async def press(self, element: Json, message: Json) -> None:
        """Ann presses a button under a private message of the bot's."""
        pressed = button(element["action_id"], element["value"], label=element["text"]["text"])
        await self._tell(block_actions(pressed, await self._origin(), message=message))

    async def open_home(self) -> None:
        """Ann opens the app's Home tab."""
        event = app_home_opened("home", user=self.asker)["event"]
        await self._tell(event_callback(event | {"channel": self.direct}))

    async def press_at_home(self, says: str) -> None:
        """Ann presses the button of the Home tab that says `says`."""
        home = {"id": "V0HOME", "type": "home"}
        await self._tell(view_actions(button("say:1", says), home, await self._origin()))

    async def in_thread(self, channel: str, ts: str, count: int = 1) -> list[Json]:
        """What the bot has said in a thread, oldest first, once that is `count` messages."""
        return await self._heard("conversations.replies", {"channel": channel, "ts": ts}, count)

    async def in_private(self, count: int = 1) -> list[Json]:
        """What the bot has said to Ann outside of threads, oldest first, once that is `count` messages."""
        return await self._heard("conversations.history", {"channel": self.direct}, count)

    async def sees_view(self, words: str) -> bool:
        """Whether Ann comes to see `words` in the Home tab or a modal."""

        async def look() -> bool:
            async with self._http.get(f"{self._slack}/?tab=views") as answer:
                return words in html.unescape(await answer.text())

        return await _becomes(look)

    async def _origin(self) -> Origin:
        """An act of Ann's, by which it is told from every other."""
        made = await self._bot.api_call("views.generateTriggerId", json={"user_id": self.asker})
        return Origin(self.asker, self.direct, trigger_id=made["trigger_id"])

    async def _say(self, channel: str, text: str, thread: str | None = None) -> str:
        said = await self._ann.chat_postMessage(channel=channel, text=text, thread_ts=thread)
        return str(said["ts"])

    async def _tell(self, payload: Json, retry: Retry | None = None) -> None:
        sent = sending(payload, _SECRET, retry=retry)
        async with self._http.post(self._events, data=sent.body, headers=sent.headers) as answer:
            assert answer.status == HTTPStatus.OK

    async def _heard(self, method: str, arguments: Json, count: int) -> list[Json]:
        heard: list[Json] = []

        async def listen() -> bool:
            answer = await self._ann.api_call(method, json=arguments)
            heard[:] = [each for each in answer["messages"] if each["user"] == BOT_USER]
            return len(heard) >= count

        await _becomes(listen)
        return sorted(heard, key=lambda message: str(message["ts"]))


@asynccontextmanager
async def workspace(folder: Path, kept: Path) -> AsyncIterator[Workspace]:
    """A fresh workspace, with compactbot running in it from a fresh database in `folder`.

    `kept`: where the compiled knowledge is kept from one workspace to the next.
    """
    with _emulate() as address:
        ann, bot = (AsyncWebClient(token, f"{address}/api/") for token in (_ASKERS_TOKEN, _BOT_TOKEN))
        asker = str((await ann.auth_test())["user_id"])
        direct = await ann.api_call("conversations.open", json={"users": BOT_USER})
        channels = (await ann.api_call("conversations.list"))["channels"]
        channel = next(each["id"] for each in channels if each["name"] == CHANNEL)
        async with aiohttp.ClientSession() as http, _serving(_settings(folder, kept, address)) as events:
            yield Workspace(asker, direct["channel"]["id"], channel, ann, bot, http, address, events)


@contextmanager
def _emulate() -> Iterator[str]:
    command = ["node", str(HERE / "slack_emulator.mjs"), json.dumps(_SEED)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        address = process.stdout.readline().strip()
        assert address, "emulate did not start; make clients-setup installs it"
        yield address


def _settings(folder: Path, kept: Path, address: str) -> Settings:
    return Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'compactbot.db'}",
        cache_dir=kept,
        slack_bot_token=_BOT_TOKEN,
        slack_signing_secret=_SECRET,
        slack_api_url=f"{address}/api/",
    )


@asynccontextmanager
async def _serving(settings: Settings) -> AsyncIterator[str]:
    running = composition.running(settings, DrivenClock())
    async with AsyncExitStack() as stack:
        stack.callback(running.engine.dispose)
        face = await stack.enter_async_context(slack(settings, running))
        runner = web.AppRunner(application(face.routes, face.checks))
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0]
        yield f"http://{host}:{port}{EVENTS_PATH}"


async def _becomes(true: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(_LOOKS):
        if await true():
            return True
        await asyncio.sleep(_EVERY)
    return False
