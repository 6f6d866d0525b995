"""The HTTP server over real connections."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot import web as ours
from bot.web import MOST_BYTES, Check, Handler, application

Calls = Callable[[aiohttp.ClientSession, str], Awaitable[None]]


async def fine() -> None:
    """A check that passes."""


async def broken() -> None:
    """A check that fails."""
    raise ConnectionRefusedError("secret words")


async def hanging() -> None:
    """A check that never ends."""
    await asyncio.sleep(60)


async def echo(request: web.Request) -> web.Response:
    """A route that sends back what it got."""
    return web.Response(body=await request.read())


def serve(
    calls: Calls, *, routes: Mapping[str, Handler] | None = None, checks: Mapping[str, Check] | None = None
) -> None:
    """Serves an application on a free port, and makes calls of it."""

    async def play() -> None:
        runner = web.AppRunner(application(routes or {}, checks or {}), lingering_time=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            async with aiohttp.ClientSession() as session:
                await calls(session, f"http://127.0.0.1:{runner.addresses[0][1]}")
        finally:
            await runner.cleanup()

    asyncio.run(play())


async def got(session: aiohttp.ClientSession, url: str) -> tuple[int, Any]:
    """A status and its JSON."""
    async with session.get(url) as answer:
        return answer.status, await answer.json()


def test_the_process_lives_whatever_its_checks_say() -> None:
    async def calls(session: aiohttp.ClientSession, url: str) -> None:
        assert await got(session, url + "/healthz") == (200, {"status": "ok"})

    serve(calls, checks={"database": broken, "slack": hanging})


@pytest.mark.parametrize(
    ("checks", "status", "found"),
    [
        ({}, 200, {"status": "ok"}),
        ({"database": fine, "slack": fine}, 200, {"status": "ok", "database": "ok", "slack": "ok"}),
        (
            {"database": fine, "slack": broken},
            503,
            {"status": "not ready", "database": "ok", "slack": "ConnectionRefusedError"},
        ),
        (
            {"database": hanging, "slack": hanging, "teams": fine},
            503,
            {"status": "not ready", "database": "TimeoutError", "slack": "TimeoutError", "teams": "ok"},
        ),
    ],
    ids=["none", "fine", "broken", "hanging"],
)
def test_it_is_ready_when_every_check_passes_in_time(
    monkeypatch: pytest.MonkeyPatch, checks: dict[str, Check], status: int, found: dict[str, str]
) -> None:
    """All are asked at once, and a failure is told by its kind alone: its words may be secret."""
    monkeypatch.setattr(ours, "_CHECKED_WITHIN", 0.4)

    async def calls(session: aiohttp.ClientSession, url: str) -> None:
        before = asyncio.get_running_loop().time()
        assert await got(session, url + "/readyz") == (status, found)
        assert asyncio.get_running_loop().time() - before < 0.79

    serve(calls, checks=checks)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/slack/events", 200),
        ("GET", "/slack/events", 405),
        ("PUT", "/slack/events", 405),
        ("POST", "/slack/events/", 404),
        ("POST", "/healthz", 405),
        ("GET", "/", 404),
        ("GET", "/../etc/passwd", 404),
        ("HEAD", "/healthz", 200),
    ],
)
def test_there_is_nothing_but_health_and_what_platforms_post(method: str, path: str, status: int) -> None:
    async def calls(session: aiohttp.ClientSession, url: str) -> None:
        async with session.request(method, url + path) as answer:
            assert answer.status == status

    serve(calls, routes={"/slack/events": echo})


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
def test_a_body_may_have_a_megabyte(size: int, status: int) -> None:
    """Whether or not it tells its size beforehand."""

    async def calls(session: aiohttp.ClientSession, url: str) -> None:
        async with session.post(url + "/echo", data=io.BytesIO(b"x" * size)) as answer:
            assert answer.status == status
        async with session.post(url + "/echo", data=io.BytesIO(b"x" * size), chunked=True) as answer:
            assert answer.status == status

    serve(calls, routes={"/echo": echo})
