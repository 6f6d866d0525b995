"""Buttons, calendars and forms in Teams: what a press says, and what becomes of its card."""

import logging
from dataclasses import replace

import pytest

from bot.teams.face import OLD_CARD, USED_CARD
from handlers.conversation import Choices, Field, FieldKind, Form, Message, Option, Reply, Text
from tests.teams.activities import ANOTHER, ASKER, Json, chat, in_channel, personal, pressed, thread
from tests.teams.conftest import NOTICE, VAGUE, Bot, Stage, buttons, inputs, shown
from tests.teams.connector import Failure, Said

HELPED, DID_NOT = "Yes, that helped", "No, it did not"


def asking(_: Message | None) -> list[Reply]:
    """A question to be answered with one of two buttons."""
    return [Reply((Text("Send it?"), Choices((Option("Yes", "yes"), Option("No", "no")), numbered=False, once=True)))]


def form(*, what: str = "", error: str = "") -> Reply:
    """A form of one field, filled in as it was, with what is wrong in it."""
    field = Field("what", "What happened?", FieldKind.PARAGRAPH, values=(what,) if what else (), error=error)
    return Reply((Form("A concern", (field,), Option("Send", "send it"), Option("Open", "open"), "say it"),))


def raising(message: Message) -> list[Reply]:
    """A form that takes nothing short."""
    if message.text != "send it":
        return [form()]
    [(_, values)] = message.filled
    what = "".join(values)
    return [Reply((Text("Thank you."),))] if len(what) > 10 else [form(what=what, error="Please say more.")]


