"""The index: features, weights and likeness, held against the same sums in plain Python."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.features import Concepts, runs
from knowledge.index import BACKGROUND, NEAREST, Index, largest, spans
from knowledge.indexing import build

Row = dict[str, float]
SYNONYMS = [[["fcr"], ["full", "cost", "recovery"]], [["bill"], ["invoice"]]]


class Plain:
    """The index written out in loops and dictionaries."""

    def __init__(self, phrasings: Sequence[Sequence[str]], owners: Sequence[int], concepts: Concepts) -> None:
        self.concepts = concepts
        self.owners = owners
        self.topics = range(max(owners) + 1)
        counted = [self.kinds(said) for said in phrasings]
        self.within = Counter(feature for kinds in counted for kind in kinds for feature in kind)
        self.size = len(phrasings)
        self.rows = [self.weighted(kinds) for kinds in counted]

    def kinds(self, said: Sequence[str]) -> list[Counter[str]]:
        """The two kinds of features with how often each stands in the words."""
        return [Counter(self.concepts.features(said)), Counter(run for word in said for run in runs(word))]

    def weighted(self, kinds: Sequence[Mapping[str, int]]) -> Row:
        """Rarity times frequency, each kind scaled to half of a vector of length one."""
        row: Row = {}
        for kind in kinds:
            part = {
                feature: (1 + math.log(count)) * (math.log((1 + self.size) / (1 + self.within[feature])) + 1)
                for feature, count in kind.items()
                if feature in self.within
            }
            length = math.sqrt(sum(weight**2 for weight in part.values()))
            row |= {feature: weight / length * math.sqrt(0.5) for feature, weight in part.items()}
        return row

    def cosines(self, said: Sequence[str]) -> list[float]:
        """How like `said` each phrasing is."""
        asked = self.weighted(self.kinds(said))
        return [sum(weight * row.get(feature, 0.0) for feature, weight in asked.items()) for row in self.rows]

    def own(self, said: Sequence[str], topic: int) -> list[float]:
        """The cosines of one topic's phrasings, best first."""
        cosines = zip(self.cosines(said), self.owners, strict=True)
        return sorted((cosine for cosine, owner in cosines if owner == topic), reverse=True)

    def evidence(self, said: Sequence[str], topic: int) -> float:
        """The mean, over the question's features, of how much likelier each is under the topic than under all."""
        asked = self.weighted(self.kinds(said))
        everything = sum(sum(row.values()) for row in self.rows)
        mine = [row for row, owner in zip(self.rows, self.owners, strict=True) if owner == topic]
        base = math.log(BACKGROUND / (sum(sum(row.values()) for row in mine) + BACKGROUND))
        total = 0.0
        for feature, weight in asked.items():
            background = sum(row.get(feature, 0.0) for row in self.rows) / everything
            heard = sum(row.get(feature, 0.0) for row in mine)
            total += weight * (math.log1p(heard / (BACKGROUND * background)) + base)
        return total / sum(asked.values()) if asked else 0.0


PHRASINGS = [
    "how much notice before a grant ends",
    "notice notice period",
    "length of warning",
    "when will the invoice be paid",
    "late payment of a bill",
    "full cost recovery in a bid",
    *(f"meeting number {number} of the board" for number in range(15)),
]
OWNERS = [0, 0, 0, 1, 1, 2, *[3] * 15]
QUESTIONS = [
    "how much notice before a grant ends",
    "notice",
    "notice of payment of the bill",
    "fcr",
    "meeting of the board number 3 3 3",
    "xyzzy",
    "noticing late payments",
    "",
]


def both(phrasings: Sequence[Sequence[str]], owners: Sequence[int]) -> tuple[Index, Plain]:
    """The index and its plain twin."""
    concepts = Concepts(SYNONYMS)
    return Index(build(phrasings, owners, concepts), concepts), Plain(phrasings, owners, concepts)


@pytest.fixture(scope="module")
def twins() -> tuple[Index, Plain]:
    """Four topics' worth of phrasings, indexed both ways."""
    return both([phrasing.split() for phrasing in PHRASINGS], OWNERS)


def assert_alike(index: Index, plain: Plain, said: Sequence[str]) -> None:
    """Asserts that both say the same of `said`."""
    near = index.compare(said, shortlist=len(plain.topics))
    for topic in plain.topics:
        cosines = plain.own(said, topic)
        counted = cosines[:NEAREST]
        assert near.evidence[topic] == pytest.approx(plain.evidence(said, topic), abs=2e-5)
        assert near.best[topic] == pytest.approx(cosines[0], abs=2e-6)
        assert near.nearest[topic] == pytest.approx(sum(counted) / len(counted), abs=2e-6)
        assert plain.owners[near.phrasing[topic]] == topic
        assert plain.cosines(said)[near.phrasing[topic]] == pytest.approx(cosines[0], abs=2e-6)


