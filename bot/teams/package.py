"""The app package: the zip to upload to Teams, with the app's manifest and its two icons."""

import json
from dataclasses import dataclass
from importlib import resources
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The first version in which a command may be a prompt.
SCHEMA = "1.27"
SCOPES = ("personal", "team", "groupChat")
COMMANDS = (
    ("help", "What I can do, and how to ask."),
    ("topics", "What people ask about, by theme."),
    ("raise a concern", "Tell the Compact leads what is not as the Compact says, step by step and in private."),
    ("my concerns", "How far the concerns are that you have raised. The answer is for you alone."),
    ("when is the next forum?", "The next provider forum: when and where it is."),
)
PROMPTS = (
    ("How much notice must we give?", "What each Compact says about notice before funding ends or changes."),
    ("Who pays for DBS checks?", "What each Compact says about DBS checks and who pays for them."),
    ("How soon must we be paid?", "What each Compact says about payment on time."),
    ("How do we raise a concern?", "What each Compact says to do when something goes wrong."),
)
ICONS = ("color.png", "outline.png")

_ID_OF = "the Teams app of compactbot"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_TOLD = (
    "Ask compactbot what your Compact commits public bodies and the voluntary sector to, in plain English, and where in "
    "the document it says so. It looks answers up and never makes anything up; where the Compact does not answer, it says "
    "so and tells where to turn. It works out dates, such as the day by which notice must be given. In a channel or a "
    "group chat it reads only messages that mention it."
)


@dataclass(frozen=True)
class Pages:
    """Addresses that Teams shows with the app: about whoever runs it, on privacy, and the terms of use."""

    website: str
    privacy: str
    terms: str


def package(app_id: UUID, url: str, pages: Pages, version: str) -> bytes:
    """The zip to upload, the same bytes whenever it is made from the same.

    `app_id`: the bot's in Azure. `url`: the server's public https address. `version`: of compactbot, as in 1.2.3.
    """
    written = json.dumps(manifest(app_id, url, pages, version), indent=2, ensure_ascii=False) + "\n"
    folder = resources.files("bot.teams") / "icons"
    files = {"manifest.json": written.encode()} | {name: (folder / name).read_bytes() for name in ICONS}
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(ZipInfo(name, _LONG_AGO), content, ZIP_DEFLATED)
    return packed.getvalue()


def manifest(app_id: UUID, url: str, pages: Pages, version: str) -> dict[str, Any]:
    """What manifest.json says, by the rules of https://developer.microsoft.com/json-schemas/teams/."""
    commands = [*map(_command, COMMANDS), *map(_prompt, PROMPTS)]
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA}/MicrosoftTeams.schema.json",
        "manifestVersion": SCHEMA,
        "version": version,
        "id": str(uuid5(app_id, _ID_OF)),
        "localizationInfo": {"defaultLanguageTag": "en-gb"},
        "developer": {
            "name": "compactbot",
            "websiteUrl": pages.website,
            "privacyUrl": pages.privacy,
            "termsOfUseUrl": pages.terms,
        },
        "name": {"short": "compactbot", "full": "compactbot, for your Compact"},
        "description": {"short": "Answers questions about your Compact, and says where it stands.", "full": _TOLD},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": "#1f4e5f",
        "bots": [
            {
                "botId": str(app_id),
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "commandLists": [{"scopes": [scope], "commands": commands} for scope in SCOPES],
            }
        ],
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [urlsplit(url).hostname],
    }


def _command(command: tuple[str, str]) -> dict[str, str]:
    title, description = command
    return {"title": title, "description": description, "type": "basic"}


def _prompt(prompt: tuple[str, str]) -> dict[str, str]:
    title, description = prompt
    return {"title": title, "description": description, "type": "prompt", "prompt": title}
