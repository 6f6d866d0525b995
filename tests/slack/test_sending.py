"""Posts become messages, each once: what was sent before is found, and what is said anew takes its place."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.calling import connected
from bot.slack.sending import POST, SlackSender
from handlers.conversation import Choices, Form, Heading, Option, Passage, Person, Platform, Reply, Room, Text
from handlers.posts import Address, Post
from scheduler.delivery import Claimed, SendError
from tests.slack.conftest import shown
from tests.slack.requests import ASKER, GENERAL, LEADS, TEAM, dm
from tests.slack.standin import Channel, Cut, Failure, NotOk, RateLimited, ServerError, SlackStandIn, Timeout

ANN = Person(Platform.SLACK, TEAM, ASKER)
ROOM = Room(Platform.SLACK, TEAM, GENERAL)
PRIVATELY = Room(Platform.SLACK, TEAM, dm(ASKER), private=True)
LONG = Reply(tuple(Text(f"{number} " + "word " * 500) for number in range(12)))
SHORT = Reply((Text("Short."),))
PASSAGE = Passage("Town Compact", "They ask first.", remarks=("A remark.",))

Scenario = Callable[[SlackStandIn, SlackSender], Awaitable[None]]


def claimed(to: Address, reply: Reply = SHORT, key: str = "k1", **how: object) -> Claimed:
    """A post that is ours to send, claimed for the first time unless told otherwise."""
    now = datetime.now(UTC)
    return replace(Claimed(Post(key, to, reply, now), attempts=1, first_tried=now), **how)  # type: ignore[arg-type]


def run(scenario: Scenario, *, refused: tuple[str, ...] = ()) -> SlackStandIn:
    """Plays a scenario; gives the stand-in of Slack with all that came in."""

    async def play() -> SlackStandIn:
        async with SlackStandIn() as slack, connected(slack.bot_token, slack.url) as called:
            await scenario(slack, SlackSender(called))
            return slack

    slack = asyncio.run(play())
    assert tuple(refusal.error for refusal in slack.refused) == refused
    return slack


class TestSending:
    @pytest.mark.parametrize(
        ("to", "channel", "thread"),
        [
            (ANN, dm(ASKER), None),
            (ROOM, GENERAL, None),
            (replace(ROOM, thread="1700000000.000001"), GENERAL, "1700000000.000001"),
            (replace(PRIVATELY, thread="1700000000.000001"), dm(ASKER), "1700000000.000001"),
        ],
    )
    def test_a_post_goes_where_it_is_addressed(self, to: Address, channel: str, thread: str | None) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            message = await sender.send(claimed(to))
            assert message == f"{channel}:{slack.posted[0].ts}"

        slack = run(scenario)
        [post] = slack.posted
        assert (post.channel, post.thread_ts, post.text) == (channel, thread, "Short.")
        assert post.metadata == {"event_type": POST, "event_payload": {"key": "k1", "part": 0}}
        [call] = slack.calls["chat.postMessage"]
        assert (call.arguments["unfurl_links"], call.arguments["unfurl_media"]) == (False, False)

    @pytest.mark.parametrize(
        ("to", "more", "short"),
        [
            (ROOM, "about notice", True),
            (ROOM, "", False),
            (PRIVATELY, "about notice", False),
            (ANN, "about notice", False),
        ],
    )
    def test_only_before_others_it_is_shortened(self, to: Address, more: str, short: bool) -> None:
        async def scenario(_: SlackStandIn, sender: SlackSender) -> None:
            await sender.send(claimed(to, Reply((Heading("Notice"), PASSAGE), more=more)))

        [post] = run(scenario).posted
        assert ("A remark." in shown(post)) is not short

    def test_a_long_one_is_several_messages_in_order(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            message = await sender.send(claimed(ROOM, LONG))
            assert message == f"{GENERAL}:{','.join(post.ts for post in slack.posted)}"

        posts = run(scenario).posted
        assert [post.metadata and post.metadata["event_payload"]["part"] for post in posts] == list(range(len(posts)))
        assert len(posts) > 2

    def test_a_form_is_its_title_and_a_button(self) -> None:
        form = Form("A note", (), Option("Keep", "note it"), Option("Note", "note"), "say: note it")

        async def scenario(_: SlackStandIn, sender: SlackSender) -> None:
            await sender.send(claimed(ROOM, Reply((form, Choices((Option("Take it", "take"),), numbered=False)))))

        assert "Buttons: Note" in run(scenario).posted[0].text

    def test_one_that_says_nothing_is_no_message(self) -> None:
        async def scenario(_: SlackStandIn, sender: SlackSender) -> None:
            await sender.send(claimed(ROOM, Reply((Text(" "),))))

        assert run(scenario).posted == []


class TestFailing:
    @pytest.mark.parametrize(
        ("kind", "reason", "permanent", "retry_after"),
        [
            (NotOk("channel_not_found"), "channel_not_found", True, None),
            (NotOk("restricted_action_read_only_channel"), "restricted_action_read_only_channel", True, None),
            (NotOk("invalid_blocks"), "invalid_blocks", True, None),
            (NotOk("internal_error"), "internal_error", False, None),
            (NotOk("missing_scope"), "missing_scope", False, None),
            (NotOk("invalid_auth"), "invalid_auth", False, None),
            (RateLimited(30), "ratelimited", False, 30.0),
            (ServerError(), "status 500", False, None),
            (Timeout(0.01), "status 504", False, None),
            (Cut(), "ServerDisconnectedError", False, None),
        ],
    )
    def test_why_is_told_and_whether_trying_again_can_help(
        self, kind: Failure, reason: str, permanent: bool, retry_after: float | None
    ) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            slack.fail("chat.postMessage", kind=kind)
            with pytest.raises(SendError) as caught:
                await sender.send(claimed(ROOM))
            error = caught.value
            assert (str(error), error.permanent, error.retry_after) == (reason, permanent, retry_after)

        assert run(scenario).posted == []

    def test_a_moment_that_slack_asks_for_is_waited_for(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            slack.fail("chat.postMessage", kind=RateLimited(1))
            await sender.send(claimed(ROOM))

        first, second = run(scenario).calls["chat.postMessage"]
        assert second.at - first.at > 1

    def test_but_only_once(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            slack.fail("chat.postMessage", times=2, kind=RateLimited(1))
            with pytest.raises(SendError) as caught:
                await sender.send(claimed(ROOM))
            assert caught.value.retry_after == 1

        run(scenario)


class TestLookingFirst:
    @pytest.mark.parametrize("to", [ANN, PRIVATELY, ROOM], ids=["person", "private", "channel"])
    @pytest.mark.parametrize("there", [0, 1, 2])
    def test_only_the_parts_that_are_missing_are_sent(self, to: Address, there: int) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            first = claimed(to, LONG)
            slack.fail("chat.postMessage", times=there + 1, kind=Cut(done=True))
            found = set[str]()
            for attempt in range(1, there + 2):
                with pytest.raises(SendError):
                    await sender.send(replace(first, attempts=attempt))
                found |= {post.ts for post in slack.posted}
            message = await sender.send(replace(first, attempts=there + 2))
            assert message.partition(":")[2].split(",") == [post.ts for post in slack.posted]
            assert len(found) == there + 1

        posts = run(scenario).posted
        parts = [post.metadata["event_payload"]["part"] for post in posts if post.metadata]
        assert parts == list(range(len(posts)))

    def test_in_a_thread_it_is_looked_for_there(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            post = claimed(replace(ROOM, thread=slack.write("a thread", channel=GENERAL)))
            slack.fail("chat.postMessage", kind=ServerError(done=True))
            with pytest.raises(SendError):
                await sender.send(post)
            assert await sender.send(replace(post, attempts=2)) == f"{GENERAL}:{slack.posted[0].ts}"

        slack = run(scenario)
        assert (len(slack.posted), len(slack.calls["conversations.replies"])) == (1, 1)

    def test_a_thread_that_is_gone_holds_nothing(self) -> None:
        async def scenario(_: SlackStandIn, sender: SlackSender) -> None:
            await sender.send(claimed(replace(ROOM, thread="1700000000.000001"), attempts=2))

        assert len(run(scenario, refused=("thread_not_found",)).posted) == 1

    def test_it_is_found_behind_hundreds_of_others_and_none_is_taken_for_it(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            post = claimed(ROOM)
            await sender.send(post)
            await sender.send(claimed(ROOM, key="another"))
            for _ in range(250):
                slack.write("hello", channel=GENERAL)
            again = await sender.send(replace(post, attempts=2))
            assert again == f"{GENERAL}:{slack.posted[0].ts}"

        slack = run(scenario)
        assert (len(slack.posted), len(slack.calls["conversations.history"])) == (2, 2)

    def test_it_is_looked_for_from_a_day_before_it_was_first_tried(self) -> None:
        now = datetime(2026, 11, 20, 10, tzinfo=UTC)

        async def scenario(_: SlackStandIn, sender: SlackSender) -> None:
            await sender.send(claimed(ROOM, attempts=2, first_tried=now))

        [call] = run(scenario).calls["conversations.history"]
        assert float(call.arguments["oldest"]) == (now - timedelta(days=1)).timestamp()

    def test_where_it_cannot_be_looked_for_it_is_not_sent(self) -> None:
        """Rather late than twice."""

        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            slack.scopes = tuple(scope for scope in slack.scopes if scope != "channels:history")
            with pytest.raises(SendError, match="missing_scope") as caught:
                await sender.send(claimed(ROOM, attempts=2))
            assert not caught.value.permanent

        assert run(scenario, refused=("missing_scope",)).posted == []


class TestTakingThePlace:
    def test_a_later_post_takes_the_place_of_a_message(self) -> None:
        async def scenario(_: SlackStandIn, sender: SlackSender) -> None:
            before = await sender.send(claimed(ROOM))
            after = await sender.send(claimed(ROOM, Reply((Text("Later."),)), key="k2", replaced=before))
            assert after == before

        slack = run(scenario)
        [update] = slack.updated
        assert (len(slack.posted), update.ts, update.text) == (1, slack.posted[0].ts, "Later.")
        assert update.metadata == {"event_type": POST, "event_payload": {"key": "k2", "part": 0}}

    @pytest.mark.parametrize("longer", [True, False])
    def test_it_may_be_longer_or_shorter(self, longer: bool) -> None:
        """What is left over of the message before goes."""
        first, then = (SHORT, LONG) if longer else (LONG, SHORT)

        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            before = await sender.send(claimed(ROOM, first))
            after = await sender.send(claimed(ROOM, then, key="k2", replaced=before))
            assert after.partition(":")[2].split(",") == list(slack.history[GENERAL])
            assert await sender.send(claimed(ROOM, then, key="k3", replaced=after)) == after

        slack = run(scenario)
        texts = [message["text"] for message in slack.history[GENERAL].values()]
        assert ("Short." in texts) is not longer

    @pytest.mark.parametrize("gone", ["message_not_found", "cant_update_message"])
    def test_where_the_message_cannot_be_changed_it_is_said_anew(self, gone: str) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            before = await sender.send(claimed(ROOM))
            slack.fail("chat.update", kind=NotOk(gone))
            after = await sender.send(claimed(ROOM, key="k2", replaced=before))
            assert after == f"{GENERAL}:{slack.posted[1].ts}" != before

        assert len(run(scenario).posted) == 2

    def test_a_message_that_cannot_be_changed_just_now_is_not_said_anew(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            before = await sender.send(claimed(ROOM))
            slack.fail("chat.update", kind=ServerError())
            with pytest.raises(SendError):
                await sender.send(claimed(ROOM, key="k2", replaced=before))

        assert len(run(scenario).posted) == 1

    def test_what_is_left_over_and_gone_already_is_no_hindrance(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            before = await sender.send(claimed(ROOM, LONG))
            del slack.history[GENERAL][slack.posted[1].ts]
            await sender.send(claimed(ROOM, key="k2", replaced=before))
            assert len(slack.history[GENERAL]) == 1

        run(scenario, refused=("message_not_found",))

    def test_one_that_is_left_over_and_cannot_be_deleted_just_now_is_tried_again(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            before = await sender.send(claimed(ROOM, LONG))
            slack.fail("chat.delete", kind=ServerError())
            then = claimed(ROOM, key="k2", replaced=before)
            with pytest.raises(SendError):
                await sender.send(then)
            await sender.send(replace(then, attempts=2))
            assert len(slack.history[GENERAL]) == 1

        run(scenario)

    def test_in_a_channel_that_is_closed_to_us_it_fails_for_good(self) -> None:
        async def scenario(slack: SlackStandIn, sender: SlackSender) -> None:
            slack.channels[LEADS] = Channel(LEADS, "leads", "private", bot_in=False)
            with pytest.raises(SendError) as caught:
                await sender.send(claimed(Room(Platform.SLACK, TEAM, LEADS), replaced=f"{LEADS}:1700000000.000001"))
            assert caught.value.permanent

        run(scenario, refused=("channel_not_found", "channel_not_found"))
