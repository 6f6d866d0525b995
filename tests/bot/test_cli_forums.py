"""The commands about forums, run as the command line runs them."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from bot.cli.main import main
from bot.settings import Settings
from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.conversation import Person, Platform, Room
from handlers.forums.announcing import post_key
from handlers.forums.records import Became, Changed, Notice
from handlers.ports import Purpose
from knowledge.forums.occurrences import Change
from knowledge.periods import day_in_words

BANK_HOLIDAY = "Monday 3 May 2027, Early May bank holiday"
FORUMS = """\
series:
  - id: weekly
    name: Weekly forum
    compact: sglos
    starts: 2020-01-06
    recurrence: FREQ=WEEKLY
    time: "10:00"
    length: PT1H
    place: The hall
    convenor: Ada
    reminders:
      - {when: P1D at 09:30, holds: invite}
      - {when: PT30M, holds: joining-link}
  - id: over
    name: Long over
    compact: cpft
    starts: 2020-01-06
    recurrence: FREQ=YEARLY;COUNT=1
    time: "10:00"
    length: PT1H
    link: https://meet.example.org
    convenor: Bea
    reminders: []
"""


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the ready-made index is kept between the commands, which spares each a second."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command in an empty folder, with the forums that are shipped."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("CACHE_DIR", str(kept))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'compactbot.db'}")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as leaving:
            main(["forums", *arguments])
        printed = capfdbinary.readouterr()
        return Ran(int(str(leaving.value.code)), printed.out.decode(), printed.err.decode())

    return ran


@pytest.fixture
def own(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with the forums above."""
    (tmp_path / "forums.yaml").write_text(FORUMS, encoding="utf-8")
    monkeypatch.setenv("FORUMS_PATH", "forums.yaml")
    return run


def preview(run: Run, first: str, last: str, *more: str) -> Ran:
    """What would be held and go out on these days."""
    return run("preview", "--from", first, "--to", last, *more)


def test_the_example_is_previewed_a_line_each_with_the_reason_for_what_moves(run: Run) -> None:
    ran = preview(run, "2027-04-30", "2027-05-04")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "2027-05-03 09:00 BST  sglos-implementation-group  2027-05-03  reminder P1D (joining-link)",
        f"2027-05-04 14:00 BST  sglos-implementation-group  2027-05-03  forum moved from {BANK_HOLIDAY}",
        "2027-05-04 17:30 BST  sglos-implementation-group  2027-05-03  reminder PT2H after (follow-up)",
    ]
    assert "These forums are made up" in ran.err


def test_two_years_of_the_example_hold_every_forum(run: Run) -> None:
    """Eight quarterly ones, four of the group, two yearly ones."""
    lines = preview(run, "2026-01-01", "2027-12-31").out.splitlines()
    assert lines == sorted(lines, key=lambda line: line[:16])
    assert sum("  forum" in line for line in lines) == 14
    assert all(re.match(r"20\d\d-\d\d-\d\d \d\d:\d\d (GMT|BST)  ", line) for line in lines)


def test_own_forums_are_previewed_as_json_for_each_channel(own: Run) -> None:
    ran = preview(own, "2026-03-30", "2026-04-05", "--json", "--channel", "C1", "--channel", "C2")
    assert (ran.code, ran.err) == (0, "")
    made = [json.loads(line) for line in ran.out.splitlines()]
    assert {tuple(each) for each in made} == {("series", "occurrence", "reminder", "at", "channel")}
    assert [tuple(each.values()) for each in made] == [
        ("weekly", "2026-03-30", "PT30M", "2026-03-30T09:30+01:00", "C1"),
        ("weekly", "2026-03-30", "PT30M", "2026-03-30T09:30+01:00", "C2"),
    ]


def test_where_no_channel_is_known_there_is_a_dash(own: Run) -> None:
    """The forum of Easter Monday is on Tuesday, and its reminders go with it."""
    made = [json.loads(line) for line in preview(own, "2026-04-06", "2026-04-07", "--json").out.splitlines()]
    assert [tuple(each.values()) for each in made] == [
        ("weekly", "2026-04-06", "P1D at 09:30", "2026-04-06T09:30+01:00", "-"),
        ("weekly", "2026-04-06", "PT30M", "2026-04-07T09:30+01:00", "-"),
    ]


