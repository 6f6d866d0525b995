"""The floors: who may import whom, and which rooms there are."""

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ["bot", "scheduler", "handlers", "knowledge"]
LINTER = Path(sys.executable).with_name("lint-imports")


def contracts() -> dict[str, Any]:
    """What import-linter is told in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        settings: dict[str, Any] = tomllib.load(file)["tool"]["importlinter"]
    return settings


def linted(folder: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on what stands in a folder."""
    return subprocess.run(
        [LINTER, "--no-cache"], cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


def test_imports_go_downwards_and_libraries_stay_in_their_place() -> None:
    found = linted(ROOT)
    assert found.returncode == 0, found.stdout + found.stderr
    assert f"Contracts: {len(contracts()['contracts'])} kept, 0 broken." in found.stdout


def test_the_contracts_are_about_our_floors_from_top_to_bottom() -> None:
    assert sorted(contracts()["root_packages"]) == sorted(FLOORS)
    [layers] = [contract["layers"] for contract in contracts()["contracts"] if contract["type"] == "layers"]
    assert layers == FLOORS


@pytest.mark.parametrize(
    ("floor", "line"),
    [
        ("knowledge", "import handlers"),
        ("handlers", "import scheduler"),
        ("scheduler", "import bot"),
        ("handlers", "import asyncio"),
        ("knowledge", "import sqlalchemy"),
        ("handlers", "import yaml"),
        ("bot", "import botbuilder.core"),
        ("bot/teams", "import msal"),
        ("bot/teams", "import slack_sdk"),
        ("bot/slack", "import bot.teams"),
    ],
)
def test_a_wrong_import_is_found(tmp_path: Path, floor: str, line: str) -> None:
    """The contracts, over packages that hold nothing but the one import."""
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text(encoding="utf-8"), encoding="utf-8")
    for module in _modules():
        path = tmp_path / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / floor / "__init__.py").write_text(f"{line}\n")
    found = linted(tmp_path)
    assert found.returncode == 1, found.stdout + found.stderr
    assert " 0 broken" not in found.stdout


def _modules() -> list[Path]:
    return [path.relative_to(ROOT) for floor in FLOORS for path in (ROOT / floor).rglob("*.py")]


def test_the_rooms_are_the_fixed_ones() -> None:
    assert sorted(path.parent.name for path in ROOT.glob("*/__init__.py")) == sorted([*FLOORS, "tests"])


def test_no_code_stands_outside_the_rooms() -> None:
    assert not list(ROOT.glob("*.py"))


def test_what_is_installed_is_the_floors() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        build = tomllib.load(file)["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(build["packages"]) == sorted(FLOORS)
