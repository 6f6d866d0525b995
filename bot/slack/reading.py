"""What Slack sends, read as messages. Pure: payloads in, messages out; whatever is not for us is None."""

import html
import re
from dataclasses import replace
from typing import Any

from bot.slack import modals
from bot.slack.rendering import ONCE
from handlers.conversation import Conversation, Filled, Message, Person, Platform, Room

Payload = dict[str, Any]

SLACKBOT = "USLACKBOT"
MESSAGE, MENTION, OPENED = "message", "app_mention", "app_home_opened"
# Every other subtype is a change to a message, a notice, or a bot's.
_NEW_MESSAGES = (None, "file_share", "thread_broadcast")
_MENTION = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<(?:https?://|mailto:|tel:)[^|>]*\|([^>]*)>")
_OTHER = re.compile(r"<[#!@]?(?:[^|>]*\|)?([^>]*)>")
_BRACKET = re.compile(r"[<>]")
# Not the ":30:" in 10:30:15.
_EMOJI = re.compile(r":(?=[^:]*[a-z+-])[a-z0-9_+'-]+:")


def is_for_us(body: Payload) -> bool:
    """Whether an event is one that we answer, so that it is to be kept: not an edit, or what bots say, ourselves too."""
    event: Payload = body["event"]
    kind = event.get("type")
    if kind == MESSAGE:
        return event.get("channel_type") == "im" and _from_a_person(event)
    if kind == MENTION:
        return "edited" not in event and _from_a_person(event)
    return bool(kind == OPENED)


def direct(body: Payload) -> Message:
    """The message of a `message.im` event."""
    event: Payload = body["event"]
    room = Room(Platform.SLACK, _tenant(body), event["channel"], event.get("thread_ts") or "", private=True)
    conversation = Conversation(Platform.SLACK, room.tenant, room.channel, event["user"])
    return Message(conversation, plain(event.get("text", "")), private=True, room=room, id=body["event_id"])


def mention(body: Payload) -> Message:
    """The message of an `app_mention` event, to be answered in its thread."""
    event: Payload = body["event"]
    room = Room(Platform.SLACK, _tenant(body), event["channel"], event.get("thread_ts") or event["ts"])
    conversation = Conversation(Platform.SLACK, room.tenant, f"{room.channel}:{room.thread}", event["user"])
    return Message(conversation, plain(event.get("text", "")), private=False, room=room, id=body["event_id"])


def person(body: Payload) -> Person:
    """The person an event is about."""
    return Person(Platform.SLACK, _tenant(body), body["event"]["user"])


def command(body: Payload) -> Message:
    """The message of a slash command: answered in private, whatever the channel."""
    room = Room(Platform.SLACK, _tenant(body), body["channel_id"])
    conversation = Conversation(Platform.SLACK, room.tenant, f"command:{room.channel}", body["user_id"])
    name = body.get("user_name", "")
    return Message(conversation, plain(body.get("text", "")), private=True, room=room, name=name)


def pressed(body: Payload) -> Message:
    """The message that a pressed button or a picked day amounts to.

    It has an id only in our own conversation with the person, where its answer may be posted like any other. In a page,
    the Home tab or a modal, it has no room.
    """
    room = _room_of_press(body)
    where = room.channel if room else body["view"]["type"]
    message = replace(_by(body, where, _said_by(body["actions"][0]), room), page=room is None)
    return replace(message, id=f"press:{body['trigger_id']}") if room and room.private else message


def spent(body: Payload) -> Payload | None:
    """The message under which a button was pressed that settles a matter, without the buttons that could still do so.

    As chat.update takes it; None for any other press, and where Slack does not show us the message.
    """
    pressed_in = str(body["actions"][0].get("block_id", ""))
    group = pressed_in.rpartition(":")[0] + ":"
    message: Payload = body.get("message") or {}
    kept = [block for block in message.get("blocks", ()) if not block.get("block_id", "").startswith(group)]
    if not (pressed_in.startswith(ONCE) and kept):
        return None
    return {"channel": body["channel"]["id"], "ts": message["ts"], "text": message["text"], "blocks": kept}


def shared(body: Payload) -> str:
    """What an answer that is to be shown to a channel is known by, however often its button is pressed."""
    container: Payload = body.get("container") or {}
    return f"share:{container.get('channel_id')}:{container.get('message_ts') or body['trigger_id']}"


def shortcut(body: Payload, says: str, channel: str | None) -> Message:
    """What a shortcut amounts to: that the person says it in our own conversation with them, with its channel if known.

    The text of a message that the shortcut was taken on comes along as filled into a field "story".
    """
    room = Room(Platform.SLACK, _tenant_of_press(body), channel, private=True) if channel else None
    about = plain((body.get("message") or {}).get("text", ""))
    message = _by(body, channel or "", says, room, (("story", (about,)),) if about else ())
    return replace(message, id=f"shortcut:{body['trigger_id']}")


def submitted(body: Payload) -> Message:
    """The message that a form which was sent amounts to. Raises ValueError for one of another version."""
    view: Payload = body["view"]
    origin = modals.origin_in(view.get("private_metadata", ""))
    tenant = _tenant_of_press(body)
    room = (
        Room(Platform.SLACK, tenant, origin.channel, origin.thread, private=origin.private) if origin.channel else None
    )
    message = _by(body, origin.channel or "modal", origin.says, room, modals.filled(view))
    return replace(message, id=f"form:{body['trigger_id']}") if origin.kept else message


def plain(text: str) -> str:
    """Slack's mark-up as a person sees it: links by their words, mentions and emoji codes left out, entities resolved."""
    text = _LINK.sub(r"\1", _MENTION.sub(" ", text))
    # What people type comes escaped: a bracket that is left is a piece of broken mark-up.
    text = html.unescape(_BRACKET.sub(" ", _OTHER.sub(r"\1", text)))
    return _EMOJI.sub(" ", text).strip()


def _by(body: Payload, where: str, says: str, room: Room | None, filled: Filled = ()) -> Message:
    """What whoever acts says, for their eyes alone."""
    user: Payload = body["user"]
    conversation = Conversation(Platform.SLACK, _tenant_of_press(body), where, user["id"])
    name = user.get("name") or user.get("username") or ""
    return Message(conversation, says, private=True, room=room, name=name, filled=filled)


def _room_of_press(body: Payload) -> Room | None:
    channel = (body.get("channel") or {}).get("id")
    if not channel:
        return None
    container: Payload = body.get("container") or {}
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts") or ""
    # A message for one person's eyes can stand anywhere, between two other people too, where we may not post.
    ours = channel.startswith("D") and not container.get("is_ephemeral")
    return Room(Platform.SLACK, _tenant_of_press(body), channel, thread, private=ours)


def _said_by(action: Payload) -> str:
    if action.get("type") == "datepicker":
        says = str(action["action_id"]).partition(":")[2]
        return f"{says} {action.get('selected_date') or ''}".strip()
    return str(action.get("value", ""))


def _from_a_person(event: Payload) -> bool:
    by_a_person = bool(event.get("user")) and event["user"] != SLACKBOT and not event.get("bot_id")
    return by_a_person and event.get("subtype") in _NEW_MESSAGES


def _tenant(body: Payload) -> str:
    return str(body.get("enterprise_id") or body.get("team_id") or "")


def _tenant_of_press(body: Payload) -> str:
    team, enterprise = body.get("team") or {}, body.get("enterprise") or {}
    return str(enterprise.get("id") or team.get("id") or body["user"].get("team_id", ""))
