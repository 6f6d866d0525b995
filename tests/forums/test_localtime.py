"""Hours on the wall as moments: across both changes of the clocks, in several time zones."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.forums.localtime import later, moment
from tests.forums.small import day


@pytest.mark.parametrize(
    ("zone", "on", "hour", "shown", "in_utc"),
    [
        ("Europe/London", "2026-01-14", "10:00", "10:00", "2026-01-14T10:00"),
        ("Europe/London", "2026-07-08", "10:00", "10:00", "2026-07-08T09:00"),
        ("Europe/London", "2026-03-29", "00:59", "00:59", "2026-03-29T00:59"),
        ("Europe/London", "2026-03-29", "01:00", "02:00", "2026-03-29T01:00"),
        ("Europe/London", "2026-03-29", "01:30", "02:30", "2026-03-29T01:30"),
        ("Europe/London", "2026-03-29", "02:30", "02:30", "2026-03-29T01:30"),
        ("Europe/London", "2026-10-25", "01:30", "01:30", "2026-10-25T00:30"),
        ("Europe/London", "2026-10-25", "02:00", "02:00", "2026-10-25T02:00"),
        ("Europe/Dublin", "2026-03-29", "01:30", "02:30", "2026-03-29T01:30"),
        ("America/New_York", "2026-03-08", "02:30", "03:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-11-01", "01:30", "01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "02:45", "2026-10-03T15:45"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "01:45", "2026-04-04T14:45"),
        ("Asia/Kolkata", "2026-03-29", "01:30", "01:30", "2026-03-28T20:00"),
    ],
)
def test_an_hour_on_the_wall_is_this_moment(zone: str, on: str, hour: str, shown: str, in_utc: str) -> None:
    """The hour that does not come is read on the clock before the change; of the hour that comes twice, the first."""
    found = moment(day(on), time.fromisoformat(hour), ZoneInfo(zone))
    assert f"{found:%H:%M}" == shown
    assert found.astimezone(UTC) == datetime.fromisoformat(in_utc).replace(tzinfo=UTC)


def test_a_day_that_a_country_left_out_is_the_one_after() -> None:
    """Samoa had no 30 December 2011."""
    assert moment(day("2011-12-30"), time(10), ZoneInfo("Pacific/Apia")).date() == day("2011-12-31")


@pytest.mark.parametrize(
    ("begins", "shown"),
    [
        ("2026-03-29T00:30", "02:30 BST"),
        ("2026-10-25T00:30", "01:30 BST"),
        ("2026-10-25T01:30", "01:30 GMT"),
        ("2026-10-25T03:30", "04:30 GMT"),
    ],
)
def test_an_hour_that_goes_by_takes_no_notice_of_the_clocks(begins: str, shown: str) -> None:
    at = datetime.fromisoformat(begins)
    found = later(moment(at.date(), at.time(), ZoneInfo("Europe/London")), timedelta(hours=1))
    assert f"{found:%H:%M %Z}" == shown
