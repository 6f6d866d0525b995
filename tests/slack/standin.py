"""A strict stand-in of the Slack platform: Web API, response URLs and Socket Mode, on a free loopback port.

It refuses what Slack refuses. Where Slack lets a mistake pass in silence (an argument that no method knows, an
acknowledgement of nothing) it refuses too, so that the mistake shows. Whatever it refused is in `SlackStandIn.refused`.
"""

import asyncio
import json
import re
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import chain, count, repeat
from typing import Any, Literal, Self, TypeVar, assert_never
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.slack.requests import APP, ASKER, BOT, BOT_USER, GENERAL, LEAD, LEADS, TEAM, Json, Origin, dm

Surface = Literal["message", "home", "modal"]
Validator = Callable[[list[Json], Surface], list[str]]
EnvelopeType = Literal["events_api", "slash_commands", "interactive"]
T = TypeVar("T")

TEXT_MOST = 40_000
MARKDOWN_MOST = 12_000
# Slack does not document the limit and has been seen to refuse from 13,172 characters on.
BLOCKS_TEXT_MOST = 13_000
BLOCKS_MOST: Mapping[Surface, int] = {"message": 50, "home": 100, "modal": 100}
METADATA_BYTES_MOST = 8_000
VIEW_BYTES_MOST = 250_000
TRIGGER_SECONDS = 3
RESPONSE_URL_SECONDS = 1800
RESPONSE_URL_USES = 5
PROMPTS_MOST = 4
LOADING_MESSAGES_MOST = 10
SCOPES = ("app_mentions:read", "assistant:write", "chat:write", "commands", "im:history")


