"""The assistant: one message in, replies out. Synchronous, and the same every time for the same store and clock."""

import re
from dataclasses import dataclass, replace
from datetime import date

from handlers import presenting
from handlers.browsing import Browsing
from handlers.commands import About, Verdict, WorkOut, command
from handlers.context import Context
from handlers.conversation import Message, Reply, Text
from handlers.ports import Clock, Records, Store
from handlers.questions import Questions
from handlers.saying import Saying, plainly, saying
from handlers.smalltalk import Remark, remark
from knowledge.content import Party
from knowledge.dates import find_dates
from knowledge.finding import ANSWER_FROM, Choose, Finder, Scope, Unknown
from knowledge.text import words

MOST_CHARACTERS = 4_000
_NUMBER = re.compile(r"(?:no\.?|number|option|#)?\s*(\d{1,2})[.)]?", re.IGNORECASE)
_QUOTED = re.compile(r"^[^\S\n]*(?:>|&gt;).*$", re.MULTILINE)
_PER_MORE = 4
_GOING_ON = frozenset({"and", "but", "so", "if", "or", "then"})

NOTHING_SAID = "Please ask me something in words, for example: how much notice must we give before funding ends?"
TOO_LONG = (
    "That is too long for me to read as one question. "
    f"Please put it in a sentence or two, up to {MOST_CHARACTERS:,} characters."
)
ABOUT_WHAT = "What would you like to know about that? Ask me a whole question, or say topics to look around."
WELCOME = "Hello! I am compactbot. Ask me anything about your Compact, here or wherever I am mentioned."
HELLO = "Hello! Ask me what a Compact says, for example: who pays for DBS checks? Say help to see what I can do."


@dataclass(frozen=True)
class _Turn:
    """One message being answered."""

    text: str
    context: Context
    records: Records


