"""Everything about forums, as one message at a time asks for it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import assert_never

from handlers.context import Context
from handlers.conversation import Block, Choices, Option, Text
from handlers.forums import answers, attending, coordinating, words
from handlers.forums.actions import actions, post_actions
from handlers.forums.asking import Aspect, Question, aspect_of, question
from handlers.forums.attending import wish
from handlers.forums.changewords import Wanted, wanted
from handlers.forums.coordinating import coordinates
from handlers.forums.edits import Cancel, Reinstate
from handlers.forums.hall import Hall, Schedule, schedule
from handlers.forums.naming import Naming, coming, occurrences_meant
from handlers.forums.records import Key
from handlers.forums.rooms import is_announced, rooms
from handlers.forums.telling import card, day_of, next_option
from handlers.forums.words import OF_COORDINATORS, Act, ForumCommand
from handlers.saying import Saying, numbered, plainly
from handlers.smalltalk import Remark, remark
from handlers.turn import Turn
from knowledge.finding import Answered, Finder, Found, NotCovered
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Occurrence
from knowledge.text import normalised
from knowledge.text import words as words_of

_MEETING_DATES = "meeting-dates"
_NOT_THE_FORUM = re.compile(r"\b(?:minutes|notes|lunch|food|refreshments|expenses|parking|missed)\b")
_FORUM = re.compile(r"\bforums?\b")
_ABOUT_ONE = re.compile(r"\b(?:forums?|meetings?|it|this|that|one)\b")
_ALL_OF_THEM = re.compile(r"\b(?:next|upcoming|coming|forums|meetings)\b")
_BECAUSE = ("I looked it up among the forums that I was told of, with what the coordinators have changed since.",)
_LONGEST = 400
_PERSONAL = frozenset({Act.COMING, Act.APOLOGIES, Act.SUGGEST})

Blocks = tuple[Block, ...]


class Forums:
    """Answers about forums: whoever asks, whoever comes, the coordinators, and administrators."""

    def __init__(self, finder: Finder, hall: Hall, leads: str) -> None:
        """`leads`: how to reach the Compact leads, a sentence."""
        self._hall = hall
        self._naming = Naming(finder, hall)
        self._leads = leads

    def answer(self, turn: Turn) -> Saying | None:
        """What a message about forums leads to; None for any other."""
        if settled := self._settled(turn):
            return settled
        if sentences := rooms(turn, self._hall, self._naming):
            return plainly(sentences[0], turn.context, *sentences[1:])
        if command := words.read(turn.told) or words.read(turn.text):
            return self._commanded(command, turn)
        if name := words.read_next(turn.text):
            return self._next(name, turn)
        if len(turn.text) > _LONGEST:
            return None
        return self._changed(turn) or self._wished(turn) or self._asked(turn)

    def beside(self, said: Saying, found: Found, turn: Turn) -> Saying:
        """What the knowledge base says to a question, with what is known of the forums that it is about."""
        if isinstance(found.finding, NotCovered) and found.finding.gap.id == _MEETING_DATES and self._hall.series:
            if _NOT_THE_FORUM.search(normalised(turn.text)):
                return _with(said, [Option("When is the next forum?", "when is the next forum?")])
            return self._answered(Question(aspect_of(turn.text) or Aspect.WHEN), turn)
        if isinstance(found.finding, Answered):
            told = {each.id for each in (*found.finding.commitments, *found.finding.others)}
            return _with(said, [next_option(each) for each in self._hall.series if each.commitment in told])
        return said

    def _settled(self, turn: Turn) -> Saying | None:
        """What a yes or a no leads to, where a change was shown just now."""
        command = words.read(turn.yes) if turn.yes else None
        said = remark(turn.text) if command else None
        if command and said is Remark.YES:
            return self._commanded(command, turn)
        return plainly(coordinating.NOTHING_CHANGED, turn.context) if said is Remark.NO else None

    def _commanded(self, command: ForumCommand, turn: Turn) -> Saying:
        if command.act is Act.CONFIRM:
            turn.records.forums.hold()
        now = schedule(self._hall, turn.records, turn.now)
        occurrence = now.get(command.key)
        if occurrence is None:
            return plainly("I do not know that forum. It may have been taken out of the forums' file.", turn.context)
        if command.act in OF_COORDINATORS and not coordinates(turn, occurrence.series.id):
            return plainly(coordinating.NOT_HERE, turn.context)
        said = self._said(self._do(command, occurrence, turn, now), [occurrence], turn)
        return _for_their_eyes(said, command.act, turn)

    def _do(self, command: ForumCommand, occurrence: Occurrence, turn: Turn, now: Schedule) -> Blocks:
        match command.act:
            case Act.SHOW:
                return card(occurrence, self._hall, turn.now)
            case Act.COMING | Act.APOLOGIES:
                return attending.attend(command.act, occurrence, turn, now)
            case Act.SUGGEST:
                return attending.suggest(command.text, occurrence, turn, now)
            case Act.MANAGE:
                return coordinating.manage(occurrence, turn, now)
            case Act.MOVE | Act.CANCEL | Act.WHERE | Act.AGENDA:
                return coordinating.change(command, occurrence, turn, now)
            case Act.REINSTATE:
                return coordinating.propose(Reinstate(), occurrence, turn, now)
            case Act.CONFIRM:
                return coordinating.confirm(command.text, occurrence, turn, now)
            case Act.LEAVE:
                return (Text(coordinating.NOTHING_CHANGED),)
            case Act.ACTIONS:
                return actions(command.text, occurrence, turn)
            case Act.POST_ACTIONS:
                return post_actions(command.text, occurrence, turn, now)
            case _:
                assert_never(command.act)

    def _changed(self, turn: Turn) -> Saying | None:
        """What a coordinator's own words lead to."""
        want = wanted(turn.text)
        if want is None or not self._hall.series:
            return None
        own = [each for each in self._hall.series if coordinates(turn, each.id)]
        named = self._names_a_forum(want.which)
        if not named and not (own and (not want.which or _ABOUT_ONE.search(normalised(want.which)))):
            return None
        if not own:
            return self._not_theirs(want, turn)
        now = schedule(self._hall, turn.records, turn.now)
        meant = self._found(want.which, own, turn, now)
        found = [each for each in meant if each.series in own]
        if meant and not found:
            return plainly(coordinating.NOT_HERE, turn.context)
        if len(found) == 1 and want.act is Act.CANCEL and not want.text:
            return self._said(coordinating.propose(Cancel(), found[0], turn, now), found, turn)
        return self._one_of(found, want.act, want.text, turn, now)

    def _not_theirs(self, want: Wanted, turn: Turn) -> Saying:
        """What somebody hears who wants to change a forum, and may not: an item for the agenda they can suggest."""
        if want.act is not Act.AGENDA:
            return plainly(coordinating.NOT_HERE, turn.context)
        now = schedule(self._hall, turn.records, turn.now)
        found = self._found(want.which, self._naming.around(turn), turn, now)
        return self._one_of(found, Act.SUGGEST, want.text, turn, now)

    def _wished(self, turn: Turn) -> Saying | None:
        """What somebody says to an invitation in their own words."""
        want = wish(turn.text)
        if want is None or not self._hall.series:
            return None
        if not (turn.context.forums or is_announced(turn) or self._names_a_forum(want.which)):
            return None
        now = schedule(self._hall, turn.records, turn.now)
        found = self._found(want.which, self._naming.around(turn), turn, now)
        return self._one_of(found, want.act, want.text, turn, now)

    def _asked(self, turn: Turn) -> Saying | None:
        """The answer to a question about forums."""
        said = words_of(turn.text)
        named = any(self._naming.names(each, said) for each in self._hall.series)
        asked = question(turn.text, follows=bool(turn.context.forums), named=named)
        return self._answered(asked, turn) if asked else None

    def _answered(self, asked: Question, turn: Turn) -> Saying:
        if not self._hall.series:
            return self._said(answers.none_known(self._leads), [], turn)
        now = schedule(self._hall, turn.records, turn.now)
        among = self._naming.around(turn)
        found = self._found(turn.text, among, turn, now)
        if asked.after:
            found = [later for each in found if (later := now.after(each))]
        if not found:
            return self._said(answers.none_coming(among), [], turn)
        context = Context(asked=turn.text, because=_BECAUSE, answered=False)
        return self._said(answers.answered(found, asked.aspect, now), found, turn, context)

    def _next(self, name: str, turn: Turn) -> Saying:
        now = schedule(self._hall, turn.records, turn.now)
        series = self._hall.one(name)
        found = coming(series, now) if series else None
        if found is None:
            return plainly("I know of no coming forum of that series.", turn.context)
        return self._said(answers.one(found, Aspect.ALL, now), [found], turn)

    def _found(self, which: str, among: Sequence[Series], turn: Turn, now: Schedule) -> list[Occurrence]:
        """The forums that words mean: those they name, else those spoken of last, else the next ones."""
        meant = self._naming.meant(which, among, turn.today)
        tells = meant.named or meant.month or meant.day or _ALL_OF_THEM.search(normalised(which))
        spoken_of = [] if tells else [found for key in turn.context.forums if (found := now.get(_key(key)))]
        return spoken_of or occurrences_meant(meant, now)

    def _one_of(self, found: Sequence[Occurrence], act: Act, text: str, turn: Turn, now: Schedule) -> Saying:
        """Do something about the one forum that is meant; where there are several, ask which."""
        commands = [ForumCommand(act, each.key, text) for each in found]
        if len(found) == 1:
            return _for_their_eyes(self._said(self._do(commands[0], found[0], turn, now), found, turn), act, turn)
        if not found:
            return self._said(answers.none_coming(self._naming.around(turn)), [], turn)
        options = [
            Option(f"{each.series.name}, {day_of(each)}", str(command))
            for each, command in zip(found, commands, strict=True)
        ]
        return self._said((Text("Which one do you mean?"), Choices(tuple(options))), found, turn)

    def _names_a_forum(self, which: str) -> bool:
        said = words_of(which)
        return bool(_FORUM.search(" ".join(said)) or any(self._naming.names(each, said) for each in self._hall.series))

    def _said(
        self, blocks: Blocks, spoken_of: Sequence[Occurrence], turn: Turn, context: Context | None = None
    ) -> Saying:
        """What is said, with what it makes the conversation be about."""
        forums = tuple(f"{series} {day.isoformat()}" for series, day in (each.key for each in spoken_of))
        kept = replace(
            context or turn.context, forums=forums, options=numbered(blocks), yes=coordinating.yes_to(blocks)
        )
        return Saying(blocks, kept)


def _for_their_eyes(said: Saying, act: Act, turn: Turn) -> Saying:
    """What is said to an invitation is between the person and the coordinators, wherever it is said."""
    return replace(said, private=True) if act in _PERSONAL and not turn.message.private else said


def _with(said: Saying, options: Sequence[Option]) -> Saying:
    return replace(said, blocks=(*said.blocks, Choices(tuple(options), numbered=False))) if options else said


def _key(spoken_of: str) -> Key:
    series, _, day = spoken_of.partition(" ")
    return series, date.fromisoformat(day)
