"""The stand-in served over HTTP: the Web API, the response URLs, and Socket Mode."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, count, repeat
from typing import Self, TypeVar, assert_never
from uuid import uuid4

from aiohttp import web

from tests.slack.requests import ASKER, TEAM, Json, Origin, dm
from tests.slack.standin.arguments import (
    CONTENT,
    RESPONDING,
    UNFURLING,
    Content,
    body_of,
    check_names,
    checked,
    content_in,
    flag,
    parsed,
    received,
    string,
    text_length,
    thread_in,
)
from tests.slack.standin.methods import METHODS
from tests.slack.standin.socket import Socket
from tests.slack.standin.things import (
    CHANNELS,
    SCOPES,
    USERS,
    Call,
    Channel,
    Cut,
    Deleted,
    Ephemeral,
    Failure,
    Method,
    NotOk,
    Opened,
    Posted,
    Prompts,
    Published,
    RateLimited,
    Refusal,
    RefusedError,
    Responded,
    ServerError,
    Status,
    Surface,
    Timeout,
    Updated,
)
from tests.waiting import PATIENCE

T = TypeVar("T")
Validator = Callable[[list[Json], Surface], list[str]]

# Slack does not document the limit and has been seen to refuse from 13,172 characters on.
BLOCKS_TEXT_MOST = 13_000
BLOCKS_MOST: Mapping[Surface, int] = {"message": 50, "home": 100, "modal": 100}
TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 1800
RESPONSE_URL_USES = 5


def shipped_problems(blocks: list[Json], surface: Surface) -> list[str]:
    """What the block checks of these tests find wrong."""
    from tests.slack.blocks import problems  # whoever brings checks of their own does not need these

    return problems(blocks, surface)


class SlackStandIn:
    """A workspace with one app in it, served while the context is open.

    `users`, `channels` and `views` are what the workspace holds; a test may add to them. `scopes` are those that the
    app was granted, as Slack tells them in a header: a call that needs another is refused. `posted`, `ephemeral`,
    `updated`, `deleted`, `opened`, `published`, `statuses`, `prompts` and `responded` are what took effect, in order.
    `calls` has every call by its method, and `refused` what was refused.
    """

    bot_token = "xoxb-stand-in"  # noqa: S105 - good for this stand-in only
    app_token = "xapp-stand-in"  # noqa: S105 - good for this stand-in only

    def __init__(self, problems: Validator = shipped_problems, *, agent: bool = True) -> None:
        """`problems` names what is wrong with blocks; `agent` is the manifest's `agent_view` (else `assistant_view`)."""
        self.server = ""
        self.url = ""
        self.agent = agent
        self.scopes: tuple[str, ...] = SCOPES
        self.users = {user.id: user for user in USERS}
        private = [Channel(dm(user.id), "", "im", (user.id,)) for user in USERS]
        self.channels = {channel.id: channel for channel in (*CHANNELS, *private)}
        self.views: dict[str, Json] = {}
        self.homes: dict[str, str] = {}
        self.history: defaultdict[str, dict[str, Json]] = defaultdict(dict)
        self.posted: list[Posted] = []
        self.ephemeral: list[Ephemeral] = []
        self.updated: list[Updated] = []
        self.deleted: list[Deleted] = []
        self.opened: list[Opened] = []
        self.published: list[Published] = []
        self.statuses: list[Status] = []
        self.prompts: list[Prompts] = []
        self.responded: list[Responded] = []
        self.refused: list[Refusal] = []
        self.calls: defaultdict[str, list[Call]] = defaultdict(list)
        self.socket = Socket(self)
        self._problems = problems
        self._failures: defaultdict[str, Iterator[Failure]] = defaultdict(lambda: iter(()))
        self._triggers: dict[str, float] = {}
        self._exchanged: set[str] = set()
        self._response_urls: dict[str, list[float]] = {}
        self._numbers = count(1)
        self._changed = asyncio.Event()
        self._closing = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/respond/{id}", self._respond)
        app.router.add_get("/link/", self.socket.serve)
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.server = f"127.0.0.1:{self._runner.addresses[0][1]}"
        self.url = f"http://{self.server}/api/"
        return self

    async def __aexit__(self, *error: object) -> None:
        self.wake()
        self.socket.drop()
        await self._runner.cleanup()

    def fail(self, method: str, *, times: int | None = 1, kind: Failure) -> None:
        """Makes the next calls of a method fail, `times` of them (all, if None), after those told to fail before.

        The method "respond" stands for the response URLs.
        """
        if method not in METHODS and method != "respond":
            raise ValueError(f"no method {method}")
        failures = repeat(kind) if times is None else repeat(kind, times)
        self._failures[method] = chain(self._failures[method], failures)

    def wake(self) -> None:
        """Ends every silence that a Timeout asked for, and those to come."""
        self._closing.set()

    async def until(self, seen: Callable[[], T], within: float = PATIENCE) -> T:
        """Waits until `seen` holds of what came in, and gives what it says; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within):
            while not (found := seen()):
                self._changed.clear()
                await self._changed.wait()
        return found

    def origin(self, user: str = ASKER, channel: str | None = None) -> Origin:
        """A user's act in a channel (their own with the bot, if none is given), with handles that work."""
        return Origin(user, channel or dm(user), self.trigger(), self.response_url())

    def trigger(self, *, age: float = 0) -> str:
        """A trigger id, issued `age` seconds ago."""
        trigger = f"{self.number()}.{self.time()}.{uuid4().hex}"
        self._triggers[trigger] = time.monotonic() - age
        return trigger

    def response_url(self, *, age: float = 0) -> str:
        """A response URL, issued `age` seconds ago."""
        identifier = uuid4().hex
        self._response_urls[identifier] = [time.monotonic() - age] * RESPONSE_URL_USES
        return f"http://{self.server}/respond/{identifier}"

    def write(self, text: str, *, user: str = ASKER, channel: str | None = None, thread_ts: str | None = None) -> str:
        """Puts a user's message (as Slack holds it: escaped) into a channel's history, and gives its timestamp."""
        return self.enter(channel or dm(user), {"user": user, "text": text}, thread_ts)

    # What follows serves the socket and the methods of the Web API, which stand below; tests need none of it.

    def number(self) -> int:
        return next(self._numbers)

    def time(self) -> int:
        """What its clock says, in seconds."""
        return int(time.time())

    def enter(self, channel: str, message: Json, thread_ts: str | None) -> str:
        ts = f"{self.time()}.{self.number():06d}"
        placed = {} if thread_ts is None else {"thread_ts": thread_ts}
        self.history[channel][ts] = {"type": "message", "team": TEAM, "ts": ts} | placed | message
        return ts

    def keep(self, kept: list[T], item: T) -> None:
        kept.append(item)
        self._changed.set()

    def changed(self) -> None:
        self._changed.set()

    def refuse(self, method: str, refusal: RefusedError) -> None:
        self.keep(self.refused, Refusal(method, refusal.error, refusal.messages))

    def check_blocks(self, blocks: Sequence[Json], surface: Surface) -> None:
        if surface == "message" and text_length(blocks) > BLOCKS_TEXT_MOST:
            raise RefusedError("msg_blocks_too_long")
        most = BLOCKS_MOST[surface]
        many = [f"no more than {most} items allowed [json-pointer:/blocks]"] if len(blocks) > most else []
        found = many or self._problems(list(blocks), surface)
        if found:
            raise RefusedError("invalid_blocks" if surface == "message" else "invalid_arguments", *found)

    def exchange(self, trigger: str) -> None:
        if trigger not in self._triggers:
            raise RefusedError("invalid_trigger_id")
        if trigger in self._exchanged:
            raise RefusedError("exchanged_trigger_id")
        if time.monotonic() - self._triggers[trigger] > TRIGGER_SECONDS:
            raise RefusedError("expired_trigger_id")
        self._exchanged.add(trigger)

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        try:
            call = await received(request, method)
        except RefusedError as refusal:
            return self._refused(method, refusal)
        self.keep(self.calls[method], call)
        return await self._served(request, method, lambda: self._answer(call))

    async def _served(self, request: web.Request, method: str, answer: Callable[[], web.Response]) -> web.Response:
        failure = next(self._failures[method], None)
        match failure:
            case None:
                return answer()
            case RateLimited(retry_after):
                limited = {"ok": False, "error": "ratelimited"}
                return web.json_response(limited, status=429, headers={"Retry-After": str(retry_after)})
            case NotOk(error):
                return web.json_response({"ok": False, "error": error})
            case ServerError(done):
                if done:
                    answer()
                return web.Response(status=500, text="<h1>Server Error</h1>", content_type="text/html")
            case Timeout(seconds, done):
                late = answer() if done else web.Response(status=504)
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), seconds)
                return late
            case Cut(done):
                if done:
                    answer()
                assert request.transport is not None
                request.transport.close()
                return web.Response()
            case _:
                assert_never(failure)

    def _answer(self, call: Call) -> web.Response:
        if call.method not in METHODS:
            return self._refused(call.method, RefusedError("unknown_method"))
        method = METHODS[call.method]
        try:
            self._check_token(call.token, method)
            self._check_scope(call, method)
            answer = {"ok": True} | method.carry_out(self, checked(call, method))
            return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(self.scopes)})
        except RefusedError as refusal:
            return self._refused(call.method, refusal)

    def _check_token(self, token: str, method: Method) -> None:
        if not token:
            raise RefusedError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise RefusedError("invalid_auth")
        if (token == self.app_token) != method.for_app:
            raise RefusedError("not_allowed_token_type")

    def _check_scope(self, call: Call, method: Method) -> None:
        scope = method.scope
        if not isinstance(scope, str):
            channel = self.channels.get(str(call.arguments.get("channel", "")))
            scope = scope[channel.kind] if channel else ""
        if scope and scope not in self.scopes:
            raise RefusedError("missing_scope", scope)

    def _refused(self, method: str, refusal: RefusedError) -> web.Response:
        self.refuse(method, refusal)
        why = {"response_metadata": {"messages": list(refusal.messages)}} if refusal.messages else {}
        return web.json_response({"ok": False, "error": refusal.error} | why)

    async def _respond(self, request: web.Request) -> web.Response:
        identifier = request.match_info["id"]
        try:
            arguments, as_json = await body_of(request)
            arguments |= parsed(arguments, "payload", dict, "invalid_payload") or {}
        except RefusedError as refusal:
            return self._not_responded(refusal)
        self.keep(self.calls["respond"], Call("respond", "", arguments, as_json, time.monotonic()))
        return await self._served(request, "respond", lambda: self._responded(identifier, arguments))

    def _responded(self, identifier: str, arguments: Json) -> web.Response:
        try:
            responded = self._response(identifier, arguments)
            self._use(identifier)
        except RefusedError as refusal:
            return self._not_responded(refusal)
        self.keep(self.responded, responded)
        return web.Response(text="ok")

    def _use(self, identifier: str) -> None:
        uses = self._response_urls.get(identifier)
        if not uses:
            raise RefusedError("expired_url" if uses is None else "used_url")
        if time.monotonic() - uses.pop() > RESPONSE_URL_SECONDS:
            raise RefusedError("expired_url")

    def _response(self, identifier: str, arguments: Json) -> Responded:
        check_names(arguments, (*CONTENT, *UNFURLING, *RESPONDING))
        delete = flag(arguments, "delete_original")
        content = Content("", ()) if delete else content_in(self, arguments)
        kind = string(arguments, "response_type") or "ephemeral"
        if kind not in {"ephemeral", "in_channel"}:
            raise RefusedError("invalid_payload", f"no response_type {kind}")
        return Responded(
            url=f"http://{self.server}/respond/{identifier}",
            text=content.text,
            blocks=content.blocks,
            response_type="in_channel" if kind == "in_channel" else "ephemeral",
            replace_original=flag(arguments, "replace_original"),
            delete_original=delete,
            thread_ts=thread_in(arguments),
        )

    def _not_responded(self, refusal: RefusedError) -> web.Response:
        self.refuse("respond", refusal)
        if refusal.error in {"expired_url", "used_url"}:
            return web.json_response({"ok": False, "error": refusal.error}, status=404)
        return web.Response(status=400, text=refusal.error)
