"""The forums of a series: where bank holidays put them, and what coordinators change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from knowledge.forums.content import COMPACT_ITEM, BankHolidays, Series
from knowledge.forums.occurrences import (
    Change,
    Occurrence,
    Standing,
    next_occurrence,
    occurrence_of,
    occurrences,
    remark,
)
from tests.forums.small import day, made

LONDON = ZoneInfo("Europe/London")
CHANGED = datetime(2026, 3, 1, 12, tzinfo=UTC)


def on(recurrence: str, starts: str, rule: str = "next-working-day", **keys: str) -> Series:
    """A series with this rule for bank holidays."""
    return made(recurrence=recurrence, starts=starts, bank_holidays=rule, **keys)


def only(series: Series, which: str, change: Change | None = None) -> Occurrence:
    """The occurrence that the rule gives on a day."""
    found = occurrence_of(series, day(which), {(series.id, day(which)): change} if change else {})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("falls", "rule", "held", "said"),
    [
        ("2027-05-03", "next-working-day", "2027-05-04", "moved from Monday 3 May 2027, Early May bank holiday"),
        ("2027-05-03", "previous-working-day", "2027-04-30", "moved from Monday 3 May 2027, Early May bank holiday"),
        ("2027-05-03", "leave-out", None, "left out, Early May bank holiday"),
        ("2027-05-03", "keep", "2027-05-03", ""),
        ("2020-05-04", "next-working-day", "2020-05-04", ""),
        ("2020-05-08", "next-working-day", "2020-05-11", "moved from Friday 8 May 2020, Early May bank holiday"),
        ("2022-05-30", "next-working-day", "2022-05-30", ""),
        ("2022-06-02", "next-working-day", "2022-06-06", "moved from Thursday 2 June 2022, Spring bank holiday"),
        ("2022-06-02", "previous-working-day", "2022-06-01", "moved from Thursday 2 June 2022, Spring bank holiday"),
        ("2022-06-03", "leave-out", None, "left out, Platinum Jubilee of Elizabeth II"),
        (
            "2022-09-19",
            "next-working-day",
            "2022-09-20",
            "moved from Monday 19 September 2022, State Funeral of Queen Elizabeth II",
        ),
        ("2023-05-08", "next-working-day", "2023-05-09", "moved from Monday 8 May 2023, Coronation of Charles III"),
        ("2026-04-03", "next-working-day", "2026-04-07", "moved from Friday 3 April 2026, Good Friday"),
        ("2026-04-06", "previous-working-day", "2026-04-02", "moved from Monday 6 April 2026, Easter Monday"),
        ("2026-08-31", "next-working-day", "2026-09-01", "moved from Monday 31 August 2026, Summer bank holiday"),
        ("2026-08-03", "next-working-day", "2026-08-03", ""),
        ("2026-12-25", "next-working-day", "2026-12-29", "moved from Friday 25 December 2026, Christmas Day"),
        (
            "2026-12-28",
            "previous-working-day",
            "2026-12-24",
            "moved from Monday 28 December 2026, Boxing Day (substitute day)",
        ),
        (
            "2022-01-03",
            "next-working-day",
            "2022-01-04",
            "moved from Monday 3 January 2022, New Year's Day (substitute day)",
        ),
        ("2027-01-01", "previous-working-day", "2026-12-31", "moved from Friday 1 January 2027, New Year's Day"),
        ("2027-12-25", "next-working-day", "2027-12-29", "moved from Saturday 25 December 2027, Christmas Day"),
        ("2026-05-09", "next-working-day", "2026-05-09", ""),
    ],
)
def test_a_bank_holiday_in_england_does_what_the_series_says(
    falls: str, rule: str, held: str | None, said: str
) -> None:
    """A weekend that somebody chose is no bank holiday; but one is never moved onto a weekend."""
    found = only(on("FREQ=YEARLY", falls, rule), falls)
    assert remark(found) == said
    assert found.day == day(falls)
    assert (str(found.starts.date()) if found.standing is Standing.ON else None) == held
    assert f"{found.starts:%H:%M}" == "10:00"


def test_a_moved_forum_is_found_on_the_day_it_is_held_and_not_on_the_one_it_left() -> None:
    series = on("FREQ=YEARLY", "2027-05-03")
    assert occurrences(series, day("2027-05-03"), day("2027-05-03")) == []
    [found] = occurrences(series, day("2027-05-04"), day("2027-05-04"))
    assert (found.key, found.moved_from) == (
        ("quarterly", day("2027-05-03")),
        datetime(2027, 5, 3, 10, tzinfo=LONDON),
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("next-working-day", {"2027-03-29": None, "2027-03-26": None, "2027-03-30": "2027-03-30"}),
        ("previous-working-day", {"2027-03-29": None, "2027-03-26": "2027-03-25", "2027-03-30": "2027-03-30"}),
    ],
)
def test_no_forum_is_moved_onto_a_day_that_has_one(rule: str, expected: dict[str, str | None]) -> None:
    """Over Easter 2027, with forums on Mondays, Tuesdays and Fridays: Tuesday has one, Thursday has room for one."""
    series = on("FREQ=WEEKLY;BYDAY=MO,TU,FR", "2027-03-01", rule)
    found = {each.day: each for each in occurrences(series, day("2027-03-20"), day("2027-04-02"))}
    held = {name: found[day(name)] for name in expected}
    assert {
        name: str(each.starts.date()) if each.standing is Standing.ON else None for name, each in held.items()
    } == expected
    assert remark(held["2027-03-29"]).startswith("left out, Easter Monday, and ")
    assert remark(held["2027-03-29"]).endswith(" has one already")


def test_the_window_one_looks_through_changes_nothing() -> None:
    """Day by day, or two years at once: the same forums."""
    series = on("FREQ=WEEKLY;BYDAY=MO,FR,SA", "2025-12-01")
    days = [date.fromordinal(day("2025-12-20").toordinal() + n) for n in range(400)]
    assert [found for each in days for found in occurrences(series, each, each)] == occurrences(
        series, days[0], days[-1]
    )


@pytest.mark.parametrize(
    ("zone", "hour", "on_day", "in_utc"),
    [
        ("Europe/London", "01:30", "2026-03-29", "2026-03-29T01:30"),
        ("Europe/London", "01:30", "2026-10-25", "2026-10-25T00:30"),
        ("Europe/London", "10:00", "2026-03-28", "2026-03-28T10:00"),
        ("Europe/London", "10:00", "2026-03-29", "2026-03-29T09:00"),
        ("Europe/Paris", "10:00", "2026-07-01", "2026-07-01T08:00"),
        ("Asia/Kolkata", "10:00", "2026-07-01", "2026-07-01T04:30"),
    ],
)
def test_a_forum_begins_at_its_hour_on_the_wall_and_lasts_its_length(
    zone: str, hour: str, on_day: str, in_utc: str
) -> None:
    series = on("FREQ=DAILY", "2026-01-01", "keep", time=hour, time_zone=zone)
    found = only(series, on_day)
    assert found.starts.astimezone(UTC) == datetime.fromisoformat(in_utc).replace(tzinfo=UTC)
    assert (found.ends.astimezone(UTC) - found.starts.astimezone(UTC)).seconds == 7200


@pytest.mark.parametrize(
    ("change", "starts", "standing", "said"),
    [
        (
            Change(1, CHANGED, day=day("2026-05-20")),
            "2026-05-20T10:00",
            Standing.ON,
            "moved from Wednesday 8 April 2026",
        ),
        (
            Change(1, CHANGED, hour=time(14), reason="the hall is flooded"),
            "2026-04-08T14:00",
            Standing.ON,
            "moved from Wednesday 8 April 2026 at 10:00, the hall is flooded",
        ),
        (
            Change(2, CHANGED, day=day("2026-04-09"), hour=time(11)),
            "2026-04-09T11:00",
            Standing.ON,
            "moved from Wednesday 8 April 2026 at 10:00",
        ),
        (Change(1, CHANGED, cancelled=True), "2026-04-08T10:00", Standing.CANCELLED, "cancelled"),
        (
            Change(1, CHANGED, cancelled=True, reason="too few can come"),
            "2026-04-08T10:00",
            Standing.CANCELLED,
            "cancelled, too few can come",
        ),
        (Change(1, CHANGED, place="Zoom"), "2026-04-08T10:00", Standing.ON, ""),
    ],
)
def test_coordinators_move_and_cancel_one_forum(change: Change, starts: str, standing: Standing, said: str) -> None:
    series = made()
    found = only(series, "2026-04-08", change)
    assert f"{found.starts:%Y-%m-%dT%H:%M}" == starts
    assert (found.standing, remark(found)) == (standing, said)
    assert (found.revision, found.revised, found.day) == (change.number, CHANGED, day("2026-04-08"))
    others = [each for each in occurrences(series, day("2026-01-01"), day("2026-12-31")) if each.day != found.day]
    assert [each.revision for each in others] == [0, 0, 0]


def test_coordinators_change_place_and_link_and_add_to_the_agenda() -> None:
    found = only(made(), "2026-04-08", Change(1, CHANGED, place="Zoom", link="https://z.example", agenda=("Parking",)))
    assert (found.place, found.link) == ("Zoom", "https://z.example")
    assert found.agenda == ("Welcome", COMPACT_ITEM, "Parking")
    assert made(compact_item=False).items == ("Welcome",)


@pytest.mark.parametrize("to", ["2025-06-02", "2029-06-04"])
def test_a_forum_moved_far_is_found_where_it_went(to: str) -> None:
    series = made()
    changes = {(series.id, day("2026-04-08")): Change(1, CHANGED, day=day(to))}
    assert [each.day for each in occurrences(series, day(to), day(to), changes)] == [day("2026-04-08")]
    assert occurrences(series, day("2026-04-01"), day("2026-04-30"), changes) == []


def test_a_forum_that_a_bank_holiday_left_out_can_be_given_a_day() -> None:
    series = on("FREQ=YEARLY", "2027-05-03", "leave-out")
    found = only(series, "2027-05-03", Change(1, CHANGED, day=day("2027-05-05")))
    assert (found.standing, remark(found)) == (Standing.ON, "moved from Monday 3 May 2027")


def test_a_forum_that_a_bank_holiday_moved_and_coordinators_move_again_counts_both() -> None:
    """A calendar takes only what has a higher number than what it has."""
    series = on("FREQ=YEARLY", "2027-05-03")
    found = only(series, "2027-05-03", Change(1, CHANGED, day=day("2027-05-06")))
    assert (only(series, "2027-05-03").revision, found.revision) == (1, 2)
    assert remark(found) == "moved from Tuesday 4 May 2027"


@pytest.mark.parametrize("change", [Change(), Change(2, CHANGED, day=day("2027-05-06"))], ids=["unchanged", "changed"])
def test_its_number_does_not_fall_when_the_rule_for_bank_holidays_is_edited(change: Change) -> None:
    """As it may be edited to and fro, it is the same with all of them."""
    found = {only(on("FREQ=YEARLY", "2027-05-03", rule), "2027-05-03", change).revision for rule in BankHolidays}
    assert found == {change.number + 1}


def test_a_change_to_what_the_rule_does_not_give_is_no_forum() -> None:
    series = made()
    changes = {(series.id, day("2026-04-09")): Change(1, CHANGED, day=day("2026-05-01"))}
    assert occurrences(series, day("2026-05-01"), day("2026-05-01"), changes) == []
    assert occurrence_of(series, day("2026-04-09"), changes) is None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-01T00:00", "2026-01-14"),
        ("2026-01-14T09:59", "2026-01-14"),
        ("2026-01-14T10:00", "2026-04-08"),
        ("2020-01-01T00:00", "2026-01-14"),
    ],
)
def test_the_next_forum_is_the_first_that_has_not_begun(now: str, expected: str) -> None:
    found = next_occurrence(made(), datetime.fromisoformat(now).replace(tzinfo=LONDON))
    assert found is not None
    assert found.day == day(expected)


def test_the_next_forum_is_one_that_is_held() -> None:
    series = made()
    changes = {(series.id, day("2026-01-14")): Change(1, CHANGED, cancelled=True)}
    found = next_occurrence(series, datetime(2026, 1, 1, tzinfo=LONDON), changes)
    assert found is not None
    assert found.day == day("2026-04-08")


def test_a_forum_in_the_hour_that_comes_twice_is_over_when_the_hour_comes_again() -> None:
    """It begins at 01:30 the first time round; twenty minutes later in the second round shows 01:10."""
    series = on("FREQ=DAILY", "2026-10-24", "keep", time="01:30")
    found = next_occurrence(series, datetime(2026, 10, 25, 1, 10, tzinfo=LONDON, fold=1))
    assert found is not None
    assert found.day == day("2026-10-26")


def test_a_series_that_has_ended_has_no_next_forum() -> None:
    series = on("FREQ=MONTHLY;COUNT=2", "2026-01-14")
    assert next_occurrence(series, datetime(2026, 3, 1, tzinfo=LONDON)) is None
