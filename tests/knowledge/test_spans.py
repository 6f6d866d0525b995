"""When something happened, as people write it. Today is Friday 20 November 2026."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.spans import read_span

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("3 March", "Tuesday 3 March 2026"),
        ("on 3 March 2025", "Monday 3 March 2025"),
        ("03/03/2026", "Tuesday 3 March 2026"),
        ("2026-11-03", "Tuesday 3 November 2026"),
        ("yesterday", "Thursday 19 November 2026"),
        ("last Tuesday", "Tuesday 17 November 2026"),
        ("on Tuesday", "Tuesday 17 November 2026"),
        ("two weeks ago", "Friday 6 November 2026"),
        ("March", "about March 2026"),
        ("in early March", "about March 2026"),
        ("December", "about December 2025"),
        ("last year", "some time in 2025"),
        ("early last year", "some time in 2025"),
        ("from last year to March", "from some time in 2025 to about March 2026"),
        ("March last year", "about March 2025"),
        ("last year, in March", ""),
        ("at the end of last year", "about December 2025"),
        ("last week", "about November 2026"),
        ("about a year ago", "about November 2025"),
        ("last Friday of October", "about October 2026"),
        ("on the first Monday in June 2025", "about June 2025"),
        ("a Monday in June", "about June 2026"),
        ("Tuesday last week", "about November 2026"),
        ("second week of October", "about October 2026"),
        ("on Friday in tears", "Friday 13 November 2026"),
        ("every Monday", ""),
        ("each March", ""),
        ("every other Friday since 3 March", "since Tuesday 3 March 2026, and still going on"),
        ("every Monday from March to June", "from about March 2026 to about June 2026"),
        ("from March to June", "from about March 2026 to about June 2026"),
        ("between May and July 2025", "from about May 2025 to about July 2025"),
        ("November to January", "from about November 2025 to about January 2026"),
        ("3 to 5 March", "from Tuesday 3 March 2026 to Thursday 5 March 2026"),
        ("3 – 5 March", "from Tuesday 3 March 2026 to Thursday 5 March 2026"),
        ("March 2024 - May 2024", "from about March 2024 to about May 2024"),
        ("from 3/2/2026 to 5/2/2026", "from Tuesday 3 February 2026 to Thursday 5 February 2026"),
        (
            "They told us on 3 March and stopped paying on 5 May",
            "from Tuesday 3 March 2026 to Tuesday 5 May 2026",
        ),
        ("It is still going on", "still going on"),
        ("ongoing", "still going on"),
        ("ongoing since May", "since about May 2026, and still going on"),
        ("since 3 March", "since Tuesday 3 March 2026, and still going on"),
        ("the 3rd of March 2025 until now", "since Monday 3 March 2025, and still going on"),
        ("March 2026 - now", "since about March 2026, and still going on"),
        ("March 2026 – now", "since about March 2026, and still going on"),
        ("March 2026 to now", "since about March 2026, and still going on"),
        ("May to the present day", "since about May 2026, and still going on"),
        ("They said no to the present plan on 3 March", "Tuesday 3 March 2026"),
        ("over the last three months", "since about August 2026, and still going on"),
        ("our funding ends on 31 March 2027", "Wednesday 31 March 2027"),
        ("tomorrow", "Saturday 21 November 2026"),
        ("when the old manager left", ""),
        ("a few weeks ago", ""),
        ("for three months", ""),
        ("", ""),
    ],
)
def test_a_time_is_read(text: str, reading: str) -> None:
    assert str(read_span(text, today=TODAY)) == reading


@pytest.mark.parametrize("text", ["31/02/2026", "from 1 March to 31 April", "31 June"])
def test_a_day_that_does_not_exist_is_named(text: str) -> None:
    span = read_span(text, today=TODAY)
    assert span.impossible
    assert span.impossible in text
    assert not str(span)


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=60)
    | st.lists(
        st.sampled_from(
            "from to 3 31 99 March Feb since last year until now - 2024 the past 9999 weeks Tuesday".split()
        )
    ).map(" ".join)
)
def test_any_text_is_read_in_order_of_time(text: str) -> None:
    span = read_span(text, today=TODAY)
    assert span.first is None or span.last is None or span.first.day <= span.last.day
