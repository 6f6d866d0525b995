"""What the Teams face needs of a software development kit: to send and update messages, and to begin personal chats.

Everything that speaks to Teams' servers stands behind this port, so that one kit can take another's place. Activities
are JSON as https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference tells.
"""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

Activity = dict[str, Any]

# What no later try will mend: the chat is gone, or we are not in it, or what we send is refused.
_PERMANENT = frozenset({400, 403, 404, 405, 413})


class ConnectorError(Exception):
    """Teams did not take a call. `status`: its answer's, None where there was no answer in time."""

    def __init__(self, status: int | None, retry_after: float | None = None) -> None:
        """`retry_after`: after how many seconds Teams asks to be tried again, where it says."""
        self.status = status
        self.retry_after = retry_after
        super().__init__(f"Teams answered {status}" if status else "Teams did not answer")

    @property
    def permanent(self) -> bool:
        """Whether trying again cannot help."""
        return self.status in _PERMANENT


class SignInError(Exception):
    """The bot could not sign in; the text is Microsoft's short word for why, or the kind of the error."""


@dataclass(frozen=True)
class Reference:
    """Where one conversation is: the server that takes what is said there, its id, its tenant, and the bot's id in it."""

    service_url: str
    conversation: str
    tenant: str
    bot: str

    def kept(self) -> dict[str, str]:
        """As it is kept in the database."""
        return asdict(self)


class Connector(Protocol):
    """Speaks to Teams. Every call waits and tries again where Teams asks for that, and raises ConnectorError in the end."""

    async def send(self, to: Reference, activity: Activity) -> str:
        """Send an activity; returns the id of the message that was made of it."""
        ...

    async def update(self, to: Reference, message: str, activity: Activity) -> None:
        """Put an activity in the place of a message sent before."""
        ...

    async def begin(self, near: Reference, user: str) -> Reference:
        """The personal chat with somebody who is in a conversation, begun where there is none."""
        ...

    async def sign_in(self) -> None:
        """Returns when the bot can sign in; raises SignInError when it cannot."""
        ...
