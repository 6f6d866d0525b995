"""The walk by which a concern is told: one message of somebody who tells one, or who begins to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from handlers.concerns import asking
from handlers.concerns.asides import is_a_question, is_a_verdict, is_told, without_starts
from handlers.concerns.confidence import LONGEST_BUTTON, is_something_else, waits_for_answer
from handlers.concerns.doing import Doing
from handlers.concerns.hearing import Aside, Do, Hearing, Search, Unread
from handlers.concerns.records import Draft
from handlers.concerns.starting import Start, start
from handlers.concerns.steps import STORY, TALKED
from handlers.concerns.telling import Telling
from handlers.concerns.words import PAGE, Said, Verb, agrees, declines, said, verb
from handlers.concerns.worries import eased
from handlers.conversation import Block, Choices, Option, Text
from handlers.saying import Saying, plainly, saying
from handlers.smalltalk import Remark, remark
from handlers.turn import Turn
from handlers.wizard import PICK_ONE, Asking, Kind
from knowledge.text import normalised, words

AWAY = timedelta(hours=4)
IN_PRIVATE = "I have written to you in private."
_BACK = "Back to your concern:"
_TO_FILE = "Your concern is ready. To send it to the Compact leads, say file it."


class Walk:
    """Leads people through telling a concern."""

    def __init__(self, doing: Doing, hearing: Hearing, respond: Callable[[Turn], Saying]) -> None:
        """`respond`: answers what has nothing to do with the concern."""
        self._doing = doing
        self._hearing = hearing
        self._respond = respond

    def lead(self, turn: Turn) -> Saying | None:
        """What to say to a message that has to do with raising a concern; None for any other."""
        found = self._led(turn)
        if found is None or turn.in_private_chat:
            return found
        # What 1, 2, 3 stand for is shown elsewhere, so it is not for the conversation that the message came from.
        return replace(found, context=turn.context, private=True, here=(Text(IN_PRIVATE),))

    def _led(self, turn: Turn) -> Saying | None:
        if thing := said(turn.told):
            return self._pressed(thing, turn)
        begun = start(turn, self._doing.finder)
        one_page = normalised(turn.text) == PAGE
        if not (begun or one_page or turn.in_private_chat):
            return None
        # Who in private has nothing in confidence has nothing half told.
        known = turn.confidential or not turn.message.private
        draft = turn.records.drafts.of(turn.message.conversation.person) if known else None
        if one_page:
            return self._on_one_page(draft, turn)
        in_front = draft is not None and turn.in_private_chat and not draft.paused and not _is_away(draft, turn)
        if begun and not (draft and in_front and self._is_an_answer(begun, draft, turn)):
            return self._begin(begun, draft, turn)
        if draft is None or not turn.in_private_chat:
            return None
        if draft.paused:
            return self._while_paused(draft, turn)
        return self._hear(draft, turn) if in_front else self._back(draft, turn)

    def _pressed(self, thing: Said, turn: Turn) -> Saying:
        draft = turn.records.drafts.of(turn.message.conversation.person)
        if draft is None or draft.id != thing.draft:
            return self._doing.gone(thing, turn)
        return self._doing.do(thing, draft, turn)

    def _begin(self, begun: Start, draft: Draft | None, turn: Turn) -> Saying:
        if draft and self._doing.telling(draft, turn).holds_words:
            return self._doing.offer(draft, turn, begun.about or begun.story[:LONGEST_BUTTON])
        return self._doing.begin(begun, turn)

    def _on_one_page(self, draft: Draft | None, turn: Turn) -> Saying:
        if draft is None:
            begun = self._doing.begin(Start(), turn)
            draft = turn.records.drafts.of(turn.message.conversation.person)
            if draft is None:
                return begun
        return self._doing.do(Said(Verb.PAGE, draft.id), draft, turn)

    def _is_an_answer(self, begun: Start, draft: Draft, turn: Turn) -> bool:
        """Whether words that would begin a concern are part of the one that is being told: "we have a dispute with …"."""
        here = self._doing.telling(draft, turn).here
        written = isinstance(here, Asking) and here.step.kind in {Kind.LINE, Kind.STORY}
        return written and bool(begun.story)

    def _while_paused(self, draft: Draft, turn: Turn) -> Saying | None:
        """A concern that is saved for later is taken up again by words for it, and is in nobody's way otherwise."""
        wanted, kind, just = verb(turn.text), remark(turn.text), said(turn.yes)
        offered = just is not None and just.draft == draft.id
        if offered and just and agrees(turn.text):
            return self._pressed(just, turn)
        if offered and declines(turn.text):
            return self._doing.do(Said(Verb.SAVE, draft.id), draft, turn)
        # "Go on" may ask for more of an answer.
        if wanted is Verb.GO_ON and (offered or not (turn.context.more and kind is Remark.MORE)):
            return self._doing.do(Said(Verb.GO_ON, draft.id), draft, turn)
        if wanted in {Verb.AFRESH, Verb.DELETE} or (offered and wanted is Verb.STOP):
            return self._typed(Said(wanted or Verb.STOP, draft.id), draft, turn)
        if kind is Remark.HELLO:
            return self._beside(self._respond(turn), self._doing.offer(draft, turn))
        return self._told_meanwhile(draft, turn)

    def _told_meanwhile(self, draft: Draft, turn: Turn) -> Saying | None:
        """What somebody tells whose concern is saved, perhaps when asked how a talk went: it can go with what they told.

        None where it may be about anything else.
        """
        telling = self._doing.telling(draft, turn)
        how_did_it_go = telling.here.at == TALKED and bool(words(turn.text)) and not is_a_question(turn.text)
        if not (how_did_it_go or is_told(turn.text)) or is_a_verdict(turn.text) or is_something_else(turn):
            return None
        if waits_for_answer(turn):
            return None
        known = self._hearing.known(turn, telling) if how_did_it_go else self._respond(turn)
        offer = self._doing.offer(draft, turn)
        add = str(Said(Verb.ANSWER, draft.id, STORY, turn.told))
        offer = replace(
            offer, blocks=(*_to_be_added(turn.told, add), *offer.blocks), context=replace(offer.context, yes=add)
        )
        return self._beside(known, offer) if known else offer

    def _back(self, draft: Draft, turn: Turn) -> Saying:
        """Somebody comes back after hours: what they say is answered as ever, and the concern is offered."""
        telling = self._doing.telling(draft, turn)
        if verb(turn.text) or len(turn.told) > LONGEST_BUTTON:
            return self._hear(draft, turn)
        turn.records.drafts.keep(replace(draft, paused=True))
        offer = self._doing.offer(draft, turn)
        return self._beside(self._respond(turn), replace(offer, blocks=(*offer.blocks, *_kept(telling, turn))))

    def _hear(self, draft: Draft, turn: Turn) -> Saying:
        telling = self._doing.telling(draft, turn)
        here = telling.here
        if not isinstance(here, Asking):
            return self._at_the_review(telling, turn)
        heard = self._hearing.hear(turn, telling, here)
        match heard:
            case Do(things):
                return self._one_by_one(things, turn)
            case Search(text):
                return self._doing.found(text, self._doing.touched(telling, turn), here, turn)
            case Unread(because):
                blocks = (Text(because or PICK_ONE), *asking.again(self._doing.touched(telling, turn), here))
                return saying(blocks, turn.context)
            case Aside():
                return self._aside(heard, self._doing.touched(telling, turn), here, turn)

    def _one_by_one(self, things: tuple[Said, ...], turn: Turn) -> Saying:
        """Several things done; the last tells how it stands then."""
        said_last: Saying | None = None
        for thing in things:
            draft = turn.records.drafts.of(turn.message.conversation.person)
            said_last = self._typed(thing, draft, turn) if draft else self._doing.gone(thing, turn)
        return said_last or saying((Text(PICK_ONE),), turn.context)

    def _typed(self, thing: Said, draft: Draft, turn: Turn) -> Saying:
        """A thing asked for in a person's own words: what deletes something is asked about, unless that was just done."""
        just = said(turn.yes)
        asked = just is not None and just.draft == draft.id and just.verb in {Verb.GO_ON, Verb.DELETE}
        if thing.verb is Verb.AFRESH and not asked and self._doing.telling(draft, turn).holds_words:
            return self._doing.offer(draft, turn)
        if thing.verb is Verb.AFRESH and asked and just and just.verb is Verb.GO_ON:
            return self._doing.do(replace(thing, text=just.text), draft, turn)
        if thing.verb is Verb.DELETE and not asked:
            return self._doing.do(Said(Verb.STOP, draft.id), draft, turn)
        return self._doing.do(thing, draft, turn)

    def _at_the_review(self, telling: Telling, turn: Turn) -> Saying:
        thing = self._hearing.way_on(turn, telling)
        if thing:
            return self._typed(thing, telling.draft, turn)
        eases = eased(turn.text)
        answered = plainly(eases, turn.context) if eases else self._respond(turn)
        self._doing.touched(telling, turn)
        blocks = (*without_starts(answered.blocks), Text(_TO_FILE))
        return saying(blocks, answered.context)

    def _aside(self, heard: Aside, telling: Telling, here: Asking, turn: Turn) -> Saying:
        """Something in between, answered, and the question again."""
        kept: tuple[Block, ...] = ()
        if heard.kept and len(heard.kept) <= LONGEST_BUTTON:
            kept = (_part_of_the_answer(heard.kept, telling, here),)
        if heard.saying is None:
            return saying((*asking.question(telling, here), *kept), turn.context)
        blocks = without_starts(heard.saying.blocks)
        again = (Text(_BACK, quiet=True), *asking.again(telling, here), *kept)
        return saying((*blocks, *again), heard.saying.context)

    def _beside(self, answered: Saying, offer: Saying) -> Saying:
        """An answer, with the concern that is half told offered under it."""
        own = tuple(each for each in without_starts(answered.blocks) if each not in offer.blocks)
        yes = answered.context.yes or offer.context.yes
        return saying((*own, *offer.blocks), replace(answered.context, yes=yes), answered.more)


def _is_away(draft: Draft, turn: Turn) -> bool:
    return turn.now - draft.touched > AWAY


def _kept(telling: Telling, turn: Turn) -> tuple[Block, ...]:
    """A way to take what was said as an answer, where one in words was asked for."""
    here = telling.here
    if not isinstance(here, Asking) or here.step.kind not in {Kind.LINE, Kind.STORY} or remark(turn.text):
        return ()
    return (_part_of_the_answer(turn.told, telling, here),)


def _to_be_added(text: str, add: str) -> tuple[Block, ...]:
    """Whether what was told meanwhile is a part of what happened. `add`: what takes it as that."""
    asks = Text("Does that belong to your concern? I have not kept it yet. To keep it, say yes.")
    if len(text) > LONGEST_BUTTON:
        return (asks,)
    return (asks, Choices((Option("Put that under what happened", add, "yes"),), numbered=False, once=True))


def _part_of_the_answer(text: str, telling: Telling, here: Asking) -> Choices:
    says = str(Said(Verb.ANSWER, telling.draft.id, here.at, text))
    return Choices((Option("That was part of my answer", says),))
