"""Settings, from the environment and a `.env` file; every one has a line in `.env.example`, and a test holds that."""

import difflib
import os
import re
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
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
# With @ nowhere else, so that no part of a password is taken for a host and shown.
_POSTGRESQL = re.compile(
    r"postgres(?:ql)?://(?:[^:/@]*(?::[^@]*)?@)?(?:\[[^]/?@]+]|[^][/:?@]*)(?::\d+)?/[^/?@]+(?:\?[^@]*)?"
)
_ADDRESS = re.compile(r"https?://[^\s/?#]+(?:/[^\s?#]*)?", re.IGNORECASE)
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)

_ADMINISTRATOR = re.compile(r"(?:slack|teams):\S+")
_TARGET = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+\s*=\s*0*(?:[1-9]\d?|1\d\d|2[0-5]\d|260)")


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
    model_config = SettingsConfigDict(
        env_file_encoding="utf-8-sig", env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: str = Field(default_factory=_default_database, repr=False)
    knowledge_path: Path | None = None
    knowledge_shipped: bool = True
    forums_path: Path | None = None
    forum_grace: int = Field(default=12, ge=1, le=168)
    public_url: str = ""
    default_compact: str | None = None
    default_party: Literal["public", "vcse"] | None = None
    compact_leads: str = "The people who look after the Compact in your organisation can tell you more."
    time_zone: str = "Europe/London"
    question_retention_days: int = Field(default=90, ge=1, le=3650)
    safeguarding_contact: str = "You can also tell your organisation's safeguarding lead."
    draft_retention_days: int = Field(default=30, ge=14, le=365)
    administrators: str = ""
    concern_targets: str = ""
    concern_retention_months: int = Field(default=24, ge=1, le=120)
    host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=1, le=65535)
    slack_bot_token: str | None = Field(default=None, repr=False)
    slack_signing_secret: str | None = Field(default=None, repr=False)
    slack_app_token: str | None = Field(default=None, repr=False)
    slack_api_url: str = "https://slack.com/api/"
    teams_app_id: str | None = None
    teams_app_password: str | None = Field(default=None, repr=False)
    teams_tenant_id: str | None = None
    teams_anonymous: bool = False
    teams_service_hosts: str = ""
    teams_openid_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    teams_authority_url: str = "https://login.microsoftonline.com/"
    cache_dir: Path | None = Field(default_factory=lambda: user_cache_path("compactbot"))

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url.startswith(("postgresql:", "postgres:")):
            if not _POSTGRESQL.fullmatch(url):
                raise ValueError(
                    "should be like postgresql://user:password@host/name, with any @ in the password as %40"
                )
        elif url.removeprefix("sqlite:///") in {url, "", ":memory:"}:
            raise ValueError("should start with sqlite:/// and name a file, or with postgresql://")
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

    @field_validator("public_url")
    @classmethod
    def _known_address(cls, url: str) -> str:
        if url and not _ADDRESS.fullmatch(url):
            raise ValueError(
                "should be the address at which people reach this server, such as https://compactbot.example.org"
            )
        return url.rstrip("/")

    @field_validator("administrators")
    @classmethod
    def _known_people(cls, people: str) -> str:
        if not all(_ADMINISTRATOR.fullmatch(each) for each in _parts(people)):
            raise ValueError("should be like slack:U0123ABCD, with commas between; see docs/concerns.md")
        return people

    @field_validator("concern_targets")
    @classmethod
    def _known_targets(cls, targets: str) -> str:
        if not all(_TARGET.fullmatch(each) for each in _parts(targets)):
            raise ValueError("should be like cpft.acknowledge=3,cpft.talking=20, in working days from 1 to 260")
        return targets

    @field_validator("teams_app_id")
    @classmethod
    def _known_app(cls, app_id: str | None) -> str | None:
        if app_id is not None and not _GUID.fullmatch(app_id):
            raise ValueError(
                "should be like 00000000-1111-2222-3333-444444444444; see docs/teams.md for where to find it"
            )
        return app_id and app_id.lower()

    @field_validator("teams_anonymous")
    @classmethod
    def _only_here(cls, anonymous: bool, info: ValidationInfo) -> bool:
        if anonymous and info.data.get("teams_app_id"):
            raise ValueError("should be left out where TEAMS_APP_ID is set, as nobody would be checked")
        if anonymous and not _on_this_machine(str(info.data.get("host"))):
            raise ValueError("works only where HOST is 127.0.0.1, as anybody could speak for anybody")
        return anonymous

    @field_validator("teams_authority_url")
    @classmethod
    def _safe_way(cls, url: str) -> str:
        if not url.startswith("https://"):
            raise ValueError("should start with https://, as the bot's password goes there")
        return url

    @field_validator("teams_openid_url")
    @classmethod
    def _true_keys(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and not _on_this_machine(parts.hostname or ""):
            raise ValueError("should start with https://, as whoever could change the keys could speak for anybody")
        return url

    @field_validator("teams_service_hosts")
    @classmethod
    def _known_hosts(cls, hosts: str) -> str:
        if not all(_on_this_machine(host) for host in hosts.split(",") if hosts):
            raise ValueError("should name only addresses of this machine, such as 127.0.0.1, with commas between")
        return hosts

    @property
    def administrator_names(self) -> frozenset[str]:
        """The administrators, each as "platform:user-id"."""
        return frozenset(_parts(self.administrators))

    @property
    def targets(self) -> dict[str, int]:
        """Working days by what they are the target of."""
        found = (each.partition("=") for each in _parts(self.concern_targets))
        return {name.strip(): int(days) for name, _, days in found}

    @property
    def party(self) -> Party | None:
        """The default party, where one is set."""
        return Party(self.default_party) if self.default_party else None


def _parts(text: str) -> list[str]:
    """What stands between commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _on_this_machine(host: str) -> bool:
    """Whether a host is a loopback address, which other machines cannot reach."""
    try:
        return ip_address(host.strip()).is_loopback
    except ValueError:
        return host.strip().lower() == "localhost"


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
