"""Figures on concerns in a reminder: of the time since those for the last forum, once, with small counts left out."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from handlers.concerns.records import Case, Outcome
from handlers.conversation import Text
from handlers.forums.figures import carried, carrier, figures
from handlers.forums.hall import Schedule
from handlers.ports import Purpose
from knowledge.forums.occurrences import NO_CHANGES
from knowledge.periods import day_in_words
from tests.clock import LONDON
from tests.forums.small import day, made
from tests.handlers.forums.town import APRIL, JANUARY, MARKET, OFFICE, QUARTERLY, SQUARE, Town, person

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


def told(town: Town, key: tuple[str, date] = KEY) -> str:
    """The figures for a forum."""
    schedule = Schedule(town.hall, NO_CHANGES, town.clock.now())
    occurrence = schedule.get(key)
    assert occurrence
    with town.store.begin() as records:
        found = carried(occurrence, records)
        assert found
        return figures(occurrence, found, records, schedule).text


def live(town: Town, until: str) -> list[str]:
    """Plan at each moment at which there is something to do, up to a day; returns all figures that were told."""
    end, found = datetime.fromisoformat(until).replace(tzinfo=LONDON), []
    while town.clock.now() < end:
        following = town.plan()
        blocks = [block for post in town.new_posts() for block in post.blocks]
        found += [each.text for each in blocks if isinstance(each, Text) and each.text.startswith("Concerns under")]
        town.clock.moment = min(following.astimezone(LONDON), end)
    return found


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
    town.at("2026-09-01")
    town.appoint(SQUARE)
    first, text = live(town, "2027-02-01")
    assert "Until Tuesday 6 October 2026, 50 were raised." in first
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
    assert "Until Tuesday 6 October 2026, 5 were raised." in told(town, ("quarterly", day("2026-10-14")))


def edit(words: str, forum: str = JANUARY) -> Callable[[Town], None]:
    """The coordinators change a forum."""

    def made_change(town: Town) -> None:
        assert "Done." in town.press(f"confirm {forum}: {words}", "ada", OFFICE)

    return made_change


def edited_file(**keys: Any) -> Callable[[Town], None]:
    """Somebody edits the file of forums."""

    def new_file(town: Town) -> None:
        town.series = (made(**{"starts": "2026-10-14", **keys}),)

    return new_file


def another_channel(town: Town) -> None:
    town.appoint(MARKET)


def nobody_there(town: Town) -> None:
    """For three days nothing is planned."""
    town.clock.advance(timedelta(days=3))


_LAST_CALL = [{"when": "P7D", "holds": "invite"}, {"when": "P3D", "holds": "agenda-call"}]
_OCTOBER, _AT_CALL, _AT_APRILS = "2026-10-07", "2027-01-06", "2027-04-07"


@pytest.mark.parametrize(
    ("happens", "told_on"),
    [
        pytest.param([], [_OCTOBER, _AT_CALL, _AT_APRILS], id="nothing"),
        pytest.param([("2027-01-08", edit("0 cancel"))], [_OCTOBER, _AT_CALL, _AT_APRILS], id="cancelled after"),
        pytest.param([("2026-12-20", edit("0 cancel"))], [_OCTOBER, _AT_APRILS], id="cancelled before"),
        pytest.param(
            [("2027-01-08", edit("0 cancel")), ("2027-01-10", edit("1 reinstate"))],
            [_OCTOBER, _AT_CALL, _AT_APRILS],
            id="cancelled after and reinstated",
        ),
        pytest.param(
            [("2027-01-08", edit("0 move 2027-02-03 10:00"))],
            [_OCTOBER, _AT_CALL, _AT_APRILS],
            id="moved later after",
        ),
        pytest.param(
            [("2027-01-08", edit("0 move 2027-02-03 10:00")), ("2027-01-09", another_channel)],
            [_OCTOBER, _AT_CALL, _AT_APRILS],
            id="moved later after, and a new channel gets the call again",
        ),
        pytest.param(
            [("2026-12-20", edit("0 move 2027-02-03 10:00"))],
            [_OCTOBER, "2027-01-27", _AT_APRILS],
            id="moved later before",
        ),
        pytest.param(
            [("2026-12-20", edit("0 move 2027-04-20 10:00"))],
            [_OCTOBER, _AT_APRILS, "2027-04-13"],
            id="moved beyond the next",
        ),
        pytest.param(
            [("2026-12-20", edit("0 move 2026-12-23 10:00"))],
            [_OCTOBER, _AT_APRILS],
            id="moved earlier, which the channel is told instead",
        ),
        pytest.param(
            [("2026-12-01", edit("0 move 2026-12-05 10:00"))],
            [_OCTOBER, "2026-11-28", _AT_APRILS],
            id="moved earlier, before anything was told",
        ),
        pytest.param(
            [("2027-01-07", edit("0 move 2027-01-12 10:00", APRIL))],
            [_OCTOBER, _AT_CALL, "2027-07-07"],
            id="the next moved so that its call falls before this one's",
        ),
        pytest.param([("2027-01-05", nobody_there)], [_OCTOBER, _AT_APRILS], id="missed"),
        pytest.param(
            [("2027-01-09", edited_file(reminders=_LAST_CALL))],
            [_OCTOBER, _AT_CALL, "2027-04-11"],
            id="another reminder carries them from now on",
        ),
        pytest.param(
            [("2027-01-09", edited_file(compact_item=False)), ("2027-05-01", edited_file())],
            [_OCTOBER, _AT_CALL, "2027-07-07"],
            id="left out for a while",
        ),
    ],
)
def test_each_period_begins_where_the_last_one_that_was_told_ended(
    town: Town, happens: Sequence[tuple[str, Callable[[Town], None]]], told_on: Sequence[str]
) -> None:
    """Whatever became of the forum: from periods that overlapped, the difference would give people away."""
    town.at("2026-09-01")
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    found = []
    for on, happening in happens:
        found += live(town, on)
        happening(town)
    found += live(town, max("2027-04-30", told_on[-1] + "T23:00"))
    starts = ["Until ", *(f"From {day_in_words(day(on))} to " for on in told_on)]
    ends = [day_in_words(day(on) - timedelta(days=1)) for on in told_on]
    # Several channels get the same ones.
    assert [re.findall(r"(?:From .+ to|Until) .+?,", each) for each in dict.fromkeys(found)] == [
        [f"{start}{end},"] for start, end in zip(starts, ends, strict=False)
    ]


def test_figures_that_could_not_be_delivered_count_as_told(town: Town) -> None:
    """Somebody may have seen them all the same."""
    town.at("2026-12-01")
    town.appoint(SQUARE)
    live(town, "2027-01-06")
    town.plan_at("2027-01-06", "09:00")
    town.fail("forum:quarterly:2027-01-13:P7D:slack:T1:C1")
    [text] = live(town, "2027-04-08")
    assert "From Wednesday 6 January 2027 to Tuesday 6 April 2027," in text


def test_every_channel_gets_the_same_ones(town: Town) -> None:
    town.at("2026-12-01")
    for room in (SQUARE, MARKET):
        town.appoint(room)
    first, second = live(town, "2027-01-07")
    assert first == second


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
    occurrence = Schedule(town.hall, NO_CHANGES, town.clock.now()).get(KEY)
    assert occurrence
    with town.store.begin() as records:
        assert carried(occurrence, records) is None


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
