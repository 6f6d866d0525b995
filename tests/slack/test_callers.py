"""Who may call: nobody but Slack gets in."""

import io
import json
import logging
import time
from collections.abc import Callable

import pytest

from tests.slack.conftest import NOTICE, SECRET, Bot, Stage, shown
from tests.slack.requests import (
    message_im,
    sending,
    signed,
    slash_command,
    url_verification,
)
from tests.slack.standin import (
    NotOk,
)


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
