"""Posts in Teams: where they go, what takes whose place, and what becomes of those that come in several messages."""

from datetime import timedelta

import pytest

from handlers.conversation import Choices, Heading, Option, Passage, Person, Platform, Reply, Room, Text
from handlers.posts import Address
from tests.teams.activities import ANOTHER, ASKER, CHANNEL, TENANT, alone, chat, installed, pressed, the_channel, thread
from tests.teams.conftest import Bot, Stage, buttons, shown
from tests.teams.connector import Failure

ADA, BEA = Person(Platform.TEAMS, TENANT, ASKER), Person(Platform.TEAMS, TENANT, ANOTHER)
GENERAL = Room(Platform.TEAMS, TENANT, CHANNEL)
SHORT = Reply((Text("Short."),))
# Too long for one card.
LONG = Reply(tuple(Text(f"{number} " + "word " * 190) for number in range(60)))
EITHER = Choices((Option("Yes", "help"), Option("No", "topics")), numbered=False, once=True)
PASSAGE = Passage("Town Compact", "They ask first.", remarks=("A remark.",))


async def met(bot: Bot) -> None:
    """The bot is added to Ada's chat, and to a channel."""
    await bot.answers(installed(alone()))
    await bot.answers(installed(the_channel()))


class TestWhere:
    @pytest.mark.parametrize(
        ("to", "conversation"),
        [(ADA, chat(ASKER)), (GENERAL, CHANNEL), (Room(Platform.TEAMS, TENANT, CHANNEL, "7"), thread("7"))],
    )
    def test_a_post_goes_where_it_is_addressed(self, stage: Stage, to: Address, conversation: str) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            [said] = await bot.say(to, SHORT, "one")
            assert (said.conversation, said.activity["summary"]) == (conversation, "Short.")

        stage.play(scenario)

    @pytest.mark.parametrize(
        ("to", "more", "short"), [(GENERAL, "about notice", True), (GENERAL, "", False), (ADA, "about notice", False)]
    )
    def test_only_before_others_it_is_shortened(self, stage: Stage, to: Address, more: str, short: bool) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            [said] = await bot.say(to, Reply((Heading("Notice"), PASSAGE), more=more), "one")
            assert ("A remark." not in shown(said)) == short

        stage.play(scenario)

    def test_a_person_who_was_never_met_is_reached_by_a_chat_begun_for_them(self, stage: Stage) -> None:
        """By somebody else in their organisation, also after the bot was started anew."""

        async def scenario(bot: Bot) -> None:
            await met(bot)
            for key in ("one", "two"):
                [said] = await bot.say(BEA, SHORT, key)
                assert said.conversation == chat(ANOTHER)

        assert stage.play(scenario).begun == [ANOTHER]

    @pytest.mark.parametrize(
        "to", [BEA, GENERAL, Person(Platform.TEAMS, "another tenant", ASKER)], ids=["a person", "a room", "a stranger"]
    )
    def test_where_nobody_met_us_nothing_can_be_said(self, stage: Stage, to: Address) -> None:
        async def scenario(bot: Bot) -> None:
            if to not in {BEA, GENERAL}:
                await met(bot)
            assert await bot.say(to, SHORT, "one") == []
            assert bot.outbox()[-1].outcome == "failed"

        assert stage.play(scenario).begun == []


