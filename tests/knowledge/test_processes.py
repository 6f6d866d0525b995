"""How concerns are handled, as editors write it."""

from pathlib import Path

import pytest

from knowledge.finding import Finder
from knowledge.loading import load
from knowledge.problems import KnowledgeError
from knowledge.processes import Process
from tests.knowledge.small import NORTHSHIRE

TOPICS = """
themes: [{id: money, title: Money}]
topics:
""" + "\n".join(
    f"  - {{id: {each}, theme: money, title: {each}, asked: [about {each}]}}"
    for each in ("notice", "payment", "costs", "meetings")
)


def northshire(process: str, folder: Path) -> Path:
    """A folder with one Compact, whose process is written like this."""
    (folder / "topics.yaml").write_text(TOPICS, encoding="utf-8")
    facts, rest = NORTHSHIRE.split("sections:")
    (folder / "northshire.yaml").write_text(f"{facts}  process: {process}\nsections:{rest}", encoding="utf-8")
    return folder


def complaints(process: str, folder: Path) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        load([northshire(process, folder)])
    return [f"{problem.entry}: {problem.message}" for problem in caught.value.problems]


def test_a_process_is_read(tmp_path: Path) -> None:
    written = (
        "{overseen: {by: the chair, sources: [northshire.money.4]}, advised-first: [northshire.money.4],"
        " acknowledge-within: 5, times-from: Section 9, silent: It is silent.,"
        " stages: [{id: first, title: First, happens: It happens.}, {id: last, title: Last, happens: It ends., within: 20}]}"
    )
    process = load([northshire(written, tmp_path)]).compacts["northshire"].process
    assert process.overseen is not None
    assert (process.overseen.by, process.acknowledge_within, process.times_from) == ("the chair", 5, "Section 9")
    assert [(stage.id, stage.within) for stage in process.stages] == [("first", None), ("last", 20)]


def test_a_compact_without_a_process_has_the_usual_one(tmp_path: Path) -> None:
    """No time is set in it, and nobody is said to oversee it."""
    process = load([northshire("{}", tmp_path)]).compacts["northshire"].process
    assert process == Process()
    assert len(process.stages) > 1
    assert (process.acknowledge_within, process.overseen, process.times_from) == (None, None, None)
    assert {stage.within for stage in process.stages} == {None}


@pytest.mark.parametrize(
    ("process", "complaint"),
    [
        ("{advised-first: [northshire.money.99]}", "advised-first"),
        ("{overseen: {by: the chair, sources: [nowhere.at.all]}}", "sources"),
        ("{overseen: {by: the chair, sources: []}}", "sources"),
        ("{overseen: {by: the chair}}", "sources"),
        ("{acknowledge-within: 0}", "acknowledge-within"),
        ("{acknowledge-within: soon}", "acknowledge-within"),
        ("{stages: []}", "stages"),
        (
            "{stages: [{id: a, title: A, happens: A.}, {id: a, title: B, happens: B.}]}",
            "names an id twice under stages",
        ),
        (f"{{stages: [{{id: a, title: {'A' * 41}, happens: A.}}]}}", "title"),
        ("{steps: []}", "is not a key that is known here"),
    ],
)
def test_a_mistake_in_a_process_is_told(tmp_path: Path, process: str, complaint: str) -> None:
    [told] = complaints(process, tmp_path)
    assert complaint in told


def test_what_is_shipped_says_that_its_times_are_nobody_elses(finder: Finder) -> None:
    """Neither Compact sets a time: what is shipped must not be shown as theirs, and each says what it leaves open."""
    processes = [compact.process for compact in finder.knowledge.compacts.values()]
    assert [(process.times_from, bool(process.silent)) for process in processes] == [(None, True)] * 2
    assert {process.acknowledge_within for process in processes} == {5}


def test_who_oversees_stands_in_the_source(finder: Finder) -> None:
    known = finder.knowledge
    assert known.compacts["cpft"].process.overseen is None
    overseen = known.compacts["sglos"].process.overseen
    assert overseen is not None
    assert overseen.sources == ("sglos.disputes.oversight",)
    says = known.commitments["sglos.disputes.oversight"].says
    assert [part for part in overseen.by.split(", with ") if part in says] == ["the chair", "the two vice chairs"]