@dataclass(frozen=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/London"


@dataclass(frozen=True)
class Channel:
    """A conversation; the bot is in it unless `bot_in` is false."""

    id: str
    name: str
    kind: Literal["public", "private", "im", "mpim"] = "public"
    members: tuple[str, ...] = (ASKER, LEAD)
    bot_in: bool = True
    archived: bool = False


USERS = (User(ASKER, "asker", "Ash Asker"), User(LEAD, "lead", "Lee Lead"))
CHANNELS = (Channel(GENERAL, "general"), Channel(LEADS, "leads", "private", (LEAD,)))


@dataclass(frozen=True)
class RateLimited:
    """Status 429; come again after this many seconds."""

    retry_after: int = 1


@dataclass(frozen=True)
class ServerError:
    """Status 500 with a page of HTML; with `done`, the call took effect before it failed."""

    done: bool = False


@dataclass(frozen=True)
class Timeout:
    """No answer for this many seconds, then 504; with `done`, the call takes effect at once and only its answer is late."""

    seconds: float
    done: bool = False


@dataclass(frozen=True)
class NotOk:
    """Status 200, `ok` false, and this error."""

    error: str


@dataclass(frozen=True)
class Cut:
    """The line closes without an answer; with `done`, the call took effect before."""

    done: bool = False


Failure = RateLimited | ServerError | Timeout | NotOk | Cut


@dataclass(frozen=True)
class Call:
    """A call as it came in, whether or not it was carried out; `at` is in seconds of `time.monotonic`."""

    method: str
    token: str
    arguments: Json
    as_json: bool
    at: float


@dataclass(frozen=True)
class Refusal:
    """What the stand-in refused, and why. Failures a test asked for are not among these."""

    method: str
    error: str
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Posted:
    channel: str
    ts: str
    text: str
    blocks: tuple[Json, ...]
    thread_ts: str | None
    metadata: Json | None


@dataclass(frozen=True)
class Ephemeral:
    channel: str
    user: str
    text: str
    blocks: tuple[Json, ...]
    thread_ts: str | None


@dataclass(frozen=True)
class Updated:
    """A message as it stands after an update."""

    channel: str
    ts: str
    text: str
    blocks: tuple[Json, ...]
    metadata: Json | None


@dataclass(frozen=True)
class Deleted:
    channel: str
    ts: str


@dataclass(frozen=True)
class Published:
    """A Home tab as it was sent; `SlackStandIn.views` has it as Slack holds it."""

    user: str
    view_id: str
    view: Json


@dataclass(frozen=True)
class Opened:
    """A modal as it was sent, on opening or on update; `SlackStandIn.views` has it as Slack holds it."""

    view_id: str
    view: Json


@dataclass(frozen=True)
class Status:
    channel: str
    thread_ts: str
    status: str


@dataclass(frozen=True)
class Prompts:
    """Suggested prompts that users see, as (title, message) pairs."""

    channel: str
    title: str | None
    prompts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Responded:
    """What was posted to a response URL."""

    url: str
    text: str
    blocks: tuple[Json, ...]
    response_type: Literal["ephemeral", "in_channel"]
    replace_original: bool
    delete_original: bool
    thread_ts: str | None


@dataclass(frozen=True)
class Envelope:
    """What was sent over the socket; `at` is in seconds of `time.monotonic`."""

    id: str
    type: EnvelopeType
    payload: Json
    accepts_response_payload: bool
    at: float


@dataclass(frozen=True)
class Acknowledgement:
    """The app's answer to an envelope, `after` so many seconds."""

    envelope_id: str
    payload: Json | None
    after: float


@dataclass(frozen=True)
class Connection:
    """A time the app connected; `at` is in seconds of `time.monotonic`."""

    ticket: str
    at: float


class RefusedError(Exception):
    """The platform does not do what it was asked; `error` is Slack's word for why."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = messages


def shipped_problems(blocks: list[Json], surface: Surface) -> list[str]:
    """What the block checks of these tests find wrong."""
    from tests.slack.blocks import problems  # whoever brings checks of their own does not need these

    return problems(blocks, surface)


class SlackStandIn:
    """A workspace with one app in it, served while the context is open.

    `users`, `channels` and `views` are what the workspace holds; a test may add to them. `scopes` are those that the
    app was granted, as Slack tells them in a header; they are not enforced. `posted`, `ephemeral`,
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
        self._started = int(time.time())
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

    async def until(self, seen: Callable[[], T], within: float = 3.0) -> T:
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
        trigger = f"{self.number()}.{self._started}.{uuid4().hex}"
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

    def enter(self, channel: str, message: Json, thread_ts: str | None) -> str:
        ts = f"{self._started}.{self.number():06d}"
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
        if surface == "message" and _text_length(blocks) > BLOCKS_TEXT_MOST:
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
            call = await _received(request, method)
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
            answer = {"ok": True} | method.carry_out(self, _checked(call, method))
            return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(self.scopes)})
        except RefusedError as refusal:
            return self._refused(call.method, refusal)

    def _check_token(self, token: str, method: "Method") -> None:
        if not token:
            raise RefusedError("not_authed")
        if token not in {self.bot_token, self.app_token}:
            raise RefusedError("invalid_auth")
        if (token == self.app_token) != method.for_app:
            raise RefusedError("not_allowed_token_type")

    def _refused(self, method: str, refusal: RefusedError) -> web.Response:
        self.refuse(method, refusal)
        why = {"response_metadata": {"messages": list(refusal.messages)}} if refusal.messages else {}
        return web.json_response({"ok": False, "error": refusal.error} | why)

    async def _respond(self, request: web.Request) -> web.Response:
        identifier = request.match_info["id"]
        try:
            arguments, as_json = await _body(request)
            arguments |= _parsed(arguments, "payload", dict, "invalid_payload") or {}
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
        _check_names(arguments, (*CONTENT, *UNFURLING, *RESPONDING))
        delete = _flag(arguments, "delete_original")
        content = Content("", ()) if delete else _content(self, arguments)
        kind = _string(arguments, "response_type") or "ephemeral"
        if kind not in {"ephemeral", "in_channel"}:
            raise RefusedError("invalid_payload", f"no response_type {kind}")
        return Responded(
            url=f"http://{self.server}/respond/{identifier}",
            text=content.text,
            blocks=content.blocks,
            response_type="in_channel" if kind == "in_channel" else "ephemeral",
            replace_original=_flag(arguments, "replace_original"),
            delete_original=delete,
            thread_ts=_thread(arguments),
        )

    def _not_responded(self, refusal: RefusedError) -> web.Response:
        self.refuse("respond", refusal)
        if refusal.error in {"expired_url", "used_url"}:
            return web.json_response({"ok": False, "error": refusal.error}, status=404)
        return web.Response(status=400, text=refusal.error)


