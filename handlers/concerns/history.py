"""What happened to a case, told in sentences."""

from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind

STAGE, OUTCOME = "stage", "outcome"
"""The keys of an event's details: the stage that a case came to, and the outcome that it was closed with."""

ONE_OF_THEM = "One of the Compact leads"
_ONLY_FOR_LEADS = frozenset({EventKind.NOTED, EventKind.DELIVERED, EventKind.NUDGED})

_TO_LEADS = {
    EventKind.FILED: "It was raised.",
    EventKind.DELIVERED: "It came to a channel of the Compact leads.",
    EventKind.ACKNOWLEDGED: "{who} acknowledged it.",
    EventKind.TAKEN: "{who} took it.",
    EventKind.NOTED: "{who} made a note.",
    EventKind.ASKED: "{who} asked the raiser something.",
    EventKind.ANSWERED: "The raiser answered.",
    EventKind.ADDED: "The raiser added something.",
    EventKind.MOVED: "{who} moved it to: {stage}.",
    EventKind.CLOSED: "{who} closed it: {outcome}.",
    EventKind.WITHDRAWN: "The raiser withdrew it.",
    EventKind.NUDGED: "I reminded this channel that it is late.",
    EventKind.STRIPPED: "Names and texts were deleted, as they were no longer needed.",
}
_TO_RAISER = _TO_LEADS | {
    EventKind.FILED: "You raised it.",
    EventKind.ASKED: "{who} asked you something.",
    EventKind.ANSWERED: "You answered.",
    EventKind.ADDED: "You added something.",
    EventKind.WITHDRAWN: "You withdrew it.",
}


def happened(event: CaseEvent, case: Case, desk: Desk) -> str:
    """An event as the leads read it, without what was written."""
    return _told(_TO_LEADS[event.kind], event, case, desk)


def happened_to_yours(event: CaseEvent, case: Case, desk: Desk) -> str:
    """An event as whoever raised the case reads it, without what was written."""
    return _told(_TO_RAISER[event.kind], event, case, desk)


def is_for_raiser(event: CaseEvent) -> bool:
    """Whether whoever raised a case may see an event."""
    return event.kind not in _ONLY_FOR_LEADS


def _told(sentence: str, event: CaseEvent, case: Case, desk: Desk) -> str:
    stage = desk.stage_title(case.compact, event.detail.get(STAGE, ""))
    return sentence.format(who=event.name or ONE_OF_THEM, stage=stage, outcome=event.detail.get(OUTCOME, ""))
