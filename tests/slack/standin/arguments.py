"""The arguments of a call, read as strictly as Slack reads them, or stricter."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from aiohttp import web

from tests.slack.requests import Json
from tests.slack.standin.things import Call, Channel, Method, RefusedError, User

if TYPE_CHECKING:
    from tests.slack.standin.server import SlackStandIn

T = TypeVar("T")
CONTENT = ("text", "blocks", "attachments", "markdown_text")
UNFURLING = ("unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "metadata")
RESPONDING = ("payload", "response_type", "replace_original", "delete_original", "thread_ts")

TEXT_MOST = 40_000
MARKDOWN_MOST = 12_000
METADATA_BYTES_MOST = 8_000
FLAGS = ("as_user", "link_names", "unfurl_links", "unfurl_media", "mrkdwn", "reply_broadcast", "inclusive")


@dataclass(frozen=True)
class Content:
    text: str
    blocks: tuple[Json, ...]


async def received(request: web.Request, method: str) -> Call:
    body, as_json = await body_of(request)
    bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
    # Slack reads a token from a form or the query, and never from a JSON body.
    token = bearer or ("" if as_json else str(body.get("token", "")))
    arguments = {name: value for name, value in body.items() if name != "token"}
    return Call(method, token, arguments, as_json, time.monotonic())


async def body_of(request: web.Request) -> tuple[Json, bool]:
    query: Json = dict(request.query)
    if not request.can_read_body:
        return query, False
    match request.content_type:
        case "application/json":
            return query | await _json_body(request), True
        case "application/x-www-form-urlencoded" | "multipart/form-data":
            return query | dict(await request.post()), False
        case _:
            raise RefusedError("invalid_post_type", request.content_type)


async def _json_body(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError as error:
        raise RefusedError("invalid_json") from error
    if not isinstance(body, dict):
        raise RefusedError("json_not_object")
    return {name: value for name, value in body.items() if value is not None}


def checked(call: Call, method: Method) -> Json:
    if call.as_json and call.arguments and not method.reads_json:
        raise RefusedError("invalid_arguments", "this method reads no JSON body")
    check_names(call.arguments, (*method.required, *method.optional, "team_id"))
    missing = [name for name in method.required if call.arguments.get(name, "") == ""]
    if missing:
        raise RefusedError("invalid_arguments", *(f"[ERROR] missing required field: {name}" for name in missing))
    for name in FLAGS:
        flag(call.arguments, name)
    return call.arguments


def check_names(arguments: Json, known: Sequence[str]) -> None:
    unknown = sorted(arguments.keys() - set(known))
    if unknown:
        raise RefusedError("invalid_arguments", *(f"[ERROR] unknown argument: {name}" for name in unknown))


def string(arguments: Json, name: str) -> str:
    value = arguments.get(name, "")
    if not isinstance(value, str):
        raise RefusedError("invalid_arguments", f"[ERROR] must provide a string [json-pointer:/{name}]")
    return value


def flag(arguments: Json, name: str) -> bool:
    value = arguments.get(name, False)
    if value not in (True, False, "0", "1", "true", "false"):
        raise RefusedError("invalid_arguments", f"[ERROR] must provide a boolean [json-pointer:/{name}]")
    return value in (True, "1", "true")


def parsed(arguments: Json, name: str, kind: type[T], error: str) -> T | None:
    value = arguments.get(name)
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as malformed:
            raise RefusedError(error, f"{name} is not JSON") from malformed
    if value is not None and not isinstance(value, kind):
        raise RefusedError(error, f"{name} is not the right kind of JSON")
    return value


def thread_in(arguments: Json) -> str | None:
    thread = string(arguments, "thread_ts")
    if thread and not re.fullmatch(r"\d{10}\.\d{6}", thread):
        raise RefusedError("invalid_thread_ts", thread)
    return thread or None


def content_in(slack: "SlackStandIn", arguments: Json) -> Content:
    text, markdown = string(arguments, "text"), string(arguments, "markdown_text")
    blocks: list[Json] = parsed(arguments, "blocks", list, "invalid_blocks_format") or []
    if markdown and (text or blocks):
        raise RefusedError("markdown_text_conflict")
    if not (text or markdown or blocks or arguments.get("attachments")):
        raise RefusedError("no_text")
    if len(text) > TEXT_MOST or len(markdown) > MARKDOWN_MOST:
        raise RefusedError("msg_too_long")
    if not all(isinstance(block, dict) for block in blocks):
        raise RefusedError("invalid_blocks_format")
    if blocks:
        slack.check_blocks(blocks, "message")
    return Content(text or markdown, tuple(blocks))


def text_length(part: object) -> int:
    match part:
        case {"text": str(text), **others}:
            return len(text) + text_length(others)
        case dict():
            return sum(text_length(value) for value in part.values())
        case list() | tuple():
            return sum(text_length(value) for value in part)
        case _:
            return 0


def metadata_in(arguments: Json) -> Json | None:
    metadata = parsed(arguments, "metadata", dict, "invalid_metadata_format")
    if not metadata:
        return metadata
    if metadata.keys() != {"event_type", "event_payload"} or not isinstance(metadata["event_payload"], dict):
        raise RefusedError("invalid_metadata_format")
    if not re.fullmatch(r"\w+", str(metadata["event_type"])):
        raise RefusedError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES_MOST:
        raise RefusedError("metadata_too_large")
    return metadata


def channel_in(slack: "SlackStandIn", arguments: Json, name: str = "channel") -> Channel:
    channel = slack.channels.get(string(arguments, name))
    if channel is None or (channel.kind != "public" and not channel.bot_in):
        raise RefusedError("channel_not_found")
    return channel


def open_channel_in(slack: "SlackStandIn", arguments: Json) -> Channel:
    channel = channel_in(slack, arguments)
    if channel.archived:
        raise RefusedError("is_archived")
    if not channel.bot_in:
        raise RefusedError("not_in_channel")
    return channel


def user_named(slack: "SlackStandIn", user: str) -> User:
    if user not in slack.users:
        raise RefusedError("user_not_found")
    return slack.users[user]
