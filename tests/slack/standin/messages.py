"""The methods for messages, conversations and people."""

import re
import time
from base64 import b64encode
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from tests.slack.requests import APP, BOT, BOT_USER, TEAM, Json, dm
from tests.slack.standin.arguments import (
    channel_in,
    content_in,
    flag,
    metadata_in,
    open_channel_in,
    string,
    thread_in,
    user_named,
)
from tests.slack.standin.things import Channel, Deleted, Ephemeral, Posted, RefusedError, Updated

if TYPE_CHECKING:
    from tests.slack.standin.server import SlackStandIn


def auth_test(_slack: "SlackStandIn", _arguments: Json) -> Json:
    return {
        "url": "https://trust.slack.com/",
        "team": "Trust",
        "user": "compactbot",
        "team_id": TEAM,
        "user_id": BOT_USER,
        "bot_id": BOT,
        "is_enterprise_install": False,
    }


def post_message(slack: "SlackStandIn", arguments: Json) -> Json:
    # A user's id is taken for the direct message channel with them.
    named = string(arguments, "channel")
    channel = open_channel_in(slack, {"channel": dm(named) if named in slack.users else named})
    content, metadata, thread = content_in(slack, arguments), metadata_in(arguments), thread_in(arguments)
    message: Json = {"user": BOT_USER, "bot_id": BOT, "app_id": APP, "text": content.text}
    message |= {"blocks": list(content.blocks)} if content.blocks else {}
    message |= {"metadata": metadata} if metadata else {}
    message |= {"subtype": "thread_broadcast"} if thread and flag(arguments, "reply_broadcast") else {}
    ts = slack.enter(channel.id, message, thread)
    slack.keep(slack.posted, Posted(channel.id, ts, content.text, content.blocks, thread, metadata or None))
    return {"channel": channel.id, "ts": ts, "message": slack.history[channel.id][ts]}


def post_ephemeral(slack: "SlackStandIn", arguments: Json) -> Json:
    channel, content, thread = open_channel_in(slack, arguments), content_in(slack, arguments), thread_in(arguments)
    user = string(arguments, "user")
    if user not in channel.members:
        raise RefusedError("user_not_in_channel")
    slack.keep(slack.ephemeral, Ephemeral(channel.id, user, content.text, content.blocks, thread))
    return {"message_ts": f"{int(time.time())}.{slack.number():06d}"}


def _own_message(slack: "SlackStandIn", arguments: Json, refusal: str) -> tuple[Channel, Json]:
    channel = open_channel_in(slack, arguments)
    message = slack.history[channel.id].get(string(arguments, "ts"))
    if message is None:
        raise RefusedError("message_not_found")
    if message.get("bot_id") != BOT:
        raise RefusedError(refusal)
    return channel, message


def update(slack: "SlackStandIn", arguments: Json) -> Json:
    channel, message = _own_message(slack, arguments, "cant_update_message")
    content, metadata = content_in(slack, arguments), metadata_in(arguments)
    # Blocks and metadata stay as they are unless given; given empty, they go.
    changes: Json = {"text": content.text, "edited": {"user": BOT_USER, "ts": message["ts"]}}
    changes |= {"blocks": list(content.blocks)} if "blocks" in arguments else {}
    changes |= {"metadata": metadata} if metadata is not None else {}
    message.update(changes)
    blocks, kept = tuple(message.get("blocks", ())), message.get("metadata") or None
    slack.keep(slack.updated, Updated(channel.id, message["ts"], content.text, blocks, kept))
    return {"channel": channel.id, "ts": message["ts"], "text": content.text, "message": message}


def delete(slack: "SlackStandIn", arguments: Json) -> Json:
    channel, message = _own_message(slack, arguments, "cant_delete_message")
    del slack.history[channel.id][message["ts"]]
    slack.keep(slack.deleted, Deleted(channel.id, message["ts"]))
    return {"channel": channel.id, "ts": message["ts"]}