def test_without_days_a_year_from_today_is_previewed(own: Run) -> None:
    lines = own("preview").out.splitlines()
    first, last = (date.fromisoformat(line[:10]) for line in (lines[0], lines[-1]))
    assert abs(date.today() - first) <= timedelta(days=8)  # noqa: DTZ011 - within days, any zone will do
    assert timedelta(days=350) < last - first <= timedelta(days=366)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2027-01-02", "2027-01-01"), "--to the same day or a later one"),
        (("1999-01-01", "2027-01-01"), "--from should be a day from 2000 on"),
        (("2027-01-01", "2200-01-01"), "before 2200"),
        (("2027-01-01", "2037-02-01"), "ten years apart at most"),
        (("soon", "2027-01-01"), "'soon' does not match the format"),
    ],
)
def test_days_that_cannot_be_previewed_are_wrong_use(own: Run, arguments: tuple[str, str], said: str) -> None:
    ran = preview(own, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())


def test_the_next_forum_of_each_series_is_told(own: Run) -> None:
    ran = own("next")
    assert (ran.code, ran.err) == (0, "")
    weekly, over = ran.out.split("Long over [over]\n")
    assert re.match(
        r"Weekly forum \[weekly\]\n  \w+day \d+ \w+ 20\d\d, 10:00 to 11:00 \((GMT|BST)\)\n(  moved from .*\n)?"
        r"  Place: The hall\n  Agenda: The Compact: is it being kept\?\n  Convenor: Ada\n$",
        weekly,
    )
    assert over == "  No more are planned.\n"


def test_the_made_up_forums_say_that_they_are(run: Run) -> None:
    ran = run("next")
    assert "Provider forum (example) [cpft-provider-forum]" in ran.out
    assert "Name a file of your own in FORUMS_PATH" in ran.err


