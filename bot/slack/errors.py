"""Why a call to Slack failed, told without anything that was sent."""

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

# What a call may raise: Slack refuses, or the line or Slack itself fails.
CALL_ERRORS = (SlackApiError, ClientError, OSError, TimeoutError)


def slack_says(error: Exception) -> str | None:
    """Slack's own word for why it refused; None where the answer was not Slack's, or there was none."""
    answer = getattr(getattr(error, "response", None), "data", None)
    said = answer.get("error") if isinstance(answer, dict) else None
    return str(said) if said else None


def reason(error: Exception) -> str:
    """Slack's word for it, else the kind of the error."""
    return slack_says(error) or type(error).__name__
