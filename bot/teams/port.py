"""What the Teams face needs of a software development kit: to send, update and delete messages, and begin personal chats.

Everything that speaks to Teams' servers stands behind this port, so that one kit can take another's place. Activities
are JSON as https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference tells.
"""

from dataclasses import asdict, dataclass
from typing import Any, Protocol

Activity = dict[str, Any]

# The chat is gone, or we are not in it.
_GONE = frozenset({403, 404})
# What no later try will mend: that, or what we send is refused, or Teams cannot do it at all.
_PERMANENT = _GONE | {400, 405, 413, 501}


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

    @property
    def gone(self) -> bool:
        """Whether nothing reaches that chat (any more)."""
        return self.status in _GONE


class SignInError(ConnectorError):
    """The bot could not sign in; the text is Microsoft's short word for why, or the kind of the error."""

    def __init__(self, why: str) -> None:
        super().__init__(None)
        self.args = (why,)


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

    async def delete(self, to: Reference, message: str) -> None:
        """Take a message away that was sent before."""
        ...

    async def begin(self, near: Reference, user: str) -> Reference:
        """The personal chat with somebody who is in a conversation, begun where there is none."""
        ...

    async def sign_in(self) -> None:
        """Returns when the bot can sign in; raises SignInError when it cannot."""
        ...
