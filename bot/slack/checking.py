"""Whether the Slack settings work, asked of Slack itself."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import Settings
from bot.slack.errors import CALL_ERRORS, slack_says
from bot.slack.manifest import SCOPES

_BOT_TOKEN = "copy the bot's token again from OAuth & Permissions into SLACK_BOT_TOKEN"  # noqa: S105 - advice
_APP_TOKEN = "make an app-level token with connections:write and set SLACK_APP_TOKEN to it"  # noqa: S105 - advice


async def check_bot(settings: Settings) -> tuple[bool, str]:
    """Whether the bot's token is good and has the scopes that are used, with what was found or what to do."""
    web = AsyncWebClient(token=settings.slack_bot_token, base_url=settings.slack_api_url)
    try:
        answer = await web.auth_test()
    except CALL_ERRORS as error:
        return False, _advice(error, _BOT_TOKEN)
    granted = str(answer.headers.get("x-oauth-scopes", "")).replace(" ", "").split(",")
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        return (
            False,
            f"the scopes {', '.join(missing)} are missing; add them under OAuth & Permissions and install again",
        )
    return True, f"signed in to {answer.get('team')} as {answer.get('user')}"


async def check_socket(settings: Settings) -> tuple[bool, str]:
    """Whether the app-level token opens a Socket Mode connection, with what was found or what to do."""
    web = AsyncWebClient(token=settings.slack_app_token, base_url=settings.slack_api_url)
    try:
        await web.apps_connections_open(app_token=str(settings.slack_app_token))
    except CALL_ERRORS as error:
        return False, _advice(error, _APP_TOKEN)
    return True, "a connection can be opened"


def _advice(error: Exception, advice: str) -> str:
    if said := slack_says(error):
        return f"Slack says {said}; {advice}"
    return "Slack cannot be reached; check the line, and SLACK_API_URL if you set it"
