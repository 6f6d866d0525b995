"""From folders of YAML to a checked `Knowledge`: every mistake is found and told at once."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from knowledge.base import Knowledge
from knowledge.content import ContentFile, Gap, Phrasings, Topic
from knowledge.problems import KnowledgeError, Problem
from knowledge.processes import Process
from knowledge.shapes import shaped
from knowledge.text import normalised
from knowledge.yamlfiles import Document, Place, read


def shipped_content() -> Path:
    """The folder of the knowledge base that comes with the program."""
    return Path(str(files("knowledge"))) / "content"


def load(folders: Iterable[Path]) -> Knowledge:
    """The knowledge in every `.yaml` or `.yml` file under `folders`, taken as one.

    Raises KnowledgeError with all the mistakes found: unreadable files, wrong shapes, ids given twice,
    ids that name nothing, and one phrasing under two topics.
    """
    problems: list[Problem] = []
    parts: list[_Part] = []
    folders = list(dict.fromkeys(folders))
    problems.extend(Problem(folder, 0, "", _why_empty(folder)) for folder in folders if not yaml_files([folder]))
    glanced: set[tuple[str, str]] = set()
    for path in yaml_files(folders):
        try:
            document = read(path)
            glanced |= _ids_at_a_glance(document)
            parts.append(_validated(document))
        except KnowledgeError as error:
            problems.extend(error.problems)
    problems.extend(_cross_check(parts, glanced))
    if problems:
        raise KnowledgeError(problems)
    return merged([part.content for part in parts])


def unanswered_topics(knowledge: Knowledge) -> tuple[str, ...]:
    """Ids of topics no commitment answers: allowed, since a Compact may be silent, but worth an editor's look."""
    return tuple(topic for topic in knowledge.topics if not knowledge.about(topic))


@dataclass(frozen=True)
class _Part:
    document: Document
    content: ContentFile


def yaml_files(folders: Iterable[Path]) -> list[Path]:
    """The `.yaml` and `.yml` files anywhere under `folders`, in order of folder and path."""
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*.y*ml"))
        if path.suffix in {".yaml", ".yml"} and path.is_file() and not _hidden(path.relative_to(folder))
    ]


def _hidden(path: Path) -> bool:
    """Whether a file is hidden, as are the copies that a mounted configuration keeps beside the files themselves."""
    return any(part.startswith(".") for part in path.parts)


def _why_empty(folder: Path) -> str:
    return "has no .yaml files in it" if folder.is_dir() else "is not a folder that can be found"


def _validated(document: Document) -> _Part:
    if document.twice:
        raise KnowledgeError(list(document.twice))
    if not isinstance(document.data, dict):
        raise KnowledgeError([document.problem((), "should hold keys such as 'topics:' or 'commitments:'")])
    return _Part(document, shaped(document, ContentFile, document.data))


def merged(contents: Sequence[ContentFile]) -> Knowledge:
    """The knowledge of files that have been checked, taken as one."""
    more: dict[str, tuple[str, ...]] = {}
    for extra in (phrasings for content in contents for phrasings in content.phrasings):
        more[extra.topic] = more.get(extra.topic, ()) + extra.asked
    return Knowledge(
        compacts={content.compact.id: content.compact for content in contents if content.compact},
        sections={
            (content.compact.id, section.id): section
            for content in contents
            if content.compact
            for section in content.sections
        },
        commitments={entry.id: entry for content in contents for entry in content.commitments},
        themes={theme.id: theme for content in contents for theme in content.themes},
        topics={topic.id: _with_more(topic, more) for content in contents for topic in content.topics},
        gaps={gap.id: _with_more(gap, more) for content in contents for gap in content.not_covered},
        terms=tuple(term for content in contents for term in content.glossary),
        synonyms=tuple(group for content in contents for group in content.synonyms),
        public_names=tuple(name for content in contents for name in content.parties_called.public),
        vcse_names=tuple(name for content in contents for name in content.parties_called.vcse),
        danger=tuple(danger for content in contents for danger in content.danger),
        version=_fingerprint(contents),
        parts=tuple(contents),
    )


_Asked = TypeVar("_Asked", Topic, Gap)


def _with_more(entry: _Asked, more: dict[str, tuple[str, ...]]) -> _Asked:
    """`entry` with the phrasings that other files add to it."""
    return entry.model_copy(update={"asked": entry.asked + more.get(entry.id, ())})


