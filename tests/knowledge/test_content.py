"""The knowledge that is shipped: complete, well-formed, and true to the two sources where they are easily misread."""

import re
from collections import Counter
from pathlib import Path

import pytest

from knowledge.base import Knowledge
from knowledge.content import Commitment, Force, Limit, Party, Unit
from knowledge.loading import load, shipped_content, unanswered_topics

IDS = (Path(__file__).parent / "ids.txt").read_text(encoding="utf-8").split()
PERIODS = {
    "cpft.outcome-4.public.4": (3, Unit.MONTHS, Limit.MINIMUM),
    "sglos.funding.decisions.public.2": (3, Unit.MONTHS, Limit.MINIMUM),
    "sglos.funding.payments.public.2": (30, Unit.DAYS, Limit.MAXIMUM),
    "sglos.funding.monitoring.vcse.2": (1, Unit.WEEKS, None),
    "sglos.funding.ending.public.1": (6, Unit.MONTHS, None),
    "sglos.funding.ending.public.3": (3, Unit.MONTHS, None),
}


def words_of(entry: Commitment) -> str:
    """What a commitment says, without what it leaves open and where it stands, in lower case."""
    return " ".join((entry.says, *entry.conditions, *entry.unless)).lower()


def saying(knowledge: Knowledge, pattern: str) -> set[str]:
    """Ids of the commitments whose words match a pattern."""
    return {entry.id for entry in knowledge.commitments.values() if re.search(pattern, words_of(entry))}


def test_the_shipped_content_loads_without_a_problem() -> None:
    assert set(load([shipped_content()]).compacts) == {"cpft", "sglos"}


def test_every_passage_has_one_commitment_and_no_commitment_is_made_up(shipped: Knowledge) -> None:
    assert len(IDS) == len(set(IDS)) == 134
    assert sorted(shipped.commitments) == sorted(IDS)


def test_every_topic_has_at_least_fifteen_phrasings(shipped: Knowledge) -> None:
    assert [topic.id for topic in shipped.topics.values() if len(topic.asked) < 15] == []


def test_every_topic_is_answered(shipped: Knowledge) -> None:
    assert unanswered_topics(shipped) == ()


def test_every_theme_has_topics_and_every_section_commitments(shipped: Knowledge) -> None:
    assert set(shipped.themes) == {topic.theme for topic in shipped.topics.values()}
    entries = shipped.commitments.values()
    assert set(shipped.sections) == {(entry.compact, entry.section) for entry in entries}


def test_no_commitment_is_related_to_itself_or_names_a_thing_twice(shipped: Knowledge) -> None:
    for entry in shipped.commitments.values():
        assert entry.id not in entry.related
        assert max(Counter((*entry.related, *entry.topics)).values()) == 1, entry.id


def test_no_topic_of_a_commitment_is_something_not_covered(shipped: Knowledge) -> None:
    answered = {topic for entry in shipped.commitments.values() for topic in entry.topics}
    assert answered == set(shipped.topics)


def test_no_wording_of_the_documents_is_shipped(shipped: Knowledge) -> None:
    assert [entry.id for entry in shipped.commitments.values() if entry.wording] == []


@pytest.mark.parametrize("compact", ["cpft", "sglos"])
def test_each_compact_binds_both_sides(shipped: Knowledge, compact: str) -> None:
    parties = {entry.party for entry in shipped.commitments.values() if entry.compact == compact}
    assert parties == set(Party)


def test_a_commitment_binds_the_party_its_id_names(shipped: Knowledge) -> None:
    for entry in shipped.commitments.values():
        named = [party for party in (Party.PUBLIC, Party.VCSE) if f".{party}" in entry.id]
        assert [entry.party] == (named or [Party.BOTH]), entry.id


def test_background_and_definitions_bind_nobody(shipped: Knowledge) -> None:
    told = [entry for entry in shipped.commitments.values() if entry.kind in {"background", "definition"}]
    assert told
    assert {entry.force for entry in told} == {Force.STATES}


def test_what_stands_on_a_slide_that_leaves_words_out_is_marked_as_abridged(shipped: Knowledge) -> None:
    for entry in shipped.commitments.values():
        if entry.id.startswith("sglos.funding."):
            assert entry.abridged, entry.id
        if entry.compact == "cpft":
            assert not entry.abridged, entry.id


def test_periods_stand_where_the_sources_give_them_with_their_amounts(shipped: Knowledge) -> None:
    found = {
        entry.id: (entry.period.amount, entry.period.unit, entry.period.limit)
        for entry in shipped.commitments.values()
        if entry.period
    }
    assert found == PERIODS


