"""What people see of our replies in Slack: drawn by a Block Kit renderer that others wrote, on a phone and on a desktop.

The pictures are left in `pictures/` to be looked at. What no eye is needed for is tested: nothing is missing, cut off or
stands out of the screen.
"""

import html
import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest

from bot.slack.rendering import home_blocks, messages
from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.conversation import Conversation, Message, Person, Platform
from knowledge.finding import Finder
from tests.clients import HERE
from tests.clients.slack_scenes import by, played
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.slack.blocks import Json, texts

pytestmark = pytest.mark.clients

PICTURES = HERE / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WIDTHS = {"phone": 420, "desktop": 720}
HOME = "home"


@dataclass(frozen=True)
class Scene:
    """Something said to the bot, and words by which its reply is known to be of the kind that the scene is named after."""

    said: str
    shows: str
    in_channel: bool = False
    by_command: bool = False


SCENES = {
    "answer": Scene("How much notice must we give?", "South Gloucestershire Compact"),
    "answer-in-channel": Scene("How much notice must we give?", "More, just for me", in_channel=True),
    "answer-to-command": Scene("Who pays for DBS checks?", "Share with the channel", by_command=True),
    "choose": Scene("Can we get money?", "Did you mean:"),
    "silent": Scene("Does South Gloucestershire say who pays for DBS checks?", "says nothing about this"),
    "not-covered": Scene("What is the VAT rate on grants?", "Neither Compact says anything about VAT."),
    "unknown": Scene("What is the capital of Mongolia?", "I would rather not guess"),
    "definition": Scene("What does full cost recovery mean?", "Asking for the whole cost"),
    "date": Scene("Our funding ends on 31 March. When should they have told us?", "Thursday 31 December 2026"),
    "commitment": Scene("show cpft.outcome-4.public.4", "Outcome 4: clear arrangements when services change"),
    "topics": Scene("topics", "What people ask about"),
    "theme": Scene("topics change", "When funding or a service changes or ends"),
    "help": Scene("help", "Work out a date"),
}
PLAYED = {
    "concern-review": "Please check your concern",
    "concern-filed": "Your reference is",
    "concern-mine": "Your concerns",
    "concern-shown": "How it stands",
    "concern-news": "is now looking after your concern",
    "concern-asked": "have a question about your concern",
    "concern-closed": "have closed your concern",
    "leads-fresh": "Who has it",
    "leads-taken": "Waiting for",
    "leads-closed": "Closed",
    "home-with-concerns": "You have a concern half told.",
    "forum-appointed": "From now on I post the reminders",
    "forum-asked": "It is on Wednesday 13 January 2027",
    "forums-asked": "The next forums",
    "forum-calendar": "subscribe your calendar",
    "forum-invite": "You are invited",
    "forum-coming": "You are coming",
    "forum-agenda-call": "What should we talk about?",
    "forum-change-shown": "If you say yes",
    "forum-change-made": "Done. I am telling",
    "forum-change": "Moved",
    "forum-manage": "Suggested for the agenda",
    "forum-digest": "tomorrow",
    "forum-joining": "It is tomorrow, at 14:00.",
    "forum-follow-up": "Was anything agreed?",
    "forum-cancelled": "Cancelled",
}
"""Scenes of `slack_scenes`, and words by which each is known to be what it is named after."""

PERSON = Person(Platform.SLACK, "T1", "U1")
DRAWN = [(name, screen) for name in (*SCENES, HOME, *PLAYED) for screen in WIDTHS]


@dataclass(frozen=True)
class Look:
    """What was drawn, and what somebody looking at it sees: its words, and what stands out of it or is cut off."""

    blocks: list[Json]
    words: str
    overflowing: list[str]
    cut: list[str]


@pytest.fixture(scope="session")
def looks(finder: Finder, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Look]:
    """Every scene on every screen, drawn."""
    engine = opened(f"sqlite:///{tmp_path_factory.mktemp('pictures') / 'compactbot.db'}")
    assistant = Assistant(finder, SqlStore(engine), DrivenClock(), leads=LEADS)
    drawn = {name: _said(scene, assistant) for name, scene in SCENES.items()} | {
        HOME: [by(None, home_blocks(assistant.home(PERSON)))]
    }
    engine.dispose()
    engine = opened(f"sqlite:///{tmp_path_factory.mktemp('pictures') / 'played.db'}")
    drawn |= played(finder, engine)
    engine.dispose()
    pages = [{"name": f"{name}-{screen}", "width": WIDTHS[screen], "messages": drawn[name]} for name, screen in DRAWN]
    seen = _draw(pages)
    return {
        (name, screen): Look([block for each in drawn[name] for block in each["blocks"]], **seen[f"{name}-{screen}"])
        for name, screen in DRAWN
    }


@pytest.mark.parametrize(("name", "screen"), DRAWN)
def test_all_words_can_be_read(name: str, screen: str, looks: dict[tuple[str, str], Look]) -> None:
    look = looks[name, screen]
    words = " ".join(look.words.split())
    lines = [line for text in texts(_seen(look.blocks)) for line in html.unescape(text).replace("*", "").split("\n")]
    assert [line for line in lines if " ".join(line.removeprefix("> ").split()) not in words] == []


@pytest.mark.parametrize(("name", "screen"), DRAWN)
def test_nothing_is_cut_off_or_stands_out_of_the_screen(
    name: str, screen: str, looks: dict[tuple[str, str], Look]
) -> None:
    look = looks[name, screen]
    assert (look.overflowing, look.cut) == ([], [])


@pytest.mark.parametrize(("name", "screen"), DRAWN)
def test_there_is_a_picture_to_look_at(name: str, screen: str, looks: dict[tuple[str, str], Look]) -> None:
    assert (PICTURES / f"{name}-{screen}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(("name", "shows"), [*((name, scene.shows) for name, scene in SCENES.items()), *PLAYED.items()])
def test_a_scene_shows_what_it_is_named_after(name: str, shows: str, looks: dict[tuple[str, str], Look]) -> None:
    assert shows in " ".join(looks[name, "phone"].words.split())


def _said(scene: Scene, assistant: Assistant) -> list[Json]:
    conversation = Conversation(Platform.SLACK, "tenant", scene.said, "ann")
    [reply] = assistant.handle(Message(conversation, scene.said, private=not scene.in_channel))
    shown = messages(reply, short=scene.in_channel, share=scene.said if scene.by_command else "")
    asked = f"{'@compactbot ' if scene.in_channel else ''}{'/compact ' if scene.by_command else ''}{scene.said}"
    question = {"type": "section", "text": {"type": "plain_text", "text": asked}}
    return [by("Ann", [question]), *(by("compactbot", each.blocks) for each in shown)]


def _seen(blocks: list[Json]) -> Any:
    """The blocks without what is only for screen readers."""
    heard = "accessibility_label"
    return json.loads(json.dumps(blocks), object_hook=lambda part: {key: part[key] for key in part if key != heard})


def _draw(pages: list[Json]) -> dict[str, Json]:
    wanted = json.dumps({"chromium": CHROMIUM, "folder": str(PICTURES), "pages": pages})
    command = ["node", str(HERE / "slack_pictures.mjs")]
    drawn = subprocess.run(command, input=wanted, stdout=subprocess.PIPE, text=True, check=True)
    seen: dict[str, Json] = json.loads(drawn.stdout)
    return seen
