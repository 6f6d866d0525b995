"""Which rooms are for what, over real databases, SQLite's and PostgreSQL's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.store.sql import SqlStore
from handlers.conversation import Person, Platform, Room
from handlers.ports import Purpose
from tests.clock import FRIDAY

pytestmark = pytest.mark.usefixtures("both")
ADMIN = Person(Platform.SLACK, "T1", "U1")
LEADS = Room(Platform.SLACK, "T1", "C1")
OTHERS = Room(Platform.TEAMS, "T2", "19:x@thread.tacv2")
LATER = FRIDAY + timedelta(minutes=1)


def test_the_latest_room_comes_first(store: SqlStore) -> None:
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, "cpft", LEADS, ADMIN, FRIDAY)
        records.rooms.appoint(Purpose.CONCERNS, "cpft", OTHERS, ADMIN, LATER)
    with store.begin() as records:
        assert records.rooms.of(Purpose.CONCERNS, "cpft") == [OTHERS, LEADS]


def test_a_room_appointed_again_is_the_latest(store: SqlStore) -> None:
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, "cpft", LEADS, ADMIN, FRIDAY)
        records.rooms.appoint(Purpose.CONCERNS, "cpft", OTHERS, ADMIN, LATER)
        records.rooms.appoint(Purpose.CONCERNS, "cpft", LEADS, ADMIN, LATER + timedelta(minutes=1))
        assert records.rooms.of(Purpose.CONCERNS, "cpft") == [LEADS, OTHERS]


def test_each_purpose_and_each_subject_has_its_own(store: SqlStore) -> None:
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, "cpft", LEADS, ADMIN, FRIDAY)
        assert records.rooms.of(Purpose.CONCERNS, "sglos") == []
        assert records.rooms.of(Purpose.FORUMS, "cpft") == []


def test_a_private_room_stays_private(store: SqlStore) -> None:
    alone = replace(LEADS, private=True)
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, "cpft", alone, ADMIN, FRIDAY)
        assert records.rooms.of(Purpose.CONCERNS, "cpft") == [alone]


def test_the_thread_does_not_matter(store: SqlStore) -> None:
    in_thread = replace(LEADS, thread="123.456")
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, "cpft", in_thread, ADMIN, FRIDAY)
        assert records.rooms.of(Purpose.CONCERNS, "cpft") == [LEADS]
        assert records.rooms.subjects(Purpose.CONCERNS, LEADS) == ["cpft"]
        assert records.rooms.subjects(Purpose.CONCERNS, replace(LEADS, thread="7")) == ["cpft"]
        assert records.rooms.dismiss(Purpose.CONCERNS, "cpft", replace(LEADS, thread="8"))


def test_a_room_may_be_for_several_subjects(store: SqlStore) -> None:
    with store.begin() as records:
        for subject in ("sglos", "cpft"):
            records.rooms.appoint(Purpose.CONCERNS, subject, LEADS, ADMIN, FRIDAY)
        assert records.rooms.subjects(Purpose.CONCERNS, LEADS) == ["cpft", "sglos"]
        assert records.rooms.subjects(Purpose.FORUMS, LEADS) == []


@pytest.mark.parametrize("other", [{"platform": Platform.TEAMS}, {"tenant": "T2"}, {"channel": "C2"}])
def test_every_other_part_of_a_room_matters(store: SqlStore, other: dict[str, Any]) -> None:
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, "cpft", LEADS, ADMIN, FRIDAY)
        assert records.rooms.subjects(Purpose.CONCERNS, replace(LEADS, **other)) == []


def test_a_room_is_dismissed_once_and_from_one_subject(store: SqlStore) -> None:
    with store.begin() as records:
        for subject in ("sglos", "cpft"):
            records.rooms.appoint(Purpose.CONCERNS, subject, LEADS, ADMIN, FRIDAY)
        assert records.rooms.dismiss(Purpose.CONCERNS, "cpft", LEADS)
        assert not records.rooms.dismiss(Purpose.CONCERNS, "cpft", LEADS)
        assert records.rooms.subjects(Purpose.CONCERNS, LEADS) == ["sglos"]