@dataclass(frozen=True)
class _Line:
    """An open WebSocket; the transport is what an abrupt end needs."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport


class Socket:
    """The platform's side of Socket Mode: `connections` (all there were), `sent` and `acknowledgements` by envelope."""

    def __init__(self, slack: SlackStandIn) -> None:
        self.connections: list[Connection] = []
        self.sent: dict[str, Envelope] = {}
        self.acknowledgements: dict[str, Acknowledgement] = {}
        self._slack = slack
        self._tickets: set[str] = set()
        self._lines: list[_Line] = []

    @property
    def open(self) -> int:
        """How many connections are open."""
        return len(self._lines)

    async def connected(self, times: int = 1, within: float = 5.0) -> None:
        """Waits until the app has connected so many times in all, and is."""
        await self._slack.until(lambda: len(self.connections) >= times and self._lines, within)

    async def send(
        self,
        kind: EnvelopeType,
        payload: Json,
        *,
        retry_attempt: int = 0,
        retry_reason: str = "timeout",
    ) -> str:
        """Sends an envelope over the newest connection (waits for one, as Slack does) and gives its id."""
        await self.connected()
        accepts = kind == "slash_commands" or payload.get("type") in {"view_submission", "block_suggestion"}
        envelope = Envelope(str(uuid4()), kind, payload, accepts, time.monotonic())
        self.sent[envelope.id] = envelope
        retry = {"retry_attempt": retry_attempt, "retry_reason": retry_reason if retry_attempt else ""}
        wire = {
            "envelope_id": envelope.id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": accepts,
        }
        await self._lines[-1].socket.send_json(wire | retry if kind == "events_api" else wire)
        return envelope.id

    async def acknowledged(self, envelope_id: str, within: float = 3.0) -> Acknowledgement:
        """Waits for the acknowledgement of an envelope."""
        await self._slack.until(lambda: envelope_id in self.acknowledgements, within)
        return self.acknowledgements[envelope_id]

    async def disconnect(self, reason: Literal["warning", "refresh_requested"] = "refresh_requested") -> None:
        """Asks the app to connect anew; the connection stays open until the app closes it."""
        for line in list(self._lines):
            await line.socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "stand-in"}})

    async def close(self) -> None:
        """Closes all connections in an orderly way."""
        for line in list(self._lines):
            await line.socket.close()

    def drop(self) -> None:
        """Cuts all connections without a word."""
        lines, self._lines = self._lines, []
        for line in lines:
            line.transport.abort()

    def address(self) -> str:
        """A new WebSocket address, good for one connection."""
        ticket = str(uuid4())
        self._tickets.add(ticket)
        return f"ws://{self._slack.server}/link/?ticket={ticket}&app_id={APP}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its greeting to its end."""
        ticket, transport = request.query.get("ticket", ""), request.transport
        if ticket not in self._tickets or transport is None:
            self._slack.refuse("socket", RefusedError("invalid_ticket"))
            return web.Response(status=403)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        line = _Line(socket, transport)
        self._lines.append(line)
        self._slack.keep(self.connections, Connection(ticket, time.monotonic()))
        try:
            async for message in socket:
                self._heard(message.data if message.type is WSMsgType.TEXT else "")
        finally:
            self._lines = [other for other in self._lines if other is not line]
            self._slack.changed()
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._lines) + 1,
            "debug_info": {"host": "stand-in", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": APP},
        }

    def _heard(self, text: str) -> None:
        now = time.monotonic()
        try:
            envelope, payload = self._read(text)
            self._check(envelope, payload)
        except RefusedError as refusal:
            return self._slack.refuse("socket", refusal)
        self.acknowledgements[envelope.id] = Acknowledgement(envelope.id, payload, now - envelope.at)
        return self._slack.changed()

    def _read(self, text: str) -> tuple[Envelope, Json | None]:
        try:
            message = json.loads(text)
            envelope = self.sent[message["envelope_id"]]
        except (ValueError, KeyError, TypeError) as error:
            raise RefusedError("unknown_envelope", text) from error
        if envelope.id in self.acknowledgements:
            raise RefusedError("acknowledged_twice", text)
        return envelope, message.get("payload")

    def _check(self, envelope: Envelope, payload: Json | None) -> None:
        if payload is None:
            return
        if not envelope.accepts_response_payload:
            raise RefusedError("unexpected_response_payload", json.dumps(payload))
        if "view" in payload:
            _check_view(self._slack, payload["view"], "modal")
        if "blocks" in payload:
            self._slack.check_blocks(payload["blocks"], "message")


