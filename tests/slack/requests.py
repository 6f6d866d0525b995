"""What Slack sends to an app: the ids of a small workspace, builders of payloads, and their form over HTTP, signed.

A builder gives the payload as data. `sending` makes the HTTP request of it; Socket Mode sends the same payload in an
envelope. Text is given as the user typed it and escaped on its way, as Slack does.
"""

import json
import time
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

Json = dict[str, Any]

TEAM = "T0TRUST"
APP = "A0COMPACT"
BOT = "B0COMPACT"
BOT_USER = "U0COMPACT"
ASKER = "U0ASKER"
LEAD = "U0LEAD"
GENERAL = "C0GENERAL"
LEADS = "C0LEADS"

_events = count(1)
_moments = count(1)


def dm(user: str) -> str:
    """The id of the direct message channel between a user and the bot."""
    return "D" + user[1:]


def escaped(text: str) -> str:
    """Typed text as Slack passes it on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def moment() -> str:
    """A Slack timestamp of now; no two are the same."""
    return f"{int(time.time())}.{next(_moments):06d}"


@dataclass(frozen=True)
class Origin:
    """Who acts, where, and the handles Slack gives with the act; those of `SlackStandIn.origin` work, these do not."""

    user: str = ASKER
    channel: str = dm(ASKER)
    trigger_id: str = "1.2.unknown"
    response_url: str = "http://127.0.0.1:9/respond/unknown"


@dataclass(frozen=True)
class Retry:
    """Slack sends the same request again, for the `number`th time."""

    number: int
    reason: str = "http_timeout"


@dataclass(frozen=True)
class Sent:
    """An HTTP request as it leaves Slack."""

    body: bytes
    headers: dict[str, str]


def signed(body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    """The headers that sign a body, at a time in seconds since 1970 (now, if none is given)."""
    timestamp = str(int(time.time()) if at is None else at)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}


def sending(payload: Json, secret: str, *, at: int | None = None, retry: Retry | None = None) -> Sent:
    """A payload as the signed HTTP request it comes in: JSON for events, a form for commands and interactions."""
    body, content_type = _encoded(payload)
    headers = {"Content-Type": content_type} | signed(body, secret, at)
    if retry is not None:
        headers |= {"X-Slack-Retry-Num": str(retry.number), "X-Slack-Retry-Reason": retry.reason}
    return Sent(body, headers)


def _encoded(payload: Json) -> tuple[bytes, str]:
    if payload.get("type") in {"event_callback", "url_verification"}:
        return json.dumps(payload).encode(), "application/json"
    form = payload if "command" in payload else {"payload": json.dumps(payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def url_verification(challenge: str) -> Json:
    """Slack's question whether an address is ours."""
    return {"token": "verification", "challenge": challenge, "type": "url_verification"}


def event_callback(event: Json, *, event_id: str | None = None) -> Json:
    """An event in its wrapper; without an `event_id` it gets one of its own."""
    event = {"event_ts": moment()} | event
    return {
        "token": "verification",
        "team_id": TEAM,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(_events):08d}",
        "event_time": int(event["event_ts"].partition(".")[0]),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"1-{event['type']}-{TEAM}",
    }


def message_im(text: str, *, user: str = ASKER, ts: str | None = None, thread_ts: str | None = None) -> Json:
    """A user writes to the bot in private (`message.im`)."""
    message = _message(escaped(text), dm(user), ts, thread_ts)
    return event_callback(message | {"channel_type": "im"} | _typed(user, [{"type": "text", "text": text}]))


def app_mention(
    text: str, *, user: str = ASKER, channel: str = GENERAL, ts: str | None = None, thread_ts: str | None = None
) -> Json:
    """A user mentions the bot in a channel; `text` is what follows the mention."""
    said = [{"type": "user", "user_id": BOT_USER}, {"type": "text", "text": f" {text}"}]
    message = _message(f"<@{BOT_USER}> {escaped(text)}", channel, ts, thread_ts) | _typed(user, said)
    return event_callback(message | {"type": "app_mention"})


def app_home_opened(tab: Literal["home", "messages"] = "home", *, user: str = ASKER, view: Json | None = None) -> Json:
    """A user opens the app; Slack adds the `view` once one has been published."""
    event: Json = {"type": "app_home_opened", "user": user, "channel": dm(user), "tab": tab}
    return event_callback(event if view is None else event | {"view": view})


def message_changed(before: str, after: str, *, user: str = ASKER, ts: str | None = None) -> Json:
    """A user edits a message to the bot."""
    was = {"type": "message", "user": user, "text": escaped(before), "ts": ts or moment()}
    now = was | {"text": escaped(after), "edited": {"user": user, "ts": moment()}}
    return _hidden(dm(user), {"subtype": "message_changed", "message": now, "previous_message": was})


def message_deleted(text: str, *, user: str = ASKER, ts: str | None = None) -> Json:
    """A user deletes a message to the bot."""
    was = {"type": "message", "user": user, "text": escaped(text), "ts": ts or moment()}
    return _hidden(dm(user), {"subtype": "message_deleted", "deleted_ts": was["ts"], "previous_message": was})


def bot_message(text: str, *, channel: str = GENERAL) -> Json:
    """Another app's bot writes, in the form that carries a subtype."""
    message = _message(escaped(text), channel, None, None)
    return event_callback(message | {"subtype": "bot_message", "bot_id": "B0OTHER", "username": "other"})


