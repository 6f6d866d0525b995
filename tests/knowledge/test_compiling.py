"""The compiled knowledge base, and what is kept of it between runs."""

import gc
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.compiling import Compiled, compiled, entries_of, opened, phrasings_of
from knowledge.index import IndexData
from knowledge.problems import KnowledgeError
from knowledge.text import normalised
from tests.knowledge.conftest import COMPACT, THEMES, TOPICS, Shelf, commitment

CONTENT = (
    TOPICS
    + COMPACT
    + "commitments:\n"
    + commitment("town.code.1")
    + """\
not-covered: [{id: parking, title: Parking, says: Not here., instead: The council., asked: [where to park, car park]}]
phrasings: [{topic: notice, asked: [what warning must town give]}]
parties-called: {public: [council], vcse: [charities]}
synonyms: [[warning, heads up], [park, parking]]
"""
)


def same_index(one: IndexData | None, other: IndexData | None) -> bool:
    if one is None or other is None:
        return one is other
    arrays = [
        (data.rarity, data.starts, data.cells, data.base, data.begins, data.entries, data.owners)
        for data in (one, other)
    ]
    return (one.features, one.concepts) == (other.features, other.concepts) and all(
        np.array_equal(first, second) and first.dtype == second.dtype for first, second in zip(*arrays, strict=True)
    )


def same(one: Compiled, other: Compiled) -> bool:
    return (
        one.knowledge == other.knowledge
        and one.knowledge.version == other.knowledge.version
        and one.knowledge.parts == other.knowledge.parts
        and one.vocabulary == other.vocabulary
        and np.array_equal(one.frequencies, other.frequencies)
        and same_index(one.index, other.index)
    )


def kept_files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where compiled files are kept; not there yet."""
    return tmp_path / "cache" / "compactbot"


def test_topics_come_before_what_is_not_covered_and_titles_count_as_phrasings(shelf: Shelf) -> None:
    shelf.put("one.yaml", CONTENT)
    knowledge = shelf.load()
    assert [entry.id for entry in entries_of(knowledge)] == ["notice", "parking"]
    assert phrasings_of(knowledge) == [
        ("Notice", 0),
        ("how much notice", 0),
        ("what warning must town give", 0),
        ("Parking", 1),
        ("where to park", 1),
        ("car park", 1),
    ]


def test_words_are_counted_in_phrasings_synonyms_and_names(shelf: Shelf) -> None:
    """A Compact's name counts as a name only: it is taken out of the phrasings."""
    shelf.put("one.yaml", CONTENT)
    made = shelf.opened(None)
    counts = dict(zip(made.vocabulary, made.frequencies.tolist(), strict=True))
    assert {word: counts[word] for word in ("notice", "warning", "heads", "park", "town", "charities", "groups")} == {
        "notice": 2, "warning": 2, "heads": 1, "park": 3, "town": 1, "charities": 1, "groups": 1,
    }  # fmt: skip


def test_the_index_knows_each_phrasing_and_whose_it_is(shelf: Shelf) -> None:
    shelf.put("one.yaml", CONTENT)
    index = shelf.opened(None).index
    assert index is not None
    assert index.owners.tolist() == [0, 0, 0, 1, 1, 1]
    assert len(index.base) == 2


def test_where_there_is_nothing_to_ask_about_there_is_no_index(shelf: Shelf) -> None:
    shelf.put("one.yaml", THEMES)
    made = shelf.opened(None)
    assert (made.index, made.vocabulary, made.frequencies.size) == (None, (), 0)


