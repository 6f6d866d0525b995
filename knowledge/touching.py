"""Which commitments a story may be about: the story's sentences are read like questions."""

import re
from collections import defaultdict
from datetime import date

from knowledge.content import Commitment, Force, Party, Topic
from knowledge.finding import NEAR_ENOUGH, Finder, Scope

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_MOST_SENTENCES = 24
_SHORTEST = 3
_CANDIDATES = 3
_OF_A_TOPIC = 2


def likeliest(finder: Finder, story: str, within: Scope, *, today: date, most: int) -> tuple[Commitment, ...]:
    """Up to `most` commitments that a story may be about, likeliest first.

    `within`: the Compact that the story is about, and the party whose commitments come first. Of a topic, what binds nobody
    is left out where anything else is said.
    """
    found = [_of(finder, topic, within.compact) for topic in _topics(finder, story, today)]
    firsts = [each for commitments in found for each in commitments[:1]]
    others = [each for commitments in found for each in commitments[1:_OF_A_TOPIC]]
    both = dict.fromkeys((*firsts, *others))
    return tuple(
        sorted(both, key=lambda each: within.party is not None and each.party not in {within.party, Party.BOTH})
    )[:most]


def _topics(finder: Finder, story: str, today: date) -> list[Topic]:
    """What the story and each of its sentences may be about, the likeliest first."""
    weights: dict[str, float] = defaultdict(float)
    for part in (story, *_sentences(story)):
        match = finder.matcher.match(part, today=today)
        if match.signals is None or match.signals.nearest < NEAR_ENOUGH:
            continue
        for place, candidate in enumerate(match.candidates[:_CANDIDATES]):
            weights[candidate.entry.id] += match.confidence / (place + 1) ** 2
    topics = finder.knowledge.topics
    return [topics[name] for name in sorted(weights, key=lambda each: -weights[each]) if name in topics]


def _sentences(story: str) -> list[str]:
    parts = [part for part in _SENTENCE.split(story) if len(part.split()) >= _SHORTEST]
    return parts[:_MOST_SENTENCES] if len(parts) > 1 else []


def _of(finder: Finder, topic: Topic, compact: str | None) -> list[Commitment]:
    own = [each for each in finder.knowledge.about(topic.id) if compact in (None, each.compact)]
    return [each for each in own if each.force is not Force.STATES] or own
