"""Who talks in a terminal, and where: the terminal's people and rooms are whatever they call themselves."""

from dataclasses import dataclass

from handlers.conversation import Conversation, Message, Person, Platform, Room
from handlers.posts import Address

_TENANT = "local"


@dataclass(frozen=True)
class Place:
    """Somebody's seat: in a room that others share, or, without one, alone with the assistant.

    `name`: what the person is called; empty where they did not say.
    """

    user: str = "local"
    name: str = ""
    room: str = ""

    @property
    def address(self) -> Address:
        """Where what is shown here is sent to."""
        return self._shared or Person(Platform.TERMINAL, _TENANT, self.user)

    def message(self, text: str) -> Message:
        """What the person says here."""
        # No room has an empty name, so that being alone is no room's conversation.
        here = Conversation(Platform.TERMINAL, _TENANT, self.room, self.user)
        return Message(here, text, private=not self.room, room=self._shared, name=self.name)

    @property
    def _shared(self) -> Room | None:
        return Room(Platform.TERMINAL, _TENANT, self.room) if self.room else None
