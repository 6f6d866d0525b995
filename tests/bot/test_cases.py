"""Cases over real databases, SQLite's and PostgreSQL's."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.concerns.records import Case, CaseEvent, EventKind, Outcome
from handlers.conversation import Person, Platform
from tests.clock import FRIDAY
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("both")
ANN, BEA = Person(Platform.SLACK, "T1", "U1"), Person(Platform.TEAMS, "T2", "U2")
HOUR = timedelta(hours=1)
CASE = Case(
    "ABCD-2345",
    "d1",
    "cpft",
    ANN,
    "Ann “quoted”",
    answers={"story": ("It began in Quillby in May.", "Then 🙂"), "side": ()},
    commitments=(("cpft.a.1", "We will."), ("cpft.a.2", "They will.")),
    knowledge="2026-11",
    filed=FRIDAY,
    stage="raised",
    stage_since=FRIDAY,
)
SETTLED = replace(
    CASE,
    reference="WXYZ-6789",
    draft="d2",
    stage="chair",
    stage_since=FRIDAY + HOUR,
    acknowledged=FRIDAY + HOUR,
    acknowledged_by="Bea",
    owner=BEA,
    owner_name="Bea",
    asked=True,
    card="case:WXYZ-6789:card",
    closed=FRIDAY + 2 * HOUR,
    outcome=Outcome.SETTLED,
)
FILED = CaseEvent(CASE.reference, FRIDAY, EventKind.FILED, ANN, "Ann", "It began \n in May. 🙂")


class TestFiling:
    @pytest.mark.parametrize("case", [CASE, SETTLED])
    def test_a_case_is_read_as_it_was_filed(self, store: SqlStore, case: Case) -> None:
        with store.begin() as records:
            records.cases.file(case)
        with store.begin() as records:
            assert records.cases.get(case.reference) == case
            assert records.cases.filed_from(case.draft) == case

    def test_what_was_never_filed_is_not_there(self, store: SqlStore) -> None:
        with store.begin() as records:
            assert records.cases.get("ABCD-2345") is None
            assert records.cases.filed_from("d1") is None

    def test_a_taken_reference_is_refused_and_the_turn_goes_on(self, store: SqlStore) -> None:
        """So that another can be drawn."""
        with store.begin() as records:
            records.cases.file(CASE)
        other = replace(CASE, draft="d2")
        with store.begin() as records:
            with pytest.raises(ValueError, match="the reference is taken"):
                records.cases.file(other)
            records.cases.file(replace(other, reference="2222-3333"))
        with store.begin() as records:
            assert records.cases.get(CASE.reference) == CASE
            assert records.cases.get("2222-3333") == replace(other, reference="2222-3333")

    def test_of_two_processes_one_has_the_reference(self, database_url: str) -> None:
        """Both at the same moment; the other one's turn still ends well."""
        together = Barrier(2)

        def file(draft: str) -> bool:
            engine = opened(database_url)
            try:
                together.wait(timeout=PATIENCE)
                with SqlStore(engine).begin() as records:
                    try:
                        records.cases.file(replace(CASE, draft=draft))
                    except ValueError:
                        return False
                    return True
            finally:
                engine.dispose()

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(file, ["d1", "d2"])) == [False, True]

    def test_a_draft_is_filed_once(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.cases.file(CASE)
        with pytest.raises(IntegrityError), store.begin() as records:
            records.cases.file(replace(CASE, reference="2222-3333"))
        with store.begin() as records:
            assert records.cases.all() == [CASE]


class TestListing:
    def test_a_person_sees_their_own_the_latest_first(self, store: SqlStore) -> None:
        later = replace(SETTLED, filed=FRIDAY + HOUR)
        hers = replace(CASE, reference="2222-3333", draft="d3", raiser=BEA)
        with store.begin() as records:
            for case in (CASE, later, hers):
                records.cases.file(case)
            assert records.cases.raised_by(ANN) == [later, CASE]
            assert records.cases.raised_by(BEA) == [hers]
            assert records.cases.raised_by(replace(ANN, tenant="T2")) == []
            assert [records.cases.has_raised(each) for each in (ANN, BEA, replace(ANN, tenant="T2"))] == [
                True,
                True,
                False,
            ]

    def test_of_what_was_stripped_nobody_has_raised_anything(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.change(replace(CASE, stripped=True))
            assert not records.cases.has_raised(ANN)
            assert records.cases.raised_by(ANN) == []

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({}, ["2222-3333", "ABCD-2345", "WXYZ-6789"]),
            ({"compact": "cpft"}, ["ABCD-2345", "WXYZ-6789"]),
            ({"compact": "sglos"}, ["2222-3333"]),
            ({"open_only": True}, ["2222-3333", "ABCD-2345"]),
            ({"compact": "cpft", "open_only": True}, ["ABCD-2345"]),
        ],
    )
    def test_all_come_in_the_order_of_their_filing(
        self, store: SqlStore, asked: dict[str, Any], found: list[str]
    ) -> None:
        first = replace(CASE, reference="2222-3333", draft="d3", compact="sglos", filed=FRIDAY - HOUR)
        with store.begin() as records:
            for case in (CASE, SETTLED, first):
                records.cases.file(case)
            assert [case.reference for case in records.cases.all(**asked)] == found


