"""Findings put into words, and the dates that follow."""

from datetime import date

import pytest

from handlers.context import Context
from handlers.conversation import Choices, Heading, Option, Passage, SideBySide, Text
from handlers.presenting import shortened
from handlers.questions import Questions, ask
from handlers.saying import Saying, saying
from knowledge.compiling import Compiled
from knowledge.content import Party
from knowledge.finding import Answered, Choose, Defined, Finder, NotCovered, Scope, Silent, Unknown
from tests.conftest import LEADS
from tests.talking import options

TODAY = date(2026, 11, 20)
NOTICE = "How much notice must we give before funding ends?"


@pytest.fixture
def questions(finder: Finder) -> Questions:
    """Puts findings of the shipped knowledge into words."""
    return Questions(finder, LEADS)


def answer(questions: Questions, question: str, within: Scope = Scope()) -> Saying:
    """What is said to a question."""
    return questions.answer(question, today=TODAY, within=within)[0]


@pytest.mark.parametrize(
    ("question", "finding"),
    [
        (NOTICE, Answered),
        ("sharing things", Choose),
        ("What is the VAT on a grant?", NotCovered),
        ("who pays for DBS checks under the South Glos Compact?", Silent),
        ("What does full cost recovery mean?", Defined),
        ("xyzzy plugh frobnicate", Unknown),
    ],
)
def test_every_finding_is_put_into_words_and_remembers_the_question(
    questions: Questions, question: str, finding: type
) -> None:
    said, found = questions.answer(question, today=TODAY)
    assert isinstance(found.finding, finding)
    assert said.blocks
    assert said.context.asked == question
    assert set(said.context.options) <= {each.says for each in options(said.blocks)}


def test_compacts_stand_side_by_side_in_an_answer(questions: Questions) -> None:
    said = answer(questions, NOTICE)
    [both] = [block for block in said.blocks if isinstance(block, SideBySide)]
    assert [passage.title for passage in both.passages] == ["CPFT Compact", "South Gloucestershire Compact"]


def test_one_compact_stands_alone(questions: Questions) -> None:
    said = answer(questions, NOTICE, Scope("sglos"))
    [only] = [block for block in said.blocks if isinstance(block, (Passage, SideBySide))]
    assert isinstance(only, Passage)
    assert only.title == "South Gloucestershire Compact"


@pytest.mark.parametrize(
    ("question", "within", "compacts"),
    [
        (NOTICE, Scope(), {"cpft", "sglos"}),
        (NOTICE, Scope("cpft"), {"cpft"}),
        ("How much notice must CPFT give before funding ends?", Scope("sglos"), {"cpft"}),
        ("How much notice do CPFT and South Glos give before funding ends?", Scope(), {"cpft", "sglos"}),
    ],
)
def test_what_the_question_names_counts_before_what_it_is_narrowed_to(
    finder: Finder, question: str, within: Scope, compacts: set[str]
) -> None:
    finding = ask(finder, question, today=TODAY, within=within).found.finding
    assert isinstance(finding, Answered)
    assert {each.compact for each in finding.commitments} == compacts


@pytest.mark.parametrize("question", ["what about South Glos?", "a"])
def test_where_nothing_is_asked_nothing_is_asserted(finder: Finder, question: str) -> None:
    assert isinstance(ask(finder, question, today=TODAY).found.finding, (Choose, Unknown))


def test_a_side_that_has_promised_nothing_is_told_so(questions: Questions) -> None:
    said = answer(questions, NOTICE, Scope("cpft", Party.VCSE))
    assert Text("Nothing under this heading binds the voluntary sector. It commits public bodies:") in said.blocks
    said = answer(questions, NOTICE, Scope("cpft", Party.PUBLIC))
    assert "Nothing under this heading" not in str(said.blocks)