@pytest.mark.parametrize("identifier", ["sglos.funding.payments.public.2", "sglos.funding.decisions.public.2"])
def test_a_period_with_an_end_left_open_says_so_and_what_a_date_assumes(shipped: Knowledge, identifier: str) -> None:
    entry = shipped.commitments[identifier]
    assert entry.period is not None
    assert "assumes" in (entry.period.assumes or "")
    assert any("does not say" in gap for gap in entry.leaves_open)


HEDGES = {
    "cpft.outcome-4.public.6": Force.WHERE_POSSIBLE,
    "sglos.funding.ending.public.1": Force.WHERE_POSSIBLE,
    "sglos.funding.finance.public.5": Force.WHERE_POSSIBLE,
    "cpft.outcome-2.public.4": Force.CONSIDER,
    "cpft.delivery.buildings": Force.CONSIDER,
}


@pytest.mark.parametrize(("identifier", "force"), HEDGES.items())
def test_hedges_stay(shipped: Knowledge, identifier: str, force: Force) -> None:
    assert shipped.commitments[identifier].force is force


@pytest.mark.parametrize(
    ("identifier", "pattern"),
    [
        ("cpft.outcome-4.public.6", r"wherever possible, cpft must tell"),
        ("cpft.outcome-4.public.4", r"at least three months' written notice"),
        ("cpft.outcome-4.public.4", r"except in exceptional circumstances"),
        ("cpft.outcome-3.public.1", r"automatically ask for the patient's consent"),
        ("cpft.outcome-1.public.6", r"this organisation pays the charge"),
        ("cpft.delivery.forums", r"could have a regular agenda item"),
        ("cpft.delivery.forums", r"a yearly event .* can be added"),
        ("sglos.funding.ending.public.1", r"six months ahead, where possible"),
        ("sglos.funding.ending.public.3", r"clear reasons .* opportunity to respond"),
    ],
)
def test_what_a_source_says_is_said(shipped: Knowledge, identifier: str, pattern: str) -> None:
    assert re.search(pattern, words_of(shipped.commitments[identifier]))


@pytest.mark.parametrize(
    ("identifier", "pattern"),
    [
        pytest.param("cpft.outcome-3.vcse.3", r"consult", id="consultations stand in its Outcome 2 twin only"),
        pytest.param("cpft.outcome-4.public.2", r"staff", id="impact on staff is South Gloucestershire's only"),
        pytest.param("sglos.funding.ending.public.3", r"at least|minimum|writ|exception", id="CPFT's notice only"),
        pytest.param("cpft.outcome-4.public.4", r"respond|respons", id="South Gloucestershire's notice only"),
        pytest.param("cpft.delivery.oversight", r"forum", id="its meeting is not said to be the forum"),
        pytest.param("cpft.outcome-3.public.3", r"\d|\b(one|two|three|five|ten)\b", id="no number of working days"),
    ],
)
def test_what_a_source_does_not_say_is_not_said(shipped: Knowledge, identifier: str, pattern: str) -> None:
    assert not re.search(pattern, words_of(shipped.commitments[identifier]))


def test_consultations_stand_in_one_of_the_twins(shipped: Knowledge) -> None:
    assert saying(shipped, r"promoting consultations") == {"cpft.outcome-2.vcse.3"}


def test_impact_on_staff_is_assessed_in_one_place(shipped: Knowledge) -> None:
    assert saying(shipped, r"impact.*\bstaff\b") == {"sglos.funding.ending.public.2"}


def test_the_number_of_protected_characteristics_is_told_in_one_place(shipped: Knowledge) -> None:
    assert saying(shipped, r"\b(nine|9)\b.*characteristic") == {"sglos.equality.public.1"}


def test_exceptions_to_notice_are_told_as_such(shipped: Knowledge) -> None:
    cpft, sglos = (shipped.commitments[name] for name in ("cpft.outcome-4.public.4", "sglos.funding.ending.public.3"))
    assert any("exceptional circumstances" in text for text in cpft.unless)
    assert sglos.unless == ()


def test_the_deadline_that_can_be_read_in_two_ways_is_left_open(shipped: Knowledge) -> None:
    entry = shipped.commitments["sglos.funding.delivery.public"]
    assert "two ways" in entry.says
    assert len([text for text in entry.leaves_open if "reading" in text]) >= 2
