"""The assistant: one message in, replies out. Synchronous, and the same every time for the same store and clock."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from handlers import presenting
from handlers.browsing import Browsing
from handlers.commands import About, RaiseConcern, Verdict, WorkOut, command
from handlers.concerns.asides import is_a_question, is_a_verdict
from handlers.concerns.cases import Cases
from handlers.concerns.confidence import beside, guarded, in_confidence, offered
from handlers.concerns.desk import Desk
from handlers.concerns.doing import Doing
from handlers.concerns.filing import Filing
from handlers.concerns.hearing import Hearing
from handlers.concerns.house import House
from handlers.concerns.safety import Safety
from handlers.concerns.walk import Walk
from handlers.context import Context
from handlers.conversation import Block, Choices, Facts, Message, Person, Platform, Reply
from handlers.forums.forums import Forums
from handlers.forums.hall import Hall
from handlers.home import Home
from handlers.ports import Clock, Records, Store
from handlers.questions import Questions
from handlers.remarks import Remarks
from handlers.saying import Saying, plainly
from handlers.smalltalk import remark
from handlers.turn import Turn, question_in
from knowledge.content import Party
from knowledge.danger import DangerSigns
from knowledge.dates import find_dates
from knowledge.finding import ANSWER_FROM, Choose, Finder, NotCovered, Scope, Unknown
from knowledge.text import words

MOST_CHARACTERS = 4_000
_NUMBER = re.compile(r"(?:no\.?|number|option|#)?\s*(\d{1,2})[.)]?", re.IGNORECASE)
_START = str(RaiseConcern())
_COMPLAINTS = "patient-complaint"
_GOING_ON = frozenset({"and", "but", "so", "if", "or", "then"})

NOTHING_SAID = "Please ask me something in words, for example: how much notice must we give before funding ends?"
TOO_LONG = (
    "That is too long for me to read as one question. "
    f"Please put it in a sentence or two, up to {MOST_CHARACTERS:,} characters."
)
ABOUT_WHAT = "What would you like to know about that? Ask me a whole question, or say topics to look around."


class AnsweredBeforeError(Exception):
    """Another process has answered a message meanwhile: all that this one did is to be undone."""


class Assistant:
    """Answers messages from one knowledge base, remembering in one store what each conversation is about."""

    def __init__(self, finder: Finder, store: Store, clock: Clock, *, leads: str, house: House = House()) -> None:
        """`leads`: a sentence on how to reach the Compact leads."""
        self._finder = finder
        self._knowledge = finder.knowledge
        self._store = store
        self._clock = clock
        self._questions = Questions(finder, leads)
        self._browsing = Browsing(finder.knowledge)
        self._remarks = Remarks(finder.knowledge, self._questions, self._browsing, leads)
        desk = Desk(finder.knowledge, house.targets, house.administrators)
        self._safety = Safety(DangerSigns(finder.knowledge.danger), house.safeguarding)
        doing = Doing(finder, Filing(desk, house.references), self._safety, house)
        self._walk = Walk(doing, Hearing(finder, self._questions, self._directed), self._respond)
        self._cases = Cases(desk)
        self._concerns_on = house.takes_concerns
        hall = Hall(desk, house.series, house.public_url)
        self._forums = Forums(finder, hall, leads)
        self._home = Home(self._browsing, hall, clock)

    def handle(self, message: Message) -> list[Reply]:
        """The replies to `message`, none where it was answered before. All that it changes is kept in one transaction."""
        with suppress(AnsweredBeforeError):
            [replies] = self.handle_all([message])
            return replies
        return []

    def handle_all(self, messages: Sequence[Message]) -> list[list[Reply]]:
        """The replies to messages of different people, to each its own. All that they change is kept in one transaction.

        Raises AnsweredBeforeError where one of them was answered before. Where it raises, nothing is kept of any of them.
        """
        with self._store.begin(of=[message.conversation.person for message in messages]) as records:
            now = self._clock.now()
            before = records.contexts([message.conversation for message in messages])
            said = [
                self._answer(_turn(message, before.get(message.conversation, Context()), records, now))
                for message in messages
            ]
            replies = [self._replies(message, each) for message, each in zip(messages, said, strict=True)]
            kept = {message.conversation: each.context for message, each in zip(messages, said, strict=True)}
            records.keep_contexts(kept, now)
            if not records.settle_all(list(zip(messages, replies, strict=True)), now):
                raise AnsweredBeforeError
        return replies

    def _replies(self, message: Message, said: Saying) -> list[Reply]:
        return [self._offered(reply, message.conversation.platform) for reply in said.replies()]

    def home(self, person: Person) -> Reply:
        """What a person sees before asking anything: what is theirs, what comes next, what there is to browse."""
        with self._store.begin() as records:
            return self._offered(Reply(self._home.of(person, records)), person.platform)

    def welcome(self, platform: Platform) -> Reply:
        """What a person is told on first contact, on their platform."""
        return self._offered(Reply(self._home.welcome()), platform)

    def _answer(self, turn: Turn) -> Saying:
        turn, draft = in_confidence(turn)
        said = (self._walk.lead(turn) if self._takes_concerns(turn) else None) or self._respond(turn)
        return guarded(said, turn, draft, self._safety)

    def _takes_concerns(self, turn: Turn) -> bool:
        return turn.message.conversation.platform in self._concerns_on

    def _offered(self, reply: Reply, platform: Platform) -> Reply:
        """A reply, without what is not offered on a platform."""
        return reply if platform in self._concerns_on else _without_concerns(reply)

    def _respond(self, turn: Turn) -> Saying:
        """What to say to anything that is not about a concern which is being told."""
        if said := self._case(turn):
            return said
        if self._takes_concerns(turn) and (offer := offered(turn)):
            directed = None if is_a_verdict(turn.text) else self._directed(turn)
            return beside(directed or (self._reply(turn) if is_a_question(turn.text) else None), offer)
        return self._reply(turn)

    def _reply(self, turn: Turn) -> Saying:
        if len(turn.text) > MOST_CHARACTERS:
            return plainly(TOO_LONG, turn.context)
        if not words(turn.text):
            return plainly(NOTHING_SAID, turn.context)
        if number := _NUMBER.fullmatch(turn.text):
            return self._pick(int(number[1]), turn)
        return self._directed(turn) or self._narrowed(turn) or self._question(turn)

    def _directed(self, turn: Turn) -> Saying | None:
        """What to say to words that are plainly a remark, a command or about a forum; None for all else."""
        if said := self._forums.answer(turn) or self._case(turn):
            return said
        if kind := remark(turn.text):
            return self._remarks.answer(kind, turn)
        return self._commanded(turn) or self._browsing.command(turn.text, turn.context)

    def _case(self, turn: Turn) -> Saying | None:
        return self._cases.answer(turn) if self._takes_concerns(turn) else None

    def _pick(self, number: int, turn: Turn) -> Saying:
        options = turn.context.options
        if not options:
            return plainly(
                "There is nothing to pick by number just now. Ask me a question, or say topics.", turn.context
            )
        if not 1 <= number <= len(options):
            return plainly(f"Please pick a number from 1 to {len(options)}.", turn.context)
        return self._answer(turn.saying(options[number - 1]))

    def _commanded(self, turn: Turn) -> Saying | None:
        match command(turn.text):
            case About(name, scope) if topic := self._knowledge.topics.get(name):
                return self._questions.about(topic, scope, turn.context, today=turn.today)
            case WorkOut(name, end, day) if day and (topic := self._knowledge.topics.get(name)):
                return self._questions.work_out(topic, end, day, turn.context, today=turn.today)
            case Verdict(name, helped) if name in self._knowledge.topics or name in self._knowledge.gaps:
                return self._remarks.verdict_on(name, turn, helped=helped)
            case _:
                return None

    def _narrowed(self, turn: Turn) -> Saying | None:
        """A follow-up that only names a side or a Compact: the last topic again, for that side or Compact."""
        matcher = self._finder.matcher
        said = [matcher.spelling.correct(word) for word in words(turn.text)]
        if not matcher.names.only_names(said):
            return None
        topic = self._knowledge.topics.get(turn.context.topic or "")
        if topic is None:
            return plainly(ABOUT_WHAT, turn.context)
        named = matcher.names.read(said)
        scope = Scope(named.compacts[0] if len(named.compacts) == 1 else None, named.party).or_else(
            _scope(turn.context)
        )
        return self._questions.about(topic, scope, turn.context, today=turn.today)

    def _question(self, turn: Turn) -> Saying:
        answer, found = self._questions.answer(turn.text, today=turn.today)
        topic = self._knowledge.topics.get(turn.context.topic or "")
        goes_on = found.match.confidence < ANSWER_FROM or words(turn.text)[0] in _GOING_ON
        if topic and goes_on and find_dates(turn.text, today=turn.today):
            follow_up = self._questions.dates(turn.text, topic, turn.context, today=turn.today)
            if follow_up:
                return follow_up
        context = answer.context
        if turn.confidential:
            context = replace(context, asked="" if isinstance(found.finding, Unknown) else context.asked, noted=True)
        elif isinstance(found.finding, Unknown):
            turn.records.note_unanswered(turn.text, turn.now)
            context = replace(context, noted=True)
        if isinstance(found.finding, (Unknown, Choose)):
            context = replace(context, topic=topic.id if topic else None, answered=False)
        if isinstance(found.finding, NotCovered) and found.finding.gap.id == _COMPLAINTS:
            answer = replace(answer, blocks=(*answer.blocks, presenting.A_CONCERN))
        return self._forums.beside(replace(answer, context=context), found, turn)


def _turn(message: Message, context: Context, records: Records, now: datetime) -> Turn:
    return Turn(message, question_in(message.text), replace(context, yes=""), records, now, context.yes)


def _scope(context: Context) -> Scope:
    return Scope(context.compact, Party(context.party) if context.party else None)


def _without_concerns(reply: Reply) -> Reply:
    return replace(reply, blocks=tuple(each for each in map(_without_starts, reply.blocks) if not _is_empty(each)))


def _is_empty(block: Block) -> bool:
    return isinstance(block, Choices) and not block.options


def _without_starts(block: Block) -> Block:
    match block:
        case Choices(options, numbered=False):
            return replace(block, options=tuple(each for each in options if not each.says.startswith(_START)))
        case Facts(rows):
            return Facts(tuple(row for row in rows if _START not in row[1]))
        case _:
            return block
