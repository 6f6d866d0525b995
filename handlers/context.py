"""What a conversation was last about, so that "and the charities?", "2" and "why?" are understood."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Context:
    """The state of one conversation between two messages; a store keeps it for a day at most.

    `asked`: the question last answered, so that "that did not help" can tell the editors of it; the topic it was
    about; `compact` and `party`: to what the answer was narrowed; `more`: ids of commitments not yet shown;
    `options`: what saying 1, 2, 3 … stands for; `because`: why it was given, a sentence each, where
    `asked` does not tell; `judged`: whether the person has said if it helped; `noted`: whether the question is noted as
    unanswered already, or is not to be; `answered`: whether the last reply was about `topic`; `yes`: what saying yes stands for;
    `forums`: those spoken of last, each as its series and day.
    """

    asked: str = ""
    topic: str | None = None
    compact: str | None = None
    party: str | None = None
    more: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    judged: bool = False
    noted: bool = False
    answered: bool = True
    yes: str = ""
    forums: tuple[str, ...] = ()
