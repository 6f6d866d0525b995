"""What coordinators change about forums in the two years."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import get_args

from handlers.forums.edits import AddItem, Cancel, Edit, Move, Reinstate, Where, complaint, edited, reschedules
from handlers.forums.records import Key
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Change, Changes, Occurrence, Standing, occurrences
from knowledge.periods import day_in_words
from scheduler.outgoing import Where as Places
from scheduler.outgoing import outgoing
from tests.clock import LONDON
from tests.crash.forums_expected import QUIET, Oracle

_DAY = timedelta(days=1)
_EVERYWHERE = ("anywhere",)

KINDS = frozenset(each.__name__ for each in get_args(Edit))
"""All kinds of changes."""


@dataclass(frozen=True)
class Made:
    """A change: what is said to make it, and words that everybody who is told of it is told."""

    key: Key
    number: int
    words: str
    told: str
    kind: str
    moves: bool


@dataclass(frozen=True)
class Mayor:
    """Thinks of what to change. `made`: the kinds of changes that were made before; others come first."""

    chance: random.Random
    series: tuple[Series, ...]
    changes: Changes
    made: Collection[str]

    def forum(self, now: datetime) -> Occurrence | None:
        """A forum that is held soon."""
        held = [each for each in self._coming(now) if each.standing is Standing.ON]
        return self.chance.choice(held) if held else None

    def change(self, now: datetime, oracle: Oracle) -> Made | None:
        """A change that can be made now; None where what is due about now would make it a matter of chance what is said."""
        if not oracle.is_quiet(now):
            return None
        coming = self._coming(now)
        forums = self.chance.sample(coming, len(coming))
        if Reinstate.__name__ not in self.made or self.chance.random() < 1 / 2:
            forums.sort(key=lambda each: each.standing is not Standing.CANCELLED)
        return next((made for forum in forums if (made := self._made(forum, now))), None)

    def _made(self, forum: Occurrence, now: datetime) -> Made | None:
        edit, told = self._edit(forum)
        local, before = now.astimezone(LONDON), self.changes.get(forum.key, Change())
        after = {**self.changes, forum.key: edited(before, edit, local)}
        if complaint(edit, forum, local) or self._due_about(now, forum.series, after):
            return None
        words = f"confirm forum {forum.series.id} {forum.day}: {before.number} {edit}"
        return Made(forum.key, before.number + 1, words, told, type(edit).__name__, reschedules(edit))

    def _coming(self, now: datetime) -> Sequence[Occurrence]:
        first = now.astimezone(LONDON).date()
        found = (each for one in self.series for each in occurrences(one, first, first + 60 * _DAY, self.changes))
        return [each for each in found if each.starts > now + _DAY / 4 and each.standing is not Standing.LEFT_OUT]

    def _edit(self, forum: Occurrence) -> tuple[Edit, str]:
        if forum.standing is Standing.CANCELLED:
            return Reinstate(), "is held after all"
        number = self.chance.randrange(10**6)
        day = forum.starts.date() + self.chance.choice([-14, -3, 0, 2, 5, 21]) * _DAY
        move = Move(day, self.chance.choice([time(1, 30), time(10), time(18, 15)]), "the hall is flooded")
        ways: list[tuple[Edit, str]] = [
            (move, f"It is now on {day_in_words(day)} at {move.hour:%H:%M}"),
            (move, f"It is now on {day_in_words(day)} at {move.hour:%H:%M}"),
            (Cancel("snow"), "is cancelled. The reason: snow."),
            (Where(place=f"Room {number}"), f"It is now at Room {number}."),
            (AddItem(f"Item {number}"), f"we will also talk about: Item {number}"),
        ]
        new = [way for way in ways if type(way[0]).__name__ not in self.made]
        return self.chance.choice(new or ways)

    def _due_about(self, now: datetime, series: Series, changes: Changes) -> bool:
        anywhere = {series.id: _EVERYWHERE}
        around = (now - QUIET, now + QUIET)
        return bool(outgoing([series], Places(anywhere, anywhere), *around, changes))
