"""What is said unasked where a terminal is: taken from the outbox, shown, and marked as sent."""

import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from handlers.conversation import Platform
from handlers.ports import Clock
from handlers.posts import Address
from scheduler.delivery import Claimed

_AT_ONCE = 20
_log = logging.getLogger(__name__)

Show = Callable[[Claimed], None]
Look = Callable[[Show], None]
"""Shows what has come since it was looked last."""


class Outbox(Protocol):
    """The outbox, as one place needs it."""

    def claim(
        self, now: datetime, platforms: Sequence[Platform], limit: int, to: Collection[Address]
    ) -> Sequence[Claimed]:
        """Posts to these addresses that are due, one an address at most, now held by us."""
        ...

    def sent(self, key: str, message: str, now: datetime) -> None:
        """A post is sent, as the platform's `message`."""
        ...


class News:
    """What has come for one place since it was looked at last."""

    def __init__(self, outbox: Outbox, clock: Clock, to: Address) -> None:
        self._outbox = outbox
        self._clock = clock
        self._to = (to,)
        self._is_read = True

    def look(self, show: Show) -> None:
        """Show all that has come, in order, each once; it may be twice where the process dies in between.

        Where the database cannot be asked nothing is shown: a later look may find it well again.
        """
        try:
            self._look(show)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - whoever is about to say something must not be thrown out
            # Once, as it is looked for again and again.
            if self._is_read:
                _log.warning("what came could not be shown: %s", type(error).__name__)
            self._is_read = False
        else:
            self._is_read = True

    def _look(self, show: Show) -> None:
        while claimed := self._outbox.claim(self._clock.now(), (Platform.TERMINAL,), _AT_ONCE, self._to):
            for each in claimed:
                show(each)
                # A terminal gives its messages no ids, but one that was sent has one.
                self._outbox.sent(each.post.key, each.post.key, self._clock.now())


def nothing_comes(_: Show) -> None:
    """A look where nothing is ever said unasked."""
