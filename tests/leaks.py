"""Looks through all that the program puts out while it is tested, for words that people typed in confidence.

What tests have people type (stories, names of organisations, questions that nobody else should see) carries a word of
MARKED. Each log line is looked at as it would be written, with its traceback, from DEBUG upwards, whoever logs it; so is
each warning, and what a test that passes prints, or processes that it started (`LEAKS.look`). A marked word among it fails
the run. What a failing test says of itself does not count, and neither does what a test reads from its own output, as the
command line may print to whoever runs it. Metrics there are none: whoever adds some has them looked through here as well.
"""

import logging
import re
import warnings
from dataclasses import dataclass, field

import pytest

MARKED = ("Quillby", "quagga")
_FOUND = re.compile("|".join(map(re.escape, MARKED)), re.IGNORECASE)
_AROUND = 30
# Some tests turn down the root of all loggers, but not what is turned up by name. The other libraries keep what they are
# given to themselves, or are kept to themselves by us, at whatever level the root stands.
_LOUD = (
    *("bot", "handlers", "knowledge", "scheduler"),
    *("aiohttp", "alembic", "apscheduler", "asyncio", "botbuilder", "botframework", "msal", "msrest", "urllib3"),
)
# What is kept of a test's log lines to be shown where it fails: as much as without us.
_SHOWN_FROM = "WARNING"


@dataclass(frozen=True)
class Leak:
    """A marked word where none may be: in which test, in what, and with what around it."""

    test: str
    source: str
    around: str

    def __str__(self) -> str:
        return f"{self.test or 'outside of tests'}: {self.source}: …{self.around}…"


@dataclass(eq=False)
class Leaks:
    """A plugin of pytest's, with what it has looked through and found."""

    lines: int = 0
    outputs: int = 0
    found: list[Leak] = field(default_factory=list)
    test: str = ""

    def look(self, text: str, source: str, test: str = "") -> None:
        """Look through what was put out. `source`: what by. `test`: the id of the test, where it is not the present one."""
        for match in _FOUND.finditer(text):
            around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            self.found.append(Leak(test or self.test, source, around.replace("\n", " ")))

    def pytest_configure(self, config: pytest.Config) -> None:
        """Listen to all loggers."""
        root = logging.getLogger()
        root.addHandler(_Listening(self))
        for logger in (root, *map(logging.getLogger, _LOUD)):
            logger.setLevel(logging.DEBUG)
        config.option.log_level = config.option.log_level or _SHOWN_FROM

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins."""
        self.test = nodeid

    def pytest_runtest_logfinish(self) -> None:
        """It is over."""
        self.test = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look through what a part of a test printed. Log lines have been looked at."""
        for name, printed in report.sections:
            if report.passed and name.endswith(f" {report.when}") and " log " not in name:
                self.outputs += 1
                self.look(printed, name, report.nodeid)

    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage, nodeid: str) -> None:
        """Look through a warning."""
        self.outputs += 1
        self.look(str(warning_message.message), warning_message.category.__name__, nodeid)

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Fail the run where something was found."""
        if self.found and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what was looked through, and found."""
        looked = f"{self.lines:,} log lines and {self.outputs:,} other outputs"
        if not self.found:
            terminalreporter.write_line(f"Nothing that people typed is among {looked}.")
            return
        terminalreporter.section("what people typed in confidence was put out", red=True, bold=True)
        for leak in dict.fromkeys(self.found):
            terminalreporter.write_line(str(leak))
        terminalreporter.write_line(f"{len(self.found)} times, among {looked}.")


class _Listening(logging.Handler):
    def __init__(self, leaks: Leaks) -> None:
        super().__init__(logging.DEBUG)
        self._leaks = leaks

    def emit(self, record: logging.LogRecord) -> None:
        """Look at a record as it is written."""
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 - as every handler does: who logs is not to fail by it
            self.handleError(record)
            return
        self._leaks.lines += 1
        self._leaks.look(line, f"logger {record.name}, {record.levelname}")


LEAKS = Leaks()
