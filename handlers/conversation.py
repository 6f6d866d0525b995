"""The neutral language between the assistant and every face: messages in, replies of blocks out.

All are frozen values. A face turns what its platform sends into a `Message`, and draws each `Block` its own way;
neither says anything of its own. User text inside blocks is plain: escaping is the renderer's duty.
"""

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    TERMINAL = "terminal"
    SLACK = "slack"
    TEAMS = "teams"


@dataclass(frozen=True)
class Conversation:
    """The key of all state: who talks with the assistant, and where. The ids are the platform's own."""

    platform: Platform
    tenant: str
    channel: str
    user: str


@dataclass(frozen=True)
class Message:
    """What a person said. `private`: nobody else reads the conversation."""

    conversation: Conversation
    text: str
    private: bool


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Text:
    """A paragraph. `quiet` ones are asides: hints, small print."""

    text: str
    quiet: bool = False


@dataclass(frozen=True)
class Passage:
    """One commitment as it is shown: whose it is, what it says, facts about it, and remarks to be drawn smaller."""

    title: str
    says: str
    facts: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class SideBySide:
    """Passages of equal standing, next to each other where there is room."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Facts:
    """Short rows of a name and a value."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Quote:
    """Somebody else's words, with whose they are."""

    text: str
    source: str


@dataclass(frozen=True)
class Option:
    """Something to pick: what its button or line shows, and what picking it says, as if the person had typed it.

    `typed`: shorter words that say the same right after the reply, for whoever has no buttons.
    """

    label: str
    says: str
    typed: str = ""


@dataclass(frozen=True)
class Choices:
    """Options to pick from. `numbered` ones can be picked by typing their number, counted through the whole reply."""

    options: tuple[Option, ...]
    numbered: bool = True


@dataclass(frozen=True)
class AskDate:
    """Days to pick from a calendar, each for what its label tells. Picking one says its option and the day as YYYY-MM-DD."""

    prompt: str
    days: tuple[Option, ...]


Block = Heading | Text | Passage | SideBySide | Facts | Quote | Choices | AskDate


@dataclass(frozen=True)
class Reply:
    """One thing said by the assistant.

    `more`: what to say in private to see all of it, where a face shows it shortened to a public channel.
    """

    blocks: tuple[Block, ...]
    more: str = ""
