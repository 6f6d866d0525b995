"""The stand-in of Slack fails when it is told to, and its response URLs take what Slack's do."""

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.requests import (
    GENERAL,
    Json,
)
from tests.slack.standin import (
    Cut,
    Failure,
    NotOk,
    RateLimited,
    ServerError,
    SlackStandIn,
    Timeout,
)
from tests.slack.standin_play import (
    refusal,
    run,
)


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
