"""Slack as a theatre for transcripts: people who write, mention, command, press and fill in, as Slack tells the bot of it.

What differs from a transcript, whose people talk with the assistant itself:

- To speak in a room is to mention the bot there, or to give `/compact`; each mention begins a thread of its own.
- A form stands behind a button, which says what was said to ask for it. Whoever is shown one opens it, and hears both.
- What is wrong in a form is told in it, with all that was filled in still there.
- Buttons of which one settles the matter are taken away when it is pressed. They can be pressed again all the same, as by
  somebody whose screen still shows them.
"""

import asyncio
import html
import json
from collections import defaultdict
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from tests.clock import DrivenClock
from tests.scripts import Filled, Heard
from tests.slack.blocks import texts
from tests.slack.conftest import SECRET, Bot, shown
from tests.slack.filling import states
from tests.slack.requests import (
    Json,
    app_mention,
    block_actions,
    dm,
    message_im,
    sending,
    slash_command,
    view_submission,
)
from tests.slack.standin import Channel, Posted, Responded
from tests.slack.standin.things import User
from tests.slack.standin.views import check_view
from tests.waiting import PATIENCE


@dataclass(frozen=True)
class Button:
    """A button, and the message that it stands under."""

    action: Json
    under: Posted


@dataclass
class Ears:
    """What one person has been told so far: messages, and the form that they have before them."""

    messages: list[Posted] = field(default_factory=list)
    form: Json | None = None


