"""Microsoft's Agents Playground with compactbot in it, both real: a local Teams, used in a headless browser.

The Playground keeps what is said in memory, anew for each page, and shows what our cards look like in Teams. It listens to
this machine alone. Behind it `compactbot serve` runs as anybody would start it for a local client.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

from tests.clients import HERE

PICTURES = HERE / "pictures"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
BOT = "compactbot"
ASKER = "Ann Archer"
ADMINISTRATOR = "teams:user-ann"
_OTHERS = ("Ben Baker", "Cat Cole", "Dee Dunn", "Eve Ellis", "Fay Ford")
_TENANT = "00000000-0000-0000-0000-000000000001"
_LOOPBACK = "127.0.0.1"
_PATIENCE = 20.0


class Chat(Enum):
    """A place to talk in, by its name in the list. In all but the personal chat the bot must be mentioned."""

    PERSONAL = "Personal Chat"
    GROUP = "Group Chat"
    CHANNEL = "General"
    FORUM_CHANNEL = "Provider forum"

    @property
    def has_threads(self) -> bool:
        """Whether it is a channel, where each post begins a thread."""
        return self in {Chat.CHANNEL, Chat.FORUM_CHANNEL}

    @property
    def mention(self) -> str:
        """Whom to mention, so that the bot hears."""
        return "" if self is Chat.PERSONAL else BOT


@dataclass(frozen=True)
class Card:
    """A card as somebody sees it: all that can be read on it, and what the buttons that can be pressed are called."""

    text: str
    buttons: tuple[str, ...]


class Playground:
    """What Ann does in the Playground, and what she then sees. What does not come within twenty seconds never comes."""

    def __init__(self, browser: "subprocess.Popen[str]", log: Path) -> None:
        """`log`: what compactbot writes down meanwhile."""
        self.log = log
        self._browser = browser
        self._chat = Chat.PERSONAL
        self._seen = dict[Chat, int]()
        self._heard()

    def begin(self) -> None:
        """Open the Playground afresh, in the personal chat: nothing has been said, and the app is added anew."""
        self._do("begin")
        self._chat = Chat.PERSONAL
        self._seen.clear()

    def go(self, chat: Chat) -> None:
        """Go to another chat. In a channel Ann looks at the newest thread only, and at all of that."""
        self._look_away()
        self._do("go", chat.value, chat.has_threads)
        self._chat = chat
        if chat.has_threads:
            self._seen[chat] = 0

    def say(self, text: str) -> None:
        """Write and send a message, mentioning the bot where that must be. In a channel it begins a thread."""
        if self._chat.has_threads:
            self._do("post", text, self._chat.mention)
            self._seen[self._chat] = 0
        else:
            self.reply(text)

    def reply(self, text: str) -> None:
        """Write and send a message, in a channel in the newest thread, mentioning the bot where that must be."""
        self._look_away()
        self._do("send", text, self._chat.mention)

    def press(self, label: str) -> None:
        """Press the last button in the chat or thread that is called so."""
        self._do("press", label)

    def fill(self, label: str, value: str) -> None:
        """Fill in the last field that is called so: text, or a day as YYYY-MM-DD."""
        self._do("fill", label, value)

    def pick(self, option: str) -> None:
        """Pick the last option that is called so and can be seen."""
        self._do("pick", option)

    def choose(self, label: str, option: str) -> None:
        """Pick an option of the last field that is called so and has its options in a list to open."""
        self._do("choose", label, option)

    def sees(self, words: str, within: float = _PATIENCE) -> Card:
        """The last card with these words on it, once there is one, of those since Ann last wrote here, or was here.

        `within`: seconds.
        """
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            cards = self.cards()[self._seen.get(self._chat, 0) :]
            for card in reversed(cards):
                if words in card.text:
                    return card
        self._do("despair")
        raise AssertionError(f"no card says “{words}”: {cards}")

    def cards(self) -> list[Card]:
        """All cards in the chat or thread as it is now, the oldest first."""
        return [Card(each["text"], tuple(each["buttons"])) for each in self._do("cards")]

    def draw(self, name: str) -> None:
        """Leave a picture of what was said last, or of the thread, down to its last card, in `pictures/`."""
        self._do("draw", name)

    def _look_away(self) -> None:
        self._seen[self._chat] = len(self.cards())

    def _do(self, deed: str, *given: str | bool) -> Any:
        assert self._browser.stdin
        self._browser.stdin.write(json.dumps([deed, *given]) + "\n")
        self._browser.stdin.flush()
        return self._heard()

    def _heard(self) -> Any:
        assert self._browser.stdout
        line = self._browser.stdout.readline()
        assert line, "the browser is gone"
        outcome = json.loads(line)
        assert "failed" not in outcome, outcome["failed"]
        return outcome["done"]


@contextmanager
def playground(folder: Path, kept: Path, settings: Mapping[str, str] = MappingProxyType({})) -> Iterator[Playground]:
    """The Playground in a browser, with compactbot behind it on a fresh database, both with their files in `folder`.

    `kept`: where the compiled knowledge is kept from one to the next. `settings`: what else compactbot is told.
    """
    log = folder / "compactbot.log"
    bot, teams = _free_port(), _free_port()
    with (
        _browser(folder, teams) as browser,
        _teams(folder, teams, bot) as there,
        _compactbot(folder, kept, bot, log, settings) as here,
    ):
        _listens(here)
        _listens(there)
        ann = Playground(browser, log)
        ann.begin()
        yield ann


@contextmanager
def _compactbot(
    folder: Path, kept: Path, port: int, log: Path, more: Mapping[str, str]
) -> "Iterator[subprocess.Popen[str]]":
    settings = {
        "DATABASE_URL": f"sqlite:///{folder / 'compactbot.db'}",
        "CACHE_DIR": str(kept),
        "HOST": _LOOPBACK,
        "PORT": str(port),
        "TEAMS_ANONYMOUS": "true",
        **more,
    }
    command = [str(Path(sys.executable).with_name("compactbot")), "serve"]
    with log.open("w") as errors, _running(command, folder, settings, errors) as serving:
        yield serving


@contextmanager
def _teams(folder: Path, port: int, bot: int) -> "Iterator[subprocess.Popen[str]]":
    (folder / ".m365agentsplayground.yml").write_text(json.dumps(_people()), encoding="utf-8")
    program = HERE / "node_modules/@microsoft/m365agentsplayground/cli.js"
    command = ["node", "--require", str(HERE / "loopback.cjs"), str(program), "start", "--disable-telemetry"]
    command += ["-c", "msteams", "-e", f"{_address(bot)}/api/messages"]
    command += ["-p", str(port), "--service-url", f"{_address(port)}/_connector"]
    with _running(command, folder, {"TEAMSAPPTESTER_BROWSER": "none"}) as teams:
        yield teams


@contextmanager
def _browser(folder: Path, teams: int) -> "Iterator[subprocess.Popen[str]]":
    command = ["node", str(HERE / "playground.mjs"), CHROMIUM, _address(teams), str(PICTURES)]
    with _running(command, folder, {}) as browser:
        yield browser


def _listens(program: "subprocess.Popen[str]") -> None:
    """Returns when a program says that it listens."""
    assert program.stdout
    while not (line := program.stdout.readline()).startswith("Listening on"):
        assert line, f"{program.args!r} did not start; make clients-setup installs what it needs"


@contextmanager
def _running(
    command: list[str], folder: Path, settings: dict[str, str], errors: IO[str] | None = None
) -> "Iterator[subprocess.Popen[str]]":
    """A program that runs until we are done, with no settings but these, and no proxy: everything is on this machine."""
    ours = {"PATH": os.environ["PATH"], "HOME": str(folder)} | settings
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, env=ours, stdin=pipe, stdout=pipe, stderr=errors, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.communicate()


def _people() -> dict[str, Any]:
    """The Playground's configuration: who is there, and in which chats and channels."""
    return {
        "version": "0.1.1",
        "tenantId": _TENANT,
        "bot": {"id": "bot-id", "name": BOT},
        "currentUser": _person(1, ASKER),
        "users": [_person(number, name) for number, name in enumerate(_OTHERS, start=2)],
        "personalChat": {"id": "personal-chat-id"},
        "groupChat": {"id": "group-chat-id", "name": "Group Chat"},
        "team": {
            "id": "team-id",
            "name": "Our Compact",
            "aadGroupId": _guid(100),
            "channels": [{"id": "forum-channel-id", "name": "Provider forum"}],
        },
    }


def _person(number: int, name: str) -> dict[str, str]:
    first, last = name.split()
    address = f"{first.lower()}@example.org"
    return {
        "id": f"user-{first.lower()}",
        "name": name,
        "userPrincipleName": address,
        "aadObjectId": _guid(number),
        "givenName": first,
        "surname": last,
        "email": address,
    }


def _guid(number: int) -> str:
    return f"00000000-0000-0000-0001-{number:012}"


def _address(port: int) -> str:
    return f"http://{_LOOPBACK}:{port}"


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind((_LOOPBACK, 0))
        return int(taken.getsockname()[1])
