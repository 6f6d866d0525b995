"""The Teams connector over botbuilder: the one module that knows that kit, which its maker has archived.

Left to itself the kit signs in and opens a connection for every message, and the whole program stands still meanwhile.
Here it is given a token that is kept, and an HTTP session that is kept and waits without holding anybody up.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeVar

import aiohttp
import msal
from botbuilder import schema
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import ChannelAccount, ConversationAccount, ConversationParameters, ConversationReference
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import (
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
    MicrosoftAppCredentials,
)
from msrest import Deserializer
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPSender, AsyncPipeline
from msrest.pipeline.universal import RawDeserializer
from msrest.universal_http import HTTPClientResponse

from bot.teams.port import Activity, ConnectorError, Reference, SignInError
from bot.teams.tokens import CHANNEL

_SCOPE = "https://api.botframework.com/.default"
# Microsoft renews nothing until a token has five minutes left.
_RENEWED_BEFORE = 300.0
_SIGNED_IN_WITHIN = 10.0
_REFUSED_FOR = 5.0
_ANSWERED_WITHIN = aiohttp.ClientTimeout(total=10.0)
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
_TRIED_AGAIN = frozenset({412, 429, 502, 504})
_TRIES = 4
# What has to wait for longer waits in the outbox, where it holds up no other.
_WAIT, _LONGEST_WAIT = 1.0, 5.0
_FAILED = 300
_MODELS = {name: each for name, each in vars(schema).items() if isinstance(each, type)}

T = TypeVar("T")


class BotBuilderConnector:
    """A `bot.teams.port.Connector` over botbuilder's CloudAdapter."""

    def __init__(self, app: "App | None", session: aiohttp.ClientSession) -> None:
        """`app`: who the bot signs in as; None for a client on this machine, which asks for no token."""
        self._app = app
        self._app_id = app.app_id if app else ""
        self._adapter = CloudAdapter(_Authentication(app, session))
        self._model = Deserializer(_MODELS)  # type: ignore[no-untyped-call]

    async def send(self, to: Reference, activity: Activity) -> str:
        """See `Connector.send`."""
        model = self._model("Activity", activity)
        sent = await self._within(to, lambda context: context.send_activity(model))
        return str(sent.id or "")

    async def update(self, to: Reference, message: str, activity: Activity) -> None:
        """See `Connector.update`."""
        model = self._model("Activity", activity | {"id": message})
        await self._within(to, lambda context: context.update_activity(model))

    async def delete(self, to: Reference, message: str) -> None:
        """See `Connector.delete`."""
        await self._within(to, lambda context: context.delete_activity(message))

    async def begin(self, near: Reference, user: str) -> Reference:
        """See `Connector.begin`."""
        begun: list[str] = []

        async def note(context: TurnContext) -> None:
            begun.append(context.activity.conversation.id)

        asked = ConversationParameters(
            is_group=False,
            bot=ChannelAccount(id=near.bot),
            members=[ChannelAccount(id=user)],
            tenant_id=near.tenant,
            channel_data={"tenant": {"id": near.tenant}},
        )
        await _told(self._adapter.create_conversation(self._app_id, note, asked, CHANNEL, near.service_url))
        return replace(near, conversation=begun[0])

    async def sign_in(self) -> None:
        """See `Connector.sign_in`."""
        if self._app:
            await self._app.token()

    async def _within(self, to: Reference, work: Callable[[TurnContext], Awaitable[T]]) -> T:
        done: list[T] = []

        async def turn(context: TurnContext) -> None:
            context.activity.id = None  # one made up by the kit, which it would otherwise reply to
            done.append(await work(context))

        place = ConversationReference(
            bot=ChannelAccount(id=to.bot),
            conversation=ConversationAccount(id=to.conversation, tenant_id=to.tenant),
            channel_id=CHANNEL,
            service_url=to.service_url,
        )
        await _told(self._adapter.continue_conversation(place, turn, self._app_id))
        return done[0]


