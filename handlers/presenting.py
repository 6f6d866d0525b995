"""How knowledge is put before people: commitments, topics and dates as blocks, the same words on every face."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.commands import About, RaiseConcern, Verdict, WorkOut
from handlers.conversation import AskDate, Block, Choices, Facts, Heading, Option, Passage, Quote, SideBySide, Text
from knowledge.base import Knowledge
from knowledge.content import Commitment, Compact, Force, Party, Term, Theme, Topic
from knowledge.finding import Scope
from knowledge.periods import Comparison, Deadline, End

_FORCE_IN_WORDS = {
    Force.MUST: "must",
    Force.SHOULD: "should",
    Force.WHERE_POSSIBLE: "where possible",
    Force.CONSIDER: "consider",
    Force.MAY: "may",
    Force.STATES: "background: it binds nobody",
}
_SHORT = 90
_CONCERNS = "concerns"
A_CONCERN = Choices((Option("Raise a concern", str(RaiseConcern()), str(RaiseConcern())),), numbered=False)
_BRIEF_REMARKS = 2


def passages(commitments: Sequence[Commitment], knowledge: Knowledge) -> tuple[Block, ...]:
    """The commitments, side by side where two or more Compacts speak."""
    shown = tuple(passage(each, knowledge, brief=True) for each in commitments)
    if len({each.title for each in shown}) < len(shown):
        pairs = zip(commitments, shown, strict=True)
        shown = tuple(replace(each, title=_title_with_party(commitment, knowledge)) for commitment, each in pairs)
    if len({each.compact for each in commitments}) > 1:
        return (SideBySide(shown),)
    return shown


def _title_with_party(commitment: Commitment, knowledge: Knowledge) -> str:
    compact = knowledge.compacts[commitment.compact]
    return f"{compact.name}: {bound(commitment, compact)}"


def passage(commitment: Commitment, knowledge: Knowledge, *, brief: bool = False) -> Passage:
    """One commitment: what it says first, then whom it binds and where it stands, then what the source leaves open.

    `brief` leaves out what an answer can do without: conditions, which stand in the words too, and further doubts.
    """
    compact = knowledge.compacts[commitment.compact]
    facts, remarks = tuple(_facts(commitment, compact)), tuple(_remarks(commitment, compact))
    if brief:
        facts = tuple(fact for fact in facts if fact[0] != "When")
        rest = len(remarks) - _BRIEF_REMARKS
        more = (f"It leaves more open: say show {commitment.id} to see all.",) if rest > 0 else ()
        remarks = (*remarks[:_BRIEF_REMARKS], *more)
    return Passage(compact.name, commitment.says, facts, remarks)


def whole(commitment: Commitment, knowledge: Knowledge) -> tuple[Block, ...]:
    """Everything on file about one commitment."""
    blocks: list[Block] = [passage(commitment, knowledge)]
    if commitment.wording:
        blocks.append(Quote(commitment.wording, f"{knowledge.compacts[commitment.compact].title}, {commitment.source}"))
    topics = [knowledge.topics[topic].title for topic in commitment.topics if topic in knowledge.topics]
    section = knowledge.section_of(commitment)
    blocks.append(Facts((("Section", section.title), ("Answers", "; ".join(topics)))))
    return (*blocks, *related(commitment.related, knowledge))


def related(ids: Iterable[str], knowledge: Knowledge) -> tuple[Block, ...]:
    """Commitments to look at next, a line each, to be picked by number."""
    options = tuple(option(knowledge.commitments[each], knowledge) for each in ids)
    return (Text("Related:", quiet=True), Choices(options)) if options else ()


def option(commitment: Commitment, knowledge: Knowledge) -> Option:
    """A commitment as something to pick: its Compact, and how it begins."""
    compact = knowledge.compacts[commitment.compact]
    return Option(f"{compact.name}: {shortened(commitment.says)}", f"show {commitment.id}")


def topic_option(topic: Topic) -> Option:
    """A topic as something to pick."""
    return Option(topic.title, str(About(topic.id)))


def other_option(topic: Topic, commitment: Commitment) -> Option:
    """A topic that may have been meant instead, with how its first commitment begins."""
    return Option(f"{topic.title}: {shortened(commitment.says)}", str(About(topic.id)))


def theme_option(theme: Theme, topics: int) -> Option:
    """A theme as something to pick, with how many topics it holds."""
    return Option(f"{theme.title} ({topics})", f"topics {theme.id}")


def verdict_options(topic: str) -> Choices:
    """Whether an answer helped."""
    helped, not_helped = Verdict(topic, helped=True), Verdict(topic, helped=False)
    options = (
        Option("Yes, that helped", str(helped), "that helped"),
        Option("No, it did not", str(not_helped), "that did not help"),
    )
    return Choices(options, numbered=False, once=True)


def concern_choice(topic: Topic, compact: str | None) -> Choices:
    """A concern about what a topic's commitments say; where the topic is raising concerns, simply one."""
    if topic.theme == _CONCERNS:
        return A_CONCERN
    about, this = RaiseConcern(topic.id, compact), RaiseConcern("this")
    return Choices((Option("Raise a concern about this", str(about), str(this)),), numbered=False)


