"""Somebody with a case in hand."""

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.concerns.casecommands import CaseCommand
from handlers.concerns.delivery import change, tell_leads, tell_raiser
from handlers.concerns.desk import Desk, on_day_at
from handlers.concerns.history import ONE_OF_THEM
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.conversation import Block, Person
from handlers.ports import Records

Blocks = tuple[Block, ...]


@dataclass(frozen=True)
class Hand:
    """Somebody who may act on a case: what they want, and the case with all that happened to it."""

    command: CaseCommand
    case: Case
    events: tuple[CaseEvent, ...]
    person: Person
    name: str
    records: Records
    desk: Desk
    now: datetime

    def did(self, kind: EventKind, text: str = "", **detail: str) -> CaseEvent:
        """An event that they bring about now."""
        return CaseEvent(self.case.reference, self.now, kind, self.person, self.name, text, detail)

    def keep(self, case: Case, *events: CaseEvent) -> "Hand":
        """The case kept as it stands now, with what happened, and its card brought up to date."""
        kept = change(self.records, case, events, self.desk, self.now)
        return replace(self, case=kept, events=(*self.events, *events))

    def tell_raiser(self, blocks: Blocks) -> None:
        """Tell whoever raised the case of its latest event."""
        tell_raiser(self.records, self.case, blocks, self.now)

    def tell_leads(self, blocks: Blocks) -> None:
        """Tell the leads of its latest event."""
        tell_leads(self.records, self.case, blocks, self.now)

    def who_and_when(self, *kinds: EventKind) -> tuple[str, str]:
        """Who brought the latest event of these kinds about, as the beginning of a sentence, and when."""
        event = next(event for event in reversed(self.events) if event.kind in kinds)
        who = "You" if event.by == self.person else event.name or ONE_OF_THEM
        return who, on_day_at(event.at, self.now)
