"""The composition root: the one place where settings become a running assistant."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.bell import Bell
from bot.clock import SystemClock
from bot.settings import Settings, SettingsError
from bot.turns import Turns
from handlers.assistant import Assistant
from handlers.concerns.clock import known_targets
from handlers.concerns.desk import Desk
from handlers.concerns.house import House
from handlers.conversation import Message, Reply
from handlers.forums.hall import Hall
from handlers.ports import Clock, Store
from knowledge.base import Knowledge
from knowledge.compiling import Compiled, opened
from knowledge.finding import Finder, Scope
from knowledge.forums.content import Series
from knowledge.loading import shipped_content
from scheduler.retention import forget_old

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True)
class Running:
    """What a face needs: where messages go, the assistant and the database behind it, and the time.

    `posted`: rings when something was put into the outbox. `replan`: rings when it changed when forums' reminders fall.
    """

    turns: Turns
    assistant: Assistant
    knowledge: Knowledge
    engine: "Engine"
    store: Store
    clock: Clock
    rules: House
    posted: Bell
    replan: Bell

    @property
    def desk(self) -> Desk:
        """What cases are handled by."""
        return Desk(self.knowledge, self.rules.targets, self.rules.administrators)

    @property
    def hall(self) -> Hall:
        """What forums are handled by."""
        return Hall(self.desk, self.rules.series, self.rules.public_url)

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


def store(engine: "Engine", posted: Bell | None = None, replan: Bell | None = None) -> Store:
    """The store in a database; with bells as in `Running`, which nobody hears where they are left out."""
    from bot.store.sql import SqlStore

    return SqlStore(engine, (posted or Bell()).ring, (replan or Bell()).ring)


def series(settings: Settings, known: Knowledge) -> tuple[Series, ...]:
    """The forums in the file that the settings name; without one, the made-up ones for the two shipped Compacts.

    Raises ForumsError for mistakes in the file.
    """
    # Imported here: dates' rules take a while to load, and one question about a Compact needs none.
    from knowledge.forums.loading import example_forums, load

    path = settings.forums_path or (example_forums() if settings.knowledge_shipped else None)
    return load(path, known.compacts, known.commitments) if path else ()


def house(settings: Settings, known: Knowledge, forums: tuple[Series, ...] = ()) -> House:
    """The rules for concerns and forums. Raises SettingsError for a target of something that no Compact has."""
    wrong = sorted(settings.targets.keys() - known_targets(known))
    if wrong:
        raise SettingsError([f"CONCERN_TARGETS: nothing is called {', '.join(wrong)}; see docs/concerns.md"])
    return House(
        safeguarding=settings.safeguarding_contact,
        drafts_kept=timedelta(days=settings.draft_retention_days),
        targets=settings.targets,
        administrators=settings.administrator_names,
        series=forums,
        public_url=settings.public_url,
    )


def desk(settings: Settings) -> Desk:
    """What the cases that were filed are handled by. Raises as `knowledge` and `house` do."""
    known = knowledge(settings).knowledge
    rules = house(settings, known)
    return Desk(known, rules.targets, rules.administrators)


def running(settings: Settings, at: Clock | None = None) -> Running:
    """A running assistant, with what is past its time forgotten."""
    engine, time = database(settings), at or clock(settings)
    answers = finder(settings)
    rules = house(settings, answers.knowledge, series(settings, answers.knowledge))
    ready = assembled(answers, engine, time, rules, settings.compact_leads)
    forget(ready, settings)
    return ready


def assembled(answers: Finder, engine: "Engine", time: Clock, rules: House, leads: str) -> Running:
    """A running assistant, of its parts. `leads`: as for `Assistant`."""
    posted, replan = Bell(), Bell()
    kept = store(engine, posted, replan)
    assistant = Assistant(answers, kept, time, leads=leads, house=rules)

    def settle(message: Message, replies: list[Reply]) -> bool:
        with kept.begin() as records:
            return records.settle(message, replies, time.now())

    # SQLite lets in one transaction at a time, and each waits for the disk.
    handle_all = assistant.handle_all if engine.dialect.name == "sqlite" else None
    turns = Turns(assistant.handle, settle, handle_all)
    return Running(turns, assistant, answers.knowledge, engine, kept, time, rules, posted, replan)


def forget(running: Running, settings: Settings) -> int:
    """Delete what is past its time; returns how many rows went."""
    kept_for = timedelta(days=settings.question_retention_days)
    return forget_old(running.store, now=running.clock.now(), questions_kept=kept_for)
