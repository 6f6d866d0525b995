"""YAML files read together with their places, so that a complaint can name file, line and entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.problems import KnowledgeError, Problem

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NAMING_KEYS = ("id", "topic", "term")

Place = Sequence[str | int]


@dataclass(frozen=True)
class Document:
    """A YAML file's data, and its node tree for finding lines."""

    path: Path
    data: Any
    _root: yaml.Node | None

    def problem(self, place: Place, message: str) -> Problem:
        """A complaint about what stands at `place`, a path of keys and list positions from the top."""
        return Problem(self.path, self.line(place), self.entry(place), message)

    def line(self, place: Place) -> int:
        """The line, from 1, of the deepest part of `place` that is there."""
        node, line = self._root, 1
        for step in place:
            child = _child(node, step)
            if child is None:
                break
            node, line = child, child.start_mark.line + 1
        return line

    def entry(self, place: Place) -> str:
        """`place` in words: entries are named by their id where they have one, else counted from 1."""
        words, data = [], self.data
        for step in place:
            data = _item(data, step)
            words.append(_name_of(data, step))
        return ", ".join(words)


def read(path: Path) -> Document:
    """The YAML file at `path`.

    Raises KnowledgeError when it cannot be read, is not UTF-8, is not YAML, or gives a key twice.
    """
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        data = {} if root is None else loader.construct_document(root)
    except OSError as error:
        raise KnowledgeError([Problem(path, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        raise KnowledgeError([Problem(path, 0, "", "is not UTF-8 text; save it as UTF-8")]) from error
    except yaml.YAMLError as error:
        raise KnowledgeError([_syntax_problem(path, error)]) from error
    twice = [Problem(path, mark.line + 1, "", f"the key '{key}' stands twice here") for key, mark in _repeated(root)]
    if twice:
        raise KnowledgeError(twice)
    return Document(path, data, root)


def _syntax_problem(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or "has a character YAML does not allow"
    hint = "check the spaces in front, and put text with ': ' or ' #' in quotation marks"
    return Problem(path, mark.line + 1 if mark else 0, "", f"is not valid YAML: {reason} ({hint})")


def _repeated(node: yaml.Node | None) -> Iterator[tuple[str, Any]]:
    match node:
        case yaml.MappingNode():
            seen = set()
            for key, value in node.value:
                if key.value in seen:
                    yield key.value, key.start_mark
                seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
                yield from _repeated(value)
        case yaml.SequenceNode():
            for item in node.value:
                yield from _repeated(item)


def _child(node: yaml.Node | None, step: str | int) -> yaml.Node | None:
    match node, step:
        case yaml.MappingNode(), str():
            return next((value for key, value in node.value if key.value == step), None)
        case yaml.SequenceNode(), int() if step < len(node.value):
            return node.value[step]  # type: ignore[no-any-return]
    return None


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
