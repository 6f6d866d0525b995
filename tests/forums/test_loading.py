"""The file of forums: what may stand in it, and every mistake with its line and entry."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from knowledge.compiling import Compiled
from knowledge.forums.content import BankHolidays, Holds, Series
from knowledge.forums.loading import ForumsError, example_forums, load
from knowledge.loading import shipped_content, yaml_files

COMPACTS = ("cpft", "sglos")
COMMITMENTS = ("cpft.delivery.forums", "sglos.governance.lsp")
FORUM = """\
series:
  - id: forum
    name: Provider forum
    compact: cpft
    starts: 2026-01-14
    recurrence: FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE
    time: "10:00"
    length: PT2H
    place: The hall
    convenor: The partnership team
    reminders:
      - {when: P7D, holds: invite}
      - {when: PT2H after, holds: follow-up}
"""


def loaded(folder: Path, text: str | bytes) -> tuple[Series, ...]:
    """What a file with this text holds."""
    path = folder / "forums.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, COMPACTS, COMMITMENTS)


def complaints(folder: Path, text: str | bytes) -> list[str]:
    """What is said of a file that cannot be used: each line of it, without the folder."""
    with pytest.raises(ForumsError) as raised:
        loaded(folder, text)
    return [str(problem).removeprefix(f"{folder}/forums.yaml") for problem in raised.value.problems]


def test_a_series_has_these_values_where_it_says_nothing(tmp_path: Path) -> None:
    [series] = loaded(tmp_path, FORUM)
    assert (series.starts, series.time, series.length) == (date(2026, 1, 14), time(10), timedelta(hours=2))
    assert (series.zone.key, series.bank_holidays) == ("Europe/London", BankHolidays.NEXT_WORKING_DAY)
    assert (series.link, series.agenda, series.compact_item, series.reminders_at) == (None, (), True, time(9))
    assert [plan.holds for plan in series.reminders] == [Holds.INVITE, Holds.FOLLOW_UP]


def test_what_the_compact_says_about_a_series_can_be_named(tmp_path: Path) -> None:
    named = FORUM.replace("compact: cpft\n", "compact: cpft\n    commitment: cpft.delivery.forums\n")
    assert [each.commitment for text in (FORUM, named) for each in loaded(tmp_path, text)] == [
        None,
        "cpft.delivery.forums",
    ]


def test_the_example_that_is_shipped_is_right_and_is_no_knowledge(ready: Compiled) -> None:
    shipped = load(example_forums(), COMPACTS, ready.knowledge.commitments)
    assert {series.compact for series in shipped} == set(COMPACTS)
    assert all(series.name.endswith("(example)") for series in shipped), "nobody should take it for a real forum"
    assert example_forums() not in yaml_files([shipped_content()])


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("2WE", "2XX", ":6: series, forum, recurrence: has a value that BYDAY cannot have, '2XX'"),
        (
            "compact: cpft\n",
            "compact: cpft\n    commitment: cpft.delivery.picnics\n",
            ":5: series, forum, commitment: there is no commitment 'cpft.delivery.picnics'",
        ),
        (
            "compact: cpft\n",
            "compact: cpft\n    commitment: sglos.governance.lsp\n",
            ":5: series, forum, commitment: should be one of the Compact 'cpft'",
        ),
        (
            "2026-01-14",
            "2026-01-15",
            ":6: series, forum, recurrence: does not give the day in 'starts'; the first it gives after that is 2026-04-08",
        ),
        (
            "2026-01-14",
            "2026-02-30",
            ":5: series, forum, starts: '2026-02-30' looks like a day or a number, but there is no such one",
        ),
        (
            "id: forum",
            "id: Provider Forum",
            ":2: series, Provider Forum, id: should be lower-case words joined by hyphens",
        ),
        (
            "cpft",
            "CPFT",
            ":4: series, forum, compact: should be lower-case words joined by hyphens, such as 'provider-forum'",
        ),
        ("2026-01-14", "14 January 2026", ":5: series, forum, starts: should be a day such as 2026-01-14"),
        ("2026-01-14", "20260114", ":5: series, forum, starts: should be a day such as 2026-01-14"),
        ("2026-01-14", "1926-01-14", ":5: series, forum, starts: should be a day such as 2026-01-14"),
        ("2026-01-14", "2026-01-14 10:00:00", ":5: series, forum, starts: should be a day such as 2026-01-14"),
        ('"10:00"', "10:00", ":7: series, forum, time: should be put into quotation marks"),
        (
            '"10:00"',
            '"10 am"',
            ":7: series, forum, time: should be an hour such as '09:30', of two figures, a colon and two figures",
        ),
        ("PT2H", "2", ":8: series, forum, length: should be put into quotation marks"),
        ("PT2H", "PT0H", ":8: series, forum, length: should be more than nothing, and PT12H at most"),
        ("PT2H\n", "P1D\n", ":8: series, forum, length: should be more than nothing, and PT12H at most"),
        (
            "PT2H\n",
            "two hours\n",
            ":8: series, forum, length: should be a length of time such as 'P28D' (days), 'P4W' (weeks) or ",
        ),
        ("cpft", "cptf", ":4: series, forum, compact: there is no Compact 'cptf'; known are: cpft, sglos"),
        (
            "place: The hall",
            "link: zoom.us/j/1",
            ":9: series, forum, link: should be a web address that starts with https://",
        ),
        (
            "place: The hall",
            "time-zone: London",
            ":9: series, forum, time-zone: should be a time zone such as Europe/London",
        ),
        (
            "place: The hall",
            "time-zone: Europe/London",
            ":2: series, forum, place: a place, a link or both are needed, or nobody can come",
        ),
        ("place:", "where:", ":9: series, forum, where: is not a key that is known here"),
        ("    convenor: The partnership team\n", "", ":2: series, forum, convenor: is missing"),
        ("holds: invite", "holds: agenda", ":12: series, forum, reminders, entry 1, holds: Input should be 'invite', "),
        ("P7D", "a week", ":12: series, forum, reminders, entry 1, when: should be such as 'P28D at 09:30', "),
        ("P7D", "P0D at 10:00", ":12: series, forum, reminders, entry 1, when: goes out when the forum has begun"),
        (
            "PT2H after",
            "P0D after",
            ":13: series, forum, reminders, entry 2, when: goes out before the forum has ended",
        ),
        (
            "holds: follow-up",
            "holds: invite",
            ":13: series, forum, reminders, entry 2, when: a follow-up goes out after the forum, and nothing else does: ",
        ),
        (
            "PT2H after, holds: follow-up",
            "P1W, holds: invite",
            ":13: series, forum, reminders, entry 2, when: there is another reminder",
        ),
        ("    name: Provider forum\n", "    name: A\n    name: B\n", ":4: the key 'name' stands twice here"),
        ("series:", "forums:", ":1: series: is missing"),
        ("cpft", "no", ":4: series, forum, compact: Input should be a valid string"),
    ],
)
def test_a_mistake_is_told_with_line_and_entry(tmp_path: Path, right: str, wrong: str, complaint: str) -> None:
    found = complaints(tmp_path, FORUM.replace(right, wrong, 1))
    assert any(each.startswith(complaint) for each in found), found


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- id: forum\n", ":1: should begin with the key 'series:'"),
        ("series: forum\n", ":1: series: should be a list, each entry on a line of its own that begins with a hyphen"),
        ("series: [forum]\n", ":1: series, entry 1: should hold keys such as 'id:', not bare words"),
        ("", ":1: series: is missing"),
        ("series: [\n", ":2: is not valid YAML: "),
        (b"series: \xff\n", ": is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str | bytes, complaint: str) -> None:
    [found] = complaints(tmp_path, text)
    assert found.startswith(complaint)


TWO_MORE = """\
  - {id: forum, name: Other, compact: narnia, starts: 2026-01-14, recurrence: FREQ=WEEKLY, time: "10:00", length: PT1H,
     place: Hall, convenor: Ada, reminders: []}
  - {id: third, name: 3}
