"""Reading one YAML file with its places."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.problems import KnowledgeError, Problem
from knowledge.yamlfiles import Document, Place, read
from tests.knowledge.conftest import Shelf

PLACES = """\
# a comment first
topics:
  - id: notice
    title: Notice
    asked:
      - how much notice
      - how long before
  - title: without an id
phrasings:
  - topic: notice
    asked: [one, two]
glossary:
  - {term: VCSE,
     meaning: charities}
synonyms: [[a, b],
  [c, d]]
"""


def read_text(shelf: Shelf, text: str | bytes) -> Document:
    return read(shelf.put("one.yaml", text))


def problems_of(shelf: Shelf, text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(KnowledgeError) as caught:
        read_text(shelf, text)
    return caught.value.problems


def test_data_is_what_the_yaml_says(shelf: Shelf) -> None:
    assert read_text(shelf, "a: [x, 2, {b: yes}]\n").data == {"a": ["x", 2, {"b": True}]}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n"])
def test_a_file_with_nothing_in_it_holds_nothing(shelf: Shelf, text: str) -> None:
    assert not read_text(shelf, text).data


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfa: caf\xc3\xa9\n", b"a: caf\xc3\xa9\r\n", b"a: caf\xc3\xa9"])
def test_files_of_windows_editors_and_without_a_last_newline_are_read(shelf: Shelf, text: bytes) -> None:
    assert read_text(shelf, text).data == {"a": "café"}


def test_an_anchor_may_be_used_again(shelf: Shelf) -> None:
    assert read_text(shelf, "a: &x {b: 1}\nc: *x\n").data == {"a": {"b": 1}, "c": {"b": 1}}


@pytest.mark.parametrize("name", ["missing.yaml", "folder.yaml"])
def test_what_cannot_be_read_is_told_with_the_reason(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.yaml").mkdir()
    with pytest.raises(KnowledgeError) as caught:
        read(tmp_path / name)
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.entry) == (tmp_path / name, 0, "")
    assert problem.message in {"cannot be read: No such file or directory", "cannot be read: Is a directory"}


@pytest.mark.parametrize("text", [b"# caf\xe9\n", "a: b\n".encode("utf-16")])
def test_a_file_that_is_not_utf8_is_told_so(shelf: Shelf, text: bytes) -> None:
    [problem] = problems_of(shelf, text)
    assert str(problem) == f"{shelf.folder / 'one.yaml'}: is not UTF-8 text; save it as UTF-8"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param("a:\n  - one: two: three\n", 2, "mapping values are not allowed", id="colon in text"),
        pytest.param("a:\n\t- b\n", 2, "cannot start any token", id="tab"),
        pytest.param("a: 'open\n", 2, "unexpected end of stream", id="open quotation mark"),
        pytest.param("a: [b\nc: d\n", 2, "did not find expected", id="open bracket"),
        pytest.param("a: *nothing\n", 1, "undefined alias", id="unknown alias"),
        pytest.param("a: b\n---\nc: d\n", 2, "another document", id="two documents"),
        pytest.param("a: b\nc: !thing d\n", 2, "could not determine a constructor", id="unknown tag"),
        pytest.param("a: !!python/object:os.system b\n", 1, "could not determine a constructor", id="Python object"),
        pytest.param("a: b\n? [c, d]\n: e\n", 2, "unhashable key", id="list as key"),
        pytest.param("a: \x07\n", 0, "a character YAML does not allow", id="control character"),
    ],
)
def test_text_that_is_not_yaml_is_told_with_line_reason_and_hint(
    shelf: Shelf, text: str, line: int, reason: str
) -> None:
    [problem] = problems_of(shelf, text)
    assert (problem.line, problem.entry) == (line, "")
    assert problem.message.startswith("is not valid YAML: ")
    assert reason in problem.message
    assert problem.message.endswith("put text with ': ' or ' #' in quotation marks)")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2021-02-30", "2021-02-30"),
        ("2026-01-14T25:00:00", "2026-01-14T25:00:00"),
        ("0x_", "0x_"),
        ("!!int x", "x"),
        ("!!int ''", ""),
        ("!!bool x", "x"),
        ("!!timestamp x", "x"),
        ("9" * 5_000, "9" * 40),
    ],
)
def test_a_value_that_is_not_what_it_looks_like_is_told_with_its_place(shelf: Shelf, value: str, shown: str) -> None:
    [problem] = problems_of(shelf, f"a:\n  - id: notice\n    says: [b, {value}]\n")
    message = f"'{shown}' looks like a day or a number, but there is no such one"
    assert problem == Problem(shelf.folder / "one.yaml", 3, "a, notice, says, entry 2", message)


def test_all_such_values_are_told_keys_too(shelf: Shelf) -> None:
    found = problems_of(shelf, "a: 2021-02-30\nb:\n  2021-02-31: c\n")
    assert [(each.line, each.entry) for each in found] == [(1, "a"), (3, "b, 2021-02-31")]


def test_what_is_no_yaml_either_is_told_first(shelf: Shelf) -> None:
    [problem] = problems_of(shelf, "a: 2021-02-30\nb: !thing c\n")
    assert (problem.line, problem.message.partition(":")[0]) == (2, "is not valid YAML")


@pytest.mark.parametrize("value", ["&again [*again]", "!!int {=: x}"])
def test_a_value_yaml_cannot_make_is_told_as_a_problem(shelf: Shelf, value: str) -> None:
    [problem] = problems_of(shelf, f"a: b\nc: {value}\n")
    assert (problem.file, problem.line, problem.entry) == (shelf.folder / "one.yaml", 0, "")
    assert problem.message.startswith("has something YAML cannot read: ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("a: 1\nb: 2\na: 3\n", [(3, "a")], id="at the top"),
        pytest.param("t:\n  - id: x\n    id: y\n", [(3, "id")], id="in an entry"),
        pytest.param("t: [{id: x, id: y}]\n", [(1, "id")], id="in braces"),
        pytest.param("a: 1\na: 2\na: 3\n", [(2, "a"), (3, "a")], id="three times"),
        pytest.param("a: {b: 1, b: 2}\na: {c: 1, c: 2}\n", [(1, "b"), (2, "a"), (2, "c")], id="several"),
    ],
)
def test_each_key_given_twice_in_a_mapping_is_told(shelf: Shelf, text: str, found: list[tuple[int, str]]) -> None:
    told = [(problem.line, problem.message) for problem in read_text(shelf, text).twice]
    assert told == [(line, f"the key '{key}' stands twice here") for line, key in found]


def test_the_same_key_in_different_mappings_is_no_mistake(shelf: Shelf) -> None:
    assert read_text(shelf, "a: {id: x}\nb: [{id: x}, {id: x}]\n").twice == ()


def test_a_merged_key_may_be_overridden(shelf: Shelf) -> None:
    document = read_text(shelf, "a: &base {id: x, title: t}\nb: {<<: *base, id: y}\n")
    assert (document.data["b"], document.twice) == ({"id": "y", "title": "t"}, ())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("t: [{id: x}, {id: y, a: b}]\n", ["x", "y"], id="of a list"),
        pytest.param("t: {id: x}\n", ["x"], id="of one entry"),
        pytest.param("t: [{id: x}]\nt: []\nt: [{id: y}]\n", ["x", "y"], id="of a key given again"),
        pytest.param("t: [{id: 3}, {id: [x]}, {a: b}, x, [{id: x}]]\n", ["3"], id="whatever else is listed"),
        pytest.param("t: x\n", [], id="of text"),
        pytest.param("a: {t: [{id: x}]}\n", [], id="at the top only"),
        pytest.param("- {id: x}\n", [], id="of a file that is a list"),
        pytest.param("", [], id="of nothing"),
    ],
)
def test_the_ids_under_a_key_are_made_out(shelf: Shelf, text: str, found: list[str]) -> None:
    assert read_text(shelf, text).ids("t") == found


@pytest.mark.parametrize(
    ("place", "line", "entry"),
    [
        pytest.param((), 1, "", id="the file"),
        pytest.param(("topics", 0), 3, "topics, notice", id="by id"),
        pytest.param(("topics", 0, "asked"), 5, "topics, notice, asked", id="a key, not its value further down"),
        pytest.param(("topics", 0, "asked", 1), 7, "topics, notice, asked, entry 2", id="text, counted from 1"),
        pytest.param(("topics", 1, "title"), 8, "topics, entry 2, title", id="entry without a name"),
        pytest.param(("phrasings", 0, "asked", 1), 11, "phrasings, notice, asked, entry 2", id="by topic"),
        pytest.param(("glossary", 0, "meaning"), 14, "glossary, VCSE, meaning", id="by term"),
        pytest.param(("synonyms", 1, 0), 16, "synonyms, entry 2, entry 1", id="list of lists"),
        pytest.param(("topics", 0, "theme"), 3, "topics, notice, theme", id="missing key: its entry's line"),
        pytest.param(
            ("topics", 5, "asked", 0), 2, "topics, entry 6, asked, entry 1", id="missing entry: its list's line"
        ),
        pytest.param(("nowhere", "at", "all"), 1, "nowhere, at, all", id="missing altogether"),
        pytest.param(("topics", "id"), 2, "topics, id", id="a key of what is a list"),
        pytest.param(("topics", 0, "title", 0), 4, "topics, notice, title, entry 1", id="an entry of what is text"),
    ],
)
def test_a_place_has_a_line_and_a_name(shelf: Shelf, place: Place, line: int, entry: str) -> None:
    document = read_text(shelf, PLACES)
    assert document.problem(place, "is wrong") == Problem(document.path, line, entry, "is wrong")


def test_an_empty_file_has_a_line_for_everything(shelf: Shelf) -> None:
    assert read_text(shelf, "").line(("topics", 0)) == 1


_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8)
_trees = st.recursive(
    _words, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_words, inner, max_size=3), max_leaves=8
)


def places_in(data: Any, above: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in `data`, each after the place that holds it."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    return [above, *(place for step, inner in items for place in places_in(inner, (*above, step)))]


@settings(max_examples=100, deadline=None)
@given(data=st.dictionaries(_words, _trees, max_size=4))
def test_what_was_written_is_read_and_lines_never_go_back(scratch: Shelf, data: dict[str, Any]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    document = read_text(scratch, text.encode())
    assert document.data == data
    lines = [document.line(place) for place in places_in(data)]
    assert lines == sorted(lines)
    assert lines[-1] <= text.count("\n") + 1


@settings(max_examples=100, deadline=None)
@given(text=st.binary(max_size=40) | st.text("ab:-[]{}&!|>'\"#?%@, \n\t", max_size=30).map(str.encode))
def test_any_file_is_read_or_complained_about(scratch: Shelf, text: bytes) -> None:
    path = scratch.put("one.yaml", text)
    try:
        files = {read(path).path}
    except KnowledgeError as error:
        files = {problem.file for problem in error.problems}
    assert files == {path}
