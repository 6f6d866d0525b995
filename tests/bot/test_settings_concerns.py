"""Settings about concerns that were filed."""

from pathlib import Path

import pytest

from bot import composition
from bot.settings import Settings, SettingsError, load
from knowledge.compiling import Compiled


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_administrators_are_named_with_their_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().administrator_names == frozenset()
    monkeypatch.setenv("ADMINISTRATORS", "slack:U1, teams:29:1-abc_D,")
    assert load().administrator_names == {"slack:U1", "teams:29:1-abc_D"}


def test_targets_are_working_days_by_what_they_are_for(monkeypatch: pytest.MonkeyPatch, ready: Compiled) -> None:
    monkeypatch.setenv("CONCERN_TARGETS", "cpft.acknowledge=3, sglos.talking = 20")
    assert load().targets == {"cpft.acknowledge": 3, "sglos.talking": 20}
    assert composition.house(load(), ready.knowledge).targets == {"cpft.acknowledge": 3, "sglos.talking": 20}


def test_a_target_of_nothing_that_there_is_is_refused(monkeypatch: pytest.MonkeyPatch, ready: Compiled) -> None:
    monkeypatch.setenv("CONCERN_TARGETS", "cpft.acknowledge=3,cpft.mediation=3,moon.acknowledge=1")
    with pytest.raises(SettingsError) as raised:
        composition.house(load(), ready.knowledge)
    assert "nothing is called cpft.mediation, moon.acknowledge" in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ADMINISTRATORS", "U1", "should be like slack:U0123ABCD"),
        ("ADMINISTRATORS", "slack:U1,irc:ann", "should be like slack:U0123ABCD"),
        ("ADMINISTRATORS", "slack:", "should be like slack:U0123ABCD"),
        ("CONCERN_TARGETS", "cpft.acknowledge", "should be like cpft.acknowledge=3"),
        ("CONCERN_TARGETS", "cpft.acknowledge=0", "in working days from 1 to 260"),
        ("CONCERN_TARGETS", "cpft.acknowledge=261", "in working days from 1 to 260"),
        ("CONCERN_TARGETS", "acknowledge=3", "should be like cpft.acknowledge=3"),
        ("CONCERN_RETENTION_MONTHS", "0", "should be at least 1"),
    ],
)
def test_what_cannot_be_meant_is_told(monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load()
    assert name in str(raised.value)
    assert complaint in str(raised.value)