class TestPress:
    def test_a_choice_is_answered_and_cannot_be_pressed_twice(self, stage: Stage) -> None:
        """Its card is shown anew without that button, and a press that was already on its way explains itself."""

        async def scenario(bot: Bot) -> None:
            question = personal(VAGUE)
            choice = await bot.ask(question)
            label, value = next(iter(buttons(choice).items()))
            card, answer = await bot.answers(pressed(value, choice.id, question))
            assert (card.id, card.instead, answer.instead) == (choice.id, True, False)
            assert label not in buttons(card)
            assert label.partition("\xa0")[2] in shown(answer)
            late = await bot.ask(pressed(value, choice.id, question))
            assert USED_CARD in shown(late)
            other, again = next(iter(buttons(card).items()))
            card, _ = await bot.answers(pressed(again, choice.id, question))
            assert not {label, other} & set(buttons(card))

        stage.play(scenario)

    def test_an_answer_is_rated_once(self, stage: Stage) -> None:
        """Both buttons go, and the card tells what was picked."""

        async def scenario(bot: Bot) -> None:
            question = personal(NOTICE)
            answer = await bot.ask(question)
            offered = buttons(answer)
            card, thanks = await bot.answers(pressed(offered[HELPED], answer.id, question))
            assert not {HELPED, DID_NOT} & set(buttons(card))
            assert HELPED in shown(card)
            assert "Thank you for telling me" in shown(thanks)
            assert USED_CARD in shown(await bot.ask(pressed(offered[DID_NOT], answer.id, question)))
            with bot.running.engine.begin() as connection:
                told = connection.exec_driver_sql("SELECT helped, did_not_help FROM verdicts").one()
            assert tuple(told) == (1, 0)

        stage.play(scenario)

    def test_in_a_channel_a_rating_is_thanked_for_by_the_card_alone(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            question = in_channel(NOTICE)
            answer = await bot.ask(question)
            [card] = await bot.answers(pressed(buttons(answer)[HELPED], answer.id, question))
            assert (card.id, card.instead) == (answer.id, True)
            assert f"Picked: {HELPED}" in shown(card)

        stage.play(scenario)

    @pytest.mark.parametrize(
        ("label", "failing", "told"), [(DID_NOT, "", "I am sorry."), (HELPED, "PUT", "Thank you for telling me.")]
    )
    def test_what_the_card_cannot_tell_is_said_in_the_channel(
        self, stage: Stage, label: str, failing: str, told: str
    ) -> None:
        """What to do where the answer did not help; and thanks, where the card could not be changed."""

        async def scenario(bot: Bot) -> None:
            question = in_channel(NOTICE)
            answer = await bot.ask(question)
            if failing:
                bot.teams.fail(Failure(404), call=failing)
            *_, said = await bot.answers(pressed(buttons(answer)[label], answer.id, question))
            assert (said.instead, told in shown(said)) == (False, True)

        stage.play(scenario)

    def test_a_day_is_worked_out_from_as_often_as_people_like(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            question = personal(NOTICE)
            answer = await bot.ask(question)
            [calendar] = inputs(answer, "Input.Date")
            ends = next(value for label, value in buttons(answer).items() if "funding ends" in label)
            for day, told in (("2027-03-31", "31 December 2026"), ("2027-08-31", "31 May 2027")):
                worked_out = await bot.ask(pressed(ends | {calendar["id"]: day}, answer.id, question))
                assert told in shown(worked_out)

        stage.play(scenario)

    def test_in_a_channel_the_answer_is_in_the_thread_whoever_pressed(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            question = in_channel(VAGUE)
            choice = await bot.ask(question)
            value = next(iter(buttons(choice).values()))
            card, answer = await bot.answers(pressed(value, choice.id, question, ANOTHER))
            assert (card.conversation, answer.conversation) == (thread(), thread())
            assert USED_CARD in shown(await bot.ask(pressed(value, choice.id, question, ASKER)))

        stage.play(scenario)

    @pytest.mark.parametrize(
        "value", [{"says": "about notice"}, {"compactbot": 0, "says": "yes"}, {"msteams": {}}, [7], "x"]
    )
    def test_a_card_that_nobody_can_read_any_more_explains_itself(self, stage: Stage, value: object) -> None:
        async def scenario(bot: Bot) -> None:
            assert OLD_CARD in shown(await bot.ask(pressed(value, "1", personal(""))))

        stage.play(scenario)

    def test_a_card_that_was_forgotten_is_answered_all_the_same(self, stage: Stage) -> None:
        """Its button says all that is needed."""

        async def scenario(bot: Bot) -> None:
            value = {"compactbot": 1, "says": "about notice"}
            answer = await bot.ask(pressed(value, "forgotten", personal("")))
            assert (answer.conversation, answer.instead) == (chat(ASKER), False)
            assert "Notice before funding ends" in shown(answer)

        stage.play(scenario)

    @pytest.mark.parametrize("failure", [Failure(403), Failure(404), Failure(500), Failure(429, "60")])
    def test_an_answer_does_not_depend_on_its_cards_update(self, stage: Stage, failure: Failure) -> None:
        async def scenario(bot: Bot) -> None:
            question = personal(VAGUE)
            choice = await bot.ask(question)
            bot.teams.fail(failure, call="PUT")
            value = next(iter(buttons(choice).values()))
            answer = await bot.ask(pressed(value, choice.id, question))
            assert not answer.instead

        stage.play(scenario)
        [warning] = stage.logged(logging.WARNING)
        assert warning.startswith("a used card stays as it was: Teams ")


class TestForm:
    def test_what_is_wrong_is_told_at_the_field_until_it_is_mended(self, stage: Stage) -> None:
        """In the very card, with what was filled in kept; once it is right, the form is gone."""
        stage.handle = raising

        async def scenario(bot: Bot) -> None:
            question = personal("raise a concern")
            asked = await bot.ask(question)
            for _ in range(2):
                again = await bot.ask(pressed(filled_in(asked, "Nothing"), asked.id, question))
                assert (again.id, again.instead) == (asked.id, True)
                assert "Please say more." in shown(again)
                [field] = inputs(again, "Input.Text")
                assert field["value"] == "Nothing"
            card, thanks = await bot.answers(pressed(filled_in(again, "They stopped paying us."), asked.id, question))
            assert (card.id, card.instead) == (asked.id, True)
            assert not inputs(card, "Input.Text")
            assert "Thank you." in shown(thanks)
            late = pressed(filled_in(again, "They stopped paying us."), asked.id, question)
            assert USED_CARD in shown(await bot.ask(late))

        stage.play(scenario)

    @pytest.mark.parametrize("status", [403, 404])
    def test_a_form_that_cannot_be_changed_is_sent_anew(self, stage: Stage, status: int) -> None:
        stage.handle = raising

        async def scenario(bot: Bot) -> None:
            question = personal("raise a concern")
            asked = await bot.ask(question)
            bot.teams.fail(Failure(status), call="PUT")
            again = await bot.ask(pressed(filled_in(asked, "Nothing"), asked.id, question))
            assert (again.id != asked.id, again.instead) == (True, False)
            assert "Please say more." in shown(again)

        stage.play(scenario)

    def test_a_form_that_cannot_be_changed_now_is_sent_anew_and_the_old_one_is_used_up(self, stage: Stage) -> None:
        stage.handle = raising

        async def scenario(bot: Bot) -> None:
            question = personal("raise a concern")
            asked = await bot.ask(question)
            bot.teams.fail(Failure(500), call="PUT")
            old, again = await bot.answers(pressed(filled_in(asked, "Nothing"), asked.id, question))
            assert (old.id, old.instead, inputs(old, "Input.Text")) == (asked.id, True, [])
            assert (again.instead, "Please say more." in shown(again)) == (False, True)

        stage.play(scenario)
        assert stage.logged(logging.WARNING) == ["a form to be mended is sent anew: Teams answered 500"]

    def test_a_form_to_be_mended_in_private_does_not_show_in_the_room(self, stage: Stage) -> None:
        def privately(message: Message) -> list[Reply]:
            return [replace(each, private=message.text == "send it") for each in raising(message)]

        stage.handle = privately

        async def scenario(bot: Bot) -> None:
            question = in_channel("raise a concern")
            asked = await bot.ask(question)
            card, again = await bot.answers(pressed(filled_in(asked, "Nothing"), asked.id, question))
            assert (card.id, card.instead) == (asked.id, True)
            assert not inputs(card, "Input.Text")
            assert again.conversation == chat()

        stage.play(scenario)

    def test_a_form_that_was_forgotten_is_mended_in_its_place(self, stage: Stage) -> None:
        stage.handle = raising

        async def scenario(bot: Bot) -> None:
            question = personal("raise a concern")
            asked = await bot.ask(question)
            with bot.running.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM cards")
            again = await bot.ask(pressed(filled_in(asked, "Nothing"), asked.id, question))
            assert (again.id, again.instead) == (asked.id, True)

        stage.play(scenario)


def filled_in(said: Said, what: str) -> Json:
    """What a form sends."""
    [field] = inputs(said, "Input.Text")
    return buttons(said)["Send"] | {field["id"]: what}
