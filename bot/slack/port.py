"""What the Slack face needs of the program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.port import Port
from handlers.conversation import Person, Reply


@dataclass(frozen=True)
class SlackPort(Port):
    """What every face needs, what the Home tab shows somebody, and the questions that people are offered to start with."""

    home: Callable[[Person], Reply]
    prompts: Sequence[str]
