"""One message being answered."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers.context import Context
from handlers.conversation import Message
from handlers.ports import Records

_QUOTED = re.compile(r"^[^\S\n]*(?:>|&gt;).*$", re.MULTILINE)


@dataclass(frozen=True)
class Turn:
    """A message, what its conversation is about, what is remembered, and the moment.

    `text`: what is asked: without the lines that the person quotes from somebody else, unless there is nothing else. `yes`:
    what saying yes stands for, by the reply before. `confidential`: said in private by somebody who has a concern, half
    told or filed, so that no word of it is to be kept for others to read.
    """

    message: Message
    text: str
    context: Context
    records: Records
    now: datetime
    yes: str = ""
    confidential: bool = False

    @property
    def today(self) -> date:
        """The day where the people are."""
        return self.now.date()

    @property
    def told(self) -> str:
        """All that the person wrote, quoted lines too."""
        return keepable(self.message.text).strip()

    @property
    def in_private_place(self) -> bool:
        """Whether the message was said where the person and the assistant are alone."""
        room = self.message.room
        return self.message.private and (room is None or room.private)

    @property
    def in_private_chat(self) -> bool:
        """Whether it was said where they are alone, and where the person can go on talking."""
        return self.in_private_place and not self.message.page

    def saying(self, text: str) -> "Turn":
        """The same turn, with other words."""
        return replace(self, text=text, message=replace(self.message, text=text))


def question_in(text: str) -> str:
    """What a person wrote, without the lines they quote from somebody else, unless there is nothing else."""
    text = keepable(text)
    own = _QUOTED.sub("", text).strip()
    return own or text.strip()


def keepable(text: str) -> str:
    """`text` without what no store can keep: NUL, and halves of surrogate pairs, which come from text decoded badly."""
    return text.replace("\0", "").encode("utf-8", "ignore").decode()
