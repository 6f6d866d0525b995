"""A strict stand-in of the Slack platform: Web API, response URLs and Socket Mode, on a free loopback port.

It refuses what Slack refuses. Where Slack lets a mistake pass in silence (an argument that no method knows, an
acknowledgement of nothing) it refuses too, so that the mistake shows. Whatever it refused is in `SlackStandIn.refused`.
"""

from tests.slack.standin.methods import METHODS
from tests.slack.standin.server import SlackStandIn
from tests.slack.standin.things import (
    SCOPES,
    Call,
    Channel,
    Cut,
    Failure,
    NotOk,
    Opened,
    Posted,
    Prompts,
    RateLimited,
    Refusal,
    Responded,
    ServerError,
    Status,
    Surface,
    Timeout,
    Updated,
)
from tests.slack.standin.views import PROMPTS_MOST

__all__ = [
    "METHODS",
    "PROMPTS_MOST",
    "SCOPES",
    "Call",
    "Channel",
    "Cut",
    "Failure",
    "NotOk",
    "Opened",
    "Posted",
    "Prompts",
    "RateLimited",
    "Refusal",
    "Responded",
    "ServerError",
    "SlackStandIn",
    "Status",
    "Surface",
    "Timeout",
    "Updated",
]