@pytest.mark.parametrize(
    ("question", "given", "worked_out"),
    [
        ("Our funding ends on 31 March 2027. When should they have told us?", (2027, 3, 31), (2026, 12, 31)),
        ("Our funding ends on 31/05/2027. How much notice is that?", (2027, 5, 31), (2027, 2, 28)),
        ("Our funding ends on 2028-05-31. How much notice is that?", (2028, 5, 31), (2028, 2, 29)),
        ("Our funding ends on 31 March. When should they have told us?", (2027, 3, 31), (2026, 12, 31)),
        ("They gave us notice on 5 January 2027. When can our funding end?", (2027, 1, 5), (2027, 4, 5)),
        ("We were told on 30 November 2026 that our funding will end. When can it?", (2026, 11, 30), (2027, 2, 28)),
        ("How much notice before our funding ended on 31 March 2025?", (2025, 3, 31), (2024, 12, 31)),
    ],
)
def test_a_date_leads_to_the_other_end_of_the_period(
    finder: Finder, question: str, given: tuple[int, int, int], worked_out: tuple[int, int, int]
) -> None:
    deadline = ask(finder, question, today=TODAY, within=Scope("cpft")).deadline
    assert deadline is not None
    assert (deadline.given, deadline.date) == (date(*given), date(*worked_out))


@pytest.mark.parametrize("day", ["31/12/9999", "0001-01-01", "31 February 2027", "99/99/2027"])
def test_a_day_outside_the_calendar_gives_no_date_but_still_an_answer(questions: Questions, day: str) -> None:
    said = answer(questions, f"How much notice is due before our funding ends on {day}?", Scope("cpft"))
    assert "cpft.outcome-4.public.4" in str(said.blocks)


@pytest.mark.parametrize(
    ("length", "how"),
    [
        ("six weeks", "Six weeks is shorter than the three months"),
        ("two months", "Two months is shorter than the three months"),
        ("three months", "Three months is the same as the three months"),
        ("a year", "A year is longer than the three months"),
        ("999 years", "999 years is longer than the three months"),
    ],
)
def test_a_length_is_compared_with_the_period(questions: Questions, length: str, how: str) -> None:
    said = answer(questions, f"They gave us {length} of notice before our funding ends, is that enough?", Scope("cpft"))
    assert Text(f"CPFT Compact: {how} in this commitment.") in said.blocks


def test_a_date_comes_before_the_words_it_rests_on(questions: Questions) -> None:
    said = answer(questions, "Our funding ends on 31 March 2027. When should they have told us?", Scope("cpft"))
    heading, worked_out, *_ = said.blocks
    assert isinstance(heading, Heading)
    assert isinstance(worked_out, Passage)
    assert "is Thursday 31 December 2026." in worked_out.says


def test_a_topic_picked_says_so_when_asked_why(finder: Finder, questions: Questions) -> None:
    topic = finder.knowledge.topics["notice-of-ending"]
    said = questions.about(topic, Scope("cpft"), Context(asked="before", judged=True), today=TODAY)
    assert said.context.because == ("You picked the topic “Notice before funding ends or changes”.",)
    assert (said.context.topic, said.context.compact, said.context.judged) == (topic.id, "cpft", False)


def test_a_default_narrows_a_question_that_names_no_compact(ready: Compiled) -> None:
    """As DEFAULT_COMPACT does."""
    finding = ask(Finder(ready, Scope("sglos")), NOTICE, today=TODAY).found.finding
    assert isinstance(finding, Answered)
    assert {each.compact for each in finding.commitments} == {"sglos"}


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("short", 5, "short"),
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two, three", 10, "one two…"),
        ("unbreakable", 5, "unbr…"),
        ("", 5, ""),
        ("They ask first. As early", 18, "They ask first."),
        ("They ask first. As early", 15, "They ask first."),
        ("They ask first. As early", 14, "They ask…"),
        ("Ask. Give reasons for it", 20, "Ask. Give reasons…"),
    ],
)
def test_a_long_text_is_cut_after_a_sentence_or_else_after_a_word(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short
    assert len(shortened(text, limit)) <= limit


def test_a_saying_remembers_its_numbered_options_in_order_and_no_others() -> None:
    first, second, third = (Option(f"the {word}", word) for word in ("first", "second", "third"))
    blocks = (Choices((first,)), Choices((second,), numbered=False), Text("or"), Choices((third,)))
    assert saying(blocks, Context(options=("old",))).context.options == ("first", "third")
