"""The stand-in of Slack behaves as Slack does towards Slack's own client, webhook client and Socket Mode client."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest, AsyncSay
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import SectionBlock
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.requests import (
    ASKER,
    BOT,
    BOT_USER,
    GENERAL,
    LEAD,
    LEADS,
    Json,
    Origin,
    Retry,
    app_home_opened,
    app_mention,
    block_actions,
    bot_message,
    button,
    dm,
    event_callback,
    message_changed,
    message_deleted,
    message_im,
    own_message,
    select,
    sending,
    signed,
    slash_command,
    url_verification,
    view_actions,
    view_submission,
)
from tests.slack.standin import (
    SCOPES,
    Channel,
    Cut,
    Failure,
    NotOk,
    Posted,
    Prompts,
    RateLimited,
    Refusal,
    ServerError,
    SlackStandIn,
    Status,
    Surface,
    Timeout,
    Updated,
)

SECRET = "signing"  # noqa: S105 - it signs for these tests only
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}
INPUT = {
    "type": "input",
    "block_id": "what",
    "label": {"type": "plain_text", "text": "What"},
    "element": {"type": "plain_text_input", "action_id": "said"},
}
TITLE = {"type": "plain_text", "text": "Raise"}
MODAL = {"type": "modal", "title": TITLE, "submit": TITLE, "blocks": [INPUT]}
HOME = {"type": "home", "blocks": [SECTION]}
METADATA = {"event_type": "reminder", "event_payload": {"key": "1"}}

Scenario = Callable[[SlackStandIn, AsyncWebClient], Awaitable[None]]


def no_bogus(blocks: list[Json], surface: Surface) -> list[str]:
    """A check of blocks that finds fault with one made-up type."""
    return [f"{surface}: bogus" for block in blocks if block["type"] == "bogus"]


def run(scenario: Scenario, *, agent: bool = True) -> None:
    """Plays a scenario against a stand-in and Slack's own client of it."""

    async def play() -> None:
        async with SlackStandIn(no_bogus, agent=agent) as slack:
            await scenario(slack, AsyncWebClient(slack.bot_token, base_url=slack.url))

    asyncio.run(play())


async def refusal(client: AsyncWebClient, method: str, arguments: Json) -> str:
    """The error with which a method refuses arguments."""
    with pytest.raises(SlackApiError) as caught:
        await client.api_call(method, json=arguments)
    return str(caught.value.response["error"])


def refused_with(method: str, arguments: Json) -> str:
    """The error with which a fresh stand-in refuses arguments (sent as a form where the method reads no JSON)."""
    errors = []

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.channels["C0OLD"] = Channel("C0OLD", "old", archived=True)
        slack.channels["C0OTHER"] = Channel("C0OTHER", "other", bot_in=False)
        slack.channels["C0SECRET"] = Channel("C0SECRET", "secret", "private", bot_in=False)
        theirs = slack.write("by a user", channel=GENERAL)
        arguments.update({"ts": theirs} if arguments.get("ts") == "theirs" else {})
        arguments.update({"trigger_id": slack.trigger()} if arguments.get("trigger_id") == "good" else {})
        errors.append(await refusal(client, method, arguments))
        assert [found.error for found in slack.refused] == errors
        assert [*slack.posted, *slack.ephemeral, *slack.updated, *slack.deleted, *slack.opened, *slack.published] == []

    run(scenario)
    return errors[0]


