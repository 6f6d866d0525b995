"""How long questions take."""

import time
from collections.abc import Callable, Sequence
from statistics import median

Ask = Callable[[str], object]
WARM_UP = "What is this about?"
_ROUNDS = 3


def fastest(prepare: Callable[[], Ask], questions: Sequence[str]) -> list[float]:
    """Milliseconds of the processor's time for each question, from the fastest of three rounds.

    Other work on the machine counts as little as it can: it only ever slows a round down. With none, it is the time one waits.
    `prepare` makes what is asked afresh for each round, so that nothing is remembered from the one before.
    """
    return min((_round(prepare(), questions) for _ in range(_ROUNDS)), key=median)


def _round(ask: Ask, questions: Sequence[str]) -> list[float]:
    ask(WARM_UP)
    return [_milliseconds(ask, question) for question in questions]


def _milliseconds(ask: Ask, question: str) -> float:
    begun = time.process_time()
    ask(question)
    return (time.process_time() - begun) * 1_000
