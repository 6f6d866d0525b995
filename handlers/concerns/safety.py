"""Where to turn when somebody is in danger: said at the beginning, and again when a story tells of it."""

from collections.abc import Iterable

from handlers.concerns.steps import FREE_TEXT
from handlers.conversation import Block, Text
from handlers.wizard import State
from knowledge.danger import DangerSigns

_EMERGENCY = "If somebody may come to harm, do not wait for this: call 999 now."
_IN_DANGER = "What you wrote may mean that somebody is in danger. If so, please do not wait for this: call 999 now."
_MAY_GO_ON = "When everybody is safe, you can go on here. What you have told me is kept."


class Safety:
    """Points to those who help at once."""

    def __init__(self, signs: DangerSigns, contact: str) -> None:
        """`contact`: a sentence on whom to tell of somebody at risk."""
        self._signs = signs
        self._contact = contact

    def opening(self) -> Text:
        """What a concern is not for."""
        return Text(f"It is not for emergencies. {_EMERGENCY} {self._contact}")

    def signpost(self, said: str, before: State) -> tuple[Block, ...]:
        """Whom to call, where what is said tells of danger and nothing told before it did; else nothing."""
        if not self._signs.in_text(said) or any(map(self._signs.in_text, _told(before))):
            return ()
        return (Text(f"{_IN_DANGER} {self._contact}"), Text(_MAY_GO_ON))


def _told(state: State) -> Iterable[str]:
    """Everything that a person has put in words so far."""
    kept = (state.given, state.gathered, state.before)
    return (text for answers in kept for step in FREE_TEXT for text in answers.get(step, ()))