def _fingerprint(contents: Sequence[ContentFile]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(content.model_dump_json().encode())
    return digest.hexdigest()[:12]


@dataclass(frozen=True)
class _Use:
    """A name as it stands somewhere: what kind of name, the name, and where."""

    kind: str
    name: str
    document: Document
    place: Place

    def problem(self, message: str) -> Problem:
        return self.document.problem(self.place, message)


def _cross_check(parts: list[_Part], elsewhere: set[tuple[str, str]]) -> Iterator[Problem]:
    """`elsewhere`: ids in files with mistakes of their own, so that nobody is told that those do not exist."""
    given = [use for part in parts for use in _ids_given(part)]
    yield from _repeated(given, lambda use, first: f"the {use.kind} '{use.name}' is already in {first.document.path}")
    known = {(use.kind, use.name) for use in given} | elsewhere
    known |= {("topic or matter", name) for kind, name in known if kind in {"topic", "matter not covered"}}
    wanted = (use for part in parts for use in _ids_wanted(part))
    yield from (
        use.problem(f"there is no {use.kind} '{use.name}'") for use in wanted if (use.kind, use.name) not in known
    )
    asked = [use for part in parts for use in _phrasings(part)]
    yield from _repeated(
        asked, lambda use, first: f"the phrasing '{use.name}' already stands at {first.problem('').entry}"
    )


def _repeated(uses: Iterable[_Use], complaint: Callable[[_Use, _Use], str]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], _Use] = {}
    for use in uses:
        # A topic and a matter that is not covered share their ids: both are what a question can be about.
        kind = "topic" if use.kind == "matter not covered" else use.kind
        first = seen.setdefault((kind, use.name), use)
        if first is not use:
            yield use.problem(complaint(use, first))


def _ids_given(part: _Part) -> Iterator[_Use]:
    content, document = part.content, part.document
    if content.compact:
        yield _Use("Compact", content.compact.id, document, ("compact", "id"))
        for row, section in enumerate(content.sections):
            name = f"{content.compact.id}.{section.id}"
            yield _Use("section", name, document, ("sections", row, "id"))
    for row, commitment in enumerate(content.commitments):
        yield _Use("commitment", commitment.id, document, ("commitments", row, "id"))
    for row, theme in enumerate(content.themes):
        yield _Use("theme", theme.id, document, ("themes", row, "id"))
    for row, topic in enumerate(content.topics):
        yield _Use("topic", topic.id, document, ("topics", row, "id"))
    for row, gap in enumerate(content.not_covered):
        yield _Use("matter not covered", gap.id, document, ("not-covered", row, "id"))
    for row, term in enumerate(content.glossary):
        for name in sorted({normalised(name) for name in (term.term, *term.also)}):
            yield _Use("term", name, document, ("glossary", row))


_KINDS = {
    "compact": "Compact",
    "commitments": "commitment",
    "themes": "theme",
    "topics": "topic",
    "not-covered": "matter not covered",
}


def _ids_at_a_glance(document: Document) -> set[tuple[str, str]]:
    """The ids that a file gives, as far as they can be made out, whatever else is wrong in it."""
    sections = {f"{compact}.{section}" for compact in document.ids("compact") for section in document.ids("sections")}
    found = {(kind, name) for key, kind in _KINDS.items() for name in document.ids(key)}
    return found | {("section", name) for name in sections}


def _ids_wanted(part: _Part) -> Iterator[_Use]:
    content, document = part.content, part.document
    if content.compact:
        yield from _ids_in_process(content.compact.process, document)
    for row, commitment in enumerate(content.commitments):
        at = ("commitments", row)
        yield _Use("Compact", commitment.compact, document, (*at, "id"))
        yield _Use("section", f"{commitment.compact}.{commitment.section}", document, (*at, "section"))
        for number, topic in enumerate(commitment.topics):
            yield _Use("topic", topic, document, (*at, "topics", number))
        for number, related in enumerate(commitment.related):
            yield _Use("commitment", related, document, (*at, "related", number))
    for row, asked_about in enumerate(content.topics):
        yield _Use("theme", asked_about.theme, document, ("topics", row, "theme"))
    for row, extra in enumerate(content.phrasings):
        yield _Use("topic or matter", extra.topic, document, ("phrasings", row, "topic"))
    for row, term in enumerate(content.glossary):
        for number, topic in enumerate(term.topics):
            yield _Use("topic", topic, document, ("glossary", row, "topics", number))


def _ids_in_process(process: Process, document: Document) -> Iterator[_Use]:
    at = ("compact", "process")
    for number, source in enumerate(process.overseen.sources if process.overseen else ()):
        yield _Use("commitment", source, document, (*at, "overseen", "sources", number))
    for number, advised in enumerate(process.advised_first):
        yield _Use("commitment", advised, document, (*at, "advised-first", number))


def _phrasings(part: _Part) -> Iterator[_Use]:
    lists: tuple[tuple[str, Sequence[Topic | Phrasings | Gap]], ...] = (
        ("topics", part.content.topics),
        ("phrasings", part.content.phrasings),
        ("not-covered", part.content.not_covered),
    )
    for key, entries in lists:
        for row, entry in enumerate(entries):
            for number, phrasing in enumerate(entry.asked):
                yield _Use("phrasing", normalised(phrasing), part.document, (key, row, "asked", number))
