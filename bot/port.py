"""What a face needs of the program."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.turns import NotSettledError, Turns
from handlers.conversation import Message, Reply
from handlers.ports import Store
from handlers.posts import Post
from scheduler.delivery import Deliverer


@dataclass(frozen=True)
class Port:
    """Where messages go, what a newcomer is told, what is kept and sent, and the time."""

    turns: Turns
    welcome: Callable[[], Reply]
    store: Store
    deliverer: Deliverer
    now: Callable[[], datetime]

    async def take(self, message: Message) -> list[Reply]:
        """The replies to a message, from a worker thread. Raises NotSettledError as `Turns.take` does."""
        return await self.turns.taken(message)

    async def take_once(self, message: Message) -> list[Reply]:
        """The replies to a message that nothing takes again, such as a press."""
        try:
            return await self.take(message)
        except NotSettledError as error:
            return error.replies

    async def settle(self, message: Message, replies: Sequence[Reply]) -> bool:
        """Have a message answered with replies that the assistant is not asked for, as `Records.settle` does."""
        return await asyncio.to_thread(self._settle, message, replies)

    async def put(self, *posts: Post) -> None:
        """Have posts delivered, whatever happens to this process; those that were put before are not again."""
        await asyncio.to_thread(self._put, posts)
        self.deliverer.wake()

    def _settle(self, message: Message, replies: Sequence[Reply]) -> bool:
        with self.store.begin() as records:
            return records.settle(message, replies, self.now())

    def _put(self, posts: Sequence[Post]) -> None:
        with self.store.begin() as records:
            for post in posts:
                records.outbox.put(post)
