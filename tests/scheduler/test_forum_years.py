"""Two years of forums, through three processes on one PostgreSQL that stop and start, with changes and clocks set wrong.

What is received is what the preview says, at the time that it says: none twice, none missing.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.forums import kept
from bot.store.opening import opened
from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from handlers.conversation import Platform, Room
from handlers.forums.announcing import room_name
from handlers.forums.records import Key
from handlers.ports import Purpose
from knowledge.finding import Finder
from knowledge.forums.occurrences import NO_CHANGES, Changes, Occurrence, Standing, occurrences
from scheduler.delivery import Claimed, Deliverer, SendError
from scheduler.forums import plan
from scheduler.outgoing import Outgoing, Where, outgoing
from scheduler.reminding import LOOK_BACK
from tests.bot.databases import PostgreSQL
from tests.clock import LONDON, DrivenClock
from tests.forums.small import made
from tests.handlers.forums.town import BACK_OFFICE, GRACE, MARKET, OFFICE, SQUARE, Town

BEGIN, END = datetime(2027, 1, 4, 8, tzinfo=LONDON), datetime(2029, 1, 8, 8, tzinfo=LONDON)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SERIES = (
    made(starts="2026-01-14"),
    made(
        id="early",
        name="Early birds",
        compact="sglos",
        starts="2026-05-04",
        recurrence="FREQ=YEARLY;BYMONTH=3,5,10;BYDAY=1MO",
        time="01:30",
        reminders=[
            {"when": "P28D at 01:30", "holds": "invite"},
            {"when": "P1D", "holds": "joining-link"},
            {"when": "PT2H after", "holds": "follow-up"},
        ],
    ),
)


@dataclass
class Slack:
    """Receives messages, and fails now and then."""

    chance: random.Random
    clock: DrivenClock
    received: list[tuple[str, str, datetime]] = field(default_factory=list)
    failures: int = 0

    async def send(self, claimed: Claimed) -> str:
        """Receive a message."""
        if self.chance.random() < 1 / 10:
            self.failures += 1
            raise SendError("ratelimited", retry_after=1.0)
        to = claimed.post.to
        recipient = to.channel if isinstance(to, Room) else to.user
        self.received.append((claimed.post.key, recipient, claimed.post.due))
        return f"m{len(self.received)}"


@dataclass
class Process:
    """One of the processes: what it remembers is lost when it stops."""

    engine: Engine
    town: Town
    slack: Slack
    planned: datetime | None = None

    def work(self) -> None:
        """Plan, and deliver what there is."""
        now = self.town.clock.now()
        since = now - LOOK_BACK if self.planned is None else min(now, self.planned) - HOUR
        with SqlStore(self.engine).begin() as records:
            plan(records, self.town.hall, since, now, GRACE)
        self.planned = now
        deliverer = Deliverer(Platform.SLACK, SqlOutbox(self.engine), self.slack, self.town.clock, sweep=None)
        asyncio.run(deliverer.deliver())


@dataclass
class Oracle:
    """What should be received, worked out from the preview alone."""

    where: Where
    until: datetime
    expected: dict[str, datetime] = field(default_factory=dict)
    told: dict[Key, set[str]] = field(default_factory=dict)

    def live(self, until: datetime, changes: Changes) -> None:
        """Everything that the preview has up to and with a moment."""
        for each in outgoing(SERIES, self.where, self.until, until + timedelta(microseconds=1), changes):
            self._expect(each)
        self.until = max(self.until, until + timedelta(microseconds=1))

    def change(self, key: Key, number: int, changes: Changes, *, moves: bool) -> None:
        """A change: all who were told are told; where nobody was, what a move puts into the past is said at once."""
        told = set(self.told.get(key, ()))
        forum = f"forum:{key[0]}:{key[1]}"
        self.expected |= {f"{forum}:change {number}:{channel}": self.until for channel in told}
        self.expected[f"{forum}:change {number}:{room_name(BACK_OFFICE)}"] = self.until
        if not moves:
            return
        gone_by = outgoing(SERIES, self.where, self.until - 500 * DAY, self.until, changes)
        last = {(each.channel, each.public or each.what): each for each in gone_by if each.key == key}
        for each in last.values():
            if not (each.public and each.channel in told) and self.until < each.occurrence.starts:
                self._expect(each)

    def _expect(self, each: Outgoing) -> None:
        name = f"forum:{each.key[0]}:{each.key[1]}:{each.what}:{each.channel}"
        self.expected.setdefault(name, each.at)
        if each.public:
            self.told.setdefault(each.key, set()).add(each.channel)


@pytest.fixture
def engines(postgresql: PostgreSQL) -> Iterator[list[Engine]]:
    """Three processes' ways to one database."""
    with postgresql.database(postgresql.ready) as url:
        found = [opened(url) for _ in range(3)]
        yield found
        for each in found:
            each.dispose()


