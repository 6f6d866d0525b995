"""Drives replicas through two years of forums, from one moment at which something is due to the next; all sorts go wrong."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, func, select

from bot.forums import kept
from bot.store.outbox import SqlOutbox
from bot.store.schema import inbox
from bot.store.sql import SqlStore
from handlers.conversation import Platform, Room
from handlers.forums.announcing import room_name
from knowledge.forums.occurrences import Changes
from tests.crash.forums_edits import KINDS, Mayor
from tests.crash.forums_expected import Oracle
from tests.crash.forums_kills import MOST_AT_ONCE, SKEW, Kills
from tests.crash.forums_slack import DrivenSlack
from tests.crash.forums_town import BACK_OFFICE, MARKET, OFFICE, PEOPLE, SQUARE
from tests.crash.replicas import Replica
from tests.slack.requests import LEAD, Json, app_mention, message_im

_NOT_YET = timedelta(seconds=SKEW + 1)
_LOOKS_AGAIN_AFTER = timedelta(minutes=5, seconds=2 * SKEW)
_SET_BACK = tuple(timedelta(hours=hours) for hours in (1, 8, 72))
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# To each moment at which something is due, so many in all at which somebody has something to do.
_TIMES = 5 / 3


@dataclass
class Years:
    """The world that the replicas live in. `moment`: what time it is, in UTC.

    `calm`: the spans in which nothing went wrong. `events` and `edits`: the ids of all that was written to the assistant, and
    of what changed a forum.
    """

    slack: DrivenSlack
    replicas: Sequence[Replica]
    engine: Engine
    oracle: Oracle
    chance: random.Random
    kills: Kills
    moment: datetime
    calm: list[tuple[datetime, datetime]] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    edits: list[str] = field(default_factory=list)
    changes: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    outages: int = 0
    set_back: int = 0
    _planned_by: datetime = _LONG_AGO

    async def live(self) -> None:
        """Live through it all."""
        await self._begin()
        while (due := self.oracle.next()) and due < self.oracle.end:
            await self._due(due)
            if self.chance.random() < 1 / 3:
                await self._answer()
            # Whatever chance says, each kind of change is made before the years are over.
            if self.chance.random() < 1 / 3 or KINDS - set(self.changes):
                await self._change()
        await self._settle(self.kills.left)

    def excused(self, moment: datetime) -> bool:
        """Whether what is due at a moment may be late."""
        return not any(begin <= moment <= end for begin, end in self.calm)

    async def _begin(self) -> None:
        """The administrator says in each channel what it is for."""
        await self.kills.all_ready(self.moment)
        for room in (SQUARE, MARKET):
            await self._say("post forum reminders here", LEAD, room, kills=0)
        for room in (OFFICE, BACK_OFFICE):
            await self._say("coordinate forums here", LEAD, room, kills=0)
        self.oracle.look(self._changes())
        self.oracle.until = self.moment

    async def _due(self, due: datetime) -> None:
        """Something is due. Now and then nobody is there at that time, and now and then one or all have the wrong time."""
        before, kills, wrong = self._trouble(), self._quota(), None
        self.moment = due
        if self.kills.left >= len(self.replicas) and self.chance.random() < 1 / 30:
            await self._outage()
        elif self.chance.random() < 1 / 15:
            wrong = self.chance.choice(self.replicas)
        await self.kills.all_ready(self.moment)
        if wrong:
            wrong.wrong -= self._set_back()
        await self._settle(kills)
        if wrong:
            self.kills.skew(wrong)
        elif self.chance.random() < 1 / 15:
            await self._all_set_back()
        elif self._trouble() == before:
            self.calm.append((due, self.moment))

    async def _answer(self) -> None:
        """Somebody says whether they come to a forum, in private."""
        moment, user = self.moment + timedelta(minutes=self.chance.randint(1, 5)), self.chance.choice(PEOPLE)
        forum = self._mayor().forum(moment)
        if forum is None or not self.oracle.is_quiet(moment):
            return
        self.moment = moment
        says = self.chance.choice(["coming to", "coming to", "apologies for"])
        await self._say(f"{says} forum {forum.key[0]} {forum.key[1]}", user, None, self._quota())
        self.oracle.answered.setdefault(forum.key, {})[user] = says
        self.answers += 1

    async def _change(self) -> None:
        """The coordinators change a forum, at a time when nothing else is due."""
        moment = self.moment + timedelta(minutes=self.chance.randint(2, 9))
        made = self._mayor().change(moment, self.oracle)
        if made is None:
            return
        self.moment = moment
        self.oracle.live(moment)
        room = self.chance.choice([OFFICE, BACK_OFFICE])
        await self._say(made.words, LEAD, room, self._quota(), expecting=False)
        self.edits.append(self.events[-1])
        changes = self._changes()
        assert changes[made.key].number == made.number, made
        self.oracle.change(made.key, changes, room_name(room), made.told, moves=made.moves)
        self.changes[made.kind] += 1
        await self._settle(0)

    async def _say(self, text: str, user: str, room: Room | None, kills: int, *, expecting: bool = True) -> None:
        """Somebody says something, in a channel or in private. Slack sends it until somebody has it, and at times twice."""
        self.slack.tell(self.moment)
        channel = room.channel if room else None
        ts = self.slack.write(text, user=user, channel=channel)
        payload = (
            app_mention(text, user=user, channel=channel, ts=ts) if channel else message_im(text, user=user, ts=ts)
        )
        self.events.append(payload["event_id"])
        times = 2 if self.chance.random() < 1 / 5 else 1
        await asyncio.gather(*(self._send(payload) for _ in range(times)), self._round_with_survivors(kills))
        await self._settle(0, expecting=expecting, anew=True)

    async def _send(self, payload: Json) -> None:
        while not await self.chance.choice(self.replicas).event(payload):  # noqa: ASYNC110 - as none may be there
            await asyncio.sleep(0.01)

    async def _settle(self, kills: int, *, expecting: bool = True, anew: bool = False) -> None:
        """Let time go by until all is planned, answered and sent, with so many kills in the midst of it.

        `expecting`: whether what falls due meanwhile is what the preview says. `anew`: plan after all is answered, too.
        """
        until, waits, planned = self.kills.count + kills, [_NOT_YET], _LONG_AGO
        while True:
            planned = max([planned, *await self._round(until - self.kills.count)])
            if expecting:
                self.oracle.live(self.moment)
            pending = await asyncio.to_thread(self._pending)
            if anew and not pending:
                anew, self._planned_by = False, self.moment
            if pending:
                self.moment = max(self.moment + timedelta(seconds=1), pending + _NOT_YET)
            elif planned < max(self.oracle.last(), self._planned_by):
                self.moment += waits.pop() if waits else _LOOKS_AGAIN_AFTER
            elif self.kills.count >= until:
                return
            else:
                self.moment += timedelta(seconds=self.chance.randint(1, 60))

    async def _round(self, kills: int) -> list[datetime]:
        """Tell all what time it is, and have them work at once, with so many kills at most; returns by when they planned."""
        self.slack.tell(self.moment)
        await self.kills.some_ready(self.moment)
        began = time.monotonic()
        told = [asyncio.create_task(each.at(self.moment)) for each in self.replicas if each.at_work]
        if kills > 0:
            await self.kills.strike(min(kills, MOST_AT_ONCE), told, self.moment)
        planned = await asyncio.gather(*told)
        if kills <= 0:
            self.kills.took = (self.kills.took * 9 + time.monotonic() - began) / 10
        return [each.astimezone(UTC) for each in planned if each]

    async def _round_with_survivors(self, kills: int) -> None:
        """A round after which somebody is there to be written to, even where all were killed in it."""
        await self._round(kills)
        await self.kills.some_ready(self.moment)

    async def _outage(self) -> None:
        """All are away for a while; what is due meanwhile is late."""
        await self.kills.kill([each for each in self.replicas if each.lives])
        self.outages += 1
        self.moment += timedelta(minutes=self.chance.randint(1, 25))

    async def _all_set_back(self) -> None:
        """All clocks are set back for a while."""
        by = self._set_back()
        for each in self.replicas:
            each.wrong -= by
        await self._round(0)
        for each in self.replicas:
            each.wrong += by
        await self._round(0)

    def _set_back(self) -> timedelta:
        self.set_back += 1
        # By a clock from before the channels were set, they are set only then, and what comes next is for them.
        longest = self.moment - self.oracle.begin
        return self.chance.choice([by for by in _SET_BACK if by < longest])

    def _quota(self) -> int:
        """How many of the kills that are left fall to this time."""
        to_come = {line.at for line in self.oracle.lines if self.oracle.until <= line.at < self.oracle.end}
        return int(self.kills.left / (len(to_come) * _TIMES or 1) + self.chance.random())

    def _trouble(self) -> tuple[int, ...]:
        return (self.kills.count, self.slack.failed.total(), self.outages, self.set_back)

    def _pending(self) -> datetime | None:
        """When something that waits can be done; None where nothing does."""
        with self.engine.begin() as connection:
            event = connection.execute(select(func.min(inbox.c.held_until)).where(inbox.c.done_at.is_(None))).scalar()
        moments = [event, SqlOutbox(self.engine).next_due([Platform.SLACK])]
        return min((each for each in moments if each), default=None)

    def _changes(self) -> Changes:
        return kept(SqlStore(self.engine), self.oracle.series.values()).changes

    def _mayor(self) -> Mayor:
        return Mayor(self.chance, tuple(self.oracle.series.values()), self.oracle.changes, self.changes)