# Who may call what


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", None, "not_authed"),
        ("auth.test", "xoxb-someone-else", "invalid_auth"),
        ("auth.test", SlackStandIn.app_token, "not_allowed_token_type"),
        ("apps.connections.open", SlackStandIn.bot_token, "not_allowed_token_type"),
        ("chat.postMassage", SlackStandIn.bot_token, "unknown_method"),
    ],
)
def test_a_call_without_the_right_token_or_method_is_refused(method: str, token: str | None, error: str) -> None:
    """A method is carried out for the right token only."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        assert await refusal(AsyncWebClient(token, base_url=slack.url), method, {}) == error
        assert slack.refused == [Refusal(method, error)]

    run(scenario)


def test_the_bot_learns_who_it_is() -> None:
    """`auth.test` names the bot and its user."""

    async def scenario(_slack: SlackStandIn, client: AsyncWebClient) -> None:
        known = await client.auth_test()
        assert (known["user_id"], known["bot_id"]) == (BOT_USER, BOT)
        assert known.headers["X-OAuth-Scopes"].split(",") == list(SCOPES)

    run(scenario)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("chat.postMessage", {"text": "x"}),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "thread": "1"}),
        ("chat.postMessage", {"channel": GENERAL, "text": 5}),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "reply_broadcast": [1]}),
        ("chat.postEphemeral", {"channel": GENERAL, "text": "x"}),
        ("chat.update", {"channel": GENERAL, "text": "x"}),
        ("chat.update", {"channel": GENERAL, "ts": 1503435956.000247, "text": "x"}),
        ("chat.delete", {"channel": GENERAL}),
        ("conversations.history", {}),
        ("conversations.history", {"channel": GENERAL}),
        ("conversations.replies", {}),
        ("users.info", {}),
        ("views.open", {"view": MODAL}),
        ("views.open", {"trigger_id": "good"}),
        ("views.publish", {"user_id": "U0NOBODY", "view": HOME}),
        ("views.publish", {"user_id": ASKER}),
        ("views.update", {"view_id": "V1"}),
        ("assistant.threads.setStatus", {"channel_id": dm(ASKER), "status": "x"}),
        ("assistant.threads.setSuggestedPrompts", {"channel_id": dm(ASKER)}),
    ],
)
def test_missing_unknown_and_mistyped_arguments_are_refused(method: str, arguments: Json) -> None:
    """Each method says `invalid_arguments`; the methods that read no JSON say so of a JSON body."""
    assert refused_with(method, dict(arguments)) == "invalid_arguments"


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "#general", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0SECRET", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": "C0OTHER", "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": "C0OLD", "text": "x"}, "is_archived"),
        ("chat.postMessage", {"channel": GENERAL}, "no_text"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": GENERAL, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ("chat.postMessage", {"channel": GENERAL, "markdown_text": "x", "text": "x"}, "markdown_text_conflict"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "thread_ts": "yesterday"}, "invalid_thread_ts"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": [{"type": "bogus"}]}, "invalid_blocks"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": [SECTION] * 51}, "invalid_blocks"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": SECTION}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": ["x"]}, "invalid_blocks_format"),
        (
            "chat.postMessage",
            {"channel": GENERAL, "text": "x", "blocks": [{"type": "section", "text": {"text": "x" * 2999}}] * 5},
            "msg_blocks_too_long",
        ),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "metadata": {"key": 1}}, "invalid_metadata_format"),
        (
            "chat.postMessage",
            {"channel": GENERAL, "text": "x", "metadata": {"event_type": "a b", "event_payload": {}}},
            "invalid_metadata_schema",
        ),
        (
            "chat.postMessage",
            {"channel": GENERAL, "text": "x", "metadata": {"event_type": "a", "event_payload": {"b": "x" * 8000}}},
            "metadata_too_large",
        ),
        ("chat.postEphemeral", {"channel": LEADS, "user": ASKER, "text": "x"}, "user_not_in_channel"),
        ("chat.update", {"channel": GENERAL, "ts": "1.000001", "text": "x"}, "message_not_found"),
        ("chat.update", {"channel": GENERAL, "ts": "theirs", "text": "x"}, "cant_update_message"),
        ("chat.delete", {"channel": GENERAL, "ts": "1.000001"}, "message_not_found"),
        ("chat.delete", {"channel": GENERAL, "ts": "theirs"}, "cant_delete_message"),
        ("conversations.open", {"users": "U0NOBODY"}, "user_not_found"),
        ("conversations.open", {"users": BOT_USER}, "cannot_dm_bot"),
        ("conversations.open", {}, "users_list_not_supplied"),
        ("views.open", {"trigger_id": "1.2.never", "view": MODAL}, "invalid_trigger_id"),
        ("views.open", {"trigger_id": "good", "view": HOME}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"title": None}}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"submit": None}}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"blocks": "x"}}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"blocks": [{"type": "bogus"}]}}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"blocks": [SECTION] * 101}}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"state": {}}}, "invalid_arguments"),
        ("views.open", {"trigger_id": "good", "view": MODAL | {"private_metadata": "x" * 3001}}, "invalid_arguments"),
        (
            "views.open",
            {"trigger_id": "good", "view": MODAL | {"close": TITLE | {"text": "x" * 25}}},
            "invalid_arguments",
        ),
        (
            "views.open",
            {"trigger_id": "good", "view": MODAL | {"blocks": [SECTION | {"more": "x" * 250_000}]}},
            "view_too_large",
        ),
        ("views.update", {"view_id": "V1", "view": MODAL}, "not_found"),
        ("views.publish", {"user_id": ASKER, "view": MODAL}, "invalid_arguments"),
        ("views.publish", {"user_id": ASKER, "view": HOME, "hash": "stale"}, "hash_conflict"),
    ],
)
def test_what_slack_refuses_is_refused_in_slacks_words(method: str, arguments: Json, error: str) -> None:
    """Nothing takes effect, and the refusal is kept."""
    assert refused_with(method, dict(arguments)) == error


def test_the_reasons_of_the_block_check_come_with_the_refusal() -> None:
    """The client sees what the injected check found, on which surface."""

    async def scenario(_slack: SlackStandIn, client: AsyncWebClient) -> None:
        with pytest.raises(SlackApiError) as caught:
            await client.chat_postMessage(channel=GENERAL, text="x", blocks=[{"type": "bogus"}])
        assert caught.value.response["response_metadata"]["messages"] == ["message: bogus"]

    run(scenario)


def test_the_checks_of_blocks_that_come_with_these_tests_are_the_usual_ones() -> None:
    """Without checks of its own, a test has those of `tests.slack.blocks`."""

    async def scenario() -> None:
        async with SlackStandIn() as slack:
            client = AsyncWebClient(slack.bot_token, base_url=slack.url)
            await client.chat_postMessage(channel=GENERAL, text="x", blocks=[SECTION])
            bogus = {"channel": GENERAL, "text": "x", "blocks": [{"type": "bogus"}]}
            assert await refusal(client, "chat.postMessage", bogus) == "invalid_blocks"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/xml", b"<x/>", "invalid_post_type"),
        ("application/json", b'{"token": "xoxb-stand-in"}', "not_authed"),
    ],
)
def test_a_body_that_is_not_an_object_or_carries_the_token_in_json_is_refused(
    content_type: str, body: bytes, error: str
) -> None:
    """Slack reads tokens from headers and forms only."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        headers = {"Content-Type": content_type}
        async with aiohttp.request("POST", f"{slack.url}auth.test", data=body, headers=headers) as answer:
            assert (await answer.json())["error"] == error

    run(scenario)