class Assistant:
    """Answers messages from one knowledge base, remembering in one store what each conversation is about."""

    def __init__(self, finder: Finder, store: Store, clock: Clock, *, leads: str) -> None:
        """`leads`: a sentence on how to reach the Compact leads."""
        self._finder = finder
        self._knowledge = finder.knowledge
        self._store = store
        self._clock = clock
        self._questions = Questions(finder, leads)
        self._browsing = Browsing(finder.knowledge)
        self._leads = leads

    def handle(self, message: Message) -> list[Reply]:
        """The replies to `message`. All that it changes is kept in one transaction of the store."""
        with self._store.begin() as records:
            context = records.context(message.conversation) or Context()
            said = self._respond(_Turn(_question_in(message.text), context, records))
            records.keep_context(message.conversation, said.context, self._clock.now())
        return [Reply(said.blocks, said.more)]

    def home(self) -> Reply:
        """What a person sees before asking anything: what the assistant does, and what there is to browse."""
        return Reply((*self._browsing.help(Context()).blocks, *self._browsing.topics(Context()).blocks))

    def welcome(self) -> Reply:
        """What a person is told on first contact."""
        return Reply((Text(WELCOME), *self._browsing.help(Context()).blocks))

    def _respond(self, turn: _Turn) -> Saying:
        if len(turn.text) > MOST_CHARACTERS:
            return plainly(TOO_LONG, turn.context)
        if not words(turn.text):
            return plainly(NOTHING_SAID, turn.context)
        if number := _NUMBER.fullmatch(turn.text):
            return self._pick(int(number[1]), turn)
        if said := remark(turn.text):
            return self._remarked(said, turn)
        return (
            self._commanded(turn)
            or self._browsing.command(turn.text, turn.context)
            or self._narrowed(turn)
            or self._question(turn)
        )

    def _pick(self, number: int, turn: _Turn) -> Saying:
        options = turn.context.options
        if not options:
            return plainly(
                "There is nothing to pick by number just now. Ask me a question, or say topics.", turn.context
            )
        if not 1 <= number <= len(options):
            return plainly(f"Please pick a number from 1 to {len(options)}.", turn.context)
        return self._respond(replace(turn, text=options[number - 1]))

    def _commanded(self, turn: _Turn) -> Saying | None:
        match command(turn.text):
            case About(name, scope) if topic := self._knowledge.topics.get(name):
                return self._questions.about(topic, scope, turn.context, today=self._today())
            case WorkOut(name, end, day) if day and (topic := self._knowledge.topics.get(name)):
                return self._questions.work_out(topic, end, day, turn.context, today=self._today())
            case Verdict(name, helped) if name in self._knowledge.topics or name in self._knowledge.gaps:
                return self._verdict_on(name, turn, helped=helped)
            case _:
                return None

    def _narrowed(self, turn: _Turn) -> Saying | None:
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
        return self._questions.about(topic, scope, turn.context, today=self._today())

    def _question(self, turn: _Turn) -> Saying:
        answer, found = self._questions.answer(turn.text, today=self._today())
        topic = self._knowledge.topics.get(turn.context.topic or "")
        goes_on = found.match.confidence < ANSWER_FROM or words(turn.text)[0] in _GOING_ON
        if topic and goes_on and find_dates(turn.text, today=self._today()):
            follow_up = self._questions.dates(turn.text, topic, turn.context, today=self._today())
            if follow_up:
                return follow_up
        context = answer.context
        if isinstance(found.finding, Unknown):
            turn.records.note_unanswered(turn.text, self._clock.now())
            context = replace(context, noted=True)
        if isinstance(found.finding, (Unknown, Choose)):
            context = replace(context, topic=topic.id if topic else None, answered=False)
        return replace(answer, context=context)

    def _remarked(self, said: Remark, turn: _Turn) -> Saying:
        match said:
            case Remark.HELLO:
                return plainly(HELLO, turn.context)
            case Remark.THANKS:
                return plainly("You are welcome.", turn.context)
            case Remark.GOODBYE:
                return plainly("Goodbye, and good luck.", turn.context)
            case Remark.HELP:
                return self._browsing.help(turn.context)
            case Remark.TOPICS:
                return self._browsing.topics(turn.context)
            case Remark.SECTIONS:
                return self._browsing.compacts(turn.context)
            case Remark.MORE:
                return self._more(turn)
            case Remark.WHY:
                return self._why(turn)
            case Remark.HELPED | Remark.YES:
                return self._verdict(turn, helped=True)
            case Remark.DID_NOT_HELP | Remark.NO:
                return self._verdict(turn, helped=False)

    def _more(self, turn: _Turn) -> Saying:
        shown, rest = turn.context.more[:_PER_MORE], turn.context.more[_PER_MORE:]
        commitments = tuple(self._knowledge.commitments[each] for each in shown if each in self._knowledge.commitments)
        if not commitments:
            return plainly("That is all I have on this. Ask me something else, or say topics.", turn.context)
        blocks = [presenting.passage(each, self._knowledge) for each in commitments]
        return saying(blocks, replace(turn.context, more=rest))

    def _why(self, turn: _Turn) -> Saying:
        because = turn.context.because or self._questions.because(turn.context.asked, today=self._today())
        if not because:
            return plainly("I have not answered anything yet. Ask me a question first.", turn.context)
        first, *others = because
        return plainly(first, turn.context, *others)

    def _verdict_on(self, topic: str, turn: _Turn, *, helped: bool) -> Saying:
        """A verdict on a named topic: a button's, perhaps on an older answer. What the talk is about now stays so."""
        if turn.context.topic == topic and turn.context.answered:
            return self._verdict(turn, helped=helped)
        turn.records.note_verdict(topic, helped=helped)
        return plainly("Thank you for telling me.", turn.context)

    def _verdict(self, turn: _Turn, *, helped: bool) -> Saying:
        now, context = self._clock.now(), turn.context
        if not context.asked and not context.topic:
            return plainly("I have not answered anything yet. Ask me a question first.", context)
        if context.judged:
            return plainly("You have told me about that answer already. Thank you.", context)
        context = replace(context, judged=True)
        if context.topic and context.answered:
            turn.records.note_verdict(context.topic, helped=helped)
        if helped:
            return plainly("Good. Thank you for telling me.", context)
        if context.asked and not context.noted:
            turn.records.note_unanswered(context.asked, now)
        advice = "I am sorry. I have noted the question, without your name, for the people who write my answers."
        return plainly(advice, context, "You could say it in other words, or say topics to look around.", self._leads)

    def _today(self) -> date:
        return self._clock.now().date()


def _scope(context: Context) -> Scope:
    return Scope(context.compact, Party(context.party) if context.party else None)


def _question_in(text: str) -> str:
    """What a person wrote, without the lines they quote from somebody else, unless there is nothing else."""
    # Halves of surrogate pairs come from text that was decoded badly, and no store can keep them.
    text = text.encode("utf-8", "ignore").decode()
    own = _QUOTED.sub("", text).strip()
    return own or text.strip()
