"""A shelf of small YAML files to load knowledge from, and the knowledge base that is shipped."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from knowledge.base import Knowledge
from knowledge.compiling import Compiled, opened
from knowledge.loading import load, shipped_content
from knowledge.problems import KnowledgeError, Problem

THEMES = "themes: [{id: change, title: Change}]\n"
TOPICS = THEMES + "topics: [{id: notice, theme: change, title: Notice, asked: [how much notice]}]\n"
COMPACT = """\
compact:
  id: town
  name: Town Compact
  title: The Town Compact
  year: 2012
  status: in-force
  partners: {}
  parties: {public: the council, vcse: the groups}
  named: [town]
sections: [{id: code, title: Code, place: page 1}]
"""


@dataclass(frozen=True)
class Shelf:
    """A folder of YAML files."""

    folder: Path

    def put(self, name: str, text: str | bytes) -> Path:
        """Writes a file (indented text is moved to the left) and gives its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
        return path

    def load(self, *more: Path) -> Knowledge:
        """The knowledge on this shelf and in the folders given after it."""
        return load([self.folder, *more])

    def opened(self, kept_in: Path | None) -> Compiled:
        """The knowledge on this shelf, compiled."""
        return opened([self.folder], kept_in)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong on this shelf; nothing when it loads."""
        try:
            self.load()
        except KnowledgeError as error:
            return error.problems
        return ()

    def complaints(self) -> list[str]:
        """The problems in the words in which they are shown, with paths from this shelf."""
        return [str(problem).replace(f"{self.folder}/", "") for problem in self.problems()]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """An empty shelf."""
    folder = tmp_path / "content"
    folder.mkdir()
    return Shelf(folder)


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A shelf that a property's examples write over and over; nothing on it may be relied on."""
    return Shelf(tmp_path_factory.mktemp("scratch"))


@pytest.fixture(scope="session")
def shipped() -> Knowledge:
    """The knowledge that comes with the program."""
    return load([shipped_content()])


def commitment(identifier: str, *, topics: str = "notice", more: str = "") -> str:
    """One commitment in section `code` as a line of YAML, with `topics` and `more` keys in YAML's own words."""
    return (
        f"  - {{id: {identifier}, section: code, party: public, kind: value, force: must, topics: [{topics}],"
        f" says: It must., source: page 1{more and ', ' + more}}}\n"
    )
