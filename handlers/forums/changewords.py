"""What coordinators say in their own words to change a forum: "move the June forum to 17 June 2027 at 14:00"."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from handlers.forums.edits import Move
from handlers.forums.words import Act
from knowledge.dates import find_dates

_PLEASE = r"(?:please\s+|(?:can|could)\s+(?:you|we)\s+(?:please\s+)?)?"
_TAIL = r"\s*[.?!]?\s*"
_MOVE = re.compile(
    rf"{_PLEASE}(?:move|reschedule|postpone|bring\s+forward|shift)\s+(?P<which>.+?)\s+(?:to|until|till)\s+(?P<rest>.+?){_TAIL}",
    re.IGNORECASE | re.DOTALL,
)
_CANCEL = re.compile(rf"{_PLEASE}(?:cancel|call\s+off)\s+(?P<which>.+?){_TAIL}", re.IGNORECASE | re.DOTALL)
_REINSTATE = re.compile(
    rf"{_PLEASE}(?:reinstate|un-?cancel|bring\s+back|restore)\s+(?P<which>.+?){_TAIL}", re.IGNORECASE | re.DOTALL
)
_PLACE = re.compile(
    rf"{_PLEASE}(?:change|set|move)\s+the\s+(?P<what>place|venue|location|room|(?:\w+\s+)?link)\s+(?:of|for)\s+(?P<which>.+?)"
    rf"\s+to\s+(?P<value>.+?)(?<!\.)\.?\s*",
    re.IGNORECASE | re.DOTALL,
)
_AGENDA = re.compile(
    rf"{_PLEASE}(?:add|put)\s+(?P<item>.+?)\s+(?:to|on)\s+the\s+agenda(?:\s+(?:of|for)\s+(?P<which>.+?))?{_TAIL}",
    re.IGNORECASE | re.DOTALL,
)
_ITEM = re.compile(
    rf"{_PLEASE}add\s+(?:an?\s+)?(?:agenda\s+)?item(?:\s+(?:to|for)\s+(?P<which>[^:]+?))?:\s*(?P<item>.+)",
    re.IGNORECASE | re.DOTALL,
)
_MANAGE = re.compile(
    r"(?:who\s+is|who's|who’s|whos)\s+coming(?:\s+to\s+(?P<which>.+?))?[?.\s]*"
    r"|(?:show\s+(?:me\s+)?)?(?:the\s+)?(?:tally|attendance|suggestions|apologies list)(?:\s+(?:of|for)\s+(?P<other>.+?))?[?.\s]*"
    r"|manage\s+(?P<third>.+?)[?.\s]*",
    re.IGNORECASE,
)
_BECAUSE = r"\s*(?:[,;:]\s*)?\bbecause(?:\s+of)?\s+|\s*;\s+|:\s+"
_REASON = re.compile(rf"{_BECAUSE}|\s*,\s+", re.IGNORECASE)
# Dates have commas of their own.
_REASON_OF_A_MOVE = re.compile(_BECAUSE, re.IGNORECASE)
_QUOTES = "\"'“”‘’ "
_HOUR = re.compile(
    r"(?:\bat\s+|\bfrom\s+|^)?\b(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_NOON = {"noon": time(12), "midday": time(12)}


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to do with the forum that `which` names, empty where they do not name it. `text`: what is behind it.

    That is as in `handlers.forums.words.ForumCommand`: where a forum is moved to, why it is cancelled, its place, an item.
    """

    act: Act
    which: str
    text: str = ""


def wanted(text: str) -> Wanted | None:
    """What a text wants to change; None for any other words."""
    said = text.strip()
    if found := _PLACE.fullmatch(said):
        what = "link" if found["what"].lower().endswith("link") else "place"
        return Wanted(Act.WHERE, found["which"], f"{what} {found['value'].strip(_QUOTES)}")
    if found := _MOVE.fullmatch(said):
        return Wanted(Act.MOVE, found["which"], found["rest"])
    if found := _REINSTATE.fullmatch(said):
        return Wanted(Act.REINSTATE, found["which"])
    if found := _CANCEL.fullmatch(said):
        return Wanted(Act.CANCEL, *_parted(found["which"], _REASON))
    if found := _ITEM.fullmatch(said) or _AGENDA.fullmatch(said):
        return Wanted(Act.AGENDA, found["which"] or "", found["item"].strip(_QUOTES))
    if found := _MANAGE.fullmatch(said):
        return Wanted(Act.MANAGE, found["which"] or found["other"] or found["third"] or "")
    return None


def read_move(text: str, starts: datetime, today: date) -> Move | None:
    """Where a forum that starts at `starts` is moved to, in words such as "17 June at 14:00 because the hall is flooded".

    What is not told of day and hour stays; None where neither is.
    """
    where_to, reason = _parted(text, _REASON_OF_A_MOVE)
    day, hour = read_day(where_to, today), read_hour(where_to, today)
    if day is None and hour is None:
        return None
    return Move(day or starts.date(), hour or starts.time(), reason)


def read_day(text: str, today: date) -> date | None:
    """The day that a text names; None where it names none, or only a month."""
    return next((found.day for found in find_dates(text, today=today) if found.day and not found.assumed), None)


def read_hour(text: str, today: date) -> time | None:
    """The hour that a text names, such as "14:00", "2pm" or "at 2"; None where it names none."""
    for found in reversed(find_dates(text, today=today)):
        text = f"{text[: found.start]} | {text[found.end :]}"
    noon = (hour for word, hour in _NOON.items() if word in text.lower())
    told = (_time(each) for each in _HOUR.finditer(text) if _tells_an_hour(each, text))
    return next((hour for hour in (*noon, *told) if hour), None)


def _tells_an_hour(found: re.Match[str], text: str) -> bool:
    led = found[0].lower().startswith(("at", "from"))
    return bool(found["half"] or found["minute"] or led or text.strip() == found[0].strip())


def _time(found: re.Match[str]) -> time | None:
    hour, half = int(found["hour"]), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - hours of half a day
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, int(found["minute"] or 0))


def _parted(text: str, at: re.Pattern[str]) -> tuple[str, str]:
    """Words, and the reason that stands behind them."""
    what, *reason = at.split(text, maxsplit=1)
    return what.strip(), reason[0].strip() if reason else ""
