"""The zip that people upload to Teams: made by the command, and as the published rules for manifests want it."""

import json
import re
import struct
import zlib
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from bot.cli.main import commands
from bot.teams.package import COMMANDS, ICONS, PROMPTS, Pages, manifest, package
from tests.talking import Talk

APP_ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
URL = "https://compact.example.org"
ABOUT = "https://www.example.org/about"
PAGE = (Path(__file__).parents[2] / "docs" / "teams.md").read_text(encoding="utf-8")
GUID = re.compile("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
MOST_COMMANDS = 12
# What Teams takes, in characters.
LIMITS = {
    ("name", "short"): 30,
    ("name", "full"): 100,
    ("description", "short"): 80,
    ("description", "full"): 4000,
    ("developer", "name"): 32,
    ("developer", "websiteUrl"): 2048,
    ("developer", "privacyUrl"): 2048,
    ("developer", "termsOfUseUrl"): 2048,
}
SIDES = {"color.png": 192, "outline.png": 32}


def run(*arguments: str) -> Result:
    """`compactbot teams package` with these arguments, for our server, and what came of it."""
    return CliRunner().invoke(commands, ["teams", "package", *arguments])


def written(folder: Path, *arguments: str) -> dict[str, Any]:
    """The manifest in the zip that the command writes."""
    out = folder / "app.zip"
    ran = run("--app-id", APP_ID, "--url", URL, "-o", str(out), *arguments)
    assert ran.exit_code == 0, ran.output
    with ZipFile(out) as archive:
        read = json.loads(archive.read("manifest.json"))
    assert isinstance(read, dict)
    return read


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the pixels of a PNG, each four bytes; only for what is drawn for us: RGBA, rows not filtered."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, place = dict[bytes, bytes](), 8
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        kind, content = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        chunks[kind] = chunks.get(kind, b"") + content
        place += length + 12
    width, height, depth, colours, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    assert (depth, colours) == (8, 6)
    rows, size = zlib.decompress(chunks[b"IDAT"]), 1 + 4 * width
    assert {rows[start] for start in range(0, len(rows), size)} == {0}
    flat = b"".join(rows[start + 1 : start + size] for start in range(0, len(rows), size))
    return width, height, [flat[at : at + 4] for at in range(0, len(flat), 4)]


def icon(name: str) -> tuple[int, int, list[bytes]]:
    """An icon of the installed package."""
    return pixels((resources.files("bot.teams") / "icons" / name).read_bytes())


def test_the_zip_holds_the_manifest_and_the_icons_that_it_names_and_no_more(tmp_path: Path) -> None:
    read = written(tmp_path)
    with ZipFile(tmp_path / "app.zip") as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == sorted(["manifest.json", *read["icons"].values()])
        assert {name: archive.read(name)[:4] for name in read["icons"].values()} == dict.fromkeys(ICONS, b"\x89PNG")


def test_it_is_written_beside_us_and_says_what_to_do_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("--app-id", APP_ID, "--url", f"{URL}/")
    assert (tmp_path / "compactbot-teams.zip").exists()
    assert "compactbot-teams.zip is ready to upload" in ran.output
    assert f"{URL}/api/messages" in ran.output


def test_the_same_package_is_the_same_bytes_and_the_app_keeps_its_id() -> None:
    pages = Pages(ABOUT, ABOUT, ABOUT)
    ours, other = UUID(APP_ID), UUID(int=7)
    assert package(ours, URL, pages, "1.2.3") == package(ours, URL, pages, "1.2.3")
    first, second = manifest(ours, URL, pages, "1.2.3"), manifest(ours, "https://b.example.org", pages, "1.3.0")
    assert first["id"] == second["id"] != manifest(other, URL, pages, "1.2.3")["id"]


def test_it_names_the_bot_in_every_place_that_people_talk_in(tmp_path: Path) -> None:
    read = written(tmp_path)
    [bot] = read["bots"]
    assert bot["botId"] == APP_ID
    assert GUID.fullmatch(read["id"])
    assert read["id"] != APP_ID
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [each["scopes"] for each in bot["commandLists"]] == [["personal"], ["team"], ["groupChat"]]
    assert bot["isNotificationOnly"] is False


def test_its_commands_and_prompts_are_no_more_and_no_longer_than_teams_takes(tmp_path: Path) -> None:
    [bot] = written(tmp_path)["bots"]
    for each in bot["commandLists"]:
        titles = [command["title"] for command in each["commands"]]
        assert titles == [title for title, _ in (*COMMANDS, *PROMPTS)]
        assert len(set(titles)) == len(titles) <= MOST_COMMANDS
        assert all(len(command["title"]) <= 128 for command in each["commands"])
        assert all(0 < len(command["description"]) <= 4000 for command in each["commands"])
        prompts = [command["prompt"] for command in each["commands"] if command["type"] == "prompt"]
        assert prompts == [title for title, _ in PROMPTS]


def test_the_commands_that_the_app_was_asked_for_are_among_them() -> None:
    assert {"raise a concern", "my concerns", "topics", "help", "when is the next forum?"} <= {
        title for title, _ in COMMANDS
    }


@pytest.mark.parametrize("prompt", [title for title, _ in PROMPTS])
def test_what_it_suggests_to_ask_is_answered(prompt: str, say: Talk) -> None:
    assert "that helped about" in say(prompt)


def test_its_texts_are_no_longer_than_teams_takes(tmp_path: Path) -> None:
    read = written(tmp_path)
    lengths = {where: len(read[where[0]][where[1]]) for where in LIMITS}
    assert {where: length for where, length in lengths.items() if not 0 < length <= LIMITS[where]} == {}
    assert re.fullmatch("#[0-9a-f]{6}", read["accentColor"])
    assert re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", read["version"])
    assert f"/v{read['manifestVersion']}/" in read["$schema"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ([], [URL, URL, URL]),
        (["--website", ABOUT], [ABOUT, ABOUT, ABOUT]),
        (["--privacy", ABOUT], [URL, ABOUT, URL]),
        (["--terms", ABOUT], [URL, URL, ABOUT]),
    ],
)
def test_it_shows_the_pages_of_whoever_runs_it(given: list[str], shown: list[str], tmp_path: Path) -> None:
    developer = written(tmp_path, *given)["developer"]
    assert [developer[name] for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl")] == shown


def test_only_our_host_is_a_valid_domain() -> None:
    read = manifest(UUID(APP_ID), "https://bots.example.org:8443/compact", Pages(ABOUT, ABOUT, ABOUT), "1.0.0")
    assert read["validDomains"] == ["bots.example.org"]


def test_the_permissions_that_it_asks_for_are_those_that_the_page_explains(tmp_path: Path) -> None:
    table = PAGE.partition("## The permissions, and why")[2]
    assert written(tmp_path)["permissions"] == re.findall(r"^\| `(\w+)` \| \S", table, re.MULTILINE)


@pytest.mark.parametrize(
    "app_id", ["", "compactbot", APP_ID[:-1], APP_ID.replace("-", ""), "{" + APP_ID + "}", "g" + APP_ID[1:]]
)
def test_what_is_no_app_id_is_wrong_use(app_id: str) -> None:
    ran = run("--app-id", app_id, "--url", URL)
    assert ran.exit_code == 2
    assert "Microsoft App ID on the Configuration page" in " ".join(ran.output.split())


@pytest.mark.parametrize("name", ["--url", "--website", "--privacy", "--terms"])
@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://compact.example.org", "https://"),
        ("compact.example.org", "https://"),
        ("", "https://"),
        ("https://", "host"),
        ("https://localhost", "host"),
        ("https://192.0.2.7", "host"),
        ("https://[::1", "host"),
        ("https://compact example.org", "host"),
        ("https://*.example.org", "host"),
    ],
)
def test_an_address_that_teams_would_not_use_is_wrong_use(name: str, url: str, why: str) -> None:
    ran = run("--app-id", APP_ID, "--url", URL, name, url)
    assert ran.exit_code == 2
    assert f"'{name}': should" in ran.output
    assert why in ran.output


def test_an_app_id_is_taken_in_capitals_too(tmp_path: Path) -> None:
    ran = run("--app-id", APP_ID.upper(), "--url", URL, "-o", str(tmp_path / "app.zip"))
    assert ran.exit_code == 0, ran.output


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    ran = run("--app-id", APP_ID, "--url", URL, "-o", str(tmp_path / "nowhere" / "app.zip"))
    assert ran.exit_code == 1
    assert "cannot be written: No such file or directory." in ran.output


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_as_large_as_teams_wants_it(name: str) -> None:
    width, height, drawn = icon(name)
    assert (width, height) == (SIDES[name], SIDES[name])
    assert len(set(drawn)) > 1


def test_the_outline_icon_is_white_on_nothing() -> None:
    _, _, drawn = icon("outline.png")
    assert {each[:3] for each in drawn if each[3]} == {b"\xff\xff\xff"}
    assert drawn[0][3] == drawn[-1][3] == 0


def test_the_colour_icon_has_a_full_ground() -> None:
    _, _, drawn = icon("color.png")
    assert {each[3] for each in drawn} == {255}