def test_a_calendar_is_written_of_all_or_of_one(own: Run, tmp_path: Path) -> None:
    assert own("calendar", "weekly", "-o", "weekly.ics").out == ""
    calendar = Calendar.from_ical((tmp_path / "weekly.ics").read_bytes())
    assert calendar.calendar_name == "Weekly forum"
    assert all(isinstance(each.start, datetime) for each in calendar.events)
    assert len(calendar.events) > 150
    everything = own("calendar")
    assert everything.out.startswith("BEGIN:VCALENDAR\r\n")
    assert Calendar.from_ical(everything.out).calendar_name == "Compact forums"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["daily"], "There is no series “daily”; known are: weekly, over."),
        (["over"], "There are no forums to put into a calendar."),
        (["-o", "nowhere/x.ics"], "nowhere/x.ics cannot be written: No such file or directory."),
    ],
)
def test_a_calendar_that_cannot_be_written_is_told(own: Run, arguments: list[str], said: str) -> None:
    ran = own("calendar", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err


def test_mistakes_in_the_file_are_told_with_their_line(own: Run, tmp_path: Path) -> None:
    (tmp_path / "forums.yaml").write_text(FORUMS.replace("sglos", "narnia").replace("PT30M", "soon"), encoding="utf-8")
    ran = own("next")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines()[0] == "The file of forums has mistakes:"
    assert "forums.yaml:13: series, weekly, reminders, entry 2, when: should be such as" in ran.err


def test_with_ones_own_knowledge_alone_there_are_no_made_up_forums(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their Compacts are not there; what to do is said."""
    (tmp_path / "ours.yaml").write_text(
        "themes: [{id: a, title: A}]\ntopics: [{id: b, theme: a, title: B, asked: [how about it]}]\n", encoding="utf-8"
    )
    monkeypatch.setenv("KNOWLEDGE_SHIPPED", "false")
    monkeypatch.setenv("KNOWLEDGE_PATH", ".")
    said = "There are no forums: set FORUMS_PATH to a file of them; see docs/forums.md.\n"
    assert [run("next"), run("preview")] == [Ran(0, "", said)] * 2


def test_a_file_without_any_forum_is_said_to_have_none(own: Run, tmp_path: Path) -> None:
    (tmp_path / "forums.yaml").write_text("series: []\n", encoding="utf-8")
    said = "There are no forums: 0 series in forums.yaml.\n"
    assert [own("next"), own("preview")] == [Ran(0, "", said)] * 2


class TestWhatIsKept:
    """The database beside the forums' file: what was changed, and where forums are announced."""

    @pytest.fixture
    def changed(self, own: Run, tmp_path: Path) -> Run:
        """Forums of which one was moved and one cancelled, with a channel for each purpose."""
        engine = opened(f"sqlite:///{tmp_path / 'compactbot.db'}")
        at = datetime(2026, 3, 1, 12, tzinfo=UTC)
        ada = Person(Platform.SLACK, "T1", "ada")
        moved = Change(1, at, day=date(2026, 4, 1), hour=time(14), reason="the hall is flooded")
        with SqlStore(engine).begin() as records:
            records.forums.change(Changed(("weekly", date(2026, 3, 30)), moved, ada, "Ada", at))
            records.forums.change(Changed(("weekly", date(2026, 4, 13)), Change(1, at, cancelled=True), ada, "Ada", at))
            for purpose, name in ((Purpose.FORUMS, "C1"), (Purpose.COORDINATORS, "C2")):
                records.rooms.appoint(purpose, "weekly", Room(Platform.SLACK, "T1", name), ada, at)
        engine.dispose()
        return own

    def test_the_preview_knows_it(self, changed: Run) -> None:
        assert preview(changed, "2026-03-30", "2026-04-01").out.splitlines() == [
            "2026-03-31 09:00 BST  weekly  2026-03-30  digest to slack:T1:C2",
            "2026-03-31 09:30 BST  weekly  2026-03-30  reminder P1D at 09:30 (invite) to slack:T1:C1",
            "2026-04-01 13:30 BST  weekly  2026-03-30  reminder PT30M (joining-link) to slack:T1:C1",
            "2026-04-01 14:00 BST  weekly  2026-03-30  forum moved from Monday 30 March 2026 at 10:00, the hall is flooded",
        ]
        assert preview(changed, "2026-04-12", "2026-04-14").out.splitlines() == [
            "2026-04-13 10:00 BST  weekly  2026-04-13  forum cancelled"
        ]

    def test_as_json_too(self, changed: Run) -> None:
        made = [json.loads(line) for line in preview(changed, "2026-04-01", "2026-04-01", "--json").out.splitlines()]
        assert [tuple(each.values()) for each in made] == [
            ("weekly", "2026-03-30", "PT30M", "2026-04-01T13:30+01:00", "slack:T1:C1")
        ]

    @pytest.mark.parametrize(
        ("became", "said"),
        [
            (Became.PUT, ", already sent"),
            (Became.UNDELIVERED, ", already sent"),
            (Became.MISSED, ""),
            (Became.OVERTAKEN, ""),
        ],
    )
    def test_what_was_said_is_marked(self, changed: Run, tmp_path: Path, became: Became, said: str) -> None:
        """A move may have its moment come again. In another channel, and about another forum, it was not said."""
        engine = opened(f"sqlite:///{tmp_path / 'compactbot.db'}")
        moved, other = ("weekly", date(2026, 3, 30)), ("weekly", date(2026, 4, 6))
        here, elsewhere = (Room(Platform.SLACK, "T1", name) for name in ("C1", "C3"))
        at = datetime(2026, 3, 29, tzinfo=UTC)
        with SqlStore(engine).begin() as records:
            for key, what, room in (
                (moved, "P1D at 09:30", here),
                (moved, "PT30M", elsewhere),
                (other, "PT30M", here),
            ):
                records.forums.note(Notice(post_key(key, what, room), key, what, room, at, became))
        engine.dispose()
        _, invite, link, _ = preview(changed, "2026-03-30", "2026-04-01").out.splitlines()
        assert invite.endswith(f"reminder P1D at 09:30 (invite) to slack:T1:C1{said}")
        assert link.endswith("reminder PT30M (joining-link) to slack:T1:C1")

    def test_channels_that_are_named_count_instead(self, changed: Run) -> None:
        made = preview(changed, "2026-03-31", "2026-03-31", "--json", "--channel", "X").out.splitlines()
        assert [json.loads(line)["channel"] for line in made] == ["X"]

    def test_calendars_and_the_next_forums_know_it(self, own: Run, tmp_path: Path) -> None:
        today = date.today()  # noqa: DTZ011 - within days, any zone will do
        mondays = [today + timedelta(days=7 * week - today.weekday()) for week in range(-1, 3)]
        engine = opened(f"sqlite:///{tmp_path / 'compactbot.db'}")
        with SqlStore(engine).begin() as records:
            for monday in mondays:
                change = Change(1, datetime.now(UTC), cancelled=True)
                records.forums.change(Changed(("weekly", monday), change, None, "", None))
        engine.dispose()
        events = Calendar.from_ical(own("calendar", "weekly").out).walk("VEVENT")
        cancelled = {str(event["UID"]) for event in events if event["STATUS"] == "CANCELLED"}
        assert cancelled == {f"weekly-{monday.isoformat()}@compactbot" for monday in mondays}
        coming = own("next").out.splitlines()[1].strip().split(",")[0]
        assert coming not in {day_in_words(monday) for monday in mondays}
