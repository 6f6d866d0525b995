"""A chat in this terminal, put together."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from rich.console import Console

from bot import composition
from bot.composition import Running
from bot.settings import Settings
from bot.store.outbox import SqlOutbox
from bot.terminal.chat import chat
from bot.terminal.news import News
from bot.terminal.place import Place
from handlers.concerns import waiting
from scheduler.forums import plan

# So that what is just too late is told as missed.
_EARLIER = timedelta(days=1)
_log = logging.getLogger(__name__)


def talk(settings: Settings, user: str, room: str, console: Console) -> None:
    """Talk with whoever types. `user`: what they are called, `room`: where they are; both may be empty."""
    running = composition.running(settings)
    _see_to_what_is_due(running, settings)
    place = Place(user.lower(), user, room.lower()) if user else Place(room=room.lower())
    news = News(SqlOutbox(running.engine), running.clock, place.address)
    chat(running.turns.take, console, place, news.look)


def _see_to_what_is_due(running: Running, settings: Settings) -> None:
    """Do once what a server does from time to time, as chats may be all that runs.

    Not what takes long to load or matters to nobody here: reminders of what is late, and most of the deleting.
    """
    grace = timedelta(hours=settings.forum_grace)

    def remind_of_forums(now: datetime) -> None:
        with running.store.begin() as records:
            plan(records, running.hall, now - grace - _EARLIER, now, grace)

    def see_to_drafts(now: datetime) -> None:
        waiting.ask_again(running.store, now)
        waiting.let_go(running.store, now, kept=running.rules.drafts_kept)

    for work in (remind_of_forums, see_to_drafts):
        _try(work, running.clock.now())


def _try(work: Callable[[datetime], None], now: datetime) -> None:
    try:
        work(now)
    except Exception as error:  # noqa: BLE001 - whoever wants to talk must not be kept from it
        # The text of a database's error carries what people wrote.
        _log.warning("%s failed: %s", work.__name__, type(error).__name__)