@dataclass(frozen=True)
class Method:
    """One method of the Web API; `reads_json` is false where Slack reads form and query arguments only."""

    carry_out: Callable[[SlackStandIn, Json], Json]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    reads_json: bool = True
    for_app: bool = False


@dataclass(frozen=True)
class Content:
    text: str
    blocks: tuple[Json, ...]


async def _received(request: web.Request, method: str) -> Call:
    body, as_json = await _body(request)
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    # Slack reads a token from a form or the query, and never from a JSON body.
    token = bearer or ("" if as_json else str(body.get("token", "")))
    arguments = {name: value for name, value in body.items() if name != "token"}
    return Call(method, token, arguments, as_json, time.monotonic())


async def _body(request: web.Request) -> tuple[Json, bool]:
    query: Json = dict(request.query)
    if not request.can_read_body:
        return query, False
    match request.content_type:
        case "application/json":
            return query | await _json_body(request), True
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            return query | dict(await request.post()), False
        case _:
            raise RefusedError("invalid_post_type", request.content_type)


async def _json_body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError as error:
        raise RefusedError("invalid_json") from error
    if not isinstance(body, dict):
        raise RefusedError("json_not_object")
    return {name: value for name, value in body.items() if value is not None}


def _checked(call: Call, method: Method) -> Json:
    if call.as_json and call.arguments and not method.reads_json:
        raise RefusedError("invalid_arguments", "this method reads no JSON body")
    _check_names(call.arguments, (*method.required, *method.optional, "team_id"))
    missing = [name for name in method.required if call.arguments.get(name, "") == ""]
    if missing:
        raise RefusedError("invalid_arguments", *(f"[ERROR] missing required field: {name}" for name in missing))
    for name in FLAGS:
        _flag(call.arguments, name)
    return call.arguments


def _check_names(arguments: Json, known: Sequence[str]) -> None:
    unknown = sorted(arguments.keys() - set(known))
    if unknown:
        raise RefusedError("invalid_arguments", *(f"[ERROR] unknown argument: {name}" for name in unknown))


def _string(arguments: Json, name: str) -> str:
    value = arguments.get(name, "")
    if not isinstance(value, str):
        raise RefusedError("invalid_arguments", f"[ERROR] must provide a string [json-pointer:/{name}]")
    return value


def _flag(arguments: Json, name: str) -> bool:
    value = arguments.get(name, False)
    if value not in (True, False, "0", "1", "true", "false"):
        raise RefusedError("invalid_arguments", f"[ERROR] must provide a boolean [json-pointer:/{name}]")
    return value in (True, "1", "true")


def _parsed(arguments: Json, name: str, kind: type[T], error: str) -> T | None:
    value = arguments.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as malformed:
            raise RefusedError(error, f"{name} is not JSON") from malformed
    if value is not None and not isinstance(value, kind):
        raise RefusedError(error, f"{name} is not the right kind of JSON")
    return value


def _thread(arguments: Json) -> str | None:
    thread = _string(arguments, "thread_ts")
    if thread and not re.fullmatch(r"\d{10}\.\d{6}", thread):
        raise RefusedError("invalid_thread_ts", thread)
    return thread or None


def _content(slack: SlackStandIn, arguments: Json) -> Content:
    text, markdown = _string(arguments, "text"), _string(arguments, "markdown_text")
    blocks: list[Json] = _parsed(arguments, "blocks", list, "invalid_blocks_format") or []
    if markdown and (text or blocks):
        raise RefusedError("markdown_text_conflict")
    if not (text or markdown or blocks or arguments.get("attachments")):
        raise RefusedError("no_text")
    if len(text) > TEXT_MOST or len(markdown) > MARKDOWN_MOST:
        raise RefusedError("msg_too_long")
    if not all(isinstance(block, dict) for block in blocks):
        raise RefusedError("invalid_blocks_format")
    if blocks:
        slack.check_blocks(blocks, "message")
    return Content(text or markdown, tuple(blocks))


def _text_length(part: object) -> int:
    match part:
        case {"text": str(text), **others}:
            return len(text) + _text_length(others)
        case dict():
            return sum(_text_length(value) for value in part.values())
        case list() | tuple():
            return sum(_text_length(value) for value in part)
        case _:
            return 0


