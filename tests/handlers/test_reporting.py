"""Answers for programs: the shape is a promise."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from handlers.questions import ask
from handlers.reporting import report
from knowledge.finding import Answered, Finder, Option, Scope

TODAY = date(2026, 11, 20)
KEYS = ["question", "outcome", "answers", "suggestions", "deadline"]


def reported(finder: Finder, question: str, within: Scope = Scope()) -> dict[str, Any]:
    """The report on a question, as a program reads it."""
    made: dict[str, Any] = json.loads(json.dumps(report(ask(finder, question, today=TODAY, within=within))))
    return made


@pytest.mark.parametrize(
    ("question", "outcome", "holding"),
    [
        ("How much notice must we give before funding ends?", "answered", {"answers"}),
        ("sharing things", "choose", {"suggestions"}),
        ("What is the VAT on a grant?", "not_covered", set()),
        ("who pays for DBS checks under the South Glos Compact?", "not_covered", {"suggestions"}),
        ("What does full cost recovery mean?", "definition", {"definition"}),
        ("xyzzy plugh frobnicate", "unknown", set()),
        ("", "unknown", set()),
        ("\0", "unknown", set()),
    ],
)
def test_each_outcome_has_its_shape(finder: Finder, question: str, outcome: str, holding: set[str]) -> None:
    """`holding`: what is not empty, beside the question and the outcome themselves."""
    made = reported(finder, question)
    assert list(made) == [*KEYS, *(holding & {"definition"})]
    assert (made["question"], made["outcome"], made["deadline"]) == (question, outcome, None)
    assert {key for key, value in made.items() if value} - {"question", "outcome"} == holding


def test_an_answer_carries_the_commitment_with_its_place(finder: Finder) -> None:
    first = reported(finder, "How much notice must CPFT give before funding ends?", Scope("cpft"))["answers"][0]
    kept = finder.knowledge.commitments["cpft.outcome-4.public.4"]
    assert first.pop("confidence") > 0.7
    assert first == {
        "id": kept.id,
        "compact": "cpft",
        "party": "public",
        "commitment": kept.says,
        "source": kept.source,
    }


def test_a_suggestion_names_a_commitment_and_its_topic(finder: Finder) -> None:
    for each in reported(finder, "sharing things")["suggestions"]:
        assert list(each) == ["id", "topic", "title"]
        assert each["topic"] in finder.knowledge.commitments[each["id"]].topics
        assert each["title"] == finder.knowledge.topics[each["topic"]].title


def test_a_definition_gives_the_term_and_its_meaning(finder: Finder) -> None:
    defined = reported(finder, "what does FCR stand for?")["definition"]
    assert list(defined) == ["term", "meaning"]
    assert defined["term"] == "Full cost recovery"


def test_what_else_may_have_been_meant_comes_after_the_answer_and_is_less_sure(finder: Finder) -> None:
    """What is left of the certainty is shared among the two others and what nobody thought of."""
    asked = ask(finder, "who pays for DBS checks?", today=TODAY)
    [first, second] = [
        Option(finder.knowledge.topics[topic], finder.knowledge.about(topic)[0])
        for topic in ("notice-of-ending", "risk-information")
    ]
    assert isinstance(asked.found.finding, Answered)
    unsure = replace(asked.found.finding, confidence=0.7, also=(first, second))
    found = report(replace(asked, found=replace(asked.found, finding=unsure)))["answers"]
    assert [each["id"] for each in found] == [each.id for each in unsure.shown]
    assert [each["confidence"] for each in found[-3:]] == [0.7, 0.1, 0.1]


def test_nothing_is_more_sure_than_certain(finder: Finder) -> None:
    for question in ("who pays for DBS checks?", "payments", "volunteers", "notice"):
        assert all(0 < each["confidence"] <= 1 for each in reported(finder, question)["answers"])


@pytest.mark.parametrize(
    ("question", "commitment", "given", "worked_out"),
    [
        (
            "Our funding from CPFT ends on 31 March 2027. When should they have told us?",
            "cpft.outcome-4.public.4",
            "2027-03-31",
            "2026-12-31",
        ),
        (
            "Under the South Glos Compact: they gave notice on 5 January 2027. How soon can the funding end?",
            "sglos.funding.ending.public.3",
            "2027-01-05",
            "2027-04-05",
        ),
    ],
)
def test_a_date_is_worked_out_with_its_meaning(
    finder: Finder, question: str, commitment: str, given: str, worked_out: str
) -> None:
    deadline = reported(finder, question)["deadline"]
    assert list(deadline) == ["commitment", "given", "date", "meaning"]
    assert [deadline["commitment"], deadline["given"], deadline["date"]] == [commitment, given, worked_out]
    assert deadline["meaning"].startswith("If ")
    assert "Rule: " in deadline["meaning"]


@pytest.mark.parametrize(
    "question",
    [
        "How much notice is due before our funding ends on 31 February 2027?",
        "who pays for DBS checks on 3 May 2027?",
        "How much notice must we give before funding ends?",
    ],
)
def test_without_a_day_or_a_period_there_is_no_date(finder: Finder, question: str) -> None:
    assert reported(finder, question)["deadline"] is None
