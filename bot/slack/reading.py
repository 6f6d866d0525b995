"""What Slack sends, read as messages. Pure: payloads in, messages out; whatever is not for us is None."""

import html
import re
from dataclasses import dataclass
from typing import Any

from handlers.conversation import Conversation, Message, Platform

Payload = dict[str, Any]

SLACKBOT = "USLACKBOT"
# Every other subtype is a change to a message, a notice, or a bot's.
_NEW_MESSAGES = (None, "file_share", "thread_broadcast")
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^|>]*\|([^>]*)>")
_OTHER = re.compile(r"<[#!@]?(?:[^|>]*\|)?([^>]*)>")
_BRACKET = re.compile(r"[<>]")
# Not the ":30:" in 10:30:15.
_EMOJI = re.compile(r":(?=[^:]*[a-z+-])[a-z0-9_+'-]+:")


@dataclass(frozen=True)
class Asked:
    """A message with where its answer goes: a channel, and the thread in it, if any."""

    message: Message
    channel: str
    thread: str | None


def direct(body: Payload) -> Asked | None:
    """The message of a `message.im` event; None for edits, deletions, and what bots say."""
    event: Payload = body["event"]
    if not _from_a_person(event) or event.get("channel_type") != "im":
        return None
    thread = event.get("thread_ts")
    conversation = _conversation(body, event["channel"], event["user"])
    return Asked(Message(conversation, plain(event.get("text", "")), private=True), event["channel"], thread)


def mention(body: Payload) -> Asked | None:
    """The message of an `app_mention` event, to be answered in its thread; None for edits and what bots say."""
    event: Payload = body["event"]
    if not _from_a_person(event) or "edited" in event:
        return None
    thread = event.get("thread_ts") or event["ts"]
    conversation = _conversation(body, f"{event['channel']}:{thread}", event["user"])
    return Asked(Message(conversation, plain(event.get("text", "")), private=False), event["channel"], thread)


@dataclass(frozen=True)
class Place:
    """Where a pressed button stands: its channel and thread, if any.

    `ours`: only we and one person are there, so that the answer may be posted like any other.
    """

    channel: str
    thread: str | None
    ours: bool


def command(body: Payload) -> Message:
    """The message of a slash command: private, whatever the channel."""
    tenant = body.get("enterprise_id") or body["team_id"]
    conversation = Conversation(Platform.SLACK, tenant, f"command:{body['channel_id']}", body["user_id"])
    return Message(conversation, plain(body.get("text", "")), private=True)


def pressed(body: Payload) -> Message:
    """The message that a pressed button or a picked day amounts to."""
    action: Payload = body["actions"][0]
    user: Payload = body["user"]
    place = pressed_in(body)
    where = place.channel if place else body["view"]["type"]
    conversation = Conversation(Platform.SLACK, _tenant_of_press(body), where, user["id"])
    return Message(conversation, _said_by(action), private=True)


def pressed_in(body: Payload) -> Place | None:
    """Where a button was pressed; None for one in the Home tab or a modal."""
    channel = (body.get("channel") or {}).get("id")
    if not channel:
        return None
    container: Payload = body.get("container") or {}
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    # A message for one person's eyes can stand anywhere, between two other people too, where we may not post.
    ours = channel.startswith("D") and not container.get("is_ephemeral")
    return Place(channel, thread, ours)


def person(body: Payload) -> Conversation:
    """The person an event is about, in their direct conversation with us."""
    event: Payload = body["event"]
    return _conversation(body, event.get("channel", ""), event["user"])


def plain(text: str) -> str:
    """Slack's mark-up as a person sees it: links by their words, mentions and emoji codes left out, entities resolved."""
    text = _LINK.sub(r"\1", _MENTION.sub(" ", text))
    # What people type comes escaped: a bracket that is left is a piece of broken mark-up.
    text = html.unescape(_BRACKET.sub(" ", _OTHER.sub(r"\1", text)))
    return _EMOJI.sub(" ", text).strip()


def _said_by(action: Payload) -> str:
    if action.get("type") == "datepicker":
        says = str(action["action_id"]).partition(":")[2]
        return f"{says} {action.get('selected_date') or ''}".strip()
    return str(action.get("value", ""))


def _from_a_person(event: Payload) -> bool:
    by_a_person = bool(event.get("user")) and event["user"] != SLACKBOT and not event.get("bot_id")
    return by_a_person and event.get("subtype") in _NEW_MESSAGES


def _conversation(body: Payload, channel: str, user: str) -> Conversation:
    tenant = body.get("enterprise_id") or body.get("team_id") or ""
    return Conversation(Platform.SLACK, tenant, channel, user)


def _tenant_of_press(body: Payload) -> str:
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    return str(enterprise.get("id") or team.get("id") or body["user"].get("team_id", ""))