# Messages


def test_a_message_is_kept_as_it_was_sent() -> None:
    """Text, blocks, thread and metadata; the answer has the timestamp by which to find it."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        first = await client.chat_postMessage(channel=GENERAL, text="Hello", blocks=[SectionBlock(text="Hello")])
        second = await client.chat_postMessage(
            channel=ASKER, text="Privately", thread_ts=slack.write("Hi"), metadata=METADATA
        )
        assert slack.posted == [
            Posted(GENERAL, first["ts"], "Hello", (SECTION,), None, None),
            Posted(dm(ASKER), second["ts"], "Privately", (), slack.posted[1].thread_ts, METADATA),
        ]
        assert (first["channel"], second["channel"]) == (GENERAL, dm(ASKER))
        assert slack.calls["chat.postMessage"][0].arguments["text"] == "Hello"
        assert slack.refused == []

    run(scenario)


def test_a_form_body_says_the_same_as_a_json_body() -> None:
    """Blocks and metadata come as JSON in the form's fields, and the token may be a field."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        client = AsyncWebClient(base_url=slack.url)
        blocks, metadata = '[{"type": "section"}]', '{"event_type": "a", "event_payload": {}}'
        form = {"token": slack.bot_token, "channel": GENERAL, "text": "x", "blocks": blocks, "metadata": metadata}
        await client.api_call("chat.postMessage", data=form)
        assert slack.posted[0].blocks == ({"type": "section"},)
        assert slack.posted[0].metadata == {"event_type": "a", "event_payload": {}}
        assert not slack.calls["chat.postMessage"][0].as_json

    run(scenario)


def test_an_update_keeps_what_it_does_not_name_and_a_deletion_removes() -> None:
    """Blocks and metadata stay unless given; given empty, they go."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        posted = await client.chat_postMessage(channel=GENERAL, text="a", blocks=[SECTION], metadata=METADATA)
        ts = posted["ts"]
        await client.chat_update(channel=GENERAL, ts=ts, text="b")
        await client.chat_update(channel=GENERAL, ts=ts, text="c", blocks=[], metadata={})
        assert slack.updated == [
            Updated(GENERAL, ts, "b", (SECTION,), METADATA),
            Updated(GENERAL, ts, "c", (), None),
        ]
        await client.chat_delete(channel=GENERAL, ts=ts)
        assert [gone.ts for gone in slack.deleted] == [ts]
        assert (await client.conversations_history(channel=GENERAL))["messages"] == []

    run(scenario)


def test_an_ephemeral_message_reaches_one_user_and_no_history() -> None:
    """It is kept apart from messages."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        await client.chat_postEphemeral(channel=GENERAL, user=ASKER, text="psst")
        assert [(said.user, said.text) for said in slack.ephemeral] == [(ASKER, "psst")]
        assert slack.posted == []
        assert (await client.conversations_history(channel=GENERAL))["messages"] == []

    run(scenario)


def test_history_shows_metadata_only_when_asked() -> None:
    """As after a crash in mid-send: the message is found again by its metadata."""

    async def scenario(_slack: SlackStandIn, client: AsyncWebClient) -> None:
        posted = await client.chat_postMessage(channel=GENERAL, text="x", metadata=METADATA)
        shy = await client.conversations_history(channel=GENERAL)
        full = await client.conversations_history(channel=GENERAL, include_all_metadata=True)
        assert "metadata" not in shy["messages"][0]
        assert (full["messages"][0]["ts"], full["messages"][0]["metadata"]) == (posted["ts"], METADATA)

    run(scenario)


