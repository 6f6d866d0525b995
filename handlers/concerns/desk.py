"""What the handling of cases goes by, and how days are told."""

from dataclasses import dataclass, field
from datetime import datetime

from handlers.concerns.clock import Targets
from handlers.conversation import Person, Platform
from knowledge.base import Knowledge
from knowledge.periods import day_in_words
from knowledge.processes import Stage


@dataclass(frozen=True)
class Desk:
    """What the handling of cases goes by.

    `targets`: working days in place of those of the Compacts' own processes. `administrators`: who appoints the leads'
    channels, as "platform:user-id"; in a terminal everybody may.
    """

    knowledge: Knowledge
    targets: Targets = field(default_factory=dict)
    administrators: frozenset[str] = frozenset()

    def is_administrator(self, person: Person) -> bool:
        """Whether somebody may appoint rooms."""
        return person.platform is Platform.TERMINAL or f"{person.platform}:{person.user}" in self.administrators

    def compact_name(self, compact: str) -> str:
        """What a Compact is called, as in "the CPFT Compact"; its id where the knowledge base no longer has it."""
        known = self.knowledge.compacts.get(compact)
        return known.name if known else compact

    def stage_title(self, compact: str, stage: str) -> str:
        """What a stage is called; its id where the Compact no longer has it."""
        return next((each.title for each in self.stages(compact) if each.id == stage), stage)

    def stages(self, compact: str) -> tuple[Stage, ...]:
        """A Compact's stages, in order."""
        known = self.knowledge.compacts.get(compact)
        return known.process.stages if known else ()


def on_day(moment: datetime, now: datetime) -> str:
    """The day of a moment, in the time zone of `now`: "Friday 20 November 2026"."""
    return day_in_words(moment.astimezone(now.tzinfo).date())


def on_day_at(moment: datetime, now: datetime) -> str:
    """The day and hour of a moment, in the time zone of `now`: "Friday 20 November 2026 at 10:00"."""
    return f"{on_day(moment, now)} at {moment.astimezone(now.tzinfo):%H:%M}"


def working_days_in_words(number: int) -> str:
    """A number of working days for people."""
    return f"{number} working day{'' if number == 1 else 's'}"
