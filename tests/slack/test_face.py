"""The Slack face over HTTP: what people see, that each event is answered once, and that nobody else gets in."""

import asyncio
import io
import json
import logging
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slack import face
from bot.slack.face import SlackFace, SlackPort, client
from bot.slack.manifest import PROMPTS
from bot.store.inbox import HELD_FOR, MOST_ATTEMPTS, SqlInbox
from handlers.conversation import Platform
from tests.slack.blocks import texts
from tests.slack.conftest import NOTICE, SECRET, UNHEARD_OF, VAGUE, Bot, Stage, elements, labelled, shown, until
from tests.slack.requests import (
    ASKER,
    GENERAL,
    LEAD,
    Json,
    Origin,
    Retry,
    app_home_opened,
    app_mention,
    block_actions,
    bot_message,
    dm,
    event_callback,
    message_changed,
    message_deleted,
    message_im,
    moment,
    own_message,
    sending,
    signed,
    slash_command,
    url_verification,
    view_actions,
)
from tests.slack.standin import (
    Call,
    Channel,
    Cut,
    Failure,
    NotOk,
    Posted,
    RateLimited,
    Responded,
    ServerError,
    SlackStandIn,
    Status,
    Timeout,
)

SAYS = "The council gives three months' written notice before funding ends."
MORE = "More, just for me"
SHARE = "Share with the channel"
NO_TOPIC = "I have not found anything about that"
SOON = HELD_FOR + timedelta(seconds=1)


def another(stage: Stage, slack: SlackStandIn) -> SlackFace:
    """The face of another process on the same database, to be driven by hand."""
    running = stage.running()
    inbox = SqlInbox(running.engine, Platform.SLACK)
    port = SlackPort(running.turns, running.assistant.home, running.assistant.welcome, (), inbox, stage.clock.now)
    return SlackFace(port, client(slack.bot_token, slack.url))


async def commanded(bot: Bot, text: str, origin: Origin) -> Responded:
    """The answer to `/compact`."""
    before = len(bot.slack.responded)
    assert await bot.send(slash_command("/compact", text, origin)) == 200
    await bot.slack.until(lambda: len(bot.slack.responded) > before)
    return bot.slack.responded[-1]


async def pressed(
    bot: Bot, action: Json, origin: Origin, message: Json | None = None, **container: object
) -> Responded:
    """The answer at the response URL to a press."""
    before = len(bot.slack.responded)
    payload = block_actions(action, origin, message=message)
    payload["container"] |= container
    assert await bot.send(payload) == 200
    await bot.slack.until(lambda: len(bot.slack.responded) > before)
    return bot.slack.responded[-1]


async def pressed_in_private(bot: Bot, action: Json, message: Json | None = None) -> Posted:
    """The answer to a press in somebody's direct messages with the bot."""
    before = len(bot.slack.posted)
    assert await bot.send(block_actions(action, bot.slack.origin(), message=message)) == 200
    await bot.slack.until(lambda: len(bot.slack.posted) > before)
    return bot.slack.posted[-1]


FAILURES = (RateLimited(1), ServerError(), Cut())
QUESTIONS = (NOTICE, VAGUE, UNHEARD_OF)


def assert_sent_again(calls: list[Call]) -> None:
    """Each message was sent twice, as the first calls all failed, and the first not before the second that Slack asked for."""
    tries = {
        text: [call.at for call in calls if call.arguments["text"] == text]
        for text in (c.arguments["text"] for c in calls)
    }
    assert [len(times) for times in tries.values()] == [2] * len(FAILURES)
    limited = next(iter(tries.values()))
    assert limited[1] - limited[0] > 1


def picked(picker: Json, day: str) -> Json:
    """A day picked from a calendar."""
    return picker | {"block_id": "b", "action_ts": "1.1", "selected_date": day}


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
    def test_what_is_no_question_to_us_is_not_answered_nor_tried_again(self, stage: Stage, payload: Json) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.send(payload)
            stage.clock.advance(SOON)
            await another(stage, bot.slack).take_up()
            assert all(row.done for row in bot.inbox())

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


