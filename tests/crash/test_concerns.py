"""Concerns filed, delivered and handled while our processes are killed again and again, and Slack fails now and then."""

import asyncio
import random
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerContext
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from sqlalchemy import Engine

from bot.composition import assembled
from handlers.concerns.house import House
from knowledge.compiling import compiled
from knowledge.finding import Finder
from tests.bot.test_serving import Place
from tests.clock import DrivenClock
from tests.crash.afterwards import Afterwards, at_rest, kept
from tests.crash.flaky import FlakySlack
from tests.crash.leads import Lead
from tests.crash.processes import Killer, Replica, free_port, rounds, seed, stopped, warmed_up, while_killed
from tests.crash.raisers import Raiser
from tests.crash.wire import Wire
from tests.knowledge.small import small_knowledge
from tests.slack.conftest import SECRET
from tests.slack.requests import LEAD

RAISERS = tuple(f"U0RAISER{number:02}" for number in range(12))
FAILS = 0.08
# How much is done between kills, in calls of Slack; and for how long that is waited for, as all may wait for an answer.
MOST_CALLS, LONGEST = 50, 10.0
LITTLE = 0.2
RESTS_WITHIN = 120.0
# People go on after the killing until so many concerns are filed, however slow the machine is.
FEWEST = 5
# What Slack may refuse: a form that is opened too late.
_MAY_BE_REFUSED = {"expired_trigger_id"}

pytestmark = pytest.mark.crash


@dataclass(frozen=True)
class Site:
    """Where it all happens: a folder, a knowledge base, a database, and who lives and works there."""

    folder: Path
    url: str
    engine: Engine
    replicas: int
    context: ForkServerContext

    @property
    def knowledge(self) -> Path:
        """The knowledge base's folder."""
        return self.folder / "knowledge"

    def replica(self, number: int, slack: FlakySlack) -> tuple[Replica, str]:
        """A process of ours, and where it takes what Slack sends."""
        place = Place(self.folder, self.knowledge, self.folder / "cache", free_port())
        environment = place.environment(
            slack, DATABASE_URL=self.url, SLACK_SIGNING_SECRET=SECRET, ADMINISTRATORS=f"slack:{LEAD}"
        )
        replica = Replica(self.context, environment, self.folder, self.folder / f"log{number}")
        return replica, f"http://127.0.0.1:{place.port}/slack/events"


async def quiet(site: Site, wire: Wire) -> None:
    """Wait until all that was sent is answered, and all that was put is delivered."""
    await wire.over()
    async with asyncio.timeout(RESTS_WITHIN):
        while not await asyncio.to_thread(at_rest, site.engine):  # noqa: ASYNC110 - the database sets no event
            await asyncio.sleep(0.3)


async def played(site: Site, chance: random.Random) -> tuple[Killer, Afterwards, list[Lead]]:
    """People at work while the replicas are killed, until all is quiet again."""
    people = (*RAISERS, "U0LEAD2")
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(FlakySlack(chance, people, FAILS))
        made = [site.replica(number, slack) for number in range(site.replicas)]
        for replica, _ in made:
            await stack.enter_async_context(replica)
            await replica.ready()
        session = await stack.enter_async_context(
            aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        )
        wire = Wire([address for _, address in made], SECRET, session, chance)
        raisers = [Raiser(user, slack, wire, chance) for user in RAISERS]
        leads = [Lead(user, slack, wire, chance) for user in (LEAD, "U0LEAD2")]
        killer = Killer([replica for replica, _ in made], chance)
        killing = asyncio.create_task(killer.run(rounds(), lambda: some_work(slack, chance)))
        working = [
            asyncio.create_task(work) for work in (*(each.go() for each in raisers), *(each.go() for each in leads))
        ]
        setting_up = asyncio.create_task(set_up(leads[0], killer))
        await while_killed(killing, working)
        await setting_up
        await slack.until(lambda: sum(raiser.filed for raiser in raisers) >= FEWEST, RESTS_WITHIN)
        await stopped(working)
        slack.rate = 0
        await quiet(site, wire)
    assert {refusal.error for refusal in slack.refused} <= _MAY_BE_REFUSED, slack.refused
    knowledge = Finder(compiled(small_knowledge(site.knowledge)))
    now = datetime.now(ZoneInfo("Europe/London"))
    desk = assembled(knowledge, site.engine, DrivenClock(), House(), "").desk
    return killer, Afterwards(slack, wire, raisers, kept(site.engine), desk, now), leads


