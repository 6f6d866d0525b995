"""To when a forum is moved, in a coordinator's own words: read right, or asked for again, and never read by half."""

import re
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.forums.edits import Move
from handlers.forums.moving import read_hour, read_move

STARTS = datetime(2027, 1, 20, 14, 30)  # noqa: DTZ001 - as a clock shows it where the forum is held
TODAY = date(2026, 12, 16)


@pytest.mark.parametrize(
    ("words", "move"),
    [
        ("27 January 2027 at 14:00", "move 2027-01-27 14:00"),
        ("27 January 2027 at 1430", "move 2027-01-27 14:30"),
        ("27 January 2027 at 1430 hrs", "move 2027-01-27 14:30"),
        ("27 January 2027 at 930", "move 2027-01-27 09:30"),
        ("27 January 2027 at 0930", "move 2027-01-27 09:30"),
        ("27 January 14:15", "move 2027-01-27 14:15"),
        ("27 January 27 14:15", "move 2027-01-27 14:15"),
        ("Wed 27 Jan at noon", "move 2027-01-27 12:00"),
        ("27 January 2027 at 12 midday", "move 2027-01-27 12:00"),
        ("27 January 2027 at 14 o'clock", "move 2027-01-27 14:00"),
        ("2027-02-17 at 10", "move 2027-02-17 10:00"),
        ("17/02/2027, 10.30", "move 2027-02-17 10:30"),
        ("Wednesday, 17/02/2027 (10:30)", "move 2027-02-17 10:30"),
        ("January 27th, 2027 from 2pm", "move 2027-01-27 14:00"),
        ("2.15 p.m. on 27 January please", "move 2027-01-27 14:15"),
        ("230pm", "move 2027-01-20 14:30"),
        ("1530", "move 2027-01-20 15:30"),
        ("the same day at 02:30", "move 2027-01-20 02:30"),
        ("12am", "move 2027-01-20 00:00"),
        ("tomorrow", "move 2026-12-17 14:30"),
        ("in 2 months", "move 2027-02-16 14:30"),
        ("27 January, 2pm because of snow", "move 2027-01-27 14:00, snow"),
        ("27 January due to snow, and ice", "move 2027-01-27 14:30, snow, and ice"),
        ("27 January\n at  14:00 because  of\nsnow", "move 2027-01-27 14:00, snow"),
        ("27 January: 3 people are ill", "move 2027-01-27 14:30, 3 people are ill"),
    ],
)
def test_a_day_an_hour_and_a_reason_are_read(words: str, move: str) -> None:
    assert str(read_move(words, STARTS, TODAY)) == move


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("31 February 2027 at 14:00", "There is no such day as “31 February 2027”."),
        ("01/20/2027 11:00", "There is no such day as “01/20/2027”."),
        ("2027-02-30", "There is no such day as “2027-02-30”."),
        ("the 27th at 11:00", "I did not understand “the 27th”."),
        ("20 January 2127 at 11:00", "I did not understand “2127”."),
        ("2027", "I did not understand “2027”."),
        ("14", "I did not understand “14”."),
        ("27 January 2027 at 25:00", "I did not understand “at 25:00”."),
        ("27 January 2027 at 24:00", "I did not understand “at 24:00”."),
        ("27 January 2027 at 14:75", "I did not understand “at 14:75”."),
        ("27 January 2027 at 1475", "I did not understand “at 1475”."),
        ("27 January 2027 at 14:00:30", "I did not understand “at 14:00:30”."),
        ("27 January 2027 at 14:00pm", "I did not understand “at 14:00pm”."),
        ("27 January 2027 at 14: 30", "I did not understand “30”."),
        ("27 January 2027 in the afternoon", "I did not understand “in the afternoon”."),
        ("27 January 2027 at half past two", "I did not understand “at half past two”."),
        ("27 January 2027 at 2", "I did not understand “at 2”."),
        ("27 January 2027 at 2:30", "I did not understand “at 2:30”."),
        ("27 January 2027 at 14:00 in the Guildhall", "I did not understand “in the Guildhall”."),
        ("February at 14:00", "I did not understand “February”."),
        ("the end of June 2027 at 14:00", "I did not understand “the end of June 2027”."),
        ("next month at 14:00", "I did not understand “next month”."),
        ("the second Wednesday of February", "I did not understand “the second” and “of February”."),
        ("a week later at 14:00", "I did not understand “a week later”."),
        ("Tuesday 20 January 2027", "The day of the week does not fit: that is Wednesday 20 January 2027."),
        ("Tuesday, 20/01/2027", "The day of the week does not fit: that is Wednesday 20 January 2027."),
        ("20 or 27 January 2027", "I did not understand “20 or”."),
        ("20 January 2027 or 27 January 2027", "I read more than one day in that."),
        ("10:00 to 12:00", "I read more than one hour in that. I need only the one at which it begins."),
        ("soon", "I did not understand “soon”."),
        ("the same day", "I read no day and no hour in that."),
    ],
)
def test_what_is_not_understood_is_told_with_an_example(words: str, why: str) -> None:
    example = "Please say it like this: “17 June 2027 at 14:00 because the hall is flooded”."
    assert read_move(words, STARTS, TODAY) == f"{why} {example}"


def test_the_example_is_understood() -> None:
    asked = read_move("soon", STARTS, TODAY)
    assert isinstance(asked, str)
    [example] = re.findall(r"this: “(.+)”", asked)
    assert str(read_move(example, STARTS, TODAY)) == "move 2027-06-17 14:00, the hall is flooded"


@settings(max_examples=100, deadline=None)
@given(
    day=st.dates(date(2026, 12, 17), date(2090, 12, 31)),
    hour=st.times().map(lambda told: time(told.hour, told.minute)),
    written=st.sampled_from(
        ["{day:%d/%m/%Y} at {hour:%H%M}", "{hour:%H:%M} on {day}", "{day:%A %d %B %Y}, {hour:%H.%M}"]
    ),
)
def test_every_day_and_hour_can_be_told(day: date, hour: time, written: str) -> None:
    assert read_move(written.format(day=day, hour=hour), STARTS, TODAY) == Move(day, hour)


@settings(max_examples=100, deadline=None)
@given(
    left=st.sampled_from(["31", "Friday", "in May", "1475", "9999", "½", "31st", "2027-13-01", "25:61"]),
    before=st.booleans(),
)
def test_figures_weekdays_and_months_that_are_left_over_are_never_dropped(left: str, *, before: bool) -> None:
    told = "27 January 2027 at 14:00"
    assert isinstance(read_move(f"{left}, {told}" if before else f"{told}, {left}", STARTS, TODAY), str)


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("1430", time(14, 30)),
        ("14:00", time(14)),
        ("14", time(14)),
        ("2pm", time(14)),
        ("at 9.30", time(9, 30)),
        ("noon", time(12)),
        ("afternoon", None),
        ("14:00 or 15", None),
        ("1430 tomorrow", None),
        ("25", None),
        ("", None),
    ],
)
def test_an_hour_alone_is_read_whole_or_not_at_all(words: str, hour: time | None) -> None:
    assert read_hour(words) == hour
