"""Forms: a press opens a modal, what is wrong is shown in it, and the answer comes where it was asked for."""

import pytest

from handlers.conversation import Choices, Field, FieldKind, Form, Message, Option, Reply, Text
from tests.slack.acting import commanded, opened, press, submit
from tests.slack.conftest import Bot, Stage, elements, labelled, shown
from tests.slack.filling import states
from tests.slack.requests import (
    ASKER,
    GENERAL,
    LEAD,
    LEADS,
    app_home_opened,
    app_mention,
    block_actions,
    button,
    dm,
    message_im,
    slash_command,
    view_actions,
    view_submission,
)
from tests.slack.standin import NotOk, SlackStandIn

NOTE, OPEN, KEPT = "note it", "note", "Your note is kept."
CALL = "If somebody is in danger, call 999."


def form(*, error: str = "", values: tuple[str, ...] = (), options: int = 0) -> Form:
    """A note, with what is wrong in it."""
    kind = FieldKind.ONE if options else FieldKind.PARAGRAPH
    offered = tuple(Option(f"{number}", f"{number}") for number in range(options))
    field = Field("text", "Your note", kind, offered, values, error=error)
    return Form("A note", (field,), Option("Keep the note", NOTE), Option("Note", OPEN), "In words, say: note it: …")


def noting(message: Message) -> list[Reply]:
    """Notes that are not to be short."""
    match message.text:
        case "note it":
            [(_, values)] = message.filled
            text = "".join(values)
            if "danger" in text:
                return [Reply((Text(CALL), form(error="Say more.", values=values)))]
            if len(text) < 10:
                return [Reply((form(error="Say more.", values=values),))]
            return [Reply((Text(KEPT),)), Reply((Text("For you: " + text),), private=True)]
        case "note":
            return [Reply((form(),))]
        case "note in private":
            return [Reply((Text("I have written to you in private."),)), Reply((form(),), private=True)]
        case "much to pick from":
            return [Reply((form(options=101),))]
        case _:
            says = ("note", "note in private", "much to pick from")
            return [Reply((Choices(tuple(Option(each, each) for each in says), numbered=False),))]


@pytest.fixture(autouse=True)
def _notes(stage: Stage) -> None:
    stage.said = noting


