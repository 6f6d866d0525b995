"""What is said when somebody leaves a concern half told, comes back to it, or is reminded of it."""

from datetime import date, datetime

from handlers.concerns.records import Draft
from handlers.concerns.words import Said, Verb
from handlers.conversation import Block, Choices, Option, Text
from knowledge.periods import day_in_words

DELETED = "It is deleted. Nothing of it is kept."
STOPPED = "Stopped. Nothing of it is kept."
NO_LONGER = "That concern is not being told here any more."


def saved(draft: Draft, until: date) -> tuple[Block, ...]:
    """What is said when a concern is saved for later."""
    kept = Text(f"Saved. I keep it until {day_in_words(until)}, and tell you before I delete it.")
    return (kept, Text("When you want to go on, say go on."), Choices((_go_on(draft),), numbered=False))


def waiting(draft: Draft, day: date) -> tuple[Block, ...]:
    """What is said to somebody who will try to talk with the other side first."""
    asks = Text(f"Good luck. I will ask you on {day_in_words(day)} how it went. Until then, what you told me is kept.")
    return (asks, Text("If you want to go on sooner, say go on."), Choices((_go_on(draft),), numbered=False))


def stop(draft: Draft) -> tuple[Block, ...]:
    """Asks whether what was told is to be deleted."""
    save = Option("Save it for later", str(Said(Verb.SAVE, draft.id)), "save for later")
    return (
        Text("Shall I delete what you have told me?"),
        Choices((_delete(draft), save, _go_on(draft)), numbered=False),
    )


def offer(draft: Draft, now: datetime, about: str = "") -> tuple[Block, ...]:
    """Offers a concern that is half told. `about`: what a new one would be about."""
    begun = day_in_words(draft.started.astimezone(now.tzinfo).date())
    afresh = Option("Start afresh", str(Said(Verb.AFRESH, draft.id, text=about)), "start afresh")
    return (
        Text(f"You have a concern half told. You began it on {begun}. To start afresh deletes it."),
        Choices((_go_on(draft), afresh, _delete(draft)), numbered=False),
    )


def asking(draft: Draft) -> tuple[Block, ...]:
    """Asks somebody how the talk with the other side went."""
    week = Option("Ask me again in a week", str(Said(Verb.ASK, draft.id, text="in a week")), "")
    settled = Option("It is settled: delete it", str(Said(Verb.DELETE, draft.id)), "")
    return (
        Text(
            "You wanted to talk with the other side first, about the concern that you began to tell me. How did it go?"
        ),
        Text("If it is not settled, you can go on and raise it."),
        Choices((_go_on(draft), settled, week), numbered=False),
    )


def warning(draft: Draft, last: date) -> tuple[Block, ...]:
    """Warns somebody that what they told will be deleted."""
    return (
        Text(f"You have a concern half told. I keep it until {day_in_words(last)}, then I delete it."),
        Choices((_go_on(draft), _delete(draft)), numbered=False),
    )


def _go_on(draft: Draft) -> Option:
    return Option("Go on with it", str(Said(Verb.GO_ON, draft.id)), "go on")


def _delete(draft: Draft) -> Option:
    return Option("Delete it", str(Said(Verb.DELETE, draft.id)), "delete it")
