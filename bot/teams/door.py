"""The endpoint that Teams sends to: who calls is checked before anything else, then what is sent.

401: not from Teams; 413: too large; 400: no activity; 503: to be sent again, as the keys or the database cannot be
reached; 200: kept, to be answered, or not for us.
"""

import json
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.teams.port import Activity
from bot.teams.reading import is_activity
from bot.teams.tokens import NoKeysError, RefusedError, TokenCheck
from bot.web import Handler

PATH = "/api/messages"
# Teams itself takes messages of up to 100 KB.
MOST_BYTES = 256 * 1024
_BAD, _REFUSED, _TOO_LARGE, _LATER = 400, 401, 413, 503
_log = logging.getLogger(__name__)


def endpoint(check: TokenCheck, take: Callable[[Activity], Awaitable[None]]) -> Handler:
    """Answers Teams' requests. `take` keeps an activity, and raises where it cannot."""

    async def receive(request: web.Request) -> web.StreamResponse:
        try:
            claims = await check.claims(request.headers.get("Authorization", ""))
            activity = _activity(await _body(request))
            check.check(claims, activity)
        except RefusedError as refused:
            _log.warning("a request from %s was refused: %s", request.remote, refused)
            return _said(_REFUSED, "The request is not from Teams, or not for this bot.")
        except NoKeysError:
            _log.error("a request cannot be checked: the keys at TEAMS_OPENID_URL cannot be fetched")
            return _said(_LATER, "Who calls cannot be checked just now.")
        except _TooLargeError:
            return _said(_TOO_LARGE, "The activity is too large.")
        except ValueError:
            return _said(_BAD, "The body is not an activity.")
        return await _taken(activity)

    async def _taken(activity: Activity) -> web.Response:
        try:
            await take(activity)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with us, Teams is to send it again
            # Not the error's own text: that of a database error carries what people wrote.
            _log.error("an activity could not be kept, and Teams is asked to send it again: %s", type(error).__name__)
            return _said(_LATER, "The activity cannot be kept just now.")
        return web.Response()

    return receive


class _TooLargeError(Exception):
    pass


async def _body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise _TooLargeError
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise _TooLargeError from error
    if len(body) > MOST_BYTES:
        raise _TooLargeError
    return body


def _activity(body: bytes) -> Activity:
    """The activity in a body. Raises ValueError where it is none."""
    try:
        activity = json.loads(body, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError from error
    if not is_activity(activity):
        raise ValueError
    return dict(activity)


def _no_number(name: str) -> None:
    """Python reads NaN and Infinity, which are no JSON, and which no database keeps."""
    raise ValueError(name)


def _said(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text)
