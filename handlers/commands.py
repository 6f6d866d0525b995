"""What buttons say, and how it is read again.

A button sends words that a person could have typed, whole in themselves: it means the same when it is pressed twice,
a month later, or by somebody else.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from knowledge.content import Party
from knowledge.finding import Scope
from knowledge.periods import End

_ABOUT = re.compile(
    r"about (?P<topic>[a-z0-9-]+)(?: in (?P<compact>[a-z0-9-]+))?(?: for (?P<party>public|vcse))?", re.IGNORECASE
)
_RAISE = re.compile(
    r"raise a concern(?: about (?P<about>[a-z0-9]+(?:[.-][a-z0-9]+)*)(?: in (?P<compact>[a-z0-9-]+))?)?[.!]?",
    re.IGNORECASE,
)
_VERDICT = re.compile(r"that (?P<word>helped|did not help) about (?P<topic>[a-z0-9-]+)", re.IGNORECASE)
_WORK_OUT = re.compile(r"work out (?P<topic>[a-z0-9-]+) (?P<end>first|last) (?P<day>\d{4}-\d{2}-\d{2})", re.IGNORECASE)


@dataclass(frozen=True)
class About:
    """Show a topic, narrowed to a scope."""

    topic: str
    scope: Scope = field(default_factory=Scope)

    def __str__(self) -> str:
        compact = f" in {self.scope.compact}" if self.scope.compact else ""
        party = f" for {self.scope.party.value}" if self.scope.party else ""
        return f"about {self.topic}{compact}{party}"


@dataclass(frozen=True)
class Verdict:
    """Whether the answer about a topic helped."""

    topic: str
    helped: bool

    def __str__(self) -> str:
        return f"that {'helped' if self.helped else 'did not help'} about {self.topic}"


@dataclass(frozen=True)
class WorkOut:
    """Work out a topic's dates from the day of one end of its period. Without a day: what a calendar adds the day to."""

    topic: str
    end: End
    day: date | None = None

    def __str__(self) -> str:
        return f"work out {self.topic} {self.end}{f' {self.day.isoformat()}' if self.day else ''}"


@dataclass(frozen=True)
class RaiseConcern:
    """Raise a concern, about a commitment or topic by its id, or about nothing yet; a topic may be narrowed to a Compact."""

    about: str = ""
    compact: str | None = None

    def __str__(self) -> str:
        compact = f" in {self.compact}" if self.compact else ""
        return f"raise a concern about {self.about}{compact}" if self.about else "raise a concern"


Command = About | RaiseConcern | Verdict | WorkOut


def command(text: str) -> Command | None:
    """What a button's words, or a person's own, ask for; None where they are no command."""
    if found := _ABOUT.fullmatch(text):
        party = Party(found["party"].lower()) if found["party"] else None
        return About(found["topic"].lower(), Scope(found["compact"].lower() if found["compact"] else None, party))
    if found := _RAISE.fullmatch(text):
        return RaiseConcern((found["about"] or "").lower(), (found["compact"] or "").lower() or None)
    if found := _VERDICT.fullmatch(text):
        return Verdict(found["topic"].lower(), helped=found["word"].lower() == "helped")
    if found := _WORK_OUT.fullmatch(text):
        return _work_out(found)
    return None


def _work_out(found: re.Match[str]) -> WorkOut | None:
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        return None
    return WorkOut(found["topic"].lower(), End(found["end"].lower()), day)
