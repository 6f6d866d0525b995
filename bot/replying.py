"""Replies to a message that was settled (`Records.settle`), sent by the process that took it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.store.posts import back_to, reply_key
from handlers.conversation import Message, Reply
from handlers.posts import Address, Post
from scheduler.delivery import Claimed, Deliverer


async def send_replies(
    deliverer: Deliverer, message: Message, replies: Sequence[Reply], settled: datetime, shown: Collection[int] = ()
) -> None:
    """Send replies, which the outbox leaves to us for a minute from when they were `settled`, each where it goes, in order.

    Those behind one that cannot be sent now are left to the deliverer, which keeps the order, too. `shown`: the numbers,
    counted from 0, of those that the person has before them already, in other ways than as a message.
    """
    waiting: set[Address] = set()
    for number, reply in enumerate(replies):
        post = Post(reply_key(message, number), back_to(message, reply), reply, settled)
        if number in shown:
            await deliverer.sent(post.key, "")
        elif post.to in waiting:
            await deliverer.leave(post.key)
        # What came before may have taken so long that somebody else has taken this one up.
        elif await deliverer.is_ours(post.key, settled) and not await deliverer.send(
            Claimed(post, attempts=1, first_tried=settled)
        ):
            waiting.add(post.to)
