"""compactbot in a Slack that others wrote: what it says arrives where it should, as Slack's own methods then show it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.clients.workspace import Workspace, workspace
from tests.slack.blocks import Json, problems

pytestmark = pytest.mark.clients

NOTICE = "Notice before funding ends or changes"
LONG_ENOUGH_FOR_ANOTHER = 0.5

Run = Callable[[Callable[[Workspace], Awaitable[None]]], None]


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled knowledge is kept from one test to the next."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def in_workspace(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a test in a fresh workspace. Everything is on this machine: no proxy is to be asked."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)

    async def run(test: Callable[[Workspace], Awaitable[None]]) -> None:
        async with workspace(tmp_path, kept) as slack:
            await test(slack)

    return lambda test: asyncio.run(run(test))


def test_a_private_question_is_answered_in_private_with_blocks_that_slack_takes(in_workspace: Run) -> None:
    async def test(slack: Workspace) -> None:
        await slack.write("how much notice must we give?")
        [answer] = await slack.in_private()
        assert answer["blocks"][0]["text"]["text"] == NOTICE
        assert answer["text"].startswith(f"{NOTICE}\nCPFT Compact: When CPFT changes or ends")
        assert problems(answer["blocks"], "message") == []
        assert answer["unfurl_links"] is False

    in_workspace(test)


def test_a_question_in_a_private_thread_is_answered_there_though_no_status_can_be_shown(in_workspace: Run) -> None:
    async def test(slack: Workspace) -> None:
        await slack.write("hello")
        [hello] = await slack.in_private()
        await slack.write("who pays for DBS checks?", thread=hello["ts"])
        replies = await slack.in_thread(slack.direct, hello["ts"], count=2)
        assert [each["text"].partition("\n")[0] for each in replies][1:] == [
            "Who pays for DBS checks, and making them simpler"
        ]
        assert len(await slack.in_private()) == 1

    in_workspace(test)


def test_a_mention_told_of_twice_is_answered_once_in_its_thread_and_short(in_workspace: Run) -> None:
    async def test(slack: Workspace) -> None:
        asked = await slack.mention("how much notice must we give?")
        await slack.in_thread(slack.channel, asked)
        await asyncio.sleep(LONG_ENOUGH_FOR_ANOTHER)
        [answer] = await slack.in_thread(slack.channel, asked)
        assert answer["thread_ts"] == asked
        assert answer["blocks"][0]["text"]["text"] == NOTICE
        assert "More, just for me" in [each["text"]["text"] for each in buttons(answer)]
        assert await slack.in_private(count=0) == []

    in_workspace(test)


def test_a_button_says_what_it_stands_for(in_workspace: Run) -> None:
    async def test(slack: Workspace) -> None:
        await slack.write("how much notice must we give?")
        [answer] = await slack.in_private()
        await slack.press(next(each for each in buttons(answer) if each["text"]["text"] == "1"), answer)
        await slack.press(next(each for each in buttons(answer) if each["text"]["text"] == "Yes, that helped"), answer)
        _, commitment, thanks = await slack.in_private(count=3)
        assert "[cpft.outcome-4.public.3]" in commitment["text"]
        assert thanks["text"] == "Good. Thank you for telling me."

    in_workspace(test)


def test_the_home_tab_is_published_a_newcomer_welcomed_once_and_a_button_there_opens_a_modal(in_workspace: Run) -> None:
    async def test(slack: Workspace) -> None:
        await slack.open_home()
        await slack.open_home()
        [welcome] = await slack.in_private()
        assert welcome["text"].startswith("Hello! I am compactbot.")
        assert await slack.sees_view("What people ask about")
        await slack.press_at_home("topics change")
        assert await slack.sees_view("Early, open talks before funding ends")

    in_workspace(test)


def buttons(message: Json) -> list[Json]:
    """The buttons in a message, in order."""
    return [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
