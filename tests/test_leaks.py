"""That a run of tests fails by what it puts out of what people typed, and by nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.handlers.concerns import office
from tests.leaks import MARKED
from tests.scripts import CONCERNS

CONFTEST = """
from tests.leaks import Leaks

def pytest_configure(config):
    config.pluginmanager.register(Leaks())
"""
BEGINNING = """
import logging
import subprocess
import sys
import threading
import warnings

STORY = "Far away at the beginning stands a word. They stopped our Quillby grant. At the end stands another word."
"""
LEAKING = """
def test_log_line():
    logging.getLogger("bot.somewhere").warning("heard: %s", STORY)

def test_debug_line_while_the_root_is_turned_down(caplog):
    caplog.set_level(logging.INFO)
    logging.getLogger("apscheduler.anything").debug(STORY)

def test_traceback():
    try:
        raise ValueError(STORY)
    except ValueError:
        logging.getLogger("anybody").exception("it failed")

def test_in_a_thread():
    thread = threading.Thread(target=lambda: logging.getLogger("scheduler").error(STORY.upper()))
    thread.start()
    thread.join()

def test_printed():
    print(STORY)

def test_by_a_process():
    subprocess.run([sys.executable, "-c", f"import sys; print({STORY!r}, file=sys.stderr)"], check=True)

def test_warning():
    warnings.warn(STORY)
"""
SOURCES = {
    "log_line": "logger bot.somewhere, WARNING",
    "debug_line_while_the_root_is_turned_down": "logger apscheduler.anything, DEBUG",
    "traceback": "logger anybody, ERROR",
    "in_a_thread": "logger scheduler, ERROR",
    "printed": "Captured stdout call",
    "by_a_process": "Captured stderr call",
    "warning": "UserWarning",
}
CLEAN = """
def test_clean_line():
    logging.getLogger("bot.somewhere").error("a concern of %d characters", len(STORY))

def test_read_by_the_test_itself(capsys):
    print(STORY)
    assert STORY in capsys.readouterr().out
"""
FAILING = """
def test_failing():
    print(STORY)
    assert STORY == ""
"""


def run(folder: Path, tests: str) -> tuple[int, str]:
    """Runs tests with the plugin; gives the exit code and what pytest says."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(BEGINNING + tests)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder, folder],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout


def test_a_run_fails_by_every_way_out(tmp_path: Path) -> None:
    """Each is told with its test and its source."""
    code, told = run(tmp_path, LEAKING + CLEAN)
    assert code == pytest.ExitCode.TESTS_FAILED
    assert f"{len(SOURCES) + 2} passed" in told
    assert [
        f"{name}: {source}"
        for name, source in SOURCES.items()
        if f"test_{name}: {source}: …" not in told.replace("test_it.py::", "")
    ] == []
    assert "clean_line: logger" not in told
    assert "read_by_the_test_itself: " not in told


def test_no_more_is_told_than_what_stands_around_the_word(tmp_path: Path) -> None:
    _, told = run(tmp_path, LEAKING.partition("def test_printed")[0])
    assert "They stopped our Quillby grant" in told
    assert "Far away" not in told
    assert "another word" not in told


@pytest.mark.parametrize(("tests", "code"), [(CLEAN, 0), (FAILING, 1)], ids=["clean", "failing"])
def test_what_a_test_says_or_reads_itself_is_no_leak(tmp_path: Path, tests: str, code: int) -> None:
    found, told = run(tmp_path, tests)
    assert found == code
    assert "Nothing that people typed is among" in told


def test_what_is_told_in_transcripts_carries_a_marked_word() -> None:
    """Else nothing would be found of it; in one, nothing is told."""
    unmarked = [path.stem for path in CONCERNS if not any(word in path.read_text("utf-8") for word in MARKED)]
    assert unmarked == ["leaving"]
    assert any(word in office.STORY for word in MARKED)
