"""Which words begin a concern, and which only ask about one."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.store.sql import SqlStore
from handlers.concerns.starting import Start, first_state, start
from handlers.context import Context
from handlers.conversation import Conversation, Message, Platform
from handlers.turn import Turn, question_in
from knowledge.finding import Finder
from knowledge.loading import merged
from tests.clock import LONDON

Begins = Callable[..., Start | None]
NOTICE = "cpft.outcome-4.public.4"
NOW = datetime(2026, 11, 20, 10, tzinfo=LONDON)


@pytest.fixture
def begun(finder: Finder, store: SqlStore) -> Begins:
    """What a text begins, said after an answer about notice where a context is given."""

    def start_of(text: str, context: Context = Context()) -> Start | None:
        message = Message(Conversation(Platform.TERMINAL, "t", "c", "ann"), text, private=True)
        with store.begin() as records:
            return start(Turn(message, question_in(text), context, records, NOW), finder)

    return start_of


@pytest.mark.parametrize(
    "text",
    [
        "raise a concern",
        "Raise a concern.",
        "I want to raise a concern",
        "I'd like to raise a concern please",
        "Hello, we would like to raise a concern",
        "we have a dispute",
        "We've got a complaint",
        "I want to complain",
        "complain",
        "complaint",
        "new concern",
        "make a complaint",
        "I need to report a breach",
        "We wish to lodge a formal grievance",
        "rase a concen",
        "formal complaint",
        "a formal complaint please",
        "i wanna complain",
        "I wanna raise a concern",
        "i wnat to rasie a concern",
        "please help me raise a concern",
    ],
)
def test_words_that_begin_a_concern(begun: Begins, text: str) -> None:
    assert begun(text) == Start()


@pytest.mark.parametrize(
    "text",
    [
        "how do I raise a concern?",
        "How do I raise a concern",
        "can we complain jointly?",
        "can I raise a concern?",
        "I want to know how to raise a concern",
        "joint complaint",
        "lodging a grievance",
        "disputes process",
        "who oversees disputes",
        "We have a dispute procedure",
        "Do groups have the right to raise concerns about a public body?",
        "We have a complaint. What does the Compact say about it?",
        "We have a problem with late payment",
        "complaints",
        "raising a concern about late payment",
        "how much notice must we give before funding ends?",
        "",
    ],
)
def test_words_that_begin_none(begun: Begins, text: str) -> None:
    assert begun(text) is None


@pytest.mark.parametrize(
    ("text", "compact"),
    [
        ("We have a dispute with the council about our rent", ""),
        ("I would like to make a complaint about CPFT", "cpft"),
        ("raise a concern about late payments by South Glos", "sglos"),
        ("I want to complain. They never paid us.\nWhy does nobody answer? We are at our wits' end.", ""),
        ("We have a complaint: CPFT and South Glos both let us down.", ""),
        ("we want to raise a concern together with four other clubs", ""),
    ],
)
def test_what_is_said_in_the_same_breath_is_the_beginning_of_the_story(begun: Begins, text: str, compact: str) -> None:
    assert begun(text) == Start(compact=compact, story=text)


def test_a_story_can_follow_a_colon_whatever_is_in_it(begun: Begins) -> None:
    """As from a shortcut on somebody's message: quoted lines and questions are part of it."""
    story = "> they wrote this\nWhy? How much notice must they give?"
    assert begun(f"raise a concern: {story}") == Start(story=story)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        (f"raise a concern about {NOTICE}", Context(), Start(NOTICE)),
        ("raise a concern about notice-of-ending", Context(), Start("notice-of-ending")),
        ("raise a concern about notice-of-ending in sglos", Context(), Start("notice-of-ending", "sglos")),
        ("raise a concern about this", Context(topic="notice-of-ending"), Start("notice-of-ending")),
        (
            "raise a concern about it",
            Context(topic="notice-of-ending", compact="cpft"),
            Start("notice-of-ending", "cpft"),
        ),
        ("raise a concern about this", Context(), Start()),
        ("raise a concern about nothing-we-know", Context(), Start(story="raise a concern about nothing-we-know")),
    ],
)
def test_a_concern_about_an_answer_takes_its_commitments_along(
    begun: Begins, text: str, context: Context, expected: Start
) -> None:
    assert begun(text, context) == expected


@pytest.mark.parametrize(
    ("begin", "compact", "touched"),
    [
        (Start(NOTICE), ("cpft",), (NOTICE,)),
        (Start("notice-of-ending", "cpft"), ("cpft",), (NOTICE,)),
        (Start("notice-of-ending"), None, (NOTICE, "sglos.funding.ending.public.3")),
        (Start(), None, ()),
        (Start(compact="sglos"), ("sglos",), ()),
        (Start(compact="no such"), None, ()),
    ],
)
def test_what_is_known_at_the_beginning_need_not_be_asked(
    finder: Finder, begin: Start, compact: tuple[str, ...] | None, touched: tuple[str, ...]
) -> None:
    state = first_state(begin, finder.knowledge)
    assert state.given.get("compact") == compact
    assert set(touched) <= set(state.gathered.get("commitments", ()))


def test_where_there_is_one_compact_only_it_is_not_asked_for(finder: Finder) -> None:
    alone = merged([part for part in finder.knowledge.parts if not part.compact or part.compact.id == "sglos"])
    assert first_state(Start(), alone).given == {"compact": ("sglos",)}
