"""One message at a time a conversation, and one apology with a reference where something goes wrong."""

import logging
import secrets
from collections.abc import Callable
from threading import Lock
from weakref import WeakValueDictionary

from handlers.conversation import Conversation, Message, Reply, Text

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_log = logging.getLogger(__name__)


class _ConversationLock:
    """A lock that can be referred to weakly, so that quiet conversations take up no room."""

    def __init__(self) -> None:
        self.lock = Lock()


class Turns:
    """Takes messages from the faces to the assistant."""

    def __init__(self, handle: Callable[[Message], list[Reply]]) -> None:
        """`handle`: answers one message, such as `Assistant.handle`."""
        self._handle = handle
        self._guard = Lock()
        self._locks: WeakValueDictionary[Conversation, _ConversationLock] = WeakValueDictionary()

    def take(self, message: Message) -> list[Reply]:
        """The replies to `message`. Never raises: an error is logged without what the person wrote."""
        with self._guard:
            turn = self._locks.setdefault(message.conversation, _ConversationLock())
        with turn.lock:
            try:
                return self._handle(message)
            except Exception as error:  # noqa: BLE001 - the one place that catches all, so that nobody is left unanswered
                return [_apology(error)]


def _apology(error: Exception) -> Reply:
    reference = "".join(secrets.choice(_LETTERS) for _ in range(6))
    # Database errors carry the statement's values, which are people's words: only where it broke is logged.
    trace = error.__traceback__
    places = []
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}")
        trace = trace.tb_next
    _log.error("turn failed, reference %s: %s at %s", reference, type(error).__name__, " < ".join(reversed(places)))
    sorry = f"Sorry, something went wrong on my side. Please try again. If it goes on, quote {reference} to whoever runs me."
    return Reply((Text(sorry),))
