"""Everything about cases that were filed, as one message at a time asks for it."""

from dataclasses import replace

from handlers.concerns import casecommands, leaving, letters
from handlers.concerns.cards import not_here_any_more
from handlers.concerns.casecommands import OF_RAISERS, CaseCommand
from handlers.concerns.casework import as_lead
from handlers.concerns.delivery import had_card_in
from handlers.concerns.desk import Desk
from handlers.concerns.hands import Blocks, Hand
from handlers.concerns.mine import as_raiser, declined, yes_to
from handlers.concerns.records import Case
from handlers.concerns.rooms import rooms
from handlers.concerns.words import Said, Verb, agrees, declines
from handlers.conversation import Text
from handlers.ports import Purpose
from handlers.saying import Saying, plainly, saying
from handlers.turn import Turn

NOT_FOUND = (
    "I cannot find that concern here. Please check its reference. "
    "If you raised it, ask me in a private message. If you are a Compact lead, ask me in the leads' channel."
)
"""The same for a reference that never was and for one that is not the person's to see."""

IN_PRIVATE = "I speak about your concerns only in private. Please send me a private message that says: my concerns."


class Cases:
    """Answers the leads, those who raised a case, and administrators."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, turn: Turn) -> Saying | None:
        """What a message about filed cases, or about where they go, leads to; None for any other."""
        if sentences := rooms(turn, self._desk):
            return plainly(sentences[0], turn.context, *sentences[1:])
        if casecommands.asks_for_own(turn.text):
            return self._own(turn)
        # With quoted lines too: they belong to what is told.
        command = casecommands.read(turn.told, turn.message.filled) or casecommands.read(turn.text, turn.message.filled)
        return self._done(command, turn) if command else self._settled(turn)

    def _settled(self, turn: Turn) -> Saying | None:
        """What a yes or a no leads to, where somebody was asked just now about a concern of theirs."""
        command = casecommands.read(turn.yes) if turn.yes and turn.in_private_place else None
        if command is None or command.act not in OF_RAISERS:
            return None
        if agrees(turn.text):
            return self._done(command, turn)
        return saying(declined(command), turn.context) if declines(turn.text) else None

    def _done(self, command: CaseCommand, turn: Turn) -> Saying:
        blocks = self._on(command, turn)
        yes = yes_to(command, blocks) if turn.in_private_place else ""
        return saying(blocks, replace(turn.context, yes=yes))

    def _own(self, turn: Turn) -> Saying:
        if not turn.in_private_place:
            return plainly(IN_PRIVATE, turn.context)
        person = turn.message.conversation.person
        cases, draft = turn.records.cases.raised_by(person), turn.records.drafts.of(person)
        if draft is None or not draft.paused:
            return saying(letters.mine(cases, self._desk, turn.now), turn.context)
        shown = letters.mine(cases, self._desk, turn.now) if cases else ()
        context = replace(turn.context, yes=str(Said(Verb.GO_ON, draft.id)))
        return saying((*shown, *leaving.offer(draft, turn.now)), context)

    def _on(self, command: CaseCommand, turn: Turn) -> Blocks:
        records, message = turn.records, turn.message
        # Asked for in any case, so that it takes as long for a reference that there is as for one that there is not.
        case, events = records.cases.get(command.reference), tuple(records.cases.events(command.reference))
        room = None if message.room is None or message.room.private else message.room
        handled_here = records.rooms.subjects(Purpose.CONCERNS, room) if room else ()
        if case is None:
            return (Text(NOT_FOUND),)
        person = message.conversation.person
        hand = Hand(command, case, events, person, message.name, records, self._desk, turn.now)
        if case.compact in handled_here:
            return as_lead(hand)
        if room and had_card_in(events, room):
            return (Text(not_here_any_more(case.compact, self._desk)),)
        return as_raiser(hand) if self._is_own(case, turn) else (Text(NOT_FOUND),)

    def _is_own(self, case: Case, turn: Turn) -> bool:
        return turn.in_private_place and case.raiser == turn.message.conversation.person
