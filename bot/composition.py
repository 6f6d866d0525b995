"""The composition root: the one place where settings become a running assistant."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.settings import Settings, SettingsError
from bot.turns import Turns
from handlers.assistant import Assistant
from handlers.ports import Clock, Store
from knowledge.compiling import Compiled, opened
from knowledge.finding import Finder, Scope
from knowledge.loading import shipped_content
from scheduler.retention import forget_old


@dataclass(frozen=True)
class Running:
    """What a face needs: where messages go, and the store behind it."""

    turns: Turns
    store: Store


def clock(settings: Settings) -> SystemClock:
    """The clock in the users' time zone."""
    return SystemClock(ZoneInfo(settings.time_zone))


def knowledge(settings: Settings) -> Compiled:
    """The knowledge base that the settings name. Raises KnowledgeError for mistakes in it, SettingsError for none at all."""
    shipped = [shipped_content()] if settings.knowledge_shipped else []
    own = [settings.knowledge_path] if settings.knowledge_path else []
    if not shipped and not own:
        raise SettingsError(["KNOWLEDGE_PATH: should name a folder, since KNOWLEDGE_SHIPPED leaves our content out"])
    return opened([*shipped, *own], settings.cache_dir)


def finder(settings: Settings) -> Finder:
    """What answers questions. Raises as `knowledge` does, and SettingsError for a default Compact that does not exist."""
    ready = knowledge(settings)
    if settings.default_compact not in (None, *ready.knowledge.compacts):
        known = ", ".join(ready.knowledge.compacts) or "none"
        raise SettingsError([f"DEFAULT_COMPACT: there is no Compact “{settings.default_compact}”; known are: {known}"])
    return Finder(ready, Scope(settings.default_compact, settings.party))


def store(settings: Settings) -> Store:
    """The store that the settings name. Raises StoreError where it cannot be used."""
    from bot.store.opening import opened as opened_database
    from bot.store.sql import SqlStore

    return SqlStore(opened_database(settings.database_url))


def running(settings: Settings, at: Clock | None = None) -> Running:
    """A running assistant, with what is past its time forgotten."""
    kept, time = store(settings), at or clock(settings)
    assistant = Assistant(finder(settings), kept, time, leads=settings.compact_leads)
    forget_old(kept, now=time.now(), questions_kept=timedelta(days=settings.question_retention_days))
    return Running(Turns(assistant.handle), kept)
