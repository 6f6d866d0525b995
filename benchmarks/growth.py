"""What becomes of the time a question takes when the knowledge base grows: by Compacts, topics and words made up here.

Each copy of the shipped content keeps the commonest words and its sentences' shapes; every other word becomes a new one
or one that is known from elsewhere, at the rate at which the shipped phrasings bring new words.
"""

import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from statistics import median
from typing import TypeVar

from processes import memory
from timing import WARM_UP, fastest

from knowledge.base import Knowledge
from knowledge.compiling import compiled, entries_of, phrasings_of
from knowledge.content import Commitment, Compact, ContentFile, Gap, PartyNames, Topic
from knowledge.finding import Finder
from knowledge.loading import load, merged, shipped_content
from knowledge.text import words

# Doubling the shipped phrasings, 94,619 words in all, brings 1.4 times as many different words (Heaps' law).
_NEW_WORDS = 0.5
_COMMON = 150
_SYLLABLE = re.compile(r"[^aeiouy]*[aeiouy]+(?:[^aeiouy]+$)?")
_SIZES = (2, 2, 3, 3, 4)
_ENDINGS = 0.25
_LENGTHS = range(4, 15)
_GIGABYTE = 1_000_000_000
# As many phrasings as a new topic is asked to have; the shipped topics have three times as many.
_PHRASINGS = 15

Translation = Mapping[str, str]
Asked = TypeVar("Asked", Topic, Gap)


@dataclass(frozen=True)
class Grown:
    """A knowledge base `factor` times the shipped one, counted; `building` in seconds, until the first answer;
    `median` in milliseconds a question; `memory`: the most that was in use, in bytes, None where it cannot be told.
    """

    factor: int
    entries: int
    phrasings: int
    vocabulary: int
    building: float
    median: float
    memory: int | None


