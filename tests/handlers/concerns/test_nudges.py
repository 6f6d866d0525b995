"""Reminders of what is late."""

from datetime import timedelta

import pytest

from handlers.concerns.nudges import bring_waiting, nudge
from handlers.conversation import Choices, Facts
from tests.handlers.concerns.office import ELSEWHERE, LEADS, OTHER, OTHER_LEADS, REFERENCE, Office

THIRD = "2222-3333"


def reminded(office: Office) -> int:
    """How many cases are reminded of now."""
    with office.store.begin() as records:
        return nudge(records, office.knowledge, office.targets, office.clock.now())


def nudges(office: Office) -> list[str]:
    """The keys of the reminders so far."""
    return [post.key for post in office.posts() if ":nudge:" in post.key]


def wait(office: Office, days: int) -> None:
    """Let days go by."""
    office.clock.advance(timedelta(days=days))


@pytest.fixture
def filed(office: Office) -> Office:
    """One case, filed on Friday 20 November 2026, to be acknowledged by the Friday after."""
    office.appoint()
    office.file()
    return office


def test_a_late_acknowledgement_is_told_in_the_leads_channel(filed: Office) -> None:
    wait(filed, 7)
    assert reminded(filed) == 0
    wait(filed, 4)
    assert reminded(filed) == 1
    [post] = [post for post in filed.posts() if ":nudge:" in post.key]
    assert (post.key, post.to) == (f"case:{REFERENCE}:nudge:2026-12-01", LEADS.channel)
    assert f"A reminder about {REFERENCE}: acknowledgement late by 2 working days." in post
    assert f"show {REFERENCE}" in post
    assert "Friday 27 November 2026, late by 2 working days" in filed.card()


def test_a_late_stage_is_told_by_its_title(filed: Office) -> None:
    filed.say(f"move {REFERENCE} to talking", "ada", LEADS)
    wait(filed, 31)
    assert reminded(filed) == 1
    assert "stage “Talking it over” late by 1 working day." in filed.posts(f"case:{REFERENCE}:nudge:")[0]


def test_once_a_day_however_often_and_on_how_many_machines(both: str, filed: Office) -> None:
    wait(filed, 10)
    assert [reminded(filed), reminded(filed)] == [1, 0]
    filed.clock.advance(timedelta(hours=5))
    assert reminded(filed) == 0
    wait(filed, 1)
    assert reminded(filed) == 1
    assert nudges(filed) == [f"case:{REFERENCE}:nudge:2026-11-30", f"case:{REFERENCE}:nudge:2026-12-01"]


@pytest.mark.parametrize("days", [8, 9, 15, 35, 38, 42])
def test_on_weekends_and_bank_holidays_nobody_is_reminded(filed: Office, days: int) -> None:
    wait(filed, days)
    assert reminded(filed) == 0


def test_what_is_acknowledged_in_time_or_closed_is_left_in_peace(filed: Office) -> None:
    filed.file(OTHER)
    filed.say(f"acknowledge {REFERENCE}", "ada", LEADS)
    filed.say(f"close {OTHER} as settled: Done.", "ada", LEADS)
    wait(filed, 200)
    assert reminded(filed) == 0


def test_several_late_cases_are_one_post_a_channel(filed: Office) -> None:
    filed.appoint(OTHER_LEADS, "sglos")
    filed.file(OTHER)
    filed.file(THIRD, compact="sglos")
    wait(filed, 10)
    assert reminded(filed) == 3
    [first] = [post for post in filed.posts() if ":nudge:" in post.key and post.to == LEADS.channel]
    [second] = [post for post in filed.posts() if ":nudge:" in post.key and post.to == OTHER_LEADS.channel]
    assert f"A reminder about {THIRD}" in second
    assert "2 concerns are late" in first
    [facts] = [block for block in first.blocks if isinstance(block, Facts)]
    assert [row[0] for row in facts.rows] == [REFERENCE, OTHER]
    [choices] = [block for block in first.blocks if isinstance(block, Choices)]
    assert [option.says for option in choices.options] == [f"show {REFERENCE}", f"show {OTHER}"]


def test_a_case_that_becomes_late_on_the_same_day_is_told_alone(filed: Office) -> None:
    filed.file(OTHER, compact="sglos")
    filed.appoint(LEADS, "sglos")
    filed.targets["sglos.acknowledge"] = 200
    wait(filed, 10)
    assert reminded(filed) == 1
    filed.targets.clear()
    assert reminded(filed) == 1
    assert nudges(filed) == [f"case:{REFERENCE}:nudge:2026-11-30", f"case:{OTHER}:nudge:2026-11-30"]


def test_after_a_move_the_new_channel_is_reminded(filed: Office) -> None:
    filed.appoint(ELSEWHERE)
    wait(filed, 10)
    reminded(filed)
    assert [post.to for post in filed.posts(f"case:{REFERENCE}:nudge:")] == [ELSEWHERE.channel]


def test_without_a_channel_nobody_is_reminded(office: Office) -> None:
    office.file()
    wait(office, 10)
    assert reminded(office) == 0


def test_a_case_that_missed_its_channel_is_brought_there(office: Office) -> None:
    """As when the channel was set in the very moment of the filing, by another process."""
    office.file()
    office.appoint()
    with office.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET card = ''")
        connection.exec_driver_sql("DELETE FROM outbox")
        connection.exec_driver_sql("DELETE FROM case_events WHERE kind = 'delivered'")
    with office.store.begin() as records:
        assert bring_waiting(records, office.desk, office.clock.now()) == 1
    assert reminded(office) == 0
    assert office.card().to == LEADS.channel
