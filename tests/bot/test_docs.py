"""What the documents tell people to type is there to be typed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli.main import commands

ROOT = Path(__file__).parents[2]
PAGES = [path for name in ("README.md", "CONTRIBUTING.md", "docs/*.md") for path in sorted(ROOT.glob(name))]
_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_CONSOLE = {"console", "sh", "bash", "shell"}
_SETTING = re.compile(r"[A-Z_]+=")


def typed(page: str) -> Iterator[list[str]]:
    """The command lines in a page, in words: in backticks, and after the prompt in console blocks."""
    fences = _FENCE.findall(page)
    shown = [line.strip() for kind, text in fences if kind in _CONSOLE for line in text.splitlines()]
    lines = [line.removeprefix("$ ") for line in shown if line.startswith("$ ")] + _INLINE.findall(_FENCE.sub("", page))
    for line in lines:
        for part in re.split(r"\s*(?:\||&&|;)\s*", line):
            words = [word for word in _words(part) if not _SETTING.match(word)]
            if len(words) > 1:
                yield words


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def complaint(words: list[str]) -> str | None:
    """What is wrong with a command line of ours; None for a right one, or one of somebody else."""
    match words:
        case ["make", *targets]:
            unknown = [each for each in targets if each not in make_targets()]
        case ["compactbot", *arguments]:
            unknown = [unknown for unknown in [_unknown(commands, arguments)] if unknown]
        case _:
            return None
    return f"{' '.join(words)}: there is no {unknown[0]}" if unknown else None


def make_targets() -> list[str]:
    """What can be made."""
    return re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def _unknown(command: click.Command, arguments: list[str]) -> str | None:
    """The first command or option in `arguments` that does not exist."""
    options = {
        name for each in command.get_params(click.Context(command)) for name in (*each.opts, *each.secondary_opts)
    }
    for place, word in enumerate(arguments):
        if word.startswith("-") and word != "-":
            if word.partition("=")[0] not in options | {"-h"}:
                return word
        elif isinstance(command, click.Group):
            inner = command.commands.get(word)
            return _unknown(inner, arguments[place + 1 :]) if inner else word
    return None


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_command_that_a_page_names_exists(path: Path) -> None:
    complaints = [complaint(words) for words in typed(path.read_text(encoding="utf-8"))]
    assert not [each for each in complaints if each]


def test_the_readme_says_how_to_run_it_and_how_to_test_it() -> None:
    told = list(typed((ROOT / "README.md").read_text(encoding="utf-8")))
    assert ["make", "run"] in told
    assert ["make", "test"] in told


def test_every_target_is_explained_by_make_help() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"^([a-z-]+):.*## \S", makefile, re.MULTILINE) == make_targets()


PAGE = """
Say `make test`, then `compactbot nonsense --json`; `make sense` of it, `compactbot ask --jsn "x"` and `compactbot`.

```console
$ KNOWLEDGE_SHIPPED=false compactbot knowledge chek own | head -1
compactbot output
$ cat questions.txt | compactbot ask --batch -
$ compactbot knowledge evaluate questions.jsonl && make lint tset
```

```python
compactbot python
```
"""


def test_wrong_commands_in_a_page_are_found() -> None:
    assert [each for each in map(complaint, typed(PAGE)) if each] == [
        "compactbot knowledge chek own: there is no chek",
        "make lint tset: there is no tset",
        "compactbot nonsense --json: there is no nonsense",
        "make sense: there is no sense",
        "compactbot ask --jsn x: there is no --jsn",
    ]
