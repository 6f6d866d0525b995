"""A question answered: the finding of the knowledge base, with dates worked out, as something to say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import assert_never

from handlers import presenting
from handlers.commands import About
from handlers.context import Context
from handlers.conversation import Block, Choices, Heading, Option, Text
from handlers.saying import Saying, plainly, saying
from knowledge.base import Knowledge
from knowledge.content import Commitment, Gap, Party, Topic
from knowledge.dates import FoundDate, find_dates, find_lengths
from knowledge.finding import Answered, Choose, Defined, Finder, Finding, Found, NotCovered, Scope, Silent, Unknown
from knowledge.periods import Deadline, End, compared, deadline, first_deadline, worked_out_from

_NONE_OF_THESE = Choices((Option("None of these", "none of these"),), numbered=False)
_SURE = 0.8
_RELATED = 4


@dataclass(frozen=True)
class Asked:
    """A question with its answer: what was found, and the first date worked out, if any."""

    question: str
    found: Found
    deadline: Deadline | None


def ask(finder: Finder, question: str, *, today: date, within: Scope = Scope()) -> Asked:
    """The answer to one question, for programs: no wording, no memory."""
    found = finder.find(question, today=today, within=within)
    commitments = found.finding.commitments if isinstance(found.finding, Answered) else ()
    worked_out = first_deadline(commitments, find_dates(question, today=today), question, today=today)
    return Asked(question, found, worked_out)


class Questions:
    """Puts findings into words."""

    def __init__(self, finder: Finder, leads: str) -> None:
        """`leads`: how to reach the Compact leads, a sentence."""
        self._finder = finder
        self._knowledge: Knowledge = finder.knowledge
        self._leads = leads

    def answer(self, question: str, *, today: date, within: Scope = Scope()) -> tuple[Saying, Found]:
        """What to say to a question, and what was found."""
        found = self._finder.find(question, today=today, within=within)
        context = Context(asked=question, compact=found.scope.compact, party=found.scope.party)
        return self._say(found.finding, question, context, today), found

    def because(self, question: str, *, today: date) -> tuple[str, ...]:
        """Why a question is answered as it is, a sentence each: worked out when asked for, as it takes longer than the answer."""
        match = self._finder.matcher.match(question, today=today)
        if not match.candidates:
            return ()
        first = match.candidates[0]
        weights = sorted(self._finder.matcher.contributions(match).items(), key=lambda each: -each[1])
        counted = ", ".join(f"“{word}”" for word, weight in weights[:5] if weight > 0)
        reasons = [
            f"Your question is most like “{first.phrasing}”, which people ask about “{first.entry.title}”.",
            f"The words that counted most: {counted}." if counted else "",
            f"I am {match.confidence:.0%} sure that this is what you mean.",
            *(f"I read “{typed}” as “{read}”." for typed, read in match.corrections),
        ]
        return tuple(reason for reason in reasons if reason)

    def about(self, topic: Topic, scope: Scope, context: Context, *, today: date) -> Saying:
        """What to say about a topic that somebody picked."""
        finding = self._finder.about(topic, scope)
        because = (f"You picked the topic “{topic.title}”.",)
        context = replace(
            context, compact=scope.compact, party=scope.party, because=because, judged=False, answered=True
        )
        return self._say(finding, "", context, today)

    def dates(self, question: str, topic: Topic, context: Context, *, today: date) -> Saying | None:
        """Dates in a follow-up, worked out by the commitments last answered; None where none of them has a period."""
        party = Party(context.party) if context.party else None
        finding = self._finder.about(topic, Scope(context.compact, party))
        if not isinstance(finding, Answered):
            return None
        blocks = self._times(finding.commitments, question, today)
        return saying((Heading(topic.title), *blocks), context) if blocks else None

    def _say(self, finding: Finding, question: str, context: Context, today: date) -> Saying:
        match finding:
            case Answered():
                return self._answered(finding, question, context, today)
            case Choose(options):
                picks = Choices(tuple(presenting.topic_option(each.topic) for each in options))
                unsure = Text("I am not sure which of these you mean. Did you mean:")
                concern = presenting.concern_beside([each.topic for each in options])
                return saying((unsure, picks, _NONE_OF_THESE, *concern), context)
            case NotCovered(gap):
                return self._not_covered(gap, context)
            case Silent():
                return self._silent(finding, context)
            case Defined(term):
                return saying(presenting.definition(term, self._knowledge), context)
            case Unknown():
                return self._unknown(context)
            case _:
                assert_never(finding)

    def _answered(self, finding: Answered, question: str, context: Context, today: date) -> Saying:
        unsure = [Text("I think this is what you are asking about:", quiet=True)] if finding.confidence < _SURE else []
        shown = {each.id for each in finding.shown}
        party = Party(context.party) if context.party else None
        own_side = finding.commitments[0].party
        others = [each.id for each in sorted(finding.others, key=lambda each: each.party is own_side)]
        linked = [each for commitment in finding.commitments for each in commitment.related]
        next_ids = [each for each in dict.fromkeys((*others, *linked)) if each not in shown]
        next_ids.sort(key=lambda each: party is not None and self._knowledge.commitments[each].party is not party)
        times = self._times(finding.commitments, question, today)
        blocks: list[Block] = [
            Heading(finding.topic.title),
            *unsure,
            *self._other_party(finding, party),
            *times,
            *presenting.passages(finding.commitments, self._knowledge),
            *self._also(finding),
            *(() if times else presenting.related(next_ids[:_RELATED], self._knowledge)),
            *([] if times else presenting.ask_date(finding.topic, finding.commitments[0])),
            *self._other_side(finding, context, next_ids),
            presenting.concern_choice(finding.topic, context.compact),
            presenting.verdict_options(finding.topic.id),
        ]
        more = str(About(finding.topic.id, Scope(context.compact, party)))
        return saying(blocks, replace(context, topic=finding.topic.id, more=tuple(next_ids)), more)

    def _other_side(self, finding: Answered, context: Context, next_ids: Sequence[str]) -> tuple[Block, ...]:
        parties = {each.party for each in finding.commitments}
        if len(parties) > 1 or Party.BOTH in parties:
            return ()
        other = Party.VCSE if Party.PUBLIC in parties else Party.PUBLIC
        if all(self._knowledge.commitments[each].party is not other for each in next_ids):
            return ()
        return (Choices((presenting.other_side_option(finding.topic, Scope(context.compact), other),), numbered=False),)

    def work_out(self, topic: Topic, end: End, given: date, context: Context, *, today: date) -> Saying:
        """The dates that a topic's commitments give for a day picked from a calendar."""
        found = [worked_out_from(each, given, end, today=today) for each in self._knowledge.about(topic.id)]
        blocks = [block for each in found if each for block in presenting.deadline(each, self._knowledge)]
        if not blocks:
            return plainly("No date follows from that: nothing under this heading sets a time.", context)
        return saying((Heading(topic.title), *blocks), replace(context, topic=topic.id))

    def _other_party(self, finding: Answered, party: Party | None) -> tuple[Block, ...]:
        """A word of warning where the side asked about has promised nothing, so that the other's is not taken for its own."""
        if party is None or any(each.party in {party, Party.BOTH} for each in finding.commitments):
            return ()
        asked, bound = (("public bodies", "the voluntary sector"), ("the voluntary sector", "public bodies"))[
            party is Party.VCSE
        ]
        return (Text(f"Nothing under this heading binds {asked}. It commits {bound}:"),)

    def _also(self, finding: Answered) -> tuple[Block, ...]:
        if not finding.also:
            return ()
        options = tuple(presenting.other_option(each.topic, each.commitment) for each in finding.also)
        return (Text("If that is not what you mean, did you mean one of these?", quiet=True), Choices(options))

    def _times(self, commitments: tuple[Commitment, ...], question: str, today: date) -> list[Block]:
        found = find_dates(question, today=today)
        blocks: list[Block] = [_impossible(each) for each in found if each.day is None]
        timed = [each for each in commitments if each.period]
        if not timed:
            return blocks
        for each in found:
            deadlines = [deadline(commitment, each, question, today=today) for commitment in timed]
            blocks += [
                block for worked in deadlines if worked for block in presenting.deadline(worked, self._knowledge)
            ]
        for length in find_lengths(question):
            held = [compared(commitment, length, today=today) for commitment in timed]
            blocks += [presenting.comparison(each, self._knowledge) for each in held if each]
        return blocks

    def _not_covered(self, gap: Gap, context: Context) -> Saying:
        return saying(
            (Heading(gap.title), Text(gap.says), Text(gap.instead), presenting.verdict_options(gap.id)),
            replace(context, topic=gap.id),
        )

    def _silent(self, finding: Silent, context: Context) -> Saying:
        compact = self._knowledge.compacts[finding.compact]
        others = " and ".join(dict.fromkeys(self._knowledge.compacts[each.compact].name for each in finding.elsewhere))
        says = f"The {compact.name} says nothing about this, as far as our source goes."
        borrowed = (
            f"The {others} does. These are its words about its own partners; they bind nobody under the {compact.name}:"
        )
        blocks = (
            Heading(finding.topic.title),
            Text(says),
            Text(borrowed),
            *presenting.passages(finding.elsewhere, self._knowledge),
            presenting.verdict_options(finding.topic.id),
        )
        more = str(About(finding.topic.id, Scope(finding.compact)))
        return saying(blocks, replace(context, topic=finding.topic.id), more)

    def _unknown(self, context: Context) -> Saying:
        themes = tuple(
            presenting.theme_option(theme, count)
            for theme in self._knowledge.themes.values()
            if (count := sum(topic.theme == theme.id for topic in self._knowledge.topics.values()))
        )
        blocks: tuple[Block, ...] = (
            Text("I have not found anything about that in the Compacts I know, so I would rather not guess."),
            Text("You could say it in other words, or look under one of these:")
            if themes
            else Text("You could say it in other words."),
            *((Choices(themes),) if themes else ()),
            Text(self._leads),
        )
        return saying(blocks, context)


def _impossible(found: FoundDate) -> Text:
    return Text(f"There is no such day as “{found.words.strip()}”, so I have not worked out a date. Please check it.")