@pytest.mark.parametrize("question", QUESTIONS)
def test_likeness_is_what_the_same_sums_in_plain_python_give(twins: tuple[Index, Plain], question: str) -> None:
    assert_alike(*twins, question.split())


_WORD = st.sampled_from(
    ["notice", "notices", "pay", "paid", "bill", "invoice", "fcr", "full", "cost", "recovery", "a", "é"]
)
_SAID = st.lists(_WORD, min_size=1, max_size=5)


@given(
    st.lists(st.lists(_SAID, min_size=1, max_size=4), min_size=1, max_size=5),
    st.lists(_WORD | st.text(max_size=4), max_size=6),
)
@settings(max_examples=100, deadline=None)
def test_likeness_agrees_with_plain_python_for_any_phrasings(topics: list[list[list[str]]], said: list[str]) -> None:
    phrasings = [phrasing for topic in topics for phrasing in topic]
    owners = [number for number, topic in enumerate(topics) for _ in topic]
    assert_alike(*both(phrasings, owners), [word for word in said if word])


def test_a_phrasing_is_most_like_itself_and_wholly(twins: tuple[Index, Plain]) -> None:
    for row, phrasing in enumerate(PHRASINGS):
        near = twins[0].compare(phrasing.split(), shortlist=4)
        assert near.phrasing[OWNERS[row]] == row
        assert near.best[OWNERS[row]] == pytest.approx(1.0, abs=1e-5)
        assert near.known == 1.0


def test_the_right_topic_has_the_most_evidence(twins: tuple[Index, Plain]) -> None:
    asked = {"noticing an ending": 0, "paying bills": 1, "recovery of the full cost": 2, "boards meeting": 3}
    assert {said: int(twins[0].compare(said.split(), 4).evidence.argmax()) for said in asked} == asked


def test_outside_the_shortlist_only_the_evidence_is_worked_out(twins: tuple[Index, Plain]) -> None:
    said = "notice before a grant".split()
    near, whole = twins[0].compare(said, shortlist=1), twins[0].compare(said, shortlist=4)
    first = int(whole.evidence.argmax())
    others = [topic for topic in range(4) if topic != first]
    assert near.evidence.tolist() == whole.evidence.tolist()
    assert (near.nearest[first], near.best[first], near.phrasing[first]) == (
        whole.nearest[first], whole.best[first], whole.phrasing[first],
    )  # fmt: skip
    assert [near.nearest[topic] for topic in others] == [0, 0, 0]
    assert [near.best[topic] for topic in others] == [0, 0, 0]
    assert [near.phrasing[topic] for topic in others] == [-1, -1, -1]


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("notice", 1.0),
        ("notices", 1.0),
        ("notice xyzzy", 0.5),
        ("xyzzy", 0.0),
        ("", 0.0),
        ("full cost recovery xyzzy", 0.5),
    ],
)
def test_known_is_the_share_of_concepts_that_the_phrasings_have(
    twins: tuple[Index, Plain], said: str, known: float
) -> None:
    assert twins[0].compare(said.split(), 4).known == known


def test_a_question_of_unknown_words_has_no_evidence_and_no_likeness(twins: tuple[Index, Plain]) -> None:
    near = twins[0].compare(["жжж"], 4)
    assert near.evidence.tolist() == near.nearest.tolist() == near.best.tolist() == [0, 0, 0, 0]


def test_synonyms_are_one_for_the_index(twins: tuple[Index, Plain]) -> None:
    near = twins[0].compare(["fcr"], 4)
    assert near.best.argmax() == 2
    assert near.best[2] > 0.1


def test_a_phrasing_without_words_is_like_nothing_and_does_no_harm() -> None:
    concepts = Concepts([])
    index = Index(build([["notice"], [], []], [0, 0, 1], concepts), concepts)
    near = index.compare(["notice"], 2)
    assert near.best.tolist() == pytest.approx([1.0, 0.0], abs=1e-6)
    assert np.isfinite(near.evidence).all()


def test_the_same_phrasings_give_the_same_index_every_time() -> None:
    said = [phrasing.split() for phrasing in PHRASINGS]
    one, other = (build(said, OWNERS, Concepts(SYNONYMS)) for _ in range(2))
    assert one.features == other.features
    assert one.entries.tobytes() == other.entries.tobytes()
    assert one.cells.tobytes() == other.cells.tobytes()


def test_contributions_are_what_the_evidence_loses_without_each_word(twins: tuple[Index, Plain]) -> None:
    index, plain = twins
    said = "late payment of the grant".split()
    found = index.contributions(said, 1)
    assert list(found) == said
    for at, word in enumerate(said):
        loss = plain.evidence(said, 1) - plain.evidence([*said[:at], *said[at + 1 :]], 1)
        assert found[word] == pytest.approx(loss, abs=5e-5)


