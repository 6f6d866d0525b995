"""What people see who write to the bot: in private, and by a mention in a channel."""

import pytest

from bot.slack import face
from tests.slack.acting import MORE, SAYS, pressed
from tests.slack.conftest import NOTICE, VAGUE, Bot, Stage, elements, labelled, shown
from tests.slack.requests import (
    ASKER,
    GENERAL,
    LEAD,
    Json,
    app_mention,
    bot_message,
    dm,
    event_callback,
    message_changed,
    message_deleted,
    message_im,
    moment,
    own_message,
)
from tests.slack.standin import (
    Cut,
    Failure,
    NotOk,
    ServerError,
    Status,
    Timeout,
)


class TestDirectMessages:
    def test_a_question_is_answered_whole(self, stage: Stage) -> None:
        """With what binds whom and where it stands, and without a thread where there was none."""

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(message_im(NOTICE))
            assert (answer.channel, answer.thread_ts) == (dm(ASKER), None)
            assert SAYS in shown(answer)
            assert "Section 1, 1st point" in shown(answer)
            assert MORE not in shown(answer)

        slack = stage.play(scenario)
        assert slack.statuses == []
        assert SAYS in slack.posted[0].text, "what screen readers and notifications say"

    def test_a_question_in_a_thread_is_answered_there_after_a_status(self, stage: Stage) -> None:
        thread = moment()

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(message_im(NOTICE, thread_ts=thread))
            assert (answer.channel, answer.thread_ts) == (dm(ASKER), thread)

        slack = stage.play(scenario)
        assert slack.statuses == [Status(dm(ASKER), thread, "is looking it up…")]
        [status], [post] = slack.calls["assistant.threads.setStatus"], slack.calls["chat.postMessage"]
        assert status.at < post.at

    @pytest.mark.parametrize("kind", [NotOk("feature_not_enabled"), ServerError(), Cut(), Timeout(3)])
    def test_an_answer_does_not_depend_on_the_status(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: Failure
    ) -> None:
        """Some plans have none, and Slack may be slow or fail."""
        monkeypatch.setattr(face, "_EXTRAS_WITHIN", 0.2)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("assistant.threads.setStatus", times=None, kind=kind)
            assert SAYS in shown(await bot.ask(message_im(NOTICE, thread_ts=moment())))

        stage.play(scenario)

    def test_a_conversation_goes_on(self, stage: Stage) -> None:
        """A number picks, and a follow-up follows."""

        async def scenario(bot: Bot) -> None:
            choice = await bot.ask(message_im(VAGUE))
            first = elements(choice.blocks)[0]["text"]["text"].removeprefix("1. ")
            assert first in shown(await bot.ask(message_im("1")))
            await bot.ask(message_im(NOTICE))
            assert "25 May 2027" in shown(await bot.ask(message_im("and if they told us on 25 February 2027?")))

        stage.play(scenario)

    @pytest.mark.parametrize(
        "payload",
        [
            message_changed(NOTICE, VAGUE),
            message_deleted(NOTICE),
            bot_message(NOTICE, channel=dm(ASKER)),
            own_message(NOTICE),
            event_callback({**message_im(NOTICE)["event"], "user": "USLACKBOT"}),
            event_callback({**message_im(NOTICE)["event"], "bot_id": "B0OTHER"}),
            event_callback({**message_im(NOTICE)["event"], "subtype": "channel_join"}),
            event_callback({**message_im(NOTICE)["event"], "channel": GENERAL, "channel_type": "channel"}),
            event_callback({**message_im(NOTICE)["event"], "channel": "G0MANY", "channel_type": "mpim"}),
            event_callback({**app_mention(NOTICE)["event"], "edited": {"user": ASKER, "ts": "1.1"}}),
            event_callback({**app_mention(NOTICE)["event"], "bot_id": "B0OTHER"}),
            event_callback({"type": "app_uninstalled"}),
        ],
        ids=[
            *("edit", "deletion", "bot", "own", "slackbot", "bot with user", "notice", "channel", "group"),
            *("edited mention", "mention by bot", "not ours"),
        ],
    )
    def test_what_is_no_question_to_us_is_neither_answered_nor_kept(self, stage: Stage, payload: Json) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(payload) == 200
            assert bot.inbox() == []

        slack = stage.play(scenario)
        assert (slack.posted, slack.calls["chat.postMessage"]) == ([], [])

    def test_a_message_with_a_file_and_one_also_sent_to_the_channel_are_questions(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for subtype in ("file_share", "thread_broadcast"):
                answer = await bot.ask(event_callback({**message_im(NOTICE)["event"], "subtype": subtype}))
                assert SAYS in shown(answer)

        stage.play(scenario)


class TestMentions:
    def test_a_mention_is_answered_short_in_its_own_thread(self, stage: Stage) -> None:
        """With a button for the rest; the channel sees no remarks and no list of more."""
        mention = app_mention(NOTICE)

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(mention)
            assert (answer.channel, answer.thread_ts) == (GENERAL, mention["event"]["ts"])
            assert SAYS in shown(answer)
            assert "Force" not in shown(answer)
            assert labelled(answer.blocks, MORE)

        stage.play(scenario)

    def test_a_mention_in_a_thread_is_answered_in_that_thread(self, stage: Stage) -> None:
        thread = moment()

        async def scenario(bot: Bot) -> None:
            assert (await bot.ask(app_mention(NOTICE, thread_ts=thread))).thread_ts == thread

        stage.play(scenario)

    def test_more_goes_to_whoever_presses_it_and_to_nobody_else(self, stage: Stage) -> None:
        """Somebody else than who asked gets the whole answer in private, in the same thread."""

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(app_mention(NOTICE))
            origin = bot.slack.origin(LEAD, GENERAL)
            message = {"ts": answer.ts, "thread_ts": answer.thread_ts}
            more = await pressed(bot, labelled(answer.blocks, MORE), origin, message)
            assert (more.url, more.response_type, more.thread_ts) == (
                origin.response_url,
                "ephemeral",
                answer.thread_ts,
            )
            assert not more.replace_original
            assert SAYS in shown(more)
            assert "Force" in shown(more)

        slack = stage.play(scenario)
        assert (len(slack.posted), len(slack.responded)) == (1, 1)
