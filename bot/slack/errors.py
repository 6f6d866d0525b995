"""Why a call to Slack failed, told without anything that was sent."""

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from scheduler.delivery import SendError

# What a call may raise: Slack refuses, or the line or Slack itself fails.
CALL_ERRORS = (SlackApiError, ClientError, OSError, TimeoutError)
# What no later try will mend: there is nobody (any more) to read it, or Slack does not take such a message.
_PERMANENT = frozenset(
    "channel_not_found not_in_channel is_archived cannot_dm_bot user_not_found user_disabled account_inactive "
    "messages_tab_disabled user_not_in_channel invalid_blocks msg_blocks_too_long msg_too_long no_text "
    "invalid_arguments".split()
)
_RESTRICTED = "restricted_action"
_RATE_LIMITED, _SERVER_ERROR = 429, 500


def slack_says(error: Exception) -> str | None:
    """Slack's own word for why it refused; None where the answer was not Slack's, or there was none."""
    answer = getattr(getattr(error, "response", None), "data", None)
    said = answer.get("error") if isinstance(answer, dict) else None
    return str(said) if said else None


def reason(error: Exception) -> str:
    """Slack's word for it, else the kind of the error."""
    return slack_says(error) or type(error).__name__


def send_error(error: Exception) -> SendError:
    """Why something was not sent, with whether trying again can help, and when Slack wants that."""
    said = slack_says(error) or ""
    permanent = said in _PERMANENT or said.startswith(_RESTRICTED)
    return SendError(_told(error), permanent=permanent, retry_after=_wait_asked_for(error))


def _told(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", 0)
    return f"status {status}" if status >= _SERVER_ERROR else reason(error)


def _wait_asked_for(error: Exception) -> float | None:
    """In seconds; None where Slack asks for none."""
    response = getattr(error, "response", None)
    if getattr(response, "status_code", None) != _RATE_LIMITED:
        return None
    asked = str(response.headers.get("Retry-After", ""))  # type: ignore[union-attr]
    return float(asked) if asked.isdecimal() else None
