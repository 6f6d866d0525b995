"""One message at a time a conversation, and an apology where one fails."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier, Event, Lock

import pytest

from bot.turns import NotSettledError, Turns
from handlers.conversation import Message, Reply, Text
from tests.talking import conversation
from tests.waiting import PATIENCE, until

PRIVATE = "my funder is cutting Quillby off because of Ada"
_REFERENCE = re.compile(r"quote ([a-hjkmnp-z2-9]{6}) to whoever runs me")


def settled(*_: object) -> bool:
    """A database that takes everything."""
    return True


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
    assert Turns(lambda _: replies, settled).take(message("hello")) == replies


@pytest.mark.parametrize("error", [ValueError(PRIVATE), KeyError(PRIVATE), AssertionError(), RecursionError(PRIVATE)])
def test_an_error_becomes_one_apology_whose_reference_is_in_the_log(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        said = apology(Turns(failing_with(error), settled).take(message(PRIVATE)))
    [reference] = _REFERENCE.findall(said)
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert f"reference {reference}: {type(error).__name__} at " in record.getMessage()
    assert "test_turns.py" in record.getMessage()


def test_neither_the_log_nor_the_apology_repeats_what_was_said(caplog: pytest.LogCaptureFixture) -> None:
    """Errors quote values, and values are people's words."""
    with caplog.at_level(logging.DEBUG):
        said = apology(Turns(failing_with(ValueError(PRIVATE)), settled).take(message(PRIVATE)))
    formatted = "\n".join(logging.Formatter().format(record) for record in caplog.records)
    assert "my funder" not in said + formatted + caplog.text
    assert "ann" not in formatted


def test_every_failure_has_its_own_reference() -> None:
    turns = Turns(failing_with(ValueError()), settled)
    references = {tuple(_REFERENCE.findall(apology(turns.take(message("again"))))) for _ in range(20)}
    assert len(references) == 20


def test_a_conversation_goes_on_after_a_failure() -> None:
    def handle(each: Message) -> list[Reply]:
        if each.text == "fail":
            raise ValueError
        return [Reply((Text(each.text),))]

    turns = Turns(handle, settled)
    turns.take(message("fail"))
    assert turns.take(message("on")) == [Reply((Text("on"),))]


def test_ctrl_c_is_not_swallowed() -> None:
    def handle(_: Message) -> list[Reply]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Turns(handle, settled).take(message("hello"))


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

    async def scenario() -> None:
        turns = Turns(handle, settled)
        await asyncio.gather(*(turns.taken(message(str(number))) for number in range(24)))

    asyncio.run(scenario())
    assert most == 1


def test_messages_of_different_conversations_run_side_by_side() -> None:
    """Both wait inside for each other: were they taken one by one, neither would get out."""
    together = Barrier(2)

    def handle(_: Message) -> list[Reply]:
        together.wait(timeout=PATIENCE)
        return [Reply((Text("met"),))]

    turns = Turns(handle, settled)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(turns.take, [message("hello", "ann"), message("hello", "bea")]))
    assert replies == [[Reply((Text("met"),))]] * 2


def test_what_is_not_taken_in_one_go_runs_side_by_side() -> None:
    together = Barrier(2)

    def handle(_: Message) -> list[Reply]:
        together.wait(timeout=PATIENCE)
        return [Reply((Text("met"),))]

    async def scenario() -> list[list[Reply]]:
        turns = Turns(handle, settled)
        return list(await asyncio.gather(*(turns.taken(message("hello", who)) for who in ("ann", "bea"))))

    assert asyncio.run(scenario()) == [[Reply((Text("met"),))]] * 2


def test_whoever_writes_again_and_again_while_they_wait_holds_up_nobody_else() -> None:
    go_on = Event()

    def handle(asked: Message) -> list[Reply]:
        if asked.conversation == conversation("ann"):
            assert go_on.wait(PATIENCE)
        return [Reply((Text(asked.text),))]

    async def scenario() -> list[list[Reply]]:
        turns = Turns(handle, settled)
        anns = [asyncio.ensure_future(turns.taken(message(f"{number}"))) for number in range(50)]
        await asyncio.sleep(0.05)
        async with asyncio.timeout(PATIENCE):
            assert await turns.taken(message("hello", "bea")) == [Reply((Text("hello"),))]
        assert not any(each.done() for each in anns)
        go_on.set()
        return await asyncio.gather(*anns)

    assert asyncio.run(scenario()) == [[Reply((Text(f"{number}"),))] for number in range(50)]


