"""What the stand-in of Slack holds, what it took in, and the ways in which it fails."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tests.slack.requests import ASKER, GENERAL, LEAD, LEADS, Json

if TYPE_CHECKING:
    from tests.slack.standin.server import SlackStandIn

Surface = Literal["message", "home", "modal"]
EnvelopeType = Literal["events_api", "slash_commands", "interactive"]


SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
)


@dataclass(frozen=True)
class User:
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/London"


@dataclass(frozen=True)
class Channel:
    """A conversation; the bot is in it unless `bot_in` is false."""

    id: str
    name: str
    kind: Literal["public", "private", "im", "mpim"] = "public"
    members: tuple[str, ...] = (ASKER, LEAD)
    bot_in: bool = True
    archived: bool = False


USERS = (User(ASKER, "asker", "Ash Asker"), User(LEAD, "lead", "Lee Lead"))
CHANNELS = (Channel(GENERAL, "general"), Channel(LEADS, "leads", "private", (LEAD,)))


@dataclass(frozen=True)
class RateLimited:
    """Status 429; come again after this many seconds."""

    retry_after: int = 1


@dataclass(frozen=True)
class ServerError:
    """Status 500 with a page of HTML; with `done`, the call took effect before it failed."""

    done: bool = False


@dataclass(frozen=True)
class Timeout:
    """No answer for this many seconds, then 504; with `done`, the call takes effect at once and only its answer is late."""

    seconds: float
    done: bool = False


@dataclass(frozen=True)
class NotOk:
    """Status 200, `ok` false, and this error."""

    error: str


@dataclass(frozen=True)
class Cut:
    """The line closes without an answer; with `done`, the call took effect before."""

    done: bool = False


Failure = RateLimited | ServerError | Timeout | NotOk | Cut


@dataclass(frozen=True)
class Call:
    """A call as it came in, whether or not it was carried out; `at` is in seconds of `time.monotonic`."""

    method: str
    token: str
    arguments: Json
    as_json: bool
    at: float


@dataclass(frozen=True)
class Refusal:
    """What the stand-in refused, and why. Failures a test asked for are not among these."""

    method: str
    error: str
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Posted:
    channel: str
    ts: str
    text: str
    blocks: tuple[Json, ...]
    thread_ts: str | None
    metadata: Json | None


@dataclass(frozen=True)
class Ephemeral:
    channel: str
    user: str
    text: str
    blocks: tuple[Json, ...]
    thread_ts: str | None


@dataclass(frozen=True)
class Updated:
    """A message as it stands after an update."""

    channel: str
    ts: str
    text: str
    blocks: tuple[Json, ...]
    metadata: Json | None


@dataclass(frozen=True)
class Deleted:
    channel: str
    ts: str


@dataclass(frozen=True)
class Published:
    """A Home tab as it was sent; `SlackStandIn.views` has it as Slack holds it."""

    user: str
    view_id: str
    view: Json


@dataclass(frozen=True)
class Opened:
    """A modal as it was sent, on opening or on update; `SlackStandIn.views` has it as Slack holds it."""

    view_id: str
    view: Json


@dataclass(frozen=True)
class Status:
    channel: str
    thread_ts: str
    status: str


@dataclass(frozen=True)
class Prompts:
    """Suggested prompts that users see, as (title, message) pairs."""

    channel: str
    title: str | None
    prompts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Responded:
    """What was posted to a response URL."""

    url: str
    text: str
    blocks: tuple[Json, ...]
    response_type: Literal["ephemeral", "in_channel"]
    replace_original: bool
    delete_original: bool
    thread_ts: str | None


@dataclass(frozen=True)
class Envelope:
    """What was sent over the socket; `at` is in seconds of `time.monotonic`."""

    id: str
    type: EnvelopeType
    payload: Json
    accepts_response_payload: bool
    at: float


@dataclass(frozen=True)
class Acknowledgement:
    """The app's answer to an envelope, `after` so many seconds."""

    envelope_id: str
    payload: Json | None
    after: float


@dataclass(frozen=True)
class Connection:
    """A time the app connected; `at` is in seconds of `time.monotonic`."""

    ticket: str
    at: float


class RefusedError(Exception):
    """The platform does not do what it was asked; `error` is Slack's word for why."""

    def __init__(self, error: str, *messages: str) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = messages


@dataclass(frozen=True)
class Method:
    """One method of the Web API; `reads_json` is false where Slack reads form and query arguments only.

    `scope`: what the app has to be granted, for all conversations or by their kind; empty where nothing is needed.
    """

    carry_out: Callable[["SlackStandIn", Json], Json]
    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    reads_json: bool = True
    for_app: bool = False
    scope: str | Mapping[str, str] = ""
