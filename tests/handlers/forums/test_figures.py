"""Figures on concerns in a reminder: of the time since those for the last forum, once, with small counts left out."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from handlers.concerns.records import Case, Outcome
from handlers.conversation import Text
from handlers.forums.figures import carried, carrier, figures
from handlers.forums.hall import Schedule
from knowledge.forums.occurrences import NO_CHANGES, Change, Changes
from tests.clock import LONDON
from tests.forums.small import day, made
from tests.handlers.forums.town import JANUARY, QUARTERLY, SQUARE, Town, person

KEY = ("quarterly", day("2027-01-13"))
_NUMBERS = count(1000)


def file(town: Town, on: date, number: int, *, compact: str = "cpft", outcome: Outcome | None = None) -> None:
    """Concerns that were filed on a day."""
    filed = datetime(on.year, on.month, on.day, 12, tzinfo=LONDON)
    process = town.finder.knowledge.compacts[compact].process
    closed = filed + timedelta(days=1) if outcome else None
    case = Case(
        "",
        "",
        compact,
        person("ann"),
        "Ann",
        {},
        (("cpft.outcome-4.public.4", ""),),
        "v1",
        filed,
        process.stages[0].id,
        filed,
    )
    with town.store.begin() as records:
        for _ in range(number):
            name = str(next(_NUMBERS))
            records.cases.file(replace(case, reference=name, draft=name, closed=closed, outcome=outcome))


def told(town: Town, changes: Changes = NO_CHANGES, key: tuple[str, date] = KEY) -> str:
    """The figures for a forum."""
    schedule = Schedule(town.hall, changes, town.clock.now())
    occurrence = schedule.get(key)
    assert occurrence
    found = carried(occurrence, schedule)
    assert found
    with town.store.begin() as records:
        return figures(occurrence, found, records, schedule).text


def test_they_are_of_the_days_since_the_last_ones_up_to_the_day_before(town: Town) -> None:
    """The call for the agenda carries them, a week before: on 7 October 2026, and on 6 January 2027."""
    for on, number in (
        (day("2026-10-06"), 50),
        (day("2026-10-07"), 3),
        (day("2027-01-05"), 1),
        (day("2027-01-06"), 70),
    ):
        file(town, on, number)
    file(town, day("2026-12-01"), 9, compact="sglos")
    text = told(town)
    assert (
        "Concerns under the CPFT Compact. From Wednesday 7 October 2026 to Tuesday 5 January 2027, 4 were raised."
        in text
    )
    assert "cpft.outcome-4.public.4 (4)" in text


@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_and_none_look_the_same(town: Town, number: int) -> None:
    file(town, day("2026-12-01"), number)
    text = told(town)
    assert "fewer than 3 were raised, or none at all." in text
    assert "so that nobody can be recognised" in text


def test_how_they_stand_is_told_as_far_as_it_can_be(town: Town) -> None:
    file(town, day("2026-12-01"), 4)
    file(town, day("2026-12-02"), 3, outcome=Outcome.SETTLED)
    text = told(town)
    assert "7 were raised." in text
    assert "settled: 3" in text or "4 are open and 3 are closed." in text


def test_before_the_first_forum_everything_counts(town: Town) -> None:
    file(town, day("2020-01-01"), 5)
    assert "Until Tuesday 6 October 2026, 5 were raised." in told(town, key=("quarterly", day("2026-10-14")))


def test_a_forum_that_was_not_held_had_no_figures(town: Town) -> None:
    file(town, day("2026-12-01"), 5)
    town.at("2027-04-07", "09:00")
    changes = {KEY: Change(1, town.clock.now(), cancelled=True)}
    text = told(town, changes, ("quarterly", day("2027-04-14")))
    assert "From Wednesday 7 October 2026 to Tuesday 6 April 2027, 5 were raised." in text


@pytest.mark.parametrize(
    ("reminders", "by"),
    [
        ([("P28D", "invite"), ("P14D", "agenda-call"), ("P7D", "agenda-call"), ("P1D", "joining-link")], "P7D"),
        ([("P28D", "invite"), ("P1D", "joining-link"), ("P1D after", "follow-up")], "P1D"),
        ([("P1D after", "follow-up")], None),
        ([], None),
    ],
)
def test_the_last_call_for_the_agenda_carries_them_or_else_the_last_reminder(
    reminders: list[tuple[str, str]], by: str | None
) -> None:
    found = carrier(made(reminders=[{"when": when, "holds": holds} for when, holds in reminders]))
    assert (found.when.words if found else None) == by


def test_an_agenda_without_the_item_has_none(town: Town) -> None:
    town.series = (made(compact_item=False),)
    schedule = Schedule(town.hall, NO_CHANGES, town.clock.now())
    occurrence = schedule.get(KEY)
    assert occurrence
    assert carried(occurrence, schedule) is None


def test_one_reminder_carries_them_and_the_others_say_when_they_come(town: Town) -> None:
    file(town, day("2026-12-01"), 5)
    town.appoint(SQUARE)
    town.plan()
    invitation, call, last = (
        post for on in ("2026-12-16", "2027-01-06", "2027-01-13") for post in town.live_until(on, "09:30")
    )
    assert "figures come on Wednesday 6 January 2027" in invitation
    assert "5 were raised" in call
    assert "figures below" in call
    assert Text("On the agenda:\n1. Welcome\n2. The Compact: is it being kept?") in last.blocks
    assert not any("were raised" in post for post in (invitation, last))


def test_nobody_can_read_them_off_by_asking_again_and_again(town: Town) -> None:
    file(town, day("2026-12-01"), 5)
    for words in ("what's on the agenda?", f"show {JANUARY}"):
        assert "raised" not in town.say(words, "ann")
    assert QUARTERLY.compact_item
