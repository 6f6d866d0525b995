"""Settings, from the environment and a .env file."""

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot import composition
from bot.settings import Settings, SettingsError, load
from knowledge.compiling import Compiled
from knowledge.content import Party

ROOT = Path(__file__).parents[2]
NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*NAMES, "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


def written(text: str | bytes) -> Path:
    """A .env file in the folder the program runs in."""
    path = Path(".env")
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def complaints(text: str | bytes) -> tuple[str, ...]:
    """What is said of a .env file that cannot be used."""
    written(text)
    with pytest.raises(SettingsError) as raised:
        load()
    return raised.value.complaints


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    loaded = load()
    assert loaded.knowledge_shipped
    assert (loaded.knowledge_path, loaded.default_compact, loaded.party) == (None, None, None)
    assert timedelta(days=loaded.question_retention_days) == timedelta(days=90)
    assert loaded.time_zone == "Europe/London"
    assert loaded.database_url.startswith(f"sqlite:///{tmp_path}")
    assert str(loaded.cache_dir).startswith(str(tmp_path))


def test_settings_are_read_from_the_file() -> None:
    written(
        "# ours\nDEFAULT_COMPACT=cpft\n\nexport DEFAULT_PARTY='vcse'\nKNOWLEDGE_PATH=\"our own\"\nknowledge_shipped=no\n"
    )
    loaded = load()
    assert (loaded.default_compact, loaded.party, loaded.knowledge_path) == ("cpft", Party.VCSE, Path("our own"))
    assert not loaded.knowledge_shipped


def test_the_environment_counts_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    written("DEFAULT_COMPACT=cpft\nTIME_ZONE=Europe/Paris\n")
    monkeypatch.setenv("DEFAULT_COMPACT", "sglos")
    loaded = load()
    assert (loaded.default_compact, loaded.time_zone) == ("sglos", "Europe/Paris")


def test_another_file_may_be_named(tmp_path: Path) -> None:
    (tmp_path / "other.env").write_text("DEFAULT_COMPACT=cpft\n")
    assert load(tmp_path / "other.env").default_compact == "cpft"


def test_settings_cannot_be_changed_once_loaded() -> None:
    with pytest.raises(ValidationError):
        load().time_zone = "UTC"  # type: ignore[misc]


def test_every_wrong_setting_is_told_at_once_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KNOWLEDGE_SHIPPED", "perhaps")
    told = complaints(
        "# ours\nDATABASE_URL=mysql://here\n\nQUESTION_RETENTION_DAYS=soon\nDEFAULT_PARTY=both\nTIME_ZONE=/etc\n"
    )
    assert sorted(each.partition(": ")[0] for each in told) == [
        "DATABASE_URL (.env, line 2)",
        "DEFAULT_PARTY (.env, line 5)",
        "KNOWLEDGE_SHIPPED (in the environment)",
        "QUESTION_RETENTION_DAYS (.env, line 4)",
        "TIME_ZONE (.env, line 6)",
    ]
    assert "DATABASE_URL (.env, line 2): should start with sqlite:/// and name a file, or with postgresql://" in told
    assert "TIME_ZONE (.env, line 6): should be a time zone such as Europe/London" in told


@pytest.mark.parametrize(
    "url",
    [
        "compactbot.db",
        "sqlite:///",
        "sqlite:///:memory:",
        "postgresql+psycopg://bot@somewhere/ours",
    ],
)
def test_a_database_must_be_a_file_or_postgresql(url: str) -> None:
    """One in memory would be another for each thread, and forgotten at the end."""
    assert complaints(f"DATABASE_URL={url}\n") == (
        "DATABASE_URL (.env, line 1): should start with sqlite:/// and name a file, or with postgresql://",
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://db.example/ours",
        "postgresql://bot@db.example:5433/ours",
        "postgresql://bot:sesame@db.example/ours?sslmode=require",
        "postgresql://bot:p%40ss/w:o?rd@db.example/ours",
        "postgresql://bot:sesame@[::1]:5432/ours",
        "postgresql:///ours?host=/var/run/postgresql",
        "postgres://bot:sesame@db.example/ours",
    ],
)
def test_a_database_may_be_postgresql(url: str) -> None:
    written(f"DATABASE_URL='{url}'\n")
    loaded = load()
    assert loaded.database_url == url
    assert "sesame" not in repr(loaded)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgresql://db.example",
        "postgresql://db.example/",
        "postgresql:bot:sesame@db.example/ours",
        "postgresql://bot:sesame/ours",
        "postgresql://bot:ses@ame@db.example/ours",
        "postgresql://bot:ses@am/e?x@db.example/ours",
        "postgresql://bot:sesame@db.example:port/ours",
    ],
)
def test_a_postgresql_that_could_be_misread_is_told_without_repeating_it(url: str) -> None:
    """A part of the password could be taken for the host, and shown."""
    written(f"DATABASE_URL='{url}'\n")
    with pytest.raises(SettingsError) as raised:
        load()
    assert raised.value.complaints == (
        "DATABASE_URL (.env, line 1): should be like postgresql://user:password@host/name, with any @ in the password as %40",
    )
    assert "ses" not in f"{raised.value.__cause__} {raised.value.__cause__!r}"


