"""People who raise one concern after another, by typing and pressing as it comes."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.crash.people import Heard, Person
from tests.slack.requests import Json

FILED = re.compile(r"Filed\. Your reference is ([0-9A-Z]{4}-[0-9A-Z]{4})")
_FILED_BEFORE = "You have filed this concern."
_STEP = re.compile(r"concern ([a-z0-9-]{8,40}) (?:answer|leave out|done|skip|back|keep) ([a-z]+)")
_FILE = re.compile(r"concern ([a-z0-9-]{8,40}) file: ([0-9a-f]{16})")
# The next question in full, more of the same, or the review.
_TAKEN = ("Question ", "I have that.", "Please check your concern")
_THINKS = 0.6
_SORRY = "Sorry, something went wrong"
# What is pressed and what is typed where one of several things is picked. The rest is in the person's own words.
_PICKS = {
    "compact": (("northshire", "Northshire"), ("westmere", "Westmere")),
    "raising": (("alone", "on our own"), ("together", "together with others")),
    "party": (("vcse", "voluntary sector"), ("public", "public body")),
    "talked": (("yes", "we have"), ("tried", "we tried")),
    "named": (("yes", "they may"), ("no", "keep our name out of it")),
}
_WORDS = {
    "organisation": "The {} Lunch Club",
    "others": "The {} Choir",
    "story": "They ended our grant {} without any notice.",
    "wish": "Three more months of {} money",
}
_TYPED = {"when": ("3 March", "since last week"), "reach": ("here", "ring us")}


@dataclass(frozen=True)
class Reviewed:
    """A review as it was shown: the digest under its button, and all that it says."""

    digest: str
    text: str


@dataclass
class Raiser(Person):
    """Somebody who raises concerns.

    `reviewed`: the last review of each draft that they were shown. `lost`: words that we said we have and that were not in
    the review. `said`: all that they wrote in their own words. `filed`: how many concerns they saw filed.
    """

    reviewed: dict[str, Reviewed] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    filed: int = 0
    _draft: str = ""
    _known: list[str] = field(default_factory=list)
    _words: dict[str, str] = field(default_factory=dict)
    _parts: int = 1

    async def go(self) -> None:
        """Raise concerns until cancelled."""
        while True:
            await asyncio.sleep(self.chance.uniform(0, 1))
            await self._raise()
            self.filed += 1

    async def _raise(self) -> None:
        heard = await self.say("raise a concern")
        # Where the first try of filing came to nothing, as it seemed, the second one is answered with the latter.
        while heard is None or not (FILED.search(heard.text) or _FILED_BEFORE in heard.text):
            heard = await self._go_on(heard)
            await asyncio.sleep(self.chance.uniform(0, _THINKS))

    async def _go_on(self, heard: Heard | None) -> Heard | None:
        """Do what the answer asks for; where there was none, see how it stands."""
        if heard is None or _SORRY in heard.text:
            return await self.say("go on")
        asked = [(button, message) for button, message in heard.buttons() if "value" in button]
        for button, message in asked:
            if found := _FILE.fullmatch(button["value"]):
                return await self._file(found, heard, button, message)
        steps = [found for button, _ in asked if (found := _STEP.match(button["value"]))]
        if steps:
            self._take_up(steps[-1][1])
            return await self._answer(steps[-1][2], heard)
        if going := [each for each in asked if each[0]["value"].endswith(" go on")]:
            return await self.press(*going[-1])
        return await self.say("raise a concern")

    def _take_up(self, draft: str) -> None:
        """Begin to tell what is another concern than before: the one before may be filed, or may have been begun anew."""
        if draft != self._draft:
            self._draft, self._known, self._words, self._parts = draft, [], {}, self.chance.randint(1, 3)

    async def _file(self, found: re.Match[str], heard: Heard, button: Json, message: Any) -> Heard | None:
        self.reviewed[found[1]] = Reviewed(found[2], heard.text)
        if found[1] == self._draft:
            self.lost += [words for words in self._known if words not in heard.text]
        return await self._either(lambda: self.press(button, message), lambda: self.say("file it"))

    async def _answer(self, step: str, heard: Heard) -> Heard | None:
        pressable = {button["value"]: (button, message) for button, message in heard.buttons() if "value" in button}
        done = [each for says, each in pressable.items() if says.endswith(f" done {step}")]
        if done and (step != "story" or self._parts <= 0):
            return await self._either(lambda: self.press(*done[-1]), lambda: self.say("done"))
        if step in _WORDS:
            return await self._tell(step)
        if step in _TYPED:
            return await self.say(self.chance.choice(_TYPED[step]))
        if step in _PICKS:
            value, typed = self.chance.choice(_PICKS[step])
            picks = [each for says, each in pressable.items() if says.endswith(f" answer {step}: {value}")]
        else:
            typed = "1"
            picks = [each for says, each in pressable.items() if f" answer {step}: " in says]
        if not picks:
            return await self.say(typed)
        pick = self.chance.choice(picks)
        return await self._either(lambda: self.press(*pick), lambda: self.say(typed))

    async def _tell(self, step: str) -> Heard | None:
        """Tell something in words that nobody else says; each is told until it was answered."""
        number = self._parts if step == "story" else 0
        words = self._words.setdefault(f"{step}{number}", _WORDS[step].format(f"{self.chance.getrandbits(48):012x}"))
        self.said.append(words)
        heard = await self.say(words)
        # Words that came when something else was asked meanwhile are not taken, which the person sees.
        if heard and any(sign in heard.text for sign in _TAKEN):
            self._known.append(words)
            self._parts -= step == "story"
        return heard

    async def _either(self, one: Callable[[], Any], other: Callable[[], Any]) -> Heard | None:
        heard: Heard | None = await (one() if self.chance.random() < 0.6 else other())
        return heard
