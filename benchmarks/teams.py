"""How many questions a second compactbot answers in Teams, beside a bare echo bot on the same kit's own adapter.

How that is measured is told in load.py. The bare bot checks tokens as the kit does, says one sentence to everything, and
is spared what the kit would do for every answer: to sign in anew. Always ends with exit code 0: this measures; the tests
judge.
"""

import asyncio
import json
import ssl
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import load
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.core.teams import TeamsActivityHandler
from botbuilder.integration.aiohttp import CloudAdapter
from botframework.connector.auth import (
    AuthenticationConstants,
    BotFrameworkAuthenticationFactory,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)
from rich.console import Console

from bot.teams.door import PATH
from tests.teams.activities import APP_ID, ASKER, in_channel
from tests.teams.tokens import HOUR, Signer, certificate

_PASSWORD = "a password of no worth"  # noqa: S105 - it opens nothing
_TOKEN = "a token of no worth"  # noqa: S105 - as above
_CONSTANT = "Please ask the people who look after the Compact in your organisation."
_OPENID = "/v1/.well-known/openidconfiguration"
_SIGN_IN = "/.well-known/openid-configuration"
_ASKERS = 50


@dataclass(frozen=True)
class _Activity:
    """A signed request."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Events:
    """Makes mentions in threads of a channel, with the token that Teams would send."""

    service_url: str
    token: str

    def __call__(self, question: str, number: int) -> tuple[str, _Activity]:
        activity = in_channel(question, user=f"{ASKER}{number % _ASKERS}", root=str(time.perf_counter_ns()))
        body = json.dumps(activity | {"serviceUrl": self.service_url}).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return activity["conversation"]["id"], _Activity(body, headers)


def main() -> None:
    """Measure and print."""
    load.without_proxies()
    console = Console(highlight=False)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True)))
        signer, files = Signer(), certificate(folder)
        (plain, safe), told = stack.enter_context(load.child(_stand_in, json.dumps(signer.jwk()), *map(str, files)))
        teams = f"http://{load.HOST}:{plain}"
        bare, _ = stack.enter_context(load.child(_bare_bot, f"{teams}{_OPENID}"))
        settings = {
            "TEAMS_APP_ID": APP_ID,
            "TEAMS_APP_PASSWORD": _PASSWORD,
            "TEAMS_SERVICE_HOSTS": load.HOST,
            "TEAMS_OPENID_URL": f"{teams}{_OPENID}",
            "TEAMS_AUTHORITY_URL": f"https://{load.HOST}:{safe}/",
            "REQUESTS_CA_BUNDLE": str(files[0]),
        }
        with load.compactbot(folder, settings) as (_, process):
            first = load.resting(process)
        ours, process = stack.enter_context(load.compactbot(folder, settings))
        before = load.resting(process)
        addresses = {
            "compactbot": f"http://{load.HOST}:{ours}{PATH}",
            "bare echo bot": f"http://{load.HOST}:{bare}{PATH}",
        }
        url = f"{teams}/teams/"
        events = _Events(url, signer.token(url, exp=int(time.time() + HOUR)))
        rounds = asyncio.run(load.measured(addresses, events, told))
        after = load.resting(process)
    console.print(load.rates("Teams", rounds))
    console.print(load.about(), "", style="dim")
    share = load.share_bar(rounds["compactbot"], rounds["bare echo bot"])
    console.print(load.bars("Teams", [share, *load.memory_bars(first, before, after)]))


async def _stand_in(tell: Connection, key: str, certificate_: str, certificates_key: str) -> None:
    """Teams' servers as far as they are used here: all is well, and every answer's arrival is told."""
    made = count(1)
    keys = {"keys": [json.loads(key)]}

    async def answer(request: web.BaseRequest) -> web.Response:
        body, at = await request.read(), time.perf_counter()
        if request.path.startswith("/teams/"):
            if json.loads(body)["type"] == "message":
                tell.send((request.path.split("/")[4], at))
            return web.json_response({"id": str(next(made))}, status=201)
        base = f"{request.scheme}://{request.host}"
        if request.path == _OPENID:
            return web.json_response({"jwks_uri": f"{base}/keys"})
        if request.path.endswith(_SIGN_IN):
            urls = {"authorization_endpoint": f"{base}/tenant/authorize", "token_endpoint": f"{base}/tenant/token"}
            return web.json_response({"issuer": base, **urls})
        token: dict[str, Any] = {"token_type": "Bearer", "access_token": _TOKEN, "expires_in": 3600}
        return web.json_response(keys if request.path == "/keys" else token)

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    safe = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    safe.load_cert_chain(certificate_, certificates_key)
    await web.TCPSite(runner, load.HOST, 0).start()
    await web.TCPSite(runner, load.HOST, 0, ssl_context=safe).start()
    tell.send([address[1] for address in runner.addresses])
    await asyncio.Event().wait()


async def _bare_bot(tell: Connection, openid: str) -> None:
    """As little as a bot on the kit's own adapter can do with a message."""
    authentication = BotFrameworkAuthenticationFactory.create(
        to_channel_from_bot_login_url=AuthenticationConstants.TO_CHANNEL_FROM_BOT_LOGIN_URL_PREFIX,
        to_channel_from_bot_oauth_scope=AuthenticationConstants.TO_CHANNEL_FROM_BOT_OAUTH_SCOPE,
        to_bot_from_channel_token_issuer=AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER,
        oauth_url=AuthenticationConstants.OAUTH_URL,
        to_bot_from_channel_open_id_metadata_url=openid,
        credential_factory=_SignedIn(APP_ID, _PASSWORD),
    )
    adapter, echo = CloudAdapter(authentication), _Echo()

    async def receive(request: web.Request) -> web.StreamResponse:
        response: web.StreamResponse = await adapter.process(request, echo)
        return response

    app = web.Application()
    app.router.add_post(PATH, receive)
    # The kit fetches the keys with the program standing still, but they are in another process.
    await load.served(web.AppRunner(app, access_log=None), tell)


class _Echo(TeamsActivityHandler):  # type: ignore[misc]
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Says the same to everything."""
        await turn_context.send_activity(_CONSTANT)


class _SignedIn(PasswordServiceClientCredentialFactory):  # type: ignore[misc]
    async def create_credentials(self, *_: object, **__: object) -> MicrosoftAppCredentials:
        """Credentials that are signed in already."""
        return _Credentials(self.app_id, self.password)


class _Credentials(MicrosoftAppCredentials):  # type: ignore[misc]
    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002, FBT002 - the kit's signature
        """The token."""
        return _TOKEN


if __name__ == "__main__":
    main()
