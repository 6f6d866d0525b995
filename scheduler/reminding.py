"""When forums are planned: at each moment at which something is due, and after each change; at rest not at all."""

import asyncio
from datetime import UTC, datetime, timedelta

from handlers.forums.hall import Hall
from handlers.ports import Clock, Store
from scheduler.forums import plan
from scheduler.jobs import Every, Job, Jobs

LOOK_BACK = timedelta(days=35)
_NAME = "forum reminders"
_LOOK_EVERY = timedelta(minutes=1)
_SHARED_EVERY = timedelta(minutes=5)
_OVERLAP = timedelta(hours=1)


class Reminding:
    """Has forums planned in this process. In others, too, it may: the database decides what is said."""

    def __init__(self, store: Store, hall: Hall, clock: Clock, *, grace: timedelta, shared: bool) -> None:
        """`grace`: see `scheduler.forums.plan`. `shared`: whether other processes may change what is kept."""
        self._store = store
        self._hall = hall
        self._clock = clock
        self._grace = grace
        self._shared = shared
        self._planned: datetime | None = None
        self._next: datetime | None = None
        self._stale = False
        self._jobs: Jobs | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def job(self) -> Job:
        """What looks whether something is due, by the clock on the wall: that may be set, and a process may sleep."""
        return Job(_NAME, self.look, Every(_LOOK_EVERY))

    def wake_by(self, jobs: Jobs) -> None:
        """Have these jobs wake it at the very moment at which something is due. To be called before they start."""
        self._jobs = jobs

    def replan(self) -> None:
        """Something has changed: plan anew. To be called in the event loop."""
        self._stale = True
        if self._jobs:
            self._jobs.once(f"{_NAME}, on a change", self.look, self._clock.now())

    async def look(self) -> None:
        """Plan where something may be due; else the database is not asked."""
        async with self._one_at_a_time:
            # What changes in the midst of planning may have come too late for it: then it plans once more.
            while self._is_time(now := self._clock.now()):
                await self._plan_anew(now)

    async def _plan_anew(self, now: datetime) -> None:
        # What cannot be planned now is planned at the next look.
        self._stale, self._next = False, None
        self._next = await asyncio.to_thread(self._plan, now)
        self._planned = now
        if self._jobs:
            self._jobs.once(f"{_NAME}, on time", self.look, self._next)

    def _is_time(self, now: datetime) -> bool:
        if self._stale or self._planned is None or self._next is None:
            return True
        # A clock that was set back makes what was planned due again, as far as it was not said.
        was_set_back = _utc(now) < _utc(self._planned)
        look_at_others = self._shared and _utc(now) - _utc(self._planned) >= _SHARED_EVERY
        return was_set_back or look_at_others or _utc(now) >= _utc(self._next)

    def _plan(self, now: datetime) -> datetime:
        since = now - LOOK_BACK if self._planned is None else min(now, self._planned, key=_utc) - _OVERLAP
        with self._store.begin() as records:
            return plan(records, self._hall, since, now, self._grace)


def _utc(moment: datetime) -> datetime:
    # Python compares two hours of one time zone as a clock shows them, though it may show one twice.
    return moment.astimezone(UTC)
