"""Teams as a theatre for transcripts: people who type, press and fill in what stands in the cards that reached them."""

import asyncio
from collections.abc import Coroutine, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from bot.teams.face import USED_CARD
from bot.teams.payload import FIELD, PICK, encoded
from tests.clock import DrivenClock
from tests.scripts import Filled, Heard, Turn
from tests.teams.activities import alone, chat, in_channel, personal, pressed, thread
from tests.teams.cards import Json, parts, sent
from tests.teams.conftest import Bot, shown
from tests.teams.connector import Said
from tests.waiting import PATIENCE

# What can be typed where there are no buttons. Cards have them, and show nothing of these words.
_TYPED = frozenset({"change when", "change together with"})

T = TypeVar("T")


@dataclass(frozen=True)
class _Button:
    """A button in the version of a message that had it last. `there`: it can still be pressed."""

    said: Said
    data: Json
    there: bool


class Theatre:
    """`tests.scripts.Theatre` in Teams, played from a thread of its own. A room is a thread of a channel."""

    def __init__(self, bot: Bot, clock: DrivenClock) -> None:
        self._bot = bot
        self._clock = clock
        self._loop = asyncio.get_running_loop()

    def say(self, who: str, text: str, room: str) -> Heard:
        """See `Theatre.say`."""
        user = _user(who)
        activity = in_channel(text, user, root=room) if room else personal(text, user)
        return self._heard(_named(activity, who), who, room)

    def press(self, who: str, label: str, filled: Filled) -> Heard:
        """See `Theatre.press`."""
        button = self._button(who, label)
        value = _filled_in(button, filled) if filled else button.data
        where = {"conversation": alone(_user(who))}
        return self._heard(_named(pressed(value, button.said.id, where, _user(who)), who), who, "")

    def wait(self, how_long: timedelta) -> None:
        """See `Theatre.wait`."""
        self._clock.advance(how_long)

    def as_it_is_here(self, transcript: Iterable[Turn]) -> Iterator[Turn]:
        """The turns of a transcript, each as it is to be played next.

        A button that was pressed is gone from its card, or switched off. Whoever presses it all the same, as their screen is
        behind, hears that in place of what the transcript says.
        """
        for turn in transcript:
            gone = turn.presses and not self._button(turn.who, turn.presses).there
            shown_here = tuple(each for each in turn.heard if each not in _TYPED)
            yield replace(turn, heard=(USED_CARD,), never=()) if gone else replace(turn, heard=shown_here)

    def _heard(self, activity: Json, who: str, room: str) -> Heard:
        before = len(self._bot.teams.said)
        assert self._run(self._bot.send(activity)) == 200
        self._run(self._bot.settled())
        said = self._bot.teams.said
        new = [(each.conversation, self._new_in(at)) for at, each in enumerate(said) if at >= before]
        privately = "\n".join(text for place, text in new if place == chat(_user(who)))
        if not room:
            return Heard(privately)
        return Heard("\n".join(text for place, text in new if place == thread(room)), privately)

    def _new_in(self, at: int) -> str:
        """What was said, or, of what was put in a message's place, what it did not say before."""
        said = self._bot.teams.said[at]
        earlier = [shown(each) for each in self._bot.teams.said[:at] if each.id == said.id]
        known = {line for text in earlier for line in text.splitlines()}
        return "\n".join(line for line in shown(said).splitlines() if line not in known)

    def _button(self, who: str, label: str) -> _Button:
        """The button of a label in the latest message to somebody that has, or had, one."""
        mine = [each for each in self._bot.teams.said if each.conversation == chat(_user(who))]
        with_it = [(said, each) for said in mine for each in parts(said.card, "Action.Submit") if _reads(each, label)]
        assert with_it, f"{who} has no button “{label}”"
        latest = max(int(said.id) for said, _ in with_it)
        said, button = next((said, each) for said, each in reversed(with_it) if int(said.id) == latest)
        now = next(each for each in reversed(mine) if each.id == said.id)
        is_there = any(each["data"] == button["data"] for each in _pressable(now))
        return _Button(now if is_there else said, button["data"], is_there)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)


def _user(who: str) -> str:
    return f"29:{who}"


def _named(activity: Json, who: str) -> Json:
    return activity | {"from": activity["from"] | {"name": who.title()}}


def _reads(button: Json, label: str) -> bool:
    """Whether a button is of a label, which it may have shortened, or in its tooltip, or behind a number."""
    titles = (each.replace("\u00a0", " ") for each in (button["title"], button.get("tooltip", "")))
    bare = [number_off(title) for title in titles]
    return any(title == label or (title.endswith("…") and label.startswith(title[:-1])) for title in bare)


def number_off(title: str) -> str:
    """What stands on a button, without the number that may be typed in its place."""
    number, dot, rest = title.partition(". ")
    return rest if dot and number.isdecimal() else title


def _pressable(said: Said) -> list[Json]:
    return [each for each in parts(said.card, "Action.Submit") if each.get("isEnabled", True)]


def _filled_in(button: _Button, filled: Filled) -> Json:
    """What a form sends with fields filled in, by their keys; all others are left as they are."""
    inputs = {each["id"] for each in parts(button.said.card, "Input.")}
    values = {}
    for key, given in filled.items():
        if PICK + key in inputs:
            values[PICK + key] = ",".join(map(encoded, given))
        else:
            values[FIELD + key] = "".join(given)
    return sent(button.said.card, button.data["says"], values)
