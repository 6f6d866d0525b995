"""Looking things up in what was loaded."""

from dataclasses import replace

import pytest

from knowledge.base import Knowledge
from tests.knowledge.conftest import COMPACT, THEMES, Shelf, commitment

ENTRIES = [
    commitment("town.code.1", topics="b, a"),
    commitment("town.code.2", topics="a"),
    commitment("town.code.3", topics="a, b"),
    commitment("town.appeals.1", topics="c, b, a").replace("section: code", "section: appeals"),
]


@pytest.fixture
def knowledge(shelf: Shelf) -> Knowledge:
    topics = [f"  - {{id: {name}, theme: change, title: T, asked: [{name}]}}\n" for name in "abcd"]
    sections = "  - {id: code, title: Code, place: p}\n  - {id: appeals, title: Appeals, place: p}\n"
    shelf.put("a.yaml", THEMES + "topics:\n" + "".join(topics))
    shelf.put("b.yaml", COMPACT.partition("sections")[0] + "sections:\n" + sections)
    shelf.put("c.yaml", "commitments:\n" + "".join(ENTRIES))
    return shelf.load()


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("a", ["town.code.2", "town.code.3", "town.code.1", "town.appeals.1"]),
        ("b", ["town.code.1", "town.code.3", "town.appeals.1"]),
        ("c", ["town.appeals.1"]),
        ("d", []),
        ("no-such-topic", []),
    ],
)
def test_those_that_answer_a_topic_best_come_first_then_the_order_of_the_files(
    knowledge: Knowledge, topic: str, found: list[str]
) -> None:
    assert [entry.id for entry in knowledge.about(topic)] == found


def test_a_commitment_has_its_section(knowledge: Knowledge) -> None:
    titles = [knowledge.section_of(entry).title for entry in knowledge.commitments.values()]
    assert titles == ["Code", "Code", "Code", "Appeals"]


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("town.code.3", "town.code.3"),
        ("TOWN.CODE.3", "town.code.3"),
        ("town.cod.2", "town.code.2"),
        ("appeals.1", "town.appeals.1"),
        ("town appeals 1", "town.appeals.1"),
    ],
)
def test_the_nearest_id_comes_first(knowledge: Knowledge, written: str, first: str) -> None:
    assert knowledge.nearest(written)[0] == first


@pytest.mark.parametrize(("limit", "number"), [(1, 1), (3, 3), (10, len(ENTRIES))])
def test_no_more_ids_are_offered_than_wanted(knowledge: Knowledge, limit: int, number: int) -> None:
    found = knowledge.nearest("town.code.9", limit=limit)
    assert len(found) == len(set(found)) == number
    assert set(found) <= set(knowledge.commitments)


def test_nothing_is_near_where_nothing_is_known(shelf: Shelf) -> None:
    shelf.put("one.yaml", "")
    assert shelf.load().nearest("town.code.1") == ()


def test_knowledge_is_equal_whatever_its_version_and_files(knowledge: Knowledge) -> None:
    assert replace(knowledge, version="other", parts=()) == knowledge
    assert replace(knowledge, synonyms=(("a", "b"),)) != knowledge
