"""The settings of Teams: what is refused, with the line to mend."""

from pathlib import Path
from typing import Any

import pytest

from bot.serving import Part, parts
from bot.settings import Settings, SettingsError, load
from tests.teams.activities import APP_ID
from tests.teams.connector import PASSWORD


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def complaints(text: str) -> tuple[str, ...]:
    """What is said of a .env file that cannot be used."""
    Path(".env").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load()
    return raised.value.complaints


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "bot.example.org"])  # noqa: S104 - refused
def test_without_an_app_id_nobody_else_may_reach_us(host: str) -> None:
    """As nobody who calls is checked."""
    assert complaints(f"HOST={host}\nTEAMS_ANONYMOUS=true") == (
        "TEAMS_ANONYMOUS (.env, line 2): works only where HOST is 127.0.0.1, as anybody could speak for anybody",
    )


def test_it_is_one_or_the_other() -> None:
    assert complaints(f"TEAMS_APP_ID={APP_ID}\nTEAMS_ANONYMOUS=true") == (
        "TEAMS_ANONYMOUS (.env, line 2): should be left out where TEAMS_APP_ID is set, as nobody would be checked",
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.1.2.3"])
def test_on_this_machine_alone_it_may_be_asked_for(host: str) -> None:
    Path(".env").write_text(f"HOST={host}\nTEAMS_ANONYMOUS=true", encoding="utf-8")
    assert load().teams_anonymous


@pytest.mark.parametrize("app_id", ["compactbot", APP_ID[:-1], f"{APP_ID}0", "{" + APP_ID + "}"])
def test_an_app_id_has_its_form(app_id: str) -> None:
    [complaint] = complaints(f"TEAMS_APP_ID={app_id}")
    assert complaint.startswith("TEAMS_APP_ID (.env, line 1): should be like 00000000-1111-2222-3333-444444444444")


@pytest.mark.parametrize("hosts", ["evil.example", "127.0.0.1,evil.example", "10.0.0.1", ",", "http://127.0.0.1"])
def test_answers_may_go_nowhere_else_but_to_this_machine(hosts: str) -> None:
    [complaint] = complaints(f"TEAMS_SERVICE_HOSTS={hosts}")
    assert "should name only addresses of this machine, such as 127.0.0.1" in complaint


def test_the_password_goes_nowhere_in_the_open() -> None:
    [complaint] = complaints("TEAMS_AUTHORITY_URL=http://127.0.0.1/")
    assert complaint.endswith("should start with https://, as the bot's password goes there")


@pytest.mark.parametrize("url", ["http://keys.example/", "keys.example", "file:///etc/keys"])
def test_keys_come_from_nowhere_in_the_open(url: str) -> None:
    [complaint] = complaints(f"TEAMS_OPENID_URL={url}")
    assert complaint.endswith("should start with https://, as whoever could change the keys could speak for anybody")


def test_the_password_is_in_no_text_of_the_settings() -> None:
    assert PASSWORD not in repr(Settings(_env_file=None, teams_app_password=PASSWORD))


@pytest.mark.parametrize(
    ("settings", "on", "note"),
    [
        ({}, False, "set TEAMS_APP_ID and TEAMS_APP_PASSWORD to turn it on"),
        ({"teams_app_id": APP_ID}, False, "set TEAMS_APP_PASSWORD to turn it on"),
        ({"teams_app_id": APP_ID, "teams_app_password": "x"}, True, "POST http://127.0.0.1:3000/api/messages"),
        (
            {"teams_anonymous": True},
            True,
            (
                "POST http://127.0.0.1:3000/api/messages, from clients on this machine; "
                "nobody who calls is checked (TEAMS_ANONYMOUS)"
            ),
        ),
    ],
)
def test_at_start_it_is_told_whether_teams_is_on_and_how(settings: dict[str, Any], on: bool, note: str) -> None:
    assert parts(Settings(_env_file=None, **settings))[-1] == Part("Teams", on=on, note=note)
