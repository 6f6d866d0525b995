"""The stand-in of Slack keeps messages and conversations as Slack does."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import SectionBlock
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.requests import (
    ASKER,
    GENERAL,
    LEAD,
    Json,
    dm,
)
from tests.slack.standin import (
    Posted,
    SlackStandIn,
    Updated,
)
from tests.slack.standin_play import METADATA, SECTION, run


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
    """One gives their direct message channel, several a channel of their own, for which more has to be granted."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        alone = await client.conversations_open(users=ASKER, return_im=True)
        assert alone["channel"] == {"id": dm(ASKER), "is_im": True, "user": ASKER}
        with pytest.raises(SlackApiError, match="missing_scope"):
            await client.conversations_open(users=[ASKER, LEAD])
        slack.scopes += ("mpim:write",)
        together = await client.conversations_open(users=[ASKER, LEAD])
        again = await client.conversations_open(channel=together["channel"]["id"])
        assert again["channel"] == together["channel"] != alone["channel"]

    run(scenario)
