"""Forums put before people: when and where they are, what is on the agenda, and what can be done about them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from handlers.conversation import Block, Choices, Facts, Heading, Option, Text
from handlers.forums.hall import Hall
from handlers.forums.words import Act, about, next_of
from handlers.presenting import shortened
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Occurrence, Standing, remark
from knowledge.periods import day_in_words

WHEN, WHERE, JOIN, CONVENOR, NOTE = "When", "Where", "Join online", "Convenor", "Please note"
"""What the facts about a forum are called."""
CALENDAR = "Add to calendar"

_SAYS = 200
_WITHIN_DAYS = 14


def day_of(occurrence: Occurrence) -> str:
    """The day of a forum: "Wednesday 13 January 2027"."""
    return day_in_words(occurrence.starts.date())


def when(occurrence: Occurrence, now: datetime) -> str:
    """When a forum is: "Wednesday 13 January 2027, 10:00 to 12:00"; with the time zone where that is not the reader's."""
    return f"{day_of(occurrence)}, {hours(occurrence, now)}"


def hours(occurrence: Occurrence, now: datetime) -> str:
    """From when to when a forum is, on the clock where it is held."""
    starts, ends = occurrence.starts, occurrence.ends
    elsewhere = starts.utcoffset() != starts.astimezone(now.tzinfo).utcoffset()
    return f"{starts:%H:%M} to {ends:%H:%M}{f' ({starts:%Z})' if elsewhere else ''}"


def where(occurrence: Occurrence) -> str:
    """Where a forum is."""
    if occurrence.place and occurrence.link:
        return f"{occurrence.place}, and online"
    return occurrence.place or "Online"


def in_days(occurrence: Occurrence, now: datetime) -> str:
    """How far off a forum is that is still to come: "today", "tomorrow", "in 9 days"; empty where it is far off."""
    days = (occurrence.starts.date() - now.astimezone(occurrence.starts.tzinfo).date()).days
    if days > _WITHIN_DAYS:
        return ""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def facts(occurrence: Occurrence, now: datetime, *, without: str = "", link: bool = False) -> Facts:
    """When and where a forum is, and who calls it. `without`: the name of the row that was told already.

    `link`: with the joining link to be read, for whoever has to see that it is right, or to copy it.
    """
    rows = (
        (WHEN, when(occurrence, now)),
        (WHERE, where(occurrence)),
        (JOIN, (link and occurrence.link) or ""),
        (CONVENOR, occurrence.series.convenor),
        (NOTE, _sentence(remark(occurrence))),
    )
    return Facts(tuple(row for row in rows if row[1] and row[0] != without))


def agenda(items: Sequence[str]) -> tuple[Text, ...]:
    """What is on the agenda."""
    lines = [f"{number}. {item}" for number, item in enumerate(items, start=1)]
    return (Text("\n".join(("On the agenda:", *lines))),) if lines else ()


def says(series: Series, hall: Hall) -> tuple[Block, ...]:
    """How what the Compact says about a series begins."""
    commitment = hall.desk.knowledge.commitments.get(series.commitment or "")
    if commitment is None:
        return ()
    compact = hall.desk.compact_name(series.compact)
    return (
        Text(f"What the {compact} says about it: {shortened(commitment.says, _SAYS)} [{commitment.id}]", quiet=True),
    )


def says_option(series: Series, hall: Hall) -> tuple[Option, ...]:
    """All of what the Compact says about a series, to be picked."""
    if series.commitment not in hall.desk.knowledge.commitments:
        return ()
    return (Option("What the Compact says", f"show {series.commitment}"),)


def addresses(occurrence: Occurrence, hall: Hall, now: datetime) -> Mapping[str, str]:
    """A forum's joining link (JOIN) and calendar file (CALENDAR), those that there are, for as long as they are of use."""
    if occurrence.standing is not Standing.ON or is_over(occurrence, now):
        return {}
    calendar = hall.calendar(occurrence) if _is_to_come(occurrence.starts, now) else ""
    return {label: address for label, address in ((JOIN, occurrence.link), (CALENDAR, calendar)) if address}


def links(occurrence: Occurrence, hall: Hall, now: datetime) -> tuple[Choices, ...]:
    """What opens the addresses of a forum."""
    return opening(addresses(occurrence, hall, now))


def opening(addresses: Mapping[str, str]) -> tuple[Choices, ...]:
    """What opens addresses, each with what it is called."""
    return buttons(Option(label, "", link=address) for label, address in addresses.items())


def buttons(options: Iterable[Option]) -> tuple[Choices, ...]:
    """What can be picked, without numbers; nothing where there is nothing to pick."""
    every = tuple(options)
    return (Choices(every, numbered=False),) if every else ()


def is_over(occurrence: Occurrence, now: datetime) -> bool:
    """Whether a forum has ended, or would have."""
    return not _is_to_come(occurrence.ends, now)


def answer_options(occurrence: Occurrence, now: datetime) -> tuple[Option, ...]:
    """What people can say to a forum, until it is over."""
    if occurrence.standing is not Standing.ON or is_over(occurrence, now):
        return ()
    return (
        Option("Coming", about(Act.COMING, occurrence), "I am coming"),
        Option("Apologies", about(Act.APOLOGIES, occurrence), "I cannot come"),
        Option("Suggest an agenda item", about(Act.SUGGEST, occurrence), "suggest an agenda item"),
    )


def next_option(series: Series) -> Option:
    """The next forum of a series, to be picked."""
    return Option(f"{series.name}: when is the next?", next_of(series.id))


def card(occurrence: Occurrence, hall: Hall, now: datetime) -> tuple[Block, ...]:
    """Everything about one forum, for whoever might come."""
    return (
        Heading(occurrence.series.name),
        facts(occurrence, now),
        *agenda(occurrence.agenda),
        *links(occurrence, hall, now),
        *buttons((*answer_options(occurrence, now), *says_option(occurrence.series, hall))),
    )


def listed(names: Iterable[str]) -> str:
    """Names in a row: "Ann, Bea and Cal"."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def counted(number: int, what: str, several: str = "") -> str:
    """A number of things: "1 channel", "2 channels", "2 people"."""
    return f"{number} {what if number == 1 else several or f'{what}s'}"


def _is_to_come(moment: datetime, now: datetime) -> bool:
    # Not by comparing them: of two hours of one time zone Python compares what a clock shows, though it may show one twice.
    return moment.timestamp() > now.timestamp()


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}" if words else ""
