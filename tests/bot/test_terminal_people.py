"""Several people at terminals of their own, on one database: real processes, some of them on real terminals."""

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console
from sqlalchemy import Engine

from bot.cli.chatting import talk
from bot.cli.main import commands
from bot.settings import Settings
from bot.store import schema
from bot.store.sql import SqlStore
from bot.terminal.chat import CHANGED, FAREWELL, NEW
from bot.terminal.place import Place
from handlers.concerns.records import Draft
from handlers.conversation import Reply, Text
from handlers.posts import Post
from handlers.wizard import State
from tests.clock import FRIDAY

# SIGINT is set anew, since a shell that runs the tests in the background has it ignored.
PROGRAM = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from bot.cli import main; main()"
STORY = "They ended \x1b[31mour\x1b]0;evil\x07 grant with two weeks' notice. Nobody talked with us."
HARMLESS = "They ended [31mour]0;evil grant with two weeks' notice."
TOLD = f"""I'd like to raise a concern please
1
On our own
Ely Lunch Club
charity
{STORY}
that's all
last Tuesday
1
done
we tried
Three months' money.
no
here
file it
"""
ANN = Place("ann")
_STEERING = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")


@dataclass
class Screen:
    """A chat on a terminal of its own, as somebody sees it who sits there."""

    terminal: int
    process: subprocess.Popen[bytes]
    sent: bytes = b""
    seen: int = 0

    def type(self, text: str) -> None:
        """Press these keys."""
        os.write(self.terminal, text.encode())

    def press_ctrl_c(self) -> None:
        """As a terminal does it."""
        self.process.send_signal(signal.SIGINT)

    def sees(self, text: str, *, within: float = 60) -> str:
        """All that is new, up to a text that is waited for."""
        deadline = time.monotonic() + within
        while (start := self._new.find(text)) < 0:
            assert time.monotonic() < deadline, self._new
            self._read(deadline - time.monotonic())
        seen = self._new[: start + len(text)]
        self.seen += len(seen)
        return seen

    def sees_next(self, *, within: float) -> str:
        """All that is new by then."""
        deadline = time.monotonic() + within
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)
        return self._new

    @property
    def _new(self) -> str:
        """What was not seen yet, without colours, a space between words."""
        return " ".join(_STEERING.sub("", self.sent.decode(errors="ignore")).split())[self.seen :]

    def _read(self, within: float) -> None:
        if select.select([self.terminal], [], [], max(within, 0))[0]:
            with suppress(OSError):  # the other end is closed
                self.sent += os.read(self.terminal, 65_536)


@dataclass(frozen=True)
class House:
    """A database, and chats on it."""

    url: str
    store: SqlStore
    folder: Path
    cache: Path

    def put(self, key: str, place: Place) -> None:
        """Have something said unasked."""
        with self.store.begin() as records:
            assert records.outbox.put(Post(key, place.address, Reply((Text(f"about {key}"),)), FRIDAY))

    def says(self, *options: str, typed: str) -> str:
        """All that a chat prints when this is piped into it, a space between words."""
        with self._started(options, subprocess.PIPE, subprocess.PIPE) as process:
            out, err = process.communicate(typed.encode(), timeout=60)
        assert (process.returncode, err) == (0, b"")
        assert not re.search(rb"[\x00-\x09\x0b-\x1f]", out), "nothing that could steer a terminal"
        return " ".join(out.decode().split())

    @contextmanager
    def sits(self, *options: str) -> Iterator[Screen]:
        """A chat on a real terminal, which ends with the context."""
        ours, theirs = pty.openpty()
        before = termios.tcgetattr(theirs)
        with self._started(options, theirs, theirs) as process:
            screen = Screen(ours, process)
            try:
                yield screen
                screen.sees(FAREWELL)
                assert process.wait(timeout=60) == 0
                assert termios.tcgetattr(theirs) == before, "the terminal is left as it was"
            finally:
                process.kill()
                os.close(ours)
                os.close(theirs)

    def _started(self, options: Sequence[str], typed: int, shown: int) -> subprocess.Popen[bytes]:
        own = {name.upper() for name in Settings.model_fields}
        kept = {name: value for name, value in os.environ.items() if name.upper() not in own}
        places = {"DATABASE_URL": self.url, "CACHE_DIR": str(self.cache), "PYTHONUTF8": "1"}
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "chat", *options],
            cwd=self.folder,
            env=kept | places | {"TERM": "xterm", "COLUMNS": "100", "LINES": "40"},
            stdin=typed,
            stdout=shown,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the ready-made index is kept between the chats, which spares each a second."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def house(database_url: str, store: SqlStore, tmp_path: Path, cache: Path) -> House:
    """A house where nobody has talked yet."""
    return House(database_url, store, tmp_path, cache)


