"""From folders of YAML to one checked knowledge base, or to every mistake in them."""

import os
from pathlib import Path

import pytest

from knowledge.base import Knowledge
from knowledge.content import Force, Limit, Party, Unit
from knowledge.loading import load, shipped_content, unanswered_topics, yaml_files
from knowledge.problems import KnowledgeError, Problem
from tests.knowledge.conftest import COMPACT, THEMES, TOPICS, Shelf, commitment

WHOLE = (
    TOPICS
    + COMPACT
    + "commitments:\n"
    + commitment(
        "town.code.1",
        more="period: {amount: 3, unit: months, limit: minimum, first: {event: notice, "
        "cues: [notice]}, last: {event: end, cues: [end]}}",
    )
    + """\
not-covered: [{id: parking, title: Parking, says: Not here., instead: The council., asked: [where to park]}]
glossary: [{term: VCSE, also: [VCS], meaning: Charities., topics: [notice]}]
parties-called: {public: [council], vcse: [charities]}
synonyms: [[fcr, full cost recovery]]
"""
)


def names_in(problem: Problem) -> tuple[str, int, str]:
    return problem.file.name, problem.line, problem.entry


def test_a_whole_file_is_loaded(shelf: Shelf) -> None:
    shelf.put("one.yaml", WHOLE)
    knowledge = shelf.load()
    [compact], [section], [entry] = (
        knowledge.compacts.values(),
        knowledge.sections.items(),
        knowledge.commitments.values(),
    )
    assert (compact.id, compact.year, compact.status, compact.named) == ("town", 2012, "in-force", ("town",))
    assert (section[0], section[1].place) == (("town", "code"), "page 1")
    assert (entry.compact, entry.party, entry.force, entry.abridged) == ("town", Party.PUBLIC, Force.MUST, False)
    assert entry.period is not None
    assert (entry.period.amount, entry.period.unit, entry.period.limit) == (3, Unit.MONTHS, Limit.MINIMUM)
    assert knowledge.themes["change"].title == "Change"
    assert knowledge.topics["notice"].asked == ("how much notice",)
    assert knowledge.gaps["parking"].instead == "The council."
    assert [term.also for term in knowledge.terms] == [("VCS",)]
    assert (knowledge.public_names, knowledge.vcse_names) == (("council",), ("charities",))
    assert knowledge.synonyms == (("fcr", "full cost recovery"),)


def test_one_file_or_many_make_no_difference(shelf: Shelf, tmp_path: Path) -> None:
    other = Shelf(tmp_path / "other")
    shelf.put("one.yaml", WHOLE)
    for number, part in enumerate(WHOLE.replace("compact:", "@compact:").replace("\nnot", "\n@not").split("@")):
        other.put(f"{number}.yaml", part)
    other.put("empty.yaml", "")
    assert other.load() == shelf.load()


def test_space_around_text_is_dropped(shelf: Shelf) -> None:
    shelf.put("one.yaml", "themes: [{id: change, title: '  Change '}]\n")
    assert shelf.load().themes["change"].title == "Change"


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_an_empty_file_is_fine(shelf: Shelf, text: str) -> None:
    shelf.put("one.yaml", text)
    assert not shelf.load().topics


def test_files_are_found_in_all_folders_in_order(shelf: Shelf, tmp_path: Path) -> None:
    for name in (
        "b.yml",
        "a.yaml",
        "c/a.yaml",
        "notes.txt",
        "d.yaml.bak",
        "e.yxml",
        "f.YAML~",
        ".g.yaml",
        "..h/h.yaml",
    ):
        shelf.put(name, "")
    (shelf.folder / "folder.yaml").mkdir()
    first = Shelf(tmp_path / "zz").put("z.yaml", "")
    found = yaml_files([first.parent, shelf.folder])
    assert found == [first, *(shelf.folder / name for name in ("a.yaml", "b.yml", "c/a.yaml"))]


def test_a_folder_given_twice_counts_once(shelf: Shelf) -> None:
    shelf.put("one.yaml", TOPICS)
    assert shelf.load(shelf.folder) == shelf.load()


TOPIC = THEMES + "topics:\n  - id: notice\n    theme: change\n    title: Notice\n    asked: [how much notice]\n"
NOTICE = "topics, notice"
ONE = TOPICS + COMPACT + "commitments:\n"
AT_ONE = "commitments, town.code.1"
PERIOD = "period: {amount: %s, unit: %s, first: {event: a, cues: [a]}, last: {event: b, cues: [%s]}}"


