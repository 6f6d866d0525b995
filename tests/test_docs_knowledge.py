"""The page docs/writing-knowledge.md does what it says. Its conventions, which these tests read:

- A fenced `yaml` block begins with a line `# file: NAME.yaml` and is a complete file. All these files are loaded together
  with the shipped content; those in the folder `ashmere` are somebody's own Compact, and are loaded alone as well.
- A fenced `console` block shows commands. What stands under `$ compactbot ask "…"` is the beginning of what the program
  prints, up to a line `…`. Its first line is the title of the topic or matter that answers. With
  `KNOWLEDGE_SHIPPED=false` in front, the answer comes from the folder `ashmere` alone.
- A table whose first heading is "Key of a …" names all the keys of such an entry, and whether each is needed.
- A table whose first heading is "Message" gives complaints of `knowledge check`; `…` stands for what differs.
"""

import re
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path
from textwrap import dedent

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel
from rich.console import Console

from bot.terminal.rendering import rendered
from handlers.conversation import Reply
from handlers.questions import Questions
from knowledge.compiling import opened
from knowledge.content import Commitment, Compact, ContentFile, Period
from knowledge.finding import Finder
from knowledge.loading import load, shipped_content, unanswered_topics
from knowledge.problems import KnowledgeError
from knowledge.processes import Danger, Process, Stage
from knowledge.yamlfiles import read

PAGE = (Path(__file__).parents[1] / "docs" / "writing-knowledge.md").read_text(encoding="utf-8")
OWN = "ashmere"
TODAY = date(2026, 3, 2)

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>[a-z]+)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# file: (\S+\.yaml)\n")
_ASKED = re.compile(
    r'\$ (?P<alone>KNOWLEDGE_SHIPPED=false )?compactbot ask "(?P<question>.+)"\n(?P<shown>(?:[^$].*\n)+)'
)


@dataclass(frozen=True)
class Shown:
    """A question in the page, the lines under it, and whether the own Compact alone answers it."""

    question: str
    lines: tuple[str, ...]
    alone: bool


def blocks(kind: str) -> list[str]:
    return [dedent(found["text"]) for found in _FENCE.finditer(PAGE) if found["kind"] == kind]


def files() -> dict[str, str]:
    named = [(_FILE.match(block), block) for block in blocks("yaml")]
    return {name[1]: text for name, text in named if name}


def questions() -> list[Shown]:
    asked = [found for block in blocks("console") for found in _ASKED.finditer(block)]
    return [Shown(each["question"], tuple(_until_left_out(each["shown"])), bool(each["alone"])) for each in asked]


def _until_left_out(shown: str) -> list[str]:
    lines = [line.rstrip() for line in shown.splitlines()]
    return lines[: lines.index("…")] if "…" in lines else lines


