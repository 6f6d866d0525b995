"""The page docs/forums.md does what it says: its files load, its tables name what there is, and its times are right."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from knowledge.forums.content import BankHolidays, ReminderPlan, Series
from knowledge.forums.loading import example_forums, load
from knowledge.forums.offsets import offset
from knowledge.forums.recurrence import checked

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "forums.md").read_text(encoding="utf-8")
_YAML = re.compile(r"^( *)```yaml\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
LONDON = ZoneInfo("Europe/London")


def table(heading: str) -> list[list[str]]:
    """The rows of the table with this first heading, as their cells."""
    found = re.search(rf"^\| {heading} \|.*\n\|[- |]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, f"the page has no table with the heading {heading}"
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in found[1].splitlines()]


def test_the_example_file_in_the_page_can_be_used_as_it_is(tmp_path: Path) -> None:
    blocks = [dedent(text) for _, text in _YAML.findall(PAGE)]
    assert blocks
    for text in blocks:
        (tmp_path / "forums.yaml").write_text(text, encoding="utf-8")
        assert load(tmp_path / "forums.yaml", ["cpft"])


@pytest.mark.parametrize(("entry", "model"), [("series", Series), ("reminder", ReminderPlan)], ids=str)
def test_a_table_of_keys_names_them_all_and_whether_they_are_needed(entry: str, model: type[BaseModel]) -> None:
    told = {key: row[1] for row in table(f"Key of a {entry}") for key in re.findall(r"`(.+?)`", row[0])}
    fields = model.model_fields.values()
    assert told == {str(field.alias): "yes" if field.is_required() else "no" for field in fields}


def test_the_values_that_a_missing_key_stands_for_are_told() -> None:
    told = {
        row[0].strip("`"): found[1]
        for row in table("Key of a series")
        if (found := re.search(r"Without it: `(.+?)`", row[2]))
    }
    fields = {str(field.alias): field.default for field in Series.model_fields.values()}
    assert told == {
        "time-zone": fields["time-zone"],
        "bank-holidays": fields["bank-holidays"],
        "reminders-at": f'"{fields["reminders-at"]:%H:%M}"',
    }


@pytest.mark.parametrize("row", table("Days"), ids=lambda row: row[0])
def test_a_recurrence_in_the_page_is_a_rule(row: list[str]) -> None:
    words = row[1].strip("`")
    assert checked(words) == words


def test_every_rule_for_bank_holidays_is_told() -> None:
    assert [row[0].strip("`") for row in table("`bank-holidays`")] == list(BankHolidays)


@pytest.mark.parametrize("row", table("`when`"), ids=lambda row: row[0])
def test_an_offset_in_the_page_falls_when_the_page_says(row: list[str]) -> None:
    """For a forum on Wednesday 8 July 2026; where no hour is told, it is that of the series."""
    starts = datetime(2026, 7, 8, 10, tzinfo=LONDON)
    found = offset(row[0].strip("`")).moment(starts, starts + timedelta(hours=2), time(9))
    days = {"four weeks before": 10, "Wednesday before": 1, "day itself": 8, "Thursday": 9}
    [on] = [number for words, number in days.items() if words in row[1]]
    told = re.search(r"\d\d:\d\d", row[1])
    assert found.date() == (date(2026, 6, on) if on == 10 else date(2026, 7, on))
    assert f"{found:%H:%M}" == (told[0] if told else "09:00")


def test_the_page_tells_where_the_examples_are() -> None:
    assert f"`{example_forums().relative_to(ROOT)}`" in PAGE
