"""What is said unasked: posts, kept in the outbox until they are delivered."""

from dataclasses import dataclass
from datetime import datetime

from handlers.conversation import Person, Reply, Room

Address = Person | Room


@dataclass(frozen=True)
class Post:
    """A message to be delivered once, from a moment on.

    `key`: unique through all time; putting a key again changes nothing. `replaces`: the key of an earlier post to the
    same address whose message this one takes the place of, so that a card shows the present state.
    """

    key: str
    to: Address
    reply: Reply
    due: datetime
    replaces: str | None = None