def _metadata(arguments: Json) -> Json | None:
    metadata = _parsed(arguments, "metadata", dict, "invalid_metadata_format")
    if not metadata:
        return metadata
    if metadata.keys() != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise RefusedError("invalid_metadata_format")
    if not re.fullmatch(r"\w+", str(metadata["event_type"])):
        raise RefusedError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES_MOST:
        raise RefusedError("metadata_too_large")
    return metadata


def _channel(slack: SlackStandIn, arguments: Json, name: str = "channel") -> Channel:
    channel = slack.channels.get(_string(arguments, name))
    if channel is None or (channel.kind != "public" and not channel.bot_in):
        raise RefusedError("channel_not_found")
    return channel


def _open_channel(slack: SlackStandIn, arguments: Json) -> Channel:
    channel = _channel(slack, arguments)
    if channel.archived:
        raise RefusedError("is_archived")
    if not channel.bot_in:
        raise RefusedError("not_in_channel")
    return channel


def _user(slack: SlackStandIn, user: str) -> User:
    if user not in slack.users:
        raise RefusedError("user_not_found")
    return slack.users[user]


def auth_test(_slack: SlackStandIn, _arguments: Json) -> Json:
    return {
        "url": "https://trust.slack.com/",
        "team": "Trust",
        "user": "compactbot",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def post_message(slack: SlackStandIn, arguments: Json) -> Json:
    # A user's id is taken for the direct message channel with them.
    named = _string(arguments, "channel")
    channel = _open_channel(slack, {"channel": dm(named) if named in slack.users else named})
    content, metadata, thread = _content(slack, arguments), _metadata(arguments), _thread(arguments)
    message: Json = {"user": BOT_USER, "bot_id": BOT, "app_id": APP, "text": content.text}
    message |= {"blocks": list(content.blocks)} if content.blocks else {}
    message |= {"metadata": metadata} if metadata else {}
    message |= {"subtype": "thread_broadcast"} if thread and _flag(arguments, "reply_broadcast") else {}
    ts = slack.enter(channel.id, message, thread)
    slack.keep(slack.posted, Posted(channel.id, ts, content.text, content.blocks, thread, metadata or None))
    return {"channel": channel.id, "ts": ts, "message": slack.history[channel.id][ts]}


def post_ephemeral(slack: SlackStandIn, arguments: Json) -> Json:
    channel, content, thread = _open_channel(slack, arguments), _content(slack, arguments), _thread(arguments)
    user = _string(arguments, "user")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    slack.keep(slack.ephemeral, Ephemeral(channel.id, user, content.text, content.blocks, thread))
    return {"message_ts": f"{int(time.time())}.{slack.number():06d}"}


def _own_message(slack: SlackStandIn, arguments: Json, refusal: str) -> tuple[Channel, Json]:
    channel = _open_channel(slack, arguments)
    message = slack.history[channel.id].get(_string(arguments, "ts"))
    if message is None:
        raise RefusedError("message_not_found")
    if message.get("bot_id") != BOT:
        raise RefusedError(refusal)
    return channel, message


def update(slack: SlackStandIn, arguments: Json) -> Json:
    channel, message = _own_message(slack, arguments, "cant_update_message")
    content, metadata = _content(slack, arguments), _metadata(arguments)
    # Blocks and metadata stay as they are unless given; given empty, they go.
    changes: Json = {"text": content.text, "edited": {"user": BOT_USER, "ts": message["ts"]}}
    changes |= {"blocks": list(content.blocks)} if "blocks" in arguments else {}
    changes |= {"metadata": metadata} if metadata is not None else {}
    message.update(changes)
    blocks, kept = tuple(message.get("blocks", ())), message.get("metadata") or None
    slack.keep(slack.updated, Updated(channel.id, message["ts"], content.text, blocks, kept))
    return {"channel": channel.id, "ts": message["ts"], "text": content.text, "message": message}


def delete(slack: SlackStandIn, arguments: Json) -> Json:
    channel, message = _own_message(slack, arguments, "cant_delete_message")
    del slack.history[channel.id][message["ts"]]
    slack.keep(slack.deleted, Deleted(channel.id, message["ts"]))
    return {"channel": channel.id, "ts": message["ts"]}


def open_conversation(slack: SlackStandIn, arguments: Json) -> Json:
    users = _string(arguments, "users")
    channel = _channel(slack, arguments) if "channel" in arguments else _conversation_with(slack, users)
    whole = {"is_im": True, "user": channel.members[0]} if _flag(arguments, "return_im") else {}
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id} | whole}


