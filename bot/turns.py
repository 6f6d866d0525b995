"""One message at a time a person, many people in one transaction, and an apology where something goes wrong."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakValueDictionary

from handlers.conversation import Message, Person, Reply, Text
from scheduler.batching import Batches

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_log = logging.getLogger(__name__)

Settle = Callable[[Message, list[Reply]], bool]
HandleAll = Callable[[Sequence[Message]], list[list[Reply]]]


class NotSettledError(Exception):
    """A message failed, and that it did cannot be kept either; `replies` says sorry to the person."""

    def __init__(self, replies: list[Reply]) -> None:
        self.replies = replies
        super().__init__("the message is to be taken again")


_Outcome = list[Reply] | NotSettledError


class Turns:
    """Takes messages from the faces to the assistant."""

    def __init__(
        self, handle: Callable[[Message], list[Reply]], settle: Settle, handle_all: HandleAll | None = None
    ) -> None:
        """`handle`: answers one message, such as `Assistant.handle`. `settle`: as `Records.settle`, at this moment.

        `handle_all`: answers messages of different people in one transaction, as `Assistant.handle_all`; None where
        transactions need not wait for each other, so that messages are better answered side by side.
        """
        self._handle = handle
        self._settle = settle
        self._handle_all = handle_all
        self._together = Batches(self._take_all, ThreadPoolExecutor(max_workers=1))
        self._threads = ThreadPoolExecutor(thread_name_prefix="turns")
        self._in_turn: WeakValueDictionary[Person, asyncio.Lock] = WeakValueDictionary()

    def take(self, message: Message) -> list[Reply]:
        """The replies to `message`. An error becomes an apology; it is logged without what the person wrote.

        Raises NotSettledError for a message with an id, where the database does not take the apology: whoever keeps the
        message takes it again.
        """
        try:
            return self._handle(message)
        except Exception as error:  # noqa: BLE001 - the one place that catches all, so that nobody is left unanswered
            return self._sorry(message, _apology(error))

    async def taken(self, message: Message) -> list[Reply]:
        """As `take`, from a thread; in one go with what other people say meanwhile, where there is `handle_all`."""
        if self._handle_all is None:
            # Who waits for their own turn keeps no thread from anybody else, nor from what else is done in threads.
            async with self._in_turn.setdefault(message.conversation.person, asyncio.Lock()):
                return await asyncio.get_running_loop().run_in_executor(self._threads, self.take, message)
        outcome = await self._together.add(message)
        if isinstance(outcome, NotSettledError):
            raise outcome
        return outcome

    def _take_all(self, messages: Sequence[Message]) -> list[_Outcome]:
        """What came of each message. What one person said is not taken in one go: each understands the one before."""
        left, outcomes = dict(enumerate(messages)), dict[int, _Outcome]()
        while left:
            first = {message.conversation.person: number for number, message in reversed(left.items())}
            numbers = sorted(first.values())
            outcomes |= zip(numbers, self._in_one_go([left.pop(number) for number in numbers]), strict=True)
        return [outcomes[number] for number in range(len(messages))]

    def _in_one_go(self, messages: Sequence[Message]) -> Sequence[_Outcome]:
        """What came of messages of different people. Where one fails, nothing of any is kept, and each is taken by itself."""
        if self._handle_all and len(messages) > 1:
            try:
                return self._handle_all(messages)
            except Exception as error:  # noqa: BLE001 - whoever it is for meets it again below
                _log.info("messages are taken one by one: %s", type(error).__name__)
        return [self._outcome(message) for message in messages]

    def _outcome(self, message: Message) -> _Outcome:
        try:
            return self.take(message)
        except NotSettledError as error:
            return error

    def _sorry(self, message: Message, apology: Reply) -> list[Reply]:
        try:
            return [apology] if self._settle(message, [apology]) else []
        except Exception as error:  # noqa: BLE001 - a message without an id has nobody else to say sorry
            if not message.id:
                return [apology]
            _log.warning("an apology could not be kept: %s", type(error).__name__)
            raise NotSettledError([apology]) from None


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
