"""A bell between threads: rung by whoever has changed the database, heard by whoever waits for that in an event loop."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Bell:
    """Rung from any thread; each listener is called in the event loop in which it began to listen."""

    def __init__(self) -> None:
        self._listeners: list[tuple[asyncio.AbstractEventLoop, Callable[[], object]]] = []

    def ring(self) -> None:
        """Have all who listen called soon. Whoever's loop has ended meanwhile is passed over."""
        for loop, hear in tuple(self._listeners):
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(hear)

    @contextmanager
    def heard(self, hear: Callable[[], object]) -> Iterator[None]:
        """Have something called at each ring, until the context is left."""
        listener = (asyncio.get_running_loop(), hear)
        self._listeners.append(listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)
