"""Puts posts into the outbox, within a transaction: `handlers.ports.Outbox`, and what `Records.settle` keeps."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, case, func, literal, update

from bot.store.dialect import insert
from bot.store.inbox import HELD_FOR, answer_all
from bot.store.replies import written
from bot.store.schema import Moment, outbox
from handlers.conversation import Message, Person, Reply, Room
from handlers.posts import Address, Post

REPLY = "reply:"
PERSON, ROOM = "person", "room"
SENT, FAILED, DROPPED = "sent", "failed", "dropped"


class SqlPosts:
    """The outbox, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.has_put = False

    def put(self, post: Post) -> bool:
        """See `Outbox.put`."""
        row = _row(post.key, post.to, post.reply, post.due) | {"replaces": post.replaces}
        self.has_put = True
        return bool(self._connection.execute(_put(self._connection.dialect.name), row).rowcount)

    def settle_all(self, taken: Sequence[tuple[Message, Sequence[Reply]]], at: datetime) -> bool:
        """See `Records.settle_all`."""
        known = [(message, replies) for message, replies in taken if message.id]
        events = [(message.conversation.platform, message.id) for message, _ in known]
        if events and not answer_all(self._connection, events, at):
            return False
        held = {"held_until": at + HELD_FOR, "attempts": 1, "first_tried_at": at}
        rows = [
            _row(reply_key(message, number), back_to(message, reply), reply, at) | held
            for message, replies in known
            for number, reply in enumerate(replies)
        ]
        # Where a reply is there, the message was settled before: a press is in no inbox that would know.
        return not rows or self._connection.execute(_put(self._connection.dialect.name), rows).rowcount == len(rows)


def reply_key(message: Message, number: int) -> str:
    """The key of a reply to a message, by its number, counted from 0."""
    return f"{REPLY}{message.conversation.platform}:{message.id}:{number}"


def welcome_key(to: Address) -> str:
    """The key of what somebody, or a room, is told on first contact: it is kept, so that nobody is welcomed twice."""
    return f"welcome:{to.platform}:{to.tenant}:{to.user if isinstance(to, Person) else to.channel}"


def back_to(message: Message, reply: Reply) -> Address:
    """Where a reply to a message goes."""
    return message.conversation.person if reply.private or message.room is None else message.room


def erase(connection: Connection, which: ColumnElement[bool], at: datetime) -> None:
    """Delete what posts say, and the people they go to; what was still to be sent is dropped. Their keys are kept."""
    nobody = case((outbox.c.kind == PERSON, ""), else_=outbox.c.recipient)
    over = {
        "done_at": func.coalesce(outbox.c.done_at, literal(at, Moment)),
        "outcome": func.coalesce(outbox.c.outcome, DROPPED),
    }
    connection.execute(update(outbox).where(which).values(content=None, recipient=nobody, **over))


def begins(prefix: str) -> ColumnElement[bool]:
    """Whether a post's key begins like this, in the same case, which LIKE does not ask for everywhere."""
    return func.substr(outbox.c.key, 1, len(prefix)) == prefix


# Made once, as most events need it: making a statement takes longer than running it.
@cache
def _put(dialect: str) -> Any:
    return insert(dialect, outbox).on_conflict_do_nothing(index_elements=[outbox.c.key]).inline()


def _row(key: str, to: Address, reply: Reply, due: datetime) -> dict[str, Any]:
    return {
        "key": key,
        **_address(to),
        "content": written(reply),
        "replaces": None,
        "due_at": due,
        "held_until": None,
        "attempts": 0,
        "first_tried_at": None,
    }


def _address(to: Address) -> dict[str, Any]:
    match to:
        case Person(platform, tenant, user):
            place: dict[str, Any] = {"kind": PERSON, "recipient": user, "thread": "", "private": True}
        case Room(platform, tenant, channel, thread, private):
            place = {"kind": ROOM, "recipient": channel, "thread": thread, "private": private}
        case _:
            assert_never(to)
    return {"platform": platform, "tenant": tenant, **place}