def test_a_concern_goes_from_one_terminal_to_another_and_back(house: House) -> None:
    with house.sits("--room", "leads", "--user", "Bea") as bea:
        bea.sees("“leads”")
        bea.type("send CPFT concerns here\n")
        bea.sees("concerns under the CPFT Compact come to this channel.")

        filed = house.says("--user", "Ann", typed=TOLD)
        [reference] = re.findall(r"Your reference is (\S+)", filed)
        assert HARMLESS in filed

        card = bea.sees(f"acknowledge {reference}")
        assert f"{NEW.format('this room')} {reference}: a concern under the CPFT Compact" in card
        assert "by Ann" in card
        assert HARMLESS in card

        bea.type(f"acknowledge {reference}\n")
        bea.sees(CHANGED)
        bea.sees("Bea")
        bea.type(f"close {reference} as settled: They pay until June.\n")
        bea.sees(CHANGED)
        bea.sees("They pay until June.")
        bea.type("post forum reminders here\n")
        bea.sees("I post the reminders of these forums here: Provider forum (example)")
        bea.type("quit\n")
    assert not re.search(rb"\x1b\]0;|\x1b\[31m|\x07", bea.sent), "Ann's words do not steer Bea's terminal"

    heard = house.says("--user", "ANN", typed="when is the next forum?\n")
    news, _, answer = heard.partition("They pay until June.")
    assert news.count(NEW.format("you")) == 2
    assert reference in news
    assert "The next forums Provider forum (example)" in answer


def test_what_comes_is_shown_at_once_but_waits_while_somebody_types(house: House) -> None:
    """And Ctrl-C is a goodbye, which leaves the terminal as it was."""
    with house.sits("--user", "ann") as ann:
        ann.sees("say quit. >")
        house.put("k1", ANN)
        ann.sees("about k1 >")
        ann.type("thank")
        ann.sees("thank")
        house.put("k2", ANN)
        assert "k2" not in ann.sees_next(within=2.5)
        ann.type(" you\n")
        assert "k1" not in ann.sees("about k2 >")
        ann.press_ctrl_c()


@pytest.fixture
def talked(database_url: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """What is shown when somebody talks in this process."""

    def talk_as(user: str) -> str:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"hello\n")))
        out = io.StringIO()
        talk(Settings(database_url=database_url, cache_dir=cache), user, "", Console(file=out, width=200))
        return out.getvalue()

    return talk_as


def test_what_is_due_is_done_when_a_chat_begins(store: SqlStore, talked: Callable[[str], str]) -> None:
    """As no server may be running."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    waiting = Draft(ANN.message("").conversation.person, "d1", State(), yesterday, yesterday, True, yesterday)
    with store.begin() as records:
        records.drafts.keep(waiting)
    assert NEW.format("you") in talked("Ann").partition("Hello!")[0]
    assert NEW.format("you") not in talked("Ann")


def test_trouble_with_what_is_due_keeps_nobody_from_talking(
    engine: Engine, talked: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    schema.forum_notices.drop(engine)
    schema.drafts.drop(engine)
    assert FAREWELL in talked("Ann")
    assert "see_to_drafts failed: OperationalError" in caplog.messages


@pytest.mark.parametrize("wrong", ["two words", "", "-x", "a" * 41, "a\x1bb"])
@pytest.mark.parametrize("option", ["--user", "--room"])
def test_a_name_that_will_not_do_is_told(option: str, wrong: str) -> None:
    ran = CliRunner().invoke(commands, ["chat", option, wrong])
    assert ran.exit_code == 2
    assert "should be one word of letters, digits, hyphens and full stops, at most 40, such as ann." in " ".join(
        ran.output.split()
    )
