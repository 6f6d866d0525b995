"""What coordinators say in their own words to change a forum: "move the June forum to 17 June 2027 at 14:00"."""

import re
from dataclasses import dataclass

from handlers.forums.moving import BECAUSE, parted
from handlers.forums.words import Act

_PLEASE = r"(?:please\s+|(?:can|could)\s+(?:you|we)\s+(?:please\s+)?)?"
_TAIL = r"\s*[.?!]?\s*"
# What people have at a forum, and give up: that is an apology, and changes no forum.
_NOT_THEIR_PLACE = (
    r"(?!\s*(?:my|our)\s+(?:\w+\s+){0,3}"
    r"(?:places?|bookings?|attendance|seats?|spots?|spaces?|tickets?|registrations?|rsvp)\b)"
)
_MOVE = re.compile(
    rf"{_PLEASE}(?:move|reschedule|postpone|bring\s+forward|shift)\s+{_NOT_THEIR_PLACE}(?P<which>.+?)"
    rf"\s+(?:to|until|till)\s+(?P<rest>.+?){_TAIL}",
    re.IGNORECASE | re.DOTALL,
)
_CANCEL = re.compile(
    rf"{_PLEASE}(?:cancel|call\s+off)\s+{_NOT_THEIR_PLACE}(?P<which>.+?){_TAIL}", re.IGNORECASE | re.DOTALL
)
_REINSTATE = re.compile(
    rf"{_PLEASE}(?:reinstate|un-?cancel|bring\s+back|restore)\s+{_NOT_THEIR_PLACE}(?P<which>.+?){_TAIL}",
    re.IGNORECASE | re.DOTALL,
)
_PLACE = re.compile(
    rf"{_PLEASE}(?:change|set|move)\s+the\s+(?P<what>place|venue|location|room|(?:\w+\s+)?link)\s+(?:of|for)\s+(?P<which>.+?)"
    rf"\s+to\s+(?P<value>.+?)(?<!\.)\.?\s*",
    re.IGNORECASE | re.DOTALL,
)
_NO_PLACE = re.compile(
    rf"{_PLEASE}(?:remove|delete|take\s+(?:away|off|out))\s+the\s+(?P<what>place|venue|location|room|(?:\w+\s+)?link)"
    rf"\s+(?:of|for|from)\s+(?P<which>.+?){_TAIL}",
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
# A comma parts off a reason, but not the rest of a date: "on Wednesday, 13 January 2027".
_OF_A_DATE = (
    r"\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\d{4}\b|\d{1,2}/\d"
)
_REASON = re.compile(rf"{BECAUSE}|\s*;\s+|:\s+|\s*,\s+(?!\s*(?:{_OF_A_DATE}))", re.IGNORECASE)
_QUOTES = "\"'“”‘’ "


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
        return Wanted(Act.WHERE, found["which"], f"{_what(found)} {found['value'].strip(_QUOTES)}")
    if found := _NO_PLACE.fullmatch(said):
        return Wanted(Act.WHERE, found["which"], f"no {_what(found)}")
    if found := _MOVE.fullmatch(said):
        return Wanted(Act.MOVE, found["which"], found["rest"])
    if found := _REINSTATE.fullmatch(said):
        return Wanted(Act.REINSTATE, found["which"])
    if found := _CANCEL.fullmatch(said):
        return Wanted(Act.CANCEL, *parted(found["which"], _REASON))
    if found := _ITEM.fullmatch(said) or _AGENDA.fullmatch(said):
        return Wanted(Act.AGENDA, found["which"] or "", found["item"].strip(_QUOTES))
    if found := _MANAGE.fullmatch(said):
        return Wanted(Act.MANAGE, found["which"] or found["other"] or found["third"] or "")
    return None


def _what(found: re.Match[str]) -> str:
    return "link" if found["what"].lower().endswith("link") else "place"