def test_what_is_received_in_two_years_is_what_the_preview_says(engines: list[Engine], finder: Finder) -> None:
    chance = random.Random(12)  # noqa: S311 - for a test that goes the same way every time
    clock = DrivenClock(BEGIN)
    town = Town(engines[0], finder, clock, SERIES)
    slack = Slack(chance, clock)
    processes = [Process(engine, town, slack) for engine in engines]
    for room in (SQUARE, MARKET):
        town.appoint(room)
    for room in (OFFICE, BACK_OFFICE):
        town.appoint(room, Purpose.COORDINATORS)
    known = kept(town.store, SERIES)
    oracle = Oracle(Where(known.announced, known.coordinated), BEGIN.astimezone(UTC))
    changes: Changes = NO_CHANGES
    made_changes: Counter[str] = Counter()
    with ThreadPoolExecutor(len(processes)) as pool:

        def work() -> None:
            """Those processes that are up work at the same time; others were stopped, and have forgotten everything."""
            up = chance.sample(processes, chance.randint(1, len(processes)))
            for each in processes:
                if each not in up:
                    each.planned = None
            list(pool.map(Process.work, up))

        while clock.moment < END:
            oracle.live(clock.moment.astimezone(UTC), changes)
            work()
            if chance.random() < 1 / 12:
                _set_wrong(clock, chance, work, oracle, changes)
            if chance.random() < 1 / 4 and (edit := _edit(town, chance, changes)):
                occurrence, words = edit
                assert "Done." in town.press(words, "ada", OFFICE)
                changes = kept(town.store, SERIES).changes
                oracle.change(occurrence.key, changes[occurrence.key].number, changes, moves="agenda" not in words)
                made_changes[words.split()[5].rstrip(",")] += 1
                work()
            clock.moment = _next(oracle, changes, chance)
        oracle.live(clock.moment.astimezone(UTC), changes)
        for _ in range(8):
            clock.advance(timedelta(seconds=2))
            processes[0].work()
    received = Counter(key for key, _, _ in slack.received)
    assert max(received.values()) == 1
    assert set(received) == set(oracle.expected)
    on_time = {key: due for key, _, due in slack.received if ":change " not in key}
    late = {key for key, due in on_time.items() if due.astimezone(UTC) != oracle.expected[key].astimezone(UTC)}
    assert not late
    assert len(received) > 110
    assert slack.failures > 5
    assert set(made_changes) == {"move", "cancel", "reinstate", "agenda"}


def _next(oracle: Oracle, changes: Changes, chance: random.Random) -> datetime:
    """The next moment at which something is due, or up to an hour later, where all processes were stopped."""
    coming = outgoing(SERIES, oracle.where, oracle.until, oracle.until + 70 * DAY, changes)
    moment = coming[0].at if coming else oracle.until + 30 * DAY
    late = timedelta(minutes=chance.choice([0, 0, 0, 10, 50]))
    return (moment.astimezone(UTC) + late).astimezone(LONDON)


def _set_wrong(clock: DrivenClock, chance: random.Random, work: object, oracle: Oracle, changes: Changes) -> None:
    """The clock is set wrong for a while, and then right again: some of what is due soon goes out early."""
    right = clock.moment
    clock.advance(chance.choice([8 * HOUR, -8 * HOUR, -3 * DAY]))
    oracle.live(clock.moment.astimezone(UTC), changes)
    assert callable(work)
    work()
    clock.moment = right


def _edit(town: Town, chance: random.Random, changes: Changes) -> tuple[Occurrence, str] | None:
    """A change to a forum that is to come, as the words on a button; none where it cannot be made."""
    now = town.clock.now()
    coming = [
        each
        for series in SERIES
        for each in occurrences(series, now.date(), now.date() + 60 * DAY, changes)
        if each.starts > now + 6 * HOUR and each.standing is not Standing.LEFT_OUT
    ]
    if not coming:
        return None
    forum = chance.choice([each for each in coming if each.standing is Standing.CANCELLED] or coming)
    number = changes[forum.key].number if forum.key in changes else 0
    start = f"confirm forum {forum.series.id} {forum.day}: {number}"
    if forum.standing is Standing.CANCELLED:
        return forum, f"{start} reinstate"
    day = forum.starts.date() + chance.choice([-14, -3, 2, 5, 21]) * DAY
    move = f"{start} move {day} {chance.choice(['01:30', '10:00', '18:15'])}"
    ways = [f"{start} cancel, snow", f"{start} agenda item {number}", move, move]
    words = chance.choice(ways)
    return (forum, words) if words is not move or day > now.date() + 2 * DAY else None
