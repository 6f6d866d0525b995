"""Calendars over HTTP, from a real server."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from icalendar import Calendar

from bot.feeds import feeds
from bot.serving import serve as serving_of
from bot.settings import Settings
from bot.web import application
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Change
from tests.clock import DrivenClock
from tests.forums.small import day, made

SERIES = [
    made(),
    made(id="other", name="Other forum", recurrence="FREQ=YEARLY", starts="2025-05-06"),
    made(id="over", name="Over", recurrence="FREQ=MONTHLY;COUNT=2", starts="2020-01-14"),
    made(id="out", name="Out", recurrence="FREQ=YEARLY;COUNT=1", starts="2026-12-25", bank_holidays="leave-out"),
]
CHANGED = datetime(2026, 11, 1, tzinfo=UTC)

Calls = Callable[[aiohttp.ClientSession], Awaitable[None]]
Changed = dict[tuple[str, date], Change]


def serve(
    calls: Calls, *, series: Sequence[Series] = SERIES, clock: DrivenClock | None = None, changes: Changed | None = None
) -> None:
    """Serves the calendars on a free port, and makes calls of them. Clock and changes may be altered in between."""

    async def play() -> None:
        pages = feeds(series, clock or DrivenClock(), lambda: changes or {})
        runner = web.AppRunner(application({}, {}, pages))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
                await calls(session)
        finally:
            await runner.cleanup()

    asyncio.run(play())


async def names(session: aiohttp.ClientSession, path: str) -> tuple[str, list[str]]:
    """What a calendar is called, and which events are in it."""
    async with session.get(path) as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        calendar = Calendar.from_ical(await answer.read())
    return str(calendar.calendar_name), [str(each["UID"]).removesuffix("@compactbot") for each in calendar.events]


def test_there_is_a_calendar_of_all_of_one_series_and_of_one_forum() -> None:
    """It is November 2026: a year back, two years ahead."""
    of_other = ["other-2026-05-06", "other-2027-05-06", "other-2028-05-06"]

    async def calls(session: aiohttp.ClientSession) -> None:
        name, everything = await names(session, "/forums.ics")
        assert name == "Compact forums"
        assert {each.rpartition("-20")[0] for each in everything} == {"quarterly", "other"}
        assert len(everything) == 15
        assert await names(session, "/forums/other.ics") == ("Other forum", of_other)
        assert await names(session, "/forums/other/2025-05-06.ics") == ("Other forum", ["other-2025-05-06"])

    serve(calls)


@pytest.mark.parametrize(
    "path",
    [
        "/forums/nobody.ics",
        "/forums/over.ics",
        "/forums/out/2026-12-25.ics",
        "/forums/quarterly/2026-01-15.ics",
        "/forums/quarterly/soon.ics",
        "/forums/quarterly/0001-01-01.ics",
        "/forums/quarterly/9999-12-31.ics",
        "/forums/nobody/2026-01-14.ics",
        "/forums/",
        "/forums/..%2F..%2Fetc%2Fpasswd.ics",
    ],
)
def test_what_there_is_not_is_not_found(path: str) -> None:
    async def calls(session: aiohttp.ClientSession) -> None:
        async with session.get(path) as answer:
            assert answer.status == 404

    serve(calls)


def test_without_any_series_there_is_no_calendar() -> None:
    async def calls(session: aiohttp.ClientSession) -> None:
        async with session.get("/forums.ics") as answer:
            assert answer.status == 404

    serve(calls, series=[])


def test_a_calendar_can_only_be_read() -> None:
    async def calls(session: aiohttp.ClientSession) -> None:
        for method, status in (("HEAD", 200), ("POST", 405), ("DELETE", 405)):
            async with session.request(method, "/forums.ics") as answer:
                assert answer.status == status

    serve(calls)


def test_a_change_and_a_new_day_are_in_the_calendar_at_once() -> None:
    clock, changes = DrivenClock(), Changed({("nobody", day("2026-01-01")): Change()})

    async def calls(session: aiohttp.ClientSession) -> None:
        async def text(path: str) -> str:
            async with session.get(path) as answer:
                return await answer.text()

        assert "STATUS:CANCELLED" not in await text("/forums/quarterly.ics")
        changes["quarterly", day("2027-01-13")] = Change(1, CHANGED, cancelled=True)
        for path in ("/forums.ics", "/forums/quarterly.ics", "/forums/quarterly/2027-01-13.ics"):
            assert (await text(path)).count("STATUS:CANCELLED") == 1
        assert "quarterly-2029-01-10" not in await text("/forums/quarterly.ics")
        clock.advance(timedelta(days=60))
        assert "quarterly-2029-01-10" in await text("/forums/quarterly.ics")

    serve(calls, clock=clock, changes=changes)


def test_serving_serves_the_forums_that_the_settings_name(tmp_path: Path) -> None:
    """Until it is told to stop, as by whoever runs it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = Settings(
        _env_file=None, port=port, database_url=f"sqlite:///{tmp_path / 'compactbot.db'}", cache_dir=tmp_path
    )
    told = asyncio.Queue[str]()

    async def play() -> tuple[str, list[str]]:
        serving = asyncio.create_task(serving_of(settings, told.put_nowait))
        assert await asyncio.wait_for(told.get(), 30) == (
            "on   Forums: 3 made-up series, to try things with; set FORUMS_PATH to a file of your own; "
            f"GET http://127.0.0.1:{port}/forums.ics"
        )
        assert "Listening" in await asyncio.wait_for(told.get(), 30)
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            found = await names(session, "/forums.ics")
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(serving, 30)
        return found

    name, events = asyncio.run(play())
    assert name == "Compact forums"
    assert any(each.startswith("sglos-implementation-group-") for each in events)