"""


def test_all_the_mistakes_of_all_the_series_are_told_at_once_in_order(tmp_path: Path) -> None:
    found = complaints(tmp_path, FORUM + TWO_MORE)
    assert found[0] == ":14: series, forum, compact: there is no Compact 'narnia'; known are: cpft, sglos"
    assert found[1] == ":14: series, forum, id: the series 'forum' is already in this file"
    assert {each.partition(": ")[0] for each in found[2:]} == {":16"}
    assert len(found) > 5


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ForumsError, match=r"nowhere\.yaml: cannot be read: No such file or directory"):
        load(tmp_path / "nowhere.yaml", COMPACTS)


@pytest.mark.parametrize(
    "link",
    [
        "http://meet.example.org",
        "javascript:alert(1)",
        "https://",
        "https:///forum",
        "https://meet.example.org/a b",
        "https://<meet>.example.org",
        "https://meet.example.org@evil.example",
        "HTTPS",
    ],
)
def test_only_an_address_that_a_button_may_open_is_a_link(tmp_path: Path, link: str) -> None:
    [found] = complaints(tmp_path, FORUM.replace("place: The hall", f"link: '{link}'"))
    assert found == ":9: series, forum, link: should be a web address that starts with https://"


@pytest.mark.parametrize("link", ["https://meet.example.org", "https://us02web.zoom.us:443/j/1?pwd=a%20b#c_d~"])
def test_such_links_are_taken(tmp_path: Path, link: str) -> None:
    [series] = loaded(tmp_path, FORUM.replace("place: The hall", f"link: '{link}'"))
    assert series.link == link


def test_no_series_at_all_is_no_mistake(tmp_path: Path) -> None:
    assert loaded(tmp_path, "series: []\n") == ()
