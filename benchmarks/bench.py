"""How right, how fast and how large compactbot is, beside other ways and against the bars it is held to.

Always ends with exit code 0: this measures; the tests judge.
"""

import argparse
import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from operator import ge, le, lt
from pathlib import Path

import numpy as np
from growth import Grown, grown
from processes import Taken, taken
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rivals import Rival, rivals
from timing import fastest

from knowledge.compiling import Compiled, compiled, entries_of, phrasings_of
from knowledge.content import Topic
from knowledge.evaluation import Question, Result, calibration, evaluate, measures, read_questions
from knowledge.finding import Answered, Finder, Scope
from knowledge.loading import load, shipped_content

QUESTIONS = Path(__file__).with_name("questions.jsonl")
TODAY = date(2026, 1, 15)
_SHOWN = 3
_FACTORS = (1, 10, 100)
_GROWTH_QUESTIONS = 200
_MOST_GROWTH = 20.0
_HELD_TO: Mapping[str, Callable[[float, float], bool]] = {"at least": ge, "at most": le, "under": lt}

_ABOUT_THE_WAYS = (
    "All know the same {phrasings:,} phrasings; times are the processor's, from the fastest of three rounds. rapidfuzz's "
    "two, being slow, were asked every fifth question only; capitals and punctuation were taken out for them beforehand. "
    "Shown are at most four commitments by ours, the three best topics' by the others. The others refrain from asserting "
    "only where the phrasing most like the question belongs to a matter known not to be covered, or none is like it at "
    "all: they have no other way. Nor do they read which Compact is named. Our confidence and its threshold were fitted on "
    "these questions; the index was not."
)


@dataclass(frozen=True)
class Measured:
    """What came of asking one way all its questions; `times` in milliseconds, one a question."""

    name: str
    results: Sequence[Result]
    times: Sequence[float]

    @property
    def median(self) -> float:
        """In milliseconds."""
        return float(np.median(self.times))

    @property
    def slowest(self) -> float:
        """What 99 in 100 questions stay under, in milliseconds."""
        return float(np.percentile(self.times, 99))


@dataclass(frozen=True)
class Bar:
    """What was measured and the limit it is held to; `value` None where nothing was, `limit` None where there is none.

    `form` shows both, unless `note` stands for the value.
    """

    what: str
    value: float | None
    held_to: str = "under"
    limit: float | None = None
    form: str = "{:.1%}"
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the value keeps to the limit; None where there is nothing to tell it from."""
        return None if self.value is None or self.limit is None else _HELD_TO[self.held_to](self.value, self.limit)


def main() -> None:
    """Measure and print."""
    options = _options()
    console = Console(highlight=False)
    questions = read_questions(QUESTIONS)
    ready = compiled(load([shipped_content()]))
    ours, *others = _ways(ready, questions)
    console.print(_comparison(ours, others))
    console.print(_ABOUT_THE_WAYS.format(phrasings=len(phrasings_of(ready.knowledge))), style="dim")
    console.print("", _calibration(ours.results), "")
    sizes = [] if options.quick else _sizes(questions, options.memory)
    if sizes:
        console.print(_growth(sizes, options.memory), "")
    growing = _growth_bar(sizes, options.memory)
    console.print(_bars([*_quality_bars(ours), *_speed_bars(ours, others[0]), growing, *_process_bars(taken())]))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how right, how fast and how large compactbot is.")
    parser.add_argument("--quick", action="store_true", help="leave out the growth of the knowledge base")
    parser.add_argument(
        "--memory", type=int, default=6, metavar="GB", help="the most the growth of the knowledge base may use (6)"
    )
    return parser.parse_args()


def _ways(ready: Compiled, questions: Sequence[Question]) -> list[Measured]:
    texts = [question.text for question in questions]
    times = fastest(lambda: partial(Finder(ready).find, today=TODAY), texts)
    ours = Measured("compactbot", evaluate(Finder(ready), questions, today=TODAY), times)
    others = rivals([phrasing for phrasing, _ in phrasings_of(ready.knowledge)])
    return [ours, *(_measured(rival, ready, questions[:: rival.every]) for rival in others)]


def _measured(rival: Rival, ready: Compiled, questions: Sequence[Question]) -> Measured:
    owners = [owner for _, owner in phrasings_of(ready.knowledge)]
    firsts = _firsts(ready)
    covered = [isinstance(entry, Topic) for entry in entries_of(ready.knowledge)]

    def result(question: Question) -> Result:
        place = rival.best(question.text)
        if place is None:
            return Result(question, (), False, 0.0)
        likest = dict.fromkeys(owners[each] for each in (place, *rival.ranked(question.text)))
        shown = tuple(firsts[owner] for owner in islice(likest, _SHOWN))
        return Result(question, shown, covered[owners[place]], 1.0)

    times = fastest(lambda: rival.best, [question.text for question in questions])
    return Measured(rival.name, [result(question) for question in questions], times)


def _firsts(ready: Compiled) -> list[str]:
    """The id that an answer about each entry would begin with; the entry's own, which no question accepts, without one."""
    finder = Finder(ready)
    found = [
        finder.about(entry, Scope()) if isinstance(entry, Topic) else None for entry in entries_of(ready.knowledge)
    ]
    return [
        answer.commitments[0].id if isinstance(answer, Answered) else entry.id
        for answer, entry in zip(found, entries_of(ready.knowledge), strict=True)
    ]


