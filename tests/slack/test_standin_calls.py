"""The stand-in of Slack takes calls as Slack does: by whom, of what, and with which arguments."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.requests import (
    ASKER,
    BOT,
    BOT_USER,
    GENERAL,
    LEADS,
    Json,
    dm,
)
from tests.slack.standin import (
    SCOPES,
    Refusal,
    SlackStandIn,
)
from tests.slack.standin_play import (
    HOME,
    MODAL,
    SECTION,
    TITLE,
    refusal,
    refused_with,
    run,
)


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


@pytest.mark.parametrize(
    ("method", "arguments", "scope"),
    [
        ("chat.postMessage", {"channel": GENERAL, "text": "x"}, "chat:write"),
        ("conversations.history", {"channel": GENERAL}, "channels:history"),
        ("conversations.history", {"channel": LEADS}, "groups:history"),
        ("conversations.history", {"channel": dm(ASKER)}, "im:history"),
        ("conversations.open", {"users": ASKER}, "im:write"),
        ("assistant.threads.setStatus", {"channel_id": dm(ASKER), "thread_ts": "1.1"}, "assistant:write"),
    ],
)
def test_what_the_app_was_not_granted_is_refused(method: str, arguments: Json, scope: str) -> None:
    """The refusal names the scope."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        slack.scopes = tuple(each for each in SCOPES if each != scope)
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.api_call(method, http_verb="GET", params=arguments)
        assert slack.refused == [Refusal(method, "missing_scope", (scope,))]

    run(scenario)
