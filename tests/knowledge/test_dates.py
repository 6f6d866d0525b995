"""Dates in questions: what is read as which day, and what is no date. Sunday 22 November 2026 is today throughout."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.dates import find_dates, find_lengths, without_dates

TODAY = date(2026, 11, 22)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days(text: str, today: date = TODAY) -> list[str]:
    """The days found in `text` as ISO dates; 'none' for a date that there is not."""
    return [found.day.isoformat() if found.day else "none" for found in find_dates(text, today=today)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/03/2027", "2027-03-31"),
        ("31.03.2027", "2027-03-31"),
        ("31-03-2027", "2027-03-31"),
        ("31/3/2027", "2027-03-31"),
        ("3/4/2027", "2027-04-03"),
        ("03.04.2027", "2027-04-03"),
        ("3-4-2027", "2027-04-03"),
        ("12/11/2027", "2027-11-12"),
        ("31/03/27", "2027-03-31"),
        ("3.4.27", "2027-04-03"),
        ("03-04-27", "2027-04-03"),
        ("01/02/03", "2003-02-01"),
        ("31/12/1999", "1999-12-31"),
        ("29/02/2028", "2028-02-29"),
        ("31/12/9999", "9999-12-31"),
        ("2027-03-31", "2027-03-31"),
        ("2027-04-03", "2027-04-03"),
        ("2027-3-1", "2027-03-01"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_numbers_are_read_day_first_unless_the_year_comes_first(text: str, day: str) -> None:
    assert days(f"does it end on {text}?") == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31 March 2027", "2027-03-31"),
        ("31 march 2027", "2027-03-31"),
        ("31 MARCH 2027", "2027-03-31"),
        ("31st March 2027", "2027-03-31"),
        ("31st March, 2027", "2027-03-31"),
        ("the 31st of March 2027", "2027-03-31"),
        ("the 31st of March, 2027", "2027-03-31"),
        ("31 Mar 2027", "2027-03-31"),
        ("31 Mar. 2027", "2027-03-31"),
        ("March 31st, 2027", "2027-03-31"),
        ("March 31 2027", "2027-03-31"),
        ("March the 31st", "2027-03-31"),
        ("March 31st", "2027-03-31"),
        ("March 31", "2027-03-31"),
        ("31 March", "2027-03-31"),
        ("the 31st of March", "2027-03-31"),
        ("the 3rd day of May", "2027-05-03"),
        ("1st May", "2027-05-01"),
        ("2nd may", "2027-05-02"),
        ("1 Sept", "2027-09-01"),
        ("1 Sep. 2028", "2028-09-01"),
        ("25 December", "2026-12-25"),
        ("1 January", "2027-01-01"),
        ("21 November", "2027-11-21"),
        ("22 November", "2026-11-22"),
        ("23 November", "2026-11-23"),
        ("29 February", "2028-02-29"),
    ],
)
def test_a_day_and_a_month_without_a_year_are_today_or_the_next_such_day(text: str, day: str) -> None:
    assert days(f"our funding ends on {text}") == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("they told us on 3 February", "2026-02-03"),
        ("they wrote on March 31st", "2026-03-31"),
        ("we were told on the 21st of November", "2026-11-21"),
        ("they told us on 22 November", "2026-11-22"),
        ("they told us on 23 November", "2025-11-23"),
        ("the letter came on 1 December", "2025-12-01"),
        ("it ended on 29 February", "2024-02-29"),
        ("they phoned on Friday", "2026-11-20"),
        ("they rang on Sunday", "2026-11-15"),
        ("they told us in March", "2026-03-01"),
        ("it was agreed last March", "2026-03-01"),
        ("it stopped at the end of October", "2026-10-31"),
        ("they told us on 3 February 2027", "2027-02-03"),
        ("they told us on 03/02/2027", "2027-02-03"),
        ("they said it stops in six weeks", "2027-01-03"),
        ("they said it stops next Friday", "2026-11-27"),
        ("they said it stops tomorrow", "2026-11-23"),
        ("they said that it ends at the end of next month", "2026-12-31"),
        ("They told us. Does it end on 3 February?", "2027-02-03"),
        ("They told us; it ends on 3 February", "2027-02-03"),
        ("They told us\nit ends on 3 February", "2027-02-03"),
    ],
)
def test_after_a_verb_in_the_past_the_last_such_day_is_meant_unless_the_words_say_otherwise(
    text: str, day: str
) -> None:
    assert days(text) == [day]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-22"),
        ("tomorrow", "2026-11-23"),
        ("Yesterday", "2026-11-21"),
        ("next Friday", "2026-11-27"),
        ("this Friday", "2026-11-27"),
        ("this coming Monday", "2026-11-23"),
        ("on Friday", "2026-11-27"),
        ("by Monday", "2026-11-23"),
        ("Tuesday", "2026-11-24"),
        ("on Sat", "2026-11-28"),
        ("by tues", "2026-11-24"),
        ("on wed", "2026-11-25"),
        ("next Sunday", "2026-11-29"),
        ("last Tuesday", "2026-11-17"),
        ("last Sunday", "2026-11-15"),
        ("next week", "2026-11-29"),
        ("last week", "2026-11-15"),
        ("next month", "2026-12-22"),
        ("last month", "2026-10-22"),
        ("next year", "2027-11-22"),
        ("last year", "2025-11-22"),
        ("in six weeks", "2027-01-03"),
        ("in 6 weeks", "2027-01-03"),
        ("in about six weeks", "2027-01-03"),
        ("in four weeks' time", "2026-12-20"),
        ("four weeks' time", "2026-12-20"),
        ("in four weeks’ time", "2026-12-20"),
        ("six weeks ago", "2026-10-11"),
        ("in a fortnight", "2026-12-06"),
        ("in two fortnights", "2026-12-20"),
        ("a fortnight ago", "2026-11-08"),
        ("in a fortnight's time", "2026-12-06"),
        ("in 10 days", "2026-12-02"),
        ("three months from now", "2027-02-22"),
        ("three months from today", "2027-02-22"),
        ("in three months", "2027-02-22"),
        ("in a year", "2027-11-22"),
        ("two years ago", "2024-11-22"),
        ("in 999 years", "3025-11-22"),
    ],
)
def test_days_said_from_today_are_counted_from_today(text: str, day: str) -> None:
    assert days(f"does our grant end {text}?") == [day]


@pytest.mark.parametrize(
    ("text", "today", "day"),
    [
        ("in one month", date(2027, 1, 31), "2027-02-28"),
        ("a month ago", date(2028, 3, 31), "2028-02-29"),
        ("in a year", date(2028, 2, 29), "2029-02-28"),
        ("end of next month", date(2027, 1, 31), "2027-02-28"),
        ("end of last month", date(2028, 3, 31), "2028-02-29"),
        ("tomorrow", date(2026, 12, 31), "2027-01-01"),
        ("31 January", date(2027, 2, 28), "2028-01-31"),
        ("31 March", date(2027, 2, 15), "2027-03-31"),
        ("30 April", date(2027, 2, 28), "2027-04-30"),
    ],
)
def test_month_ends_and_leap_years_are_those_of_the_calendar(text: str, today: date, day: str) -> None:
    assert days(text, today) == [day]


@pytest.mark.parametrize(
    ("text", "day", "assumed"),
    [
        ("end of June", "2027-06-30", None),
        ("the end of March 2027", "2027-03-31", None),
        ("end of February 2028", "2028-02-29", None),
        ("last day of February", "2027-02-28", None),
        ("the last day of April, 2027", "2027-04-30", None),
        ("start of April", "2027-04-01", None),
        ("beginning of May", "2027-05-01", None),
        ("the first day of next month", "2026-12-01", None),
        ("middle of June", "2027-06-15", "the middle, as no day was given"),
        ("middle of next year", "2027-07-01", "the middle, as no day was given"),
        ("end of this month", "2026-11-30", None),
        ("end of the month", "2026-11-30", None),
        ("end of next month", "2026-12-31", None),
        ("end of last month", "2026-10-31", None),
        ("end of the year", "2026-12-31", None),
        ("end of next year", "2027-12-31", None),
        ("start of last year", "2025-01-01", None),
        ("end of 2027", "2027-12-31", None),
        ("the beginning of 2028", "2028-01-01", None),
    ],
)
def test_an_end_of_a_month_or_year_is_a_day(text: str, day: str, assumed: str | None) -> None:
    (found,) = find_dates(f"our grant stops at {text}.", today=TODAY)
    assert (str(found.day), found.assumed) == (day, assumed)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("in March", "2027-03-01"),
        ("by June", "2027-06-01"),
        ("until april", "2027-04-01"),
        ("from May", "2027-05-01"),
        ("before Dec", "2026-12-01"),
        ("next March", "2027-03-01"),
        ("in Sept", "2027-09-01"),
        ("mid-March", "2027-03-01"),
        ("early June", "2027-06-01"),
        ("March 2028", "2028-03-01"),
        ("March, 2028", "2028-03-01"),
        ("May 2027", "2027-05-01"),
        ("Sept 2027", "2027-09-01"),
    ],
)
def test_a_bare_month_is_taken_as_its_first_day_and_says_so(text: str, day: str) -> None:
    (found,) = find_dates(f"our grant ends {text}", today=TODAY)
    assert str(found.day) == day
    assert found.assumed == "the first of the month, as no day was given"


@pytest.mark.parametrize("text", ["31 March 2027", "tomorrow", "end of June", "in six weeks", "3/4/27"])
def test_a_date_that_is_complete_assumes_nothing(text: str) -> None:
    assert [found.assumed for found in find_dates(text, today=TODAY)] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "30 February",
        "30th of February",
        "February 30th",
        "31 June",
        "31 Apr",
        "31 April 2027",
        "29 February 2027",
        "32 March 2027",
        "0 March",
        "99/99/2027",
        "31/02/2027",
        "31.04.27",
        "29-02-2027",
        "2027-02-30",
        "1/1/0000",
        "0000-01-01",
    ],
)
def test_a_day_that_there_is_not_is_found_without_a_day(text: str) -> None:
    (found,) = find_dates(f"it ends on {text}", today=TODAY)
    assert found.day is None
    assert found.assumed is None
    assert found.words == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24/7",
        "may I",
        "May we ask?",
        "it may",
        "march on",
        "3 people",
        "May 3 people come?",
        "may 3 volunteers claim fares?",
        "march 20%",
        "section 75",
        "section 7.3",
        "code 3",
        "outcome 4",
        "sun",
        "sat down",
        "we sat in the sun",
        "wed",
        "£31.03",
        "£1,000",
        "12-18 year olds",
        "1/2",
        "0117 496 0123",
        "six weeks' notice",
        "half a year ago",
        "three months",
        "30 days",
        "a fortnight",
        "within 30 days",
        "second of all",
        "the 31st",
        "2027",
        "COVID-19",
        "10:30",
        "B12 3AB",
        "marching",
        "decide",
        "mon",
        "fri",
        "mar",
    ],
)
def test_what_is_no_date_is_not_found(text: str) -> None:
    assert find_dates(text, today=TODAY) == []


def test_several_dates_are_found_in_order_with_their_places() -> None:
    text = "They wrote on 3 February 2027 to say it stops on 30/04/2027, or tomorrow."
    found = find_dates(text, today=TODAY)
    assert [each.words for each in found] == ["3 February 2027", "30/04/2027", "tomorrow"]
    assert [text[each.start : each.end] for each in found] == [each.words for each in found]


def test_a_text_without_its_dates_keeps_the_other_words() -> None:
    text = "Does our grant end on 31 March 2027 or 30/04/2027 then?"
    assert without_dates(text, find_dates(text, today=TODAY)).split() == "Does our grant end on or then?".split()
    assert without_dates("no dates here", []) == "no dates here"


@pytest.mark.parametrize(
    ("text", "said", "length"),
    [
        ("they gave us six weeks", "six weeks", relativedelta(weeks=6)),
        ("they gave us 6 weeks' notice", "6 weeks'", relativedelta(weeks=6)),
        ("a fortnight", "a fortnight", relativedelta(weeks=2)),
        ("two fortnights", "two fortnights", relativedelta(weeks=4)),
        ("is 30 days enough?", "30 days", relativedelta(days=30)),
        ("an year", "an year", relativedelta(years=1)),
        ("they gave us twenty-eight days", "twenty-eight days", relativedelta(days=28)),
        ("eighty days", "eighty days", relativedelta(days=80)),
        ("TWELVE MONTHS", "TWELVE MONTHS", relativedelta(months=12)),
        ("within 1 day", "1 day", relativedelta(days=1)),
    ],
)
def test_a_length_that_is_tied_to_no_day_is_found_as_a_length(text: str, said: str, length: relativedelta) -> None:
    (found,) = find_lengths(text)
    assert (found.words, found.length) == (said, length)
    assert text[found.start : found.end] == said


@pytest.mark.parametrize(
    "text", ["in six weeks", "six weeks ago", "six weeks from now", "31 March", "in March", "weeks", ""]
)
def test_a_date_is_no_length(text: str) -> None:
    assert find_lengths(text) == []


def test_lengths_and_dates_stand_side_by_side() -> None:
    text = "They gave us six weeks on 3 May and two months in 10 days"
    assert [found.words for found in find_lengths(text)] == ["six weeks", "two months"]
    assert [found.words for found in find_dates(text, today=TODAY)] == ["3 May", "in 10 days"]


_TODAY = st.dates(date(2000, 3, 1), date(2090, 1, 1))


def _next(day: int, month: int, today: date) -> date:
    after = (today + timedelta(days=ahead) for ahead in range(9 * 366))
    return next(each for each in after if (each.day, each.month) == (day, month))


def _last(day: int, month: int, today: date) -> date:
    before = (today - timedelta(days=back) for back in range(9 * 366))
    return next(each for each in before if (each.day, each.month) == (day, month))


@given(st.dates(date(2028, 1, 1), date(2028, 12, 31)), _TODAY)
@settings(max_examples=60, deadline=None)
def test_any_day_and_month_are_today_or_the_next_or_the_last_such_day(named: date, today: date) -> None:
    words = f"{named.day} {MONTHS[named.month - 1]}"
    assert days(f"it ends on {words}", today) == [str(_next(named.day, named.month, today))]
    assert days(f"they told us on {words}", today) == [str(_last(named.day, named.month, today))]


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), _TODAY)
@settings(max_examples=60, deadline=None)
def test_any_whole_date_is_read_back_whatever_is_today_and_however_it_is_written(day: date, today: date) -> None:
    month = MONTHS[day.month - 1]
    ways = (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d.%m.%Y}",
        day.isoformat(),
        f"the {day.day} of {month}, {day.year}",
        f"{month[:3]} {day.day}, {day.year}",
    )
    for written in ways:
        assert days(f"told on {written}", today) == [str(day)], written


@given(st.sampled_from(WEEKDAYS), _TODAY)
@settings(max_examples=60, deadline=None)
def test_any_weekday_is_the_nearest_such_day_that_is_not_today(weekday: str, today: date) -> None:
    ahead, back = ([today + timedelta(days=way * number) for number in range(1, 8)] for way in (1, -1))
    coming, gone = (next(day for day in week if WEEKDAYS[day.weekday()] == weekday) for week in (ahead, back))
    for words in (f"next {weekday}", f"on {weekday}", f"it stops {weekday}"):
        assert days(words, today) == [str(coming)], words
    for words in (f"last {weekday}", f"they told us on {weekday}"):
        assert days(words, today) == [str(gone)], words


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_searched_for_dates(text: str) -> None:
    found = find_dates(text, today=TODAY)
    assert [text[each.start : each.end] for each in found] == [each.words for each in found]
    assert isinstance(find_lengths(text), list)
    assert len(without_dates(text, found)) <= len(text) + 2 * len(found)


_SCRAPS = st.sampled_from(
    "31 30 0 99 2027 1 / . - , st of the in by end next last ago six weeks ' time March May feb Friday today told a £ %".split()
)


@given(st.lists(_SCRAPS, max_size=12), st.sampled_from(["", " "]))
@settings(max_examples=150, deadline=None)
def test_any_run_of_scraps_of_dates_can_be_searched(scraps: list[str], joint: str) -> None:
    found = find_dates(joint.join(scraps), today=TODAY)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.lists(_SCRAPS | st.text(alphabet="adfjmnostwy -_.", max_size=6), max_size=8), st.sampled_from(["", " "]))
@settings(max_examples=150, deadline=None)
def test_an_accent_elsewhere_in_a_text_changes_no_date_and_no_length(scraps: list[str], joint: str) -> None:
    """Text without accents is first looked over for a sign of a date; text with them is always read in full."""
    plain = joint.join(scraps)
    accented = f"é {plain}"
    assert [(each.words, each.day) for each in find_dates(plain, today=TODAY)] == [
        (each.words, each.day) for each in find_dates(accented, today=TODAY)
    ]
    assert [each.words for each in find_lengths(plain)] == [each.words for each in find_lengths(accented)]


@pytest.mark.parametrize("today", [date(1, 1, 15), date(1, 12, 31), date(9999, 1, 1), date(9999, 12, 31)])
@pytest.mark.parametrize(
    "text",
    [
        "next Friday",
        "last Friday",
        "in six weeks",
        "999 years ago",
        "in 999 years",
        "tomorrow",
        "yesterday",
        "3 May",
        "29 February",
    ],
)
def test_the_ends_of_the_calendar_raise_nothing(text: str, today: date) -> None:
    assert len(find_dates(text, today=today)) == 1


@pytest.mark.parametrize(
    ("text", "today"),
    [
        ("end of March", date.max),
        ("end of last month", date(1, 1, 15)),
        ("end of next month", date.max),
        ("end of next year", date.max),
    ],
)
def test_an_end_of_a_month_or_year_beyond_the_calendar_is_no_day(text: str, today: date) -> None:
    assert days(text, today) == ["none"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("our grant ends in March 2028", "2028-03-01"),
        ("funded until April 2029", "2029-04-01"),
        ("it ends on Wednesday 31 March 2027", "2027-03-31"),
        ("it ends on Friday, 4 December", "2026-12-04"),
        ("They told us our grant ends on 31 March", "2027-03-31"),
        ("They told us it would end next March", "2027-03-01"),
        ("On 3 February they told us", "2026-02-03"),
        ("it stops at the end of November", "2026-11-30"),
        ("our grant ended at the end of November", "2025-11-30"),
        ("are we owed anything for last March", "2026-03-01"),
        ("nothing has been paid since January", "2026-01-01"),
        ("it stops a week today", "2026-11-29"),
        ("2027-13-01", "none"),
        ("12/31/2027", "none"),
        ("00/01/2027", "none"),
        ("32 March", "none"),
        ("45 May", "none"),
        ("it stops on Thurs", "2026-11-26"),
        ("it stops next weds", "2026-11-25"),
        ("they told us twenty-one days ago", "2026-11-01"),
        ("it ends on 31 March '28", "2028-03-31"),
        ("it ends on 31 March 28", "2028-03-31"),
        ("it ends on 3 February next year", "2027-02-03"),
        ("it ended on 3 December last year", "2025-12-03"),
    ],
)
def test_dates_that_people_write_are_read_as_they_mean_them(text: str, day: str) -> None:
    assert days(text) == [day]


@pytest.mark.parametrize(
    ("text", "words"), [("in a fortnight's time", "in a fortnight's time"), ("It stops on 31 March. Why?", "31 March")]
)
def test_the_words_of_a_date_reach_to_its_end_but_not_to_that_of_the_sentence(text: str, words: str) -> None:
    assert [found.words for found in find_dates(text, today=TODAY)] == [words]


@pytest.mark.parametrize(
    "text", ["they gave us 2.5 weeks", "it took 1,000 days", "half a year", "our club meets twice a week"]
)
def test_no_length_is_read_that_was_not_said(text: str) -> None:
    assert find_lengths(text) == []
