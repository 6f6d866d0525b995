"""Everything about forums, as one message at a time asks for it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from handlers.context import Context
from handlers.conversation import Block, Choices, Option, Text
from handlers.forums import answers, attending, coordinating, words
from handlers.forums.actions import actions, afterwards, post_actions
from handlers.forums.asking import Aspect, Question, aspect_of, question
from handlers.forums.attending import wish
from handlers.forums.changewords import Wanted, wanted
from handlers.forums.coordinating import coordinates
from handlers.forums.edits import MOST_OF_A_LINK, Cancel, Reinstate
from handlers.forums.hall import Hall, Schedule, schedule
from handlers.forums.meaning import Meaning
from handlers.forums.naming import A_YEAR_BACK, LOOK_BACK, Naming, coming, held
from handlers.forums.rooms import rooms
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
_ABOUT_ONE = re.compile(r"\b(?:forums?|meetings?|it|this|that|one)\b")
_BECAUSE = ("I looked it up among the forums that I was told of, with what the coordinators have changed since.",)
_LONGEST, _LONGEST_NAME = 400, 100
_PERSONAL = frozenset({Act.COMING, Act.APOLOGIES, Act.SUGGEST})

Blocks = tuple[Block, ...]


class Forums:
    """Answers about forums: whoever asks, whoever comes, the coordinators, and administrators."""

    def __init__(self, finder: Finder, hall: Hall, leads: str) -> None:
        """`leads`: how to reach the Compact leads, a sentence."""
        self._hall = hall
        self._naming = Naming(finder, hall)
        self._meaning = Meaning(self._naming, hall)
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
            return self._at_length(turn)
        return self._told(turn) or self._asked(turn)

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
        return plainly(coordinating.NOTHING_CHANGED, turn.context) if said is Remark.NO else self._picked_none(turn)

    def _picked_none(self, turn: Turn) -> Saying | None:
        """What a no leads to, where it was asked just now which forum is meant."""
        options = turn.context.options
        if remark(turn.text) is not Remark.NO or not options or not all(map(words.read, options)):
            return None
        return plainly(coordinating.NOTHING_CHANGED, replace(turn.context, options=()))

    def _at_length(self, turn: Turn) -> Saying | None:
        """What a long text leads to, where it plainly says what is to be done: that it is too long, most often."""
        turn = turn.saying(" ".join(turn.text.split()))
        want = wish(turn.text) or wanted(turn.text)
        return self._told(turn) if want and len(want.which) <= _LONGEST_NAME else None

    def _told(self, turn: Turn) -> Saying | None:
        """What somebody's own words lead to who wants something done."""
        # First what is one's own: "cancel my place at the forum" cancels no forum.
        return self._wished(turn) or self._afterwards(turn) or self._changed(turn)

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
        own = self._coordinated(turn)
        named = self._meaning.names_a_forum(want.which)
        if not named and not (own and (not want.which or _ABOUT_ONE.search(normalised(want.which)))):
            return None
        if not own:
            return self._not_theirs(want, turn)
        now = schedule(self._hall, turn.records, turn.now)
        back = LOOK_BACK if want.act is Act.MANAGE else timedelta()
        meant = self._meaning.found(want.which, own, turn, now, back)
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
        found = self._meaning.found(want.which, self._naming.around(turn), turn, now)
        return self._one_of(found, Act.SUGGEST, want.text, turn, now)

    def _wished(self, turn: Turn) -> Saying | None:
        """What somebody says to an invitation in their own words."""
        want = wish(turn.text)
        if want is None or not self._hall.series:
            return None
        is_known = self._meaning.is_about_one(want.which, turn)
        if not is_known and (want.which or not want.plain):
            return None
        now = schedule(self._hall, turn.records, turn.now)
        found = self._meaning.found(want.which, self._naming.around(turn), turn, now)
        if not is_known and found and want.act is not Act.SUGGEST:
            return self._which_of(found, want.act, want.text, turn)
        return self._one_of(found, want.act, want.text, turn, now)

    def _afterwards(self, turn: Turn) -> Saying | None:
        """What coordinators ask for after a forum."""
        want = afterwards(turn.text)
        own = self._coordinated(turn)
        if want is None or not self._hall.series or not (own or self._meaning.names_a_forum(want.which)):
            return None
        if not own:
            return plainly(coordinating.NOT_HERE, turn.context)
        now = schedule(self._hall, turn.records, turn.now)
        begun = self._meaning.lately(want.which, own, turn, now)
        found = [each for each in begun if each.series in own]
        if begun and not found:
            return plainly(coordinating.NOT_HERE, turn.context)
        if not found:
            return self._said(answers.none_held(own, f"{LOOK_BACK.days} days"), [], turn)
        return self._one_of(found, want.act, "", turn, now)

    def _coordinated(self, turn: Turn) -> list[Series]:
        return [each for each in self._hall.series if coordinates(turn, each.id)]

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
        if asked.last:
            found = held(self._naming.meant(turn.text, among, turn.today), now, A_YEAR_BACK)
        else:
            found = self._meaning.found(turn.text, among, turn, now)
        if asked.after:
            found = [later for each in found if (later := now.after(each))]
        if not found and asked.last:
            return self._said(answers.none_held(among, "year"), [], turn)
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

    def _one_of(self, found: Sequence[Occurrence], act: Act, text: str, turn: Turn, now: Schedule) -> Saying:
        """Do something about the one forum that is meant; where there are several, ask which."""
        if len(found) == 1:
            blocks = self._do(ForumCommand(act, found[0].key, text), found[0], turn, now)
            return _for_their_eyes(self._said(blocks, found, turn), act, turn)
        if not found:
            return self._said(answers.none_coming(self._naming.around(turn)), [], turn)
        most = MOST_OF_A_LINK if act is Act.WHERE else attending.MOST_OF_AN_ITEM
        if len(text) > most:
            return plainly(f"That is too long. I can take {most:,} characters.", turn.context)
        return self._which_of(found, act, text, turn)

    def _which_of(self, found: Sequence[Occurrence], act: Act, text: str, turn: Turn) -> Saying:
        """Ask which forum is meant."""
        options = [
            Option(f"{each.series.name}, {day_of(each)}", str(ForumCommand(act, each.key, text))) for each in found
        ]
        return self._said((Text("Which one do you mean?"), Choices(tuple(options))), found, turn)

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
