"""Fits the confidence of `knowledge.matching` on our questions and prints its weights, ready to paste.

Logistic regression by Newton's method on standardised signals. To be run after a change of content or of scores:
`.venv/bin/python benchmarks/calibrate.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from knowledge import finding
from knowledge.compiling import Compiled, compiled
from knowledge.content import Gap
from knowledge.evaluation import Measures, Question, evaluate, measures, read_questions
from knowledge.finding import Answered, Finder
from knowledge.loading import load, shipped_content
from knowledge.matching import CALIBRATED, Match, Matcher, Weights

QUESTIONS = Path(__file__).with_name("questions.jsonl")
TODAY = date(2026, 1, 15)
_FOLDS = 5
# Of 0 to 100, this gave the best Brier score on questions held out: two of the signals are nearly one.
_PENALTY = 10.0
_STEPS = 25
_THRESHOLDS = (0.6, 0.65, 0.7, 0.75, 0.8)
_BANDS = (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """One row of signals a question, and whether its leading candidate was right (1.0) or not (0.0)."""

    signals: Floats
    right: Floats


def main() -> None:
    """Fit, check and print."""
    console = Console(highlight=False)
    questions = read_questions(QUESTIONS)
    ready = compiled(load([shipped_content()]))
    sample = _sample(Finder(ready), questions)
    fitted = fit(sample)
    slopes = ", ".join(f"{slope:.4g}" for slope in fitted.slopes)
    console.print(f"CALIBRATED = Weights(intercept={fitted.intercept:.4g}, slopes=({slopes}))\n", soft_wrap=True)
    held_out, present = _held_out(sample), _confidences(CALIBRATED, sample.signals)
    console.print(
        f"{len(sample.right)} questions with a candidate, {sample.right.mean():.1%} of the first ones right. "
        f"Brier score: {_brier(held_out, sample):.4f} fitted, on questions held out ({_FOLDS} folds); "
        f"{_brier(present, sample):.4f} with the present weights, which had seen these questions.\n"
    )
    console.print(_bands(held_out, sample.right))
    console.print(_thresholds(ready, fitted, questions))


def fit(sample: Sample) -> Weights:
    """The weights that make what was right likeliest, with a small penalty on large ones."""
    middle, spread = sample.signals.mean(axis=0), sample.signals.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    rows = np.column_stack([np.ones(len(sample.right)), (sample.signals - middle) / spread])
    penalty = _PENALTY * np.diag([0.0, *np.ones(sample.signals.shape[1])])
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (sample.right - likely) - penalty @ weights
        bend = (rows.T * (likely * (1 - likely))) @ rows + penalty
        weights += np.linalg.solve(bend, slope)
    slopes = weights[1:] / spread
    return Weights(float(weights[0] - slopes @ middle), tuple(map(float, slopes)))


def _sample(finder: Finder, questions: Sequence[Question]) -> Sample:
    matches = [(question, finder.matcher.match(question.text, today=TODAY)) for question in questions]
    known = [(match.signals.row(), _right(finder, question, match)) for question, match in matches if match.signals]
    return Sample(np.array([row for row, _ in known]), np.array([right for _, right in known], np.float64))


def _right(finder: Finder, question: Question, match: Match) -> bool:
    """Whether to assert the first candidate would be right; saying that a matter is not covered asserts it, too."""
    first = match.candidates[0].entry
    if isinstance(first, Gap):
        return not question.accept
    found = finder.about(first, finder.named_scope(match))
    return found.commitments[0].id in question.accept if isinstance(found, Answered) else not question.accept


def _held_out(sample: Sample) -> Floats:
    """Each question's confidence by weights that were fitted without it."""
    fold = np.arange(len(sample.right)) % _FOLDS
    confidences = np.zeros(len(sample.right))
    for number in range(_FOLDS):
        inside = fold == number
        weights = fit(Sample(sample.signals[~inside], sample.right[~inside]))
        confidences[inside] = _confidences(weights, sample.signals[inside])
    return confidences


def _confidences(weights: Weights, signals: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(weights.intercept + signals @ np.array(weights.slopes)))), np.float64)


def _brier(confidences: Floats, sample: Sample) -> float:
    return float(((confidences - sample.right) ** 2).mean())


def _bands(confidences: Floats, right: Floats) -> Table:
    table = Table(title="Calibration on questions held out: how often the first candidate was right")
    for heading in ("confidence", "questions", "mean confidence", "right"):
        table.add_column(heading, justify="right")
    for low, high in pairwise(_BANDS):
        inside = (confidences >= low) & (confidences < high)
        if inside.any():
            shares = (f"{confidences[inside].mean():.1%}", f"{right[inside].mean():.1%}")
            table.add_row(f"{low:.1f} to {high:.1f}", str(inside.sum()), *shares)
    return table


def _thresholds(ready: Compiled, fitted: Weights, questions: Sequence[Question]) -> Table:
    table = Table(title="What each threshold would give")
    for heading in ("answer from", "right first", "right shown", "wrong asserted", "rightly not asserted"):
        table.add_column(heading, justify="right")
    for name, found in _rows(ready, fitted, questions):
        shares = (found.right_first, found.right_shown, found.wrong_asserted, found.rightly_not_asserted)
        table.add_row(name, *("–" if share is None else f"{share:.1%}" for share in shares))
    return table


def _rows(ready: Compiled, fitted: Weights, questions: Sequence[Question]) -> Iterator[tuple[str, Measures]]:
    present = finding.ANSWER_FROM
    yield f"present, {present}", _measures(ready, CALIBRATED, present, questions)
    for threshold in _THRESHOLDS:
        yield str(threshold), _measures(ready, fitted, threshold, questions)


def _measures(ready: Compiled, weights: Weights, threshold: float, questions: Sequence[Question]) -> Measures:
    finder = Finder(ready)
    finder.matcher = Matcher(ready, weights)
    before = finding.ANSWER_FROM
    finding.ANSWER_FROM = threshold
    try:
        return measures(evaluate(finder, questions, today=TODAY))
    finally:
        finding.ANSWER_FROM = before


if __name__ == "__main__":
    main()