async def some_work(slack: FlakySlack, chance: random.Random) -> None:
    """Wait until Slack is just being called, after a few calls or many; and half of the time a little longer."""
    enough = slack.called + chance.randint(0, MOST_CALLS)
    with suppress(TimeoutError):
        await slack.until(lambda: slack.called >= enough, LONGEST)
    await asyncio.sleep(max(0.0, chance.uniform(-LITTLE, LITTLE)))


async def set_up(lead: Lead, killer: Killer) -> None:
    """One Compact's concerns are sent to the channel from the beginning, the other's from half-time."""
    await lead.set_up("Northshire")
    while killer.kills < rounds() / 2:  # noqa: ASYNC110 - nothing tells
        await asyncio.sleep(0.1)
    await lead.set_up("Westmere")


def logged(site: Site) -> str:
    """All that the replicas have logged."""
    return "\n".join((site.folder / f"log{number}").read_text() for number in range(site.replicas))


def figures(killer: Killer, after: Afterwards, leads: Sequence[Lead], log: str) -> dict[str, object]:
    """What happened, in numbers."""
    wire, slack = after.wire, after.slack
    starts = sorted(taken for replica in killer.replicas for taken in replica.starts)
    unheard, private = sum(each.in_vain for each in after.raisers), sum(each.presses for each in after.raisers)
    return {
        "kills": f"{killer.kills}, {killer.during_start} of them during the start",
        "start, median": f"{starts[len(starts) // 2]:.1f} s",
        "events": f"{len(wire.events)}, sent again {wire.again} times, {sum(not t for t in wire.events.values())} lost",
        "presses": f"{wire.presses}, {wire.failed} failed; of {private} in private, {unheard} waited for in vain",
        "requests broken": dict(wire.broken),
        "Slack's failures": f"{sum(slack.failed.values())}: {dict(slack.failed)}",
        "concerns filed": len(after.kept.cases),
        "acts of leads": sum(lead.acts for lead in leads),
        "cards": len({key for key in after.kept.posts if ":card" in key}),
        "status messages": len(after.letters()),
        "posts": len(after.kept.posts),
        "events given up": log.count("is given up: it was tried too often"),
        "apologies": log.count("turn failed"),
    }


@pytest.mark.usefixtures("both")
def test_whatever_is_acknowledged_is_there_once_and_whole(
    both: str, database_url: str, engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On SQLite with one process, on PostgreSQL with two."""
    site = Site(tmp_path, database_url, engine, 2 if both == "postgresql" else 1, warmed_up())
    site.knowledge.mkdir()
    small_knowledge(site.knowledge)
    started, chance_of = time.monotonic(), seed()
    killer, after, leads = asyncio.run(played(site, random.Random(chance_of)))  # noqa: S311 - nothing is kept secret by it
    log = logged(site)
    told = figures(killer, after, leads, log)
    missing, twice = list(after.missing()), list(after.twice())
    told |= {"missing": len(missing), "twice": len(twice), "time": f"{time.monotonic() - started:.0f} s"}
    with capsys.disabled():
        lines = [f"concerns on {both}: CRASH_SEED={chance_of} CRASH_ROUNDS={rounds()}"]
        lines += [f"{name}: {what}" for name, what in told.items()]
        sys.stdout.write("\n" + "\n  ".join(lines) + "\n")
    assert (missing, twice) == ([], [])
    assert after.kept.cases
    assert "Traceback" not in log
    for raiser in after.raisers:
        assert not [words for words in raiser.said if words in log]
