"""Names and texts deleted in time, or when somebody asks for it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.store.schema import case_events, cases, outbox
from handlers.concerns.report import report
from handlers.concerns.retention import forget_raiser, strip_old
from tests.clock import LONDON
from tests.handlers.concerns.office import LEADS, OTHER, REFERENCE, STORY, Office, person

PRIVATE = (STORY, "Ashmere Lunch Club", "Ann Field", "ann@example.org", "Six more months.", "and more", "so we think")


@pytest.fixture
def filed(office: Office) -> Office:
    """Two cases of one raiser, the first of which has been talked about."""
    office.appoint()
    office.file()
    office.file(OTHER)
    office.say(f"add to {REFERENCE}: and more", "ann")
    office.say(f"note {REFERENCE}: so we think", "ada", LEADS)
    return office


def stripped(office: Office) -> int:
    """How many cases are stripped now, where they are kept for a year."""
    with office.store.begin() as records:
        return strip_old(records, office.desk, office.clock.now(), months=12)


def counted(office: Office) -> object:
    """The figures of the month in which all was filed."""
    with office.store.begin() as records:
        filed = records.cases.all()
    return report(filed, office.knowledge, date(2026, 11, 1), date(2026, 11, 30), LONDON)


def leaked(office: Office) -> list[str]:
    """What is still written somewhere in the database of what people wrote."""
    with office.engine.begin() as connection:
        tables = [connection.execute(select(table)).all() for table in (cases, case_events, outbox)]
    return [words for words in PRIVATE if words in repr(tables)]


def test_closed_cases_are_stripped_when_their_time_is_over(both: str, filed: Office) -> None:
    references = (REFERENCE, OTHER, "2222-3333", "2222-4444")
    for reference in references:
        if reference not in {REFERENCE, OTHER}:
            filed.file(reference)
        filed.say(f"take {reference}", "ada", LEADS)
    for reference in references[:3]:
        filed.say(f"close {reference} as settled: Ann Field is content.", "ada", LEADS)
    filed.clock.advance(timedelta(days=364))
    assert stripped(filed) == 0
    before = counted(filed)
    assert "commitments=(('cpft.outcome-4.public.4', 4),)" in repr(before)
    filed.clock.advance(timedelta(days=3))
    assert stripped(filed) == 3
    assert stripped(filed) == 0
    assert counted(filed) == before
    filed.say("close 2222-4444 as passed on: To the chair.", "ada", LEADS)
    filed.clock.advance(timedelta(days=400))
    assert stripped(filed) == 1
    assert leaked(filed) == []
    assert "Names and texts were deleted" in filed.card()
    assert "Talked with the other side" in filed.card()
    assert f"closed {REFERENCE} on Friday 20 November 2026" in filed.say(f"take {REFERENCE}", "ada", LEADS)


def test_open_cases_are_never_stripped(filed: Office) -> None:
    filed.clock.advance(timedelta(days=4000))
    assert stripped(filed) == 0


def test_a_raiser_who_is_forgotten_leaves_counts_behind_and_the_leads_are_told(both: str, filed: Office) -> None:
    filed.say(f"close {OTHER} as settled: Done.", "ada", LEADS)
    with filed.store.begin() as records:
        assert forget_raiser(records, person("ann"), filed.desk, filed.clock.now()) == 2
    assert leaked(filed) == []
    assert (filed.case().closed, filed.case().outcome) == (filed.clock.now(), None)
    assert filed.case(OTHER).outcome == "settled"
    [told] = filed.posts(f"case:{REFERENCE}:room:")
    assert "has asked to be forgotten" in told
    assert told.to == LEADS.channel
    assert not filed.posts(f"case:{OTHER}:room:")
    assert "Names and texts were deleted" in filed.card()
    assert "Closed', 'Friday 20 November 2026, as whoever raised it asked to be forgotten'" in filed.card()
    assert "The raiser withdrew 7KQM-2XWT" in filed.say(f"take {REFERENCE}", "ada", LEADS)
    assert "You have not raised any concerns" in filed.say("my concerns", "ann")
    assert "I cannot find that concern" in filed.say(f"show {REFERENCE}", "ann")


def test_figures_stay_as_they_are_when_a_raiser_is_forgotten(filed: Office) -> None:
    """Open ones at two stages, and those that are closed."""
    for number, reference in enumerate(("2222-3333", "2222-4444", "2222-6666", "2222-7777", "2222-8888")):
        filed.file(reference)
        filed.say(f"move {reference} to talking", "ada", LEADS)
        filed.clock.advance(timedelta(days=1))
        if number > 2:
            filed.say(f"close {reference} as settled: Done.", "ada", LEADS)
    before = counted(filed)
    assert "'talking': 3" in repr(before)
    with filed.store.begin() as records:
        forget_raiser(records, person("ann"), filed.desk, filed.clock.now())
    assert counted(filed) == before


def test_what_others_raised_is_left_alone(filed: Office) -> None:
    filed.file("2222-3333", who="zoe")
    with filed.store.begin() as records:
        forget_raiser(records, person("ann"), filed.desk, filed.clock.now())
    assert STORY in filed.say("show 2222-3333", "zoe")


def test_a_stripped_case_is_nobodys_not_even_of_somebody_without_an_id(filed: Office) -> None:
    with filed.store.begin() as records:
        forget_raiser(records, person("ann"), filed.desk, filed.clock.now())
    assert "I cannot find that concern" in filed.say(f"show {REFERENCE}", "")
