"""The terminal as a face: lines in, replies out, until the person leaves."""

import sys
from collections.abc import Callable
from contextlib import suppress

from rich.console import Console

from bot.terminal.rendering import rendered
from handlers.conversation import Conversation, Message, Platform, Reply

GREETING = "Hello, I am compactbot. Ask me what a Compact commits whom to, or say help. To leave, say quit."
FAREWELL = "Goodbye."
_LEAVING = frozenset({"quit", "exit", "/quit", "/exit", ":q", "bye", "goodbye"})
_HERE = Conversation(Platform.TERMINAL, tenant="local", channel="terminal", user="local")


def chat(take: Callable[[Message], list[Reply]], console: Console) -> None:
    """Talk with whoever types, until they say quit or close the input."""
    console.print(GREETING)
    while True:
        line = _read(console)
        if line is None or line.strip().lower() in _LEAVING:
            console.print(FAREWELL)
            return
        replies = take(Message(_HERE, line, private=True))
        console.print(rendered(replies))
        console.print()


def _read(console: Console) -> str | None:
    """The next line; None at the end of the input or when it is broken off with Ctrl-C."""
    try:
        return _typed(console) if sys.stdin.isatty() else _piped()
    except (EOFError, KeyboardInterrupt):
        console.print()
        return None


def _typed(console: Console) -> str:
    with suppress(ImportError):
        import readline  # noqa: F401 - gives the prompt its history and editing keys
    return console.input("[bold]> [/bold]")


def _piped() -> str:
    line = sys.stdin.buffer.readline()
    if not line:
        raise EOFError
    return line.decode("utf-8", "replace").rstrip("\r\n")
