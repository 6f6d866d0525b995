"""Forgetting in time."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot import composition
from bot.settings import Settings
from bot.store.sql import SqlStore
from handlers.context import Context
from handlers.conversation import Message
from scheduler.retention import forget_old
from tests.clock import DrivenClock
from tests.talking import conversation

pytestmark = pytest.mark.usefixtures("both")
ANN = conversation("ann")
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("passed", "question_left", "context_left"),
    [
        (timedelta(0), True, True),
        (DAY, True, True),
        (DAY + timedelta(seconds=1), True, False),
        (30 * DAY, True, False),
        (30 * DAY + timedelta(seconds=1), False, False),
    ],
)
def test_a_conversation_is_kept_for_a_day_and_a_question_as_long_as_is_set(
    store: SqlStore, clock: DrivenClock, passed: timedelta, *, question_left: bool, context_left: bool
) -> None:
    with store.begin() as records:
        records.note_unanswered("how?", clock.now())
        records.keep_context(ANN, Context(asked="how?"), clock.now())
    clock.advance(passed)
    gone = forget_old(store, now=clock.now(), questions_kept=30 * DAY)
    assert gone == (not question_left) + (not context_left)
    with store.begin() as records:
        assert bool(records.unanswered()) is question_left
        assert bool(records.context(ANN)) is context_left


def test_verdicts_name_nobody_and_stay(store: SqlStore, clock: DrivenClock) -> None:
    with store.begin() as records:
        records.note_verdict("notice", helped=True)
    assert forget_old(store, now=clock.now() + 10_000 * DAY, questions_kept=DAY) == 0
    with store.begin() as records:
        assert records.verdicts()


def test_a_program_that_starts_forgets_what_is_past_its_time(
    store: SqlStore, clock: DrivenClock, database_url: str, tmp_path: Path
) -> None:
    with store.begin() as records:
        records.note_unanswered("old?", clock.now() - 91 * DAY)
        records.note_unanswered("new?", clock.now() - 89 * DAY)
        records.keep_context(ANN, Context(asked="how?"), clock.now() - 2 * DAY)
    (tmp_path / "small.yaml").write_text("themes: [{id: talk, title: Talking}]\n", encoding="utf-8")
    small = Settings(database_url=database_url, knowledge_path=tmp_path, knowledge_shipped=False, cache_dir=None)
    running = composition.running(small, clock)
    with store.begin() as records:
        assert [each.text for each in records.unanswered()] == ["new?"]
        assert records.context(ANN) is None
    assert running.turns.take(Message(ANN, "hello", private=True))
    running.engine.dispose()
