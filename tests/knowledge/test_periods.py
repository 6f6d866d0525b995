"""Deadline arithmetic: both directions, month ends, working days, which event a date means, and what is said about it."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from knowledge.content import Commitment, Event, Force, Limit, Period, Unit
from knowledge.dates import FoundDate, find_dates, find_lengths
from knowledge.periods import (
    Deadline,
    End,
    compared,
    day_in_words,
    deadline,
    first_deadline,
    length_in_words,
    worked_out_from,
)

TODAY = date(2026, 11, 22)
NOTICE = Event(
    event="notice is given",
    cues=("told", "tell", "notice", "letter", "wrote", "email", "heard", "rang", "given", "warned"),
)
ENDING = Event(
    event="the funding ends", cues=("ends", "stops", "finishes", "runs", "closure", "cut", "withdrawn", "expires")
)
INVOICE = Event(event="the invoice arrives", cues=("invoice", "billed", "submitted"))
PAYMENT = Event(event="it is paid", cues=("pay", "paid", "payment"))


def promise(
    amount: int = 3,
    unit: str = "months",
    limit: str | None = "minimum",
    first: Event = NOTICE,
    last: Event = ENDING,
    **more: Any,
) -> Commitment:
    """A commitment with a period; `more` is for the commitment, but `assumes` for the period."""
    period = {
        "amount": amount,
        "unit": unit,
        "limit": limit,
        "first": first,
        "last": last,
        "assumes": more.pop("assumes", None),
    }
    entry = {
        "id": "town.money.1",
        "section": "money",
        "party": "public",
        "kind": "undertaking",
        "force": "must",
        "topics": ["notice"],
        "says": "It gives notice.",
        "source": "page 1",
    }
    return Commitment.model_validate({**entry, "period": period, **more})


def on(day: date) -> FoundDate:
    """A date found at the end of a question of ten characters."""
    return FoundDate("that day", 10, 18, day)


def worked_out(commitment: Commitment, question: str, *, today: date = TODAY) -> Deadline:
    """The deadline from the only date in `question`."""
    (found,) = find_dates(question, today=today)
    answer = deadline(commitment, found, question, today=today)
    assert answer is not None
    return answer


def moved(day: date, amount: int, unit: str, *, forwards: bool) -> date:
    """Where `day` comes to when a period of that length is gone through."""
    question = "told us on that day" if forwards else "it ends on that day"
    answer = deadline(promise(amount, unit), on(day), question, today=TODAY)
    assert answer is not None
    assert answer.given_end is (End.FIRST if forwards else End.LAST)
    return answer.date


@pytest.mark.parametrize(
    ("limit", "first", "last", "question", "meaning"),
    [
        (
            "minimum", NOTICE, ENDING, "Our funding ends on 1 July 2027",
            "If the funding ends on Thursday 1 July 2027, the latest day on which notice is given is Thursday 1 April 2027.",
        ),
        (
            "minimum", NOTICE, ENDING, "They told us on 3 February 2027",
            "If notice is given on Wednesday 3 February 2027, the earliest day on which the funding ends is Monday 3 May 2027.",
        ),
        (
            "maximum", INVOICE, PAYMENT, "We billed them on 3 February 2027",
            "If the invoice arrives on Wednesday 3 February 2027, the latest day on which it is paid is Monday 3 May 2027.",
        ),
        (
            "maximum", INVOICE, PAYMENT, "It was paid on 1 July 2027",
            "If it is paid on Thursday 1 July 2027, the earliest day on which the invoice arrives is Thursday 1 April 2027.",
        ),
        (
            None, NOTICE, ENDING, "Our funding ends on 1 July 2027",
            "If the funding ends on Thursday 1 July 2027, the latest day on which notice is given is Thursday 1 April 2027.",
        ),
        (
            None, NOTICE, ENDING, "They told us on 3 February 2027",
            "If notice is given on Wednesday 3 February 2027, the earliest day on which the funding ends is Monday 3 May 2027.",
        ),
    ],
)  # fmt: skip
def test_a_limit_says_whether_the_other_day_is_the_earliest_or_the_latest(
    limit: str | None, first: Event, last: Event, question: str, meaning: str
) -> None:
    assert worked_out(promise(limit=limit, first=first, last=last), question).meaning == meaning


def test_a_deadline_carries_what_it_was_worked_out_from() -> None:
    commitment = promise()
    answer = worked_out(commitment, "Our funding ends on 31 March 2027")
    assert answer.commitment is commitment
    assert (answer.given, answer.given_end, answer.date) == (date(2027, 3, 31), End.LAST, date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "amount", "unit", "back", "forth"),
    [
        (date(2027, 3, 31), 1, "months", date(2027, 2, 28), date(2027, 4, 30)),
        (date(2027, 5, 30), 3, "months", date(2027, 2, 28), date(2027, 8, 30)),
        (date(2028, 3, 31), 1, "months", date(2028, 2, 29), date(2028, 4, 30)),
        (date(2028, 5, 30), 3, "months", date(2028, 2, 29), date(2028, 8, 30)),
        (date(2027, 1, 31), 1, "months", date(2026, 12, 31), date(2027, 2, 28)),
        (date(2027, 11, 30), 3, "months", date(2027, 8, 30), date(2028, 2, 29)),
        (date(2027, 3, 31), 3, "months", date(2026, 12, 31), date(2027, 6, 30)),
        (date(2027, 3, 31), 12, "months", date(2026, 3, 31), date(2028, 3, 31)),
        (date(2028, 2, 29), 1, "years", date(2027, 2, 28), date(2029, 2, 28)),
        (date(2028, 2, 29), 4, "years", date(2024, 2, 29), date(2032, 2, 29)),
        (date(2027, 2, 28), 1, "years", date(2026, 2, 28), date(2028, 2, 28)),
        (date(2027, 3, 1), 6, "weeks", date(2027, 1, 18), date(2027, 4, 12)),
        (date(2027, 3, 31), 30, "days", date(2027, 3, 1), date(2027, 4, 30)),
        (date(2028, 3, 1), 1, "days", date(2028, 2, 29), date(2028, 3, 2)),
        (date(2027, 3, 28), 1, "days", date(2027, 3, 27), date(2027, 3, 29)),
    ],
)
def test_periods_are_counted_by_the_calendar(day: date, amount: int, unit: str, back: date, forth: date) -> None:
    assert moved(day, amount, unit, forwards=False) == back
    assert moved(day, amount, unit, forwards=True) == forth


@pytest.mark.parametrize(
    ("day", "amount", "back", "forth"),
    [
        pytest.param(date(2026, 11, 18), 2, date(2026, 11, 16), date(2026, 11, 20), id="within a week"),
        pytest.param(date(2026, 11, 20), 1, date(2026, 11, 19), date(2026, 11, 23), id="over a weekend"),
        pytest.param(date(2026, 11, 21), 1, date(2026, 11, 20), date(2026, 11, 23), id="from a Saturday"),
        pytest.param(date(2026, 11, 22), 5, date(2026, 11, 16), date(2026, 11, 27), id="from a Sunday"),
        pytest.param(date(2026, 12, 24), 1, date(2026, 12, 23), date(2026, 12, 29), id="over Christmas"),
        pytest.param(date(2026, 12, 25), 1, date(2026, 12, 24), date(2026, 12, 29), id="from Christmas Day"),
        pytest.param(date(2026, 12, 28), 1, date(2026, 12, 24), date(2026, 12, 29), id="from the Boxing Day holiday"),
        pytest.param(date(2026, 12, 31), 1, date(2026, 12, 30), date(2027, 1, 4), id="over New Year as in England"),
        pytest.param(date(2027, 12, 24), 1, date(2027, 12, 23), date(2027, 12, 29), id="when both days move"),
        pytest.param(date(2027, 3, 25), 1, date(2027, 3, 24), date(2027, 3, 30), id="over Easter"),
        pytest.param(date(2027, 3, 30), 1, date(2027, 3, 25), date(2027, 3, 31), id="back over Easter"),
        pytest.param(date(2027, 4, 30), 1, date(2027, 4, 29), date(2027, 5, 4), id="over the May holiday"),
        pytest.param(date(2026, 8, 28), 1, date(2026, 8, 27), date(2026, 9, 1), id="over the August holiday"),
        pytest.param(date(2026, 7, 31), 1, date(2026, 7, 30), date(2026, 8, 3), id="no Scottish holiday in August"),
        pytest.param(date(2026, 11, 27), 1, date(2026, 11, 26), date(2026, 11, 30), id="no Saint Andrew's Day"),
        pytest.param(date(2027, 3, 16), 1, date(2027, 3, 15), date(2027, 3, 17), id="no Saint Patrick's Day"),
        pytest.param(
            date(2026, 12, 23), 10, date(2026, 12, 9), date(2027, 1, 11), id="ten over Christmas and New Year"
        ),
    ],
)
def test_working_days_leave_out_weekends_and_the_bank_holidays_of_england(
    day: date, amount: int, back: date, forth: date
) -> None:
    assert moved(day, amount, "working-days", forwards=False) == back
    assert moved(day, amount, "working-days", forwards=True) == forth


HOLIDAYS = {
    date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31),
    date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26), date(2027, 3, 29), date(2027, 5, 3),
    date(2027, 5, 31), date(2027, 8, 30), date(2027, 12, 27), date(2027, 12, 28),
}  # fmt: skip


def _by_walking(day: date, amount: int, step: int) -> date:
    while amount:
        day += timedelta(days=step)
        amount -= day.weekday() < 5 and day not in HOLIDAYS
    return day


@given(st.dates(date(2026, 4, 1), date(2027, 10, 1)), st.integers(1, 45), st.booleans())
@settings(max_examples=60, deadline=None)
def test_working_days_are_those_that_one_counts_on_a_calendar(day: date, amount: int, forwards: bool) -> None:
    assert moved(day, amount, "working-days", forwards=forwards) == _by_walking(day, amount, 1 if forwards else -1)


def _by_months(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


_DAY = st.dates(date(1900, 1, 1), date(2200, 12, 31))


@given(_DAY, st.integers(1, 120), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_unit_agrees_with_counting_by_hand(day: date, amount: int, forwards: bool) -> None:
    way = amount if forwards else -amount
    assert moved(day, amount, "days", forwards=forwards) == day + timedelta(days=way)
    assert moved(day, amount, "weeks", forwards=forwards) == day + timedelta(days=7 * way)
    assert moved(day, amount, "months", forwards=forwards) == _by_months(day, way)
    assert moved(day, amount, "years", forwards=forwards) == _by_months(day, 12 * way)


@given(_DAY, st.integers(1, 40), st.sampled_from([unit for unit in Unit if unit is not Unit.WORKING_DAYS]))
@settings(max_examples=100, deadline=None)
def test_notice_on_the_latest_day_is_never_too_late(day: date, amount: int, unit: Unit) -> None:
    latest = moved(day, amount, unit, forwards=False)
    assert latest < day
    assert moved(latest, amount, unit, forwards=True) <= day


@pytest.mark.parametrize("unit", list(Unit))
@pytest.mark.parametrize("question", ["told us on that day", "it ends on that day"])
@pytest.mark.parametrize(
    "day", [date.min, date(1, 1, 5), date(1, 12, 31), date(9999, 1, 1), date(9999, 12, 20), date.max]
)
@pytest.mark.parametrize("amount", [1, 1_000])
def test_a_day_outside_the_calendar_is_none_and_raises_nothing(
    unit: Unit, question: str, day: date, amount: int
) -> None:
    answer = deadline(promise(amount, unit), on(day), question, today=TODAY)
    away = abs((answer.date - day).days) if answer else None
    room = (date.max - day if question.startswith("told") else day - date.min).days
    assert answer is None or (away is not None and 0 < away <= room)
    assert answer is not None or room < amount * 366


def test_a_date_from_a_question_at_the_end_of_the_calendar_gives_no_deadline() -> None:
    question = "they told us on 31/12/9999"
    assert [deadline(promise(), found, question, today=TODAY) for found in find_dates(question, today=TODAY)] == [None]


def test_no_period_gives_no_deadline() -> None:
    assert deadline(promise(period=None), on(TODAY), "it ends on that day", today=TODAY) is None
    assert worked_out_from(promise(period=None), TODAY, End.LAST, today=TODAY) is None


@pytest.mark.parametrize("end", list(End))
def test_the_end_can_be_given_instead_of_being_read_from_a_question(end: End) -> None:
    question = "told us on that day" if end is End.FIRST else "it ends on that day"
    given = date(2027, 3, 31)
    answer = worked_out_from(promise(), given, end, today=TODAY)
    assert answer == deadline(promise(), on(given), question, today=TODAY)
    assert answer is not None
    assert answer.given_end is end


def test_an_impossible_day_gives_no_deadline() -> None:
    question = "it ends on 30 February 2027"
    assert [deadline(promise(), found, question, today=TODAY) for found in find_dates(question, today=TODAY)] == [None]


F, L = End.FIRST, End.LAST


@pytest.mark.parametrize(
    ("question", "ends"),
    [
        ("our funding ends on 31 March 2027, when should they have told us?", [L]),
        ("they told us on 3 February, when can it end at the earliest?", [F]),
        ("they wrote on 3 February to say the money stops on 30 April", [F, L]),
        ("On 31 March our grant finishes. When must they tell us?", [L]),
        ("they told us of the cut on 3 May", [F]),
        ("They gave us notice on 1 December of the closure", [F]),
        ("we heard about the closure on 4 May", [F]),
        ("They told us about our closure on 3 May", [F]),
        ("they told us on 3 February, it ends on 30 April", [F, L]),
        ("it ends on 30 April, they told us on 3 February", [L, F]),
        ("It ends on 30 April. They told us on 3 February.", [L, F]),
        ("It ends on 30 April; they told us on 3 February", [L, F]),
        ("it ends on 30 April\nthey told us on 3 February", [L, F]),
        ("They told us that it ends on 30 April", [L]),
        ("They emailed yesterday", [F]),
        ("The contract runs out on 30 June 2027. By when must notice be given?", [L]),
        ("When must we tell them if the money stops on 31 March 2027?", [L]),
        ("If we give notice on 1 December 2026 when can it end?", [F]),
        ("Notice given 1 December 2026", [F]),
        ("They wrote on 1 December 2026 and said it stops on 5 January 2027", [F, L]),
        ("to be cut from 1 April 2027", [L]),
        ("by what day must we be told if support is withdrawn on 1 July 2027", [L]),
        ("On 3 February the letter came", [F]),
        ("On 1 July 2027 support is withdrawn", [L]),
        ("By 31 March it stops, and we were told on 1 March", [L, F]),
        ("The letter dated 1 March says that it stops on 30 April", [F, L]),
        ("Can it stop by 31 March if they told us on 22 November?", [L, F]),
        ("IT ENDS ON 31 MARCH 2027", [L]),
        ("it's ending 31/03/2027", [L]),
        ("stopping tomorrow", [L]),
        ("They rang in March: it's finishing in June", [F, L]),
        ("no cue at all but 31 March 2027", [L]),
        ("31 March 2027", [L]),
        ("the closure on 31 March 2027", [L]),
        ("the letter of 3 February", [F]),
        ("it expires on 31 March 2027 😀", [L]),
        ("The end date is 31 March 2027", [L]),
        ("The notice came on 3 February and it stops on 30 April", [F, L]),
        ("We got the letter on 3 February and it stops on 30 April", [F, L]),
        ("They told us about £20,000 less on 3 May 2027", [F]),
    ],
)
def test_a_date_belongs_to_the_event_that_the_words_around_it_name(question: str, ends: list[End]) -> None:
    found = find_dates(question, today=TODAY)
    answers = [deadline(promise(), each, question, today=TODAY) for each in found]
    assert [answer.given_end if answer else None for answer in answers] == ends


@pytest.mark.parametrize(("limit", "end"), [("maximum", End.FIRST), ("minimum", End.LAST), (None, End.LAST)])
def test_without_a_cue_a_limit_is_counted_from_the_invoice_and_notice_back_from_the_end(
    limit: str | None, end: End
) -> None:
    assert worked_out(promise(limit=limit), "what of 31 March 2027?").given_end is end


@pytest.mark.parametrize(
    ("question", "end"),
    [
        ("We sent our invoice on 3 February 2027, when should it be paid?", End.FIRST),
        ("We sent the invoice on 3 February 2027. When must they pay?", End.FIRST),
        ("We invoiced on 3 February 2027, when must they pay?", End.FIRST),
        ("We submitted it on 3 February 2027", End.FIRST),
        ("It must be paid by 31 March 2027", End.LAST),
        ("They paid on 31 March 2027. Was that late?", End.LAST),
        ("Payment came on 31 March 2027 for the invoice", End.LAST),
        ("The payment for the invoice submitted on 3 February 2027", End.FIRST),
    ],
)
def test_invoices_and_payments_are_told_apart(question: str, end: End) -> None:
    assert worked_out(promise(30, "days", "maximum", INVOICE, PAYMENT), question).given_end is end


def test_only_the_first_twelve_words_from_the_date_on_are_searched_for_a_cue() -> None:
    near = f"31 March 2027 {'so ' * 7}they told us"
    far = f"31 March 2027 {'so ' * 8}they told us"
    assert worked_out(promise(), near).given_end is End.FIRST
    assert worked_out(promise(), far).given_end is End.LAST


def test_a_cue_of_two_words_is_refused() -> None:
    with pytest.raises(ValidationError, match="single word"):
        Event(event="it ends", cues=("wound up",))


def test_notes_say_rule_past_day_force_what_is_assumed_and_exceptions_in_this_order() -> None:
    commitment = promise(
        force="where-possible", assumes="It runs from the letter.", unless=["Unless there was fraud.", "Or harm."]
    )
    assert worked_out(commitment, "our funding ends on 31 March 2020").notes == (
        "Rule: at least three months between when notice is given and when the funding ends.",
        "That day has already passed.",
        "The Compact asks this where possible, so it may not always apply.",
        "It runs from the letter.",
        "Unless there was fraud.",
        "Or harm.",
    )


def test_a_whole_date_to_come_has_only_the_rule_for_a_note() -> None:
    answer = worked_out(promise(), "our funding ends on 31 March 2027")
    assert answer.notes == ("Rule: at least three months between when notice is given and when the funding ends.",)


def test_an_assumed_day_is_told_in_the_words_of_the_question() -> None:
    answer = worked_out(promise(), "it ends by June")
    assert "I took “by June” as the first of the month, as no day was given." in answer.notes


@pytest.mark.parametrize(
    ("limit", "rule"),
    [
        ("minimum", "Rule: at least three months "),
        ("maximum", "Rule: at most three months "),
        (None, "Rule: three months "),
    ],
)
def test_the_rule_says_least_or_most_only_where_the_source_does(limit: str | None, rule: str) -> None:
    assert worked_out(promise(limit=limit), "it ends on 31 March 2027").notes[0].startswith(rule)


@pytest.mark.parametrize(("today", "past"), [(date(2026, 12, 31), False), (date(2027, 1, 1), True)])
def test_a_day_has_passed_from_the_day_after(today: date, past: bool) -> None:
    answer = worked_out(promise(), "it ends on 31 March 2027", today=today)
    assert ("That day has already passed." in answer.notes) is past


@pytest.mark.parametrize("force", [each for each in Force if each is not Force.WHERE_POSSIBLE])
def test_only_where_possible_says_that_it_may_not_apply(force: Force) -> None:
    assert len(worked_out(promise(force=force), "it ends on 31 March 2027").notes) == 1


@pytest.mark.parametrize(
    ("said", "amount", "unit", "meaning"),
    [
        ("they gave us six weeks", 3, "months", "Six weeks is shorter than the three months in this commitment."),
        (
            "they gave us six weeks' notice",
            3,
            "months",
            "Six weeks is shorter than the three months in this commitment.",
        ),
        ("four months", 3, "months", "Four months is longer than the three months in this commitment."),
        ("three months", 3, "months", "Three months is the same as the three months in this commitment."),
        ("a year", 12, "months", "A year is the same as the 12 months in this commitment."),
        ("a fortnight", 2, "weeks", "A fortnight is the same as the two weeks in this commitment."),
        ("30 days", 1, "months", "30 days is the same as the one month in this commitment."),
        ("31 days", 30, "days", "31 days is longer than the 30 days in this commitment."),
        ("a week", 5, "working-days", "A week is the same as the five working days in this commitment."),
        ("six days", 5, "working-days", "Six days is shorter than the five working days in this commitment."),
    ],
)
def test_a_length_is_held_against_the_period(said: str, amount: int, unit: str, meaning: str) -> None:
    (found,) = find_lengths(said)
    commitment = promise(amount, unit)
    held = compared(commitment, found, today=date(2026, 11, 23))
    assert held is not None
    assert held.meaning == meaning
    assert held.commitment is commitment


def test_a_length_is_not_compared_where_there_is_no_period_or_no_calendar_left() -> None:
    (found,) = find_lengths("they gave us 999 years")
    assert compared(promise(period=None), found, today=TODAY) is None
    assert compared(promise(), found, today=date(9998, 1, 1)) is None


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (1, "months", "one month"),
        (3, "months", "three months"),
        (9, "weeks", "nine weeks"),
        (10, "weeks", "10 weeks"),
        (1, "days", "one day"),
        (30, "days", "30 days"),
        (1, "working-days", "one working day"),
        (5, "working-days", "five working days"),
        (1, "years", "one year"),
        (1000, "days", "1000 days"),
    ],
)
def test_a_length_is_said_as_people_say_it(amount: int, unit: str, words: str) -> None:
    assert (
        length_in_words(Period(amount=amount, unit=Unit(unit), limit=Limit.MINIMUM, first=NOTICE, last=ENDING)) == words
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 3, 31), "Wednesday 31 March 2027"),
        (date(2027, 5, 3), "Monday 3 May 2027"),
        (date(2028, 2, 29), "Tuesday 29 February 2028"),
    ],
)
def test_a_day_is_said_as_people_say_it(day: date, words: str) -> None:
    assert day_in_words(day) == words


def test_the_first_deadline_is_that_of_the_first_commitment_with_a_period_and_the_first_real_date() -> None:
    question = "it ends on 30 February 2027 or on 31 March 2027 or on 30 April 2027"
    dates = find_dates(question, today=TODAY)
    none, long, short = promise(period=None), promise(6), promise(1)
    answer = first_deadline([none, long, short], dates, question, today=TODAY)
    assert answer is not None
    assert answer.commitment is long
    assert answer.given == date(2027, 3, 31)


def test_there_is_no_first_deadline_without_commitments_or_dates() -> None:
    question = "it ends on 31 March 2027"
    assert first_deadline([promise()], [], question, today=TODAY) is None
    assert first_deadline([], find_dates(question, today=TODAY), question, today=TODAY) is None


@given(st.text(), st.text(), _DAY)
@settings(max_examples=150, deadline=None)
def test_any_words_around_a_date_give_one_of_the_two_events(before: str, after: str, day: date) -> None:
    question = f"{before} {day.isoformat()} {after}"
    at = len(before) + 1
    answer = deadline(promise(), FoundDate(day.isoformat(), at, at + 10, day), question, today=TODAY)
    assert answer is not None
    assert answer.date == _by_months(day, 3 if answer.given_end is End.FIRST else -3)