@pytest.mark.parametrize("days", ["0", "-1", "3651", "1.5", "many"])
def test_a_retention_outside_its_bounds_is_refused(days: str) -> None:
    [told] = complaints(f"QUESTION_RETENTION_DAYS={days}\n")
    assert told.startswith("QUESTION_RETENTION_DAYS (.env, line 1): ")


@pytest.mark.parametrize(
    "zone",
    [
        "/etc/passwd",
        "../Europe/London",
        "Mars",
        "Europe/Lodnon",
    ],
)
def test_a_time_zone_that_does_not_exist_is_refused(zone: str) -> None:
    assert complaints(f"TIME_ZONE={zone}\n") == (
        "TIME_ZONE (.env, line 1): should be a time zone such as Europe/London",
    )


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("DATABSE_URL", "DATABASE_URL"), ("TIMEZONE", "TIME_ZONE"), ("Default_Compacts", "DEFAULT_COMPACT")],
)
def test_a_misspelt_name_is_met_with_the_right_one(misspelt: str, meant: str) -> None:
    assert complaints(f"COMPACT_LEADS=Ask Ada.\n{misspelt}=x\n") == (
        f"{misspelt.upper()} (.env, line 2): is not a setting; did you mean {meant}?",
    )


def test_names_that_are_nothing_like_ours_are_left_alone() -> None:
    written("AWS_REGION=eu-west-2\nEDITOR=vi\n# DATABSE_URL=x\n")
    assert load() == Settings()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("empty", ["", "''"])
def test_an_empty_value_means_the_default(name: str, empty: str) -> None:
    default = getattr(load(), name.lower())
    written(f"{name}={empty}\n")
    assert getattr(load(), name.lower()) == default


def test_a_file_that_is_not_utf_8_is_told() -> None:
    [told] = complaints(b"COMPACT_LEADS=caf\xe9\n")
    assert told.startswith(".env cannot be read as UTF-8 text: ")


def test_a_byte_order_mark_is_passed_over() -> None:
    """As some editors on Windows write one."""
    written(b"\xef\xbb\xbfDEFAULT_COMPACT=cpft\n")
    assert load().default_compact == "cpft"


def test_a_folder_in_place_of_the_file_is_told() -> None:
    Path(".env").mkdir()
    with pytest.raises(SettingsError, match=r"^\.env cannot be read"):
        load()


def test_a_default_compact_must_exist() -> None:
    with pytest.raises(SettingsError, match="DEFAULT_COMPACT: there is no Compact “narnia”; known are: cpft, sglos"):
        composition.finder(load(written("DEFAULT_COMPACT=narnia\n")))


def test_without_any_knowledge_the_settings_are_wrong() -> None:
    with pytest.raises(SettingsError, match="KNOWLEDGE_PATH: should name a folder"):
        composition.knowledge(load(written("KNOWLEDGE_SHIPPED=false\n")))


def example() -> list[str]:
    """The lines of .env.example."""
    return (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()


def test_the_example_names_every_setting_once_and_nothing_else() -> None:
    named = [found[1] for line in example() if (found := re.match(r"#?\s*(\w+)=", line))]
    assert sorted(named) == sorted(NAMES)


def test_the_example_sets_nothing_and_explains_each_setting_in_the_line_above() -> None:
    lines = example()
    assert all(line.startswith("#") for line in lines if line)
    for above, line in pairwise(lines):
        if re.match(r"#\w+=", line):
            assert re.match(r"# \S", above), line


def test_the_values_in_the_example_can_be_used(ready: Compiled) -> None:
    lines = [re.sub(r"^#(?=\w+=)", "", line) for line in example()]
    loaded = load(written("\n".join(lines)))
    assert loaded.model_fields_set == set(Settings.model_fields)
    assert loaded.default_compact in ready.knowledge.compacts
