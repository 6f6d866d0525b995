"""Which forums somebody means in a conversation: by the words, by where they are said, and by what was spoken of before."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from handlers.forums.hall import Hall, Schedule
from handlers.forums.naming import LOOK_BACK, Naming, has_begun, held, occurrences_meant
from handlers.forums.records import Key
from handlers.forums.rooms import is_announced
from handlers.turn import Turn
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Occurrence
from knowledge.text import normalised, words

_FORUM = re.compile(r"\bforums?\b")
_THIS_ONE = re.compile(
    r"(?:(?:the|this|that|your|our|next|whole) )*"
    r"(?:meeting|event|session|it|this|that|one|day|then|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
# What is always so, or only if, is no answer to an invitation.
_NO_ANSWER = re.compile(r"\b(?:forums|meetings|if|unless|until|when|whether|every|each|any|without|all)\b")
_ALL_OF_THEM = re.compile(r"\b(?:next|upcoming|coming|forums|meetings)\b")


class Meaning:
    """Tells which forums are meant."""

    def __init__(self, naming: Naming, hall: Hall) -> None:
        self._naming = naming
        self._hall = hall

    def names_a_forum(self, which: str) -> bool:
        """Whether words name a forum, or speak of one."""
        said = words(which)
        return bool(_FORUM.search(" ".join(said)) or any(self._naming.names(each, said) for each in self._hall.series))

    def is_about_one(self, which: str, turn: Turn) -> bool:
        """Whether somebody who says that they come, or what they would like, speaks of a forum: `which`, as they name it."""
        said = normalised(which)
        if _NO_ANSWER.search(said):
            return False
        if self.names_a_forum(which):
            return True
        tells = not said or _THIS_ONE.fullmatch(said) or self._naming.meant(which, (), turn.today).tells_when
        return bool(tells and (turn.context.forums or is_announced(turn)))

    def found(
        self, which: str, among: Sequence[Series], turn: Turn, now: Schedule, back: timedelta = timedelta()
    ) -> list[Occurrence]:
        """The forums that words mean: those they name, else those spoken of last, else the next ones.

        `back`: how long ago one that is named by its day or month may have been held.
        """
        meant = self._naming.meant(which, among, turn.today)
        tells = meant.named or meant.tells_when or _ALL_OF_THEM.search(normalised(which))
        spoken_of = [] if tells else self._spoken_of(turn, now)
        return spoken_of or occurrences_meant(meant, now, back)

    def lately(self, which: str, among: Sequence[Series], turn: Turn, now: Schedule) -> list[Occurrence]:
        """The forums that words mean, of those held of late: those they name, else those spoken of last, else the last ones."""
        meant = self._naming.meant(which, among, turn.today)
        tells = meant.named or meant.tells_when
        spoken_of = [] if tells else [each for each in self._spoken_of(turn, now) if has_begun(each, turn.now)]
        return spoken_of or held(meant, now, LOOK_BACK)

    def _spoken_of(self, turn: Turn, now: Schedule) -> list[Occurrence]:
        return [each for key in turn.context.forums if (each := now.get(_key(key)))]


def _key(spoken_of: str) -> Key:
    series, _, day = spoken_of.partition(" ")
    return series, date.fromisoformat(day)
