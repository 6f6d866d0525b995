"""Whether the Teams settings work, asked of Microsoft itself."""

import aiohttp

from bot.settings import Settings
from bot.teams.adapter import BotBuilderConnector
from bot.teams.port import SignInError
from bot.teams.running import app
from bot.teams.tokens import Keys, NoKeysError, RefusedError

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_ADVICE = {
    "AADSTS7000215": "the password is wrong: make a new client secret under Manage Password, and copy its value",
    "AADSTS7000222": "the password has expired: make a new client secret under Manage Password",
    "AADSTS700016": "there is no such app there: check TEAMS_APP_ID, and TEAMS_TENANT_ID, which a single-tenant bot needs",
    "AADSTS90002": "there is no such tenant: check TEAMS_TENANT_ID",
}
_OTHERWISE = "check the line, TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID"


async def check_sign_in(settings: Settings) -> tuple[bool, str]:
    """Whether the bot gets a token for its app id and password, with what was found or what to do."""
    if not settings.teams_app_password:
        return False, "set TEAMS_APP_PASSWORD to the client secret from Manage Password"
    async with aiohttp.ClientSession(trust_env=True) as session:
        try:
            await BotBuilderConnector(app(settings), session).sign_in()
        except SignInError as error:
            told = str(error)
            advice = next((advice for number, advice in _ADVICE.items() if number in told.split()), _OTHERWISE)
            return False, f"Microsoft says {told}; {advice}"
    kind = "single-tenant" if settings.teams_tenant_id else "multi-tenant"
    return True, f"signed in as {settings.teams_app_id}, a {kind} bot"


async def check_keys(settings: Settings) -> tuple[bool, str]:
    """Whether the keys can be fetched by which Teams' requests are checked, with what was found or what to do."""
    async with aiohttp.ClientSession(trust_env=True) as session:
        try:
            await Keys(settings.teams_openid_url, session).find("any")
        except NoKeysError:
            return False, "cannot be fetched; check the line, and TEAMS_OPENID_URL if you set it"
        except RefusedError:
            pass  # no key has that name, but there are others
    return True, "can be fetched"
