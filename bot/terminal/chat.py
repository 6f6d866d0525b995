"""The terminal as a face: lines in, replies and what is said unasked out, until the person leaves."""

from collections.abc import Callable
from functools import partial

from rich.console import Console
from rich.text import Text as Line

from bot.terminal.news import Look, nothing_comes
from bot.terminal.place import Place
from bot.terminal.prompt import next_line
from bot.terminal.rendering import rendered
from handlers.conversation import Message, Reply
from scheduler.delivery import Claimed

GREETING = "Hello, I am compactbot. Ask me what a Compact commits whom to, or say help. To leave, say quit."
IN_ROOM = "This is the room “{}”. Whoever opens it on the same database is in it with you."
FOR_YOU_ALONE = "Only for you. To go on in private, open a chat of your own: compactbot chat --user {}"
NEW = "A message for {}:"
CHANGED = "This takes the place of an earlier message:"
FAREWELL = "Goodbye."
_LEAVING = frozenset({"quit", "exit", "/quit", "/exit", ":q", "bye", "goodbye"})


def chat(
    take: Callable[[Message], list[Reply]], console: Console, place: Place = Place(), look: Look = nothing_comes
) -> None:
    """Talk with whoever types, until they say quit or close the input. An empty line only shows what has come.

    `look`: shows what is said unasked in this place.
    """
    show = partial(_show, place, console)
    console.print(GREETING)
    if place.room:
        console.print(IN_ROOM.format(place.room))
    look(show)
    while (said := next_line(console, look, show)) is not None and said.strip().lower() not in _LEAVING:
        if said.strip():
            _answer(take(place.message(said)), place, console)
        look(show)
    console.print(FAREWELL)


def _answer(replies: list[Reply], place: Place, console: Console) -> None:
    for reply in replies:
        if reply.private and place.room:
            console.print(_aside(FOR_YOU_ALONE.format(place.user)))
        console.print(rendered([reply]))
    console.print()


def _show(place: Place, console: Console, claimed: Claimed) -> None:
    new = NEW.format("this room" if place.room else "you")
    console.print(_aside(CHANGED if claimed.replaced else new))
    console.print(rendered([claimed.post.reply]))
    console.print()


def _aside(text: str) -> Line:
    return Line(text, style="bold magenta")
