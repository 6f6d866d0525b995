"""The manifest that people paste into Slack: valid, and no more in it than is used and explained."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from bot import slack
from bot.cli.main import commands
from bot.slack.listening import COMMAND, SHORTCUTS
from bot.slack.manifest import EVENTS, PROMPTS, SCOPES, manifest
from bot.slack.running import EVENTS_PATH
from tests.slack import standin

URL = "https://compact.example.org"
PAGE = (Path(__file__).parents[2] / "docs" / "slack.md").read_text(encoding="utf-8")
LIMITS = {"name": 35, "description": 140, "long_description": 4_000}


def printed(*arguments: str) -> dict[str, Any]:
    """What `compactbot slack manifest` prints, read as YAML."""
    ran = CliRunner().invoke(commands, ["slack", "manifest", *arguments])
    assert ran.exit_code == 0, ran.output
    read = yaml.safe_load(ran.stdout)
    assert isinstance(read, dict)
    return read


def addresses(part: Any) -> list[str]:
    """Every address that Slack would call."""
    match part:
        case dict():
            named = [value for key, value in part.items() if key in {"url", "request_url"}]
            return named + [each for value in part.values() for each in addresses(value)]
        case list():
            return [each for value in part for each in addresses(value)]
        case _:
            return []


def test_for_socket_mode_it_names_no_address() -> None:
    read = printed()
    assert read["settings"]["socket_mode_enabled"] is True
    assert addresses(read) == []


@pytest.mark.parametrize("url", [URL, URL + "/", URL + "/bots/compact"])
def test_for_http_it_names_our_address_for_events_commands_and_presses(url: str) -> None:
    read = printed("--url", url)
    assert read["settings"]["socket_mode_enabled"] is False
    assert addresses(read) == [url.rstrip("/") + EVENTS_PATH] * 3
    assert read["settings"]["event_subscriptions"]["request_url"] == url.rstrip("/") + EVENTS_PATH


def test_the_two_differ_in_nothing_else() -> None:
    over_http = printed("--url", URL)
    over_http["settings"]["socket_mode_enabled"] = True
    del over_http["settings"]["event_subscriptions"]["request_url"]
    del over_http["settings"]["interactivity"]["request_url"]
    del over_http["features"]["slash_commands"][0]["url"]
    assert over_http == printed()


@pytest.mark.parametrize("url", ["http://compact.example.org", "compact.example.org", "", "https"])
def test_an_address_that_slack_would_not_call_is_wrong_use(url: str) -> None:
    ran = CliRunner().invoke(commands, ["slack", "manifest", "--url", url])
    assert ran.exit_code == 2
    assert "should start with https://" in ran.output


def test_its_scopes_are_those_that_the_page_explains() -> None:
    table = PAGE.partition("## The scopes, and why")[2]
    explained = re.findall(r"^\| `([a-z_.:]+)` \| \S", table, re.MULTILINE)
    assert printed()["oauth_config"]["scopes"] == {"bot": explained}
    assert list(SCOPES) == explained == sorted(explained)
    assert set(SCOPES) == set(standin.SCOPES)


def test_its_scopes_are_those_that_are_used() -> None:
    """By what it listens to, and by the methods that it calls."""
    source = "".join(file.read_text(encoding="utf-8") for file in Path(slack.__file__).parent.glob("*.py"))
    called = [method for name, method in standin.METHODS.items() if f'"{name}"' in source]
    by_kind = [method.scope for method in called if not isinstance(method.scope, str)]
    needed = {method.scope for method in called if isinstance(method.scope, str)} - {""}
    needed |= {scope for scopes in by_kind for scope in scopes.values()}
    listens = {"app_mention": "app_mentions:read", "message.im": "im:history"}
    assert set(SCOPES) == needed | {listens[event] for event in EVENTS if event in listens} | {"commands"}


def test_its_shortcuts_are_those_that_the_face_answers() -> None:
    shortcuts = printed()["features"]["shortcuts"]
    assert {each["callback_id"]: each["type"] for each in shortcuts} == dict(
        zip(SHORTCUTS, ("global", "message"), strict=True)
    )
    assert all(len(each["name"]) <= 24 and len(each["description"]) <= 150 for each in shortcuts)


def test_its_events_command_and_prompts_are_those_that_the_face_answers() -> None:
    read = printed()
    assert read["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)
    assert set(EVENTS) == {"app_home_opened", "app_mention", "message.im"}
    assert [each["command"] for each in read["features"]["slash_commands"]] == [COMMAND]
    prompts = read["features"]["agent_view"]["suggested_prompts"]
    assert [(each["title"], each["message"]) for each in prompts] == [(each, each) for each in PROMPTS]
    assert len(PROMPTS) <= standin.PROMPTS_MOST


def test_people_can_write_to_it_and_press_its_buttons() -> None:
    read = printed()
    assert read["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert read["settings"]["interactivity"]["is_enabled"] is True
    assert read["features"]["slash_commands"][0]["should_escape"] is False


def test_its_texts_are_no_longer_than_slack_takes() -> None:
    shown = printed()["display_information"]
    assert {name: len(shown[name]) for name in LIMITS if len(shown[name]) > LIMITS[name]} == {}
    assert len(shown["long_description"]) >= 174
    assert re.fullmatch("#[0-9a-f]{6}", shown["background_color"])


def test_the_function_and_the_command_say_the_same() -> None:
    assert yaml.safe_load(manifest(URL)) == printed("--url", URL)
    assert yaml.safe_load(manifest(None)) == printed()
