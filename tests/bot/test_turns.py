"""One message at a time a conversation, and an apology where one fails."""

import logging
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest

from bot.turns import Turns
from handlers.conversation import Message, Reply, Text
from tests.talking import conversation

PRIVATE = "my funder is cutting us off because of Ada"
_REFERENCE = re.compile(r"quote ([a-hjkmnp-z2-9]{6}) to whoever runs me")


def message(text: str, who: str = "ann") -> Message:
    """What somebody says."""
    return Message(conversation(who), text, private=True)


def failing_with(error: Exception) -> Callable[[Message], list[Reply]]:
    """An assistant that can only raise."""

    def handle(_: Message) -> list[Reply]:
        raise error from LookupError(PRIVATE)

    return handle


def apology(replies: list[Reply]) -> str:
    """The text of the one apology."""
    [reply] = replies
    [block] = reply.blocks
    assert isinstance(block, Text)
    return block.text


def test_replies_pass_through() -> None:
    replies = [Reply((Text("one"),)), Reply((Text("two"),))]
    assert Turns(lambda _: replies).take(message("hello")) == replies


@pytest.mark.parametrize("error", [ValueError(PRIVATE), KeyError(PRIVATE), AssertionError(), RecursionError(PRIVATE)])
def test_an_error_becomes_one_apology_whose_reference_is_in_the_log(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        said = apology(Turns(failing_with(error)).take(message(PRIVATE)))
    [reference] = _REFERENCE.findall(said)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert f"reference {reference}: {type(error).__name__} at " in record.getMessage()
    assert "test_turns.py" in record.getMessage()


def test_neither_the_log_nor_the_apology_repeats_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    """Errors quote values, and values are people's words."""
    with caplog.at_level(logging.DEBUG):
        said = apology(Turns(failing_with(ValueError(PRIVATE))).take(message(PRIVATE)))
    formatted = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "my funder" not in said + formatted + caplog.text
    assert "ann" not in formatted


def test_every_failure_has_its_own_reference() -> None:
    turns = Turns(failing_with(ValueError()))
    references = {tuple(_REFERENCE.findall(apology(turns.take(message("again"))))) for _ in range(20)}
    assert len(references) == 20


def test_a_conversation_goes_on_after_a_failure() -> None:
    def handle(each: Message) -> list[Reply]:
        if each.text == "fail":
            raise ValueError
        return [Reply((Text(each.text),))]

    turns = Turns(handle)
    turns.take(message("fail"))
    assert turns.take(message("on")) == [Reply((Text("on"),))]


def test_ctrl_c_is_not_swallowed() -> None:
    def handle(_: Message) -> list[Reply]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Turns(handle).take(message("hello"))


def test_messages_of_one_conversation_never_overlap() -> None:
    guard, inside, most = Lock(), 0, 0

    def handle(_: Message) -> list[Reply]:
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
        time.sleep(0.005)
        with guard:
            inside -= 1
        return []

    turns = Turns(handle)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(turns.take, [message(str(number)) for number in range(24)]))
    assert most == 1


def test_messages_of_different_conversations_run_side_by_side() -> None:
    """Both wait inside for each other: were they taken one by one, neither would get out."""
    together = Barrier(2)

    def handle(_: Message) -> list[Reply]:
        together.wait(timeout=10)
        return [Reply((Text("met"),))]

    turns = Turns(handle)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(turns.take, [message("hello", "ann"), message("hello", "bea")]))
    assert replies == [[Reply((Text("met"),))]] * 2
