"""What is answered to a question: the matcher's reading of it, and the one decision between the outcomes."""

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.compiling import Compiled, compiled, phrasings_of
from knowledge.content import Commitment, Party
from knowledge.finding import (
    ANSWER_FROM,
    MOST_ANSWERS,
    MOST_OPTIONS,
    NEAR_ENOUGH,
    SURE_FROM,
    Answered,
    Choose,
    Defined,
    Finder,
    Finding,
    Found,
    NotCovered,
    Scope,
    Silent,
    Unknown,
)
from knowledge.loading import merged
from knowledge.matching import Matcher, Signals, Weights
from tests.knowledge.small import small_knowledge

TODAY = date(2026, 11, 22)
NOTICE = "how much notice must be given before a grant ends"
SURE, LIKELY, UNSURE = 0.999, (ANSWER_FROM + SURE_FROM) / 2, ANSWER_FROM / 2


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The small knowledge base, compiled."""
    return compiled(small_knowledge(tmp_path_factory.mktemp("finding")))


@pytest.fixture(scope="module")
def finder(ready: Compiled) -> Finder:
    """A finder as it is shipped."""
    return Finder(ready)


def so_sure(ready: Compiled, confidence: float, default: Scope = Scope()) -> Finder:
    """A finder that is always this sure of its best candidate."""
    finder = Finder(ready, default)
    finder.matcher = Matcher(ready, Weights(math.log(confidence / (1 - confidence)), (0.0,) * 5))
    return finder


@pytest.fixture(scope="module")
def sure(ready: Compiled) -> Finder:
    """A finder that is always sure."""
    return so_sure(ready, SURE)


def ids(commitments: tuple[Commitment, ...]) -> list[str]:
    """The ids of commitments."""
    return [each.id for each in commitments]


def ask(finder: Finder, question: str, within: Scope = Scope()) -> Finding:
    """What is found, today."""
    return finder.find(question, today=TODAY, within=within).finding


def answered(finder: Finder, question: str, within: Scope = Scope()) -> Answered:
    """The answer, which must be one."""
    finding = ask(finder, question, within)
    assert isinstance(finding, Answered)
    return finding


def test_without_a_compact_both_compacts_answer_the_best_first(sure: Finder) -> None:
    answer = answered(sure, NOTICE)
    assert answer.topic.id == "notice"
    assert ids(answer.commitments) == [
        "northshire.money.1",
        "northshire.money.2",
        "northshire.money.4",
        "westmere.care.1",
    ]
    assert ids(answer.others) == ["northshire.money.3"]
    assert len(answer.commitments) == MOST_ANSWERS
    assert answer.also == ()
    assert answer.shown == answer.commitments


@pytest.mark.parametrize(
    ("question", "compact", "party", "expected"),
    [
        (f"{NOTICE} in Westmere", "westmere", None, ["westmere.care.1"]),
        (f"{NOTICE} in north shire", "northshire", None, [f"northshire.money.{number}" for number in (1, 2, 4, 3)]),
        (f"{NOTICE} in Northshire and in Westmere", None, None,
         ["northshire.money.1", "northshire.money.2", "northshire.money.4", "westmere.care.1"]),
        ("what notice must charities give before a grant ends", None, Party.VCSE, ["northshire.money.2", "northshire.money.4"]),
        ("what notice must the council give before a grant ends", None, Party.PUBLIC,
         ["northshire.money.1", "northshire.money.4", "westmere.care.1", "northshire.money.3"]),
        ("what notice must charities in Northshire give before a grant ends", "northshire", Party.VCSE,
         ["northshire.money.2", "northshire.money.4"]),
        ("what notice must charities in Westmere give before a grant ends", "westmere", Party.VCSE, ["westmere.care.1"]),
        ("can charities charge overheads such as rent", None, Party.VCSE, ["northshire.money.5"]),
        ("can the council be charged overheads such as rent", None, None, ["northshire.money.5", "westmere.care.2"]),
        ("can the council refuse overheads such as rent", None, Party.PUBLIC, ["westmere.care.2"]),
    ],
)  # fmt: skip
def test_an_answer_is_narrowed_to_the_compact_and_the_party_named(
    sure: Finder, question: str, compact: str | None, party: Party | None, expected: list[str]
) -> None:
    found = sure.find(question, today=TODAY)
    assert found.scope == Scope(compact, party)
    assert isinstance(found.finding, Answered)
    assert ids(found.finding.commitments) == expected


def test_what_is_left_out_by_narrowing_stays_among_the_others(sure: Finder) -> None:
    everything = {each.id for each in sure.knowledge.about("notice")}
    answer = answered(sure, f"{NOTICE} in Westmere")
    assert {*ids(answer.commitments), *ids(answer.others)} == everything
    assert not {*ids(answer.commitments)} & {*ids(answer.others)}


def test_a_compact_that_says_nothing_is_silent_and_the_other_is_quoted_as_the_other(sure: Finder) -> None:
    finding = ask(sure, "when will our invoice be paid in Westmere")
    assert isinstance(finding, Silent)
    assert (finding.topic.id, finding.compact, ids(finding.elsewhere)) == (
        "payment",
        "westmere",
        ["northshire.money.3"],
    )
    assert finding.confidence == pytest.approx(SURE)


def test_a_scope_from_outside_narrows_only_what_the_question_leaves_open(ready: Compiled) -> None:
    finder = so_sure(ready, SURE, default=Scope("northshire", Party.VCSE))
    within = Scope("westmere")
    assert finder.find(NOTICE, today=TODAY).scope == Scope("northshire", Party.VCSE)
    assert finder.find(NOTICE, today=TODAY, within=within).scope == Scope("westmere", Party.VCSE)
    asked = f"what must the council do in Northshire, {NOTICE}"
    assert finder.find(asked, today=TODAY, within=within).scope == Scope("northshire", Party.PUBLIC)
    assert ids(answered(finder, NOTICE, within).commitments) == ["westmere.care.1"]


def test_a_gap_is_not_covered(sure: Finder) -> None:
    for question, gap in (("what redundancy money are workers owed", "redundancy"), ("parking fine appeal", "parking")):
        finding = ask(sure, question)
        assert isinstance(finding, NotCovered)
        assert finding.gap.id == gap


def test_a_topic_that_no_commitment_answers_is_unknown(sure: Finder) -> None:
    assert ask(sure, "may we print the emblem on a leaflet") == Unknown()


def test_unsure_offers_at_most_three_topics_and_never_a_gap_or_an_unanswered_topic(ready: Compiled) -> None:
    finder = so_sure(ready, UNSURE)
    for question, _ in phrasings_of(ready.knowledge):
        found = finder.find(question, today=TODAY)
        assert isinstance(found.finding, Choose)
        offered = [option.topic.id for option in found.finding.options]
        likeliest = [each.entry.id for each in found.match.candidates]
        assert 1 <= len(offered) <= MOST_OPTIONS == 3
        assert offered == [name for name in likeliest if name not in {"redundancy", "parking", "logos"}][:3]


def test_an_option_shows_what_would_come_first_in_the_scope_asked_about(ready: Compiled) -> None:
    finder = so_sure(ready, UNSURE)
    for scope in (Scope(), Scope("westmere"), Scope("northshire", Party.VCSE)):
        finding = ask(finder, NOTICE, scope)
        assert isinstance(finding, Choose)
        for option in finding.options:
            match finder.about(option.topic, scope):
                case Answered(_, commitments) | Silent(_, _, commitments):
                    assert option.commitment == commitments[0]
                case Unknown():
                    pytest.fail("a topic that cannot be answered was offered")


def test_likely_but_not_sure_answers_with_what_else_may_be_meant(ready: Compiled) -> None:
    answer = answered(so_sure(ready, LIKELY), NOTICE)
    everything = ids(ready.knowledge.about("notice"))
    assert ids(answer.commitments) == ["northshire.money.1", "northshire.money.2"]
    assert ids(answer.others) == [each for each in everything if each not in ids(answer.commitments)]
    assert answer.also
    assert len(answer.shown) <= MOST_ANSWERS
    assert len(set(ids(answer.shown))) == len(answer.shown)
    assert all(option.topic.id != "notice" for option in answer.also)


@pytest.mark.parametrize(
    ("confidence", "kind"),
    [(0.01, Choose), (ANSWER_FROM - 0.01, Choose), (ANSWER_FROM + 0.01, Answered), (SURE, Answered)],
)
def test_the_confidence_decides_between_choosing_and_answering(ready: Compiled, confidence: float, kind: type) -> None:
    assert type(ask(so_sure(ready, confidence), NOTICE)) is kind


@pytest.mark.parametrize("question", ["xyzzy", "жжж", "qqqq wwww kkkk"])
def test_what_is_like_nothing_on_file_is_unknown_however_sure_the_matcher_is(sure: Finder, question: str) -> None:
    found = sure.find(question, today=TODAY)
    assert found.match.signals is not None
    assert found.match.signals.nearest < NEAR_ENOUGH
    assert found.finding == Unknown()


@pytest.mark.parametrize("question", ["how much notice", "overheads"])
def test_a_short_question_about_a_topic_with_few_phrasings_is_answered(sure: Finder, question: str) -> None:
    assert isinstance(ask(sure, question), (Answered, NotCovered))


@pytest.mark.parametrize(
    "question", ["", "   ", "?", "!!! … —", "😀😀", "31 March 2027", "tomorrow", "Westmere", "Northshire?"]
)
def test_nothing_asked_is_unknown(finder: Finder, question: str) -> None:
    found = finder.find(question, today=TODAY)
    assert found.finding == Unknown()
    assert (found.match.candidates, found.match.signals, found.match.confidence) == ((), None, 0.0)
    assert finder.matcher.contributions(found.match) == {}


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("what does FCR mean?", "FCR"),
        ("What does fcr mean", "FCR"),
        ("What does full cost recovery mean?", "FCR"),
        ("what does FCR stand for?", "FCR"),
        ("what is meant by FCR", "FCR"),
        ("define SLA", "SLA"),
        ("what is the definition of SLA?", "SLA"),
        ("SLA acronym", "SLA"),
        ("what does the covenant mean", "Covenant"),
        ("what does mission drift mean?", "Mission drift"),
        ("what does marking mean?", "Marking"),
    ],
)
def test_asking_what_a_word_means_is_answered_from_the_glossary(sure: Finder, question: str, term: str) -> None:
    finding = ask(sure, question)
    assert isinstance(finding, Defined)
    assert finding.term.term == term


@pytest.mark.parametrize("question", ["what is an SLA?", "SLA", "what are SLA", "who is the SLA"])
def test_asking_what_something_is_is_answered_from_the_glossary_only_where_no_topic_answers(
    ready: Compiled, question: str
) -> None:
    assert isinstance(ask(so_sure(ready, UNSURE), question), Defined)


def test_a_topic_that_answers_goes_before_the_glossary(sure: Finder) -> None:
    assert answered(sure, "full cost recovery in a bid").topic.id == "costs"


@pytest.mark.parametrize(
    "question", ["what does xyzzy mean?", "what does it mean for notice before a grant ends", "mean", "define"]
)
def test_a_word_that_is_not_in_the_glossary_is_not_defined(sure: Finder, question: str) -> None:
    assert not isinstance(ask(sure, question), Defined)


@pytest.mark.parametrize(
    ("question", "term"),
    [
        ("what does the Armed Forces Covenant mean?", "Covenant"),
        ("what does the term FCR mean?", "FCR"),
        ("do you know what FCR means?", "FCR"),
        ("what do you mean by an SLA?", "SLA"),
        ("meaning of SLA", "SLA"),
        ("SLA meaning", "SLA"),
        ("what's an SLA?", "SLA"),
    ],
)
def test_a_word_is_defined_however_its_meaning_is_asked_for(ready: Compiled, question: str, term: str) -> None:
    finding = ask(so_sure(ready, UNSURE), question)
    assert isinstance(finding, Defined)
    assert finding.term.term == term


@pytest.mark.parametrize(
    ("name", "term"), [("fcr", "FCR"), ("Full  COST recovery!", "FCR"), ("sla", "SLA"), ("nothing", None)]
)
def test_a_term_is_found_by_any_of_its_names(finder: Finder, name: str, term: str | None) -> None:
    found = finder.term(name)
    assert (found.term if found else None) == term


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        (NOTICE, "notice"),
        (NOTICE.upper(), "notice"),
        (f"Hello there! {NOTICE}, please? Thanks", "notice"),
        ("how much notise befor a gratn ends", "notice"),
        ("how much nótice before a gránt énds", "notice"),
        ("how much 😀 notice 🙏 before a grant ends???", "notice"),
        ("notices before grants end", "notice"),
        ("how much notice\x00before a grant ends", "notice"),
        ("\u202ehow much notice before a grant ends\u202c", "notice"),
        ("מה notice before a grant ends مرحبا", "notice"),
        ("how much notice before our grant ends on 31 March 2027?", "notice"),
        ("when wll our invioce be payed", "payment"),
        ("late payments of bills", "payment"),
        ("true cost of a bid", "costs"),
        ("can an organization send somebody to quarterly meetings", "meetings"),
        ("bus fares for helpers", "volunteers"),
        ("is a worker owed redundancy money", "redundancy"),
        ("a permit for parking our van", "parking"),
    ],
)
def test_the_matter_is_found_however_it_is_typed(finder: Finder, question: str, entry: str) -> None:
    assert finder.matcher.match(question, today=TODAY).candidates[0].entry.id == entry


def test_every_phrasing_on_file_leads_to_its_own_topic_and_is_the_one_named(ready: Compiled, finder: Finder) -> None:
    entries = [*ready.knowledge.topics.values(), *ready.knowledge.gaps.values()]
    for phrasing, owner in phrasings_of(ready.knowledge):
        first = finder.matcher.match(phrasing, today=TODAY).candidates[0]
        assert (first.entry, first.phrasing) == (entries[owner], phrasing)
        assert first.similarity == pytest.approx(1.0, abs=1e-5)


def test_a_match_tells_what_was_read_corrected_and_named(finder: Finder) -> None:
    match = finder.matcher.match("How much NOTISE in westmeer on 31 March 2027?", today=TODAY)
    assert match.said == ("how", "much", "notice", "in", "westmere", "on")
    assert match.corrections == (("notise", "notice"), ("westmeer", "westmere"))
    assert match.named.compacts == ("westmere",)
    assert match.named.rest == ("how", "much", "notice", "in", "on")
    assert finder.matcher.names.read(match.said) == match.named


def test_candidates_are_at_most_five_and_the_best_come_first(finder: Finder) -> None:
    match = finder.matcher.match(NOTICE, today=TODAY)
    scores = [each.score for each in match.candidates]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert match.signals is not None
    assert match.signals.score == scores[0]
    assert match.signals.margin == pytest.approx(scores[0] - scores[1])
    assert match.signals.best == match.candidates[0].similarity


def test_naming_a_compact_counts_against_topics_on_which_it_says_nothing(finder: Finder) -> None:
    question = "when will our invoice be paid"
    free, named = (finder.matcher.match(f"{question} {where}", today=TODAY) for where in ("", "westmere"))
    assert free.candidates[0].entry == named.candidates[0].entry
    assert named.candidates[0].score == pytest.approx(free.candidates[0].score - 2.0, abs=1e-5)


def test_only_the_first_four_hundred_words_are_read(finder: Finder) -> None:
    match = finder.matcher.match("notice " * 400 + "redundancy", today=TODAY)
    assert match.said == ("notice",) * 400


def test_contributions_are_of_the_words_left_and_the_telling_word_counts_most(finder: Finder) -> None:
    match = finder.matcher.match("overheads and rent in Westmere", today=TODAY)
    found = finder.matcher.contributions(match)
    assert list(found) == ["overheads", "and", "rent", "in"]
    assert max(found, key=lambda word: found[word]) in {"overheads", "rent"}
    assert all(math.isfinite(value) for value in found.values())


SIGNALS = Signals(score=1.0, margin=0.5, nearest=0.2, best=0.9, known=1.0)


@pytest.mark.parametrize("extreme", [1e300, -1e300, 0.0])
def test_confidence_stays_between_nought_and_one(extreme: float) -> None:
    assert 0.0 < Weights(extreme, (1.0,) * 5).confidence(SIGNALS) < 1.0


def test_confidence_is_the_logistic_function_and_rises_with_its_signals() -> None:
    weights = Weights(-1.0, (0.5, 0.5, 0.5, 0.5, 0.5))
    assert weights.confidence(SIGNALS) == pytest.approx(1 / (1 + math.exp(1 - 0.5 * (1.0 + 0.5 + 0.2 + 0.9 + 1.0))))
    assert weights.confidence(replace(SIGNALS, best=1.0)) > weights.confidence(SIGNALS)


def test_a_margin_over_two_counts_as_two() -> None:
    assert replace(SIGNALS, margin=9.0).row() == replace(SIGNALS, margin=2.0).row()


@pytest.mark.parametrize(
    ("scope", "other", "both"),
    [
        (Scope(), Scope(), Scope()),
        (Scope("a"), Scope("b", Party.VCSE), Scope("a", Party.VCSE)),
        (Scope(None, Party.PUBLIC), Scope("b", Party.VCSE), Scope("b", Party.PUBLIC)),
    ],
)
def test_a_scope_is_filled_up_from_another(scope: Scope, other: Scope, both: Scope) -> None:
    assert scope.or_else(other) == both


LONG = 100_000


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("a" * LONG, id="one long word"),
        pytest.param("notice " * (LONG // 7), id="one word over and over"),
        pytest.param(" " * LONG, id="spaces"),
        pytest.param("1 " * (LONG // 2), id="numbers"),
        pytest.param("." * LONG, id="full stops"),
        pytest.param("\n" * LONG, id="line ends"),
        pytest.param("é😀" * (LONG // 2), id="accents and emoji"),
        pytest.param("end of " * (LONG // 7), id="the beginning of a date over and over"),
        pytest.param(NOTICE + "\x00" * LONG, id="null bytes"),
        pytest.param("the of and to a in is it you that", id="only stop words"),
        pytest.param("the " * 1_000, id="one stop word over and over"),
        pytest.param("\ud800 notice \udfff", id="halves of characters"),
        pytest.param("=fcr ~^no ^notice$", id="the marks of features"),
        pytest.param("%s {0} <script> '; DROP TABLE", id="code"),
        pytest.param("مرحبا שלום 日本語 ไทย", id="other scripts"),
    ],
)
def test_odd_and_endless_text_raises_nothing(finder: Finder, question: str) -> None:
    assert_sound(finder.find(question, today=TODAY))


def assert_sound(found: Found) -> None:
    """Asserts what holds of every finding."""
    assert isinstance(found.finding, (Answered, Choose, NotCovered, Silent, Defined, Unknown))
    assert 0.0 <= found.match.confidence <= 1.0
    assert len(found.match.candidates) <= 5
    if isinstance(found.finding, Choose):
        assert 1 <= len(found.finding.options) <= MOST_OPTIONS
    if isinstance(found.finding, Answered):
        assert 1 <= len(found.finding.shown) <= MOST_ANSWERS


_SCRAPS = st.lists(
    st.sampled_from(
        "what does must notice ends grant mean define FCR SLA Westmere Northshire charities council invoice 31 March the".split()
    )
    | st.text(max_size=5),
    max_size=10,
).map(" ".join)


@given(question=st.text() | _SCRAPS)
@settings(max_examples=150, deadline=None)
def test_any_text_gets_a_finding(finder: Finder, question: str) -> None:
    found = finder.find(question, today=TODAY)
    assert_sound(found)
    assert all(math.isfinite(value) for value in finder.matcher.contributions(found.match).values())


@given(question=_SCRAPS)
@settings(max_examples=50, deadline=None)
def test_the_same_question_gets_the_same_finding_from_every_finder(
    ready: Compiled, finder: Finder, question: str
) -> None:
    assert (
        finder.find(question, today=TODAY)
        == finder.find(question, today=TODAY)
        == Finder(ready).find(question, today=TODAY)
    )


def test_an_empty_knowledge_base_knows_nothing() -> None:
    finder = Finder(compiled(merged([])))
    assert ask(finder, NOTICE) == Unknown()
    assert ask(finder, "what does FCR mean?") == Unknown()
    assert finder.matcher.contributions(finder.matcher.match(NOTICE, today=TODAY)) == {}
