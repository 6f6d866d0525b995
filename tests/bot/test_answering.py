"""Events that are kept and answered: what hangs holds up nothing."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Engine

from bot import answering
from bot.answering import Answering
from bot.store.inbox import HELD_FOR, SqlInbox
from handlers.conversation import Platform
from tests.clock import DrivenClock
from tests.waiting import until


def test_while_one_event_hangs_others_that_were_left_are_taken_up(
    engine: Engine, clock: DrivenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "_TAKE_UP_EVERY", 0.01)
    monkeypatch.setattr(answering, "_FINISH_WITHIN", 0.01)

    async def scenario() -> list[str]:
        answered: list[str] = []

        async def answer(payload: dict[str, Any]) -> bool:
            if payload["key"] == "hangs":
                await asyncio.Event().wait()
            answered.append(payload["key"])
            return False

        inbox = SqlInbox(engine, Platform.SLACK)
        ours = Answering(inbox, clock.now, answer, inbox.forget)
        for key in ("hangs", "left"):
            inbox.receive(key, {"key": key}, clock.now())
            clock.advance(HELD_FOR * 2)
            if key == "hangs":
                running = asyncio.create_task(_kept_up(ours))
                await until(lambda: ours._under_way)
        await until(lambda: answered)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return answered

    assert asyncio.run(scenario()) == ["left"]


async def _kept_up(ours: Answering) -> None:
    async with ours.kept_up():
        await asyncio.Event().wait()
