"""Forum calendars over HTTP: one of all series, one of each, and a file for each forum."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from aiohttp import web

from bot.calendar import ALL, calendar_file, shown_around
from bot.web import Handler
from handlers.ports import Clock
from knowledge.forums.content import FIRST_DAY, LAST_DAY, Series
from knowledge.forums.occurrences import Change, Changes, Occurrence, Standing, occurrence_of

_Frozen = frozenset[tuple[tuple[str, date], Change]]


def feeds(series: Sequence[Series], clock: Clock, changes: Callable[[], Changes] = dict) -> Mapping[str, Handler]:
    """What answers GET, by path. `changes` tells at each request what the coordinators have changed.

    Where there is no such series or forum, or none to show, the answer is 404.
    """
    known = {each.id: each for each in series}

    @lru_cache(maxsize=len(known) + 1)  # A hundred calendar programs ask for the same bytes, all day long.
    def feed(name: str, ids: tuple[str, ...], today: date, changed: _Frozen) -> bytes | None:
        shown = shown_around([known[each] for each in ids], today, dict(changed))
        return calendar_file(name, shown) if shown else None

    def around(name: str, ids: tuple[str, ...]) -> bytes | None:
        return feed(name, ids, clock.now().date(), frozenset(changes().items()))

    async def everything(_: web.Request) -> web.Response:
        return _answer(await asyncio.to_thread(around, ALL, tuple(known)))

    async def of_series(request: web.Request) -> web.Response:
        one = _series(known, request)
        return _answer(await asyncio.to_thread(around, one.name, (one.id,)))

    async def of_occurrence(request: web.Request) -> web.Response:
        one, day = _series(known, request), _day(request)
        return _answer(await asyncio.to_thread(lambda: _file(one, occurrence_of(one, day, changes()))))

    return {
        "/forums.ics": everything,
        "/forums/{series}.ics": of_series,
        "/forums/{series}/{day}.ics": of_occurrence,
    }


def _file(series: Series, occurrence: Occurrence | None) -> bytes | None:
    if occurrence is None or occurrence.standing is Standing.LEFT_OUT:
        return None
    return calendar_file(series.name, [occurrence])


def _answer(body: bytes | None) -> web.Response:
    if body is None:
        raise web.HTTPNotFound
    return web.Response(body=body, content_type="text/calendar", charset="utf-8")


def _series(known: Mapping[str, Series], request: web.Request) -> Series:
    found = known.get(request.match_info["series"])
    if found is None:
        raise web.HTTPNotFound
    return found


def _day(request: web.Request) -> date:
    try:
        day = date.fromisoformat(request.match_info["day"])
    except ValueError as error:
        raise web.HTTPNotFound from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise web.HTTPNotFound
    return day