class TestChanging:
    def test_a_change_is_kept_and_counted(self, store: SqlStore) -> None:
        taken = replace(CASE, owner=BEA, owner_name="Bea", acknowledged=FRIDAY)
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.file(SETTLED)
            records.cases.change(taken)
        with store.begin() as records:
            assert records.cases.get(CASE.reference) == replace(taken, version=2)
            assert records.cases.get(SETTLED.reference) == SETTLED

    def test_a_case_changed_since_it_was_read_is_not_overwritten(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.change(replace(CASE, asked=True))
            with pytest.raises(ValueError, match="changed since it was read"):
                records.cases.change(replace(CASE, owner=BEA))
            assert records.cases.get(CASE.reference) == replace(CASE, asked=True, version=2)

    def test_of_two_who_take_a_case_at_once_the_second_sees_the_first(self, database_url: str) -> None:
        """Each in a process of their own; a case that is read is held."""
        engines = [opened(database_url) for _ in range(2)]
        with SqlStore(engines[0]).begin() as records:
            records.cases.file(CASE)
        began = Event()

        def second() -> str:
            began.set()
            with SqlStore(engines[1]).begin() as records:
                case = records.cases.get(CASE.reference)
                return case.owner_name if case else ""

        with ThreadPoolExecutor(1) as pool:
            with SqlStore(engines[0]).begin() as records:
                assert records.cases.get(CASE.reference) == CASE
                seen = pool.submit(second)
                assert began.wait(timeout=PATIENCE)
                records.cases.change(replace(CASE, owner=ANN, owner_name="Ann"))
                assert not seen.done()
            assert seen.result(timeout=PATIENCE) == "Ann"
        for engine in engines:
            engine.dispose()


class TestEvents:
    def test_they_come_in_the_order_they_were_added(self, store: SqlStore) -> None:
        """Whatever their time says: clocks differ."""
        moved = CaseEvent(CASE.reference, FRIDAY - HOUR, EventKind.MOVED, detail={"to": "chair"})
        with store.begin() as records:
            for case in (CASE, SETTLED):
                records.cases.file(case)
            for event in (FILED, replace(FILED, reference=SETTLED.reference), moved):
                records.cases.add(event)
        with store.begin() as records:
            assert records.cases.events(CASE.reference) == [FILED, moved]
            assert records.cases.events("2222-3333") == []

    def test_an_event_belongs_to_a_case(self, store: SqlStore) -> None:
        with pytest.raises(IntegrityError), store.begin() as records:
            records.cases.add(FILED)
