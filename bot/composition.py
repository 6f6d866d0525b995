"""The composition root: the one place where settings become a running assistant."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.clock import SystemClock
from bot.settings import Settings, SettingsError
from bot.turns import Turns
from handlers.assistant import Assistant
from handlers.concerns.clock import known_targets
from handlers.concerns.desk import Desk
from handlers.concerns.house import House
from handlers.conversation import Platform
from handlers.ports import Clock, Store
from knowledge.base import Knowledge
from knowledge.compiling import Compiled, opened
from knowledge.finding import Finder, Scope
from knowledge.loading import shipped_content
from scheduler.retention import forget_old

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True)
class Running:
    """What a face needs: where messages go, the assistant and the database behind it, and the time."""

    turns: Turns
    assistant: Assistant
    engine: "Engine"
    clock: Clock

    async def reachable(self) -> None:
        """Returns when the database answers; raises when it does not."""
        # Imported here, as below: whoever has an engine has loaded it already.
        from bot.store.opening import answers

        if not await asyncio.to_thread(answers, self.engine):
            raise ConnectionError


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


def database(settings: Settings) -> "Engine":
    """The database that the settings name. Raises StoreError where it cannot be used."""
    # Imported here: SQLAlchemy takes a third of a second to load, and asking one question needs no database.
    from bot.store.opening import opened as opened_database

    return opened_database(settings.database_url)


def store(engine: "Engine") -> Store:
    """The store in a database."""
    from bot.store.sql import SqlStore

    return SqlStore(engine)


def house(settings: Settings, known: Knowledge) -> House:
    """The rules by which concerns are taken. Raises SettingsError for a target of something that no Compact has."""
    wrong = sorted(settings.targets.keys() - known_targets(known))
    if wrong:
        raise SettingsError([f"CONCERN_TARGETS: nothing is called {', '.join(wrong)}; see docs/concerns.md"])
    return House(
        safeguarding=settings.safeguarding_contact,
        drafts_kept=timedelta(days=settings.draft_retention_days),
        targets=settings.targets,
        administrators=settings.administrator_names,
        # Elsewhere nothing delivers yet what the leads and the raiser must be told.
        takes_concerns=frozenset({Platform.TERMINAL}),
    )


def desk(settings: Settings) -> Desk:
    """What the cases that were filed are handled by. Raises as `knowledge` and `house` do."""
    known = knowledge(settings).knowledge
    rules = house(settings, known)
    return Desk(known, rules.targets, rules.administrators)


def running(settings: Settings, at: Clock | None = None) -> Running:
    """A running assistant, with what is past its time forgotten."""
    engine, time = database(settings), at or clock(settings)
    kept = store(engine)
    answers = finder(settings)
    rules = house(settings, answers.knowledge)
    assistant = Assistant(answers, kept, time, leads=settings.compact_leads, house=rules)
    ready = Running(Turns(assistant.handle), assistant, engine, time)
    forget(ready, settings)
    return ready


def forget(running: Running, settings: Settings) -> int:
    """Delete what is past its time; returns how many rows went."""
    kept_for = timedelta(days=settings.question_retention_days)
    return forget_old(store(running.engine), now=running.clock.now(), questions_kept=kept_for)
