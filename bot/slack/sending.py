"""Sends posts on Slack: each once, also where a process died before it could say that it had sent one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, assert_never

from bot.slack.calling import Slack
from bot.slack.rendering import SlackMessage, messages
from handlers.conversation import Person, Room
from handlers.posts import Address
from scheduler.delivery import Claimed, SendError

# What a message carries unseen, by which it is found again.
POST = "compactbot_post"
_KEY, _PART = "key", "part"
# How far our clock may have been ahead of Slack's when a post was first tried: also one that was set wrong for a while.
_CLOCKS_DIFFER_BY = timedelta(days=1)
_PAGE = 200
# A message that is gone, or that Slack does not let us change any more.
_CANNOT_BE_CHANGED = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})


@dataclass(frozen=True)
class _Sent:
    """The messages of a post: one for each of its parts, in order, in the channel that they are in."""

    channel: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.channel}:{','.join(self.parts)}"


class SlackSender:
    """`scheduler.delivery.Sender` for Slack. A post's message id is its channel and the timestamps of its parts."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack

    async def send(self, claimed: Claimed) -> str:
        """See `Sender.send`. One that was tried before is looked for: only parts that are missing are sent."""
        post = claimed.post
        parts = messages(post.reply, short=isinstance(post.to, Room) and not post.to.private)
        before = _sent(claimed.replaced)
        there = await self._found(claimed) if claimed.attempts > 1 and parts else {}
        channel, sent = before.channel, list[str]()
        for number, part in enumerate(parts):
            content = _content(part) | {"metadata": _metadata(post.key, number)}
            if number in there:
                channel, ts = there[number]
            else:
                channel, ts = await self._put(content, post.to, before, number)
            sent.append(ts)
        await self._remove(before, len(parts))
        return str(_Sent(channel, tuple(sent)))

    async def _put(self, content: dict[str, Any], to: Address, before: _Sent, number: int) -> tuple[str, str]:
        """A message in the place of the part of that number before, or a new one; returns its channel and timestamp."""
        if number < len(before.parts):
            place = {"channel": before.channel, "ts": before.parts[number]}
            try:
                await self._slack.posted("chat.update", content | place)
            except SendError as error:
                if str(error) not in _CANNOT_BE_CHANGED:
                    raise
            else:
                return before.channel, before.parts[number]
        unfurling = {"unfurl_links": False, "unfurl_media": False}
        answer = await self._slack.posted("chat.postMessage", content | _place(to) | unfurling)
        return str(answer["channel"]), str(answer["ts"])

    async def _remove(self, before: _Sent, parts: int) -> None:
        """Delete what a post before had more parts than the one in its place has."""
        for ts in before.parts[parts:]:
            try:
                await self._slack.posted("chat.delete", {"channel": before.channel, "ts": ts})
            except SendError as error:
                if not error.permanent and str(error) not in _CANNOT_BE_CHANGED:
                    raise

    async def _found(self, claimed: Claimed) -> Mapping[int, tuple[str, str]]:
        """The parts of a post that are there already, each with its channel and timestamp."""
        channel, thread = await self._where(claimed.post.to)
        since = {"channel": channel, "oldest": f"{(claimed.first_tried - _CLOCKS_DIFFER_BY).timestamp():.6f}"}
        found: dict[int, tuple[str, str]] = {}
        for message in await self._since(since | ({"ts": thread} if thread else {})):
            metadata = message.get("metadata") or {}
            payload = metadata.get("event_payload") or {}
            if metadata.get("event_type") == POST and payload.get(_KEY) == claimed.post.key:
                found[int(payload[_PART])] = (channel, str(message["ts"]))
        return found

    async def _since(self, arguments: dict[str, str]) -> Sequence[dict[str, Any]]:
        """The messages of a channel, or of a thread in it, since a moment."""
        method = "conversations.replies" if "ts" in arguments else "conversations.history"
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = {"limit": str(_PAGE), "include_all_metadata": "true", "inclusive": "true"}
            try:
                answer = await self._slack.read(method, arguments | page | ({"cursor": cursor} if cursor else {}))
            except SendError as error:
                if str(error) == "thread_not_found":
                    return []
                raise
            found += answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return found

    async def _where(self, to: Address) -> tuple[str, str]:
        """The channel and the thread that an address stands for."""
        if isinstance(to, Room):
            return to.channel, to.thread
        opened = await self._slack.posted("conversations.open", {"users": to.user})
        return str(opened["channel"]["id"]), ""


def _sent(message: str | None) -> _Sent:
    channel, _, parts = (message or "").partition(":")
    return _Sent(channel, tuple(parts.split(",")) if parts else ())


def _content(part: SlackMessage) -> dict[str, Any]:
    return {"text": part.text, "blocks": part.blocks}


def _metadata(key: str, part: int) -> dict[str, Any]:
    return {"event_type": POST, "event_payload": {_KEY: key, _PART: part}}


def _place(to: Address) -> dict[str, str]:
    match to:
        case Person(user=user):
            return {"channel": user}
        case Room(channel=channel, thread=thread):
            return {"channel": channel, "thread_ts": thread} if thread else {"channel": channel}
        case _:
            assert_never(to)
