"""Everything that can be done with a concern that is being told, each as one step of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import lru_cache

from handlers.advancing import Answer, Change, Move, advance, fill
from handlers.concerns import asking, leaving, page, review, whens
from handlers.concerns.filing import Filing, what_now
from handlers.concerns.house import House
from handlers.concerns.moves import move_meant, scope
from handlers.concerns.records import Case, Draft
from handlers.concerns.safety import Safety
from handlers.concerns.starting import Start, first_state
from handlers.concerns.steps import AGAIN, COMPACT, FIRST, MOST_STORY, STORY, TALKED, WHEN, steps
from handlers.concerns.telling import Telling
from handlers.concerns.words import PAGE, Said, Verb
from handlers.conversation import Block, Choices, Heading, Option, Platform, Text
from handlers.presenting import A_CONCERN
from handlers.saying import Saying, saying
from handlers.turn import Turn
from handlers.wizard import Answers, Asking, Finished, Outcome, State, gathered
from knowledge.content import Commitment
from knowledge.finding import Finder, Scope
from knowledge.touching import likeliest

_FOR = (
    "This is for when somebody has not kept to a Compact. I ask you about ten short questions, "
    "and then the Compact leads get what you file. Until you file it, nobody sees it."
)
_HOW = "You can say back, save for later or stop at any time, and ask me questions in between."
_NO_COMPACTS = "I know no Compact yet, so there is nobody whom a concern could go to."
_CHANGED = "Something is different from what you were shown. Please check it again."
_LEFT = "There is still a question before you can file it."
_STORY_KEPT = "What you told me before is kept."
_KEPT_FOR_STORY = "I have kept that under what happened."
_MOST_SUGGESTED = 5
_ASKED_AT = time(9)


@dataclass(frozen=True)
class Doing:
    """Does things with drafts. What it says is for the person who tells the concern alone."""

    finder: Finder
    filing: Filing
    safety: Safety
    house: House

    def telling(self, draft: Draft, turn: Turn) -> Telling:
        """A draft with its form, as the moment has it."""
        knowledge = self.finder.knowledge

        def suggest(given: Answers) -> tuple[Commitment, ...]:
            return _suggested(self.finder, "\n".join(given.get(STORY, ())), scope(given), turn.today)

        return Telling(draft, steps(knowledge, today=turn.today, suggest=suggest), knowledge)

    def begin(self, begun: Start, turn: Turn) -> Saying:
        """A new concern, in place of any other that the person has half told."""
        knowledge = self.finder.knowledge
        if not knowledge.compacts:
            return _say((Text(_NO_COMPACTS),), turn)
        state, notes = first_state(begun, knowledge), self.safety.signpost(begun.story, State())
        if len(begun.story) > MOST_STORY:
            state = replace(state, gathered={key: kept for key, kept in state.gathered.items() if key != STORY})
            notes = (*notes, Text(f"That is too long to begin with. I can keep {MOST_STORY:,} characters of a story."))
        person = turn.message.conversation.person
        name = f"{self.house.references()}-{self.house.references()}".lower()
        draft = Draft(person, name, state, started=turn.now, touched=turn.now)
        turn.records.drafts.keep(draft)
        opening = (Heading("Raise a concern"), Text(_FOR), self.safety.opening(), Text(_HOW, quiet=True))
        return self.show(self.telling(draft, turn), turn, *notes, *opening, *_one_page(draft))

    def do(self, thing: Said, draft: Draft, turn: Turn) -> Saying:
        """One thing done with a draft."""
        telling = self.telling(draft, turn)
        if move := move_meant(thing):
            return self._move(telling, move, thing, turn)
        done: dict[Verb, Callable[[Telling, Said, Turn], Saying]] = {
            Verb.GO_ON: self._go_on,
            Verb.REVIEW: self._so_far,
            Verb.FILE: self._file,
            Verb.SAVE: self._save,
            Verb.STOP: self._stop,
            Verb.DELETE: self._delete,
            Verb.AFRESH: self._afresh,
            Verb.PAGE: self._page,
            Verb.SEND: self._filled,
            Verb.ASK: self._ask_later,
        }
        return done[thing.verb](telling, thing, turn)

    def gone(self, thing: Said, turn: Turn) -> Saying:
        """What a button leads to whose draft the person has no more, or never had."""
        person = turn.message.conversation.person
        case = turn.records.cases.filed_from(thing.draft)
        if case and case.raiser == person:
            return _say(_filed_before(case), turn)
        draft = turn.records.drafts.of(person)
        return _say((Text(leaving.NO_LONGER), *(leaving.offer(draft, turn.now) if draft else (A_CONCERN,))), turn)

    def offer(self, draft: Draft, turn: Turn, about: str = "") -> Saying:
        """Offers a concern that is half told. `about`: what else they wanted to raise, for who starts afresh."""
        return _say(leaving.offer(draft, turn.now, about), turn, yes=str(Said(Verb.GO_ON, draft.id, text=about)))

    def show(self, telling: Telling, turn: Turn, *before: Block) -> Saying:
        """Where the form stands: the question in full, or the review."""
        here = telling.here
        if isinstance(here, Asking):
            return _say((*before, *asking.question(telling, here)), turn)
        digest = review.digest(review.lines(telling.steps, telling.given, telling.knowledge))
        turn.records.drafts.keep(replace(telling.draft, reviewed=digest))
        return _say(
            (*before, *review.review(telling, turn.message.name)),
            turn,
            yes=str(Said(Verb.FILE, telling.draft.id, text=digest)),
        )

    def touched(self, telling: Telling, turn: Turn) -> Telling:
        """The concern taken up: it is in front again, and is kept for its whole time from now."""
        draft = replace(telling.draft, touched=turn.now, paused=False, ask_again=None, warned=False)
        turn.records.drafts.keep(draft)
        return replace(telling, draft=draft)

    def found(self, text: str, telling: Telling, here: Asking, turn: Turn) -> Saying:
        """Commitments that a few words may mean, to be picked."""
        ids = tuple(
            each.id
            for each in likeliest(self.finder, text, scope(telling.given), today=turn.today, most=_MOST_SUGGESTED)
        )
        if not ids:
            compact = self.filing.desk.compact_name(telling.given[COMPACT][0])
            none = Text(f"I found no commitment of the {compact} for that. Try other words, or say not sure.")
            return _say((none, *asking.again(telling, here)), turn)
        return _say(asking.found(telling, here, ids), turn)

    def _move(self, telling: Telling, move: Move, thing: Said, turn: Turn) -> Saying:
        said_at, state = thing.step, telling.draft.state
        outcome = advance(telling.steps, state, move, None if isinstance(move, Change) else said_at)
        notes = self.safety.signpost(move.text, state) if isinstance(move, Answer) else ()
        after = self.touched(replace(telling, draft=replace(telling.draft, state=outcome.state)), turn)
        if AGAIN in after.given:
            return self._wait(after, after.given[AGAIN][0], turn)
        if outcome.complaint:
            return self._complain(after, outcome, move, notes, turn)
        if said_at == WHEN and after.given.get(WHEN) != telling.given.get(WHEN) and WHEN in after.given:
            notes = (*notes, _read_as(after))
        if said_at == STORY != telling.here.at and isinstance(move, Answer):
            notes = (*notes, Text(_KEPT_FOR_STORY))
        if outcome.at == telling.here.at and isinstance(outcome, Asking) and not isinstance(move, Change):
            return _say((*notes, *asking.again(after, outcome)), turn)
        return self.show(after, turn, *notes)

    def _complain(self, telling: Telling, outcome: Outcome, move: Move, notes: tuple[Block, ...], turn: Turn) -> Saying:
        """Why a move changed nothing, and the question again."""
        if isinstance(outcome, Finished):
            return self.show(telling, turn, *notes, Text(outcome.complaint))
        kept = outcome.at == STORY and bool(gathered(telling.steps, outcome)) and isinstance(move, Answer)
        says = f"{outcome.complaint} {_STORY_KEPT}" if kept else outcome.complaint
        yes = ""
        confirm: tuple[Block, ...] = ()
        if outcome.at == WHEN and isinstance(move, Answer) and whens.is_still_to_come(move.text, turn.today):
            yes = str(Said(Verb.ANSWER, telling.draft.id, WHEN, whens.confirmed(move.text)))
            confirm = (Choices((Option("Yes, that is right", yes, "yes"),), numbered=False),)
        return _say((*notes, Text(says), *confirm, *asking.again(telling, outcome)), turn, yes=yes)

    def _go_on(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        return self.show(self.touched(telling, turn), turn)

    def _so_far(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        telling = self.touched(telling, turn)
        if isinstance(telling.here, Finished):
            return self.show(telling, turn)
        shown = review.lines(telling.steps, telling.given, telling.knowledge)
        return self.show(telling, turn, Text("This is what you have told me so far:"), *review.blocks(shown))

    def _file(self, telling: Telling, thing: Said, turn: Turn) -> Saying:
        telling = self.touched(telling, turn)
        if isinstance(telling.here, Asking):
            return self.show(telling, turn, Text(_LEFT))
        shown = review.digest(review.lines(telling.steps, telling.given, telling.knowledge))
        seen = thing.text or telling.draft.reviewed
        if seen != shown:
            return self.show(telling, turn, *((Text(_CHANGED),) if seen else ()))
        case = self.filing.file(telling, turn)
        return _say(self.filing.told(case, telling, turn), turn)

    def _save(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        draft = replace(telling.draft, touched=turn.now, paused=True, warned=False)
        turn.records.drafts.keep(draft)
        return _say(leaving.saved(draft, (turn.now + self.house.drafts_kept).date()), turn)

    def _stop(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        if telling.holds_words:
            self.touched(telling, turn)
            return _say(leaving.stop(telling.draft), turn, yes=str(Said(Verb.DELETE, telling.draft.id)))
        turn.records.drafts.drop(telling.draft.person)
        return _say((Text(leaving.STOPPED),), turn)

    def _delete(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        turn.records.drafts.drop(telling.draft.person)
        return _say((Text(leaving.DELETED),), turn)

    def _afresh(self, _: Telling, thing: Said, turn: Turn) -> Saying:
        known = self.finder.knowledge
        is_known = thing.text in known.commitments or thing.text in known.topics
        return self.begin(Start(about=thing.text) if is_known else Start(story=thing.text), turn)

    def _ask_later(self, telling: Telling, thing: Said, turn: Turn) -> Saying:
        return self._wait(telling, thing.text, turn)

    def _wait(self, telling: Telling, when: str, turn: Turn) -> Saying:
        """Save a concern for later and ask about it then; whether they have talked is asked anew when they go on."""
        day = whens.day_to_wait_for(when, turn.today)
        if day is None or whens.cannot_wait(day, turn.today):
            return self.show(self.touched(telling, turn), turn)
        kept = {key: values for key, values in telling.draft.state.given.items() if key not in {TALKED, FIRST, AGAIN}}
        draft = replace(
            telling.draft,
            state=replace(telling.draft.state, given=kept),
            touched=turn.now,
            paused=True,
            ask_again=datetime.combine(day, _ASKED_AT, turn.now.tzinfo),
            warned=False,
        )
        turn.records.drafts.keep(draft)
        return _say(leaving.waiting(draft, day), turn)

    def _page(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        return _say((page.form(self.touched(telling, turn), {}, {}),), turn)

    def _filled(self, telling: Telling, _: Said, turn: Turn) -> Saying:
        """A page that was sent: the form again where something is wrong on it, else what is left to be asked, or the review."""
        before, filled = telling.draft.state, dict(turn.message.filled)
        state, complaints = fill(telling.steps, before, page.answers_on(telling, turn.message.filled))
        after = self.touched(replace(telling, draft=replace(telling.draft, state=state)), turn)
        notes = self.safety.signpost("\n".join(text for values in filled.values() for text in values), before)
        if complaints:
            return _say((*notes, page.form(after, complaints, filled)), turn)
        return self.show(after, turn, *notes)


@lru_cache(maxsize=16)
def _suggested(finder: Finder, story: str, within: Scope, today: date) -> tuple[Commitment, ...]:
    """What a story may be about. It is asked for again and again while one message is answered."""
    return likeliest(finder, story, within, today=today, most=_MOST_SUGGESTED)


def _read_as(telling: Telling) -> Text:
    reading = whens.read_as(telling.given[WHEN])
    if not reading:
        return Text("I could not make out a day in that, so I keep your words as they are.", quiet=True)
    return Text(f"I read that as: {reading}.", quiet=True)


def _one_page(draft: Draft) -> tuple[Block, ...]:
    """The way to tell it on one page. There are no forms in a terminal."""
    if draft.person.platform is Platform.TERMINAL:
        return ()
    return (Choices((Option("Tell it on one page", str(Said(Verb.PAGE, draft.id)), PAGE),), numbered=False),)


def _filed_before(case: Case) -> tuple[Block, ...]:
    return (Text(f"You have filed this concern. Its reference is {case.reference}."), what_now(case))


def _say(blocks: tuple[Block, ...], turn: Turn, yes: str = "") -> Saying:
    return saying(blocks, replace(turn.context, yes=yes))
