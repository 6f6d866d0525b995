"""The questions by which a concern is told: data, made from the knowledge base."""

from collections.abc import Callable
from datetime import date
from os.path import commonprefix

from handlers.concerns import whens
from handlers.concerns.synonyms import SYNONYMS
from handlers.conversation import Option
from handlers.presenting import shortened
from handlers.wizard import Answers, Kind, Step
from knowledge.base import Knowledge
from knowledge.content import Commitment, Party

COMPACT, RAISING, ORGANISATION, OTHERS, REPRESENTING, PARTY = (
    "compact",
    "raising",
    "organisation",
    "others",
    "representing",
    "party",
)
STORY, WHEN, COMMITMENTS, TALKED, FIRST, AGAIN = "story", "when", "commitments", "talked", "first", "again"
WISH, NAMED, REACH = "wish", "named", "reach"

FREE_TEXT = frozenset({ORGANISATION, OTHERS, REPRESENTING, STORY, WHEN, WISH, REACH})
"""The steps whose answers are people's own words."""

MOST_STORY = 6_000
NOT_SURE = "not sure"
ALONE, TOGETHER, REPRESENTED = "alone", "together", "representative"
NOT_YET, TRY_FIRST = "no", "try"
STILL_GOING_ON = "It is still going on"
HERE = "Here, in this chat"
NAME_NOBODY = "Please do not name patients or people who use services."

_NOT_KEPT_TO = "It is the one that the other side has not kept to. Its leads get your concern."

Suggest = Callable[[Answers], tuple[Commitment, ...]]
"""The commitments that a story may be about, given the answers so far, likeliest first."""


def no_suggestions(_: Answers) -> tuple[Commitment, ...]:
    """For reading answers that have been given."""
    return ()


def steps(knowledge: Knowledge, *, today: date, suggest: Suggest = no_suggestions) -> tuple[Step, ...]:
    """All the questions, in their order."""
    return (*_who(knowledge), *_what(knowledge, today, suggest), *_before_it_is_raised(today), *_afterwards())


def _who(knowledge: Knowledge) -> tuple[Step, ...]:
    compacts = tuple(Option(each.name, each.id) for each in knowledge.compacts.values())
    return (
        Step(COMPACT, "Compact", "Which Compact is it about?", Kind.ONE, _NOT_KEPT_TO, options=lambda _: compacts),
        *_raisers(),
        Step(
            PARTY,
            "Your side",
            "On which side of the Compact are you?",
            Kind.ONE,
            "Each side has promised different things. I look for what the other side should have done.",
            synonyms=SYNONYMS[PARTY],
            options=lambda given: _parties(knowledge, given),
        ),
    )


def _raisers() -> tuple[Step, ...]:
    return (
        Step(
            RAISING,
            "Who raises it",
            "Are you raising it alone, or with others?",
            Kind.ONE,
            "So that the leads know who is behind it.",
            synonyms=SYNONYMS[RAISING],
            options=lambda _: (
                Option("On our own", ALONE),
                Option("Together with others", TOGETHER),
                Option("Through a representative", REPRESENTED),
            ),
        ),
        Step(
            ORGANISATION,
            "Organisation",
            "What is your organisation called?",
            Kind.LINE,
            "The group or body that you raise it for. The leads see its name.",
            most=200,
        ),
        Step(
            OTHERS,
            "Together with",
            "Who is raising it with you?",
            Kind.LINE,
            "The names of the other organisations.",
            when=lambda given: given.get(RAISING) == (TOGETHER,),
            most=500,
        ),
        Step(
            REPRESENTING,
            "Representative",
            "Who speaks for whom?",
            Kind.LINE,
            "For example: Ashmere Voluntary Action speaks for the Tuesday lunch club.",
            when=lambda given: given.get(RAISING) == (REPRESENTED,),
        ),
    )


def _what(knowledge: Knowledge, today: date, suggest: Suggest) -> tuple[Step, ...]:
    return (
        Step(
            STORY,
            "What happened",
            "What happened?",
            Kind.STORY,
            f"Tell it in your own words, in as many messages as you like, then say that's all. {NAME_NOBODY}",
            most=MOST_STORY,
        ),
        Step(
            WHEN,
            "When",
            "When did it happen?",
            Kind.LINE,
            "A day, from when to when, or since when. For example: 3 March, from May to July, since last week.",
            options=lambda _: (Option(STILL_GOING_ON, STILL_GOING_ON, "ongoing"),),
            check=lambda text: whens.complaint(text, today),
            keep=lambda text: whens.kept(text, today),
        ),
        Step(
            COMMITMENTS,
            "Commitments",
            "Which of these commitments is it about?",
            Kind.SEVERAL,
            "Pick one or more, then say done. To look for another, type a few words.",
            options=lambda given: _commitments(knowledge, suggest(given)),
            others=lambda given, value: _is_of(knowledge, given, value),
            alone=(NOT_SURE,),
        ),
    )


