"""Words out of text: case, accents, punctuation, stems, known phrases."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.text import Phrases, normalised, stem, words

LATIN = st.text(alphabet="aeiouéàüßçñxyz AEIOUÉÀÜÇÑ 0123456789 -_.,;:!?&'’ \t\n", max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We've had É2!", ["weve", "had", "e2"]),
        ("", []),
        ("  \t\n", []),
        ("?!… — “”", []),
        ("Don’t", ["dont"]),
        ("Don't", ["dont"]),
        ("Don`t", ["dont"]),
        ("the charities' money", ["the", "charities", "money"]),
        ("'quoted'", ["quoted"]),
        ("rock'n'roll", ["rocknroll"]),
        ("M&E", ["m&e"]),
        ("QS&G and T&Cs", ["qs&g", "and", "t&cs"]),
        ("M & E", ["m", "e"]),
        ("a& &b &&", ["a", "b"]),
        ("co-production", ["co", "production"]),
        ("snake_case", ["snake", "case"]),
        ("£3.50", ["3", "50"]),
        ("naïve café", ["naive", "cafe"]),
        ("cafe\u0301", ["cafe"]),
        ("straße STRASSE", ["strasse", "strasse"]),
        ("ﬁne print", ["fine", "print"]),
        ("İstanbul", ["istanbul"]),
        ("𝐛𝐨𝐥𝐝", ["bold"]),
        ("GRANT", ["grant"]),
        ("😀 grant 😀", ["grant"]),
        ("👩‍👩‍👧 family", ["family"]),
        ("grant\x00ends", ["grant", "ends"]),
        ("\u200bnotice\ufeff", ["notice"]),
        ("\u202enotice\u202c", ["notice"]),
        ("مرحبا grant", ["مرحبا", "grant"]),
        ("日本語", ["日本語"]),
    ],
)
def test_words_are_lower_case_without_accents_apostrophes_or_punctuation(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text())
@settings(max_examples=150, deadline=None)
def test_any_text_gives_words_that_hold_no_spaces_apostrophes_or_capitals(text: str) -> None:
    for word in words(text):
        assert word
        assert "'" not in word
        assert not any(char.isspace() for char in word)
        assert word == word.casefold()


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=60))
@settings(max_examples=150, deadline=None)
def test_an_accent_elsewhere_in_a_text_changes_no_word(text: str) -> None:
    assert words(f"{text} é") == [*words(text), "e"]


@given(LATIN)
@settings(max_examples=150, deadline=None)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalised(text)
    assert normalised(once) == once
    assert once.split() == words(text)


@given(LATIN)
@settings(max_examples=100, deadline=None)
def test_upper_and_lower_case_are_equal_when_normalised(text: str) -> None:
    assert normalised(text.upper()) == normalised(text.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How much notice?", "how much NOTICE"),
        ("  we've   had ", "weve had"),
        ("résumé", "resume"),
        ("full-cost recovery", "full cost recovery"),
    ],
)
def test_texts_that_differ_only_in_case_accents_or_punctuation_are_equal_when_normalised(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


def test_different_words_stay_different_when_normalised() -> None:
    assert normalised("no tice") != normalised("notice")


@pytest.mark.parametrize(
    "group", [("notices", "noticed", "notice"), ("pay", "pays", "paying"), ("ends", "ended", "end")]
)
def test_forms_of_one_word_share_a_stem(group: tuple[str, ...]) -> None:
    assert len({stem(word) for word in group}) == 1


def test_different_words_keep_different_stems() -> None:
    assert stem("notice") != stem("note")
    assert stem("") == ""


def test_the_longest_phrase_is_found_first_and_the_rest_stay_single_words() -> None:
    phrases = Phrases({("south",): 1, ("south", "glos"): 2, ("glos",): 3})
    assert phrases.split("in south glos and south glos glos".split()) == [
        (("in",), None),
        (("south", "glos"), 2),
        (("and",), None),
        (("south", "glos"), 2),
        (("glos",), 3),
    ]


def test_a_phrase_cut_off_by_the_end_is_no_phrase() -> None:
    assert Phrases({("full", "cost", "recovery"): 1}).split(["full", "cost"]) == [(("full",), None), (("cost",), None)]


def test_a_shorter_phrase_is_found_where_the_longer_one_does_not_go_on() -> None:
    phrases = Phrases({("full", "cost", "recovery"): 1, ("full",): 2})
    assert phrases.split(["full", "cost", "now"]) == [(("full",), 2), (("cost",), None), (("now",), None)]


def test_phrases_are_taken_left_to_right() -> None:
    phrases = Phrases({("a", "b"): 1, ("b", "c"): 2})
    assert phrases.split(["a", "b", "c"]) == [(("a", "b"), 1), (("c",), None)]


def test_no_phrases_and_no_words_give_nothing() -> None:
    assert Phrases[int]({}).split(["a"]) == [(("a",), None)]
    assert Phrases({("a",): 1}).split([]) == []


def test_known_phrases_are_all_those_given() -> None:
    assert set(Phrases({("a",): 1, ("b", "c"): 2}).known()) == {("a",), ("b", "c")}


_LETTERS = st.sampled_from("abc")


@given(st.lists(_LETTERS), st.sets(st.lists(_LETTERS, min_size=1, max_size=3).map(tuple)))
@settings(max_examples=150, deadline=None)
def test_the_pieces_put_together_are_the_words_again(said: list[str], known: set[tuple[str, ...]]) -> None:
    pieces = Phrases({phrase: " ".join(phrase) for phrase in known}).split(said)
    assert [word for piece, _ in pieces for word in piece] == said
    for piece, meaning in pieces:
        assert meaning == (" ".join(piece) if piece in known else None)
        assert piece in known or len(piece) == 1
