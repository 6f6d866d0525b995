"""The Teams face over HTTP: what people see, and where."""

import asyncio
import logging
import time

import pytest

from bot.teams import speaking
from handlers.conversation import Choices, Message, Option, Person, Platform, Reply, Room, Text
from handlers.home import WELCOME
from tests.teams.activities import (
    ANOTHER,
    ASKER,
    BOT,
    CHANNEL,
    GROUP,
    TENANT,
    Json,
    alone,
    chat,
    in_channel,
    in_group,
    installed,
    members,
    mention,
    personal,
    pressed,
    the_channel,
    thread,
)
from tests.teams.conftest import MORE, NOTICE, VAGUE, Bot, Stage, buttons, shown
from tests.teams.connector import Failure, Teams

SAYS = "The council gives three months' written notice before funding ends."
HELLO = Reply((Text("Hello again."),))
ADA, GENERAL = Person(Platform.TEAMS, TENANT, ASKER), Room(Platform.TEAMS, TENANT, CHANNEL)
THREADED = Room(Platform.TEAMS, TENANT, CHANNEL, "7")
REMARK = "Both sides talk early about endings."


class TestPersonalChat:
    def test_a_question_is_answered_whole(self, stage: Stage) -> None:
        """With what binds whom and where it stands, and a summary for the notification."""

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(personal(NOTICE))
            assert answer.conversation == chat(ASKER)
            assert {SAYS, REMARK} <= set(shown(answer).splitlines())
            assert SAYS in answer.activity["summary"]
            assert MORE not in buttons(answer)

        assert stage.play(scenario).signed_in == 1

    def test_a_conversation_goes_on(self, stage: Stage) -> None:
        """A number picks, and a follow-up follows."""

        async def scenario(bot: Bot) -> None:
            choice = await bot.ask(personal(VAGUE))
            first = next(iter(buttons(choice))).partition("\xa0")[2]
            assert first in shown(await bot.ask(personal("1")))
            await bot.ask(personal(NOTICE))
            assert "25 May 2027" in shown(await bot.ask(personal("and if they told us on 25 February 2027?")))

        stage.play(scenario)

    @pytest.mark.parametrize(
        "activity",
        [
            personal(NOTICE, user=BOT),
            personal(NOTICE, user="28:another-bot"),
            personal(NOTICE) | {"from": {"id": "29:1robot", "role": "bot"}},
            in_channel(NOTICE, entities=[]),
            in_channel(NOTICE, entities=[mention(mentioned=ANOTHER)]),
            in_channel(NOTICE, entities=["mention", {"type": "clientInfo"}, {"type": "mention", "mentioned": 7}]),
            in_group(NOTICE, entities=None),
            members(alone(), added=(ASKER,)),
            members(the_channel(), removed=(ANOTHER,)),
            members(the_channel()),
        ],
        ids=[
            *("own", "a bot's", "a robot's", "unmentioned", "another mentioned", "odd entities", "no entities"),
            *("a newcomer", "a leaver", "a change"),
        ],
    )
    def test_what_is_not_said_to_us_is_not_answered_nor_tried_again(self, stage: Stage, activity: Json) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.answers(activity) == []

        stage.play(scenario)

    def test_work_that_takes_a_while_shows(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """As typing, before the answer, and not after it."""
        monkeypatch.setattr(speaking, "_TYPING_AFTER", 0.1)
        stage.handle = slowly

        async def scenario(bot: Bot) -> None:
            await bot.ask(personal(NOTICE))
            await asyncio.sleep(0.6)

        assert stage.play(scenario).typing == [chat(ASKER)]

    @pytest.mark.parametrize("failure", [Failure(403), Failure(None), Failure(429, "60")])
    def test_no_answer_depends_on_typing(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, failure: Failure) -> None:
        monkeypatch.setattr(speaking, "_TYPING_AFTER", 0.1)
        stage.handle = slowly

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(failure)
            await bot.ask(personal(NOTICE))

        assert stage.play(scenario).typing == []

    def test_an_error_is_one_apology(self, stage: Stage) -> None:
        def fails(message: Message) -> list[Reply]:
            raise RuntimeError(message.text)

        stage.handle = fails

        async def scenario(bot: Bot) -> None:
            assert "Sorry, something went wrong on my side." in shown(await bot.ask(personal(NOTICE)))

        stage.play(scenario)


class TestRooms:
    def test_a_mention_in_a_channel_is_answered_in_its_thread_and_shortened(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(in_channel(NOTICE))
            assert answer.conversation == thread()
            assert SAYS in shown(answer)
            assert REMARK not in shown(answer)
            assert MORE in buttons(answer)

        stage.play(scenario)

    def test_a_mention_in_a_group_chat_is_answered_with_who_asked_what(self, stage: Stage) -> None:
        """As there are no threads that would show it."""

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(in_group(NOTICE))
            assert answer.conversation == GROUP
            assert f"Ada Adams asked: {NOTICE}" in shown(answer)

        stage.play(scenario)

    def test_each_person_in_each_thread_has_a_talk_of_their_own(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(in_channel(VAGUE))
            for other in (in_channel("1", user=ANOTHER), in_channel("1", root="2")):
                assert "nothing to pick by number" in shown(await bot.ask(other))

        stage.play(scenario)

    def test_the_assistant_is_told_who_spoke_and_where(self, stage: Stage) -> None:
        told: list[Message] = []

        def note(message: Message) -> list[Reply]:
            told.append(message)
            return [Reply((Text("Noted."),))]

        stage.handle = note

        async def scenario(bot: Bot) -> None:
            await bot.ask(personal("one"))
            await bot.ask(in_channel("two", user=ANOTHER))
            await bot.ask(in_group("three"))

        stage.play(scenario)
        assert [(each.text, each.private, each.name, each.room) for each in told] == [
            ("one", True, "Ada Adams", None),
            ("two", False, "Bea Brown", Room(Platform.TEAMS, TENANT, CHANNEL, "1481567603816")),
            ("three", False, "Ada Adams", Room(Platform.TEAMS, TENANT, GROUP)),
        ]
        assert [each.conversation.channel for each in told] == [chat(ASKER), thread(), GROUP]
        assert {each.conversation.person.tenant for each in told} == {TENANT}
        assert len({each.id for each in told}) == 3


class TestBeingAdded:
    @pytest.mark.parametrize(
        ("where", "speaks_in"), [(alone(), chat(ASKER)), (the_channel(), CHANNEL)], ids=["personal", "channel"]
    )
    def test_we_say_hello_once(self, stage: Stage, where: Json, speaks_in: str) -> None:
        """Whichever way, and however often, Teams tells of it."""

        async def scenario(bot: Bot) -> None:
            hello, *more = await bot.answers(installed(where))
            assert (hello.conversation, more) == (speaks_in, [])
            assert WELCOME in shown(hello)
            assert await bot.answers(members(where, added=(ASKER, BOT))) == []
            assert await bot.answers(installed(where, action="add-upgrade")) == []

        stage.play(scenario)

    def test_from_then_on_people_and_rooms_can_be_spoken_to(self, stage: Stage) -> None:
        """In a thread of a channel too, and after the bot was started again."""

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                await bot.answers(installed(alone()))
                await bot.ask(in_channel(NOTICE))
            async with stage.start(teams) as bot:
                said = [each for to in (ADA, GENERAL, THREADED) for each in await bot.say(to, HELLO, f"to {to}")]
            assert [each.conversation for each in said] == [chat(ASKER), CHANNEL, thread("7")]

        stage.play_bare(scenario)

    def test_once_we_are_removed_they_cannot(self, stage: Stage) -> None:
        """A room at least: somebody may be reached by a chat begun anew."""

        async def scenario(bot: Bot) -> None:
            await bot.answers(installed(the_channel()))
            await bot.answers(members(the_channel(), removed=(BOT,)))
            assert await bot.say(GENERAL, HELLO, "one") == []
            assert bot.outbox()[-1].outcome == "failed"
            await bot.answers(installed(the_channel()))
            assert len(await bot.say(GENERAL, HELLO, "two")) == 1

        stage.play(scenario)
        [error] = stage.logged(logging.ERROR)
        assert error == "post one cannot be sent: nobody knows where that is in Teams, as we are not there (any more)"

    def test_somebody_who_was_forgotten_is_met_anew(self, stage: Stage) -> None:
        """Whichever process was told to forget them."""

        async def scenario(bot: Bot) -> None:
            await bot.ask(personal(NOTICE))
            with bot.running.store.begin() as records:
                records.forget_person(ADA, stage.clock.now())
            await bot.ask(personal(NOTICE))
            assert len(await bot.say(ADA, HELLO, "one")) == 1

        assert stage.play(scenario).begun == []

    def test_a_button_of_what_begins_a_thread_is_found_there(self, stage: Stage) -> None:
        """What is said to a channel stands in a thread of its own from then on."""
        either = Choices((Option("Yes", "yes"), Option("No", "no")), numbered=False, once=True)

        async def scenario(bot: Bot) -> None:
            await bot.answers(installed(the_channel()))
            [message] = await bot.say(GENERAL, Reply((Text("Send it?"), either)), "one")
            press = pressed(buttons(message)["Yes"], message.id, in_channel("", root=message.id))
            card, answer = await bot.answers(press)
            there = thread(message.id)
            assert (card.id, card.conversation, answer.conversation) == (message.id, there, there)

        stage.play(scenario)


def slowly(_: Message) -> list[Reply]:
    """An answer that takes longer than most."""
    time.sleep(0.8)
    return [Reply((Text("At last."),))]
