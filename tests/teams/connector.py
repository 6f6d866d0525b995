"""A stand-in of Teams: the connector service that takes what the bot says, and where it signs in and finds the keys.

Checks what it is sent as Teams would, records it, and can fail.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs

from aiohttp import web

from tests.teams.activities import APP_ID, BOT, TENANT, Json
from tests.teams.cards import problems
from tests.teams.tokens import Signer
from tests.waiting import PATIENCE

HOST = "127.0.0.1"
PASSWORD = "a-password-of-no-worth"  # noqa: S105 - it opens nothing
TOKEN = "an-access-token-of-no-worth"  # noqa: S105 - as above
SCOPE = "https://api.botframework.com/.default"
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Failure:
    """What a call is answered with: a status, and after how many seconds to try again. No status: no answer.

    `taken`: it is done all the same.
    """

    status: int | None
    retry_after: str = ""
    taken: bool = False


@dataclass(frozen=True)
class Said:
    """What came in: sent anew, or in the place of a message; when, by the monotonic clock, and the id that it has."""

    conversation: str
    activity: Json
    id: str
    at: float
    instead: bool = False

    @property
    def card(self) -> Json:
        """Its card."""
        [attachment] = self.activity["attachments"]
        content: Json = attachment["content"]
        return content


@dataclass(frozen=True)
class Call:
    """A call, taken or not."""

    method: str
    path: str
    status: int | None
    at: float


@dataclass
class Teams:
    """The stand-in, running while its context is entered."""

    signers: list[Signer] = field(default_factory=lambda: [Signer()])
    said: list[Said] = field(default_factory=list)
    typing: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    failures: list[tuple[str, Failure | None]] = field(default_factory=list)
    signed_in: int = 0
    keys_fetched: int = 0
    refusal: Json | None = None
    keys_fail: bool = False
    hold: asyncio.Event | None = None
    expires_in: int = 3600
    url: str = ""
    openid: str = ""
    authority: str = ""

    def __post_init__(self) -> None:
        self._ids = count(1)
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def running(self, certificate: tuple[Path, Path]) -> AsyncIterator["Teams"]:
        """The stand-in, until the context is left; signing in is over HTTPS, with a certificate and its key."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        safe = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        safe.load_cert_chain(*certificate)
        await web.TCPSite(runner, HOST, 0).start()
        await web.TCPSite(runner, HOST, 0, ssl_context=safe).start()
        plain, signing_in = (address[1] for address in runner.addresses)
        self.url = f"http://{HOST}:{plain}/teams/"
        self.openid = f"http://{HOST}:{plain}/v1/.well-known/openidconfiguration"
        self.authority = f"https://{HOST}:{signing_in}/"
        try:
            yield self
        finally:
            await runner.cleanup()

    def fail(self, failure: Failure, *, call: str = "", times: int = 1, after: int = 0) -> None:
        """Answer the next calls so; `call`: only those whose method and path hold this; `after`: so many that are taken."""
        self.failures.extend([*[(call, None)] * after, *[(call, failure)] * times])

    def tokens_made(self) -> list[str]:
        """All that was signed."""
        return [token for each in self.signers for token in each.made]

    async def until(self, seen: Callable[[], object]) -> None:
        """Waits until something that comes in makes this hold."""
        async with asyncio.timeout(PATIENCE):
            while not seen():
                self._changed.clear()
                await self._changed.wait()

    def _app(self) -> web.Application:
        app = web.Application(middlewares=[self._watched])
        app.router.add_post("/teams/v3/conversations", self._begin)
        app.router.add_post("/teams/v3/conversations/{conversation}/activities", self._send)
        app.router.add_put("/teams/v3/conversations/{conversation}/activities/{message}", self._update)
        app.router.add_delete("/teams/v3/conversations/{conversation}/activities/{message}", self._delete)
        app.router.add_get("/v1/.well-known/openidconfiguration", self._openid)
        app.router.add_get("/v1/keys", self._keys)
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._authority)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        return app

    @web.middleware
    async def _watched(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if not request.path.startswith("/teams/"):
            return await handler(request)
        at, called = asyncio.get_running_loop().time(), f"{request.method} {request.path}"
        planned = next((each for each in self.failures if each[0] in called), ("", None))
        if planned in self.failures:
            self.failures.remove(planned)
        failure = planned[1]
        self.calls.append(Call(request.method, request.path, failure.status if failure else 200, at))
        if self.hold:
            self._changed.set()
            await self.hold.wait()
        try:
            done = None if failure and not failure.taken else await handler(request)
            return await self._failed(request, failure) if failure else done or web.Response()
        finally:
            self._changed.set()

    async def _failed(self, request: web.Request, failure: Failure) -> web.StreamResponse:
        if failure.status is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        headers = {"Retry-After": failure.retry_after} if failure.retry_after else {}
        said = {"error": {"code": "Failed", "message": "a sentence that nobody need read"}}
        return web.json_response(said, status=failure.status, headers=headers)

    async def _send(self, request: web.Request) -> web.Response:
        conversation, activity = request.match_info["conversation"], await self._taken(request)
        if activity["type"] == "typing":
            self.typing.append(conversation)
            return web.json_response({"id": ""}, status=201)
        made = str(next(self._ids))
        self.said.append(Said(conversation, activity, made, asyncio.get_running_loop().time()))
        return web.json_response({"id": made}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        conversation, message = request.match_info["conversation"], request.match_info["message"]
        activity = await self._taken(request)
        there = {each.id for each in self.said} - set(self.deleted)
        self._check(message in there, f"there is no message {message}")
        self._check(activity.get("id") == message, "the activity has another id")
        self.said.append(Said(conversation, activity, message, asyncio.get_running_loop().time(), instead=True))
        return web.json_response({"id": message})

    async def _delete(self, request: web.Request) -> web.Response:
        message = request.match_info["message"]
        self._check(request.headers.get("Authorization") == f"Bearer {TOKEN}", "it has not the token")
        self._check(message in {each.id for each in self.said}, f"there is no message {message}")
        self._check(message not in self.deleted, f"message {message} is deleted already")
        self.deleted.append(message)
        return web.json_response({})

    async def _begin(self, request: web.Request) -> web.Response:
        asked = await self._read(request)
        [member] = asked["members"]
        self._check(asked.get("bot", {}).get("id") == BOT, "another bot begins a chat")
        self._check(asked.get("isGroup") is False, "a personal chat is no group")
        self._check(asked.get("channelData") == {"tenant": {"id": TENANT}}, "there is no tenant")
        self.begun.append(member["id"])
        return web.json_response({"id": f"a:{member['id'].removeprefix('29:')}"}, status=201)

    async def _taken(self, request: web.Request) -> Json:
        activity = await self._read(request)
        self._check(activity.get("type") in {"message", "typing"}, f"type {activity.get('type')}")
        self._check(not activity.get("replyToId"), "a reply to a message of no known id")
        self._check(activity.get("from", {}).get("id") == BOT, "it is not from the bot")
        self._check(len(await request.read()) < 80_000, "it is over 80 KB")
        for attachment in activity.get("attachments", ()):
            self._check(attachment["contentType"] == CARD, "an attachment is no card")
            self.wrong.extend(problems(attachment["content"]))
        if activity.get("type") == "message":
            self._check(activity.get("attachments"), "it has no card")
            self._check(activity.get("summary") or request.method == "PUT", "it has no summary")
        return activity

    async def _read(self, request: web.Request) -> Json:
        expected = f"Bearer {TOKEN}" if self.signed_in else None
        self._check(request.headers.get("Authorization") == expected, "it has not the token")
        read: Json = await request.json()
        return read

    def _check(self, fine: object, wrong: str) -> None:
        if not fine:
            self.wrong.append(wrong)

    async def _openid(self, request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"http://{request.host}/v1/keys"}, status=500 if self.keys_fail else 200)

    async def _keys(self, _: web.Request) -> web.Response:
        self.keys_fetched += 1
        return web.json_response({"keys": [each.jwk() for each in self.signers]})

    async def _authority(self, request: web.Request) -> web.Response:
        base = f"https://{request.host}/{request.match_info['tenant']}"
        urls = {"authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/oauth2/v2.0/token"}
        return web.json_response({"issuer": base, **urls})

    async def _token(self, request: web.Request) -> web.Response:
        asked = {name: values[0] for name, values in parse_qs(await request.text()).items()}
        self._check(asked.get("client_id") == APP_ID, "another app signs in")
        self._check(asked.get("scope") == SCOPE, "another scope is asked for")
        if self.refusal or asked.get("client_secret") != PASSWORD:
            refusal = {"error": "invalid_client", "error_description": "AADSTS7000215: …", "error_codes": [7000215]}
            return web.json_response(self.refusal or refusal, status=401)
        self.signed_in += 1
        answer = {"token_type": "Bearer", "access_token": TOKEN, "expires_in": self.expires_in}
        return web.json_response(answer)
