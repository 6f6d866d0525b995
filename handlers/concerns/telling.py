"""A concern being told, with the questions of its form."""

from dataclasses import dataclass
from functools import cached_property

from handlers.concerns.records import Draft
from handlers.wizard import Answers, Outcome, Step, Values, answers, current
from knowledge.base import Knowledge


@dataclass(frozen=True)
class Telling:
    """A draft with the steps of its form and the knowledge that they are made from."""

    draft: Draft
    steps: tuple[Step, ...]
    knowledge: Knowledge

    @cached_property
    def given(self) -> Answers:
        """The answers that count."""
        return answers(self.steps, self.draft.state)

    @cached_property
    def here(self) -> Outcome:
        """Where the form stands."""
        return current(self.steps, self.draft.state)

    @property
    def holds_words(self) -> bool:
        """Whether anything was told yet that would be lost with the draft."""
        state = self.draft.state
        return any(values for kept in (state.given, state.gathered, state.before) for values in kept.values())

    def values(self, step: str) -> Values:
        """A step's answer, or what was said for it so far, or before it was taken back; nothing where there is none."""
        state = self.draft.state
        return self.given.get(step) or state.gathered.get(step) or state.before.get(step) or ()