def test_without_a_folder_to_keep_it_in_it_is_made_afresh(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("one.yaml", CONTENT)
    before = set(tmp_path.rglob("*"))
    assert same(shelf.opened(None), compiled(shelf.load()))
    assert set(tmp_path.rglob("*")) == before


def test_what_is_kept_is_equal_to_what_is_made(shelf: Shelf, kept: Path) -> None:
    shelf.put("one.yaml", CONTENT)
    shelf.put("two.yaml", "")
    made = shelf.opened(kept)
    assert len(kept_files(kept)) == 1
    assert same(made, compiled(shelf.load()))
    assert same(shelf.opened(kept), made)


@pytest.mark.parametrize("text", ["", THEMES])
def test_what_is_kept_of_nothing_is_equal_to_nothing(shelf: Shelf, kept: Path, text: str) -> None:
    shelf.put("one.yaml", text)
    assert same(shelf.opened(kept), shelf.opened(kept))


_asked = st.lists(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(lambda text: bool(text.strip())),
    min_size=1, max_size=5, unique_by=normalised,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(asked=_asked)
def test_whatever_the_words_what_is_kept_is_equal(scratch: Shelf, asked: list[str]) -> None:
    topic = {"id": "notice", "theme": "change", "title": "Notice", "asked": asked}
    scratch.put("one.yaml", THEMES + yaml.safe_dump({"topics": [topic]}, allow_unicode=True))
    kept = scratch.folder / "kept"
    made = scratch.opened(kept)
    assert len(made.knowledge.topics["notice"].asked) == len(asked)
    assert same(scratch.opened(kept), made)


def test_the_kept_file_is_what_is_read(shelf: Shelf, kept: Path) -> None:
    """Shown by putting what was kept of other content in its place."""
    shelf.put("one.yaml", CONTENT)
    shelf.opened(kept)
    [mine] = kept.iterdir()
    shelf.put("one.yaml", TOPICS)
    other = shelf.opened(kept)
    [others] = set(kept.iterdir()) - {mine}
    shelf.put("one.yaml", CONTENT)
    mine.write_bytes(others.read_bytes())
    assert same(shelf.opened(kept), other)


@pytest.mark.parametrize(
    ("name", "text", "new_version"),
    [
        pytest.param("one.yaml", CONTENT.replace("how much", "How much"), True, id="changed word"),
        pytest.param("one.yaml", "# comment\n" + CONTENT, False, id="changed comment"),
        pytest.param("two.yml", "synonyms: [[a, b]]\n", True, id="another file"),
    ],
)
def test_changed_content_is_made_and_kept_anew(
    shelf: Shelf, kept: Path, name: str, text: str, new_version: bool
) -> None:
    shelf.put("one.yaml", CONTENT)
    first = shelf.opened(kept)
    before = kept_files(kept)
    shelf.put(name, text)
    second = shelf.opened(kept)
    assert same(second, compiled(shelf.load()))
    assert (second.knowledge.version != first.knowledge.version) is new_version
    assert len(kept_files(kept) - before) == 1


def test_a_file_taken_away_is_noticed(shelf: Shelf, kept: Path) -> None:
    shelf.put("one.yaml", TOPICS)
    more = shelf.put("two.yaml", "synonyms: [[a, b]]\n")
    assert shelf.opened(kept).knowledge.synonyms
    more.unlink()
    assert not shelf.opened(kept).knowledge.synonyms


def test_the_order_of_the_folders_counts(shelf: Shelf, kept: Path, tmp_path: Path) -> None:
    other = Shelf(tmp_path / "other")
    shelf.put("one.yaml", TOPICS)
    other.put("one.yaml", "topics: [{id: a, theme: change, title: A, asked: [a]}]\n")
    for folders in ([shelf.folder, other.folder], [other.folder, shelf.folder]):
        assert same(opened(folders, kept), opened(folders, None))


def test_a_mistake_is_told_though_something_is_kept_and_is_not_kept(shelf: Shelf, kept: Path) -> None:
    shelf.put("one.yaml", CONTENT)
    shelf.opened(kept)
    before = kept_files(kept)
    shelf.put("one.yaml", CONTENT + "colour: red\n")
    for _ in range(2):
        with pytest.raises(KnowledgeError, match="colour"):
            shelf.opened(kept)
    assert kept_files(kept) == before


@pytest.mark.parametrize("name", ["missing", "bare"])
def test_a_folder_that_gives_nothing_is_told_though_the_rest_is_kept(shelf: Shelf, kept: Path, name: str) -> None:
    folder = shelf.put("one.yaml", CONTENT).parent
    (folder / "bare").mkdir()
    shelf.opened(kept)
    with pytest.raises(KnowledgeError, match=name):
        opened([folder, folder / name], kept)


def is_done_without(shelf: Shelf, kept: Path, damaged: bytes) -> bool:
    """Whether `damaged` in place of what is kept makes no difference, and is mended."""
    [path] = kept.iterdir()
    made = shelf.opened(None)
    path.write_bytes(damaged)
    again = shelf.opened(kept)
    gc.collect()  # so that a file left open is told in the test that left it
    return same(again, made) and same(shelf.opened(kept), made) and path.read_bytes() != damaged


@pytest.fixture
def whole(shelf: Shelf, kept: Path) -> bytes:
    """A file that was kept, as it should be."""
    shelf.put("one.yaml", CONTENT)
    shelf.opened(kept)
    [path] = kept.iterdir()
    return path.read_bytes()


def test_a_kept_file_that_is_no_kept_file_is_done_without(shelf: Shelf, kept: Path, whole: bytes) -> None:
    assert is_done_without(shelf, kept, b"something else altogether")


@pytest.mark.parametrize("part", [0, 0.01, 0.5, 0.9, 0.999])
def test_an_empty_or_truncated_kept_file_is_done_without(shelf: Shelf, kept: Path, whole: bytes, part: float) -> None:
    assert is_done_without(shelf, kept, whole[: int(len(whole) * part)])


@pytest.mark.parametrize("part", [0.2, 0.5, 0.7])
def test_a_kept_file_with_wrong_bytes_is_done_without(shelf: Shelf, kept: Path, whole: bytes, part: float) -> None:
    at = int(len(whole) * part)
    assert is_done_without(
        shelf, kept, whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 64]) + whole[at + 64 :]
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param(6, 0xFF, id="made by a later version"),
        pytest.param(8, 0x01, id="encrypted"),
        pytest.param(10, 0x63, id="compressed in an unknown way"),
    ],
)
def test_a_kept_file_with_a_wrong_directory_is_done_without(
    shelf: Shelf, kept: Path, whole: bytes, field: int, value: int
) -> None:
    at = whole.index(b"PK\x01\x02") + field
    assert is_done_without(shelf, kept, whole[:at] + bytes([value]) + whole[at + 1 :])


