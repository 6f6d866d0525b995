"""YAML files read together with their places, so that a complaint can name file, line and entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.problems import KnowledgeError, Problem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAMING_KEYS = ("id", "topic", "term")
_TEXT = "tag:yaml.org,2002:str"
_SHOWN = 40
# What PyYAML lets through where a value is not what it looks like: it promises YAMLError alone.
_UNREADABLE = (ValueError, LookupError, AttributeError)

Place = Sequence[str | int]


@dataclass(frozen=True)
class Document:
    """A YAML file's data, and its node tree for finding lines. `twice`: the complaints about keys given twice."""

    path: Path
    data: Any
    twice: tuple[Problem, ...]
    _root: yaml.Node | None

    def problem(self, place: Place, message: str) -> Problem:
        """A complaint about what stands at `place`, a path of keys and list positions from the top."""
        return Problem(self.path, self.line(place), self.entry(place), message)

    def line(self, place: Place) -> int:
        """The line, from 1, of the deepest part of `place` that is there."""
        node, line = self._root, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            first, node = found
            line = first.start_mark.line + 1
        return line

    def ids(self, key: str) -> list[str]:
        """The ids of the entry or entries under a key at the top: of all of them where the key is given twice."""
        found = _under(self._root, key)
        entries = [entry for each in found for entry in (each.value if isinstance(each, yaml.SequenceNode) else [each])]
        named = [name for entry in entries for name in _under(entry, "id")]
        return [name.value for name in named if isinstance(name, yaml.ScalarNode)]

    def entry(self, place: Place) -> str:
        """`place` in words: entries are named by their id where they have one, else counted from 1."""
        words, data = [], self.data
        for step in place:
            data = _item(data, step)
            words.append(_name_of(data, step))
        return ", ".join(words)


def read(path: Path) -> Document:
    """The YAML file at `path`.

    Raises KnowledgeError when it cannot be read, is not UTF-8, is not YAML, or has values that are not what they look like.
    """
    try:
        root = _Loader(path.read_text(encoding="utf-8")).get_single_node()
        twice = tuple(_twice(path, key) for key in _repeated(root))
        data, unreadable = _read(root)
    except OSError as error:
        raise KnowledgeError([Problem(path, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise KnowledgeError([Problem(path, 0, "", "is not UTF-8 text; save it as UTF-8")]) from error
    except yaml.YAMLError as error:
        raise KnowledgeError([_syntax_problem(path, error)]) from error
    except (*_UNREADABLE, RecursionError) as error:
        raise KnowledgeError([Problem(path, 0, "", f"has something YAML cannot read: {error}")]) from error
    document = Document(path, data, twice, root)
    if unreadable:
        raise KnowledgeError([document.problem(place, _no_such(text)) for place, text in unreadable])
    return document


def _read(root: yaml.Node | None) -> tuple[Any, list[tuple[Place, str]]]:
    """The data, and which values are not what they look like, each with its place: they are taken for text."""
    if root is None:
        return {}, []
    try:
        return _constructed(root), []
    except _UNREADABLE:
        unreadable = list(_made_text(root))
        return _constructed(root), unreadable


def _constructed(node: yaml.Node) -> Any:
    return _Loader("").construct_document(node)


def _made_text(node: yaml.Node, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Make text of the values that cannot be read; yields each with its place."""
    match node:
        case yaml.MappingNode():
            for key, value in node.value:
                inside = (*place, key.value) if isinstance(key, yaml.ScalarNode) else place
                yield from _made_text(key, inside)
                yield from _made_text(value, inside)
        case yaml.SequenceNode():
            for number, item in enumerate(node.value):
                yield from _made_text(item, (*place, number))
        case yaml.ScalarNode() if not _is_readable(node):
            node.tag = _TEXT
            yield place, node.value


def _is_readable(node: yaml.ScalarNode) -> bool:
    try:
        _constructed(node)
    except _UNREADABLE:
        return False
    except yaml.YAMLError:
        # That is told with its place when all is read.
        return True
    return True


def _no_such(text: str) -> str:
    return f"'{text[:_SHOWN]}' looks like a day or a number, but there is no such one"


def _syntax_problem(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or "has a character YAML does not allow"
    hint = "check the spaces in front, and put text with ': ' or ' #' in quotation marks"
    return Problem(path, mark.line + 1 if mark else 0, "", f"is not valid YAML: {reason} ({hint})")


def _twice(path: Path, key: yaml.ScalarNode) -> Problem:
    return Problem(path, key.start_mark.line + 1, "", f"the key '{key.value}' stands twice here")


def _repeated(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    match node:
        case yaml.MappingNode():
            seen = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode):
                    if key.value in seen:
                        yield key
                    seen.add(key.value)
                yield from _repeated(value)
        case yaml.SequenceNode():
            for item in node.value:
                yield from _repeated(item)


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Where the part of `node` at `step` begins, and the part itself."""
    match node, step:
        case yaml.MappingNode(), str():
            return next(((key, value) for key, value in node.value if key.value == step), None)
        case yaml.SequenceNode(), int() if step < len(node.value):
            return node.value[step], node.value[step]
    return None


def _under(node: yaml.Node | None, key: str) -> list[yaml.Node]:
    return [value for name, value in node.value if name.value == key] if isinstance(node, yaml.MappingNode) else []


def _item(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _name_of(data: Any, step: str | int) -> str:
    if isinstance(step, str):
        return step
    named = [data[key] for key in _NAMING_KEYS if isinstance(data, dict) and key in data]
    return str(named[0]) if named else f"entry {step + 1}"