class TestApologising:
    """A message that its platform may send again (it has an id) is either settled with the apology, or taken again."""

    def test_the_apology_is_what_is_kept(self) -> None:
        kept: list[tuple[Message, list[Reply]]] = []

        def keep(asked: Message, replies: list[Reply]) -> bool:
            kept.append((asked, replies))
            return True

        asked = replace(message("fail"), id="e1")
        assert kept == [(asked, Turns(failing_with(ValueError()), keep).take(asked))]

    def test_nobody_apologises_for_what_another_process_has_answered(self) -> None:
        assert Turns(failing_with(ValueError()), lambda *_: False).take(replace(message("fail"), id="e1")) == []

    def test_where_the_database_is_away_the_message_is_to_be_taken_again(self) -> None:
        def away(*_: object) -> bool:
            raise ConnectionError(PRIVATE)

        turns = Turns(failing_with(ConnectionError(PRIVATE)), away)
        with pytest.raises(NotSettledError) as failed:
            turns.take(replace(message("fail"), id="e1"))
        assert "Sorry" in apology(failed.value.replies)
        assert PRIVATE not in str(failed.value)

    def test_whoever_cannot_be_asked_again_is_told_at_once(self) -> None:
        def away(*_: object) -> bool:
            raise ConnectionError(PRIVATE)

        assert "Sorry" in apology(Turns(failing_with(ConnectionError(PRIVATE)), away).take(message("fail")))


class Together:
    """An assistant that notes what it is given in one go; the first time, it waits until it may go on."""

    def __init__(self, unlucky: str = "") -> None:
        self.given: list[list[str]] = []
        self.go_on = Event()
        self._unlucky = unlucky

    def handle(self, asked: Message) -> list[Reply]:
        """One message by itself."""
        [replies] = self.handle_all([asked])
        return replies

    def handle_all(self, messages: Sequence[Message]) -> list[list[Reply]]:
        """Several messages in one go."""
        self.given.append([each.text for each in messages])
        assert self.go_on.wait(PATIENCE)
        if self._unlucky in self.given[-1]:
            raise LookupError(PRIVATE)
        return [[Reply((Text(each.text.upper()),))] for each in messages]

    def said(self, messages: Sequence[Message], settle: Callable[..., bool] = settled) -> list[list[Reply] | Exception]:
        """What comes of messages, of which the first is being taken while the others come in."""

        async def scenario() -> list[list[Reply] | Exception]:
            turns = Turns(self.handle, settle, self.handle_all)
            first = asyncio.ensure_future(turns.taken(messages[0]))
            await until(lambda: self.given)
            others = [asyncio.ensure_future(turns.taken(each)) for each in messages[1:]]
            await asyncio.sleep(0)
            self.go_on.set()
            outcomes = await asyncio.gather(first, *others, return_exceptions=True)
            return [each for each in outcomes if isinstance(each, list | Exception)]

        return asyncio.run(scenario())


class TestTogether:
    """What different people say while others are answered is taken in one go."""

    def test_each_gets_their_own_replies(self) -> None:
        together = Together()
        said = together.said([message("one", "ann"), message("two", "bea"), message("three", "cy")])
        assert said == [[Reply((Text(words),))] for words in ("ONE", "TWO", "THREE")]
        assert together.given == [["one"], ["two", "three"]]

    def test_what_one_person_said_is_taken_one_after_the_other(self) -> None:
        """In whatever conversation, and without keeping others back."""
        together = Together()
        later = replace(conversation("ann"), channel="elsewhere")
        asked = [
            message("one", "ann"),
            message("two", "ann"),
            Message(later, "three", private=True),
            message("four", "bea"),
        ]
        assert together.said(asked) == [[Reply((Text(words),))] for words in ("ONE", "TWO", "THREE", "FOUR")]
        assert together.given == [["one"], ["two", "four"], ["three"]]

    def test_one_that_fails_takes_no_other_along(self, caplog: pytest.LogCaptureFixture) -> None:
        together = Together(unlucky="two")
        with caplog.at_level(logging.DEBUG):
            one, two, three = together.said([message("one", "ann"), message("two", "bea"), message("three", "cy")])
        assert (one, three) == ([Reply((Text("ONE"),))], [Reply((Text("THREE"),))])
        assert isinstance(two, list)
        assert "Sorry" in apology(two)
        assert together.given == [["one"], ["two", "three"], ["two"], ["three"]]
        assert PRIVATE not in caplog.text

    def test_one_that_cannot_be_settled_is_alone_in_that(self) -> None:
        def away(*_: object) -> bool:
            raise ConnectionError(PRIVATE)

        asked = [message("one", "ann"), replace(message("two", "bea"), id="e2"), message("three", "cy")]
        one, two, three = Together(unlucky="two").said(asked, away)
        assert (one, three) == ([Reply((Text("ONE"),))], [Reply((Text("THREE"),))])
        assert isinstance(two, NotSettledError)