def _conversation_with(slack: SlackStandIn, users: str) -> Channel:
    if not users:
        raise RefusedError("users_list_not_supplied")
    members = sorted(users.split(","))
    if BOT_USER in members:
        raise RefusedError("cannot_dm_bot")
    for user in members:
        _user(slack, user)
    together = dm(members[0]) if len(members) == 1 else "G" + "".join(user[1:] for user in members)
    kind: Literal["im", "mpim"] = "im" if len(members) == 1 else "mpim"
    return slack.channels.setdefault(together, Channel(together, "", kind, tuple(members)))


def conversation_history(slack: SlackStandIn, arguments: Json) -> Json:
    channel = _open_channel(slack, arguments)
    messages = slack.history[channel.id].values()
    top = [message for message in messages if "thread_ts" not in message or message.get("subtype")]
    return _page(slack, channel, top[::-1], arguments)


def conversation_replies(slack: SlackStandIn, arguments: Json) -> Json:
    channel = _open_channel(slack, arguments)
    parent = _string(arguments, "ts")
    if parent not in slack.history[channel.id]:
        raise RefusedError("thread_not_found")
    messages = slack.history[channel.id].values()
    return _page(slack, channel, [m for m in messages if parent in {m["ts"], m.get("thread_ts")}], arguments)


def _page(slack: SlackStandIn, channel: Channel, messages: list[Json], arguments: Json) -> Json:
    wanted = [message for message in messages if _within(message["ts"], arguments)]
    start = _resumed(wanted, _string(arguments, "cursor"))
    end = start + _limit(arguments)
    with_metadata = _flag(arguments, "include_all_metadata")
    shown = [_shown(slack, channel, message, with_metadata=with_metadata) for message in wanted[start:end]]
    if end >= len(wanted):
        return {"messages": shown, "has_more": False}
    cursor = b64encode(f"next_ts:{wanted[end]['ts']}".encode()).decode()
    return {"messages": shown, "has_more": True, "response_metadata": {"next_cursor": cursor}}


def _within(ts: str, arguments: Json) -> bool:
    oldest, latest = _bound(arguments, "oldest", "0"), _bound(arguments, "latest", "Infinity")
    return oldest < Decimal(ts) < latest or (_flag(arguments, "inclusive") and Decimal(ts) in {oldest, latest})


def _bound(arguments: Json, name: str, default: str) -> Decimal:
    try:
        return Decimal(_string(arguments, name) or default)
    except InvalidOperation as error:
        raise RefusedError(f"invalid_ts_{name}") from error


def _limit(arguments: Json) -> int:
    limit = str(arguments.get("limit", 100))
    if not re.fullmatch(r"[1-9]\d{0,2}", limit):
        raise RefusedError("invalid_limit", limit)
    return int(limit)


def _resumed(messages: list[Json], cursor: str) -> int:
    if not cursor:
        return 0
    starts = [b64encode(f"next_ts:{message['ts']}".encode()).decode() for message in messages]
    if cursor not in starts:
        raise RefusedError("invalid_cursor")
    return starts.index(cursor)


def _shown(slack: SlackStandIn, channel: Channel, message: Json, *, with_metadata: bool) -> Json:
    replies = [m for m in slack.history[channel.id].values() if m.get("thread_ts") == message["ts"] != m["ts"]]
    shown = {name: value for name, value in message.items() if with_metadata or name != "metadata"}
    if not replies:
        return shown
    return shown | {"thread_ts": message["ts"], "reply_count": len(replies), "latest_reply": replies[-1]["ts"]}


def users_info(slack: SlackStandIn, arguments: Json) -> Json:
    user = _user(slack, _string(arguments, "user"))
    locale = {"locale": "en-GB"} if _flag(arguments, "include_locale") else {}
    profile = {"real_name": user.real_name, "display_name": user.name}
    known = {"id": user.id, "team_id": TEAM, "name": user.name, "real_name": user.real_name, "tz": user.tz}
    return {"user": known | {"deleted": False, "is_bot": False, "profile": profile} | locale}


VIEW_KEYS: Mapping[str, frozenset[str]] = {
    "home": frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"}),
    "modal": frozenset(
        {"type", "blocks", "private_metadata", "callback_id", "external_id", "title", "submit", "close"}
        | {"clear_on_close", "notify_on_close", "submit_disabled"}
    ),
}
VIEW_TEXTS_MOST = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
VIEW_TITLES_MOST = 24


