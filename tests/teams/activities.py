"""What Teams sends, as its documentation and its clients have it.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations
"""

from itertools import count
from typing import Any

Json = dict[str, Any]

APP_ID = "00000000-1111-2222-3333-444444444444"
BOT = f"28:{APP_ID}"
TENANT = "72f988bf-0000-41af-91ab-2d7cd011db47"
ASKER = "29:1asker"
ANOTHER = "29:1another"
NAMES = {ASKER: "Ada Adams", ANOTHER: "Bea Brown"}
CHANNEL = "19:general@thread.tacv2"
GROUP = "19:several@thread.v2"
MENTION = "<at>compactbot</at>"

_made = count(1_700_000_000_000)


def chat(user: str = ASKER) -> str:
    """The id of somebody's personal chat with the bot."""
    return f"a:{user.removeprefix('29:')}"


def thread(root: str = "1481567603816") -> str:
    """The id of a thread's conversation in the channel."""
    return f"{CHANNEL};messageid={root}"


def personal(text: str, user: str = ASKER, **more: Any) -> Json:
    """A message in somebody's personal chat."""
    return _message(text, user, {"conversationType": "personal", "id": chat(user)}, **more)


def in_channel(text: str, user: str = ASKER, root: str = "1481567603816", **more: Any) -> Json:
    """A message in a channel that mentions the bot."""
    where = {"conversationType": "channel", "isGroup": True, "id": thread(root)}
    return _message(f"{MENTION} {text}", user, where, **{"entities": [mention()]} | more)


def in_group(text: str, user: str = ASKER, **more: Any) -> Json:
    """A message in a group chat that mentions the bot."""
    where = {"conversationType": "groupChat", "isGroup": True, "id": GROUP}
    return _message(f"{MENTION}&nbsp;{text}", user, where, **{"entities": [mention()]} | more)


def mention(text: str = MENTION, mentioned: str = BOT) -> Json:
    """The entity that goes with a mention."""
    return {"type": "mention", "text": text, "mentioned": {"id": mentioned, "name": "compactbot"}}


def pressed(value: Any, card: str, where: Json, user: str = ASKER) -> Json:
    """A press of a button in the card of a message, in the same conversation as another activity."""
    conversation = where["conversation"]
    sent = _message("", user, conversation, value=value, replyToId=card)
    del sent["text"]
    return sent


def installed(where: Json, user: str = ASKER, action: str = "add") -> Json:
    """The bot is added to a conversation, or removed."""
    return _activity("installationUpdate", user, where, action=action)


def members(where: Json, user: str = ASKER, *, added: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> Json:
    """People, or the bot, come into a conversation or leave it."""
    changes = {"membersAdded": [{"id": each} for each in added], "membersRemoved": [{"id": each} for each in removed]}
    return _activity("conversationUpdate", user, where, **{name: each for name, each in changes.items() if each})


def alone(user: str = ASKER) -> Json:
    """The conversation of somebody's personal chat."""
    return {"conversationType": "personal", "id": chat(user)}


def the_channel() -> Json:
    """The conversation of the channel itself, in no thread."""
    return {"conversationType": "channel", "isGroup": True, "id": CHANNEL}


def other(kind: str, **more: Any) -> Json:
    """An activity of any type, in a personal chat."""
    return _activity(kind, ASKER, alone(), **more)


def _message(text: str, user: str, where: Json, **more: Any) -> Json:
    return _activity("message", user, where, text=text, textFormat="plain", **more)


def _activity(kind: str, user: str, where: Json, **more: Any) -> Json:
    made = {
        "type": kind,
        "id": str(next(_made)),
        "timestamp": "2026-11-20T10:00:00.000Z",
        "channelId": "msteams",
        "from": {"id": user, "name": NAMES.get(user, "Cy"), "aadObjectId": f"object of {user}"},
        "conversation": {"tenantId": TENANT, **where},
        "recipient": {"id": BOT, "name": "compactbot"},
        "channelData": {"tenant": {"id": TENANT}},
    }
    return made | more
