"""Which Compact and which party a question names."""

import pytest

from knowledge.content import Party
from knowledge.naming import Names
from knowledge.text import words
from tests.knowledge.small import small_knowledge


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    """Names of the small knowledge base."""
    return Names(small_knowledge(tmp_path_factory.mktemp("naming")))


@pytest.mark.parametrize(
    ("question", "compacts"),
    [
        ("how much notice must be given?", ()),
        ("how much notice in Northshire?", ("northshire",)),
        ("how much notice in NORTH SHIRE", ("northshire",)),
        ("how much notice in north-shire", ("northshire",)),
        ("does Westmere pay?", ("westmere",)),
        ("Westmere, Northshire or Westmere again?", ("westmere", "northshire")),
        ("the north of the shire", ()),
    ],
)
def test_compacts_are_named_in_the_order_in_which_they_are_first_said(
    names: Names, question: str, compacts: tuple[str, ...]
) -> None:
    assert names.read(words(question)).compacts == compacts


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("notice in north shire please", ["notice", "in", "please"]),
        ("Westmere", []),
        ("notice from charities", ["notice", "from", "charities"]),
        ("", []),
    ],
)
def test_the_words_left_are_those_that_name_no_compact(names: Names, question: str, rest: list[str]) -> None:
    assert list(names.read(words(question)).rest) == rest
    assert names.without_compacts(words(question)) == rest


@pytest.mark.parametrize(
    ("question", "party"),
    [
        ("what must charities do?", Party.VCSE),
        ("what must the charities do?", Party.VCSE),
        ("must a charity tell the council?", Party.VCSE),
        ("what are charities expected to do?", Party.VCSE),
        ("does the council have to tell charities?", Party.PUBLIC),
        ("what should all local councils do?", Party.PUBLIC),
        ("What has the council committed to?", Party.PUBLIC),
        ("charities promise what?", Party.VCSE),
        ("the voluntary sector undertakes what?", Party.VCSE),
        ("what should Northshire Council pay?", Party.PUBLIC),
        ("Our charity lost its grant. What should the council do?", Party.PUBLIC),
        ("can the voluntary group ask the commissioner?", Party.VCSE),
        ("how much notice must we give a charity?", None),
        ("the council told charities", None),
        ("what should the charity do, and what should the council do?", None),
        ("who must tell the charity?", None),
        ("must charities be told?", None),
        ("how much notice should charities be given?", None),
        ("how much notice?", None),
        ("", None),
    ],
)
def test_the_party_is_the_one_of_whom_something_is_asked(names: Names, question: str, party: Party | None) -> None:
    assert names.read(words(question)).party is party


@pytest.mark.parametrize(
    ("question", "party"),
    [
        ("and the charities?", Party.VCSE),
        ("what about the council?", Party.PUBLIC),
        ("charity", Party.VCSE),
        ("and the charities of Westmere?", Party.VCSE),
    ],
)
def test_a_party_named_alone_is_the_one_asked_about(names: Names, question: str, party: Party | None) -> None:
    assert names.read(words(question)).party is party


@pytest.mark.parametrize(
    ("said", "only"),
    [
        ("Westmere", True),
        ("what about Westmere?", True),
        ("and the charities", True),
        ("for the council, by Northshire", True),
        ("what about notice", False),
        ("what about", False),
        ("does Westmere pay", False),
        ("", False),
    ],
)
def test_only_names_means_that_nothing_but_names_and_small_words_is_said(names: Names, said: str, only: bool) -> None:
    assert names.only_names(words(said)) is only


def test_the_vocabulary_holds_every_word_of_every_name(names: Names) -> None:
    known = set(names.vocabulary())
    assert known >= {
        "northshire",
        "north",
        "shire",
        "westmere",
        "council",
        "voluntary",
        "hospital",
        "volunteers",
        "action",
    }
    assert "notice" not in known
