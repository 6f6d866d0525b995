"""Waiting for what tells nobody when it happens."""

import asyncio
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds that a test waits before it fails: more than a busy machine needs for anything that is waited for."""


async def until(seen: Callable[[], object]) -> None:
    """Returns when something holds. Raises TimeoutError where it does not come to that."""
    async with asyncio.timeout(PATIENCE):
        while not seen():  # noqa: ASYNC110 - as it tells nobody
            await asyncio.sleep(0.01)