class App:
    """Who the bot is to Microsoft, and the token by which it shows that, renewed before it expires."""

    def __init__(self, app_id: str, password: str, authority: str) -> None:
        """`authority`: where to sign in, the tenant in its path. Nothing is asked there before `token`."""
        self.app_id = app_id
        self._password = password
        self._authority = authority
        self._token, self._why_none = "", ""
        self._good_until = self._asked_next = float("-inf")
        self._asking = asyncio.Lock()

    async def token(self) -> str:
        """A token that has not expired. Raises SignInError."""
        if time.monotonic() >= self._asked_next:
            async with self._asking:
                if time.monotonic() >= self._asked_next:
                    await self._renew()
        if time.monotonic() >= self._good_until:
            raise SignInError(self._why_none)
        return self._token

    async def _renew(self) -> None:
        asked_at = time.monotonic()
        try:
            answer = await asyncio.to_thread(self._ask)
        except Exception as error:  # noqa: BLE001 - the library lets through whatever its own HTTP library raises
            answer = {"error": type(error).__name__}
        if "access_token" not in answer:
            # Whoever waits behind others would only wait longer, were each of them to ask.
            self._why_none, self._asked_next = _why(answer), time.monotonic() + _REFUSED_FOR
            return
        lasts = float(answer.get("expires_in", 0))
        self._token, self._good_until = answer["access_token"], asked_at + lasts
        self._asked_next = asked_at + max(lasts - _RENEWED_BEFORE, 0)

    def _ask(self) -> dict[str, Any]:
        # An authority that an operator has set is believed; asking Microsoft about it would take the network.
        app = msal.ConfidentialClientApplication(
            self.app_id,
            client_credential=self._password,
            authority=self._authority,
            instance_discovery=False,
            timeout=_SIGNED_IN_WITHIN,
        )
        with closing(app.http_client):
            answer: dict[str, Any] = app.acquire_token_for_client([_SCOPE])
        return answer


def _why(answer: dict[str, Any]) -> str:
    """Microsoft's word and number for why it gives no token: its sentences name tenants and times."""
    numbers = " ".join(f"AADSTS{number}" for number in answer.get("error_codes", ()))
    return f"{answer.get('error', 'no token')} {numbers}".strip()


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]
    """Gives the kit connectors that are kept. Who calls us is checked elsewhere (bot/teams/tokens.py)."""

    def __init__(self, app: App | None, session: aiohttp.ClientSession) -> None:
        self._connectors = _Connectors(app, session)

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002 - the kit's
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:
        """None: nobody signs in to anything through this bot."""

    async def authenticate_request(self, activity: schema.Activity, auth_header: str) -> None:
        """Not asked: requests do not come in through the kit."""

    async def authenticate_streaming_request(self, auth_header: str, channel_id_header: str) -> None:
        """Not asked, as above."""


class _Connectors(ConnectorFactory):  # type: ignore[misc]
    """One connector for each of Teams' servers."""

    def __init__(self, app: App | None, session: aiohttp.ClientSession) -> None:
        self._sender = _Sender(app, session)
        self._made: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, audience: str) -> ConnectorClient:  # noqa: ARG002 - the kit's signature
        if service_url not in self._made:
            nobody = MicrosoftAppCredentials.empty()
            self._made[service_url] = ConnectorClient(nobody, service_url, pipeline_type=self._pipeline)
        return self._made[service_url]

    def _pipeline(self, config: Any) -> AsyncPipeline[Any, Any]:
        return AsyncPipeline([config.user_agent_policy, RawDeserializer()], self._sender)


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends with the token, over the session that is kept, and again where Teams asks for it."""

    def __init__(self, app: App | None, session: aiohttp.ClientSession) -> None:
        self._app = app
        self._session = session

    async def __aexit__(self, *_: object) -> None:
        """The session is not ours to close."""

    async def send(self, request: Request[Any], **_: Any) -> Response[Any, Any]:
        attempt = 1
        while (answer := await self._once(request)).status_code >= _FAILED:
            asked = answer.headers.get("Retry-After", "")
            wait = float(asked) if asked.isdecimal() else _WAIT * 2 ** (attempt - 1)
            if answer.status_code not in _TRIED_AGAIN or attempt == _TRIES or wait > _LONGEST_WAIT:
                raise ConnectorError(answer.status_code, float(asked) if asked.isdecimal() else None)
            await asyncio.sleep(wait)
            attempt += 1
        return Response(request, answer)

    async def _once(self, request: Request[Any]) -> "_Answer":
        call = request.http_request
        headers = dict(call.headers) | ({"Authorization": f"Bearer {await self._app.token()}"} if self._app else {})
        try:
            async with self._session.request(
                call.method,
                call.url,
                data=call.data,
                headers=headers,
                allow_redirects=False,
                timeout=_ANSWERED_WITHIN,
            ) as response:
                return _Answer(call, response, await response.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise ConnectorError(None) from error


class _Answer(HTTPClientResponse):
    def __init__(self, request: Any, response: aiohttp.ClientResponse, body: bytes) -> None:
        super().__init__(request, response)
        self.status_code: int = response.status
        self.headers = response.headers.copy()
        self._body = body

    def body(self) -> bytes:
        return self._body


async def _told(call: Awaitable[None]) -> None:
    try:
        await call
    except ValueError as error:  # an answer that is not what Teams answers
        raise ConnectorError(None) from error