def table(heading: str) -> list[tuple[str, ...]]:
    """The rows of the table with this first heading, as their cells."""
    found = re.search(rf"^\| {heading} \|.*\n\|[- |]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, f"the page has no table with the heading {heading}"
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in found[1].splitlines()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every file in the page, written to one folder."""
    top = tmp_path_factory.mktemp("our-knowledge")
    for name, text in files().items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return top


@pytest.fixture(scope="module")
def beside(folder: Path) -> Finder:
    return Finder(opened([shipped_content(), folder], None))


@pytest.fixture(scope="module")
def alone(folder: Path) -> Finder:
    return Finder(opened([folder / OWN], None))


def test_every_yaml_block_is_a_complete_file_of_its_own_name() -> None:
    assert len(files()) == len(blocks("yaml")) >= 7
    assert any(name.startswith(f"{OWN}/") for name in files())


def test_the_page_shows_a_question_of_each_sort() -> None:
    assert len(questions()) == sum(block.count("compactbot ask ") for block in blocks("console"))
    assert {each.alone for each in questions()} == {True, False}
    assert all(each.lines for each in questions())


def test_every_topic_of_the_own_compact_is_answered(folder: Path) -> None:
    assert unanswered_topics(load([folder / OWN])) == ()


@pytest.mark.parametrize("name", files())
def test_every_file_fits_the_schema_that_editors_use(folder: Path, name: str) -> None:
    validator = Draft202012Validator(ContentFile.model_json_schema(by_alias=True))
    assert [error.message for error in validator.iter_errors(read(folder / name).data)] == []


@pytest.mark.parametrize("shown", questions(), ids=lambda shown: shown.question)
def test_a_question_is_answered_as_shown(beside: Finder, alone: Finder, shown: Shown) -> None:
    said, _ = Questions(alone if shown.alone else beside, leads="").answer(shown.question, today=TODAY)
    paper = StringIO()
    Console(file=paper, width=80).print(rendered([Reply(said.blocks)]))
    printed = [line.rstrip() for line in paper.getvalue().strip().splitlines()]
    assert tuple(printed[: len(shown.lines)]) == shown.lines


@pytest.mark.parametrize(
    ("entry", "model"),
    [
        ("compact", Compact),
        ("commitment", Commitment),
        ("period", Period),
        ("process", Process),
        ("stage", Stage),
        ("danger", Danger),
    ],
    ids=str,
)
def test_a_table_of_keys_names_them_all_and_whether_they_are_needed(entry: str, model: type[BaseModel]) -> None:
    told = {key: row[1] for row in table(f"Key of a {entry}") for key in re.findall(r"`(.+?)`", row[0])}
    fields = model.model_fields.values()
    assert told == {str(field.alias): "yes" if field.is_required() else "no" for field in fields}


def test_the_page_names_every_key_that_there_is() -> None:
    schema = ContentFile.model_json_schema(by_alias=True)
    keys = {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", ())}
    assert {key for key in keys if not re.search(rf"`{key}`|(?<![a-z-]){key}:", PAGE)} == set()


BROKEN = [
    "topics:\n\t- id: a\n",
    "topics: []\ntopics: []\n",
    "- id: a\n",
    "themes: [{id: My Theme, title: 2024, colour: red}]\n",
    f"themes: [{{id: {'b' * 61}, title: T}}]\n",
    "themes:\n  - id: a\n    title: # nothing\n  - {id: b, title: ' '}\n",
    "topics: 2021-02-30\n",
    "synonyms: [['?', '!']]\n",
    "sections: [{id: a, title: A, place: page 1}]\n",
    "commitments: [{id: a.b, section: a, party: both, kind: a, force: may, topics: [a, a], says: A., source: a}]\n",
    "themes: [just words, {id: a}]\n",
    "topics: [{id: a, theme: nowhere, title: T, asked: []}]\n",
    "topics: [{id: a, theme: change, title: T, asked: How long?}]\n",
    "topics: [{id: a, theme: nowhere, title: T, asked: [so long]}, {id: a, theme: change, title: T, asked: [So long!]}]\n",
    (
        "compact: {id: a, name: A, title: A, year: 2019, status: replaced, partners: {},"
        " parties: {public: a, vcse: b}, named: [a]}\n"
    ),
    "compact: {id: a, name: A, title: A, year: 1066, status: old}\n",
    "commitments: [{id: a.b, abridged: perhaps, period: {amount: three}}, {id: a.c, period: {amount: 2000}}]\n",
]


def complaints(top: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load([top])
    return [problem.message for problem in caught.value.problems]


@pytest.fixture(scope="module")
def all_complaints(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is said of each broken file, of one that is not UTF-8, and of folders without files."""
    top = tmp_path_factory.mktemp("broken")
    for number, text in enumerate([*map(str.encode, BROKEN), b"themes: [{id: a, title: Caf\xe9}]\n"]):
        (top / str(number)).mkdir()
        (top / str(number) / "file.yaml").write_bytes(text)
    (top / "bare").mkdir()
    return [message for each in [*top.iterdir(), top / "missing"] for message in complaints(each)]


def messages() -> list[str]:
    return [message for row in table("Message") for message in re.findall(r"`(.+?)`", row[0])]


def _shape(message: str) -> str:
    return ".*".join(re.escape(part) for part in message.split("…"))


@pytest.mark.parametrize("message", messages())
def test_a_message_in_the_page_is_one_that_the_check_gives(all_complaints: list[str], message: str) -> None:
    assert any(re.fullmatch(_shape(message), said) for said in all_complaints)


def test_a_message_of_the_check_is_in_the_page(all_complaints: list[str]) -> None:
    shapes = [_shape(message) for message in messages()]
    assert [said for said in all_complaints if not any(re.fullmatch(shape, said) for shape in shapes)] == []
