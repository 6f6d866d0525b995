"""What goes out about forums, and to whom."""

from datetime import UTC, datetime

from scheduler.outgoing import Outgoing, Where, outgoing
from tests.forums.small import day, made

YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def told(found: list[Outgoing]) -> list[tuple[str, str, str]]:
    """What goes where, about the forum of April."""
    return [(each.what, f"{each.at:%m-%d %H:%M}", each.channel) for each in found if each.key[1] == day("2026-04-08")]


def test_reminders_go_where_it_is_announced_and_the_rest_to_the_coordinators() -> None:
    where = Where({"quarterly": ["A", "B"]}, {"quarterly": ["C"]})
    assert told(outgoing([made()], where, *YEAR)) == [
        ("P28D at 09:30", "03-11 09:30", "A"),
        ("P28D at 09:30", "03-11 09:30", "B"),
        ("P7D", "04-01 09:00", "A"),
        ("P7D", "04-01 09:00", "B"),
        ("digest", "04-07 09:00", "C"),
        ("PT1H", "04-08 09:00", "A"),
        ("PT1H", "04-08 09:00", "B"),
        ("P1D after at 09:30", "04-09 09:30", "C"),
    ]


def test_each_half_can_do_without_the_other() -> None:
    announced = outgoing([made()], Where({"quarterly": ["A"]}, {}), *YEAR)
    coordinated = outgoing([made()], Where({}, {"quarterly": ["C"]}), *YEAR)
    assert {each.channel for each in announced} == {"A"}
    assert {each.channel for each in coordinated} == {"C"}
    assert {each.public for each in announced} == {True}
    assert {each.public for each in coordinated} == {False}


def test_about_a_series_without_reminders_nothing_is_said() -> None:
    where = Where({"quarterly": ["A"]}, {"quarterly": ["C"]})
    assert outgoing([made(reminders=[])], where, *YEAR) == []


def test_a_reminder_a_day_before_is_no_digest() -> None:
    series = made(reminders=[{"when": "P1D", "holds": "joining-link"}])
    found = outgoing([series], Where({"quarterly": ["A"]}, {"quarterly": ["A"]}), *YEAR)
    assert told(found) == [("P1D", "04-07 09:00", "A"), ("digest", "04-07 09:00", "A")]