def own_message(text: str, *, channel: str = dm(ASKER)) -> Json:
    """What the bot itself wrote comes back as an event; it carries no subtype."""
    message = _message(escaped(text), channel, None, None)
    return event_callback(message | {"user": BOT_USER, "bot_id": BOT, "app_id": APP})


def _message(text: str, channel: str, ts: str | None, thread_ts: str | None) -> Json:
    at = ts or moment()
    kind = "im" if channel.startswith("D") else "channel"
    message = {"type": "message", "text": text, "channel": channel, "channel_type": kind, "ts": at, "event_ts": at}
    return message if thread_ts is None else message | {"thread_ts": thread_ts}


def _typed(user: str, said: list[Json]) -> Json:
    section = {"type": "rich_text_section", "elements": said}
    blocks = [{"type": "rich_text", "block_id": "typed", "elements": [section]}]
    return {"user": user, "team": TEAM, "client_msg_id": f"typed-{next(_moments)}", "blocks": blocks}


def _hidden(channel: str, more: Json) -> Json:
    at = moment()
    message = {"type": "message", "hidden": True, "channel": channel, "channel_type": "im", "ts": at, "event_ts": at}
    return event_callback(message | more)


def slash_command(command: str, text: str = "", origin: Origin = Origin()) -> Json:
    """A user gives a slash command."""
    return {
        "token": "verification",
        "team_id": TEAM,
        "team_domain": "trust",
        "channel_id": origin.channel,
        "channel_name": "directmessage" if origin.channel.startswith("D") else "general",
        "user_id": origin.user,
        "user_name": origin.user.lower(),
        "command": command,
        "text": escaped(text),
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": origin.response_url,
        "trigger_id": origin.trigger_id,
    }


def button(action_id: str, value: str | None = None, *, block_id: str = "actions", label: str = "Press") -> Json:
    """A button pressed, for `block_actions`."""
    text = {"type": "plain_text", "text": label, "emoji": True}
    pressed = {"type": "button", "action_id": action_id, "block_id": block_id, "text": text, "action_ts": moment()}
    return pressed if value is None else pressed | {"value": value}


def select(action_id: str, value: str, *, block_id: str = "actions", label: str = "Chosen") -> Json:
    """An option chosen from a static select, for `block_actions`."""
    option = {"text": {"type": "plain_text", "text": label, "emoji": True}, "value": value}
    chosen = {"type": "static_select", "action_id": action_id, "block_id": block_id, "action_ts": moment()}
    return chosen | {"selected_option": option}


def block_actions(action: Json, origin: Origin = Origin(), *, message: Json | None = None) -> Json:
    """A user acts on a message of the bot; `message` is that message, with at least its `ts`."""
    shown = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": moment(), "text": ""} | (message or {})
    container = {
        "type": "message",
        "message_ts": shown["ts"],
        "channel_id": origin.channel,
        "is_ephemeral": False,
    }
    name = "directmessage" if origin.channel.startswith("D") else "general"
    return _interaction("block_actions", origin) | {
        "container": container,
        "channel": {"id": origin.channel, "name": name},
        "message": shown,
        "state": {"values": {}},
        "response_url": origin.response_url,
        "actions": [action],
    }


def view_actions(action: Json, view: Json, origin: Origin = Origin()) -> Json:
    """A user acts on a Home tab or modal, as Slack holds it (`SlackStandIn.views`); no response URL comes with it."""
    return _interaction("block_actions", origin) | {
        "container": {"type": "view", "view_id": view["id"]},
        "view": deepcopy(view),
        "actions": [action],
    }


def view_submission(view: Json, values: Mapping[str, Json], origin: Origin = Origin()) -> Json:
    """A user submits a modal, as Slack holds it (`SlackStandIn.views`).

    `values` gives each input block's `{action_id: state}`; a block that the modal has not is a mistake of the test.
    """
    inputs = {block.get("block_id") for block in view["blocks"]}
    unknown = sorted(values.keys() - inputs)
    if unknown:
        raise ValueError(f"the modal has no block {', '.join(unknown)}")
    submitted = deepcopy(view) | {"state": {"values": deepcopy(dict(values))}}
    return _interaction("view_submission", origin) | {"view": submitted, "response_urls": []}


def global_shortcut(callback_id: str, origin: Origin = Origin()) -> Json:
    """A user takes a shortcut of ours in Slack's own menu; no channel comes with it."""
    return _interaction("shortcut", origin) | {"callback_id": callback_id, "action_ts": moment()}


def message_shortcut(callback_id: str, text: str, origin: Origin = Origin()) -> Json:
    """A user takes a shortcut of ours on a message, which says `text`."""
    message = {"type": "message", "user": LEAD, "ts": moment(), "text": escaped(text)}
    return _interaction("message_action", origin) | {
        "callback_id": callback_id,
        "action_ts": moment(),
        "message_ts": message["ts"],
        "channel": {"id": origin.channel, "name": "general"},
        "message": message,
        "response_url": origin.response_url,
    }


def _interaction(kind: str, origin: Origin) -> Json:
    name = origin.user.lower()
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "trust"},
        "user": {"id": origin.user, "username": name, "name": name, "team_id": TEAM},
        "api_app_id": APP,
        "token": "verification",
        "trigger_id": origin.trigger_id,
        "enterprise": None,
        "is_enterprise_install": False,
    }
