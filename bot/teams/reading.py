"""What Teams sends, read as messages. Pure: activities in, messages out; whatever is not for us is None."""

import hashlib
import html
import re
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from bot.teams.payload import Pressed, pressed
from bot.teams.port import Activity, Reference
from handlers.conversation import Conversation, Message, Person, Platform, Room

# What may have to be answered. All else (edits, deletions, reactions, typing, calls of pages) is told that it came.
_KEPT = frozenset({"message", "conversationUpdate", "installationUpdate"})
# Between the ids of a channel and of the message that began a thread in it.
THREAD = ";messageid="
_TAG = re.compile(r"</?(?:at|attachment)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """Where something was said: `here` is that very conversation; `room` None where only the person and we are.

    `threaded`: a channel, where an answer stands under what it answers.
    """

    here: Reference
    person: Person
    room: Room | None
    threaded: bool


@dataclass(frozen=True)
class Asked:
    """A message with where it was said, and the card's message that a button was pressed in, if one was.

    `old`: a button was pressed that nobody can read any more, so that there is no telling what was said.
    """

    message: Message
    place: Place
    pressed: Pressed | None = None
    card: str = ""
    old: bool = False


class Change(Enum):
    """What became of us in a conversation."""

    ADDED = "added"
    REMOVED = "removed"


def is_activity(value: Any) -> bool:
    """Whether a JSON value has what every activity of Teams has, each in its own form."""
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    ids = [_id(value.get(name)) for name in ("conversation", "from", "recipient")]
    return all(ids) and all(isinstance(value.get(name) or "", str) for name in ("id", "text", "replyToId"))


def is_kept(activity: Activity) -> bool:
    """Whether an activity may have to be answered."""
    return activity["type"] in _KEPT


def key(activity: Activity) -> str:
    """The same for the same activity when Teams sends it again, and for no other. Tells nothing of what it holds."""
    told = (activity["conversation"]["id"], activity["type"], activity.get("id") or activity.get("timestamp") or "")
    return hashlib.sha256("\n".join(map(str, told)).encode("utf-8", "replace")).hexdigest()


def place(activity: Activity) -> Place:
    """Where an activity comes from."""
    conversation = activity["conversation"]
    tenant = _tenant(activity)
    here = Reference(activity["serviceUrl"], conversation["id"], tenant, activity["recipient"]["id"])
    channel, _, thread = conversation["id"].partition(THREAD)
    personal = conversation.get("conversationType") == "personal"
    room = None if personal else Room(Platform.TEAMS, tenant, channel, thread)
    person = Person(Platform.TEAMS, tenant, activity["from"]["id"])
    return Place(here, person, room, conversation.get("conversationType") == "channel")


def asked(activity: Activity) -> Asked | None:
    """The message that an activity amounts to, typed or pressed; None for what bots say, and what is not said to us."""
    if activity["type"] != "message" or _is_a_bot(activity):
        return None
    where, value = place(activity), activity.get("value")
    if value and not _text(activity):
        press = pressed(value)
        said = _message(activity, where, press.says if press else "")
        if press is None:
            return Asked(said, where, old=True)
        return Asked(replace(said, filled=press.filled), where, press, activity.get("replyToId") or "")
    if where.room and not _mentions(activity):
        return None
    return Asked(_message(activity, where, plain(activity)), where)


def change(activity: Activity) -> Change | None:
    """Whether we were added to a conversation or removed from it, by an activity that tells of such."""
    us = activity["recipient"]["id"]
    match activity["type"]:
        case "installationUpdate":
            action = str(activity.get("action", ""))
            return Change.ADDED if action.startswith("add") else Change.REMOVED
        case "conversationUpdate" if us in _ids(activity.get("membersAdded")):
            return Change.ADDED
        case "conversationUpdate" if us in _ids(activity.get("membersRemoved")):
            return Change.REMOVED
        case _:
            return None


def plain(activity: Activity) -> str:
    """What a person wrote, as they see it: without the mention of us, others by their names, entities resolved."""
    text = _text(activity)
    for each in _mentions(activity):
        text = text.replace(each, " ")
    return html.unescape(_TAG.sub("", text)).replace("\xa0", " ").strip()


def _text(activity: Activity) -> str:
    return activity.get("text") or ""


def _mentions(activity: Activity) -> list[str]:
    """How the text mentions us, each as it stands there."""
    entities = activity.get("entities")
    us = activity["recipient"]["id"]
    mentions = [each for each in entities if isinstance(each, dict)] if isinstance(entities, list) else []
    ours = [each for each in mentions if each.get("type") == "mention" and _id(each.get("mentioned")) == us]
    return [str(each["text"]) for each in ours if each.get("text")]


def _message(activity: Activity, where: Place, text: str) -> Message:
    conversation = Conversation(Platform.TEAMS, where.person.tenant, where.here.conversation, where.person.user)
    name = activity["from"].get("name")
    return Message(
        conversation,
        text,
        private=where.room is None,
        room=where.room,
        name=name if isinstance(name, str) else "",
        id=key(activity),
    )


def _is_a_bot(activity: Activity) -> bool:
    sender = activity["from"]
    ours = sender["id"] == activity["recipient"]["id"]
    return bool(ours or sender.get("role") == "bot" or sender["id"].startswith("28:"))


def _tenant(activity: Activity) -> str:
    data = activity.get("channelData")
    told = _id(data.get("tenant")) if isinstance(data, dict) else ""
    return told or str(activity["conversation"].get("tenantId") or "")


def _ids(members: Any) -> list[str]:
    return [_id(each) for each in members] if isinstance(members, list) else []


def _id(value: Any) -> str:
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""
