"""A bell that is rung in threads and heard in event loops."""

import asyncio
from threading import Thread

from bot.bell import Bell
from tests.waiting import PATIENCE


def test_whoever_listens_is_called_in_their_own_loop_and_nobody_afterwards() -> None:
    bell, heard = Bell(), list[asyncio.AbstractEventLoop]()

    async def listen() -> asyncio.AbstractEventLoop:
        here = asyncio.get_running_loop()
        rung = asyncio.Event()

        def hear() -> None:
            heard.append(asyncio.get_running_loop())
            rung.set()

        with bell.heard(hear):
            Thread(target=bell.ring).start()
            await asyncio.wait_for(rung.wait(), PATIENCE)
        bell.ring()
        await asyncio.sleep(0)
        return here

    assert [asyncio.run(listen())] == heard


def test_a_loop_that_has_ended_keeps_nobody_else_from_hearing() -> None:
    bell = Bell()

    async def begin() -> None:
        bell.heard(lambda: None).__enter__()

    asyncio.run(begin())

    async def listen() -> bool:
        rung = asyncio.Event()
        with bell.heard(rung.set):
            await asyncio.to_thread(bell.ring)
            return await asyncio.wait_for(rung.wait(), PATIENCE)

    assert asyncio.run(listen())
