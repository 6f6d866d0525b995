"""The prompt: takes a line, and shows what comes while nobody types."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from bot.terminal.news import Look, Show
from scheduler.delivery import Claimed

_PROMPT = "> "
_LOOK_EVERY = 1.0
_WIPED = Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2))


def next_line(console: Console, look: Look, show: Show) -> str | None:
    """The next line that is typed or piped; None at the end of the input or when it is broken off with Ctrl-C.

    On a real terminal what comes is shown at once, until a key is pressed: nothing is printed into what somebody types.
    """
    try:
        return _typed(console, look, show) if sys.stdin.isatty() else _piped()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return None


def _piped() -> str:
    read = sys.stdin.buffer.readline()
    if not read:
        raise EOFError
    return read.decode("utf-8", "replace").rstrip("\r\n")


def _typed(console: Console, look: Look, show: Show) -> str:
    # Neither is there on Windows.
    with suppress(ImportError):
        import readline  # noqa: F401 - gives the prompt its history and editing keys

        with _a_key_at_a_time() as pressed:
            _wait(pressed, console, look, show)
    return input(_PROMPT)


def _wait(pressed: Callable[[float], bool], console: Console, look: Look, show: Show) -> None:
    """Show what comes above the prompt, until a key is pressed; it is left for whoever reads the line."""
    if not console.is_interactive:
        return

    def above(claimed: Claimed) -> None:
        console.control(_WIPED)
        show(claimed)
        console.print(_PROMPT, end="")

    console.print(_PROMPT, end="")
    while not pressed(_LOOK_EVERY):
        look(above)
    console.control(_WIPED)


@contextmanager
def _a_key_at_a_time() -> Iterator[Callable[[float], bool]]:
    """Tells whether a key is pressed within so many seconds, where a terminal otherwise tells of whole lines."""
    import select
    import termios
    import tty

    before = termios.tcgetattr(sys.stdin)
    try:
        # At once: the usual way forgets what was typed already.
        tty.setcbreak(sys.stdin, termios.TCSANOW)
        yield lambda seconds: bool(select.select([sys.stdin], [], [], seconds)[0])
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSANOW, before)