@pytest.mark.parametrize(
    ("text", "line", "entry", "message"),
    [
        pytest.param("colour: red\n", 1, "colour", "is not a key that is known here", id="unknown key of a file"),
        pytest.param(
            TOPIC + "    colour: red\n", 7, f"{NOTICE}, colour", "is not a key that is known here", id="unknown key"
        ),
        pytest.param(TOPIC.replace("    title: Notice\n", ""), 3, f"{NOTICE}, title", "is missing", id="missing key"),
        pytest.param(TOPIC.replace("id: notice\n    ", ""), 3, "topics, entry 1, id", "is missing", id="missing id"),
        pytest.param(TOPIC.replace("[how", "[no, how"), 6, f"{NOTICE}, asked, entry 1", "quotation marks", id="no"),
        pytest.param(TOPIC.replace("[how", "[3, how"), 6, f"{NOTICE}, asked, entry 1", "as int", id="number"),
        pytest.param(TOPIC.replace("[how", "[3.5, how"), 6, f"{NOTICE}, asked, entry 1", "as float", id="fraction"),
        pytest.param(
            TOPIC.replace("notice]", "notice, 2026-04-01]"), 6, f"{NOTICE}, asked, entry 2", "as date", id="date"
        ),
        pytest.param(TOPIC.replace("[how", "[[a], how"), 6, f"{NOTICE}, asked, entry 1", "as list", id="list"),
        pytest.param(TOPIC.replace("[how", "[{a: b}, how"), 6, f"{NOTICE}, asked, entry 1", "as dict", id="mapping"),
        pytest.param(TOPIC.replace("[how", "[~, how"), 6, f"{NOTICE}, asked, entry 1", "", id="nothing"),
        pytest.param(TOPIC.replace("Notice", "yes"), 5, f"{NOTICE}, title", "quotation marks", id="yes as a title"),
        pytest.param(TOPIC.replace("[how much notice]", "[]"), 6, f"{NOTICE}, asked", "needs more", id="no phrasing"),
        pytest.param(TOPIC.replace("[how much notice]", "how"), 6, f"{NOTICE}, asked", "", id="text for a list"),
        pytest.param(TOPIC.replace("[how much notice]", ""), 6, f"{NOTICE}, asked", "", id="nothing for a list"),
        pytest.param("topics:\n", 1, "topics", "", id="a key with nothing under it"),
        pytest.param("topics: [notice]\n", 1, "topics, entry 1", "", id="text for a topic"),
        pytest.param(TOPIC.replace("id: notice", "id: Big Id"), 3, "topics, Big Id, id", "", id="bad id"),
        pytest.param(TOPIC.replace("id: notice", "id: a.b"), 3, "topics, a.b, id", "", id="dot in an id"),
        pytest.param(TOPIC.replace("id: notice", "id: 2012"), 3, "topics, 2012, id", "", id="number as id"),
        pytest.param(ONE + commitment("town"), 14, "commitments, town, id", "", id="id without its place"),
        pytest.param(
            ONE + commitment("town.code.1", more="related: [Town]"),
            14,
            f"{AT_ONE}, related, entry 1",
            "",
            id="bad related id",
        ),
        pytest.param(
            ONE + commitment("town.code.1").replace("party: public", "party: council"),
            14,
            f"{AT_ONE}, party",
            "'public', 'vcse' or 'both'",
            id="bad party",
        ),
        pytest.param(
            ONE + commitment("town.code.1").replace("force: must", "force: might"),
            14,
            f"{AT_ONE}, force",
            "'where-possible'",
            id="bad force",
        ),
        pytest.param(ONE + commitment("town.code.1", topics=""), 14, f"{AT_ONE}, topics", "needs more", id="no topic"),
        pytest.param(
            ONE + commitment("town.code.1", more="abridged: perhaps"),
            14,
            f"{AT_ONE}, abridged",
            "",
            id="abridged perhaps",
        ),
        pytest.param(
            ONE + commitment("town.code.1", more=PERIOD % (0, "days", "b")),
            14,
            f"{AT_ONE}, period, amount",
            "greater than 0",
            id="period of nothing",
        ),
        pytest.param(
            ONE + commitment("town.code.1", more=PERIOD % ("'3'", "days", "b")),
            14,
            f"{AT_ONE}, period, amount",
            "",
            id="period's amount as text",
        ),
        pytest.param(
            ONE + commitment("town.code.1", more=PERIOD % (3, "moons", "b")),
            14,
            f"{AT_ONE}, period, unit",
            "'working-days'",
            id="period in moons",
        ),
        pytest.param(
            ONE + commitment("town.code.1", more=PERIOD % (3, "days", "")),
            14,
            f"{AT_ONE}, period, last, cues",
            "needs more",
            id="period's end without cues",
        ),
        pytest.param(COMPACT.replace("2012", "'2012'"), 5, "compact, year", "", id="year as text"),
        pytest.param(COMPACT.replace("2012", "1066"), 5, "compact, year", "1998", id="year too early"),
        pytest.param(
            COMPACT.replace("in-force", "gone"), 6, "compact, status", "'in-force' or 'replaced'", id="status"
        ),
        pytest.param(
            COMPACT.replace("in-force", "replaced"), 1, "compact", "replaced-by goes with", id="replaced by nothing"
        ),
        pytest.param(
            COMPACT.replace("in-force", "in-force\n  replaced-by: A letter"),
            1,
            "compact",
            "replaced-by goes with",
            id="replaced but in force",
        ),
        pytest.param(
            ONE + commitment("town.code.1", topics="notice, notice"),
            14,
            AT_ONE,
            "names an id twice under topics",
            id="answers a topic twice",
        ),
        pytest.param(
            ONE + commitment("town.code.1", more="related: [town.code.2, town.code.2]"),
            14,
            AT_ONE,
            "names an id twice under related",
            id="related twice",
        ),
        pytest.param(
            "sections: [{id: code, title: Code, place: page 1}]\n",
            1,
            "",
            "sections stand in the file of their Compact",
            id="sections of no Compact",
        ),
        pytest.param("not_covered: []\n", 1, "not_covered", "is not a key that is known here", id="underscore"),
        pytest.param(
            COMPACT.replace("[town]", "[town, '…']"), 9, "compact, named, entry 2", "has no letter", id="name of dots"
        ),
        pytest.param(
            COMPACT.replace("the council", "'-'"), 8, "compact, parties, public", "has no letter", id="party of a dash"
        ),
        pytest.param(
            "parties-called: {public: ['?']}\n",
            1,
            "parties-called, public, entry 1",
            "has no letter",
            id="party called ?",
        ),
        pytest.param("synonyms: [[charity, '+']]\n", 1, "synonyms, entry 1, entry 2", "has no letter", id="synonym +"),
        pytest.param("synonyms: [[alone]]\n", 1, "synonyms, entry 1", "needs more", id="a synonym of nothing"),
        pytest.param("- topics\n", 1, "", "should hold keys such as 'topics:'", id="a file that is a list"),
        pytest.param("topics\n", 1, "", "should hold keys such as 'topics:'", id="a file that is text"),
    ],
)
def test_a_mistake_of_shape_is_told_with_file_line_and_entry(
    shelf: Shelf, text: str, line: int, entry: str, message: str
) -> None:
    shelf.put("one.yaml", text)
    [problem] = shelf.problems()
    assert names_in(problem) == ("one.yaml", line, entry)
    assert message in problem.message