def test_history_comes_newest_first_in_pages_and_a_thread_oldest_first() -> None:
    """Replies are in their thread, not in the channel's history."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        first = slack.write("one", channel=GENERAL)
        reply = await client.chat_postMessage(channel=GENERAL, text="two", thread_ts=first)
        last = slack.write("three", channel=GENERAL)
        pages = [page["messages"] async for page in await client.conversations_history(channel=GENERAL, limit=1)]
        assert [[message["text"] for message in page] for page in pages] == [["three"], ["one"]]
        assert pages[1][0]["latest_reply"] == reply["ts"]
        thread = await client.conversations_replies(channel=GENERAL, ts=first)
        assert [message["text"] for message in thread["messages"]] == ["one", "two"]
        after = await client.conversations_history(channel=GENERAL, oldest=first)
        assert [message["ts"] for message in after["messages"]] == [last]
        up_to = await client.conversations_history(channel=GENERAL, latest=first, inclusive=True)
        assert [message["ts"] for message in up_to["messages"]] == [first]
        shown = await client.chat_postMessage(channel=GENERAL, text="all", thread_ts=first, reply_broadcast=True)
        newest = await client.conversations_history(channel=GENERAL, limit=1)
        assert newest["messages"][0]["ts"] == shown["ts"]

    run(scenario)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("conversations.history", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.history", {"channel": GENERAL, "limit": 1000}, "invalid_limit"),
        ("conversations.history", {"channel": GENERAL, "cursor": "x"}, "invalid_cursor"),
        ("conversations.history", {"channel": GENERAL, "oldest": "yesterday"}, "invalid_ts_oldest"),
        ("conversations.replies", {"channel": GENERAL, "ts": "1.000001"}, "thread_not_found"),
        ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ],
)
def test_a_reading_method_refuses_what_it_does_not_know(method: str, arguments: Json, error: str) -> None:
    """These methods read the query, as Slack's own client sends it."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.write("so that a bound is compared", channel=GENERAL)
        with pytest.raises(SlackApiError, match=error):
            await client.api_call(method, http_verb="GET", params=arguments)

    run(scenario)


def test_a_conversation_opens_with_one_user_or_several() -> None:
    """One gives their direct message channel, several a channel of their own; users have names."""

    async def scenario(_slack: SlackStandIn, client: AsyncWebClient) -> None:
        alone = await client.conversations_open(users=ASKER, return_im=True)
        assert alone["channel"] == {"id": dm(ASKER), "is_im": True, "user": ASKER}
        together = await client.conversations_open(users=[ASKER, LEAD])
        again = await client.conversations_open(channel=together["channel"]["id"])
        assert again["channel"] == together["channel"] != alone["channel"]
        assert (await client.users_info(user=LEAD, include_locale=True))["user"]["real_name"] == "Lee Lead"

    run(scenario)


# Views and the agent's own


def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    """A modal that is refused leaves the trigger unused."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        trigger = slack.trigger()
        assert await refusal(client, "views.open", {"trigger_id": trigger, "view": HOME}) == "invalid_arguments"
        opened = await client.views_open(trigger_id=trigger, view=MODAL)
        assert (slack.opened[0].view_id, slack.opened[0].view) == (opened["view"]["id"], MODAL)
        assert await refusal(client, "views.open", {"trigger_id": trigger, "view": MODAL}) == "exchanged_trigger_id"
        late = {"trigger_id": slack.trigger(age=3.1), "view": MODAL}
        assert await refusal(client, "views.open", late) == "expired_trigger_id"

    run(scenario)


def test_a_modal_is_updated_by_its_id_or_ours_against_its_hash() -> None:
    """An outdated hash conflicts, and an external id is unique."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        ours = MODAL | {"external_id": "draft-1"}
        await client.views_open(trigger_id=slack.trigger(), view=MODAL)
        opened = await client.views_open(trigger_id=slack.trigger(), view=ours)
        view = opened["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=ours | {"callback_id": "two"})
        stale = {"view_id": view["id"], "hash": view["hash"], "view": ours}
        assert await refusal(client, "views.update", stale) == "hash_conflict"
        await client.views_update(external_id="draft-1", view=ours | {"callback_id": "three"})
        assert slack.views[view["id"]]["callback_id"] == "three"
        twin = {"trigger_id": slack.trigger(), "view": ours}
        assert await refusal(client, "views.open", twin) == "duplicate_external_id"

    run(scenario)


def test_a_home_tab_is_published_to_its_user_again_and_again() -> None:
    """It stays the same view, with a new hash."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        first = await client.views_publish(user_id=ASKER, view=HOME)
        second = await client.views_publish(user_id=ASKER, view=HOME, hash=first["view"]["hash"])
        other = await client.views_publish(user_id=LEAD, view=HOME)
        assert [published.user for published in slack.published] == [ASKER, ASKER, LEAD]
        assert slack.homes == {ASKER: second["view"]["id"], LEAD: other["view"]["id"]}
        assert first["view"]["hash"] != second["view"]["hash"]

    run(scenario)


def test_the_agent_shows_its_status_and_up_to_four_prompts() -> None:
    """A fifth prompt, an eleventh loading message, an unknown channel or a malformed thread is refused."""
    prompt = {"title": "Notice", "message": "How much notice?"}

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        channel, ts = dm(ASKER), slack.write("Hi")
        await client.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status="is looking it up")
        await client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=[prompt] * 4)
        assert slack.statuses == [Status(channel, ts, "is looking it up")]
        assert slack.prompts == [Prompts(channel, None, (("Notice", "How much notice?"),) * 4)]
        prompts, status = "assistant.threads.setSuggestedPrompts", "assistant.threads.setStatus"
        assert await refusal(client, prompts, {"channel_id": channel, "prompts": [prompt] * 5}) == "invalid_arguments"
        assert await refusal(client, prompts, {"channel_id": channel, "prompts": [{}]}) == "invalid_arguments"
        assert await refusal(client, prompts, {"channel_id": "D0", "prompts": [prompt]}) == "channel_not_found"
        known = {"channel_id": channel, "thread_ts": ts, "status": ""}
        assert await refusal(client, status, known | {"loading_messages": ["x"] * 11}) == "invalid_arguments"
        assert await refusal(client, status, known | {"thread_ts": "now"}) == "invalid_thread_ts"

    run(scenario)


@pytest.mark.parametrize(("agent", "in_thread", "shown"), [(True, False, 1), (True, True, 0), (False, True, 1)])
def test_prompts_in_the_wrong_place_are_answered_with_ok_and_not_shown(
    *, agent: bool, in_thread: bool, shown: int
) -> None:
    """An agent app names no thread, an assistant app names one."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=dm(ASKER),
            prompts=[{"title": "a", "message": "b"}],
            thread_ts=slack.write("Hi") if in_thread else None,
        )
        assert len(slack.prompts) == shown

    run(scenario, agent=agent)