@pytest.mark.parametrize(
    "arrays",
    [
        pytest.param({}, id="nothing in it"),
        pytest.param({"contents": np.zeros(3, np.uint8)}, id="no JSON"),
        pytest.param({"contents": np.frombuffer(b'{"colour": 1}', np.uint8)}, id="unknown keys"),
        pytest.param({"contents": np.array([{}], object)}, id="Python objects"),
    ],
)
def test_a_kept_file_with_other_things_in_it_is_done_without(
    shelf: Shelf, kept: Path, whole: bytes, arrays: dict[str, Any]
) -> None:
    [path] = kept.iterdir()
    np.savez(path, **arrays)
    assert is_done_without(shelf, kept, path.read_bytes())


@pytest.mark.parametrize("inside", ["", "folder"])
def test_a_folder_that_cannot_be_made_is_done_without(shelf: Shelf, tmp_path: Path, inside: str) -> None:
    shelf.put("one.yaml", CONTENT)
    (tmp_path / "file").write_text("in the way")
    assert same(shelf.opened(tmp_path / "file" / inside), shelf.opened(None))
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_in_is_done_without(shelf: Shelf, kept: Path) -> None:
    shelf.put("one.yaml", CONTENT)
    kept.mkdir(parents=True, mode=0o500)
    assert same(shelf.opened(kept), shelf.opened(None))
    assert not kept_files(kept)


def test_nothing_is_left_behind_where_the_file_cannot_be_put_in_its_place(shelf: Shelf, kept: Path) -> None:
    shelf.put("one.yaml", CONTENT)
    made = shelf.opened(kept)
    [path] = kept.iterdir()
    path.unlink()
    path.mkdir()
    assert same(shelf.opened(kept), made)
    assert kept_files(kept) == {path.name}


def test_old_files_are_cleared_away_and_others_left_alone(shelf: Shelf, kept: Path) -> None:
    kept.mkdir(parents=True)
    (kept / "notes.txt").write_text("mine")
    (kept / "other.npz").write_text("mine")
    made: list[str] = []
    for number in range(7):
        shelf.put("one.yaml", TOPICS.replace("how much", f"how much {number}"))
        shelf.opened(kept)
        made += kept_files(kept) - {*made, "notes.txt", "other.npz"}
        for age, name in enumerate(reversed(made)):
            if (kept / name).exists():
                os.utime(kept / name, (1_000_000 - age, 1_000_000 - age))
    assert all(one != other for one, other in pairwise(made))
    assert kept_files(kept) == {*made[-4:], "notes.txt", "other.npz"}