def grown(factor: int, questions: Sequence[str], today: date, most: int) -> Grown | None:
    """The shipped knowledge base at `factor` times its size, asked `questions` in the words of any of its copies.

    None where that needs more than `most` gigabytes. In a process of its own, so that nothing is warm from before.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        try:
            return pool.submit(_within, most, factor, questions, today).result()
        except BrokenProcessPool:
            return None


def _within(most: int, factor: int, questions: Sequence[str], today: date) -> Grown | None:
    with suppress(ImportError, ValueError, OSError):
        import resource  # Windows has none, and macOS may refuse: there, nothing holds the process to its share

        resource.setrlimit(resource.RLIMIT_AS, (most * _GIGABYTE, resource.getrlimit(resource.RLIMIT_AS)[1]))
    try:
        return _measured(factor, questions, today)
    except MemoryError:
        return None


def _measured(factor: int, questions: Sequence[str], today: date) -> Grown:
    translations = list(_translations(load([shipped_content()]), factor))
    knowledge = _knowledge(translations)
    chance = random.Random(0)  # noqa: S311 - the same choices every time is what is wanted
    asked = [_translated(question, chance.choice(translations)) for question in questions]
    begun = time.perf_counter()
    ready = compiled(knowledge)
    Finder(ready).find(WARM_UP, today=today)
    building = time.perf_counter() - begun
    times = fastest(lambda: partial(Finder(ready).find, today=today), asked)
    return Grown(
        factor=factor,
        entries=len(entries_of(knowledge)) + len(knowledge.commitments),
        phrasings=len(phrasings_of(knowledge)),
        vocabulary=len(ready.vocabulary),
        building=building,
        median=median(times),
        memory=memory("self", "VmHWM"),
    )


def _translations(shipped: Knowledge, copies: int) -> Iterator[Translation]:
    """What each copy says for each of the less common words. The first copy is the shipped content itself."""
    counts = Counter(word for phrasing, _ in phrasings_of(shipped) for word in words(phrasing))
    names = [words(name) for compact in shipped.compacts.values() for name in compact.named]
    common = {word for word, _ in counts.most_common(_COMMON)} - {name[0] for name in names if len(name) == 1}
    named = {word for name in names for word in name} - common
    translated = [word for word, _ in counts.most_common() if word not in common]
    translated += sorted(named.difference(translated))
    new = _NewWords(translated)
    yield {}
    for copy in range(1, copies):
        share = (len(counts) * ((copy + 1) ** _NEW_WORDS - copy**_NEW_WORDS)) / len(translated)
        yield {word: new.coined() if word in named else new.any(share) for word in translated}


class _NewWords:
    """Words out of the syllables and beginnings of old ones, the same ones every time."""

    def __init__(self, old: Sequence[str]) -> None:
        self._chance = random.Random(0)  # noqa: S311 - the same words every time is what is wanted
        self._old = old
        self._known = dict.fromkeys(old)
        self._ranked = list(old)
        self._syllables: list[str] = [part for word in old if word.isalpha() for part in _SYLLABLE.findall(word)]

    def any(self, new: float) -> str:
        """A word not used before in the share `new` of cases, else one that was; the older, the likelier (Zipf's law)."""
        if self._chance.random() < new:
            return self.coined()
        return self._ranked[int(len(self._ranked) ** self._chance.random()) - 1]

    def coined(self) -> str:
        """A word not used before."""
        word = self._combined()
        while word in self._known or len(word) not in _LENGTHS:
            word = self._combined()
        self._known[word] = None
        self._ranked.append(word)
        return word

    def _combined(self) -> str:
        if self._chance.random() < _ENDINGS:
            return self._chance.choice(self._old) + self._chance.choice(self._syllables)
        return "".join(self._chance.choices(self._syllables, k=self._chance.choice(_SIZES)))


def _knowledge(translations: Sequence[Translation]) -> Knowledge:
    shipped = load([shipped_content()])
    copies = [part for copy, said in enumerate(translations) if copy for part in _copy(shipped, copy, said)]
    return merged([*shipped.parts, *copies])


def _copy(shipped: Knowledge, copy: int, said: Translation) -> Iterator[ContentFile]:
    topics = [_entry(topic, copy, said) for topic in shipped.topics.values()]
    yield ContentFile.model_validate(
        {"topics": topics, "not-covered": [_entry(gap, copy, said) for gap in shipped.gaps.values()]}
    )
    for compact in shipped.compacts.values():
        yield ContentFile(
            compact=_compact(compact, copy, said),
            sections=tuple(section for (of, _), section in shipped.sections.items() if of == compact.id),
            commitments=tuple(
                _commitment(each, copy) for each in shipped.commitments.values() if each.compact == compact.id
            ),
        )


def _entry(entry: Asked, copy: int, said: Translation) -> Asked:
    asked = tuple(_translated(phrasing, said) for phrasing in entry.asked[:_PHRASINGS])
    return entry.model_copy(
        update={"id": _renamed(entry.id, copy), "title": _translated(entry.title, said), "asked": asked}
    )


def _compact(compact: Compact, copy: int, said: Translation) -> Compact:
    named = tuple(_translated(name, said) for name in compact.named)
    parties = PartyNames(public=_translated(compact.parties.public, said), vcse=_translated(compact.parties.vcse, said))
    return compact.model_copy(update={"id": _renamed(compact.id, copy), "named": named, "parties": parties})


def _commitment(commitment: Commitment, copy: int) -> Commitment:
    topics = tuple(_renamed(topic, copy) for topic in commitment.topics)
    compact, dot, place = commitment.id.partition(".")
    return commitment.model_copy(
        update={"id": f"{_renamed(compact, copy)}{dot}{place}", "topics": topics, "related": ()}
    )


def _renamed(identifier: str, copy: int) -> str:
    return f"{identifier}-copy-{copy}"


def _translated(text: str, said: Translation) -> str:
    return " ".join(said.get(word, word) for word in words(text)) if said else text
