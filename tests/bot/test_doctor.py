"""What `compactbot doctor` finds of forums, of what failed to arrive, and of who gets concerns."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.doctor import Checked, examined
from bot.settings import Settings
from bot.store import opening
from bot.store.opening import opened
from bot.store.outbox import SqlOutbox
from bot.store.sql import SqlStore
from handlers.concerns.records import Case
from handlers.conversation import Person, Platform, Reply, Room, Text
from handlers.ports import Purpose
from handlers.posts import Post
from tests.slack.conftest import PROXIES

NOW = datetime.now(UTC)
LEADS = Room(Platform.SLACK, "T1", "C1")
MAX = Person(Platform.SLACK, "T1", "U0MAX")
SLACK = {"slack_bot_token": "xoxb-1", "slack_signing_secret": "s", "slack_api_url": "http://127.0.0.1:9/"}
CASE = Case("ABCD-2345", "d1", "cpft", MAX, "Max", {"story": ("May.",)}, (), "1", NOW, "raised", NOW)

Doctor = Callable[..., dict[str, Checked]]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Where an empty database is."""
    return f"sqlite:///{tmp_path / 'bot.db'}"


@pytest.fixture
def doctor(database: str, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Examines settings, and gives the findings by their names."""
    for name in (*(field.upper() for field in Settings.model_fields), *PROXIES):
        monkeypatch.delenv(name, raising=False)

    def found(**more: Any) -> dict[str, Checked]:
        settings = Settings(_env_file=None, **{"database_url": database} | more)
        return {each.name: each for each in asyncio.run(examined(settings))}

    return found


def test_clocks_that_agree_are_said_to(doctor: Doctor) -> None:
    assert doctor()["Clocks"].passed


def test_a_clock_that_is_wrong_is_told_by_how_much(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "ahead", lambda *_: timedelta(seconds=-90))
    found = doctor()["Clocks"]
    assert (found.passed, found.note.partition(";")[0]) == (False, "this machine's is 90 seconds behind the database's")


class TestForums:
    def test_those_that_come_with_the_program_are_said_to_be_made_up(self, doctor: Doctor) -> None:
        found = doctor()["Forums"]
        assert (found.passed, found.note.partition(";")[0]) == (True, "3 made-up series, to try things with")

    def test_ones_own_are_counted(self, doctor: Doctor, tmp_path: Path) -> None:
        (tmp_path / "forums.yaml").write_text("series: []", encoding="utf-8")
        found = doctor(forums_path=tmp_path / "forums.yaml")["Forums"]
        assert (found.passed, found.note) == (True, f"0 series in {tmp_path / 'forums.yaml'}")

    def test_each_mistake_is_told_with_its_line(self, doctor: Doctor, tmp_path: Path) -> None:
        file = tmp_path / "forums.yaml"
        file.write_text("series:\n  - id: A\n", encoding="utf-8")
        found = doctor(forums_path=file)["Forums"]
        assert not found.passed
        assert f"{file}:2: series, A, name: is missing; " in found.note
        assert "\n" not in found.note


class TestDelivery:
    def fail(self, database: str, key: str, reason: str, at: datetime) -> None:
        """Something that could not be delivered."""
        engine = opened(database)
        with SqlStore(engine).begin() as records:
            records.outbox.put(Post(key, LEADS, Reply((Text("They stopped our grant."),)), at))
        SqlOutbox(engine).failed(key, reason, at)
        engine.dispose()

    def test_what_failed_lately_is_counted_with_the_latest_reasons(self, doctor: Doctor, database: str) -> None:
        for number, reason in enumerate(("is_archived", "channel_not_found", "not_in_channel", "not_in_channel")):
            self.fail(database, f"forum:{number}", reason, NOW - timedelta(hours=9 - number))
        found = doctor()["Delivery"]
        assert not found.passed
        assert found.note.startswith("4 could not be delivered in the last 7 days, of late because of: ")
        assert "because of: not_in_channel, channel_not_found; " in found.note
        assert "grant" not in found.note

    def test_what_failed_long_ago_is_history(self, doctor: Doctor, database: str) -> None:
        self.fail(database, "forum:1", "is_archived", NOW - timedelta(days=8))
        assert doctor()["Delivery"].passed


class TestConcerns:
    def appoint(self, database: str, *compacts: str, case: Case | None = None) -> None:
        """Concerns under these Compacts go to a channel, and one is filed."""
        engine = opened(database)
        with SqlStore(engine).begin() as records:
            for each in compacts:
                records.rooms.appoint(Purpose.CONCERNS, each, LEADS, MAX, NOW)
            if case:
                records.cases.file(case)
        engine.dispose()

    def test_where_nobody_can_say_who_gets_them_that_is_to_be_set(self, doctor: Doctor) -> None:
        found = doctor(**SLACK)["Concerns"]
        assert not found.passed
        assert "set ADMINISTRATORS" in found.note

    def test_without_a_platform_that_has_channels_there_is_nothing_to_say(self, doctor: Doctor) -> None:
        assert "Concerns" not in doctor()

    def test_until_one_waits_a_compact_without_a_channel_is_only_mentioned(self, doctor: Doctor, database: str) -> None:
        self.appoint(database, "sglos")
        found = doctor(administrators="slack:U0MAX", **SLACK)["Concerns"]
        assert found.passed
        assert found.note == (
            "no channel gets those under the CPFT Compact; an administrator says in the leads' channel: "
            "send CPFT Compact concerns here"
        )
        self.appoint(database, case=CASE)
        found = doctor(administrators="slack:U0MAX", **SLACK)["Concerns"]
        assert (found.passed, found.note.partition(";")[0]) == (False, "1 waiting")

    def test_once_each_has_a_channel_all_is_well(self, doctor: Doctor, database: str) -> None:
        self.appoint(database, "sglos", "cpft")
        assert doctor(administrators="slack:U0MAX", **SLACK)["Concerns"].passed
