"""Whether a request comes from Teams: the check of the token that each one carries.

Rules: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication, "Connector to
bot". Stricter than they ask: an expired token is never taken.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import jwt

ISSUER = "https://api.botframework.com"
CHANNEL = "msteams"
# https://microsoft.github.io/teams-sdk/python/essentials/app-configuration/service-url-validation, the public cloud.
SERVICE_HOSTS = frozenset(
    {"smba.trafficmanager.net", "smba.onyx.prod.teams.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"}
)
THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_HTTPS = 443
# A clock may be behind that of Teams, so that a token seems to be made in the future.
_CLOCKS_APART = 60.0
_KEYS_KEPT_FOR = 24 * 3600.0
_UNKNOWN_KEY_AFTER = 600.0
_FAILED_AFTER = 10.0
_FETCHED_WITHIN = aiohttp.ClientTimeout(total=5.0)
_REQUIRED = ["exp", "iss", "aud"]
_REASONS: Mapping[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "its token has expired",
    jwt.ImmatureSignatureError: "its token is not valid yet",
    jwt.InvalidAudienceError: "its token is for another bot",
    jwt.InvalidIssuerError: "its token is from another issuer",
    jwt.InvalidSignatureError: "its token's signature is wrong",
}


class RefusedError(Exception):
    """A request is not from Teams; the text says why, and holds nothing that came with it."""


class NoKeysError(Exception):
    """The keys cannot be fetched, so that nobody can tell who calls."""


@dataclass(frozen=True)
class _Key:
    key: Any
    channels: tuple[str, ...]


class Keys:
    """The keys that Teams signs with, fetched when they are first needed, once a day, and when one is not known."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        """`url`: where the OpenID document is that names the key set."""
        self._url = url
        self._session = session
        self._keys: dict[str, _Key] = {}
        self._fetched_at = float("-inf")
        self._failed_at = float("-inf")
        self._fetching = asyncio.Lock()

    async def find(self, name: str) -> _Key:
        """The key of a name. Raises RefusedError where Teams has none, NoKeysError where Teams cannot be asked."""
        if self._stale(name):
            async with self._fetching:
                if self._stale(name):
                    await self._fetch()
        if not self._keys:
            raise NoKeysError
        if name not in self._keys:
            raise RefusedError("its token is signed with an unknown key")
        return self._keys[name]

    def _stale(self, name: str) -> bool:
        now = time.monotonic()
        if now - self._failed_at < _FAILED_AFTER:
            return False
        kept_for = _KEYS_KEPT_FOR if name in self._keys else _UNKNOWN_KEY_AFTER
        return now - self._fetched_at > kept_for

    async def _fetch(self) -> None:
        try:
            document = await self._json(self._url)
            found = (await self._json(document["jwks_uri"]))["keys"]
            self._keys = {each["kid"]: _key(each) for each in found if each.get("kty") == "RSA"}
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, AttributeError, jwt.PyJWTError):
            self._failed_at = time.monotonic()  # the keys that are known go on being used
        else:
            self._fetched_at = time.monotonic()

    async def _json(self, url: str) -> Any:
        async with self._session.get(url, timeout=_FETCHED_WITHIN, raise_for_status=True) as answer:
            return json.loads(await answer.read())


@dataclass(frozen=True)
class TokenCheck:
    """Tells requests of Teams from others. `keys` None: nobody is checked, which is for clients on this machine."""

    app_id: str
    keys: Keys | None
    hosts: frozenset[str] = field(default=frozenset())

    async def claims(self, header: str) -> dict[str, Any]:
        """What the token in an Authorization header claims, its signature, times, issuer and audience checked.

        Raises RefusedError, and NoKeysError.
        """
        if self.keys is None:
            return {}
        kind, _, token = header.partition(" ")
        if kind.lower() != "bearer" or not token:
            raise RefusedError("it has no token")
        key = await self.keys.find(_key_name(token))
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=["RS256"],
                audience=self.app_id,
                issuer=ISSUER,
                leeway=_CLOCKS_APART,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise RefusedError(_reason(error)) from error
        if int(claims["exp"]) <= time.time():
            raise RefusedError(_REASONS[jwt.ExpiredSignatureError])
        return claims | {"channels": key.channels}

    def check(self, claims: Mapping[str, Any], activity: Mapping[str, Any]) -> None:
        """Raises RefusedError where an activity is not the one that its token was made for."""
        url = activity.get("serviceUrl")
        if not isinstance(url, str) or not url:
            raise RefusedError("its activity names no service URL")
        if not self._is_allowed(url):
            raise RefusedError("its service URL is not one of Teams'")
        if self.keys is None:
            return
        if activity.get("channelId") != CHANNEL:
            raise RefusedError("its activity is not from Teams")
        if claims["channels"] and CHANNEL not in claims["channels"]:
            raise RefusedError("its key does not sign for Teams")
        if not claims.get("serviceurl"):
            raise RefusedError("its token names no service URL")
        if claims["serviceurl"] != url:
            raise RefusedError("its token names another service URL than its activity")

    def _is_allowed(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.query or parts.fragment:
            return False
        if host in self.hosts:
            return parts.scheme in {"http", "https"}
        return parts.scheme == "https" and host in SERVICE_HOSTS and port in {None, _HTTPS}


def _key(found: Mapping[str, Any]) -> _Key:
    return _Key(jwt.PyJWK(dict(found), algorithm="RS256").key, tuple(found.get("endorsements", ())))


def _key_name(token: str) -> str:
    """The name of the key that a token says it is signed with, looked at before any key is asked for."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise RefusedError("its token cannot be read") from error
    if header.get("alg") != "RS256":
        raise RefusedError("its token is not signed by RS256")
    name = header.get("kid")
    if not isinstance(name, str):
        raise RefusedError("its token names no key")
    return name


def _reason(error: jwt.PyJWTError) -> str:
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"its token has no {error.claim}"
    return _REASONS.get(type(error), "its token cannot be read")