class TestInPrivate:
    def test_a_form_opens_and_its_answer_is_a_message(self, stage: Stage) -> None:
        """And nothing else is said: the form itself is not."""

        async def scenario(bot: Bot) -> None:
            await press(bot, OPEN, bot.slack.origin())
            modal = await opened(bot)
            assert (modal.view["title"]["text"], modal.view["submit"]["text"]) == ("A note", "Keep the note")
            assert await submit(bot, modal, {"text": ["they stopped paying"]}, bot.slack.origin()) == {}
            await bot.settled()
            assert [put.outcome for put in bot.outbox()] == ["sent"] * 3

        slack = stage.play(scenario)
        assert [(post.channel, shown(post).split("\n")[0]) for post in slack.posted] == [
            (dm(ASKER), KEPT),
            (dm(ASKER), "For you: they stopped paying"),
        ]

    def test_what_is_wrong_is_shown_at_its_field_until_it_is_right(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await press(bot, OPEN, bot.slack.origin())
            modal = await opened(bot)
            wrong = {"response_action": "errors", "errors": {"text": "Say more."}}
            for _ in range(2):
                assert await submit(bot, modal, {"text": ["short"]}, bot.slack.origin()) == wrong
            await bot.settled()
            assert bot.slack.posted == []
            assert await submit(bot, modal, {"text": ["long enough now"]}, bot.slack.origin()) == {}
            await bot.settled()

        assert KEPT in shown(stage.play(scenario).posted[0])

    def test_where_more_is_said_than_what_is_wrong_all_of_it_is_shown(self, stage: Stage) -> None:
        """Else somebody in danger would not be told whom to call."""

        async def scenario(bot: Bot) -> None:
            await press(bot, OPEN, bot.slack.origin())
            answer = await submit(bot, await opened(bot), {"text": ["danger"]}, bot.slack.origin())
            assert answer["response_action"] == "update"
            call, field, wrong = answer["view"]["blocks"]
            assert call["text"]["text"] == CALL
            assert field["element"]["initial_value"] == "danger"
            assert wrong["elements"][0]["text"] == "⚠ Say more."

        stage.play(scenario)

    @pytest.mark.parametrize("error", ["expired_trigger_id", "internal_error"])
    def test_a_form_that_cannot_be_opened_is_a_message_with_a_button_that_opens_it(
        self, stage: Stage, error: str
    ) -> None:
        async def scenario(bot: Bot) -> None:
            bot.slack.fail("views.open", kind=NotOk(error))
            await press(bot, OPEN, bot.slack.origin())
            await bot.slack.until(lambda: bot.slack.posted)
            await bot.settled()
            again = labelled(bot.slack.posted[0].blocks, "Note")
            assert await bot.send(block_actions(again, bot.slack.origin())) == 200
            await opened(bot)

        assert len(stage.play(scenario).posted) == 1

    def test_a_form_that_slack_does_not_take_is_told_in_words(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await press(bot, "much to pick from", bot.slack.origin())
            await bot.slack.until(lambda: bot.slack.posted)
            await bot.settled()

        [post] = stage.play(scenario).posted
        assert "In words, say: note it: …" in shown(post)
        assert elements(post.blocks) == []

    def test_typed_it_is_a_message_with_a_button_that_opens_it(self, stage: Stage) -> None:
        """A message comes with nothing that could open a form."""

        async def scenario(bot: Bot) -> None:
            assert labelled((await bot.ask(message_im(OPEN))).blocks, "Note")["value"] == OPEN

        assert stage.play(scenario).opened == []


class TestInAChannel:
    def test_the_answer_is_for_the_eyes_of_whoever_sent_the_form(self, stage: Stage) -> None:
        """In the thread where the button stands; what is private is told in private."""
        mention = app_mention("hello", user=LEAD, channel=LEADS)

        async def scenario(bot: Bot) -> None:
            card = await bot.ask(mention)
            origin = bot.slack.origin(LEAD, LEADS)
            await press(bot, OPEN, origin, ts=card.ts, thread_ts=card.thread_ts)
            modal = await opened(bot)
            assert await submit(bot, modal, {"text": ["they have been told"]}, bot.slack.origin(LEAD, LEADS)) == {}
            await bot.slack.until(lambda: bot.slack.ephemeral and len(bot.slack.posted) == 2)
            await bot.settled()

        slack = stage.play(scenario)
        [answer] = slack.ephemeral
        assert (answer.channel, answer.user, answer.thread_ts) == (LEADS, LEAD, mention["event"]["ts"])
        assert KEPT in shown(answer)
        assert [(post.channel, "told" in shown(post)) for post in slack.posted[1:]] == [(dm(LEAD), True)]
        assert slack.responded == []

    def test_where_slack_does_not_take_it_there_it_is_told_in_private(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await press(bot, OPEN, bot.slack.origin(ASKER, GENERAL), ts="1.1")
            bot.slack.fail("chat.postEphemeral", kind=NotOk("not_in_channel"))
            modal = await opened(bot)
            await submit(bot, modal, {"text": ["long enough now"]}, bot.slack.origin(ASKER, GENERAL))
            await bot.slack.until(lambda: len(bot.slack.posted) == 2)
            await bot.settled()

        slack = stage.play(scenario)
        assert {post.channel for post in slack.posted} == {dm(ASKER)}
        assert any(KEPT in shown(post) for post in slack.posted)

    def test_a_command_opens_a_form_too(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(slash_command("/compact", OPEN, bot.slack.origin(ASKER, GENERAL))) == 200
            modal = await opened(bot)
            await submit(bot, modal, {"text": ["long enough now"]}, bot.slack.origin(ASKER, GENERAL))
            await bot.slack.until(lambda: bot.slack.ephemeral)
            await bot.settled()

        slack = stage.play(scenario)
        assert (slack.ephemeral[0].channel, slack.ephemeral[0].user) == (GENERAL, ASKER)
        assert slack.responded == []

    def test_what_comes_of_a_form_for_the_person_alone_is_told_in_private(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, "note in private", bot.slack.origin(ASKER, GENERAL))
            assert "I have written to you in private." in shown(answer)
            modal = await opened(bot)
            await submit(bot, modal, {"text": ["long enough now"]}, bot.slack.origin(ASKER, GENERAL))
            await bot.slack.until(lambda: len(bot.slack.posted) == 2)
            await bot.settled()

        slack = stage.play(scenario)
        assert ({post.channel for post in slack.posted}, slack.ephemeral) == ({dm(ASKER)}, [])


class TestInThePages:
    def test_from_the_home_tab_all_is_seen_in_one_modal(self, stage: Stage) -> None:
        """A press there opens it, the next one changes it, a form takes its place, and so does the answer."""

        async def scenario(bot: Bot) -> None:
            slack = bot.slack
            await bot.send(app_home_opened())
            await bot.settled()
            home = slack.views[slack.homes[ASKER]]
            await bot.send(view_actions(button("say:1", "hello"), home, slack.origin()))
            page = await opened(bot)
            assert elements(page.view["blocks"])[0]["value"] == OPEN
            await bot.send(view_actions(button("say:1", OPEN), slack.views[page.view_id], slack.origin()))
            modal = await opened(bot, 2)
            assert modal.view_id == page.view_id
            answer = await submit(bot, modal, {"text": ["long enough now"]}, slack.origin())
            assert answer["response_action"] == "update"
            assert answer["view"]["blocks"][0]["text"]["text"] == KEPT
            await bot.slack.until(lambda: len(bot.slack.posted) == 2)
            await bot.settled()

        _, private = stage.play(scenario).posted
        assert "For you" in shown(private)


def test_over_the_socket_what_is_wrong_is_told_in_the_acknowledgement(stage: Stage) -> None:
    async def scenario(slack: SlackStandIn) -> None:
        async with stage.start(slack, socket=True) as bot:
            await slack.socket.connected()
            await slack.socket.send("interactive", block_actions(button("say:1", OPEN), slack.origin()))
            view = slack.views[(await opened(bot)).view_id]
            for text, told in (
                ("short", {"response_action": "errors", "errors": {"text": "Say more."}}),
                ("x" * 20, None),
            ):
                payload = view_submission(view, states(view, {"text": [text]}), slack.origin())
                sent = await slack.socket.send("interactive", payload)
                assert (await slack.socket.acknowledged(sent)).payload == told
            await bot.settled()

    assert KEPT in shown(stage.play_bare(scenario).posted[0])