class TestCommand:
    def test_the_answer_is_for_the_asker_alone_with_a_button_to_share_it(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            origin = bot.slack.origin(ASKER, GENERAL)
            answer = await commanded(bot, NOTICE, origin)
            assert (answer.url, answer.response_type) == (origin.response_url, "ephemeral")
            assert SAYS in shown(answer)
            assert labelled(answer.blocks, SHARE)["value"] == NOTICE

        slack = stage.play(scenario)
        assert (slack.posted, slack.calls["chat.postMessage"]) == ([], [])

    @pytest.mark.parametrize("text", ["", "  ", "?"])
    def test_without_a_question_it_says_what_to_ask(self, stage: Stage, text: str) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, text, bot.slack.origin(ASKER, GENERAL))
            assert "Please ask me something in words, for example: how much notice" in shown(answer)

        stage.play(scenario)

    def test_shared_it_names_the_asker_and_the_private_message_gives_way(self, stage: Stage) -> None:
        """The channel sees the question and the short answer."""

        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
            origin = bot.slack.origin(ASKER, GENERAL)
            await pressed(bot, labelled(answer.blocks, SHARE), origin, is_ephemeral=True)
            await bot.slack.until(lambda: len(bot.slack.responded) == 3)
            _, public, private = bot.slack.responded
            assert {public.url, private.url} == {origin.response_url}
            assert (public.response_type, public.replace_original) == ("in_channel", False)
            assert (private.response_type, private.replace_original) == ("ephemeral", True)
            assert f"<@{ASKER}> asked: {NOTICE}" in shown(public)
            assert SAYS in shown(public)
            assert labelled(public.blocks, MORE)
            assert elements(private.blocks) == []

        stage.play(scenario)

    def test_pressed_twice_before_it_gives_way_it_shares_twice(self, stage: Stage) -> None:
        """Two presses are two wishes; each is carried out."""

        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
            share = labelled(answer.blocks, SHARE)
            for _ in range(2):
                await bot.send(block_actions(share, bot.slack.origin(ASKER, GENERAL)))
            await bot.slack.until(lambda: len(bot.slack.responded) == 5)

        slack = stage.play(scenario)
        kinds = sorted(said.response_type for said in slack.responded)
        assert kinds == ["ephemeral"] * 3 + ["in_channel"] * 2

    def test_the_private_message_stays_where_it_could_not_be_shared(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, NOTICE, bot.slack.origin(ASKER, GENERAL))
            origin = replace(bot.slack.origin(ASKER, GENERAL), response_url=bot.slack.response_url(age=2_000))
            await bot.send(block_actions(labelled(answer.blocks, SHARE), origin))
            await bot.slack.until(lambda: bot.slack.refused)

        slack = stage.play(scenario, refused=["expired_url"])
        assert len(slack.responded) == 1
        assert stage.logged(logging.ERROR) == ["an answer to a command or press was refused with status 404"]

    def test_an_answer_is_sent_again_until_slack_takes_it_and_then_no_more(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for kind in FAILURES:
                bot.slack.fail("respond", kind=kind)
            for text in QUESTIONS:
                await bot.send(slash_command("/compact", text, bot.slack.origin()))
            await bot.slack.until(lambda: len(bot.slack.responded) == len(QUESTIONS))

        assert_sent_again(stage.play(scenario).calls["respond"])

    def test_an_answer_that_slack_does_not_take_in_the_end_is_a_line_in_the_log(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(face, "_RETRIES", 0)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("respond", times=None, kind=ServerError())
            await bot.send(slash_command("/compact", NOTICE, bot.slack.origin()))
            await until(lambda: stage.logged(logging.ERROR))

        stage.play(scenario)
        assert stage.logged(logging.ERROR) == ["an answer to a command or press was refused with status 500"]


@pytest.mark.parametrize("text", [f"<!channel> {NOTICE}", f"{UNHEARD_OF} <!channel>", f"<@{LEAD}> <!here> notice?"])
class TestHarmless:
    """What people write notifies nobody and formats nothing, wherever it is shown again."""

    def test_in_a_direct_message_or_a_channel(self, stage: Stage, text: str) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(message_im(text))
            await bot.ask(app_mention(text))

        self._assert_fires_nothing(stage.play(scenario))

    def test_in_an_answer_that_is_shared(self, stage: Stage, text: str) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await commanded(bot, text, bot.slack.origin(ASKER, GENERAL))
            await pressed(bot, labelled(answer.blocks, SHARE), bot.slack.origin(ASKER, GENERAL))
            await bot.slack.until(lambda: len(bot.slack.responded) >= 3)
            assert any("&lt;!" in part for part in texts(list(bot.slack.responded[1].blocks)))

        self._assert_fires_nothing(stage.play(scenario))

    def _assert_fires_nothing(self, slack: SlackStandIn) -> None:
        for message in (*slack.posted, *slack.responded):
            assert "<!" not in shown(message)
            assert f"<@{LEAD}>" not in shown(message)


class TestButtons:
    def test_each_choice_answers(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            choice = await bot.ask(message_im(VAGUE))
            options = [each for each in elements(choice.blocks) if each["value"].startswith("about ")]
            assert len(options) > 1
            for option in options:
                answer = await pressed_in_private(bot, option | {"block_id": "b"})
                assert (answer.channel, answer.thread_ts) == (dm(ASKER), None)
                assert option["text"]["text"].partition(". ")[2] in shown(answer)

        stage.play(scenario)

    def test_a_press_in_a_thread_is_answered_there(self, stage: Stage) -> None:
        thread = moment()

        async def scenario(bot: Bot) -> None:
            choice = await bot.ask(message_im(VAGUE, thread_ts=thread))
            message = {"ts": choice.ts, "thread_ts": thread}
            answer = await pressed_in_private(bot, elements(choice.blocks)[0] | {"block_id": "b"}, message)
            assert answer.thread_ts == thread

        stage.play(scenario)

    def test_a_press_on_an_answer_between_two_other_people_is_answered_there_in_private(self, stage: Stage) -> None:
        """`/compact` works in their direct messages, where the bot is not and cannot post."""

        async def scenario(bot: Bot) -> None:
            bot.slack.channels["D0THEIRS"] = Channel("D0THEIRS", "", "im", bot_in=False)
            choice = await commanded(bot, VAGUE, bot.slack.origin(ASKER, "D0THEIRS"))
            origin = bot.slack.origin(ASKER, "D0THEIRS")
            option = elements(choice.blocks)[0] | {"block_id": "b"}
            answer = await pressed(bot, option, origin, is_ephemeral=True)
            assert (answer.url, answer.response_type) == (origin.response_url, "ephemeral")

        stage.play(scenario)

    def test_a_month_later_after_a_fresh_start_every_button_still_answers(self, stage: Stage, tmp_path: Path) -> None:
        """A button holds all that it says: no memory is needed."""
        fresh = tmp_path / "fresh.db"

        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as bot:
                buttons = [
                    button
                    for text in (NOTICE, VAGUE, UNHEARD_OF, "topics", "sections")
                    for button in elements((await bot.ask(message_im(text))).blocks)
                ]
            stage.clock.advance(timedelta(days=31))
            async with stage.start(slack, database=fresh) as bot:
                for button in buttons:
                    answer = await pressed_in_private(bot, button | {"block_id": "b"})
                    assert NO_TOPIC not in shown(answer), button
                    assert "quote" not in answer.text, button
            assert len(buttons) > 10

        stage.play_bare(scenario)

    def test_a_verdict_counts_once(self, stage: Stage) -> None:
        """Pressed again, it says so."""

        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(message_im(NOTICE))
            helped = labelled(answer.blocks, "Yes, that helped")
            assert "Thank you for telling me" in shown(await pressed_in_private(bot, helped))
            assert "You have told me" in shown(await pressed_in_private(bot, helped))
            with closing(sqlite3.connect(stage.database)) as database:
                assert database.execute("SELECT topic, helped, did_not_help FROM verdicts").fetchall() == [
                    ("notice", 1, 0)
                ]

        stage.play(scenario)

    def test_a_picked_day_works_a_date_out(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            answer = await bot.ask(message_im(NOTICE))
            ends, begins = elements(answer.blocks, "datepicker")
            assert "31 December 2026" in shown(await pressed_in_private(bot, picked(ends, "2027-03-31")))
            assert "30 June 2027" in shown(await pressed_in_private(bot, picked(begins, "2027-03-31")))

        stage.play(scenario)

    def test_a_press_that_nobody_listens_for_is_logged_without_what_it_says(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            action = {"type": "button", "action_id": "unknown", "value": "my secret words", "block_id": "b"}
            assert await bot.send(block_actions(action, bot.slack.origin())) == 404

        slack = stage.play(scenario)
        assert (slack.posted, slack.responded) == ([], [])


class TestHome:
    def test_the_tab_shows_what_there_is_whenever_it_is_opened(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for _ in range(2):
                await bot.send(app_home_opened())
            await bot.settled()

        slack = stage.play(scenario)
        assert [published.user for published in slack.published] == [ASKER, ASKER]
        assert "What people ask about" in list(texts(slack.published[0].view["blocks"]))

    def test_a_button_opens_a_modal_and_a_button_there_changes_it(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            slack = bot.slack
            await bot.send(app_home_opened())
            await bot.settled()
            home = slack.views[slack.homes[ASKER]]
            await bot.send(view_actions(elements(home["blocks"])[0], home, slack.origin()))
            await slack.until(lambda: slack.opened)
            modal = slack.views[slack.opened[0].view_id]
            topic = elements(modal["blocks"])[0]
            await bot.send(view_actions(topic, modal, slack.origin()))
            await slack.until(lambda: len(slack.opened) == 2)
            first, second = slack.opened
            assert first.view_id == second.view_id
            assert "Everything" in list(texts(first.view["blocks"]))
            assert SAYS in "\n".join(texts(second.view["blocks"]))

        slack = stage.play(scenario)
        assert len(slack.calls["views.open"]) == len(slack.calls["views.update"]) == 1

    def test_a_person_is_welcomed_once_on_whichever_tab_comes_first(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for payload in (
                app_home_opened(),
                app_home_opened("messages"),
                app_home_opened(),
                app_home_opened("messages"),
            ):
                await bot.send(payload)
                await bot.settled()
            await bot.send(app_home_opened("messages", user=LEAD))
            await bot.settled()

        slack = stage.play(scenario)
        assert [(welcome.channel, welcome.thread_ts) for welcome in slack.posted] == [
            (dm(ASKER), None),
            (dm(LEAD), None),
        ]
        assert "Hello! I am compactbot." in shown(slack.posted[0])

    def test_the_messages_tab_offers_questions(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.send(app_home_opened("messages"))
            await bot.settled()

        slack = stage.play(scenario)
        [prompts] = slack.prompts
        assert (prompts.channel, prompts.prompts) == (dm(ASKER), tuple((each, each) for each in PROMPTS))

    @pytest.mark.parametrize("kind", [NotOk("feature_not_enabled"), Timeout(3)])
    def test_a_plan_without_such_questions_has_the_welcome_all_the_same(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: Failure
    ) -> None:
        monkeypatch.setattr(face, "_EXTRAS_WITHIN", 0.2)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("assistant.threads.setSuggestedPrompts", times=None, kind=kind)
            await bot.send(app_home_opened("messages"))
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1


class TestOnce:
    """Slack sends an event again when it is unsure that we have it."""

    @pytest.mark.parametrize("payload", [message_im(NOTICE), app_mention(NOTICE), app_home_opened("messages")])
    def test_an_event_delivered_three_times_is_answered_once(self, stage: Stage, payload: Json) -> None:
        async def scenario(bot: Bot) -> None:
            assert await bot.send(payload) == 200
            await bot.settled()
            for number in (1, 2):
                assert await bot.send(payload, retry=Retry(number)) == 200

        assert len(stage.play(scenario).posted) == 1

    def test_even_all_at_once(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            again = [bot.send(payload, retry=Retry(number)) for number in (1, 2)]
            assert await asyncio.gather(bot.send(payload), *again) == [200, 200, 200]
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1

    def test_even_after_a_restart(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(slack: SlackStandIn) -> None:
            for retry in (None, Retry(1), Retry(2)):
                async with stage.start(slack) as bot:
                    assert await bot.send(payload, retry=retry) == 200
                    await bot.settled()
                stage.clock.advance(SOON)

        assert len(stage.play_bare(scenario).posted) == 1

    def test_even_by_two_processes_on_one_database(self, stage: Stage) -> None:
        payloads = [message_im(NOTICE) for _ in range(5)]

        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as one, stage.start(slack) as two:
                await asyncio.gather(*(bot.send(payload) for payload in payloads for bot in (one, two)))
                await one.settled()

        assert len(stage.play_bare(scenario).posted) == len(payloads)

    def test_two_questions_in_the_same_words_are_two(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.ask(message_im(NOTICE))
            await bot.ask(message_im(NOTICE))

        first, second = stage.play(scenario).posted
        assert first.text == second.text


class TestNothingIsLost:
    def test_an_event_is_taken_up_when_the_process_that_had_it_died(self, stage: Stage) -> None:
        """After its hold has run out, and once, whoever else looks; not before, since it may be being answered."""
        payload = message_im(NOTICE)

        async def scenario(slack: SlackStandIn) -> None:
            dead = SqlInbox(stage.running().engine, Platform.SLACK)
            assert dead.receive(payload["event_id"], payload, stage.clock.now())
            one, two = another(stage, slack), another(stage, slack)
            assert await one.take_up() == 0
            stage.clock.advance(SOON)
            assert sum(await asyncio.gather(one.take_up(), two.take_up())) == 1
            stage.clock.advance(SOON)
            assert await one.take_up() == 0

        slack = stage.play_bare(scenario)
        assert [SAYS in shown(answer) for answer in slack.posted] == [True]

    def test_a_start_takes_up_what_was_left(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(slack: SlackStandIn) -> None:
            SqlInbox(stage.running().engine, Platform.SLACK).receive(payload["event_id"], payload, stage.clock.now())
            stage.clock.advance(SOON)
            async with stage.start(slack) as bot:
                await bot.settled()
                assert [(row.payload, row.done) for row in bot.inbox()] == [(None, True)]

        assert len(stage.play_bare(scenario).posted) == 1

    def test_slacks_own_retry_takes_it_up_too(self, stage: Stage) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            SqlInbox(bot.running.engine, Platform.SLACK).receive(payload["event_id"], payload, stage.clock.now())
            assert await bot.send(payload, retry=Retry(1)) == 200
            assert not bot.slack.posted
            stage.clock.advance(SOON)
            assert await bot.send(payload, retry=Retry(2)) == 200
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1

    def test_what_is_under_way_is_finished_before_the_program_stops(self, stage: Stage) -> None:
        """Else it would be answered once more after the next start."""
        payload = message_im(NOTICE)

        async def scenario(slack: SlackStandIn) -> None:
            slack.fail("chat.postMessage", kind=Timeout(60, done=True))
            async with stage.start(slack) as bot:
                await bot.send(payload)
                await slack.until(lambda: slack.posted)
                assert not bot.inbox()[0].done
                asyncio.get_running_loop().call_later(0.2, slack.wake)
            stage.clock.advance(SOON)
            assert await another(stage, slack).take_up() == 0

        assert len(stage.play_bare(scenario).posted) == 1

    def test_an_event_is_held_for_as_long_as_it_takes(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """Slack may make us wait longer than a hold lasts: nobody else takes the event up meanwhile."""
        monkeypatch.setattr(face, "_HOLD_EVERY", 0.02)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=Timeout(60, done=True))
            await bot.send(message_im(NOTICE))
            await bot.slack.until(lambda: bot.slack.posted)
            other = another(stage, bot.slack)
            for _ in range(4):
                stage.clock.advance(HELD_FOR / 2)
                await asyncio.sleep(0.1)
                assert await other.take_up() == 0
            assert not bot.inbox()[0].done
            bot.slack.wake()
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1

    @pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel"])
    def test_what_slack_refuses_for_good_is_given_up_with_a_line_in_the_log(self, stage: Stage, error: str) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=NotOk(error))
            await bot.send(payload)
            await bot.settled()
            assert [row.payload for row in bot.inbox()] == [None]
            stage.clock.advance(SOON)
            assert await another(stage, bot.slack).take_up() == 0

        assert stage.play(scenario).posted == []
        assert stage.logged(logging.ERROR) == [f"event {payload['event_id']} cannot be answered: {error}"]

    @pytest.mark.parametrize(
        "kind", [NotOk("internal_error"), Timeout(0.01)], ids=["Slack says so", "no answer of Slack's"]
    )
    def test_what_fails_for_now_is_tried_again_later(self, stage: Stage, kind: Failure) -> None:
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", kind=kind)
            await bot.send(payload)
            await until(lambda: stage.logged(logging.WARNING))
            assert not bot.slack.posted
            stage.clock.advance(SOON)
            assert await another(stage, bot.slack).take_up() == 1
            await bot.settled()

        slack = stage.play(scenario)
        assert len(slack.posted) == 1
        [line] = stage.logged(logging.WARNING)
        assert line.startswith(f"event {payload['event_id']} will be tried again: ")

    def test_one_event_that_fails_keeps_no_other_from_being_answered(self, stage: Stage) -> None:
        """Even one that the program cannot read."""
        broken = event_callback({"type": "message", "channel_type": "im", "user": ASKER})

        async def scenario(slack: SlackStandIn) -> None:
            inbox = SqlInbox(stage.running().engine, Platform.SLACK)
            for payload in (broken, message_im(NOTICE)):
                inbox.receive(payload["event_id"], payload, stage.clock.now())
            stage.clock.advance(SOON)
            assert await another(stage, slack).take_up() == 2

        assert len(stage.play_bare(scenario).posted) == 1
        assert stage.logged(logging.WARNING) == [f"event {broken['event_id']} will be tried again: KeyError"]

    def test_after_enough_tries_an_event_is_given_up_with_a_line_in_the_log(self, stage: Stage) -> None:
        """What was written in it goes, as with every event that is done with."""
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", times=None, kind=NotOk("internal_error"))
            await bot.send(payload)
            other = another(stage, bot.slack)
            await bot.slack.until(lambda: bot.slack.calls["chat.postMessage"])
            for _ in range(MOST_ATTEMPTS + 1):
                stage.clock.advance(SOON)
                await other.take_up()
            assert [(row.payload, row.attempts, row.done) for row in bot.inbox()] == [(None, MOST_ATTEMPTS, True)]

        assert len(stage.play(scenario).calls["chat.postMessage"]) == MOST_ATTEMPTS
        assert stage.logged(logging.ERROR) == [f"event {payload['event_id']} is given up: it was tried too often"]

    def test_a_database_that_fails_is_told_to_slack_which_sends_again(self, stage: Stage) -> None:
        """The log tells where it broke, and nothing of what was asked."""
        payload = message_im(NOTICE)

        async def scenario(bot: Bot) -> None:
            with closing(sqlite3.connect(stage.database)) as database:
                database.execute("ALTER TABLE inbox RENAME TO elsewhere")
                assert await bot.send(payload) == 500
                database.execute("ALTER TABLE elsewhere RENAME TO inbox")
            assert await bot.send(payload, retry=Retry(1)) == 200
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1
        [line] = stage.logged(logging.ERROR)
        assert line.startswith("a request of Slack's could not be handled: OperationalError")

    def test_a_database_that_fails_at_the_start_is_looked_at_again_later(self, stage: Stage) -> None:
        """The program stays, and says what it could not do."""
        with closing(sqlite3.connect(stage.database)) as database:
            database.execute("ALTER TABLE inbox RENAME TO elsewhere")

        async def scenario(bot: Bot) -> None:
            await until(lambda: len(stage.logged(logging.WARNING)) == 2)
            assert await bot.get("/healthz") == (200, {"status": "ok"})

        stage.play(scenario)
        assert sorted(stage.logged(logging.WARNING)) == [
            "events left unanswered could not be taken up: OperationalError",
            "old event ids could not be deleted: OperationalError",
        ]

    def test_old_ids_are_forgotten_at_the_start(self, stage: Stage) -> None:
        async def scenario(slack: SlackStandIn) -> None:
            async with stage.start(slack) as bot:
                await bot.ask(message_im(NOTICE))
            stage.clock.advance(timedelta(days=8))
            async with stage.start(slack) as bot:
                await until(lambda: not bot.inbox())
                assert not bot.inbox()

        stage.play_bare(scenario)


class TestSending:
    def test_a_message_is_sent_again_until_slack_takes_it_and_then_no_more(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for kind in FAILURES:
                bot.slack.fail("chat.postMessage", kind=kind)
            for text in QUESTIONS:
                await bot.send(message_im(text))
            await bot.settled()

        slack = stage.play(scenario)
        assert_sent_again(slack.calls["chat.postMessage"])
        assert (len(slack.posted), stage.logged(logging.WARNING)) == (len(QUESTIONS), [])

    def test_slack_hears_at_once_that_we_have_it_however_long_the_answer_takes(self, stage: Stage) -> None:
        kind = Timeout(60, done=True)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("chat.postMessage", times=None, kind=kind)
            bot.slack.fail("respond", times=None, kind=kind)
            for payload in (
                message_im(NOTICE),
                app_mention(NOTICE),
                slash_command("/compact", NOTICE, bot.slack.origin()),
            ):
                assert await bot.send(payload) == 200
            await bot.slack.until(lambda: len(bot.slack.posted) == 2 and bot.slack.responded)
            assert not any(row.done for row in bot.inbox())
            bot.slack.wake()

        stage.play(scenario)

    @pytest.mark.parametrize("kind", [NotOk("internal_error"), Timeout(5), RateLimited(30)])
    def test_the_first_request_needs_no_call_of_slack_before_it_is_kept(self, stage: Stage, kind: Failure) -> None:
        """Nor does it matter that Slack cannot tell just then who we are."""

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("auth.test", times=None, kind=kind)
            assert SAYS in shown(await bot.ask(message_im(NOTICE)))
            assert SAYS in shown(await commanded(bot, NOTICE, bot.slack.origin()))

        assert stage.play(scenario).calls["auth.test"] == []


def _without(*names: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {name: value for name, value in headers.items() if name not in names}


TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"


class TestWhoMayCall:
    @pytest.mark.parametrize(
        ("secret", "age", "change"),
        [
            ("other", 0, _without()),
            (SECRET, 360, _without()),
            (SECRET, -360, _without()),
            (SECRET, 0, _without(TIMESTAMP)),
            (SECRET, 0, _without(SIGNATURE)),
            (SECRET, 0, _without(TIMESTAMP, SIGNATURE)),
            (SECRET, 0, lambda headers: headers | {TIMESTAMP: "yesterday"}),
            (SECRET, 0, lambda headers: headers | {SIGNATURE: "v0=é"}),
            (SECRET, 0, lambda headers: headers | {SIGNATURE: ""}),
            (SECRET, 0, lambda headers: headers | {TIMESTAMP: str(int(time.time()) + 1)}),
        ],
        ids=[
            *("wrong secret", "stale", "from the future", "no timestamp", "no signature", "neither", "no number"),
            *("not ASCII", "empty", "other time"),
        ],
    )
    def test_a_request_that_slack_has_not_just_signed_is_refused(
        self, stage: Stage, secret: str, age: int, change: Callable[[dict[str, str]], dict[str, str]]
    ) -> None:
        """With 401 and a line in the log that shows nothing of it; nothing is kept, nothing is answered."""
        payloads = (message_im(NOTICE), slash_command("/compact", NOTICE), url_verification("are you there"))
        requests = [sending(payload, secret, at=int(time.time()) - age) for payload in payloads]
        stage.typed += [NOTICE, *(sent.headers[SIGNATURE] for sent in requests)]

        async def scenario(bot: Bot) -> None:
            for sent in requests:
                assert (await bot.post(sent.body, change(sent.headers)))[0] == 401
            assert bot.inbox() == []

        slack = stage.play(scenario)
        assert not any(slack.calls.values())
        assert [record.getMessage() for record in stage.log.records if record.levelno > logging.INFO] == [
            "a request from 127.0.0.1 was refused: its signature is missing, wrong or too old"
        ] * len(requests)

    @pytest.mark.parametrize(
        ("body", "status"),
        [(b'{"type": "event_cal', 400), (b"[]", 400), (b"null", 400), (b"payload=%7B", 400), (b"{}", 404), (b"", 404)],
    )
    def test_a_body_that_is_no_request_of_slacks_is_the_callers_fault(
        self, stage: Stage, body: bytes, status: int
    ) -> None:
        kind = "application/x-www-form-urlencoded" if body.startswith(b"payload") else "application/json"

        async def scenario(bot: Bot) -> None:
            got, _ = await bot.post(body, {"Content-Type": kind} | signed(body, SECRET))
            assert got == status
            assert bot.inbox() == []

        stage.play(scenario)
        assert stage.logged(logging.ERROR) == []

    @pytest.mark.parametrize("body", [b"\xff\xfe{", b'{"a', b"\x00"])
    def test_nothing_is_made_of_a_body_that_nobody_has_signed(self, stage: Stage, body: bytes) -> None:
        async def scenario(bot: Bot) -> None:
            headers = {"Content-Type": "application/json; charset=utf-16"}
            assert (await bot.post(body, headers))[0] == 401
            assert (await bot.post(body, headers | {TIMESTAMP: str(int(time.time())), SIGNATURE: "v0=0"}))[0] == 401

        stage.play(scenario)

    def test_a_body_of_more_than_a_megabyte_is_refused(self, stage: Stage) -> None:
        body = json.dumps(message_im("x" * 2**20)).encode()

        async def scenario(bot: Bot) -> None:
            headers = {"Content-Type": "application/json"} | signed(body, SECRET)
            assert (await bot.post(io.BytesIO(body), headers))[0] == 413
            assert bot.inbox() == []

        stage.play(scenario)

    def test_a_long_question_is_within_bounds(self, stage: Stage) -> None:
        """Slack takes 40,000 characters; the answer says what is too much."""

        async def scenario(bot: Bot) -> None:
            assert "too long for me" in shown(await bot.ask(message_im("word " * 8_000)))

        stage.play(scenario)

    def test_slack_is_told_that_the_address_is_ours(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            sent = sending(url_verification("are you there"), SECRET)
            status, body = await bot.post(sent.body, sent.headers)
            assert (status, json.loads(body)) == (200, {"challenge": "are you there"})

        stage.play(scenario)


def test_the_server_is_ready_while_slack_knows_us(stage: Stage) -> None:
    """And is not, with the reason's kind, while it does not."""

    async def scenario(bot: Bot) -> None:
        assert await bot.get("/readyz") == (200, {"status": "ok", "database": "ok", "slack": "ok"})
        bot.slack.fail("auth.test", kind=NotOk("token_revoked"))
        status, found = await bot.get("/readyz")
        assert (status, found["status"], found["slack"]) == (503, "not ready", "SlackApiError")
        assert await bot.get("/healthz") == (200, {"status": "ok"})

    stage.play(scenario)
