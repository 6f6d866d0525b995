"""Drafts of concerns over real databases, SQLite's and PostgreSQL's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.store.sql import SqlStore
from handlers.concerns.records import Draft
from handlers.conversation import Person, Platform
from handlers.wizard import State
from tests.clock import FRIDAY

pytestmark = pytest.mark.usefixtures("both")
ANN = Person(Platform.SLACK, "T1", "U1 “quoted” \0")
BEA = Person(Platform.SLACK, "T1", "U2")
HOUR = timedelta(hours=1)
FULL = State(
    given={"compact": ("cpft",), "story": ("It began in Quillby in May.", "Then \0 🙂 \ud83d"), "side": ()},
    gathered={"commitments": ("cpft.a.1", "cpft.a.2")},
    before={"when": ("ongoing",)},
)
DRAFT = Draft(
    ANN, "d1", FULL, FRIDAY, FRIDAY + HOUR, paused=True, ask_again=FRIDAY + 2 * HOUR, reviewed="x", warned=True
)


def test_nobody_has_one_to_begin_with(store: SqlStore) -> None:
    with store.begin() as records:
        assert records.drafts.of(ANN) is None


@pytest.mark.parametrize("draft", [DRAFT, Draft(ANN, "d1", State(), FRIDAY, FRIDAY)])
def test_it_is_read_as_it_was_kept(store: SqlStore, draft: Draft) -> None:
    with store.begin() as records:
        records.drafts.keep(draft)
    with store.begin() as records:
        assert records.drafts.of(ANN) == draft


def test_it_takes_the_place_of_the_one_before(store: SqlStore) -> None:
    other = Draft(ANN, "d2", State(), FRIDAY, FRIDAY)
    with store.begin() as records:
        records.drafts.keep(DRAFT)
        records.drafts.keep(other)
        assert records.drafts.of(ANN) == other
        assert records.drafts.untouched_since(FRIDAY + 9 * HOUR) == [other]


@pytest.mark.parametrize("other", [{"platform": Platform.TEAMS}, {"tenant": "T2"}, {"user": "U1"}])
def test_every_part_of_a_person_counts(store: SqlStore, other: dict[str, Any]) -> None:
    with store.begin() as records:
        records.drafts.keep(DRAFT)
        assert records.drafts.of(replace(ANN, **other)) is None


def test_it_is_dropped_for_the_person_alone(store: SqlStore) -> None:
    hers = replace(DRAFT, person=BEA, id="d2")
    with store.begin() as records:
        records.drafts.keep(DRAFT)
        records.drafts.keep(hers)
        records.drafts.drop(ANN)
        records.drafts.drop(ANN)
        assert (records.drafts.of(ANN), records.drafts.of(BEA)) == (None, hers)


def test_it_is_asked_about_from_the_moment_that_was_wished(store: SqlStore) -> None:
    never = replace(DRAFT, person=BEA, id="d2", ask_again=None)
    with store.begin() as records:
        records.drafts.keep(DRAFT)
        records.drafts.keep(never)
        assert records.drafts.asking_again(FRIDAY + HOUR) == []
        assert records.drafts.asking_again(FRIDAY + 2 * HOUR) == [DRAFT]


def test_those_untouched_come_the_oldest_first(store: SqlStore) -> None:
    older = replace(DRAFT, person=BEA, id="d2", touched=FRIDAY)
    with store.begin() as records:
        records.drafts.keep(DRAFT)
        records.drafts.keep(older)
        assert records.drafts.untouched_since(FRIDAY) == []
        assert records.drafts.untouched_since(FRIDAY + HOUR) == [older]
        assert records.drafts.untouched_since(FRIDAY + 2 * HOUR) == [older, DRAFT]
