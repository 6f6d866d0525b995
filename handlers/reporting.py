"""Answers for programs: one JSON-ready dictionary a question, in the shape that docs/commands.md describes."""

from typing import Any, assert_never

from handlers.questions import Asked
from knowledge.content import Commitment
from knowledge.finding import Answered, Choose, Defined, NotCovered, Option, Silent, Unknown


def report(asked: Asked) -> dict[str, Any]:
    """The answer as `outcome`, `answers` (best first), `suggestions` and `deadline`; a definition where one was asked."""
    finding = asked.found.finding
    outcome = "unknown"
    answers: list[dict[str, Any]] = []
    suggestions: list[dict[str, str]] = []
    extra: dict[str, Any] = {}
    match finding:
        case Answered(confidence=confidence) as answer:
            outcome = "answered"
            answers = [_answer(each, confidence) for each in answer.commitments]
            # What is left of the certainty is shared among what else may have been meant.
            left = (1 - confidence) / (len(answer.also) + 1)
            answers += [_answer(option.commitment, left) for option in answer.also]
        case Choose(options):
            outcome, suggestions = "choose", [_suggestion(each) for each in options]
        case Silent(topic, _, elsewhere):
            outcome, suggestions = "not_covered", [_suggestion(Option(topic, each)) for each in elsewhere]
        case NotCovered():
            outcome = "not_covered"
        case Defined(term):
            outcome, extra = "definition", {"definition": {"term": term.term, "meaning": term.meaning}}
        case Unknown():
            pass
        case _:
            assert_never(finding)
    return {
        "question": asked.question,
        "outcome": outcome,
        "answers": answers,
        "suggestions": suggestions,
        "deadline": _deadline(asked),
        **extra,
    }


def _answer(commitment: Commitment, confidence: float) -> dict[str, Any]:
    return {
        "id": commitment.id,
        "compact": commitment.compact,
        "party": commitment.party.value,
        "commitment": commitment.says,
        "source": commitment.source,
        "confidence": round(confidence, 3),
    }


def _suggestion(option: Option) -> dict[str, str]:
    return {"id": option.commitment.id, "topic": option.topic.id, "title": option.topic.title}


def _deadline(asked: Asked) -> dict[str, str] | None:
    if asked.deadline is None:
        return None
    found = asked.deadline
    return {
        "commitment": found.commitment.id,
        "given": found.given.isoformat(),
        "date": found.date.isoformat(),
        "meaning": " ".join((found.meaning, *found.notes)),
    }
