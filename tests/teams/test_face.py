"""The Teams face over HTTP: what people see, and where."""

import asyncio
import logging
import time

import pytest

from bot.teams import places
from bot.teams.face import NO_PRIVATE_CHAT
from handlers.assistant import WELCOME
from handlers.conversation import Choices, Message, Option, Person, Platform, Reply, Room, Text
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
from tests.teams.conftest import NOTICE, VAGUE, Bot, Stage, buttons, shown
from tests.teams.connector import Failure, Teams

SAYS = "The council gives three months' written notice before funding ends."
MORE = "More, just for me"
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

    def test_work_that_takes_a_while_shows(self, stage: Stage) -> None:
        """As typing, before the answer, and not after it."""
        stage.handle = slowly

        async def scenario(bot: Bot) -> None:
            await bot.ask(personal(NOTICE))
            await asyncio.sleep(0.6)

        assert stage.play(scenario).typing == [chat(ASKER)]

    @pytest.mark.parametrize("failure", [Failure(403), Failure(None), Failure(429, "60")])
    def test_no_answer_depends_on_typing(self, stage: Stage, failure: Failure) -> None:
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


class TestInPrivate:
    """What is for one person alone, from where others read."""

    def test_more_goes_to_the_personal_chat_which_is_begun(self, stage: Stage) -> None:
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

    def test_a_chat_that_is_known_is_not_begun(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(personal(NOTICE))
            question = in_group(NOTICE)
            answer = await bot.ask(question)
            assert (await bot.ask(pressed(buttons(answer)[MORE], answer.id, question))).conversation == chat(ASKER)

        assert stage.play(scenario).begun == []

    def test_a_reply_for_the_person_alone_never_shows_in_the_room(self, stage: Stage) -> None:
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
    def test_where_there_can_be_no_chat_the_room_is_told_and_nothing_else(
        self, stage: Stage, *, call: str, press: bool
    ) -> None:
        """Neither where it cannot be begun, nor where it takes nothing."""

        def answer(message: Message) -> list[Reply]:
            return [Reply((Text("in the open"),), more="in secret", private=message.text != "ask")]

        stage.handle = answer

        async def scenario(bot: Bot) -> None:
            question = in_channel("ask")
            said = await bot.ask(question)
            bot.teams.fail(Failure(403), call=call)
            then = (
                pressed({"compactbot": 1, "says": "in secret"}, said.id, question) if press else in_channel("secretly")
            )
            told = await bot.ask(then)
            assert told.conversation == thread()
            assert NO_PRIVATE_CHAT in shown(told)
            assert "in the open" not in shown(told)

        stage.play(scenario)
        assert stage.logged(logging.ERROR) == []

    def test_a_chat_that_may_be_had_later_is_tried_again(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            question = in_channel(NOTICE)
            answer = await bot.ask(question)
            bot.teams.fail(Failure(None))
            assert await bot.send(pressed(buttons(answer)[MORE], answer.id, question)) == 200
            await bot.teams.until(lambda: not bot.teams.failures)

        assert [each.conversation for each in stage.play(scenario).said] == [thread()]
        [warning] = stage.logged(logging.WARNING)
        assert warning.endswith(" will be tried again: ConnectorError")


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
        """In a thread of a channel too, and after the bot was started again; until we are removed."""
        ada, general = Person(Platform.TEAMS, TENANT, ASKER), Room(Platform.TEAMS, TENANT, CHANNEL)
        threaded = Room(Platform.TEAMS, TENANT, CHANNEL, "7")

        async def scenario(teams: Teams) -> None:
            async with stage.start(teams) as bot:
                await bot.answers(installed(alone()))
                await bot.ask(in_channel(NOTICE))
            async with stage.start(teams) as bot:
                said = []
                for to in (ada, general, threaded):
                    found = await bot.face.places.find(to)
                    assert found
                    said += await bot.face.speaker.say(found, Reply((Text("Hello again."),)))
                assert [each.conversation for each in teams.said[-3:]] == [chat(ASKER), CHANNEL, thread("7")]
                assert [each.id for each in teams.said[-3:]] == said
                await bot.answers(installed(alone(), action="remove"))
                await bot.answers(members(the_channel(), removed=(BOT,)))
                assert [await bot.face.places.find(to) for to in (ada, general)] == [None, None]
                await bot.answers(installed(alone()))
                assert await bot.face.places.find(ada)

        stage.play_bare(scenario)

    def test_a_room_where_nobody_met_us_cannot_be_spoken_to(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.face.places.find(Room(Platform.TEAMS, TENANT, "19:elsewhere@thread.tacv2")) is None

        stage.play(scenario)

    def test_where_people_are_is_not_all_kept_in_memory(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(places, "_MOST_KNOWN", 2)

        async def scenario(bot: Bot) -> None:
            for number in range(5):
                await bot.ask(personal(NOTICE, user=f"29:{number}"))
            assert len(bot.face.places._known) <= 2
            for number in range(5):
                assert await bot.face.places.find(Person(Platform.TEAMS, TENANT, f"29:{number}"))

        stage.play(scenario)

    def test_a_button_of_what_begins_a_thread_is_found_there(self, stage: Stage) -> None:
        """What is said to a channel stands in a thread of its own from then on."""
        question = Reply((Text("Send it?"), Choices((Option("Yes", "yes"), Option("No", "no")), numbered=False)))

        async def scenario(bot: Bot) -> None:
            await bot.answers(installed(the_channel()))
            place = await bot.face.places.find(Room(Platform.TEAMS, TENANT, CHANNEL))
            assert place
            [message] = await bot.face.speaker.say(place, question)
            press = pressed(buttons(bot.teams.said[-1])["Yes"], message, in_channel("", root=message))
            card, answer = await bot.answers(press)
            assert (card.id, card.conversation, answer.conversation) == (message, thread(message), thread(message))

        stage.play(scenario)


def slowly(_: Message) -> list[Reply]:
    """An answer that takes longer than most."""
    time.sleep(0.8)
    return [Reply((Text("At last."),))]