@dataclass
class SlackTheatre:
    """See `tests.scripts.Theatre`. To be used from another thread than that of `loop`, in which the bot runs."""

    bot: Bot
    clock: DrivenClock
    loop: asyncio.AbstractEventLoop
    speaks: Literal["mention", "command"] = "mention"
    people: defaultdict[str, Ears] = field(default_factory=lambda: defaultdict(Ears))

    def say(self, who: str, text: str, room: str) -> Heard:
        """See `Theatre.say`."""
        return self._wait_for(self._said_in(who, text, room) if room else self._said_alone(who, text))

    def press(self, who: str, label: str, filled: Filled) -> Heard:
        """See `Theatre.press`."""
        form = self.people[who].form
        if form and form["submit"]["text"] == label:
            return self._wait_for(self._sent(who, form, filled))
        assert not filled, f"{who} has no form with the button “{label}”"
        return self._wait_for(self._pressed(who, self._button(who, label)))

    def wait(self, how_long: timedelta) -> None:
        """See `Theatre.wait`."""
        self.clock.advance(how_long)

    def _wait_for(self, act: Coroutine[Any, Any, Heard]) -> Heard:
        return asyncio.run_coroutine_threadsafe(act, self.loop).result(PATIENCE)

    async def _said_alone(self, who: str, text: str) -> Heard:
        user, before = self._user(who), self._so_far()
        self.people[who].form = None
        await self.bot.send(message_im(text, user=user))
        await self.bot.settled()
        told = self._told(who, before)
        opens = [each for each in _buttons(told) if each.action["value"] == text]
        if not opens:
            return Heard(_heard(told))
        opened = await self._pressed(who, opens[0])
        return Heard(f"{_heard(told)}\n{opened.here}")

    async def _said_in(self, who: str, text: str, room: str) -> Heard:
        user, channel, before = self._user(who), self._channel(room), self._so_far()
        if self.speaks == "mention":
            await self.bot.send(app_mention(text, user=user, channel=channel))
            await self.bot.settled()
            here = _heard([post for post in self.bot.slack.posted[before:] if post.channel == channel])
        else:
            answered = len(self.bot.slack.responded)
            await self.bot.send(slash_command("/compact", text, self.bot.slack.origin(user, channel)))
            await self.bot.slack.until(lambda: len(self.bot.slack.responded) > answered)
            await self.bot.settled()
            here = _heard(self.bot.slack.responded[answered:])
        return Heard(here, _heard(self._told(who, before)))

    async def _pressed(self, who: str, button: Button) -> Heard:
        slack, before, put = self.bot.slack, self._so_far(), len(self.bot.outbox())
        opened, post = len(slack.opened), button.under
        message = {"ts": post.ts, "text": post.text, "blocks": list(post.blocks)}
        await self.bot.send(block_actions(button.action, slack.origin(self._user(who), post.channel), message=message))
        await self._answered(put)
        told = _heard(self._told(who, before))
        if len(slack.opened) == opened:
            return Heard(told)
        [modal] = slack.opened[opened:]
        return Heard(f"{told}\n{self._shows(who, slack.views[modal.view_id])}")

    async def _sent(self, who: str, form: Json, filled: Filled) -> Heard:
        """Send a form; either it is shown again, with what is wrong in it, or it closes and is answered."""
        before, put, values = self._so_far(), len(self.bot.outbox()), states(form, filled)
        self.bot.typed.extend(value for each in filled.values() for value in each)
        sent = sending(view_submission(form, values, self.bot.slack.origin(self._user(who))), SECRET)
        status, body = await self.bot.post(sent.body, sent.headers)
        assert status == 200
        await self._answered(put)
        told = _heard(self._told(who, before))
        match json.loads(body or "{}"):
            case {"response_action": "errors", "errors": errors}:
                again = (value for each in filled.values() for value in each)
                return Heard("\n".join((told, *_words(form), *again, *errors.values())))
            case {"response_action": "update", "view": view}:
                check_view(self.bot.slack, view, "modal")
                self.bot.slack.views[form["id"]] = form | view
                return Heard(f"{told}\n{self._shows(who, form | view)}")
            case _:
                self.people[who].form = None
                return Heard(told)

    async def _answered(self, put: int) -> None:
        """Waits until something said in private is answered, before which `put` posts were in the outbox."""
        async with asyncio.timeout(PATIENCE / 2):
            while len(self.bot.outbox()) == put:  # noqa: ASYNC110 - the database sets no event
                await asyncio.sleep(0.01)
        await self.bot.settled()

    def _shows(self, who: str, view: Json) -> str:
        self.people[who].form = view
        return "\n".join(_words(view))

    def _so_far(self) -> int:
        return len(self.bot.slack.posted)

    def _told(self, who: str, before: int) -> list[Posted]:
        """What somebody was told alone after the first so many messages."""
        told = [post for post in self.bot.slack.posted[before:] if post.channel == dm(self._user(who))]
        self.people[who].messages.extend(told)
        return told

    def _button(self, who: str, label: str) -> Button:
        """The latest button of a label."""
        for post in reversed(self.people[who].messages):
            found = [each for each in _buttons([post]) if label in _labels(each)]
            if found:
                return found[-1]
        raise AssertionError(f"{who} has no button “{label}”")

    def _user(self, who: str) -> str:
        """Somebody's id; they are in the workspace from when they first act."""
        user, slack = f"U0{who.upper()}", self.bot.slack
        slack.users.setdefault(user, User(user, who, who.title()))
        slack.channels.setdefault(dm(user), Channel(dm(user), "", "im", (user,)))
        return user

    def _channel(self, room: str) -> str:
        channel = f"C0{room.upper()}"
        self.bot.slack.channels.setdefault(channel, Channel(channel, room))
        return channel


def _heard(messages: Sequence[Posted | Responded]) -> str:
    return html.unescape("\n".join(map(shown, messages)))


def _words(view: Json) -> list[str]:
    """All that a modal shows, with what is filled in already."""
    elements = [block["element"] for block in view["blocks"] if block["type"] == "input"]
    return [*map(html.unescape, texts(view)), *(each["initial_value"] for each in elements if "initial_value" in each)]


def _buttons(messages: Sequence[Posted]) -> list[Button]:
    return [
        Button(action | {"block_id": block.get("block_id", "b"), "action_ts": "1.1"}, post)
        for post in messages
        for block in post.blocks
        for action in block.get("elements", ())
        if action["type"] == "button"
    ]


def _labels(button: Button) -> set[str]:
    """What a button is called: by itself, or in the list above, by whose number it is pressed."""
    shown_on = button.action["text"]["text"]
    lines = [line.partition(". ") for text in texts(list(button.under.blocks)) for line in text.split("\n")]
    numbered = {html.unescape(label) for number, dot, label in lines if dot and number == shown_on}
    number, dot, label = shown_on.partition(". ")
    return {shown_on, *numbered, *([label] if dot and number.isdigit() else [])}
