"""The command line, as real processes in a folder of their own."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.settings import Settings
from knowledge.loading import shipped_content

# SIGINT is set anew, since a shell that runs the tests in the background has it ignored.
PROGRAM = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from bot.cli import main; main()"
NOTICE = "How much notice must they give if our funding ends on 31 March 2027?"
KEYS = ["question", "outcome", "answers", "suggestions", "deadline"]


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Cli:
    """Runs the program in a folder, with a database there."""

    folder: Path
    cache: Path
    set_to: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, typed: str = "") -> Ran:
        """Runs one command to its end, with something on its standard input. It never ends in a traceback."""
        with self.started(*arguments) as process:
            out, err = process.communicate(typed.encode(), timeout=60)
        ran = Ran(process.returncode, out.decode(), err.decode())
        assert "Traceback" not in ran.out + ran.err, ran.err
        return ran

    def started(self, *arguments: str, out: int = subprocess.PIPE) -> subprocess.Popen[bytes]:
        """One command, running, with what it prints going to `out`, and pipes for the rest."""
        ours = {name.upper() for name in Settings.model_fields}
        kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
        places = {"DATABASE_URL": f"sqlite:///{self.folder / 'compactbot.db'}", "CACHE_DIR": str(self.cache)}
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=self.folder,
            env=kept | places | {"COLUMNS": "100", "PYTHONUTF8": "1"} | self.set_to,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.PIPE,
        )


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the ready-made index is kept between the commands, which spares each a second."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cli(tmp_path: Path, cache: Path) -> Cli:
    """Runs commands in an empty folder."""
    return Cli(tmp_path, cache)


def test_a_question_is_answered_in_words(cli: Cli) -> None:
    ran = cli("ask", NOTICE)
    assert (ran.code, ran.err) == (0, "")
    assert "Notice before funding ends or changes" in ran.out
    assert "is Thursday 31 December 2026." in " ".join(ran.out.split())
    assert "[cpft.outcome-4.public.4]" in ran.out
    assert not (cli.folder / "compactbot.db").exists(), "a question on the command line is kept nowhere"


def test_a_question_is_answered_as_json_and_narrowed(cli: Cli) -> None:
    ran = cli("ask", "--json", "--compact", "cpft", "--party", "public", NOTICE)
    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    made = json.loads(ran.out)
    assert list(made) == KEYS
    assert (made["question"], made["outcome"], made["suggestions"]) == (NOTICE, "answered", [])
    assert {each["compact"] for each in made["answers"]} == {"cpft"}
    first = made["answers"][0]
    assert list(first) == ["id", "compact", "party", "commitment", "source", "confidence"]
    assert [first["id"], first["compact"], first["party"]] == ["cpft.outcome-4.public.4", "cpft", "public"]
    assert 0 < first["confidence"] <= 1
    deadline = made["deadline"]
    assert list(deadline) == ["commitment", "given", "date", "meaning"]
    assert [deadline["commitment"], deadline["given"], deadline["date"]] == [first["id"], "2027-03-31", "2026-12-31"]


QUESTIONS = {
    "What does full cost recovery mean?": "definition",
    "": "unknown",
    "sharing things": "choose",
    "What is the VAT on a grant?": "not_covered",
    "  ": "unknown",
    "who pays for DBS checks under the South Glos Compact?": "not_covered",
    "xyzzy “plugh”": "unknown",
    "who pays for DBS checks?": "answered",
}


@pytest.mark.parametrize(("name", "end"), [("questions.txt", "\n"), ("-", "\r\n")])
def test_many_questions_are_answered_a_line_each_in_their_order(cli: Cli, name: str, end: str) -> None:
    """From a file or from standard input, with either kind of line end; blank lines keep their place."""
    lines = "".join(f"{question}{end}" for question in QUESTIONS)
    (cli.folder / "questions.txt").write_bytes(lines.encode())
    ran = cli("ask", "--batch", name, typed=lines)
    made: list[dict[str, Any]] = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert {each["question"]: each["outcome"] for each in made} == QUESTIONS
    assert [list(each) for each in made[1:]] == [KEYS] * (len(QUESTIONS) - 1)
    assert list(made[0]) == [*KEYS, "definition"]
    assert list(made[2]["suggestions"][0]) == ["id", "topic", "title"]
    assert made[5]["suggestions"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask"], "Give a question in quotation marks, or --batch"),
        (["ask", "--nonsense", "who?"], "No such option"),
        (["ask", "--compact", "narnia", "who?"], "there is no Compact “narnia”; known are: cpft, sglos."),
        (["ask", " "], "Please ask me something in words"),
        (["ask", "--batch", "missing.txt"], "missing.txt cannot be read: No such file or directory."),
        (["ask", "--batch", "latin.txt"], "latin.txt, line 3, is not UTF-8 text."),
        (["knowledge", "evaluate", "broken.jsonl"], "broken.jsonl, line 2: should be a JSON object such as"),
    ],
)
def test_wrong_use_is_told_with_exit_code_2(cli: Cli, arguments: list[str], said: str) -> None:
    (cli.folder / "latin.txt").write_bytes(b"who pays?\n\ncaf\xe9?\n")
    (cli.folder / "broken.jsonl").write_text('{"q": "who?", "accept": []}\n{"q": "who?"}\n', encoding="utf-8")
    ran = cli(*arguments)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ["topics"],
        ["ask", NOTICE],
    ],
)
def test_a_reader_who_has_had_enough_is_no_error(cli: Cli, arguments: list[str]) -> None:
    """As with `| head -1`: here nobody reads at all."""
    reading, writing = os.pipe()
    os.close(reading)
    with cli.started(*arguments, out=writing) as process:
        os.close(writing)
        _, err = process.communicate(b"who pays?\n" * 50, timeout=60)
    assert (process.returncode, err) == (0, b"")


def test_the_gaps_of_a_chat_are_listed(cli: Cli) -> None:
    """One question that finds no answer, and one answer that did not help; neither is old enough to be forgotten."""
    talked = cli(
        "chat", typed="xyzzy plugh\nhow much notice must we give before funding ends?\nthat did not help\nquit\n"
    )
    assert talked.code == 0
    assert "I have noted the question" in talked.out
    assert talked.out.rstrip().endswith("Goodbye.")
    listed = cli("knowledge", "gaps", "--forget")
    assert "1 ×  xyzzy plugh" in listed.out
    assert "notice-of-ending: helped 0, did not help 1" in listed.out
    assert listed.code == 0


def test_ctrl_c_ends_a_chat_politely(cli: Cli) -> None:
    with cli.started("chat") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"hello\n")
        process.stdin.flush()
        while b"Say help" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert b"Traceback" not in out + err
    assert process.returncode == 130 or (process.returncode == 0 and b"Goodbye." in out)


def test_one_commitment_is_shown(cli: Cli) -> None:
    ran = cli("show", " CPFT.outcome-4.public.4")
    assert ran.code == 0
    assert "three months' written notice" in " ".join(ran.out.split())


def test_an_unknown_commitment_is_met_with_the_nearest(cli: Cli) -> None:
    ran = cli("show", "cpft.outcome-4.public.44")
    assert (ran.code, ran.out) == (1, "")
    assert "There is no commitment with the id “cpft.outcome-4.public.44”." in ran.err
    assert "cpft.outcome-4.public.4" in ran.err.partition("The nearest are:")[2]


def test_topics_are_listed_by_theme(cli: Cli) -> None:
    lines = cli("topics").out.splitlines()
    assert lines[0] == "When funding or a service changes or ends"
    assert lines[1].split(maxsplit=1) == ["notice-of-ending", "Notice before funding ends or changes"]


def test_a_question_is_explained(cli: Cli) -> None:
    ran = cli("explain", "who pays for DBS chekcs?")
    assert ran.code == 0
    for part in ("chekcs → checks", "dbs-checks", "Outcome: Answered"):
        assert part in ran.out


def test_sound_knowledge_is_told_with_its_size(cli: Cli) -> None:
    ran = cli("knowledge", "check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("No mistakes. 2 Compacts, ")


def test_every_mistake_in_knowledge_is_told_with_its_line(cli: Cli) -> None:
    own = cli.folder / "own"
    own.mkdir()
    (own / "ours.yaml").write_text(
        "topics:\n  - {id: ours, theme: nowhere, title: Ours, asked: [how about ours]}\nglosary: []\n", encoding="utf-8"
    )
    (own / "more.yaml").write_text(
        "themes: [{id: ours, title: Ours}]\ntopics: [{id: b, theme: elsewhere, title: B, asked: [b]}]\n",
        encoding="utf-8",
    )
    ran = Cli(cli.folder, cli.cache, {"KNOWLEDGE_PATH": "own"})("knowledge", "check")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("The knowledge base has mistakes:\n")
    assert "own/ours.yaml:3: glosary: is not a key that is known here" in ran.err
    assert "own/more.yaml:2: topics, b, theme: there is no theme 'elsewhere'" in ran.err


def test_the_schema_accepts_what_is_shipped_and_nothing_misspelt(cli: Cli) -> None:
    schema = json.loads(cli("knowledge", "schema").out)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in shipped_content().rglob("*.yaml"):
        data = yaml.load(path.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
        assert not [error.message for error in validator.iter_errors(data)], path
    assert not validator.is_valid({"topic": []})
    assert not validator.is_valid({"topics": [{"id": "x", "theme": "y", "title": "Z", "asked": []}]})


def test_answers_are_measured(cli: Cli) -> None:
    questions = [
        {"q": "who pays for DBS checks?", "accept": ["cpft.outcome-1.public.6"], "kind": "plain"},
        {"q": "who pays for DBS checks", "accept": ["cpft.about.what"], "kind": "plain"},
        {"q": "xyzzy plugh", "accept": []},
    ]
    (cli.folder / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)), encoding="utf-8")
    ran = cli("knowledge", "evaluate", "questions.jsonl")
    assert (ran.code, ran.err) == (0, "")
    [plain] = [line.split("│")[1:-1] for line in ran.out.splitlines() if "plain" in line]
    assert [cell.strip() for cell in plain] == ["plain", "2", "50.0%", "50.0%", "50.0%", "–"]
    assert "Calibration" in ran.out


def test_a_kind_of_question_is_shown_as_it_is_written(cli: Cli) -> None:
    line = {"q": "who pays for DBS checks?", "accept": [], "kind": "[/plain]"}
    (cli.folder / "questions.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert "[/plain]" in cli("knowledge", "evaluate", "questions.jsonl").out


def test_a_damaged_database_is_told_in_a_sentence(cli: Cli) -> None:
    (cli.folder / "compactbot.db").write_bytes(b"These are minutes, not a database.\n" * 100)
    ran = cli("knowledge", "gaps")
    assert ran.code == 1
    assert ran.err == f"The database {cli.folder / 'compactbot.db'} cannot be used: file is not a database.\n"


def test_wrong_settings_are_told_all_at_once(cli: Cli) -> None:
    (cli.folder / ".env").write_text("DEFAULT_PARTY=both\n\nQUESTION_RETENTION_DAYS=0\n", encoding="utf-8")
    ran = cli("topics")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("These settings need mending:\n")
    assert ".env, line 1" in ran.err
    assert ".env, line 3" in ran.err