@pytest.mark.parametrize("key", ["1", "no", "~", "2026-04-01"])
def test_a_key_that_is_no_text_is_told(shelf: Shelf, key: str) -> None:
    shelf.put("one.yaml", f"{key}: x\n")
    assert [(problem.file.name, problem.message) for problem in shelf.problems()] == [
        ("one.yaml", "Keys should be strings")
    ]


@pytest.mark.parametrize(
    ("title", "message"),
    [("", "is empty"), ("  ", "is empty"), ("x" * 2001, "should have 2000 characters at most")],
)
def test_empty_and_endless_text_are_mistakes(shelf: Shelf, title: str, message: str) -> None:
    shelf.put("one.yaml", f"themes: [{{id: change, title: '{title}'}}]\n")
    assert shelf.complaints() == [f"one.yaml:1: themes, change, title: {message}"]


@pytest.mark.parametrize(
    ("synonyms", "entries"),
    [
        ("[no, off]", ["synonyms, entry 1, entry 1", "synonyms, entry 1, entry 2"]),
        ("[no]", ["synonyms, entry 1", "synonyms, entry 1, entry 1"]),
    ],
)
def test_a_list_with_wrong_entries_is_too_short_only_if_it_has_too_few(
    shelf: Shelf, synonyms: str, entries: list[str]
) -> None:
    shelf.put("one.yaml", f"synonyms: [{synonyms}]\n")
    assert [problem.entry for problem in shelf.problems()] == entries


