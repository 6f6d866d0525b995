"""Settings, from the environment and a `.env` file; every one has a line in `.env.example`, and a test holds that."""

import difflib
import os
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.content import Party

_PLAINLY = {
    "bool_parsing": "should be true or false",
    "int_parsing": "should be a whole number",
    "less_than_equal": "should be at most {le}",
    "greater_than_equal": "should be at least {ge}",
    "literal_error": "should be {expected}",
}


class SettingsError(Exception):
    """Settings that cannot be used; `complaints` names each, where it stands and how to mend it."""

    def __init__(self, complaints: list[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("\n".join(complaints))


def _default_database() -> str:
    return f"sqlite:///{user_data_path('compactbot') / 'compactbot.db'}"


class Settings(BaseSettings):
    """All that can be set. Names in the environment are the same in upper case."""

    # "utf-8-sig" passes over the mark that some editors put in front of a file.
    model_config = SettingsConfigDict(env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", frozen=True)

    database_url: str = Field(default_factory=_default_database)
    knowledge_path: Path | None = None
    knowledge_shipped: bool = True
    default_compact: str | None = None
    default_party: Literal["public", "vcse"] | None = None
    compact_leads: str = "The people who look after the Compact in your organisation can tell you more."
    time_zone: str = "Europe/London"
    question_retention_days: int = Field(default=90, ge=1, le=3650)
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    slack_bot_token: str | None = Field(default=None, repr=False)
    slack_signing_secret: str | None = Field(default=None, repr=False)
    slack_app_token: str | None = Field(default=None, repr=False)
    slack_api_url: str = "https://slack.com/api/"
    cache_dir: Path | None = Field(default_factory=lambda: user_cache_path("compactbot"))

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        file = url.removeprefix("sqlite:///")
        if file in {url, "", ":memory:"}:
            raise ValueError("should start with sqlite:/// and name a file")
        return url

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError("should be a time zone such as Europe/London") from error
        return name

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _known_token(cls, token: str | None, info: ValidationInfo) -> str | None:
        start = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}[str(info.field_name)]
        if token is not None and not token.startswith(start):
            raise ValueError(f"should start with {start}; see docs/slack.md for where to find it")
        return token

    @property
    def party(self) -> Party | None:
        """The default party, where one is set."""
        return Party(self.default_party) if self.default_party else None


def load(env_file: Path = Path(".env")) -> Settings:
    """The settings from the environment, and from `env_file` for what the environment does not set.

    Raises SettingsError naming every setting that is wrong, all at once.
    """
    lines = _lines(env_file)
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError([_complaint(each, env_file, lines) for each in error.errors()]) from error
    misspelt = [complaint for name, line in lines.items() if (complaint := _misspelt(name, line, env_file))]
    if misspelt:
        raise SettingsError(misspelt)
    return settings


def _lines(env_file: Path) -> dict[str, int]:
    """The names set in a .env file, each with its line."""
    try:
        text = env_file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([f"{env_file} cannot be read as UTF-8 text: {error}"]) from error
    names = [line.removeprefix("export ").partition("=")[0].strip().upper() for line in text.splitlines()]
    return {name: number for number, name in enumerate(names, start=1) if name and not name.startswith("#")}


def _complaint(error: Any, env_file: Path, lines: dict[str, int]) -> str:
    name = str(error["loc"][0]).upper()
    in_environment = any(key.upper() == name for key in os.environ)
    where = "in the environment" if in_environment or name not in lines else f"{env_file}, line {lines[name]}"
    plain = _PLAINLY.get(error["type"])
    wrong = plain.format(**error.get("ctx", {})) if plain else str(error["msg"]).removeprefix("Value error, ")
    return f"{name} ({where}): {wrong[0].lower()}{wrong[1:]}"


def _misspelt(name: str, line: int, env_file: Path) -> str | None:
    known = [field.upper() for field in Settings.model_fields]
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.8) if name not in known else []
    return f"{name} ({env_file}, line {line}): is not a setting; did you mean {near[0]}?" if near else None