def _check_view(slack: SlackStandIn, view: Any, kind: Literal["home", "modal"]) -> None:
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
    wrong = list(_view_problems(view, kind))
    if wrong:
        raise RefusedError("invalid_arguments", *wrong)
    if len(json.dumps(view).encode()) > VIEW_BYTES_MOST:
        raise RefusedError("view_too_large")
    slack.check_blocks(view["blocks"], kind)


def _view_problems(view: Json, kind: Literal["home", "modal"]) -> Iterator[str]:
    if view.get("type") != kind:
        yield f"[ERROR] must be a {kind} [json-pointer:/view/type]"
    for name in sorted(view.keys() - VIEW_KEYS[kind]):
        yield f"[ERROR] unknown field [json-pointer:/view/{name}]"
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "[ERROR] must provide a list of objects [json-pointer:/view/blocks]"
        blocks = []
    for name, most in VIEW_TEXTS_MOST.items():
        if not isinstance(view.get(name, ""), str) or len(view.get(name, "")) > most:
            yield f"[ERROR] must be a string of at most {most} characters [json-pointer:/view/{name}]"
    if kind == "modal":
        yield from _modal_problems(view, blocks)


def _modal_problems(view: Json, blocks: list[Json]) -> Iterator[str]:
    needs_submit = any(block.get("type") == "input" for block in blocks)
    for name in ("title", "submit", "close"):
        match view.get(name):
            case None if name == "title" or (name == "submit" and needs_submit):
                yield f"[ERROR] missing required field: {name} [json-pointer:/view]"
            case None:
                pass
            case {"type": "plain_text", "text": str(text)} if 0 < len(text) <= VIEW_TITLES_MOST:
                pass
            case _:
                most = VIEW_TITLES_MOST
                yield f"[ERROR] must be plain text of 1 to {most} characters [json-pointer:/view/{name}]"


def _view(slack: SlackStandIn, arguments: Json, kind: Literal["home", "modal"]) -> Json:
    view = _parsed(arguments, "view", dict, "invalid_arguments")
    _check_view(slack, view, kind)
    return view or {}


def _stored(slack: SlackStandIn, view: Json, view_id: str) -> Json:
    external = view.get("external_id")
    if external and any(other["external_id"] == external and other["id"] != view_id for other in slack.views.values()):
        raise RefusedError("duplicate_external_id")
    blocks = [{"block_id": f"auto{slack.number()}"} | block for block in view["blocks"]]
    defaults: Json = {"title": None, "submit": None, "close": None, "private_metadata": "", "callback_id": ""}
    defaults |= {"external_id": "", "clear_on_close": False, "notify_on_close": False}
    ours = {"id": view_id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "root_view_id": view_id}
    state: Json = {"state": {"values": {}}, "previous_view_id": None, "hash": f"{slack.number()}.{uuid4().hex[:8]}"}
    slack.views[view_id] = defaults | view | {"blocks": blocks} | ours | state
    return slack.views[view_id]


def _check_hash(slack: SlackStandIn, arguments: Json, view_id: str) -> None:
    given = _string(arguments, "hash")
    if given and (view_id not in slack.views or slack.views[view_id]["hash"] != given):
        raise RefusedError("hash_conflict")


def open_view(slack: SlackStandIn, arguments: Json) -> Json:
    view = _view(slack, arguments, "modal")
    slack.exchange(_string(arguments, "trigger_id"))
    stored = _stored(slack, view, f"V{slack.number():08d}")
    slack.keep(slack.opened, Opened(stored["id"], view))
    return {"view": stored}


def update_view(slack: SlackStandIn, arguments: Json) -> Json:
    view, view_id = _view(slack, arguments, "modal"), _modal_named(slack, arguments)
    _check_hash(slack, arguments, view_id)
    stored = _stored(slack, view, view_id)
    slack.keep(slack.opened, Opened(view_id, view))
    return {"view": stored}


def _modal_named(slack: SlackStandIn, arguments: Json) -> str:
    view_id, external_id = _string(arguments, "view_id"), _string(arguments, "external_id")
    for view in slack.views.values():
        if view["type"] == "modal" and (view["id"] == view_id or (external_id and view["external_id"] == external_id)):
            return str(view["id"])
    raise RefusedError("not_found")