TWICE = "already in one.yaml"


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        pytest.param(
            "topics: [{id: notice, theme: change, title: Other, asked: [another]}]\n",
            [f"two.yaml:1: topics, notice, id: the topic 'notice' is {TWICE}"],
            id="topic",
        ),
        pytest.param(
            "not-covered: [{id: notice, title: t, says: s, instead: i, asked: [another]}]\n",
            [f"two.yaml:1: not-covered, notice, id: the matter not covered 'notice' is {TWICE}"],
            id="topic and not covered",
        ),
        pytest.param(THEMES, [f"two.yaml:1: themes, change, id: the theme 'change' is {TWICE}"], id="theme"),
        pytest.param(
            COMPACT.replace("id: code", "id: other"),
            [f"two.yaml:2: compact, id: the Compact 'town' is {TWICE}"],
            id="Compact",
        ),
        pytest.param(
            COMPACT,
            [
                f"two.yaml:2: compact, id: the Compact 'town' is {TWICE}",
                f"two.yaml:10: sections, code, id: the section 'town.code' is {TWICE}",
            ],
            id="Compact with its section",
        ),
        pytest.param(
            "commitments:\n" + commitment("town.code.1"),
            [f"two.yaml:2: commitments, town.code.1, id: the commitment 'town.code.1' is {TWICE}"],
            id="commitment",
        ),
        pytest.param(
            "glossary: [{term: Vcs., meaning: m}]\n",
            [f"two.yaml:1: glossary, Vcs.: the term 'vcs' is {TWICE}"],
            id="term that is another's other name",
        ),
    ],
)
def test_an_id_given_twice_is_told_at_the_second_with_the_first(shelf: Shelf, text: str, complaints: list[str]) -> None:
    shelf.put("one.yaml", WHOLE)
    shelf.put("two.yaml", text)
    assert shelf.complaints() == complaints


def test_an_id_given_twice_in_one_file_is_told(shelf: Shelf) -> None:
    shelf.put("one.yaml", "themes:\n  - {id: a, title: A}\n  - {id: a, title: B}\n")
    assert shelf.complaints() == ["one.yaml:3: themes, a, id: the theme 'a' is already in one.yaml"]


def test_a_term_and_its_other_names_may_differ_only_in_case(shelf: Shelf) -> None:
    shelf.put("one.yaml", "glossary: [{term: VCSE, also: [vcse, V.C.S.E.], meaning: m}]\n")
    assert [term.term for term in shelf.load().terms] == ["VCSE"]


def test_two_compacts_may_have_sections_of_the_same_id(shelf: Shelf) -> None:
    shelf.put("one.yaml", COMPACT)
    shelf.put("two.yaml", COMPACT.replace("id: town", "id: shire"))
    assert list(shelf.load().sections) == [("town", "code"), ("shire", "code")]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param(
            "commitments:\n" + commitment("town.code.2", topics="notice, nowhere"),
            "two.yaml:2: commitments, town.code.2, topics, entry 2: there is no topic 'nowhere'",
            id="topic of a commitment",
        ),
        pytest.param(
            "commitments:\n" + commitment("town.code.2", topics="parking"),
            "two.yaml:2: commitments, town.code.2, topics, entry 1: there is no topic 'parking'",
            id="a commitment cannot answer what is not covered",
        ),
        pytest.param(
            "commitments:\n" + commitment("town.code.2", more="related: [town.code.1, town.code.9]"),
            "two.yaml:2: commitments, town.code.2, related, entry 2: there is no commitment 'town.code.9'",
            id="related",
        ),
        pytest.param(
            "commitments:\n" + commitment("town.code.2").replace("section: code", "section: preface"),
            "two.yaml:2: commitments, town.code.2, section: there is no section 'town.preface'",
            id="section",
        ),
        pytest.param(
            "topics: [{id: more, theme: nowhere, title: More, asked: [more]}]\n",
            "two.yaml:1: topics, more, theme: there is no theme 'nowhere'",
            id="theme",
        ),
        pytest.param(
            "phrasings:\n- {topic: nowhere, asked: [more]}\n",
            "two.yaml:2: phrasings, nowhere, topic: there is no topic or matter 'nowhere'",
            id="topic of phrasings",
        ),
        pytest.param(
            "glossary: [{term: SLA, meaning: m, topics: [nowhere]}]\n",
            "two.yaml:1: glossary, SLA, topics, entry 1: there is no topic 'nowhere'",
            id="topic of a term",
        ),
    ],
)
def test_an_id_that_names_nothing_is_told(shelf: Shelf, text: str, complaint: str) -> None:
    shelf.put("one.yaml", WHOLE)
    shelf.put("two.yaml", text)
    assert shelf.complaints() == [complaint]


