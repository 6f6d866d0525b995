"""The command `compactbot`: one place for its exit codes and for what is said when something is wrong.

Exit codes: 0 done; 1 something was not found or is not right; 2 wrong use or wrong settings; 130 stopped with Ctrl-C.
"""

import os
import sys
from collections.abc import Iterable

import click

from bot.cli.asking import ask, chat, explain, show, topics
from bot.cli.cases import cases
from bot.cli.forums import forums
from bot.cli.knowledge import knowledge
from bot.cli.report import report
from bot.cli.serving import doctor, serve, slack
from bot.cli.teams import teams
from bot.settings import SettingsError
from knowledge.evaluation import QuestionsError
from knowledge.forums.loading import ForumsError
from knowledge.problems import KnowledgeError

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="compactbot", prog_name="compactbot")
def commands() -> None:
    """An assistant for UK Compacts: what public bodies and the voluntary sector have promised each other."""


for command in (chat, ask, show, topics, explain, knowledge, forums, cases, report, serve, doctor, slack, teams):
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line with `arguments`, by default the process's own, and leave with its exit code."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    _speak_utf8()
    try:
        # Not commands.main(): it takes a reader who has had enough for an error.
        with commands.make_context("compactbot", sys.argv[1:] if arguments is None else list(arguments)) as context:
            commands.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has had enough: nothing is wrong, and there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except SettingsError as error:
        return _complain("These settings need mending:", error.complaints, code=2)
    except ForumsError as error:
        return _complain("The file of forums has mistakes:", map(str, error.problems), code=1)
    except KnowledgeError as error:
        return _complain("The knowledge base has mistakes:", map(str, error.problems), code=1)
    except QuestionsError as error:
        return _complain(str(error), (), code=2)
    except _store_error() as error:
        return _complain(str(error), (), code=1)
    return 0


def _complain(headline: str, complaints: Iterable[str], *, code: int) -> int:
    click.echo(headline, err=True)
    for complaint in complaints:
        click.echo(f"  {complaint}", err=True)
    return code


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def _store_error() -> type[Exception] | tuple[type[Exception], ...]:
    """The store's error, where the store is in use: importing it costs a third of a second."""
    opening = sys.modules.get("bot.store.opening")
    return opening.StoreError if opening else ()
