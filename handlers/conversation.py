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
class Person:
    """Somebody the assistant can speak with in private. The ids are the platform's own."""

    platform: Platform
    tenant: str
    user: str


@dataclass(frozen=True)
class Room:
    """A channel or chat of the platform, and the thread in it, if any. The ids are the platform's own.

    `private`: only the assistant and one person are there.
    """

    platform: Platform
    tenant: str
    channel: str
    thread: str = ""
    private: bool = False


@dataclass(frozen=True)
class Conversation:
    """The key of what was talked about last: who talks with the assistant, and where. The ids are the platform's own."""

    platform: Platform
    tenant: str
    channel: str
    user: str

    @property
    def person(self) -> Person:
        """Who talks."""
        return Person(self.platform, self.tenant, self.user)


Filled = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Message:
    """What a person said.

    `private`: nobody else reads the conversation, or the answer. `room`: where it was said or pressed, and its answer
    goes; None where a platform has no such place, as in a terminal. `name`: what the platform calls the person, empty where
    it does not tell. `filled`: what was filled into a form, each field's key with its values. `id`: the platform's id of
    what it sent, where it may send it again. `page`: it was pressed on a page where nothing can be said, as Slack's Home.
    """

    conversation: Conversation
    text: str
    private: bool
    room: Room | None = None
    name: str = ""
    filled: Filled = ()
    id: str = ""
    page: bool = False


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

    `typed`: shorter words that say the same right after the reply, for whoever has no buttons. `link`: an address that picking
    it opens, http or https; then it says nothing.
    """

    label: str
    says: str
    typed: str = ""
    link: str = ""


@dataclass(frozen=True)
class Choices:
    """Options to pick from. `numbered` ones can be picked by typing their number, counted through the whole reply.

    `once`: picking one settles the matter, so that the others need not be offered any more.
    """

    options: tuple[Option, ...]
    numbered: bool = True
    once: bool = False


@dataclass(frozen=True)
class AskDate:
    """Days to pick from a calendar, each for what its label tells. Picking one says its option and the day as YYYY-MM-DD."""

    prompt: str
    days: tuple[Option, ...]


class FieldKind(StrEnum):
    """What is filled into a field: a line, a paragraph, one option, several options, or a day as YYYY-MM-DD."""

    LINE = "line"
    PARAGRAPH = "paragraph"
    ONE = "one"
    SEVERAL = "several"
    DAY = "day"


@dataclass(frozen=True)
class Field:
    """One field of a form. `options`: what to pick from; the value is what an option says. `values`: filled in already.

    `error`: what is wrong with what was filled in, shown at the field.
    """

    key: str
    label: str
    kind: FieldKind
    options: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    optional: bool = False
    help: str = ""
    error: str = ""


@dataclass(frozen=True)
class Form:
    """Fields to fill in on one page. `submit`: what sending the page says, together with what is filled in.

    `opens`: what asks for the same form again, for a face that shows it behind a button. `typed`: how to say the same in
    words, for whoever has no forms.
    """

    title: str
    fields: tuple[Field, ...]
    submit: Option
    opens: Option
    typed: str


Block = Heading | Text | Passage | SideBySide | Facts | Quote | Choices | AskDate | Form


@dataclass(frozen=True)
class Reply:
    """One thing said by the assistant.

    `more`: what to say in private to see all of it, where a face shows it shortened to a public channel.
    `private`: for the person alone, in their private conversation with the assistant, wherever the message came from.
    """

    blocks: tuple[Block, ...]
    more: str = ""
    private: bool = False
