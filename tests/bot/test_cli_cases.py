"""The commands about concerns that were filed, run as the command line runs them."""

import csv
import io
import json
import stat
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.cli.main import main
from bot.exports import harmless
from bot.settings import Settings
from handlers.concerns.records import Draft
from handlers.wizard import State
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.handlers.concerns.office import LEADS, OTHER, REFERENCE, STORY, Office, person
from tests.leaks import LEAKS

FORMULA = '=HYPERLINK("http://evil.example","click")'


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
def run(
    database_url: str,
    tmp_path: Path,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> Run:
    """Runs a command on the test's database, in an empty folder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("CACHE_DIR", str(kept))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as leaving:
            main([*arguments])
        printed = capfdbinary.readouterr()
        # What is printed on the other is for whoever asks.
        LEAKS.look(printed.err.decode(), "standard error")
        return Ran(int(str(leaving.value.code)), printed.out.decode(), printed.err.decode())

    return ran


@pytest.fixture
def office(engine: Engine, finder: Finder, clock: DrivenClock) -> Office:
    """One case in the leads' channel, with a note that a spreadsheet would run; one without a channel."""
    office = Office(engine, finder.knowledge, clock)
    office.appoint()
    office.file()
    office.file(OTHER, compact="sglos")
    office.say(f"note {REFERENCE}: {FORMULA}", "ada", LEADS)
    return office


def test_the_list_holds_no_names_and_no_texts(office: Office, run: Run) -> None:
    ran = run("cases", "list")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "7KQM-2XWT  2026-11-20  cpft  open: received, not acknowledged",
        "9RFY-34KQ  2026-11-20  sglos  open: received, not acknowledged, in no channel",
    ]


def test_the_list_can_be_narrowed(office: Office, run: Run) -> None:
    office.say(f"close {REFERENCE} as settled: Done.", "ada", LEADS)
    assert run("cases", "list", "--compact", "cpft").out == "7KQM-2XWT  2026-11-20  cpft  closed: settled\n"
    assert OTHER in run("cases", "list", "--open").out
    assert REFERENCE not in run("cases", "list", "--open").out
    assert run("cases", "list", "--open", "--compact", "cpft").out == "There are none.\n"


@pytest.mark.parametrize("command", [("list",), ("export",)])
def test_a_compact_is_named_by_its_id_in_any_letters(office: Office, run: Run, command: tuple[str, ...]) -> None:
    ran = run("cases", *command, "--compact", "CPFT")
    assert (REFERENCE in ran.out, OTHER in ran.out) == (True, False)
    wrong = run("cases", *command, "--compact", "nonsense")
    assert (wrong.code, wrong.out) == (2, "")
    assert "There is no Compact with this id. Those that there are: cpft, sglos." in wrong.err


def test_one_case_is_shown_whole_with_a_warning(office: Office, run: Run) -> None:
    ran = run("cases", "show", "7kqm 2xwt")
    assert ran.code == 0
    assert ran.err.startswith("Confidential:")
    for part in (STORY, "Ann Field", "HYPERLINK", "Acknowledge by"):
        assert part in ran.out
    assert "You can say" not in ran.out


@pytest.mark.parametrize("reference", ["2222-3333", "nonsense"])
def test_a_reference_that_there_is_not_is_told(office: Office, run: Run, reference: str) -> None:
    ran = run("cases", "show", reference)
    assert (ran.code, ran.err) == (1, "Error: There is no concern with this reference.\n")


def test_the_export_as_json_holds_everything_with_a_warning(office: Office, run: Run) -> None:
    ran = run("cases", "export")
    assert ran.err.startswith("Confidential:")
    first, second = json.loads(ran.out)
    assert (first["reference"], first["raiser"], first["told"]["story"]) == (REFERENCE, "Ann Field", [STORY])
    assert first["commitments"] == [{"id": "cpft.outcome-4.public.4", "text": "Give notice, as it was said at filing."}]
    assert [event["kind"] for event in first["events"]] == ["filed", "delivered", "noted"]
    assert first["events"][2] | {"at": ""} == {
        "at": "",
        "kind": "noted",
        "by": "ada",
        "name": "Ada",
        "text": FORMULA,
        "detail": {},
    }
    assert first["filed"] == "2026-11-20T10:00:00+00:00"
    assert second["compact"] == "sglos"


def test_the_export_as_a_table_runs_nothing_in_a_spreadsheet(office: Office, run: Run) -> None:
    office.say(f"close {REFERENCE} as settled: Done.", FORMULA, LEADS)
    ran = run("cases", "export", "--format", "csv", "--compact", "cpft")
    assert ran.out.startswith("\ufeff"), "or Excel would garble a pound sign"
    [row] = csv.DictReader(io.StringIO(ran.out.removeprefix("\ufeff")))
    assert (row["reference"], row["told_story"], row["outcome"]) == (REFERENCE, STORY, "settled")
    assert not [cell for cell in row.values() if cell.strip().startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("cell", [FORMULA, "+44 1632 960000", "-1", "@SUM(1)", "\t=1", "\r=1", "  =1", "＝1", "\n=1"])
def test_a_cell_that_would_be_a_formula_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "They cut it by 5 = half", "a@example.org", "2026-11-20"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


def test_an_exported_file_is_for_its_owner_alone(office: Office, run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.json").write_text("older", encoding="utf-8")
    (tmp_path / "out.json").chmod(0o644)
    ran = run("cases", "export", "--output", "out.json")
    assert (ran.out, "out.json: 2 written." in ran.err) == ("", True)
    assert len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))) == 2
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o600
    assert run("cases", "export", "--output", "nowhere/out.json").code == 1


