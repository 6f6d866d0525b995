"""Forgets a person, over all tables but those of cases, which `SqlCases.strip` sees to."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, and_, delete, or_, select, update

from bot.store.posts import PERSON, erase, welcome_key
from bot.store.schema import (
    cards,
    contexts,
    drafts,
    forum_answers,
    forum_changes,
    forum_suggestions,
    outbox,
    places,
)
from handlers.conversation import Person


def forget_person(connection: Connection, person: Person, at: datetime) -> None:
    """See `Records.forget_person`."""
    tenant = {"platform": person.platform, "tenant": person.tenant}
    them, reached = {**tenant, "user": person.user}, {**tenant, "kind": PERSON, "id": person.user}
    talked = select(contexts.c.channel).where(*_is(contexts, them))
    to_them = and_(outbox.c.kind == PERSON, outbox.c.recipient == person.user)
    erase(connection, and_(*_is(outbox, tenant), or_(to_them, outbox.c.private & outbox.c.recipient.in_(talked))), at)
    personal_chat = select(places.c.reference["conversation"].as_string()).where(*_is(places, reached))
    connection.execute(delete(cards).where(cards.c.conversation.in_(personal_chat)))
    for kept in (drafts, forum_answers, forum_suggestions):
        connection.execute(delete(kept).where(kept.c.person == person))
    made_by_them = update(forum_changes).where(forum_changes.c.by == person)
    connection.execute(made_by_them.values(by=None, name=""))
    connection.execute(delete(outbox).where(outbox.c.key == welcome_key(person)))
    for table, theirs in ((contexts, them), (places, reached)):
        connection.execute(delete(table).where(*_is(table, theirs)))


def _is(table: Table, values: dict[str, str]) -> list[Any]:
    return [table.c[name] == value for name, value in values.items()]