def publish_view(slack: SlackStandIn, arguments: Json) -> Json:
    user = _string(arguments, "user_id")
    if user not in slack.users:
        raise RefusedError("invalid_arguments", "[ERROR] invalid `user_id`")
    view = _view(slack, arguments, "home")
    view_id = slack.homes.setdefault(user, f"V{slack.number():08d}")
    _check_hash(slack, arguments, view_id)
    stored = _stored(slack, view, view_id)
    slack.keep(slack.published, Published(user, view_id, view))
    return {"view": stored}


def set_status(slack: SlackStandIn, arguments: Json) -> Json:
    channel, thread = _channel(slack, arguments, "channel_id"), _thread(arguments)
    loading: list[Any] = _parsed(arguments, "loading_messages", list, "invalid_arguments") or []
    if len(loading) > LOADING_MESSAGES_MOST:
        raise RefusedError("invalid_arguments", f"[ERROR] at most {LOADING_MESSAGES_MOST} loading_messages")
    slack.keep(slack.statuses, Status(channel.id, thread or "", _string(arguments, "status")))
    return {}


def set_suggested_prompts(slack: SlackStandIn, arguments: Json) -> Json:
    channel, thread = _channel(slack, arguments, "channel_id"), _thread(arguments)
    prompts: list[Any] = _parsed(arguments, "prompts", list, "invalid_arguments") or []
    if not 0 < len(prompts) <= PROMPTS_MOST or not all(_is_prompt(prompt) for prompt in prompts):
        raise RefusedError("invalid_arguments", f"[ERROR] 1 to {PROMPTS_MOST} prompts, each with title and message")
    # Slack answers ok and shows nothing when an agent app names a thread, or an assistant app does not.
    if slack.agent == (thread is None):
        pairs = tuple((prompt["title"], prompt["message"]) for prompt in prompts)
        slack.keep(slack.prompts, Prompts(channel.id, _string(arguments, "title") or None, pairs))
    return {}


def _is_prompt(prompt: object) -> bool:
    match prompt:
        case {"title": str(title), "message": str(message), **others}:
            return bool(title and message and not others)
        case _:
            return False


def open_connection(slack: SlackStandIn, _arguments: Json) -> Json:
    return {"url": slack.socket.address()}


CONTENT = ("text", "blocks", "attachments", "markdown_text")
LOOK = ("as_user", "icon_emoji", "icon_url", "link_names", "parse", "username", "thread_ts")
UNFURLING = ("unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "metadata")
FLAGS = ("as_user", "link_names", "unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "inclusive")
PAGING = ("cursor", "inclusive", "include_all_metadata", "latest", "limit", "oldest")
RESPONDING = ("payload", "response_type", "replace_original", "delete_original", "thread_ts")
METHODS: Mapping[str, Method] = {
    "auth.test": Method(auth_test),
    "chat.postMessage": Method(post_message, ("channel",), (*CONTENT, *LOOK, *UNFURLING)),
    "chat.postEphemeral": Method(post_ephemeral, ("channel", "user"), (*CONTENT, *LOOK)),
    "chat.update": Method(update, ("channel", "ts"), (*CONTENT, "metadata", "as_user", "link_names", "parse")),
    "chat.delete": Method(delete, ("channel", "ts"), ("as_user",)),
    "conversations.open": Method(open_conversation, (), ("channel", "users", "return_im")),
    "conversations.history": Method(conversation_history, ("channel",), PAGING, reads_json=False),
    "conversations.replies": Method(conversation_replies, ("channel", "ts"), PAGING, reads_json=False),
    "users.info": Method(users_info, ("user",), ("include_locale",), reads_json=False),
    "views.open": Method(open_view, ("trigger_id", "view")),
    "views.publish": Method(publish_view, ("user_id", "view"), ("hash",)),
    "views.update": Method(update_view, ("view",), ("view_id", "external_id", "hash")),
    "assistant.threads.setStatus": Method(
        set_status,
        ("channel_id", "thread_ts"),
        ("status", "loading_messages", "icon_emoji", "icon_url", "username"),
    ),
    "assistant.threads.setSuggestedPrompts": Method(
        set_suggested_prompts, ("channel_id", "prompts"), ("thread_ts", "title")
    ),
    "apps.connections.open": Method(open_connection, for_app=True),
}
