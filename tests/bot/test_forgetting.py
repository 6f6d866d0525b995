"""Forgetting cases and people, over real databases, SQLite's and PostgreSQL's."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.store import schema
from bot.store.cards import SqlCards
from bot.store.outbox import SqlOutbox
from bot.store.posts import welcome_key
from bot.store.references import References
from bot.store.sql import SqlStore
from handlers.concerns.records import CaseEvent, Draft, EventKind
from handlers.context import Context
from handlers.conversation import Conversation, Message, Person, Platform, Reply, Room, Text
from handlers.posts import Address, Post
from handlers.wizard import State
from tests.bot.test_cases import ANN, BEA, CASE, FILED, HOUR, SETTLED
from tests.clock import FRIDAY

pytestmark = pytest.mark.usefixtures("both")
LEADS = Room(Platform.SLACK, "T1", "C1")
ALONE = Room(Platform.SLACK, "T1", "D1", private=True)
SECRET = Reply((Text("a secret"),))


def everything(engine: Engine) -> str:
    """All that the database holds, as text."""
    with engine.begin() as connection:
        tables = schema.metadata.tables.values()
        return "\n".join(str(tuple(row)) for table in tables for row in connection.execute(select(table)))


def posts(engine: Engine) -> dict[str, tuple[Any, ...]]:
    """The posts by key: to whom, what, and what became of them."""
    table = schema.outbox.c
    with engine.begin() as connection:
        rows = connection.execute(select(table.key, table.recipient, table.content, table.outcome)).all()
    return {row.key: tuple(row[1:]) for row in rows}


def put(store: SqlStore, key: str, to: Address) -> None:
    with store.begin() as records:
        assert records.outbox.put(Post(key, to, SECRET, FRIDAY))


class TestStrippingACase:
    @pytest.fixture
    def stripped(self, store: SqlStore) -> SqlStore:
        """A store with a case that is stripped, and one that is not."""
        secret = replace(
            SETTLED,
            raiser=Person(Platform.SLACK, "T1", "secret"),
            raiser_name="secret",
            acknowledged_by="secret",
            owner=Person(Platform.SLACK, "T1", "secret"),
            owner_name="secret",
            answers={"story": ("secret",), "side": ("vcse",)},
        )
        event = CaseEvent(secret.reference, FRIDAY, EventKind.MOVED, secret.owner, "secret", "secret", {"to": "chair"})
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.file(secret)
            for each in (FILED, event):
                records.cases.add(each)
        with store.begin() as records:
            records.cases.strip(secret.reference, FRIDAY + HOUR, {"story", "how"})
        return store

    @pytest.mark.usefixtures("stripped")
    def test_nothing_is_left_of_who_and_what(self, engine: Engine) -> None:
        assert "secret" not in everything(engine)

    def test_what_is_counted_stays(self, stripped: SqlStore) -> None:
        nobody = Person(Platform.SLACK, "", "")
        with stripped.begin() as records:
            assert records.cases.get(SETTLED.reference) == replace(
                SETTLED,
                raiser=nobody,
                raiser_name="",
                acknowledged_by="",
                owner=None,
                owner_name="",
                answers={"side": ("vcse",)},
                stripped=True,
                version=2,
            )

    def test_its_events_stay_without_words_and_the_stripping_is_one(self, stripped: SqlStore) -> None:
        with stripped.begin() as records:
            assert records.cases.events(SETTLED.reference) == [
                CaseEvent(SETTLED.reference, FRIDAY, EventKind.MOVED, detail={"to": "chair"}),
                CaseEvent(SETTLED.reference, FRIDAY + HOUR, EventKind.STRIPPED),
            ]

    def test_other_cases_stay_as_they_are(self, stripped: SqlStore) -> None:
        with stripped.begin() as records:
            assert records.cases.get(CASE.reference) == CASE
            assert records.cases.events(CASE.reference) == [FILED]

    def test_it_is_nobodys_any_more(self, stripped: SqlStore) -> None:
        with stripped.begin() as records:
            assert records.cases.raised_by(Person(Platform.SLACK, "", "")) == []

    @pytest.mark.parametrize("reference", [SETTLED.reference, "2222-3333"])
    def test_it_is_stripped_once(self, stripped: SqlStore, reference: str) -> None:
        with stripped.begin() as records:
            before = records.cases.all(), records.cases.events(reference)
            records.cases.strip(reference, FRIDAY + 2 * HOUR, {"story"})
            assert (records.cases.all(), records.cases.events(reference)) == before

    def test_what_was_said_of_it_goes_sent_or_not(self, store: SqlStore, engine: Engine) -> None:
        """The keys stay, so that nothing is said again."""
        card, to_raiser, asking = f"case:{CASE.reference}:card", f"case:{CASE.reference}:raiser:1", "draft:d1:ask:1"
        put(store, card, LEADS)
        put(store, to_raiser, ANN)
        put(store, asking, ANN)
        SqlOutbox(engine).sent(card, "m1", FRIDAY)
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.strip(CASE.reference, FRIDAY + HOUR, set())
        dropped = ("", None, "dropped")
        assert posts(engine) == {card: ("C1", None, "sent"), to_raiser: dropped, asking: dropped}
        assert SqlOutbox(engine).claim(FRIDAY + HOUR, list(Platform), 9) == []

    @pytest.mark.parametrize(
        "other", ["case:ABCD-23456:card", "case:abcd-2345:card", "draft:d11:ask:1", "draft:D1:ask:1", "forum:x"]
    )
    def test_what_was_said_of_others_stays(self, store: SqlStore, engine: Engine, other: str) -> None:
        put(store, other, ANN)
        before = posts(engine)
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.strip(CASE.reference, FRIDAY + HOUR, set())
        assert posts(engine) == before

    def test_its_card_can_still_be_updated(self, store: SqlStore, engine: Engine) -> None:
        """To show that it is stripped."""
        outbox, card = SqlOutbox(engine), f"case:{CASE.reference}:card"
        put(store, card, LEADS)
        outbox.sent(card, "m1", FRIDAY)
        with store.begin() as records:
            records.cases.file(CASE)
            records.cases.strip(CASE.reference, FRIDAY, set())
            records.outbox.put(Post(f"{card}:2", LEADS, Reply((Text("stripped"),)), FRIDAY, replaces=card))
        assert [(each.post.to, each.replaced) for each in outbox.claim(FRIDAY, list(Platform), 9)] == [(LEADS, "m1")]


class TestClosedBefore:
    def test_those_not_stripped_yet_come_the_oldest_first(self, store: SqlStore) -> None:
        older = replace(SETTLED, reference="2222-3333", draft="d3", closed=FRIDAY + HOUR)
        done = replace(SETTLED, reference="4444-5555", draft="d4", closed=FRIDAY, stripped=True)
        with store.begin() as records:
            for case in (CASE, SETTLED, older, done):
                records.cases.file(case)
            assert records.cases.closed_before(FRIDAY + HOUR) == []
            assert records.cases.closed_before(FRIDAY + 2 * HOUR) == ["2222-3333"]
            assert records.cases.closed_before(FRIDAY + 3 * HOUR) == ["2222-3333", "WXYZ-6789"]


class TestForgettingAPerson:
    def test_nothing_of_them_is_left(self, store: SqlStore, engine: Engine) -> None:
        """But their cases, which are forgotten one by one."""
        before = everything(engine)
        _leave_traces(store, engine, ANN, LEADS.channel, ALONE)
        assert everything(engine) != before
        with store.begin() as records:
            records.forget_person(ANN, FRIDAY + HOUR)
        left = everything(engine)
        for trace in (ANN.user, "secret", "chat of U1"):
            assert trace not in left

    @pytest.mark.parametrize(
        "other", [replace(ANN, user="U2"), replace(ANN, tenant="T2"), replace(ANN, platform=Platform.TEAMS)]
    )
    def test_others_stay(self, store: SqlStore, engine: Engine, other: Person) -> None:
        alone = Room(other.platform, other.tenant, "D2", private=True)
        _leave_traces(store, engine, other, LEADS.channel, alone)
        before = everything(engine)
        with store.begin() as records:
            records.forget_person(ANN, FRIDAY + HOUR)
        assert everything(engine) == before

    def test_what_was_said_to_a_channel_they_were_in_stays(self, store: SqlStore, engine: Engine) -> None:
        put(store, "forum", LEADS)
        with store.begin() as records:
            records.keep_context(Conversation(ANN.platform, ANN.tenant, LEADS.channel, ANN.user), Context(), FRIDAY)
            records.forget_person(ANN, FRIDAY + HOUR)
        assert posts(engine)["forum"][2] is None

    def test_what_they_are_still_to_be_told_is_dropped(self, store: SqlStore, engine: Engine) -> None:
        put(store, "ask", ANN)
        with store.begin() as records:
            records.forget_person(ANN, FRIDAY + HOUR)
        assert SqlOutbox(engine).claim(FRIDAY + HOUR, list(Platform), 9) == []
        assert posts(engine)["ask"] == ("", None, "dropped")

    def test_their_cases_stay(self, store: SqlStore) -> None:
        with store.begin() as records:
            records.cases.file(replace(CASE, owner=BEA))
            records.forget_person(ANN, FRIDAY)
            records.forget_person(BEA, FRIDAY)
            assert records.cases.raised_by(ANN) == [replace(CASE, owner=BEA)]


def _leave_traces(store: SqlStore, engine: Engine, person: Person, channel: str, alone: Room) -> None:
    """Something of a person in every table that has them."""
    here = Conversation(person.platform, person.tenant, channel, person.user)
    there = replace(here, channel=alone.channel)
    with store.begin() as records:
        for conversation in (here, there):
            records.keep_context(conversation, Context(asked="a secret"), FRIDAY)
        records.drafts.keep(Draft(person, "d1", State(given={"story": ("a secret",)}), FRIDAY, FRIDAY))
        records.outbox.put(Post("one", person, SECRET, FRIDAY))
        records.outbox.put(Post(welcome_key(person), person, SECRET, FRIDAY))
        records.settle(Message(there, "hello", private=True, room=alone, id="e1"), [SECRET], FRIDAY)
    chat = f"chat of {person.user}"
    References(engine).keep(person, {"conversation": chat}, FRIDAY)
    SqlCards(engine).keep(chat, "m1", {"body": "a secret"}, FRIDAY, "")