def test_a_commitment_of_an_unknown_compact_is_told(shelf: Shelf) -> None:
    shelf.put("one.yaml", ONE + commitment("shire.code.1"))
    assert shelf.complaints() == [
        "one.yaml:14: commitments, shire.code.1, id: there is no Compact 'shire'",
        "one.yaml:14: commitments, shire.code.1, section: there is no section 'shire.code'",
    ]


@pytest.mark.parametrize(
    "phrasing", ["how much notice", "How much NOTICE?!", "“How” — much, notice …", "hów much notice"]
)
@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("topics: [{id: other, theme: change, title: Other, asked: [a, '%s']}]\n", "topics, other, asked, entry 2"),
        ("phrasings: [{topic: notice, asked: [a, '%s']}]\n", "phrasings, notice, asked, entry 2"),
        (
            "not-covered: [{id: other, title: t, says: s, instead: i, asked: [a, '%s']}]\n",
            "not-covered, other, asked, entry 2",
        ),
    ],
)
def test_a_phrasing_that_stands_twice_is_told_whatever_its_case_and_punctuation(
    shelf: Shelf, text: str, entry: str, phrasing: str
) -> None:
    shelf.put("one.yaml", TOPICS)
    shelf.put("two.yaml", text % phrasing)
    assert shelf.complaints() == [
        f"two.yaml:1: {entry}: the phrasing 'how much notice' already stands at topics, notice, asked, entry 1"
    ]


def test_all_mistakes_of_all_files_are_told_at_once_in_order(shelf: Shelf) -> None:
    shelf.put("d.yaml", b"\xff")
    shelf.put("c.yaml", "themes:\n  - {id: BAD, title: t}\n  - {id: change, title: ''}\n  - {id: x, colour: red}\n")
    shelf.put("b/b.yaml", "topics: [{id: notice, theme: nowhere, title: t, asked: [a, A]}]\n")
    shelf.put("a.yaml", "a: 1\nb: [\n")
    shelf.put("e.yaml", "x: 1\nx: 2\n")
    assert [names_in(problem) for problem in shelf.problems()] == [
        ("a.yaml", 3, ""),
        ("b.yaml", 1, "topics, notice, asked, entry 2"),
        ("b.yaml", 1, "topics, notice, theme"),
        ("c.yaml", 2, "themes, BAD, id"),
        ("c.yaml", 3, "themes, change, title"),
        ("c.yaml", 4, "themes, x, colour"),
        ("c.yaml", 4, "themes, x, title"),
        ("d.yaml", 0, ""),
        ("e.yaml", 2, ""),
    ]


@pytest.mark.parametrize("slip", ["colour: red\n", "topics: []\n"])
def test_a_slip_in_one_file_does_not_make_its_ids_unknown_to_others(shelf: Shelf, slip: str) -> None:
    shelf.put("one.yaml", WHOLE + slip)
    shelf.put(
        "two.yaml",
        "topics: [{id: other, theme: change, title: Other, asked: [another]}]\n"
        "phrasings: [{topic: notice, asked: [more]}, {topic: parking, asked: [car park]}]\n"
        "commitments:\n" + commitment("town.code.2", more="related: [town.code.1]"),
    )
    assert [problem.file.name for problem in shelf.problems()] == ["one.yaml"]


