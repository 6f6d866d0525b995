"""When it happened, and when to ask again, as people say it: read, kept, and told back."""

from datetime import date

from dateutil.relativedelta import relativedelta

from handlers.wizard import Values
from knowledge.dates import find_dates, find_lengths
from knowledge.periods import day_in_words
from knowledge.spans import Span, read_span

_YES = "yes, "
_LONGEST_WAIT = relativedelta(months=6)


def complaint(text: str, today: date) -> str:
    """What is wrong with what somebody says of when it happened; empty where nothing is.

    A day that is still to come is asked about once: with "yes, " in front it is taken.
    """
    span = read_span(text, today=today)
    if span.impossible:
        return f"There is no such day as “{span.impossible}”. Please check it."
    if _still_to_come(span, today) and not text.lower().startswith(_YES):
        return f"I read that as {span}. That is still to come. If it is right, say: {confirmed(text)}"
    return ""


def confirmed(text: str) -> str:
    """What says that a day which is still to come is right."""
    return text if text.lower().startswith(_YES) else f"{_YES}{text}"


def is_still_to_come(text: str, today: date) -> bool:
    """Whether somebody names a day that is still to come."""
    return _still_to_come(read_span(text, today=today), today)


def kept(text: str, today: date) -> Values:
    """What is kept: the words, and how they were read, which would be another day tomorrow; the words alone where not at all."""
    words = text[len(_YES) :] if text.lower().startswith(_YES) else text
    reading = str(read_span(words, today=today))
    return (words, reading) if reading else (words,)


def read_as(values: Values) -> str:
    """How what was kept was read, for people; empty where it was not."""
    return "; ".join(values[1:])


def told(values: Values) -> str:
    """What was kept, with how it was read where that says more."""
    words, reading = values[0], read_as(values)
    return f"{words} ({reading})" if reading and reading.casefold() not in words.casefold() else words


def day_to_wait_for(text: str, today: date) -> date | None:
    """The day on which somebody wants to be asked again; None where they name none."""
    days = [each.day for each in find_dates(text, today=today) if each.day]
    try:
        return next(iter((*days, *(today + each.length for each in find_lengths(text)))), None)
    except (OverflowError, ValueError):
        return None


def cannot_wait(day: date | None, today: date) -> str:
    """What is wrong with such a day; empty where nothing is."""
    latest = today + _LONGEST_WAIT
    if day is None:
        return "I could not read a day in that. For example: in a week, or 1 December."
    if day <= today:
        return f"I read that as {day_in_words(day)}. Please pick a day that is still to come."
    if day > latest:
        return f"That is a long time. I can wait until {day_in_words(latest)} at most."
    return ""


def _still_to_come(span: Span, today: date) -> bool:
    return any(each is not None and each.day > today for each in (span.first, span.last))