def _sizes(questions: Sequence[Question], most: int) -> list[Grown]:
    """What each size gave, up to the first that needs more than `most` gigabytes."""
    chosen = random.Random(0).sample(questions, _GROWTH_QUESTIONS)  # noqa: S311 - the same every time is what is wanted
    asked = [question.text for question in chosen]
    sizes: list[Grown] = []
    for factor in _FACTORS:
        size = grown(factor, asked, TODAY, most)
        if size is None:
            break
        sizes.append(size)
    return sizes


def _comparison(ours: Measured, others: Sequence[Measured]) -> Table:
    qualities = ("asked", "right\nfirst", "right\namong\nshown", "wrong\nasserted", "rightly\nnot\nasserted")
    table = _table("Quality and speed", "way", *qualities, "median\nms", "p99\nms", "to\nWRatio")
    for way in (ours, *others):
        found = measures(way.results)
        shares = (found.right_first, found.right_shown, found.wrong_asserted, found.rightly_not_asserted)
        speed = (f"{way.median:.2f}", f"{way.slowest:.2f}", f"{way.median / others[0].median:.3f}")
        table.add_row(way.name, str(found.questions), *map(_percent, shares), *speed)
    return table


def _calibration(results: Sequence[Result]) -> Table:
    headings = ("confidence", "answers", "mean confidence", "right")
    table = _table("Calibration: of answers given with this confidence, how many were right", *headings)
    for band in calibration(results):
        shares = (_percent(band.confidence), _percent(band.right))
        table.add_row(f"{band.low:.1f} to {band.high:.1f}", str(band.answers), *shares)
    return table


def _growth(sizes: Sequence[Grown], most: int) -> Table:
    counted = ("entries", "phrasings", "words")
    table = _table("Growth", "size", *counted, "built in s", "most GB", "median ms", "to 1 ×")
    for size in sizes:
        counts = (f"{count:,}" for count in (size.entries, size.phrasings, size.vocabulary))
        memory = f"{size.memory / 1e9:.1f}" if size.memory else "–"
        times = (f"{size.median:.2f}", f"{size.median / sizes[0].median:.1f}")
        table.add_row(f"{size.factor} ×", *counts, f"{size.building:.1f}", memory, *times)
    for factor in _FACTORS[len(sizes) :]:
        table.add_row(f"{factor} ×", "–", "–", "–", "–", f"over {most}", "–", "–")
    return table


def _bars(bars: Iterable[Bar]) -> Table:
    table = _table("What compactbot is held to", "measure", "measured", "bar", "holds")
    for bar in bars:
        value = bar.note or ("–" if bar.value is None else bar.form.format(bar.value))
        limit = "–" if bar.limit is None else f"{bar.held_to} {bar.form.format(bar.limit)}"
        table.add_row(bar.what, value, limit, {True: "yes", False: "[bold red]no[/]", None: "–"}[bar.holds])
    return table


def _quality_bars(ours: Measured) -> list[Bar]:
    found = measures(ours.results)
    return [
        Bar("right first", found.right_first, "at least", 0.88),
        Bar("right among shown", found.right_shown, "at least", 0.96),
        Bar("wrong asserted", found.wrong_asserted, "at most", 0.05),
        Bar("rightly not asserted", found.rightly_not_asserted, "at least", 0.85),
    ]


def _speed_bars(ours: Measured, slow: Measured) -> list[Bar]:
    return [
        Bar("median time a question", ours.median, "under", 2.0, "{:.2f} ms"),
        Bar("the same, to one WRatio extractOne", ours.median / slow.median, "at most", 1.0, "{:.3f} ×"),
    ]


def _growth_bar(sizes: Sequence[Grown], most: int) -> Bar:
    what = f"growth of the median at {_FACTORS[-1]} ×"
    if not sizes:
        return Bar(what, None, "under", _MOST_GROWTH, "{:.1f} ×", "skipped")
    if len(sizes) < len(_FACTORS):
        return Bar(what, math.inf, "under", _MOST_GROWTH, "{:.1f} ×", f"needs over {most} GB")
    return Bar(what, sizes[-1].median / sizes[0].median, "under", _MOST_GROWTH, "{:.1f} ×")


def _process_bars(whole: Taken) -> list[Bar]:
    resting = None if whole.resting is None else whole.resting / 1e6
    note = "" if resting else "skipped: this system has no /proc to read it from"
    return [
        Bar("ask, the very first time", whole.first, form="{:.2f} s"),
        Bar("ask cold, a new process each time", whole.cold, "under", 1.0, "{:.2f} s"),
        Bar("chat's memory at rest", resting, "under", 120.0, "{:.1f} MB", note),
    ]


def _table(title: str, first: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)
    table.add_column(first)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


if __name__ == "__main__":
    main()