class TestInThePlaceOf:
    """A post that replaces another."""

    def test_what_is_said_anew_stands_where_the_old_stood(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            [first] = await bot.say(GENERAL, SHORT, "one")
            for number in (2, 3):
                [then] = await bot.say(GENERAL, Reply((Text(f"State {number}."),)), f"state {number}", "one")
                assert (then.id, then.instead, f"State {number}." in shown(then)) == (first.id, True, True)

        stage.play(scenario)

    def test_the_buttons_are_those_of_what_stands_there_now(self, stage: Stage) -> None:
        """Though the same one was pressed in the card before; and one that went says what it always did."""

        async def scenario(bot: Bot) -> None:
            await met(bot)
            [first] = await bot.say(ADA, Reply((Text("One?"), EITHER)), "one")
            yes = buttons(first)["Yes"]
            await bot.answers(pressed(yes, first.id, {"conversation": alone()}))
            await bot.say(ADA, Reply((Text("Two?"), EITHER)), "two", "one")
            card, _ = await bot.answers(pressed(yes, first.id, {"conversation": alone()}))
            assert "Two?" in shown(card)
            await bot.say(ADA, SHORT, "three", "one")
            late = await bot.ask(pressed(yes, first.id, {"conversation": alone()}))
            assert (late.instead, "Work out a date" in shown(late)) == (False, True)

        stage.play(scenario)

    @pytest.mark.parametrize("status", [403, 404])
    def test_where_the_old_cannot_be_changed_the_new_is_said_below(self, stage: Stage, status: int) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            [first] = await bot.say(GENERAL, SHORT, "one")
            bot.teams.fail(Failure(status), call="PUT")
            [second] = await bot.say(GENERAL, SHORT, "two", "one")
            assert (second.instead, second.id != first.id) == (False, True)
            [third] = await bot.say(GENERAL, SHORT, "three", "one")
            assert (third.id, third.instead) == (second.id, True)

        stage.play(scenario)

    def test_of_several_messages_each_takes_the_place_of_one_and_those_left_over_go(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            [only] = await bot.say(GENERAL, SHORT, "one")
            first, second, *_ = grown = await bot.say(GENERAL, LONG, "two", "one")
            assert [each.instead for each in grown] == [True, *[False] * (len(grown) - 1)]
            assert (first.id, second.id != only.id) == (only.id, True)
            [last] = await bot.say(GENERAL, SHORT, "three", "one")
            assert (last.id, last.instead) == (only.id, True)
            assert bot.teams.deleted == [each.id for each in grown[1:]]

        stage.play(scenario)

    @pytest.mark.parametrize("status", [404, 405, 501])
    def test_one_left_over_that_teams_never_deletes_stays(self, stage: Stage, status: int) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            before = await bot.say(GENERAL, LONG, "one")
            bot.teams.fail(Failure(status), call="DELETE", times=len(before))
            [last] = await bot.say(GENERAL, SHORT, "two", "one")
            assert (last.id, bot.outbox()[-1].outcome) == (before[0].id, "sent")

        assert stage.play(scenario).deleted == []

    def test_one_left_over_that_teams_deletes_later_is_deleted_then(self, stage: Stage) -> None:
        """And nothing is said twice."""

        async def scenario(bot: Bot) -> None:
            await met(bot)
            before = await bot.say(GENERAL, LONG, "one")
            bot.teams.fail(Failure(500), call="DELETE")
            bot.put(GENERAL, SHORT, "two", "one")
            await put_off_and_said(bot, stage)
            assert [each.instead for each in bot.teams.said].count(True) == 1
            assert bot.teams.deleted == [each.id for each in before[1:]]

        stage.play(scenario)


class TestSeveralMessages:
    def test_after_a_failure_only_what_is_missing_is_said(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            whole = await bot.say(GENERAL, LONG, "whole")
            assert len(whole) > 1
            before = len(bot.teams.said)
            bot.teams.fail(Failure(500), call="POST", after=1)
            bot.put(GENERAL, LONG, "in parts")
            await put_off_and_said(bot, stage)
            assert [shown(each) for each in bot.teams.said[before:]] == [shown(each) for each in whole]

        stage.play(scenario)

    def test_one_that_teams_refuses_for_good_is_let_go(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await met(bot)
            bot.teams.fail(Failure(413), call="POST", after=1)
            assert len(await bot.say(GENERAL, LONG, "one")) == 1
            assert bot.outbox()[-1].failure == "Teams answered 413"
            assert len(await bot.say(GENERAL, SHORT, "two")) == 1

        stage.play(scenario)


async def put_off_and_said(bot: Bot, stage: Stage) -> None:
    """Waits until a post has failed, and been said later."""
    await bot.put_off()
    stage.clock.advance(timedelta(seconds=2))
    bot.deliverer.wake()
    await bot.settled()
