"""The Slack face over Socket Mode: the same behaviour without a public address."""

import asyncio
import logging
import sqlite3
import time
from contextlib import closing

import pytest

from tests.slack.conftest import NOTICE, Bot, Stage, elements, shown
from tests.slack.requests import GENERAL, app_home_opened, app_mention, block_actions, message_im, slash_command
from tests.slack.standin import NotOk, SlackStandIn, Timeout
from tests.waiting import PATIENCE, until

SAYS = "The council gives three months' written notice before funding ends."


def test_events_commands_and_presses_are_acknowledged_and_answered(stage: Stage) -> None:
    """The acknowledgement is empty: what there is to say comes by itself."""

    async def scenario(slack: SlackStandIn) -> None:
        async with stage.start(slack, socket=True) as bot:
            await slack.socket.connected()
            stage.typed.append(NOTICE)
            sent = [
                await slack.socket.send("events_api", message_im(f"> They wrote to us in Quillby.\n{NOTICE}")),
                await slack.socket.send("events_api", app_mention(NOTICE)),
                await slack.socket.send("events_api", app_home_opened()),
                await slack.socket.send("slash_commands", slash_command("/compact", NOTICE, slack.origin())),
            ]
            await slack.until(lambda: len(slack.posted) == 3 and slack.published and slack.responded)
            await bot.settled()
            answer = next(each for each in slack.posted if each.channel == GENERAL)
            button = elements(answer.blocks)[0] | {"block_id": "b"}
            sent.append(await slack.socket.send("interactive", block_actions(button, slack.origin(channel=GENERAL))))
            await slack.until(lambda: len(slack.responded) == 2)
            acknowledgements = [await slack.socket.acknowledged(each) for each in sent]
            assert [each.payload for each in acknowledgements] == [None] * len(sent)
            assert SAYS in shown(slack.responded[0])

    stage.play_bare(scenario)


def test_an_event_sent_again_is_acknowledged_and_not_answered_again(stage: Stage) -> None:
    """Nor where it comes over HTTP as well."""
    payload = message_im(NOTICE)

    async def scenario(slack: SlackStandIn) -> None:
        async with stage.start(slack, socket=True) as bot:
            for attempt in range(3):
                sent = await slack.socket.send("events_api", payload, retry_attempt=attempt)
                await slack.socket.acknowledged(sent)
            assert await bot.send(payload) == 200
            await bot.settled()

    assert len(stage.play_bare(scenario).posted) == 1


def test_it_is_acknowledged_at_once_however_long_the_answer_takes(stage: Stage) -> None:
    async def scenario(slack: SlackStandIn) -> None:
        slack.fail("chat.postMessage", kind=Timeout(60, done=True))
        async with stage.start(slack, socket=True) as bot:
            sent = await slack.socket.send("events_api", message_im(NOTICE))
            assert (await slack.socket.acknowledged(sent)).after < 3
            assert not any(put.done for put in bot.outbox())
            slack.wake()

    assert len(stage.play_bare(scenario).posted) == 1


def test_what_cannot_be_kept_is_not_acknowledged_so_that_slack_sends_it_again(stage: Stage) -> None:
    payload = message_im(NOTICE)

    async def scenario(slack: SlackStandIn) -> None:
        stage.typed.append(NOTICE)
        async with stage.start(slack, socket=True) as bot:
            with closing(sqlite3.connect(stage.database)) as database:
                database.execute("ALTER TABLE inbox RENAME TO elsewhere")
                sent = await slack.socket.send("events_api", payload)
                await until(lambda: stage.logged(logging.ERROR))
                with pytest.raises(TimeoutError):
                    await slack.socket.acknowledged(sent, within=0.1)
                database.execute("ALTER TABLE elsewhere RENAME TO inbox")
            await slack.socket.acknowledged(await slack.socket.send("events_api", payload, retry_attempt=1))
            await bot.settled()

    assert len(stage.play_bare(scenario).posted) == 1


@pytest.mark.parametrize("how", ["asked", "closed"])
def test_a_new_connection_takes_the_place_of_one_that_ends(stage: Stage, how: str) -> None:
    async def scenario(slack: SlackStandIn) -> None:
        async with stage.start(slack, socket=True) as bot:
            await slack.socket.connected()
            await (slack.socket.disconnect() if how == "asked" else slack.socket.close())
            await slack.socket.connected(times=2)
            await slack.socket.acknowledged(await slack.socket.send("events_api", message_im(NOTICE)))
            await bot.settled()

    assert len(stage.play_bare(scenario).posted) == 1


async def _ready(bot: Bot) -> str:
    return str((await bot.get("/readyz"))[1]["slack socket"])


def test_it_is_ready_once_it_is_connected(stage: Stage) -> None:
    async def scenario(slack: SlackStandIn) -> None:
        async with stage.start(slack, socket=True) as bot:
            await slack.socket.connected()
            async with asyncio.timeout(PATIENCE):
                while await _ready(bot) != "ok":  # noqa: ASYNC110 - the client tells nobody
                    await asyncio.sleep(0.01)
        assert slack.socket.open == 0, "it says goodbye when it stops"

    stage.play_bare(scenario)


def test_while_slack_lets_nobody_connect_it_lives_is_not_ready_and_can_be_stopped(stage: Stage) -> None:
    """A wrong token, or no line: Slack's client tries on in the background."""

    async def scenario(slack: SlackStandIn) -> None:
        slack.fail("apps.connections.open", times=None, kind=NotOk("invalid_auth"))
        before = time.monotonic()
        async with stage.start(slack, socket=True) as bot:
            await slack.until(lambda: slack.calls["apps.connections.open"])
            assert await bot.get("/healthz") == (200, {"status": "ok"})
            assert await bot.get("/readyz") == (
                503,
                {"status": "not ready", "database": "ok", "slack": "ok", "slack socket": "ConnectionError"},
            )
        assert time.monotonic() - before < PATIENCE

    stage.play_bare(scenario)
