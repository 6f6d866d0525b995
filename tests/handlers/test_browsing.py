"""Looking around without a question, in a small knowledge base with a Compact that has been replaced."""

from pathlib import Path

import pytest

from handlers.browsing import Browsing
from handlers.context import Context
from handlers.conversation import Choices, Facts, Quote, Text
from handlers.saying import Saying
from knowledge.loading import load

HILL = """
compact:
  id: hill
  name: Hill Compact
  title: The Compact of the Hill
  year: 2009
  status: replaced
  replaced-by: the Valley Compact
  note: Kept for those who signed it.
  partners: {public: [Hill Council], vcse: [Hill Voluntary Action]}
  parties: {public: Hill Council, vcse: groups on the hill}
  named: [hill]
sections:
  - {id: ways, title: Ways of working, place: pages 1 to 3}
  - {id: empty, title: Nothing yet, place: page 4}
themes:
  - {id: talk, title: Talking}
  - {id: quiet, title: Nothing to see}
topics:
  - {id: early, theme: talk, title: Talking early, asked: [when do they talk to us]}
commitments:
  - id: hill.ways.1
    section: ways
    party: both
    kind: value
    force: must
    topics: [early]
    says: Both sides talk early, and they listen to each other with care before anything at all has been decided by either.
    conditions: [When money is at stake.]
    unless: [In an emergency.]
    leaves-open: [It does not say how early.]
    source: page 2
    abridged: true
    related: [hill.ways.2]
    wording: We shall talk early.
  - id: hill.ways.2
    section: ways
    party: vcse
    kind: value
    force: states
    topics: [early]
    says: Groups are many.
    source: page 3
"""


@pytest.fixture
def browsing(tmp_path: Path) -> Browsing:
    """Browsing in the Compact of the Hill."""
    (tmp_path / "hill.yaml").write_text(HILL, encoding="utf-8")
    return Browsing(load([tmp_path]))


def shown(browsing: Browsing, text: str) -> Saying:
    """What a command shows."""
    said = browsing.command(text, Context())
    assert said is not None
    return said


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("topics talk", ("about early",)),
        ("Theme talk", ("about early",)),
        ("topics under talk", ("about early",)),
        ("sections hill", ("section hill ways", "section hill empty")),
        ("sections of the hill", ("section hill ways", "section hill empty")),
        ("section hill ways", ("show hill.ways.1", "show hill.ways.2")),
        ("SECTION hill WAYS", ("show hill.ways.1", "show hill.ways.2")),
        ("section hill empty", ()),
        ("show hill.ways.1", ("show hill.ways.2",)),
        ("show me hill.ways.1", ("show hill.ways.2",)),
        ("cite hill.ways.1.", ("show hill.ways.2",)),
        ("Hill.Ways.1", ("show hill.ways.2",)),
        ("show hill.ways.2", ()),
        ("show hill.wyas.2", ("show hill.ways.2", "show hill.ways.1")),
    ],
)
def test_a_command_offers_what_is_inside_to_be_picked_by_number(
    browsing: Browsing, text: str, options: tuple[str, ...]
) -> None:
    assert shown(browsing, text).context.options == options


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hill",
        "ways.1",
        "show",
        "show me the money",
        "cpft.outcome-4.public.4",
        "section",
        "topics",
        "a section of hill",
    ],
)
def test_what_is_no_command_is_left_alone(browsing: Browsing, text: str) -> None:
    assert browsing.command(text, Context()) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("topics moon", "There is no theme called “moon”."),
        ("sections of the moon", "I know no Compact called “moon”."),
        ("section moon 1", "I know no such section."),
        ("show moon.1", "There is no commitment with the id “moon.1”."),
    ],
)
def test_what_is_not_there_is_said_so_and_the_thread_is_kept(browsing: Browsing, text: str, said: str) -> None:
    found = browsing.command(text, Context(asked="how early?", topic="early", options=("about early",)))
    assert found is not None
    assert said in str(found.blocks[0])
    assert (found.context.asked, found.context.topic) == ("how early?", "early")


def test_one_commitment_is_shown_with_all_that_is_on_file(browsing: Browsing) -> None:
    passage, quote, facts, *_ = shown(browsing, "show hill.ways.1").blocks
    for fact in (
        "Hill Compact",
        "Both sides talk early",
        "('Binds', 'both Hill Council and groups on the hill')",
        "('Force', 'must')",
        "('When', 'When money is at stake.')",
        "('Unless', 'In an emergency.')",
        "('Where', 'page 2 [hill.ways.1]')",
        "This Compact has been replaced by the Valley Compact.",
        "a summary of a summary",
        "It does not say how early.",
    ):
        assert fact in str(passage)
    assert quote == Quote("We shall talk early.", "The Compact of the Hill, page 2")
    assert facts == Facts((("Section", "Ways of working"), ("Answers", "Talking early")))


def test_background_binds_nobody(browsing: Browsing) -> None:
    [passage, *_] = shown(browsing, "show hill.ways.2").blocks
    assert "background: it binds nobody" in str(passage)
    assert "Binds" not in str(passage)


def test_the_line_of_an_option_is_cut_after_a_word(browsing: Browsing) -> None:
    [_, place, choices] = shown(browsing, "section hill ways").blocks
    assert place == Text("pages 1 to 3", quiet=True)
    assert isinstance(choices, Choices)
    [long, short] = [option.label for option in choices.options]
    assert long.startswith("Hill Compact: Both sides talk early, and they listen ")
    assert long.endswith(" before anything at all…")
    assert short == "Hill Compact: Groups are many."


def test_themes_without_a_topic_are_left_out(browsing: Browsing) -> None:
    assert browsing.topics(Context()).context.options == ("topics talk",)


def test_a_knowledge_base_without_topics_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").write_text("themes: [{id: talk, title: Talking}]\n", encoding="utf-8")
    nothing = Browsing(load([tmp_path]))
    assert nothing.topics(Context()).blocks == (Text("There are no topics in this knowledge base yet."),)
    assert nothing.help(Context()).blocks


def test_the_compacts_are_listed_with_their_facts(browsing: Browsing) -> None:
    said = browsing.compacts(Context())
    assert said.context.options == ("sections hill",)
    for fact in (
        "Hill Compact (2009)",
        "The Compact of the Hill",
        "Hill Council; Hill Voluntary Action",
        "replaced by the Valley Compact",
        "Kept for those who signed it.",
    ):
        assert fact in str(said.blocks)
