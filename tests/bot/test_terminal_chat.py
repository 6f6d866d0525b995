"""The chat in a terminal: lines in, replies and what is said unasked out."""

import io
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rich.console import Console
from sqlalchemy import Engine

from bot.store import schema
from bot.store.inbox import HELD_FOR
from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from bot.terminal.chat import CHANGED, FAREWELL, FOR_YOU_ALONE, GREETING, IN_ROOM, NEW, chat
from bot.terminal.console import Terminal
from bot.terminal.news import News
from bot.terminal.place import Place
from handlers.conversation import Message, Person, Platform, Reply, Room, Text
from handlers.posts import Address, Post
from tests.clock import FRIDAY, DrivenClock

ALONE, ANN, BEA = Place(), Place("ann", "Ann"), Place("bea", "Bea")
LEADS = Place("bea", "Bea", "leads")
FOR_YOU, FOR_ROOM = NEW.format("you"), NEW.format("this room")

Take = Callable[[Message], list[Reply]]
Put = Callable[..., Post]
Line = str | bytes | Callable[[], object]


class Keyboard(io.RawIOBase):
    """Gives a line whenever one is read; in place of a line something may happen."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)

    def readable(self) -> bool:
        """Of course."""
        return True

    def readinto(self, room: Any, /) -> int:
        """The next line."""
        for line in self._lines:
            if callable(line):
                line()
                continue
            typed = line if isinstance(line, bytes) else line.encode()
            room[: len(typed)] = typed
            return len(typed)
        return 0


@pytest.fixture
def news(engine: Engine, clock: DrivenClock) -> Callable[[Place], News]:
    """What comes to a place."""
    return lambda place: News(SqlOutbox(engine), clock, place.address)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch, news: Callable[[Place], News]) -> Callable[..., list[str]]:
    """What a chat prints when these lines are typed into it; without the lines that are empty."""

    def hear(*lines: Line, place: Place = ALONE, take: Take = echo) -> list[str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Keyboard(lines)), encoding="utf-8"))
        out = io.StringIO()
        chat(take, Console(file=out, width=200), place, news(place).look)
        return [line.rstrip() for line in out.getvalue().split("\n") if line.strip()]

    return hear


@pytest.fixture
def put(store: SqlStore) -> Put:
    """Puts a post into the outbox."""

    def put(key: str, to: Address, replaces: str | None = None, due: timedelta = timedelta()) -> Post:
        post = Post(key, to, Reply((Text(f"about {key}"),)), FRIDAY + due, replaces)
        with store.begin() as records:
            assert records.outbox.put(post)
        return post

    return put


def echo(message: Message) -> list[Reply]:
    """Says what it heard."""
    return [Reply((Text(f"heard {message.text!r}"),))]


Heard = Callable[..., list[str]]


class TestTalking:
    @pytest.mark.parametrize("leaving", ["quit\n", "EXIT\n", "  :q \n", "bye\n", "/quit\n", "", "quit"])
    def test_a_chat_greets_answers_and_says_goodbye(self, leaving: str, heard: Heard) -> None:
        assert heard("one\n", "two [x]\n", leaving) == [GREETING, "heard 'one'", "heard 'two [x]'", FAREWELL]

    def test_nothing_is_read_after_leaving(self, heard: Heard) -> None:
        assert heard("quit\n", "more\n") == [GREETING, FAREWELL]

    def test_an_empty_line_says_nothing(self, heard: Heard) -> None:
        assert heard("\n", "  \n") == [GREETING, FAREWELL]

    def test_ctrl_c_at_the_prompt_is_a_goodbye(self, heard: Heard) -> None:
        def interrupt() -> None:
            raise KeyboardInterrupt

        assert heard("one\n", interrupt, "two\n") == [GREETING, "heard 'one'", FAREWELL]

    def test_a_line_that_is_not_utf_8_is_read_as_far_as_it_goes(self, heard: Heard) -> None:
        said = heard(b"caf\xe9\n", b"two\n")
        assert said[1:3] == ["heard 'caf\N{REPLACEMENT CHARACTER}'", "heard 'two'"]


class TestWhoTalksWhere:
    def test_alone_a_chat_is_private_and_one_conversation(self) -> None:
        one, two = ANN.message("one"), ANN.message("two")
        assert (one.text, one.private, one.room, one.name) == ("one", True, None, "Ann")
        assert one.conversation == two.conversation
        assert one.conversation.person == ANN.address == Person(Platform.TERMINAL, "local", "ann")
        assert one.conversation.person != BEA.message("one").conversation.person

    def test_in_a_room_others_hear_what_is_said(self) -> None:
        said = LEADS.message("one")
        assert (said.private, said.room, said.name) == (False, LEADS.address, "Bea")
        assert LEADS.address == Room(Platform.TERMINAL, "local", "leads")
        assert said.conversation.person == BEA.address

    def test_each_room_is_another_conversation_and_so_is_being_alone(self) -> None:
        places = [BEA, *(replace(BEA, room=room) for room in ("leads", "forums", "terminal"))]
        assert len({place.message("one").conversation for place in places}) == len(places)

    def test_who_does_not_say_who_they_are_has_no_name(self) -> None:
        assert (ALONE.message("one").name, ALONE.address) == ("", Person(Platform.TERMINAL, "local", "local"))

    def test_a_room_is_told_when_it_is_entered(self, heard: Heard) -> None:
        assert heard(place=LEADS) == [GREETING, IN_ROOM.format("leads"), FAREWELL]

    def test_what_is_for_one_person_is_marked_in_a_room(self, heard: Heard) -> None:
        def take(_: Message) -> list[Reply]:
            return [Reply((Text("here"),)), Reply((Text("in private"),), private=True)]

        mark = FOR_YOU_ALONE.format("bea")
        assert heard("one\n", place=LEADS, take=take)[2:-1] == ["here", mark, "in private"]
        assert heard("one\n", place=BEA, take=take)[1:-1] == ["here", "in private"]


class TestNews:
    def test_what_has_come_is_shown_at_the_start_in_order_and_once(self, heard: Heard, put: Put) -> None:
        for key in ("k1", "k2"):
            put(key, ANN.address)
        assert heard(place=ANN) == [GREETING, FOR_YOU, "about k1", FOR_YOU, "about k2", FAREWELL]
        assert heard(place=ANN) == [GREETING, FAREWELL]

    def test_it_is_shown_after_each_reply(self, heard: Heard, put: Put) -> None:
        def take(message: Message) -> list[Reply]:
            put(message.text, ANN.address)
            return echo(message)

        said = heard("one\n", "two\n", place=ANN, take=take)
        assert said[1:-1] == ["heard 'one'", FOR_YOU, "about one", "heard 'two'", FOR_YOU, "about two"]

    def test_an_empty_line_shows_what_has_come(self, heard: Heard, put: Put) -> None:
        said = heard("one\n", lambda: put("k1", ANN.address), "\n", "two\n", place=ANN)
        assert said[1:-1] == ["heard 'one'", FOR_YOU, "about k1", "heard 'two'"]

    def test_it_is_not_shown_before_it_is_due(self, heard: Heard, put: Put, clock: DrivenClock) -> None:
        put("k1", ANN.address, due=timedelta(minutes=5))
        assert heard("\n", place=ANN) == [GREETING, FAREWELL]
        said = heard(lambda: clock.advance(timedelta(minutes=5)), "\n", place=ANN)
        assert said[1:-1] == [FOR_YOU, "about k1"]

    def test_each_place_shows_its_own(self, heard: Heard, put: Put) -> None:
        """And the rest waits until somebody opens its place."""
        for place in (ANN, BEA, LEADS, replace(LEADS, room="forums")):
            put(f"{place.user} {place.room}".strip(), place.address)
        put("elsewhere", Person(Platform.SLACK, "local", "bea"))
        assert heard(place=LEADS)[2:-1] == [FOR_ROOM, "about bea leads"]
        assert heard(place=BEA)[1:-1] == [FOR_YOU, "about bea"]
        assert heard(place=replace(ANN, room="forums"))[2:-1] == [FOR_ROOM, "about bea forums"]
        assert heard(place=ANN)[1:-1] == [FOR_YOU, "about ann"]

    def test_what_takes_the_place_of_something_shown_is_told_to(self, heard: Heard, put: Put) -> None:
        put("card", LEADS.address)
        said = heard(lambda: put("card:2", LEADS.address, replaces="card"), "\n", place=LEADS)
        assert said[2:-1] == [FOR_ROOM, "about card", CHANGED, "about card:2"]

    def test_what_takes_the_place_of_something_that_was_never_shown_is_new(self, heard: Heard, put: Put) -> None:
        put("card:2", LEADS.address, replaces="card")
        assert heard(place=LEADS)[2:-1] == [FOR_ROOM, "about card:2"]


class TestTrouble:
    def test_a_database_that_cannot_be_asked_ends_no_chat(
        self, heard: Heard, engine: Engine, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It is logged once, without the statement."""
        schema.outbox.drop(engine)
        said = heard("one\n", "two\n", lambda: schema.outbox.create(engine), "\n", place=ANN)
        assert said == [GREETING, "heard 'one'", "heard 'two'", FAREWELL]
        assert caplog.messages == ["what came could not be shown: OperationalError"]

    def test_each_outage_is_logged(self, heard: Heard, engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
        def away() -> None:
            schema.outbox.drop(engine)

        heard(away, "\n", lambda: schema.outbox.create(engine), "\n", away, "\n")
        assert len(caplog.messages) == 2

    def test_what_nobody_saw_is_shown_again(
        self, heard: Heard, put: Put, news: Callable[[Place], News], clock: DrivenClock
    ) -> None:
        """Whoever read the output has had enough before it came."""
        put("k1", ANN.address)
        reading, writing = os.pipe()
        os.close(reading)
        out = os.fdopen(writing, "w")
        with pytest.raises(BrokenPipeError):
            news(ANN).look(lambda _: Terminal(file=out).print("more"))
        with suppress(BrokenPipeError):
            out.close()
        assert heard(place=ANN) == [GREETING, FAREWELL], "it may be on its way"
        clock.advance(HELD_FOR)
        assert heard(place=ANN)[1:-1] == [FOR_YOU, "about k1"]
