"""Who comes to a forum, and what they suggest: said in private, seen by the coordinators, and forgotten."""

from datetime import timedelta

import pytest

from handlers.conversation import Form
from handlers.forums.records import Answer
from handlers.ports import Purpose
from scheduler.forums import ANSWERS_KEPT, forget_answers
from tests.clock import FRIDAY
from tests.forums.small import day
from tests.handlers.forums.town import APRIL, JANUARY, OFFICE, SQUARE, Town

KEY = ("quarterly", day("2027-01-13"))


@pytest.fixture
def told(town: Town) -> Town:
    """A town in which the forum is announced and coordinated."""
    town.appoint(SQUARE)
    town.appoint(OFFICE, Purpose.COORDINATORS)
    return town


def answers(town: Town) -> list[tuple[str, Answer]]:
    with town.store.begin() as records:
        return [(each.person.user, each.answer) for each in records.attending.answers(KEY)]


def test_pressing_again_changes_the_answer(told: Town) -> None:
    assert "You are coming: Quarterly forum, Wednesday 13 January 2027" in told.press(f"coming to {JANUARY}", "ann")
    told.press(f"coming to {JANUARY}", "bea")
    told.at("2026-11-21")
    heard = told.press(f"apologies for {JANUARY}", "ann")
    assert "You send your apologies" in heard
    assert "Before, you told me that you are coming." in heard
    assert "'Apologies'" not in heard, "what was just said need not be offered"
    assert answers(told) == [("bea", Answer.COMING), ("ann", Answer.APOLOGIES)]


@pytest.mark.parametrize("words", [f"coming to {JANUARY}", f"suggest an item for {JANUARY}: Taxis", "apologies"])
def test_what_is_said_in_public_is_answered_in_private(told: Town, words: str) -> None:
    said = told.heard(words, "ann")
    assert said is not None
    assert said.private
    pressed = told.heard(words, "ann", pressed=True)
    assert pressed is not None
    assert not pressed.private, "one person alone sees the answer there"


def test_nobody_but_the_coordinators_sees_names(told: Town) -> None:
    told.press(f"coming to {JANUARY}", "ann")
    told.press(f"suggest an item for {JANUARY}: Taxis", "ann")
    for words in (f"show {JANUARY}", "when is the next forum?", "what's on the agenda?"):
        heard = told.say(words, "bea")
        assert "Ann" not in heard
        assert "Taxis" not in heard


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("I'm coming", Answer.COMING),
        ("we will be there", Answer.COMING),
        ("count me in for the January forum", Answer.COMING),
        ("Sorry", None),
        ("I can't make it", Answer.APOLOGIES),
        ("apologies for the quarterly forum", Answer.APOLOGIES),
        ("we are not coming", Answer.APOLOGIES),
    ],
)
def test_where_a_forum_is_announced_own_words_will_do(told: Town, words: str, answer: Answer | None) -> None:
    said = told.heard(words, "ann")
    assert (said is None) == (answer is None)
    assert answers(told) == ([("ann", answer)] if answer else [])


def test_elsewhere_it_has_to_be_said_what_for(town: Town) -> None:
    assert "You are coming" not in town.say("I'm coming", "ann")
    assert answers(town) == []
    assert "You are coming" in town.say("I'm coming to the next forum", "ann")


@pytest.mark.parametrize(
    ("on", "gone"), [("2027-01-13 11:59", False), ("2027-01-13 12:00", True)], ids=["while it goes on", "afterwards"]
)
def test_when_it_is_over_that_is_said(told: Town, on: str, gone: bool) -> None:
    told.at(*on.split())
    assert ("is over" in told.press(f"coming to {JANUARY}", "ann")) is gone


def test_to_a_cancelled_forum_nobody_comes(told: Town) -> None:
    told.press(f"confirm {JANUARY}: 0 cancel", "ada", OFFICE)
    assert "is not held" in told.press(f"coming to {JANUARY}", "ann")
    assert "is not held" in told.press(f"suggest an item for {JANUARY}", "ann")
    assert answers(told) == []


def test_an_item_is_asked_for_in_a_form_and_thanked_for(told: Town) -> None:
    form = told.form(f"suggest an item for {JANUARY}", "ann", pressed=True)
    assert (form.submit.says, form.fields[0].key) == (f"suggest an item for {JANUARY}", "text")
    filled = (("text", ("Who pays\nfor taxis?",)),)
    assert "Thank you. The coordinators will see it" in told.press(form.submit.says, "ann", filled=filled)
    assert "You have suggested that already." in told.press(form.submit.says, "ann", filled=filled)


@pytest.mark.parametrize("text", ["", "x" * 301])
def test_an_item_that_cannot_be_kept_is_told_at_the_field_and_stays(told: Town, text: str) -> None:
    said = told.heard(f"suggest an item for {JANUARY}", "ann", filled=(("text", (text,)),))
    assert said is not None
    [form] = said.blocks
    assert isinstance(form, Form)
    assert form.fields[0].error
    assert "".join(form.fields[0].values) == text


class TestForgetting:
    def test_answers_are_kept_for_a_month_after_the_forum(self, told: Town) -> None:
        told.press(f"coming to {JANUARY}", "ann")
        told.press(f"suggest an item for {JANUARY}: Taxis", "bea")
        told.press(f"coming to {APRIL}", "ann")
        told.at("2027-01-13", "12:00")
        for later, gone in ((timedelta(), 0), (ANSWERS_KEPT, 0), (ANSWERS_KEPT + timedelta(minutes=1), 2)):
            with told.store.begin() as records:
                assert forget_answers(records, told.hall, told.clock.now() + later) == gone
        with told.store.begin() as records:
            assert records.attending.known() == [("quarterly", day("2027-04-14"))]

    def test_of_a_forum_that_moved_the_new_day_counts(self, told: Town) -> None:
        told.press(f"coming to {JANUARY}", "ann")
        told.press(f"confirm {JANUARY}: 0 move 2027-03-03 10:00", "ada", OFFICE)
        told.at("2027-03-03", "12:00")
        with told.store.begin() as records:
            assert forget_answers(records, told.hall, told.clock.now() + ANSWERS_KEPT) == 0
            assert forget_answers(records, told.hall, told.clock.now() + 2 * ANSWERS_KEPT) == 1

    def test_of_a_series_that_is_gone_nothing_stays_for_ever(self, told: Town) -> None:
        told.press(f"coming to {JANUARY}", "ann")
        told.series = ()
        with told.store.begin() as records:
            assert forget_answers(records, told.hall, FRIDAY) == 0
            assert forget_answers(records, told.hall, FRIDAY + timedelta(days=120)) == 1
