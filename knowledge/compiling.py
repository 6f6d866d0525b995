"""The knowledge base made ready for questions, and kept ready between runs.

Reading the YAML and building the index takes about a second; reading what was built before takes a tenth. A kept file
is found by a fingerprint of the content and of the program, so it can be stale only by being absent; one that cannot be
read or written is done without.
"""

import ctypes
import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from knowledge.base import Knowledge
from knowledge.content import ContentFile, Gap, Topic
from knowledge.features import Concepts
from knowledge.index import IndexData, Ints
from knowledge.indexing import build
from knowledge.loading import load, merged, yaml_files
from knowledge.naming import Names
from knowledge.text import words

_KEPT_FILES = 4
_SPLIT = "\n"
_INDEX_ARRAYS = ("rarity", "starts", "cells", "base", "begins", "entries", "owners")
# What numpy, zip and pydantic raise for files that are cut short, damaged or from another version.
_UNREADABLE = (OSError, EOFError, ValueError, KeyError, RuntimeError, BadZipFile)


@dataclass(frozen=True)
class Compiled:
    """A knowledge base with its index (None while there is nothing to ask about) and how often each word stands in it."""

    knowledge: Knowledge
    index: IndexData | None
    vocabulary: tuple[str, ...]
    frequencies: Ints


def entries_of(knowledge: Knowledge) -> Sequence[Topic | Gap]:
    """Everything a question can be about, in the order in which the index numbers it."""
    return (*knowledge.topics.values(), *knowledge.gaps.values())


def phrasings_of(knowledge: Knowledge) -> list[tuple[str, int]]:
    """Every way of asking, with the number of what it asks about. A title counts as one."""
    return [
        (phrasing, number)
        for number, entry in enumerate(entries_of(knowledge))
        for phrasing in (entry.title, *entry.asked)
    ]


def concepts_of(knowledge: Knowledge) -> Concepts:
    """The knowledge base's synonyms."""
    return Concepts([[words(phrase) for phrase in group] for group in knowledge.synonyms])


def compiled(knowledge: Knowledge) -> Compiled:
    """`knowledge` with its index, built afresh."""
    names, concepts, phrasings = Names(knowledge), concepts_of(knowledge), phrasings_of(knowledge)
    said = [names.without_compacts(words(phrasing)) for phrasing, _ in phrasings]
    frequencies = Counter(word for each in said for word in each)
    frequencies.update(concepts.vocabulary())
    frequencies.update(names.vocabulary())
    frequencies.update(word for term in knowledge.terms for name in (term.term, *term.also) for word in words(name))
    index = build(said, [owner for _, owner in phrasings], concepts) if said else None
    return Compiled(knowledge, index, tuple(frequencies), np.fromiter(frequencies.values(), np.int32, len(frequencies)))


def _give_memory_back() -> None:
    """Building takes a hundred megabytes for a second, which the C library would keep for a process that lives for weeks."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def opened(folders: Sequence[Path], kept_in: Path | None) -> Compiled:
    """The knowledge in `folders`, ready for questions; from the folder `kept_in` where it was made ready before.

    Raises KnowledgeError when the content has mistakes.
    """
    if kept_in is None or not all(yaml_files([folder]) for folder in folders):
        return compiled(load(folders))
    path = kept_in / f"knowledge-{_fingerprint(folders)}.npz"
    with suppress(*_UNREADABLE):
        return _restored(path)
    fresh = compiled(load(folders))
    with suppress(OSError):
        _keep(path, fresh)
    _give_memory_back()
    return fresh


def _fingerprint(folders: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    program = sorted(Path(__file__).parent.glob("*.py"))
    for path in (*program, *yaml_files(folders)):
        digest.update(str(path).encode(errors="surrogateescape"))
        with suppress(OSError):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _keep(path: Path, made: Compiled) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = _SPLIT.join(part.model_dump_json(by_alias=True) for part in made.knowledge.parts)
    arrays: dict[str, Any] = {"contents": _packed(contents), "vocabulary": _packed(_SPLIT.join(made.vocabulary))}
    arrays["frequencies"] = made.frequencies
    if made.index:
        arrays |= _arrays(made.index)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="writing-") as folder:
        written = Path(folder) / path.name
        with written.open("wb") as file:
            np.savez(file, **arrays)
        written.replace(path)
    for old in sorted(path.parent.glob("knowledge-*.npz"), key=lambda each: each.stat().st_mtime)[:-_KEPT_FILES]:
        old.unlink(missing_ok=True)


def _restored(path: Path) -> Compiled:
    with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        parts = [ContentFile.model_validate_json(part) for part in _unpacked(arrays["contents"]).split(_SPLIT)]
        index = _index(arrays) if "owners" in arrays else None
        vocabulary = tuple(_unpacked(arrays["vocabulary"]).split())
        return Compiled(merged(parts), index, vocabulary, arrays["frequencies"])


def _arrays(index: IndexData) -> dict[str, Any]:
    return {
        "features": _packed(_SPLIT.join(index.features)),
        "concepts": np.array(index.concepts),
        **{name: getattr(index, name) for name in _INDEX_ARRAYS},
    }


def _index(arrays: Any) -> IndexData:
    return IndexData(
        features=tuple(_unpacked(arrays["features"]).split(_SPLIT)),
        concepts=int(arrays["concepts"]),
        **{name: arrays[name] for name in _INDEX_ARRAYS},
    )


def _packed(text: str) -> Any:
    return np.frombuffer(text.encode(), np.uint8)


def _unpacked(array: Any) -> str:
    return bytes(array).decode()
