"""The stand-in of Slack speaks Socket Mode with Slack's own client."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.requests import (
    Json,
    app_mention,
    message_im,
    slash_command,
)
from tests.slack.standin import (
    SlackStandIn,
)
from tests.slack.standin_play import HOME, SECRET, run

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