# Failures a test asks for


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        (RateLimited(retry_after=7), 429, "ratelimited"),
        (NotOk("channel_not_found"), 200, "channel_not_found"),
        (ServerError(), 500, None),
        (Timeout(0.01), 504, None),
    ],
)
def test_a_method_fails_as_often_as_it_is_told(kind: Failure, status: int, error: str | None) -> None:
    """Then it works again; a failure asked for is no refusal."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", times=2, kind=kind)
        for _ in range(2):
            with pytest.raises(SlackApiError) as caught:
                await client.chat_postMessage(channel=GENERAL, text="x")
            assert (caught.value.response.status_code, caught.value.response.get("error")) == (status, error)
            assert caught.value.response.headers.get("Retry-After") == ("7" if status == 429 else None)
        await client.chat_postMessage(channel=GENERAL, text="x")
        assert (len(slack.calls["chat.postMessage"]), len(slack.posted), slack.refused) == (3, 1, [])

    run(scenario)


def test_failures_come_in_the_order_in_which_they_were_asked_for() -> None:
    """And without end, if so told."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.fail("auth.test", kind=NotOk("first"))
        slack.fail("auth.test", times=None, kind=NotOk("then"))
        assert [await refusal(client, "auth.test", {}) for _ in range(4)] == ["first", "then", "then", "then"]
        with pytest.raises(ValueError, match="postMassage"):
            slack.fail("chat.postMassage", kind=ServerError())

    run(scenario)


@pytest.mark.parametrize(("done", "posted"), [(False, 0), (True, 1)])
def test_a_client_that_gives_up_waiting_cannot_tell_whether_it_was_done(*, done: bool, posted: int) -> None:
    """The stand-in falls silent before or after it has done what it was asked."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", kind=Timeout(60, done=done))
        waiting = asyncio.create_task(client.chat_postMessage(channel=GENERAL, text="x"))
        await slack.until(lambda: slack.calls["chat.postMessage"])
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert len(slack.posted) == posted

    run(scenario)


def test_a_server_error_may_come_after_the_deed() -> None:
    """Slack documents that some aspect of the operation may have succeeded."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.fail("chat.postMessage", kind=ServerError(done=True))
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel=GENERAL, text="x")
        assert len(slack.posted) == 1

    run(scenario)


