"""How well questions are answered, against a file of questions with their right answers. For editors: what did an edit do?"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.finding import MOST_ANSWERS, Answered, Choose, Finder

_BANDS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)


class QuestionsError(Exception):
    """A file of questions that cannot be used; the text says where and why."""


@dataclass(frozen=True)
class Question:
    """A question with the ids that are right first answers; none, where the Compacts do not answer it."""

    text: str
    accept: frozenset[str]
    kind: str


@dataclass(frozen=True)
class Result:
    """What came of one question: the ids shown, first one first, whether they were asserted, and how surely (0 to 1)."""

    question: Question
    shown: tuple[str, ...]
    asserted: bool
    confidence: float

    @property
    def right_first(self) -> bool:
        """Whether the first id answered or suggested is right."""
        return bool(self.shown) and self.shown[0] in self.question.accept


@dataclass(frozen=True)
class Measures:
    """Ratios from 0 to 1, each None where no question speaks to it."""

    questions: int
    right_first: float | None
    right_shown: float | None
    wrong_asserted: float | None
    rightly_not_asserted: float | None


@dataclass(frozen=True)
class Band:
    """Of the answers given with a confidence from `low` to `high`: how many, their mean confidence, how many were right."""

    low: float
    high: float
    answers: int
    confidence: float
    right: float


def read_questions(path: Path) -> list[Question]:
    """The questions in a file of JSON lines, each with `q`, `accept` and `kind`. Raises QuestionsError."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise QuestionsError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise QuestionsError(f"{path} is not UTF-8 text.") from error
    questions = [_question(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]
    if not questions:
        raise QuestionsError(f"{path} holds no questions.")
    return questions


def evaluate(finder: Finder, questions: Iterable[Question], *, today: date) -> list[Result]:
    """The result of each question, in order."""
    return [_result(finder, question, today) for question in questions]


def measures(results: Sequence[Result]) -> Measures:
    """The measures over `results`."""
    inside = [each for each in results if each.question.accept]
    outside = [each for each in results if not each.question.accept]
    return Measures(
        questions=len(results),
        right_first=_share(each.right_first for each in inside),
        right_shown=_share(bool(each.question.accept.intersection(each.shown)) for each in inside),
        wrong_asserted=_share(each.asserted and not each.right_first for each in inside),
        rightly_not_asserted=_share(not each.asserted for each in outside),
    )


def calibration(results: Sequence[Result]) -> list[Band]:
    """How often answers of each band of confidence were right; bands without answers are left out."""
    bands = []
    for low, high in pairwise(_BANDS):
        inside = [each for each in results if each.asserted and low <= each.confidence < high]
        if inside:
            mean = sum(each.confidence for each in inside) / len(inside)
            bands.append(
                Band(low, min(high, 1.0), len(inside), mean, _share(each.right_first for each in inside) or 0.0)
            )
    return bands


def _question(line: str, path: Path, number: int) -> Question:
    try:
        entry: Any = json.loads(line)
        return Question(str(entry["q"]), frozenset(map(str, entry["accept"])), str(entry.get("kind", "other")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wanted = 'a JSON object such as {"q": "…", "accept": ["…"], "kind": "plain"}'
        raise QuestionsError(f"{path}, line {number}: should be {wanted}.") from error


def _result(finder: Finder, question: Question, today: date) -> Result:
    match finder.find(question.text, today=today).finding:
        case Answered(confidence=confidence) as answer:
            return Result(question, tuple(each.id for each in answer.shown[:MOST_ANSWERS]), True, confidence)
        case Choose(options):
            return Result(question, tuple(each.commitment.id for each in options), False, 0.0)
        case _:
            return Result(question, (), False, 0.0)


def _share(values: Iterable[bool]) -> float | None:
    counted = list(values)
    return sum(counted) / len(counted) if counted else None