def test_a_person_is_forgotten(office: Office, run: Run) -> None:
    ran = run("cases", "forget", "--platform", "slack", "--user", "ann", "--yes")
    assert (ran.code, ran.out) == (0, "Forgotten. 2 concerns are without names and texts now.\n")
    assert STORY not in run("cases", "export").out
    assert run("cases", "list").out.count("closed: forgotten") == 2
    again = run("cases", "forget", "--platform", "slack", "--user", "ann", "--yes")
    assert (again.code, "Nobody with this id" in again.err) == (1, True)


def test_nobody_is_forgotten_who_is_somewhere_else(office: Office, run: Run) -> None:
    for where in (["--platform", "teams"], ["--platform", "slack", "--tenant", "T2"]):
        assert run("cases", "forget", *where, "--user", "ann", "--yes").code == 1
    assert STORY in run("cases", "export").out


def test_nothing_is_deleted_before_it_is_confirmed(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert run("cases", "forget", "--platform", "slack", "--user", "ann").code == 130
    assert STORY in run("cases", "export").out


def test_of_several_people_with_one_id_one_is_to_be_named(office: Office, run: Run) -> None:
    with office.store.begin() as records:
        namesake = replace(person("ann"), tenant="T2")
        now = office.clock.now()
        records.drafts.keep(Draft(namesake, "d", State(), now, now))
    ran = run("cases", "forget", "--platform", "slack", "--user", "ann", "--yes")
    assert (ran.code, "--tenant" in ran.err) == (1, True)
    ran = run("cases", "forget", "--platform", "slack", "--user", "ann", "--tenant", "T2", "--yes")
    assert ran.out == "Forgotten. 0 concerns are without names and texts now.\n"
    with office.store.begin() as records:
        assert records.drafts.of(namesake) is None
    assert STORY in run("cases", "export").out


def test_closed_cases_are_stripped_after_the_time_that_is_set(
    office: Office, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The office's clock stands in the past: the case that it closes is old."""
    office.clock.moment = office.clock.moment.replace(year=2020)
    office.say(f"close {REFERENCE} as settled: Done.", "ada", LEADS)
    monkeypatch.setenv("CONCERN_RETENTION_MONTHS", "1")
    assert run("cases", "strip").out == "1 concern is without names and texts now.\n"
    assert run("cases", "strip").out == "0 concerns are without names and texts now.\n"


def test_the_report_counts_with_small_counts_left_out(office: Office, run: Run) -> None:
    for number in range(3):
        office.file(f"2222-222{number + 2}")
    ran = run("report", "--from", "2026-11-01", "--to", "2026-11-30")
    assert ran.code == 0
    assert "can be worked out" in ran.err
    assert ran.out.splitlines() == [
        "Concerns raised from Sunday 1 November 2026 to Monday 30 November 2026, as they stand now",
        "All Compacts: not shown, as smaller figures could be worked out from it",
        "",
        "CPFT Compact: 4",
        "  Open and closed, by stage and outcome: not shown, as smaller figures could be worked out from it",
        "  By commitment:",
        "    cpft.outcome-4.public.4: 4",
        "    every other one: fewer than 3",
        "  Working days to acknowledge, median: not shown, as too few came so far",
        "  Working days to close, median: not shown, as too few came so far",
        "",
        "South Gloucestershire Compact: fewer than 3",
    ]


@pytest.mark.parametrize(
    ("settled", "shown"),
    [
        (
            1,
            [
                "  Open, Received: fewer than 3",
                "  Open, Talking it over: 3",
                "  Open, Being decided: fewer than 3",
                "  Closed, settled: fewer than 3",
                "  Closed, not upheld: fewer than 3",
                "  Closed, withdrawn: fewer than 3",
                "  Closed, passed on: fewer than 3",
            ],
        ),
        (
            3,
            [
                "  Open: 3",
                "  Closed: 3",
                "  By stage and outcome: not shown, as smaller figures could be worked out from it",
            ],
        ),
    ],
)
def test_the_report_tells_stages_and_outcomes_as_finely_as_it_may(
    office: Office, run: Run, settled: int, shown: list[str]
) -> None:
    references = [REFERENCE, *(f"2222-222{figure}" for figure in "23467"[: settled + 2])]
    for number, reference in enumerate(references):
        if number:
            office.file(reference)
        does = "move {} to talking" if number < 3 else "close {} as settled: Done."
        office.say(does.format(reference), "ada", LEADS)
    lines = run("report", "--from", "2026-11-01", "--to", "2026-11-30").out.splitlines()
    assert lines[4 : 4 + len(shown)] == shown
    assert "  By commitment:" in lines[4 + len(shown) :]


def test_the_report_for_programs(office: Office, run: Run) -> None:
    made = json.loads(run("report", "--from", "2026-11-01", "--to", "2026-11-30", "--json").out)
    assert (made["from"], made["to"], made["filed"]) == ("2026-11-01", "2026-11-30", None)
    assert [each["filed"] for each in made["compacts"]] == ["fewer than 3", "fewer than 3"]


def test_a_report_backwards_is_refused(run: Run) -> None:
    assert run("report", "--from", "2026-11-02", "--to", "2026-11-01").code == 2


def test_a_target_that_no_compact_has_is_told(office: Office, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCERN_TARGETS", "cpft.mediation=3")
    ran = run("cases", "show", REFERENCE)
    assert (ran.code, "CONCERN_TARGETS: nothing is called cpft.mediation" in ran.err) == (2, True)
