"""What is said to remarks: greetings, thanks, "more", "why?", and verdicts on answers."""

from dataclasses import replace

from handlers import presenting
from handlers.browsing import Browsing
from handlers.questions import Questions
from handlers.saying import Saying, plainly, saying
from handlers.smalltalk import Remark
from handlers.turn import Turn
from knowledge.base import Knowledge

_PER_MORE = 4
HELLO = "Hello! Ask me what a Compact says, for example: who pays for DBS checks? Say help to see what I can do."


class Remarks:
    """Answers what is no question."""

    def __init__(self, knowledge: Knowledge, questions: Questions, browsing: Browsing, leads: str) -> None:
        """`leads`: how to reach the Compact leads, a sentence."""
        self._knowledge = knowledge
        self._questions = questions
        self._browsing = browsing
        self._leads = leads

    def answer(self, said: Remark, turn: Turn) -> Saying:
        """What to say to a remark."""
        match said:
            case Remark.HELLO:
                return plainly(HELLO, turn.context)
            case Remark.THANKS:
                return plainly("You are welcome.", turn.context)
            case Remark.GOODBYE:
                return plainly("Goodbye, and good luck.", turn.context)
            case Remark.HELP:
                return saying((*self._browsing.help(turn.context).blocks, presenting.A_CONCERN), turn.context)
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

    def _more(self, turn: Turn) -> Saying:
        shown, rest = turn.context.more[:_PER_MORE], turn.context.more[_PER_MORE:]
        commitments = tuple(self._knowledge.commitments[each] for each in shown if each in self._knowledge.commitments)
        if not commitments:
            return plainly("That is all I have on this. Ask me something else, or say topics.", turn.context)
        blocks = [presenting.passage(each, self._knowledge) for each in commitments]
        return saying(blocks, replace(turn.context, more=rest))

    def _why(self, turn: Turn) -> Saying:
        because = turn.context.because or self._questions.because(turn.context.asked, today=turn.today)
        if not because:
            return plainly("I have not answered anything yet. Ask me a question first.", turn.context)
        first, *others = because
        return plainly(first, turn.context, *others)

    def verdict_on(self, topic: str, turn: Turn, *, helped: bool) -> Saying:
        """A verdict on a named topic: a button's, perhaps on an older answer. What the talk is about now stays so."""
        if turn.context.topic == topic and turn.context.answered:
            return self._verdict(turn, helped=helped)
        turn.records.note_verdict(topic, helped=helped)
        return plainly("Thank you for telling me.", turn.context)

    def _verdict(self, turn: Turn, *, helped: bool) -> Saying:
        context = turn.context
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
            turn.records.note_unanswered(context.asked, turn.now)
        noted = "I have noted the question, without your name, for the people who write my answers."
        advice = "I am sorry." if turn.confidential else f"I am sorry. {noted}"
        return plainly(advice, context, "You could say it in other words, or say topics to look around.", self._leads)
