"""What is done from time to time, whoever writes: asked about, reminded of, and deleted. The database decides what is due.

So any number of processes may do it, as often as they like.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, time, timedelta

from bot.composition import Running, forget
from bot.settings import Settings
from bot.store.outbox import SqlOutbox
from handlers.concerns import nudges, retention, waiting
from scheduler.forums import forget_answers
from scheduler.jobs import Daily, Every, Job

POSTS_KEPT = timedelta(days=7)
# Nobody is reminded in the night, also where the program starts then.
_OFFICE_OPENS = time(9)
_NIGHT = time(3, 30)
_OFTEN, _HOURLY = timedelta(minutes=5), timedelta(hours=1)


def upkeep(running: Running, settings: Settings) -> list[Job]:
    """The jobs, each also done at the start."""
    store, rules = running.store, running.rules
    desk, hall = running.desk, running.hall

    def see_to_drafts(now: datetime) -> None:
        waiting.ask_again(store, now)
        waiting.let_go(store, now, kept=rules.drafts_kept)

    def see_to_cases(now: datetime) -> None:
        with store.begin() as records:
            nudges.bring_waiting(records, desk, now)
            if now.time() >= _OFFICE_OPENS:
                nudges.nudge(records, running.knowledge, rules.targets, now)

    def strip(now: datetime) -> None:
        with store.begin() as records:
            retention.strip_old(records, desk, now, months=settings.concern_retention_months)

    def tidy(now: datetime) -> None:
        forget(running, settings)
        SqlOutbox(running.engine).forget(now - POSTS_KEPT)
        with store.begin() as records:
            forget_answers(records, hall, now)

    def job(name: str, work: Callable[[datetime], None], when: Every | Daily) -> Job:
        return Job(name, lambda: asyncio.to_thread(lambda: work(running.clock.now())), when)

    return [
        job("concerns half told", see_to_drafts, Every(_OFTEN)),
        job("concerns that are late", see_to_cases, Every(_OFTEN)),
        job("names in old concerns", strip, Daily(_NIGHT)),
        job("what is past its time", tidy, Every(_HOURLY)),
    ]
