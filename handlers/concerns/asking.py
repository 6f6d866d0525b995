"""A question put before a person: short, with what can be picked, and the ways out."""

from collections.abc import Iterator

from handlers import presenting
from handlers.concerns import review
from handlers.concerns.steps import AGAIN, COMMITMENTS, COMPACT, FIRST, NOT_SURE, STORY, WHEN, commitment_option
from handlers.concerns.telling import Telling
from handlers.concerns.words import Said, Verb
from handlers.conversation import AskDate, Block, Choices, Option, Quote, Text
from handlers.wizard import Asking, Kind, Values, applying, gathered
from knowledge.content import Compact

_NONE_FITS = (
    "I found no commitment that fits what you have told me. To look for one, type a few words. Or say not sure."
)
_MORE_STORY = "I have that. Tell me more, or say that's all."


def question(telling: Telling, here: Asking) -> tuple[Block, ...]:
    """The question in full: how far along it is, what is asked, what was said for it before, and what can be said."""
    asked = applying(telling.steps, telling.given)
    number = asked.index(here.step) + 1
    return (
        Text(f"Question {number} of about {len(asked)}", quiet=True),
        *_advice(telling, here),
        Text(here.step.prompt),
        *_helped(here),
        *_none_fits(telling, here),
        *_so_far(telling, here),
        *_ways(telling, here),
    )


def again(telling: Telling, here: Asking) -> tuple[Block, ...]:
    """The question shortly, for whoever has just been asked it."""
    so_far = gathered(telling.steps, here)
    prompt = _MORE_STORY if here.step.kind is Kind.STORY and so_far else here.step.prompt
    return (Text(prompt), *_ways(telling, here))


def found(telling: Telling, here: Asking, ids: Values) -> tuple[Block, ...]:
    """Commitments that a search found, to be picked for the step that is asked."""
    known = telling.knowledge.commitments
    return (
        Text("I found these:"),
        *_picks(telling, here, tuple(known[each].id for each in ids)),
        *_controls(telling, here),
    )


def advice(compact: Compact, telling: Telling) -> tuple[Block, ...]:
    """What a Compact advises before a concern is raised."""
    known = telling.knowledge.commitments
    advised = [known[each] for each in compact.process.advised_first if each in known]
    if not advised:
        return (Text("Often a talk settles things sooner than anything else."),)
    shown = tuple(presenting.passage(each, telling.knowledge, brief=True) for each in advised)
    return (Text(f"This is what the {compact.name} says about that:"), *shown)


def _advice(telling: Telling, here: Asking) -> tuple[Block, ...]:
    compact = telling.knowledge.compacts.get(telling.given.get(COMPACT, ("",))[0])
    return advice(compact, telling) if compact and here.at == FIRST else ()


def _helped(here: Asking) -> tuple[Block, ...]:
    return (Text(here.step.help, quiet=True),) if here.step.help else ()


def _none_fits(telling: Telling, here: Asking) -> tuple[Block, ...]:
    """That no commitment is suggested, where none is picked either."""
    if here.at != COMMITMENTS or gathered(telling.steps, here):
        return ()
    found = any(option.says != NOT_SURE for option in here.step.options(telling.given))
    return () if found else (Text(_NONE_FITS),)


def _so_far(telling: Telling, here: Asking) -> Iterator[Block]:
    """What was said for a question before, so that it need not be said again."""
    if here.step.kind is Kind.STORY and (so_far := gathered(telling.steps, here)):
        yield Quote("\n\n".join(so_far), "What you have told me so far")
    elif here.step.kind in {Kind.ONE, Kind.LINE} and (before := telling.draft.state.before.get(here.at)):
        yield Text(f"Before, you said: {review.told(here.step, before, telling.given, telling.knowledge)}", quiet=True)


def _ways(telling: Telling, here: Asking) -> Iterator[Block]:
    """What can be picked, and the ways out."""
    yield from _options(telling, here)
    if here.at in {WHEN, AGAIN}:
        label = "The day when it happened" if here.at == WHEN else "The day when I should ask"
        pick = Option(label, f"{Said(Verb.ANSWER, telling.draft.id, here.at)}:")
        yield AskDate("Or name another day." if here.at == AGAIN else "Or name a day.", (pick,))
    yield from _controls(telling, here)


def _options(telling: Telling, here: Asking) -> Iterator[Block]:
    if here.at == COMMITMENTS:
        suggested = tuple(option.says for option in here.step.options(telling.given))
        yield from _picks(telling, here, suggested)
    elif options := here.step.options(telling.given):
        says = tuple(
            Option(each.label, str(Said(Verb.ANSWER, telling.draft.id, here.at, each.says)), each.typed or each.label)
            for each in options
        )
        yield Choices(says, numbered=here.step.kind is Kind.ONE)


def _picks(telling: Telling, here: Asking, offered: Values) -> Iterator[Block]:
    """What is picked already, and what can be; picking the former leaves it out."""
    so_far = gathered(telling.steps, here)
    values = dict.fromkeys((*so_far, *offered))
    yield Choices(tuple(_pick(telling, here, each, picked=each in so_far) for each in values))
    if so_far:
        yield Text("To leave out one that is picked, pick it again.", quiet=True)


def _pick(telling: Telling, here: Asking, value: str, *, picked: bool) -> Option:
    commitment = telling.knowledge.commitments.get(value)
    label = commitment_option(commitment, telling.knowledge).label if commitment else "I am not sure"
    verb = Verb.LEAVE_OUT if picked else Verb.ANSWER
    says = str(Said(verb, telling.draft.id, here.at, value))
    return Option(f"Picked: {label}" if picked else label, says, "not sure" if value == NOT_SURE else "")


def _controls(telling: Telling, here: Asking) -> Iterator[Block]:
    draft, key = telling.draft.id, here.at
    before = telling.draft.state.before.get(key)
    several = here.step.kind in {Kind.SEVERAL, Kind.STORY}
    ready = several and gathered(telling.steps, here)
    first = not any(step.key in telling.given for step in telling.steps[: telling.steps.index(here.step)])
    done = Option("That's all" if here.step.kind is Kind.STORY else "Done", str(Said(Verb.DONE, draft, key)), "done")
    shown = (
        (bool(ready), done),
        (before is not None, Option("Keep it as it was", str(Said(Verb.KEEP, draft, key)), "keep it")),
        (
            bool(ready and before) and here.at == STORY,
            Option("Tell it again", str(Said(Verb.CLEAR, draft, key)), "tell it again"),
        ),
        (here.step.optional, Option("Skip", str(Said(Verb.SKIP, draft, key)), "skip")),
        (not first, Option("Back", str(Said(Verb.BACK, draft, key)), "back")),
        (True, Option("Save for later", str(Said(Verb.SAVE, draft)), "save for later")),
        (True, Option("Stop", str(Said(Verb.STOP, draft)), "stop")),
    )
    yield Choices(tuple(option for wanted, option in shown if wanted), numbered=False)