def test_the_words_that_speak_for_a_topic_count_most_and_those_for_another_count_against_it(
    twins: tuple[Index, Plain],
) -> None:
    found = twins[0].contributions("late payment of notice".split(), 1)
    assert min(found["late"], found["payment"]) > 0 > found["notice"]


def test_an_unknown_word_at_the_end_counts_for_nothing_and_a_single_word_for_everything(
    twins: tuple[Index, Plain],
) -> None:
    index = twins[0]
    assert index.contributions(["notice", "жжж"], 0)["жжж"] == 0.0
    assert index.contributions(["notice"], 0)["notice"] == pytest.approx(index.compare(["notice"], 4).evidence[0])
    assert index.contributions([], 0) == {}


def test_a_word_said_twice_is_counted_once_for_both_times(twins: tuple[Index, Plain]) -> None:
    index, plain = twins
    said = "warning about the board and warning".split()
    loss = plain.evidence(said, 0) - plain.evidence("about the board and".split(), 0)
    found = index.contributions(said, 0)
    assert list(found) == "warning about the board and".split()
    assert found["warning"] == pytest.approx(loss, abs=5e-5)


def test_spans_are_the_numbers_one_after_the_other() -> None:
    assert spans(np.array([5, 9]), np.array([2, 1])).tolist() == [5, 6, 9]
    assert spans(np.array([3, 7, 0]), np.array([0, 2, 3])).tolist() == [7, 8, 0, 1, 2]
    assert spans(np.zeros(0, np.int64), np.zeros(0, np.int64)).tolist() == []


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6))))
@settings(max_examples=100, deadline=None)
def test_spans_agree_with_ranges(pairs: list[tuple[int, int]]) -> None:
    starts, lengths = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    assert spans(starts, lengths).tolist() == [at for start, length in pairs for at in range(start, start + length)]


@given(st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=20), st.integers(1, 25))
@settings(max_examples=100, deadline=None)
def test_largest_gives_the_places_of_the_largest_values(values: list[float], number: int) -> None:
    places = largest(np.array(values, np.float32), number)
    assert len(set(places.tolist())) == min(number, len(values))
    assert sorted(values[place] for place in places) == sorted(values)[-number:]


def test_each_cell_is_a_topic_with_a_feature_and_its_entries_are_the_phrasings_that_have_it() -> None:
    said = ["notice of notice".split(), "notice".split(), "late notice".split(), "late".split()]
    data = build(said, [0, 0, 1, 1], Concepts([]))
    number = data.features.index("notic")
    cells = range(data.starts[number], data.starts[number + 1])
    assert data.cells["topic"][cells].tolist() == [0, 1]
    assert [data.entries["phrasing"][data.begins[cell] : data.begins[cell + 1]].tolist() for cell in cells] == [
        [0, 1],
        [2],
    ]


def test_where_features_meet_too_many_topics_some_of_the_commonest_are_left_out() -> None:
    concepts = Concepts([])
    few, many = (Index(build([["notice"]] * size, range(size), concepts), concepts) for size in (20, 20_000))
    assert few.compare(["notice"], 5).best.max() == pytest.approx(1.0, abs=1e-6)
    assert 0.5 < many.compare(["notice"], 5).best.max() < 0.99


def test_concepts_are_stems_with_a_group_of_synonyms_as_one() -> None:
    concepts = Concepts(SYNONYMS)
    assert concepts.of("full cost recovery of invoices".split()) == ["=fcr", "of", "invoic"]
    assert concepts.of("fcr bill invoice".split()) == ["=fcr", "=bill", "=bill"]
    assert concepts.of("full cost".split()) == ["full", "cost"]
    assert concepts.of([]) == []


def test_features_are_concepts_and_their_pairs() -> None:
    concepts = Concepts(SYNONYMS)
    assert concepts.features("full cost recovery bids now".split()) == ["=fcr", "bid", "now", "=fcr bid", "bid now"]
    assert concepts.features(["notices"]) == ["notic"]
    assert concepts.features([]) == []


def test_the_vocabulary_of_concepts_is_every_word_of_every_group() -> None:
    assert set(Concepts(SYNONYMS).vocabulary()) == {"fcr", "full", "cost", "recovery", "bill", "invoice"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("", ()),
        ("a", ("~^a$",)),
        ("ab", ("~^ab", "~ab$", "~^ab$")),
        ("cats", ("~^ca", "~cat", "~ats", "~ts$", "~^cat", "~cats", "~ats$")),
    ],
)
def test_runs_are_three_and_four_letters_with_the_ends_marked(word: str, expected: tuple[str, ...]) -> None:
    assert runs(word) == expected