def _before_it_is_raised(today: date) -> tuple[Step, ...]:
    return (
        Step(
            TALKED,
            "Talked with the other side",
            "Have you talked with the other side about it yet?",
            Kind.ONE,
            "You can raise it either way. It tells the leads what has been tried.",
            synonyms=SYNONYMS[TALKED],
            options=lambda _: (
                Option("Yes, we have", "yes", "we have"),
                Option("We tried, and heard nothing", "tried", "we tried"),
                Option("No, not yet", NOT_YET, "not yet"),
            ),
        ),
        Step(
            FIRST,
            "Talking first",
            "Would you like to try that first?",
            Kind.ONE,
            "It is your choice. What you have told me waits here.",
            synonyms=SYNONYMS[FIRST],
            options=lambda _: (
                Option("No, go on and raise it", "no", "go on and raise it"),
                Option("Yes, try that first", TRY_FIRST, "yes"),
            ),
            when=lambda given: given.get(TALKED) == (NOT_YET,),
        ),
        Step(
            AGAIN,
            "When to ask again",
            "When shall I ask you how it went?",
            Kind.LINE,
            "You can come back sooner at any time.",
            options=lambda _: (
                Option("In a week", "in a week", "in a week"),
                Option("In two weeks", "in two weeks", "in two weeks"),
            ),
            when=lambda given: given.get(FIRST) == (TRY_FIRST,),
            check=lambda text: whens.cannot_wait(whens.day_to_wait_for(text, today), today),
        ),
    )


def _afterwards() -> tuple[Step, ...]:
    return (
        Step(
            WISH,
            "What would put it right",
            "What would put it right?",
            Kind.LINE,
            "Say what you hope for, if you know it.",
            optional=True,
            most=2_000,
        ),
        Step(
            NAMED,
            "Naming you",
            "May the Compact leads tell the other side who raised it?",
            Kind.ONE,
            "The leads see who you are. This is about what the other side hears.",
            synonyms=SYNONYMS[NAMED],
            options=lambda _: (
                Option("Yes, they may", "yes", "they may"),
                Option("No, keep our name out of it", "no", "keep our name out of it"),
                Option("Ask us first", "ask", "ask us first"),
            ),
        ),
        Step(
            REACH,
            "How to reach you",
            "How can the leads reach you?",
            Kind.LINE,
            "An email address, a phone number, or here.",
            options=lambda _: (Option(HERE, HERE, "here"),),
        ),
    )


def _parties(knowledge: Knowledge, given: Answers) -> tuple[Option, ...]:
    compact = knowledge.compacts.get(given.get(COMPACT, ("",))[0])
    vcse, public = (
        (compact.parties.vcse, compact.parties.public) if compact else ("the voluntary sector", "public bodies")
    )
    return (
        Option(_capital(vcse), Party.VCSE.value, "voluntary sector"),
        Option(_capital(public), Party.PUBLIC.value, "public body"),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _commitments(knowledge: Knowledge, suggested: tuple[Commitment, ...]) -> tuple[Option, ...]:
    unsure = Option("I am not sure", NOT_SURE, "not sure")
    return (*(commitment_option(each, knowledge) for each in suggested if each.id in knowledge.commitments), unsure)


def commitment_option(commitment: Commitment, knowledge: Knowledge) -> Option:
    """A commitment as something to pick: how it begins, or where several begin alike, how it goes on."""
    label = shortened(commitment.says)
    own = (each.says for each in knowledge.commitments.values() if each.compact == commitment.compact)
    alike = [says for says in own if shortened(says) == label]
    if len(alike) > 1:
        same = commitment.says.rfind(" ", 0, len(commonprefix(alike))) + 1  # noqa: RUF071 - of sentences, not of paths
        label = shortened(f"… {commitment.says[same:]}")
    return Option(label, commitment.id)


def _is_of(knowledge: Knowledge, given: Answers, value: str) -> bool:
    """Whether a value is a commitment of the Compact that the concern is about."""
    commitment = knowledge.commitments.get(value)
    return commitment is not None and given.get(COMPACT) == (commitment.compact,)
