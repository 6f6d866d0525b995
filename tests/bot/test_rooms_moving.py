"""The leads' channel is moved while others are at work, over real databases: nothing is left behind in the old one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from sqlalchemy import Engine

from handlers.concerns.delivery import card_room
from handlers.ports import Purpose
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.handlers.concerns.office import LEADS, OTHER_LEADS, REFERENCE, Office, person
from tests.waiting import PATIENCE

pytestmark = pytest.mark.usefixtures("both")
SEND = "send cpft concerns here"
A_WHILE = 0.3


@pytest.fixture
def office(engine: Engine, finder: Finder, clock: DrivenClock) -> Office:
    """An office with the Compacts that are shipped."""
    return Office(engine, finder.knowledge, clock)


def test_what_is_filed_in_that_very_moment_comes_along(office: Office) -> None:
    office.appoint(LEADS)
    with ThreadPoolExecutor(1) as pool:
        with office.store.begin(of=person("ann")) as records:
            office.file_in(records)
            moved = pool.submit(office.appoint, OTHER_LEADS)
            with suppress(TimeoutError):
                moved.result(timeout=A_WHILE)
        moved.result(timeout=PATIENCE)
    with office.store.begin() as records:
        assert card_room(records.cases.events(REFERENCE)) == OTHER_LEADS


def test_of_two_administrators_who_say_it_in_two_channels_the_later_one_wins(office: Office) -> None:
    office.file()
    begun = Event()

    def second() -> str:
        begun.set()
        return office.say(SEND, "max", OTHER_LEADS)

    with ThreadPoolExecutor(1) as pool:
        with office.store.begin(of=person("zoe")) as records:
            records.rooms.hold(Purpose.CONCERNS, "cpft")
            said = pool.submit(second)
            assert begun.wait(PATIENCE)
            with suppress(TimeoutError):
                said.result(timeout=A_WHILE)
            records.rooms.appoint(Purpose.CONCERNS, "cpft", LEADS, person("zoe"), office.clock.now())
        assert "come to this channel" in said.result(timeout=PATIENCE)
    with office.store.begin() as records:
        assert records.rooms.of(Purpose.CONCERNS, "cpft") == [OTHER_LEADS]
