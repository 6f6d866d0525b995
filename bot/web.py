"""The HTTP server: health, the platforms' requests, and pages for everybody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Check = Callable[[], Awaitable[None]]

MOST_BYTES = 1024 * 1024
_CHECKED_WITHIN = 5.0


def application(
    routes: Mapping[str, Handler], checks: Mapping[str, Check], pages: Mapping[str, Handler] | None = None
) -> web.Application:
    """An application that answers POST on `routes`, GET /healthz (the process lives) and GET /readyz (all `checks` pass).

    It answers GET on `pages`, too; their paths may hold names in braces.

    A check passes by returning, and fails by raising or by taking longer than five seconds.
    """
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_get("/healthz", _healthy)
    app.router.add_get("/readyz", _readiness(checks))
    for path, handler in routes.items():
        app.router.add_post(path, handler)
    for path, handler in (pages or {}).items():
        app.router.add_get(path, handler)
    return app


async def _healthy(_: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _readiness(checks: Mapping[str, Check]) -> Handler:
    async def ready(_: web.Request) -> web.Response:
        outcomes = dict(zip(checks, await asyncio.gather(*map(_outcome, checks.values())), strict=True))
        fine = all(outcome == "ok" for outcome in outcomes.values())
        return web.json_response({"status": "ok" if fine else "not ready", **outcomes}, status=200 if fine else 503)

    return ready


async def _outcome(check: Check) -> str:
    try:
        await asyncio.wait_for(check(), _CHECKED_WITHIN)
    except Exception as error:  # noqa: BLE001 - whatever is wrong, the answer is that we are not ready
        return type(error).__name__
    return "ok"