def open_conversation(slack: "SlackStandIn", arguments: Json) -> Json:
    users = string(arguments, "users")
    channel = channel_in(slack, arguments) if "channel" in arguments else _conversation_with(slack, users)
    whole = {"is_im": True, "user": channel.members[0]} if flag(arguments, "return_im") else {}
    return {"no_op": True, "already_open": True, "channel": {"id": channel.id} | whole}


def _conversation_with(slack: "SlackStandIn", users: str) -> Channel:
    if not users:
        raise RefusedError("users_list_not_supplied")
    members = sorted(users.split(","))
    if BOT_USER in members:
        raise RefusedError("cannot_dm_bot")
    for user in members:
        user_named(slack, user)
    if len(members) > 1 and "mpim:write" not in slack.scopes:
        raise RefusedError("missing_scope", "mpim:write")
    together = dm(members[0]) if len(members) == 1 else "G" + "".join(user[1:] for user in members)
    kind: Literal["im", "mpim"] = "im" if len(members) == 1 else "mpim"
    return slack.channels.setdefault(together, Channel(together, "", kind, tuple(members)))


def conversation_history(slack: "SlackStandIn", arguments: Json) -> Json:
    channel = open_channel_in(slack, arguments)
    messages = slack.history[channel.id].values()
    top = [message for message in messages if "thread_ts" not in message or message.get("subtype")]
    return _page(slack, channel, top[::-1], arguments)


def conversation_replies(slack: "SlackStandIn", arguments: Json) -> Json:
    channel = open_channel_in(slack, arguments)
    parent = string(arguments, "ts")
    if parent not in slack.history[channel.id]:
        raise RefusedError("thread_not_found")
    messages = slack.history[channel.id].values()
    return _page(slack, channel, [m for m in messages if parent in {m["ts"], m.get("thread_ts")}], arguments)


def _page(slack: "SlackStandIn", channel: Channel, messages: list[Json], arguments: Json) -> Json:
    wanted = [message for message in messages if _within(message["ts"], arguments)]
    start = _resumed(wanted, string(arguments, "cursor"))
    end = start + _limit(arguments)
    with_metadata = flag(arguments, "include_all_metadata")
    shown = [_shown(slack, channel, message, with_metadata=with_metadata) for message in wanted[start:end]]
    if end >= len(wanted):
        return {"messages": shown, "has_more": False}
    cursor = b64encode(f"next_ts:{wanted[end]['ts']}".encode()).decode()
    return {"messages": shown, "has_more": True, "response_metadata": {"next_cursor": cursor}}


def _within(ts: str, arguments: Json) -> bool:
    oldest, latest = _bound(arguments, "oldest", "0"), _bound(arguments, "latest", "Infinity")
    return oldest < Decimal(ts) < latest or (flag(arguments, "inclusive") and Decimal(ts) in {oldest, latest})


def _bound(arguments: Json, name: str, default: str) -> Decimal:
    try:
        return Decimal(string(arguments, name) or default)
    except InvalidOperation as error:
        raise RefusedError(f"invalid_ts_{name}") from error


def _limit(arguments: Json) -> int:
    limit = str(arguments.get("limit", 100))
    if not re.fullmatch(r"[1-9]\d{0,2}", limit):
        raise RefusedError("invalid_limit", limit)
    return int(limit)


def _resumed(messages: list[Json], cursor: str) -> int:
    if not cursor:
        return 0
    starts = [b64encode(f"next_ts:{message['ts']}".encode()).decode() for message in messages]
    if cursor not in starts:
        raise RefusedError("invalid_cursor")
    return starts.index(cursor)


def _shown(slack: "SlackStandIn", channel: Channel, message: Json, *, with_metadata: bool) -> Json:
    replies = [m for m in slack.history[channel.id].values() if m.get("thread_ts") == message["ts"] != m["ts"]]
    shown = {name: value for name, value in message.items() if with_metadata or name != "metadata"}
    if not replies:
        return shown
    return shown | {"thread_ts": message["ts"], "reply_count": len(replies), "latest_reply": replies[-1]["ts"]}