def test_a_problem_is_shown_with_what_is_known_of_its_place() -> None:
    file = Path("a/one.yaml")
    shown = [str(Problem(file, line, entry, "is wrong")) for line in (0, 7) for entry in ("", "topics, x")]
    assert shown == [
        "a/one.yaml: is wrong",
        "a/one.yaml: topics, x: is wrong",
        "a/one.yaml:7: is wrong",
        "a/one.yaml:7: topics, x: is wrong",
    ]


def test_an_error_shows_every_problem_in_order_of_file_and_line() -> None:
    found = [Problem(Path(name), line, "", "m") for name, line in (("b", 1), ("a", 10), ("a", 9))]
    error = KnowledgeError(found)
    assert error.problems == (found[2], found[1], found[0])
    assert str(error) == "a:9: m\na:10: m\nb:1: m"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing", "is not a folder that can be found"),
        ("bare", "has no .yaml files in it"),
        ("one.yaml", "is not a folder that can be found"),
    ],
)
def test_a_folder_that_gives_nothing_is_told(shelf: Shelf, name: str, message: str) -> None:
    """Even when another folder gives something."""
    folder = shelf.put("one.yaml", TOPICS).parent
    (folder / "bare").mkdir()
    with pytest.raises(KnowledgeError) as caught:
        load([folder, folder / name])
    assert str(caught.value) == f"{folder / name}: {message}"


def test_no_folder_at_all_is_no_knowledge() -> None:
    assert not load([]).commitments


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_told(shelf: Shelf) -> None:
    shelf.put("one.yaml", TOPICS).chmod(0)
    assert shelf.complaints() == ["one.yaml: cannot be read: Permission denied"]


def test_phrasings_are_added_to_a_topic_of_another_file(shelf: Shelf) -> None:
    shelf.put("a.yaml", "phrasings: [{topic: notice, asked: [first]}, {topic: notice, asked: [second]}]\n")
    shelf.put("b.yaml", TOPICS)
    shelf.put("c.yaml", "phrasings: [{topic: notice, asked: [third]}]\n")
    assert shelf.load().topics["notice"].asked == ("how much notice", "first", "second", "third")


def test_phrasings_are_added_to_what_is_not_covered(shelf: Shelf) -> None:
    shelf.put("one.yaml", WHOLE)
    shelf.put("two.yaml", "phrasings: [{topic: parking, asked: [car park]}]\n")
    assert shelf.load().gaps["parking"].asked == ("where to park", "car park")


THIRD = COMPACT + "commitments:\n" + commitment("town.code.1", topics="notice-of-ending")


def test_a_third_compact_with_only_commitments_answers_the_topics_there_are(shelf: Shelf, shipped: Knowledge) -> None:
    shelf.put("town.yaml", THIRD)
    both = load([shipped_content(), shelf.folder])
    assert list(both.compacts) == [*shipped.compacts, "town"]
    assert both.topics == shipped.topics
    assert both.about("notice-of-ending") == (*shipped.about("notice-of-ending")[:2], both.commitments["town.code.1"])
    assert both.section_of(both.commitments["town.code.1"]).title == "Code"


def test_a_folder_alone_knows_nothing_of_the_shipped_content(shelf: Shelf) -> None:
    shelf.put("one.yaml", WHOLE)
    knowledge = shelf.load()
    assert (list(knowledge.compacts), list(knowledge.topics), list(knowledge.gaps)) == (
        ["town"],
        ["notice"],
        ["parking"],
    )
    shelf.put("one.yaml", THIRD)
    assert [problem.message for problem in shelf.problems()] == ["there is no topic 'notice-of-ending'"]


def test_topics_that_no_commitment_answers_are_listed(shelf: Shelf) -> None:
    more = "topics: [{id: silent, theme: change, title: Silent, asked: [anything]}]\n"
    shelf.put("one.yaml", WHOLE)
    shelf.put("two.yaml", more)
    assert unanswered_topics(shelf.load()) == ("silent",)


def test_the_version_changes_with_words_and_not_with_comments(shelf: Shelf) -> None:
    shelf.put("one.yaml", TOPICS)
    first = shelf.load().version
    shelf.put("one.yaml", "# a comment\n" + TOPICS)
    assert shelf.load().version == first
    shelf.put("one.yaml", TOPICS.replace("how much", "How much"))
    assert shelf.load().version != first
