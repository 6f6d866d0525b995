"""`compactbot doctor` on Teams, asked of the stand-in; and readiness."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot import doctor
from bot.doctor import Checked
from bot.settings import Settings
from tests.teams.activities import APP_ID, TENANT, Json
from tests.teams.conftest import Bot, Stage, settings
from tests.teams.connector import Teams

SIGN_IN, KEYS = "Teams sign-in", "Teams keys"


def found(
    certified: tuple[Path, Path], prepare: Callable[[Teams], None] = lambda _: None, **more: object
) -> dict[str, tuple[bool, str]]:
    """What the doctor finds on Teams."""
    findings: list[Checked] = []

    async def go() -> None:
        async with Teams().running(certified) as teams:
            prepare(teams)
            findings.extend(await doctor.examined(settings(teams, knowledge_shipped=False, **more)))

    asyncio.run(go())
    return {each.name: (each.passed, each.note) for each in findings if each.name.startswith("Teams")}


@pytest.fixture(autouse=True)
def _trusting(certified: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certified[0]))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'compactbot.db'}")


@pytest.mark.parametrize(("tenant", "kind"), [(None, "multi-tenant"), (TENANT, "single-tenant")])
def test_a_bot_that_can_sign_in_passes(certified: tuple[Path, Path], tenant: str | None, kind: str) -> None:
    assert found(certified, teams_tenant_id=tenant) == {
        SIGN_IN: (True, f"signed in as {APP_ID}, a {kind} bot"),
        KEYS: (True, "can be fetched"),
    }


@pytest.mark.parametrize(
    ("refusal", "advice"),
    [
        (None, "Microsoft says invalid_client AADSTS7000215; the password is wrong"),
        (
            {"error": "invalid_client", "error_codes": [7000222]},
            "invalid_client AADSTS7000222; the password has expired",
        ),
        ({"error": "unauthorized_client", "error_codes": [700016]}, "AADSTS700016; there is no such app there"),
        ({"error": "invalid_request", "error_codes": [90002]}, "AADSTS90002; there is no such tenant"),
        ({"error": "temporarily_unavailable"}, "Microsoft says temporarily_unavailable; check the line, TEAMS_APP_ID"),
    ],
)
def test_a_refusal_is_told_with_what_to_do(certified: tuple[Path, Path], refusal: Json | None, advice: str) -> None:
    def refuse(teams: Teams) -> None:
        teams.refusal = refusal

    passed, note = found(certified, refuse, teams_app_password="wrong")[SIGN_IN]  # noqa: S106 - it opens nothing
    assert not passed
    assert advice in note


def test_without_a_password_it_is_told_which_to_set(certified: tuple[Path, Path]) -> None:
    missing = (False, "set TEAMS_APP_PASSWORD to the client secret from Manage Password")
    assert found(certified, teams_app_password=None)[SIGN_IN] == missing


def test_what_cannot_be_reached_is_told(certified: tuple[Path, Path]) -> None:
    findings = found(certified, teams_authority_url="https://127.0.0.1:1/", teams_openid_url="http://127.0.0.1:1/")
    assert findings == {
        SIGN_IN: (
            False,
            "Microsoft says ConnectionError; check the line, TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID",
        ),
        KEYS: (False, "cannot be fetched; check the line, and TEAMS_OPENID_URL if you set it"),
    }


def test_without_an_app_id_there_is_nothing_to_fail(certified: tuple[Path, Path]) -> None:
    passed, note = found(certified, teams_app_id=None, teams_app_password=None, teams_anonymous=True)["Teams"]
    assert passed
    assert note.startswith("open to clients on this machine only")
    assert asyncio.run(doctor.examined(Settings(_env_file=None)))[-1] == Checked(
        "Teams", passed=True, note="not set up; set TEAMS_APP_ID to use it"
    )


Scenario = Callable[[Bot], Awaitable[None]]


def test_the_program_is_ready_while_the_bot_can_sign_in(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        assert await bot.get("/readyz") == (200, {"status": "ok", "database": "ok", "teams": "ok"})

    stage.play(scenario)


def test_the_program_is_not_ready_where_it_cannot(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        status, told = await bot.get("/readyz")
        assert (status, told["teams"]) == (503, "SignInError")
        assert (await bot.get("/healthz"))[0] == 200

    stage.play(scenario, teams_app_password="wrong")  # noqa: S106 - it opens nothing
