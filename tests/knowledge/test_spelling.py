"""Typing errors: which are put right, towards what, and which words are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from knowledge.spelling import Spelling

KNOWN = Spelling(
    {
        "notice": 9,
        "grant": 8,
        "organisation": 5,
        "volunteer": 4,
        "fund": 3,
        "cut": 7,
        "colour": 2,
        "programme": 2,
        "end": 9,
    }
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("notice", "notice"),
        ("notise", "notice"),
        ("ntoice", "notice"),
        ("notce", "notice"),
        ("nottice", "notice"),
        ("gratn", "grant"),
        ("gant", "grant"),
        ("funf", "fund"),
        ("organization", "organisation"),
        ("color", "colour"),
        ("program", "programme"),
        ("orgnaistaion", "organisation"),
        ("voluntear", "volunteer"),
        ("volonter", "volunteer"),
    ],
)
def test_a_slip_is_put_right_and_american_spelling_with_it(typed: str, read: str) -> None:
    assert KNOWN.correct(typed) == read


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("cxt", "three letters are too few"),
        ("ed", "two letters are too few"),
        ("cuts", "words of three letters are never aimed at"),
        ("gents", "two slips are too many in five letters"),
        ("nutise", "two slips are too many in six letters"),
        ("grant2", "digits mean something"),
        ("2027", "digits mean something"),
        ("orgnaistnaionn", "three slips are too many"),
        ("zebra", "nothing is near"),
        ("", "there is nothing"),
        ("مرحبا", "nothing is near"),
    ],
)
def test_a_word_is_left_alone(word: str, why: str) -> None:
    assert KNOWN.correct(word) == word, why


def test_a_known_word_is_never_changed_however_rare() -> None:
    assert Spelling({"cost": 1, "costs": 1_000}).correct("cost") == "cost"


def test_fewer_slips_win_over_frequency() -> None:
    assert Spelling({"recovery": 1, "recorders": 1_000}).correct("recoverys") == "recovery"


def test_among_equals_the_same_first_letter_wins_over_frequency() -> None:
    assert Spelling({"light": 1_000, "right": 1}).correct("rlght") == "right"


def test_among_equals_with_one_first_letter_the_more_frequent_wins_then_the_alphabet() -> None:
    assert Spelling({"barn": 1, "bark": 5}).correct("barx") == "bark"
    assert Spelling({"barn": 5, "bark": 5}).correct("barx") == "bark"
    assert Spelling({"bark": 5, "barn": 5}).correct("barx") == "bark"


def test_an_empty_vocabulary_changes_nothing() -> None:
    assert Spelling({}).correct("notise") == "notise"


def test_known_means_this_very_word() -> None:
    assert KNOWN.known("cut")
    assert not KNOWN.known("cuts")


_WORD = st.text(alphabet="abcdá1", max_size=9)


@given(_WORD, st.dictionaries(_WORD.filter(bool), st.integers(1, 9), max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_correction_is_always_the_nearest_known_word_within_bounds(word: str, vocabulary: dict[str, int]) -> None:
    read = Spelling(vocabulary).correct(word)
    slips = 2 if len(word) >= 7 else 1
    aims = [known for known in vocabulary if len(known) >= 4 and OSA.distance(word, known) <= slips]
    if word in vocabulary or len(word) < 4 or "1" in word or not aims:
        assert read == word
    else:
        assert read in aims
        assert OSA.distance(word, read) == min(OSA.distance(word, known) for known in aims)