@pytest.mark.parametrize(("done", "posted"), [(False, 0), (True, 1)])
def test_a_line_may_close_before_or_after_the_deed(*, done: bool, posted: int) -> None:
    """The client is left without an answer."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        client.retry_handlers.clear()
        slack.fail("chat.postMessage", kind=Cut(done=done))
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.chat_postMessage(channel=GENERAL, text="x")
        assert len(slack.posted) == posted
        assert (await client.chat_postMessage(channel=GENERAL, text="x"))["ok"]

    run(scenario)


# Response URLs


def test_a_response_url_takes_five_messages() -> None:
    """The sixth is refused, and so is one to a URL that is unknown or older than half an hour."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        url = slack.response_url()
        for number in range(5):
            assert (await AsyncWebhookClient(url).send(text=f"{number}", replace_original=True)).body == "ok"
        assert [said.text for said in slack.responded] == ["0", "1", "2", "3", "4"]
        assert {(said.url, said.response_type, said.replace_original) for said in slack.responded} == {
            (url, "ephemeral", True)
        }
        for used in (url, slack.response_url(age=1801), f"http://{slack.server}/respond/unknown"):
            assert (await AsyncWebhookClient(used).send(text="x")).status_code == 404
        assert [found.error for found in slack.refused] == ["used_url", "expired_url", "expired_url"]

    run(scenario)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"response_type": "in_channel"}, "no_text"),
        ({"text": "x", "response_type": "public"}, "invalid_payload"),
        ({"text": "x", "blocks": [{"type": "bogus"}]}, "invalid_blocks"),
        ({"text": "x", "channel": GENERAL}, "invalid_arguments"),
    ],
)
def test_a_bad_response_is_refused_and_uses_up_nothing(body: Json, error: str) -> None:
    """The refusal is plain text, status 400."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        hook = AsyncWebhookClient(slack.response_url())
        for _ in range(6):
            answer = await hook.send_dict(body)
            assert (answer.status_code, answer.body) == (400, error)
        assert (await hook.send(text="x", response_type="in_channel")).status_code == 200
        assert (await hook.send(delete_original=True)).status_code == 200
        assert [said.delete_original for said in slack.responded] == [False, True]

    run(scenario)


def test_a_response_url_takes_a_form_and_can_be_told_to_fail() -> None:
    """A form carries the message as JSON in its field `payload`."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        slack.fail("respond", kind=RateLimited())
        url = slack.response_url()
        assert (await AsyncWebhookClient(url).send(text="x")).status_code == 429
        async with aiohttp.request("POST", url, data={"payload": '{"text": "x", "blocks": []}'}) as answer:
            assert answer.status == 200
        async with aiohttp.request("POST", url, data={"payload": "{"}) as answer:
            assert (answer.status, await answer.text()) == (400, "invalid_payload")
        assert [said.text for said in slack.responded] == ["x"]

    run(scenario)


# Socket Mode


Listener = Callable[[SlackStandIn, AsyncApp], Awaitable[None]]


def over_socket(scenario: Listener, *, listen: Callable[[AsyncApp], None] = lambda _app: None) -> None:
    """Plays a scenario against a bolt app that `listen` has prepared and Slack's own Socket Mode client connected."""

    async def play(slack: SlackStandIn, client: AsyncWebClient) -> None:
        quiet = logging.getLogger("tests.quiet")
        quiet.setLevel(logging.CRITICAL)
        app = AsyncApp(client=client, signing_secret=SECRET, logger=quiet)
        listen(app)
        handler = AsyncSocketModeHandler(app, slack.app_token, logger=quiet, ping_interval=0.1)
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call]
            await slack.socket.connected()
            await scenario(slack, app)
        finally:
            await handler.close_async()  # type: ignore[no-untyped-call]

    run(play)


def test_an_event_over_the_socket_is_acknowledged_and_answered() -> None:
    """Bolt's acknowledgement is kept with the time it took, and its reply posted."""

    async def reply(say: AsyncSay, event: Json) -> None:
        await say(text=f"You said: {event['text']}")

    async def scenario(slack: SlackStandIn, _app: AsyncApp) -> None:
        sent = await slack.socket.send("events_api", message_im("notice & periods"))
        acknowledged = await slack.socket.acknowledged(sent)
        posted = await slack.until(lambda: slack.posted)
        assert (acknowledged.payload, posted[0].text) == (None, "You said: notice &amp; periods")
        assert 0 < acknowledged.after < 3
        assert slack.refused == []

    over_socket(scenario, listen=lambda app: app.event("message")(reply) and None)


def test_a_command_over_the_socket_may_be_answered_in_its_acknowledgement() -> None:
    """Slack takes an answer there for commands, and not for events."""

    async def command(ack: AsyncAck) -> None:
        await ack(text="At once")

    async def scenario(slack: SlackStandIn, _app: AsyncApp) -> None:
        sent = await slack.socket.send("slash_commands", slash_command("/compact", "help", slack.origin()))
        assert (await slack.socket.acknowledged(sent)).payload == {"text": "At once"}

    over_socket(scenario, listen=lambda app: app.command("/compact")(command) and None)


def test_a_retry_carries_its_number_to_the_app() -> None:
    """Bolt shows it to listeners as the header that HTTP retries have."""
    seen: list[Any] = []

    async def look(request: AsyncBoltRequest, say: AsyncSay) -> None:
        seen.append((request.headers["x-slack-retry-num"], request.headers["x-slack-retry-reason"]))
        await say("Seen")

    async def scenario(slack: SlackStandIn, _app: AsyncApp) -> None:
        sent = await slack.socket.send("events_api", app_mention("hello"), retry_attempt=2)
        await slack.socket.acknowledged(sent)
        await slack.until(lambda: slack.posted)
        assert seen == [(["2"], ["timeout"])]

    over_socket(scenario, listen=lambda app: app.event("app_mention")(look) and None)


