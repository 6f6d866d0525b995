"""What the tests send is what Slack sends, as Bolt reads it."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.slack.requests import (
    BOT_USER,
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
    SlackStandIn,
)
from tests.slack.standin_play import (
    HOME,
    MODAL,
    SECRET,
    no_bogus,
    refusal,
    run,
)


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
