"""From a review to a case: filed whole, with all that follows from it, in the turn's one transaction."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from handlers.concerns import review
from handlers.concerns.casecommands import MINE, Act, CaseCommand
from handlers.concerns.clock import running
from handlers.concerns.delivery import deliver
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.concerns.steps import COMMITMENTS, COMPACT
from handlers.concerns.telling import Telling
from handlers.conversation import Block, Choices, Heading, Option, Text
from handlers.ports import Records
from handlers.turn import Turn
from knowledge.content import Compact
from knowledge.periods import day_in_words

_DRAWS = 20


@dataclass(frozen=True)
class Filing:
    """Files concerns. `references`: draws a new reference each time."""

    desk: Desk
    references: Callable[[], str]

    def file(self, telling: Telling, turn: Turn) -> Case:
        """The case made of what the review showed, on its way to the leads. The draft is gone afterwards.

        Raises ValueError where no reference is drawn that is free.
        """
        case = self._with_a_reference(self._made(telling, turn), turn.records)
        filed = CaseEvent(case.reference, turn.now, EventKind.FILED, case.raiser, case.raiser_name)
        turn.records.cases.add(filed)
        turn.records.drafts.drop(case.raiser)
        return deliver(turn.records, case, self.desk, turn.now)

    def told(self, case: Case, telling: Telling, turn: Turn) -> tuple[Block, ...]:
        """What the raiser is told: the reference, what happens next and by when, and a summary to keep."""
        compact = self.desk.knowledge.compacts[case.compact]
        shown = review.lines(telling.steps, telling.given, telling.knowledge)
        silent = (Text(compact.process.silent, quiet=True),) if compact.process.silent else ()
        return (
            Heading(f"Filed. Your reference is {case.reference}"),
            Text(_on_its_way(case, compact)),
            Text(self._next(case, compact, turn)),
            *silent,
            Text("I tell you in private whenever something changes. Here is what you filed, to keep:"),
            *review.blocks(shown),
            what_now(case),
        )

    def _made(self, telling: Telling, turn: Turn) -> Case:
        known = self.desk.knowledge
        compact = known.compacts[telling.given[COMPACT][0]]
        touched = [each for each in telling.given[COMMITMENTS] if each in known.commitments]
        return Case(
            reference="",
            draft=telling.draft.id,
            compact=compact.id,
            raiser=telling.draft.person,
            raiser_name=turn.message.name,
            answers=dict(telling.given),
            commitments=tuple((each, known.commitments[each].says) for each in touched),
            knowledge=known.version,
            filed=turn.now,
            stage=compact.process.stages[0].id,
            stage_since=turn.now,
        )

    def _with_a_reference(self, case: Case, records: Records) -> Case:
        """The case, kept under a reference that no other has."""
        for _ in range(_DRAWS):
            named = replace(case, reference=self.references())
            try:
                records.cases.file(named)
            except ValueError:
                continue
            return named
        raise ValueError("no free reference was drawn")

    def _next(self, case: Case, compact: Compact, turn: Turn) -> str:
        process = compact.process
        sentences = [f"What happens next: {process.stages[0].happens}", *self._by_when(case, compact, turn)]
        if process.overseen:
            sentences.append(f"It is watched over by {process.overseen.by}.")
        return " ".join(sentences)

    def _by_when(self, case: Case, compact: Compact, turn: Turn) -> Iterator[str]:
        # Nobody can be held to a day while nobody has it.
        due = running(case, self.desk.knowledge, self.desk.targets, turn.now).acknowledgement if case.card else None
        if due:
            yield f"You should hear from them by {day_in_words(due.day)}."
        if not compact.process.times_from:
            yield f"{'That is our own aim: the' if due else 'The'} {compact.name} sets no time."
        elif due:
            yield f"The {compact.name} sets this time ({compact.process.times_from})."


def what_now(case: Case) -> Choices:
    """What a raiser can do with a case."""
    add = str(CaseCommand(Act.ADD, case.reference))
    return Choices((Option("My concerns", MINE, MINE), Option("Add to it", add, add)), numbered=False)


def _on_its_way(case: Case, compact: Compact) -> str:
    if case.card:
        return f"It is on its way to the leads of the {compact.name}."
    return (
        f"It is kept safely. The leads of the {compact.name} have no channel for concerns yet, so nobody has it so far. "
        "It goes to them as soon as they have one."
    )
