"""What is for one person alone, from where others read."""

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.store.inbox import HELD_FOR
from bot.teams.face import NO_PRIVATE_CHAT
from handlers.conversation import Message, Reply, Text
from tests.teams.activities import ANOTHER, ASKER, chat, in_channel, in_group, personal, pressed, thread
from tests.teams.conftest import MORE, NOTICE, Bot, Stage, buttons, shown
from tests.teams.connector import Failure, Teams

REMARK = "Both sides talk early about endings."


def test_more_goes_to_the_personal_chat_which_is_begun(stage: Stage) -> None:
    """Whoever presses: the answer stays as it is for the others."""

    async def scenario(bot: Bot) -> None:
        question = in_channel(NOTICE)
        answer = await bot.ask(question)
        for user in (ANOTHER, ASKER, ANOTHER):
            more = await bot.ask(pressed(buttons(answer)[MORE], answer.id, question, user))
            assert (more.conversation, more.instead) == (chat(user), False)
            assert REMARK in shown(more)
        assert "25 May 2027" in shown(await bot.ask(personal("and if they told us on 25 February 2027?", ANOTHER)))

    assert stage.play(scenario).begun == [ANOTHER, ASKER]


def test_a_chat_that_is_known_is_not_begun(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        await bot.ask(personal(NOTICE))
        question = in_group(NOTICE)
        answer = await bot.ask(question)
        assert (await bot.ask(pressed(buttons(answer)[MORE], answer.id, question))).conversation == chat(ASKER)

    assert stage.play(scenario).begun == []


def test_a_reply_for_the_person_alone_never_shows_in_the_room(stage: Stage) -> None:
    def half_private(message: Message) -> list[Reply]:
        return [Reply((Text("for all"),)), Reply((Text("for one"),), private=True)]

    stage.handle = half_private

    async def scenario(bot: Bot) -> None:
        for_all, for_one = await bot.answers(in_channel("I want to raise a concern"))
        assert (for_all.conversation, for_one.conversation) == (thread(), chat(ASKER))
        assert "for one" in shown(for_one)
        assert [each.conversation for each in await bot.answers(personal("again"))] == [chat(ASKER)] * 2

    stage.play(scenario)


@pytest.mark.parametrize("call", ["POST /teams/v3/conversations", f"conversations/{chat(ASKER)}"])
@pytest.mark.parametrize("press", [True, False])
def test_where_there_can_be_no_chat_the_room_is_told_and_nothing_else(stage: Stage, *, call: str, press: bool) -> None:
    """Neither where it cannot be begun, nor where it takes nothing."""

    def answer(message: Message) -> list[Reply]:
        return [Reply((Text("in the open"),), more="in secret", private=message.text != "ask")]

    stage.handle = answer

    async def scenario(bot: Bot) -> None:
        question = in_channel("ask")
        said = await bot.ask(question)
        bot.teams.fail(Failure(403), call=call)
        then = pressed({"compactbot": 1, "says": "in secret"}, said.id, question) if press else in_channel("secretly")
        assert await bot.send(then) == 200
        await bot.teams.until(lambda: len(bot.teams.said) == 2)
        await bot.settled()
        [_, told] = bot.teams.said
        assert told.conversation == thread()
        assert NO_PRIVATE_CHAT in shown(told)
        assert "in the open" not in shown(told)

    stage.play(scenario)
    assert {line.partition(" cannot ")[2] for line in stage.logged(logging.ERROR)} <= {"be sent: Teams answered 403"}


def test_a_chat_that_may_be_had_later_is_tried_again(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        question = in_channel(NOTICE)
        answer = await bot.ask(question)
        bot.teams.fail(Failure(None))
        assert await bot.send(pressed(buttons(answer)[MORE], answer.id, question)) == 200
        await bot.teams.until(lambda: not bot.teams.failures)

    assert [each.conversation for each in stage.play(scenario).said] == [thread()]
    [warning] = stage.logged(logging.WARNING)
    assert warning.endswith(" will be tried again: ConnectorError")


def test_a_private_answer_is_sent_by_another_process_too_where_there_was_no_chat_yet(stage: Stage) -> None:
    """Even by one that has not heard of anybody itself."""
    stage.handle = lambda _: [Reply((Text("for one"),), private=True)]

    async def scenario(teams: Teams) -> None:
        question = in_channel("secretly") | {"serviceUrl": teams.url}
        async with stage.another(teams) as dead:
            teams.hold = asyncio.Event()
            dying = asyncio.ensure_future(dead.answering._answer(question))
            await teams.until(lambda: teams.calls)
            dying.cancel()
        teams.hold = None
        stage.clock.advance(HELD_FOR + timedelta(seconds=1))
        async with stage.start(teams) as bot:
            await bot.settled()

    played = stage.play_bare(scenario)
    assert [each.conversation for each in played.said] == [chat(ASKER)]
    assert played.begun == [ASKER]


def test_a_private_answer_waits_for_a_chat_that_cannot_be_begun_now(stage: Stage) -> None:
    """And nobody is told that there can be none."""
    stage.handle = lambda _: [Reply((Text("for one"),), private=True)]

    async def scenario(bot: Bot) -> None:
        bot.teams.fail(Failure(500), call="POST /teams/v3/conversations")
        assert await bot.send(in_channel("secretly")) == 200
        await bot.put_off()
        stage.clock.advance(timedelta(seconds=2))
        bot.deliverer.wake()
        await bot.settled()

    assert [each.conversation for each in stage.play(scenario).said] == [chat(ASKER)]


def test_somebody_who_could_not_be_reached_can_be_once_they_have_written_in_private(stage: Stage) -> None:
    stage.handle = lambda message: [Reply((Text("for one"),), private=message.text == "secretly")]

    async def scenario(bot: Bot) -> None:
        bot.teams.fail(Failure(403), call="POST /teams/v3/conversations")
        assert await bot.send(in_channel("secretly")) == 200
        await bot.teams.until(lambda: bot.teams.said)
        await bot.ask(personal("hello"))
        assert (await bot.ask(in_channel("secretly"))).conversation == chat(ASKER)

    assert stage.play(scenario).begun == []
