"""A concern in Teams, from its first words to the leads' channel and back."""

import pytest

from tests.teams.activities import (
    ANOTHER,
    ASKER,
    CHANNEL,
    Json,
    alone,
    chat,
    in_channel,
    in_group,
    personal,
    pressed,
    thread,
)
from tests.teams.cards import parts, sent
from tests.teams.conftest import Bot, Stage, buttons, shown
from tests.teams.connector import Failure, Said

LEAD = ANOTHER
STORY = "They ended our Quillby grant without any notice."
TOLD = {
    "field:organisation": "Quillby Lunch Club",
    "field:story": STORY,
    "field:when": "3 March",
    "field:wish": "Money for three months",
    "field:reach": "here",
}
IN_CHAT = {"conversation": alone()}


def first_picks(said: Said) -> dict[str, str]:
    """The first option of each field that has some."""
    fields = parts(said.card, "Input.ChoiceSet")
    return {each["id"]: each["choices"][0]["value"] for each in fields}


def submitted(said: Said, label: str, filled: dict[str, str], where: Json, user: str) -> Json:
    """A form that is sent, filled in."""
    return pressed(sent(said.card, buttons(said)[label]["says"], filled), said.id, where, user)


async def page(bot: Bot) -> Said:
    """The form to tell a concern on one page."""
    return await bot.ask(personal("concern page"))


async def filed(bot: Bot) -> Said:
    """A concern told on one page, checked, and filed; gives the leads' card."""
    await bot.ask(in_channel("send Northshire concerns here", LEAD))
    form = await page(bot)
    _, asked = await bot.answers(submitted(form, "Check it", first_picks(form) | TOLD, IN_CHAT, ASKER))
    assert "Which of these commitments is it about?" in shown(asked)
    await bot.ask(personal("4"))
    asked = await bot.ask(personal("done"))
    said = await bot.answers(pressed(buttons(asked)["File it"], asked.id, IN_CHAT))
    [card] = [each for each in said if each.conversation == CHANNEL]
    [told] = [each for each in said if each.conversation == chat() and not each.instead]
    assert "Your reference is" in shown(told)
    return card


async def pressed_under(bot: Bot, card: Said, label: str, user: str = LEAD) -> list[Said]:
    """Press a button of the leads' card, in its thread; gives all that comes of it."""
    return await bot.answers(pressed(buttons(card)[label], card.id, in_channel("", root=card.id), user))


def in_(said: list[Said], conversation: str) -> list[Said]:
    """What was said in a conversation."""
    return [each for each in said if each.conversation == conversation]


class TestFiled:
    def test_the_leads_get_it_whole_and_what_they_do_is_heard_by_whoever_raised_it(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            card = await filed(bot)
            assert STORY in shown(card)
            said = await pressed_under(bot, card, "Acknowledge")
            [letter] = in_(said, chat())
            assert "have your concern" in shown(letter)
            [now] = in_(said, CHANNEL)
            assert (now.id, now.instead) == (card.id, True)
            assert "Acknowledge" not in buttons(now)
            assert {"Take it", "Note", "Close"} <= set(buttons(now))
            [answer] = in_(said, thread(card.id))
            assert "is acknowledged" in shown(answer)

        stage.play(scenario)

    def test_its_buttons_stay_though_one_was_pressed(self, stage: Stage) -> None:
        """A form that is opened and not sent takes nothing away, and a note changes the card in its place."""

        async def scenario(bot: Bot) -> None:
            card = await filed(bot)
            for _ in range(2):
                [form] = await pressed_under(bot, card, "Note")
                assert form.conversation == thread(card.id)
            [send] = [each for each in buttons(form) if each != "Cancel"]
            where = in_channel("", root=card.id)
            said = await bot.answers(submitted(form, send, {"field:text": "I have rung them."}, where, LEAD))
            [now] = in_(said, CHANNEL)
            assert (now.id, "I have rung them." in shown(now)) == (card.id, True)
            assert in_(said, chat()) == []

        stage.play(scenario)

    def test_two_leads_who_press_at_once_cannot_both_win(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            card = await filed(bot)
            [won] = in_(await pressed_under(bot, card, "Take it"), thread(card.id))
            assert "is yours now" in shown(won)
            [lost] = in_(await pressed_under(bot, card, "Take it", "29:1third"), thread(card.id))
            assert "Bea Brown took" in shown(lost)

        stage.play(scenario)

    def test_nobody_else_can_do_anything_with_a_card_that_they_saw(self, stage: Stage) -> None:
        """The words of a button, said elsewhere, say nothing of the case."""

        async def scenario(bot: Bot) -> None:
            card = await filed(bot)
            press = pressed(buttons(card)["Acknowledge"], "elsewhere", {"conversation": alone(LEAD)}, LEAD)
            assert STORY not in shown(await bot.ask(press))

        stage.play(scenario)

    def test_a_letter_reaches_whoever_has_removed_the_app_where_teams_lets_us(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            card = await filed(bot)
            with bot.running.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM places WHERE kind = 'person'")
            assert len(in_(await pressed_under(bot, card, "Acknowledge"), chat())) == 1

        assert stage.play(scenario).begun == [ASKER]


class TestTold:
    def test_what_is_wrong_on_the_page_is_told_at_its_field_with_all_else_kept(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            form = await page(bot)
            wrong = first_picks(form) | TOLD | {"field:when": "31/02/2026"}
            again = await bot.ask(submitted(form, "Check it", wrong, IN_CHAT, ASKER))
            assert (again.id, again.instead) == (form.id, True)
            assert "There is no such day as “31/02/2026”." in shown(again)
            kept = {each["id"]: each.get("value") for each in parts(again.card, "Input.")}
            assert kept["field:story"] == STORY
            right = submitted(again, "Check it", {"field:when": "3 March"}, IN_CHAT, ASKER)
            used, asked = await bot.answers(right)
            assert (used.id, list(parts(used.card, "Input."))) == (form.id, [])
            assert "Which of these commitments is it about?" in shown(asked)

        stage.play(scenario)

    @pytest.mark.parametrize("said", [in_channel("raise a concern"), in_group("raise a concern")])
    def test_where_others_read_one_discreet_line_is_said_and_all_else_in_private(
        self, stage: Stage, said: Json
    ) -> None:
        async def scenario(bot: Bot) -> None:
            public, private = await bot.answers(said)
            assert public.conversation == said["conversation"]["id"]
            assert "I have written to you in private." in shown(public)
            assert buttons(public) == {}
            assert private.conversation == chat()
            assert "Which Compact" in shown(private)

        stage.play(scenario)

    def test_where_nobody_can_be_written_to_in_private_they_are_told_how_to_be(self, stage: Stage) -> None:
        """Once, and the concern waits for them there."""

        async def scenario(bot: Bot) -> None:
            bot.teams.fail(Failure(403), call="POST /teams/v3/conversations", after=1)
            assert await bot.send(in_channel("raise a concern")) == 200
            await bot.teams.until(lambda: len(bot.teams.said) == 2)
            assert {each.conversation for each in bot.teams.said} == {thread()}
            assert "Which Compact" in shown(await bot.ask(personal("raise a concern")))

        stage.play(scenario)