def concern_beside(topics: Iterable[Topic]) -> tuple[Block, ...]:
    """A concern, where somebody may have asked how one is raised."""
    return (A_CONCERN,) if any(topic.theme == _CONCERNS for topic in topics) else ()


def other_side_option(topic: Topic, scope: Scope, party: Party) -> Option:
    """What the other side has promised."""
    side, typed = (
        ("public bodies promise", "and the public bodies?")
        if party is Party.PUBLIC
        else ("the voluntary sector promises", "and the charities?")
    )
    return Option(f"What {side}", str(About(topic.id, Scope(scope.compact, party))), typed)


def ask_date(topic: Topic, commitment: Commitment) -> tuple[Block, ...]:
    """A calendar for either end of a commitment's period; nothing where it has none."""
    period = commitment.period
    if period is None:
        return ()
    ends = ((period.last, End.LAST), (period.first, End.FIRST))
    days = tuple(Option(f"The day when {event.event}", str(WorkOut(topic.id, end))) for event, end in ends)
    return (AskDate("To work out a date, name a day, for example: and if it ends on 31 March?", days),)


def definition(term: Term, knowledge: Knowledge) -> tuple[Block, ...]:
    """A word of the trade, what it means, and the topics where it matters."""
    names = f"{term.term} ({', '.join(term.also)})" if term.also else term.term
    topics = tuple(topic_option(knowledge.topics[topic]) for topic in term.topics if topic in knowledge.topics)
    look = (Text("The Compacts speak of it under:", quiet=True), Choices(topics)) if topics else ()
    return (Heading(names), Text(term.meaning), *look)


def deadline(found: Deadline, knowledge: Knowledge) -> tuple[Block, ...]:
    """A date worked out: the sentence first, then what it rests on."""
    compact = knowledge.compacts[found.commitment.compact]
    return (Passage(compact.name, found.meaning, remarks=found.notes),)


def comparison(found: Comparison, knowledge: Knowledge) -> Text:
    """A length of time held against a commitment."""
    return Text(f"{knowledge.compacts[found.commitment.compact].name}: {found.meaning}")


def shortened(text: str, limit: int = _SHORT) -> str:
    """`text` in at most `limit` characters: its first sentences where they fill half of that, else cut after a word, with "…"."""
    if len(text) <= limit:
        return text
    sentences = text[: limit + 1].rpartition(". ")[0]
    if len(sentences) >= limit // 2:
        return f"{sentences}."
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def bound(commitment: Commitment, compact: Compact) -> str:
    """Whom a commitment binds, in the Compact's own names for the sides."""
    match commitment.party:
        case Party.PUBLIC:
            return compact.parties.public
        case Party.VCSE:
            return compact.parties.vcse
        case Party.BOTH:
            return f"both {compact.parties.public} and {compact.parties.vcse}"


def _facts(commitment: Commitment, compact: Compact) -> Iterable[tuple[str, str]]:
    if commitment.force is not Force.STATES:
        yield "Binds", bound(commitment, compact)
    yield "Force", _FORCE_IN_WORDS[commitment.force]
    yield from (("When", condition) for condition in commitment.conditions)
    yield from (("Unless", exception) for exception in commitment.unless)
    yield "Where", f"{commitment.source} [{commitment.id}]"


def _remarks(commitment: Commitment, compact: Compact) -> Iterable[str]:
    if compact.status == "replaced":
        yield f"This Compact has been replaced by {compact.replaced_by}."
    if commitment.abridged:
        yield "The source leaves words out here, so this is a summary of a summary."
    yield from commitment.leaves_open