@pytest.mark.parametrize("how", ["asked", "closed", "cut"])
def test_the_app_connects_again_when_it_is_asked_closed_or_cut_off(how: str) -> None:
    """And what is sent then arrives over the new connection."""

    async def ignore() -> None: ...

    async def scenario(slack: SlackStandIn, _app: AsyncApp) -> None:
        match how:
            case "asked":
                await slack.socket.disconnect()
            case "closed":
                await slack.socket.close()
            case _:
                slack.socket.drop()
                assert slack.socket.open == 0
        await slack.socket.connected(times=2)
        assert len({connection.ticket for connection in slack.socket.connections}) == 2
        sent = await slack.socket.send("events_api", app_mention("still there?"))
        await slack.socket.acknowledged(sent)

    over_socket(scenario, listen=lambda app: app.event("app_mention")(ignore) and None)


def test_an_unacknowledged_envelope_is_waited_for_in_vain() -> None:
    """An app that answers nothing is seen to."""

    async def scenario(slack: SlackStandIn, _app: AsyncApp) -> None:
        sent = await slack.socket.send("slash_commands", slash_command("/unknown"))
        with pytest.raises(TimeoutError):
            await slack.socket.acknowledged(sent, within=0.1)

    over_socket(scenario)


async def raw_line(slack: SlackStandIn, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
    """A connection without Slack's client, after its greeting."""
    client = AsyncWebClient(base_url=slack.url)
    address = (await client.apps_connections_open(app_token=slack.app_token))["url"]
    line = await session.ws_connect(address)
    greeting = await line.receive_json()
    assert (greeting["type"], greeting["num_connections"]) == ("hello", 1)
    return line


def test_a_wrong_acknowledgement_is_refused() -> None:
    """One of nothing, a second one, one with an answer where none is taken, and answers with bad blocks or views."""
    answers: list[tuple[str, Json]] = [
        ("unexpected_response_payload", {"text": "x"}),
        ("invalid_blocks", {"blocks": [{"type": "bogus"}]}),
        ("invalid_arguments", {"response_action": "update", "view": HOME}),
        ("invalid_arguments", {"response_action": "update", "view": "V1"}),
    ]

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        async with aiohttp.ClientSession() as session:
            line = await raw_line(slack, session)
            sent = [
                await slack.socket.send("events_api", message_im("x")),
                await slack.socket.send("slash_commands", slash_command("/compact")),
                await slack.socket.send("interactive", {"type": "view_submission"}),
                await slack.socket.send("interactive", {"type": "view_submission"}),
            ]
            for identifier, (_, payload) in zip(sent, answers, strict=True):
                await line.send_json({"envelope_id": identifier, "payload": payload})
            for text in ("nonsense", "[]", '{"envelope_id": "unknown"}'):
                await line.send_str(text)
            await line.send_json({"envelope_id": sent[0]})
            await line.send_json({"envelope_id": sent[0]})
            await slack.until(lambda: len(slack.refused) == 8)
            expected = [error for error, _ in answers] + ["unknown_envelope"] * 3 + ["acknowledged_twice"]
            assert [found.error for found in slack.refused] == expected
            assert list(slack.socket.acknowledgements) == sent[:1]
            await line.close()

    run(scenario)


def test_an_address_is_good_for_one_connection() -> None:
    """A second one with the same ticket is turned away."""

    async def scenario(slack: SlackStandIn, _client: AsyncWebClient) -> None:
        async with aiohttp.ClientSession() as session:
            line = await raw_line(slack, session)
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(line._response.url)
            assert slack.socket.open == 1
            slack.socket.drop()
            assert (await line.receive()).type in {WSMsgType.CLOSED, WSMsgType.ERROR}

    run(scenario)


# What Slack sends


async def dispatched(payload: Json, listen: Callable[[AsyncApp], object], **how: Any) -> tuple[int, str]:
    """What a bolt app that `listen` has prepared answers to a payload over HTTP: its status and body."""
    async with SlackStandIn(no_bogus) as slack:
        client = AsyncWebClient(slack.bot_token, base_url=slack.url)
        app = AsyncApp(client=client, signing_secret=SECRET, process_before_response=True)
        listen(app)
        sent = sending(payload, SECRET, **how)
        request = AsyncBoltRequest(body=sent.body.decode(), headers=dict(sent.headers))
        answer = await app.async_dispatch(request)
        assert slack.refused == []
        return answer.status, answer.body


FULL_MODAL = {"id": "V1", "callback_id": "raise", **MODAL}
VALUES = {"what": {"said": {"type": "plain_text_input", "value": "They were late"}}}


@pytest.mark.parametrize(
    ("payload", "listen"),
    [
        (message_im("hello"), lambda app: app.event({"type": "message", "subtype": None})),
        (message_im("hello", ts="1700000000.000001", thread_ts="1700000000.000000"), lambda app: app.message("hello")),
        (app_mention("how much notice?"), lambda app: app.event("app_mention")),
        (app_home_opened("messages"), lambda app: app.event("app_home_opened")),
        (app_home_opened("home", view=HOME), lambda app: app.event("app_home_opened")),
        (message_changed("a", "b"), lambda app: app.event({"type": "message", "subtype": "message_changed"})),
        (message_deleted("a"), lambda app: app.event({"type": "message", "subtype": "message_deleted"})),
        (bot_message("beep"), lambda app: app.event({"type": "message", "subtype": "bot_message"})),
        (slash_command("/compact", "help"), lambda app: app.command("/compact")),
        (block_actions(button("more", "1")), lambda app: app.action("more")),
        (block_actions(select("which", "cpft"), message={"ts": "1.2"}), lambda app: app.action("which")),
        (view_actions(button("more"), FULL_MODAL), lambda app: app.action("more")),
        (view_submission(FULL_MODAL, VALUES), lambda app: app.view("raise")),
    ],
    ids=lambda value: str(value.get("event", value).get("type", "command")) if isinstance(value, dict) else "",
)
def test_bolt_recognises_each_payload(payload: Json, listen: Callable[[AsyncApp], Any]) -> None:
    """Signed and encoded as Slack does, it reaches the listener that is meant."""
    heard: list[Json] = []

    async def listener(ack: AsyncAck, body: Json) -> None:
        heard.append(body)
        await ack()

    status, _ = asyncio.run(dispatched(payload, lambda app: listen(app)(listener)))
    assert (status, heard) == (200, [payload])


def test_bolt_passes_over_the_bots_own_message() -> None:
    """Else the bot would answer itself for ever."""
    heard: list[Json] = []

    async def listener(body: Json) -> None:
        heard.append(body)

    status, _ = asyncio.run(dispatched(own_message("beep"), lambda app: app.event("message")(listener)))
    assert (status, heard) == (200, [])


def test_bolt_answers_the_question_whether_the_address_is_ours() -> None:
    """The challenge comes back."""
    status, body = asyncio.run(dispatched(url_verification("are you there"), lambda _app: None))
    assert (status, "are you there" in body) == (200, True)


def test_a_signature_of_six_minutes_ago_is_refused_by_bolt() -> None:
    """Time and secret decide, over the very bytes of the body."""
    status, _ = asyncio.run(dispatched(message_im("x"), lambda _app: None, at=1_700_000_000))
    assert status == 401
    headers = signed(b"body", SECRET)
    assert SignatureVerifier(SECRET).is_valid_request(b"body", headers)
    assert not SignatureVerifier(SECRET).is_valid_request(b"other", headers)
    assert not SignatureVerifier("other").is_valid_request(b"body", headers)


def test_a_retry_is_the_same_body_with_its_number() -> None:
    """The event keeps its id; every other event has one of its own."""
    payload = message_im("x")
    first, again = sending(payload, SECRET, at=1), sending(payload, SECRET, at=1, retry=Retry(1))
    assert first.body == again.body
    assert again.headers == first.headers | {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert message_im("x")["event_id"] != payload["event_id"]
    assert event_callback({"type": "app_uninstalled"}, event_id="Ev1")["event_id"] == "Ev1"


def test_typed_text_arrives_escaped() -> None:
    """As Slack sends it; what was typed stands unescaped in the rich text beside it."""
    event = message_im("<b> & c")["event"]
    assert event["text"] == "&lt;b&gt; &amp; c"
    assert event["blocks"][0]["elements"][0]["elements"][0]["text"] == "<b> & c"
    assert app_mention("a > b")["event"]["text"] == f"<@{BOT_USER}> a &gt; b"


def test_a_submission_names_blocks_that_the_modal_has() -> None:
    """A value for another block is a mistake of the test."""
    with pytest.raises(ValueError, match="where"):
        view_submission(FULL_MODAL, {"where": {}})
    assert view_submission(FULL_MODAL, VALUES)["view"]["state"]["values"] == VALUES
    assert "state" not in FULL_MODAL


def test_an_origin_has_handles_that_work() -> None:
    """Its trigger opens a modal and its response URL takes a message; a made-up one does not."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        origin = slack.origin(LEAD, LEADS)
        assert (origin.user, origin.channel) == (LEAD, LEADS)
        payload = slash_command("/compact", "", origin)
        await client.views_open(trigger_id=payload["trigger_id"], view=MODAL)
        assert (await AsyncWebhookClient(payload["response_url"]).send(text="x")).status_code == 200
        unknown = {"trigger_id": Origin().trigger_id, "view": MODAL}
        assert await refusal(client, "views.open", unknown) == "invalid_trigger_id"

    run(scenario)
