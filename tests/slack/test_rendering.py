"""Replies as Block Kit: what each block becomes, what gets cut where, and that nothing ever breaks or gets lost."""

from pathlib import Path
from typing import Any

import pytest

from bot.slack.rendering import SHARE, home_blocks, messages, modal_blocks
from handlers import presenting
from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Facts,
    Heading,
    Option,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)
from knowledge.loading import load
from tests.slack.blocks import length, problems
from tests.slack.drawing import button, buttons, context, drawn, mrkdwn, one, section

HELPED = Choices((Option("Yes, that helped", "that helped"), Option("No, it did not", "that did not help")), False)
RELATED = Choices((Option("Town Compact: They ask first (town.code.2)", "show town.code.2"),))
LONG = "The council gives three months' notice in writing, and says why. "


# What each block becomes


def test_a_heading_is_a_header() -> None:
    assert drawn(Heading("Notice & pay")) == [
        {"type": "header", "text": {"type": "plain_text", "text": "Notice & pay", "emoji": True}}
    ]


def test_a_heading_too_long_for_a_header_is_a_bold_section() -> None:
    assert drawn(Heading("word " * 40)) == [section(f"*{'word ' * 39}word*")]


def test_text_is_a_section_and_quiet_text_a_context() -> None:
    assert drawn(Text("They must."), Text("I think.", quiet=True)) == [section("They must."), context("I think.")]


def test_a_passage_is_its_title_and_words_then_facts_then_remarks() -> None:
    passage = Passage("Town Compact", "They ask first.", (("Binds", "the council"), ("Where", "page 1")), ("No date.",))
    assert drawn(passage) == [
        section("*Town Compact*\nThey ask first."),
        {"type": "section", "fields": [mrkdwn("*Binds*\nthe council"), mrkdwn("*Where*\npage 1")]},
        context("• No date."),
    ]


def test_facts_are_fields_ten_to_a_section() -> None:
    sections = drawn(Facts(tuple((f"Name {at}", f"value {at}") for at in range(23))))
    assert [len(each["fields"]) for each in sections] == [10, 10, 3]
    assert sections[2]["fields"][2] == mrkdwn("*Name 22*\nvalue 22")


def test_a_fact_too_long_for_half_a_screen_has_a_section_of_its_own_in_its_place() -> None:
    value = (LONG * 6).strip()
    assert drawn(Facts((("A", "1"), ("B", value), ("C", "3")))) == [
        {"type": "section", "fields": [mrkdwn("*A*\n1")]},
        section(f"*B*\n{value}"),
        {"type": "section", "fields": [mrkdwn("*C*\n3")]},
    ]


def test_a_quote_has_a_mark_on_every_line_and_its_source_below() -> None:
    assert drawn(Quote("First.\nSecond.", "The Compact, page 1")) == [
        section("> First.\n> Second."),
        context("The Compact, page 1"),
    ]


def test_two_short_passages_stand_side_by_side() -> None:
    left, right = Passage("Town", "Ask.", (("Binds", "us"),)), Passage("Shire", "Tell.")
    fields = [mrkdwn("*Town*\nAsk.\n*Binds* us"), mrkdwn("*Shire*\nTell.")]
    assert drawn(SideBySide((left, right))) == [{"type": "section", "fields": fields}]


@pytest.mark.parametrize(
    "passages",
    [
        (Passage("Town", LONG * 10), Passage("Shire", "Tell.")),
        (Passage("Town", "Ask.", remarks=("No date.",)), Passage("Shire", "Tell.")),
        (Passage("Town", "Ask."), Passage("Shire", "Tell."), Passage("Vale", "Hear.")),
    ],
    ids=["one is long", "one has remarks", "three"],
)
def test_other_passages_follow_each_other_with_dividers_between(passages: tuple[Passage, ...]) -> None:
    kinds = [block["type"] for block in drawn(Text("They say:"), SideBySide(passages), Text("That is all."))]
    assert kinds.count("divider") == len(passages) - 1
    assert "divider" not in (kinds[1], kinds[-2])


def test_days_to_pick_are_calendars_that_carry_what_they_say() -> None:
    assert drawn(AskDate("Name a day.", (Option("The day when it ends", "work out notice last"),))) == [
        context("Name a day."),
        {
            **section("The day when it ends"),
            "accessory": {"type": "datepicker", "action_id": "date:work out notice last"},
        },
    ]


def test_a_calendar_that_cannot_carry_what_it_says_is_left_out() -> None:
    assert drawn(AskDate("Name a day.", (Option("The end", "x" * 300),)))[1] == section("The end")


# Choices


def test_few_short_options_are_buttons_that_say_what_was_meant() -> None:
    assert drawn(HELPED) == [
        {
            "type": "actions",
            "elements": [
                button(1, "Yes, that helped", "that helped"),
                button(2, "No, it did not", "that did not help"),
            ],
        }
    ]


def test_numbered_buttons_show_the_number_that_may_be_typed_instead() -> None:
    shown = buttons(drawn(Choices((Option("Change", "topics change"), Option("Money", "topics money")))))
    assert shown == [button(1, "1. Change", "topics change"), button(2, "2. Money", "topics money")]


def test_more_than_five_numbered_options_are_lists_of_five_with_a_button_each_below() -> None:
    blocks = drawn(Choices(tuple(Option(f"Topic {at}", f"about {at}") for at in range(1, 8))))
    assert [block["type"] for block in blocks] == ["section", "actions", "section", "actions"]
    assert blocks[2] == section("6. Topic 6\n7. Topic 7")
    assert [each["text"]["text"] for each in buttons(blocks)] == ["1", "2", "3", "4", "5", "6", "7"]
    assert [each["value"] for each in buttons(blocks)] == [f"about {at}" for at in range(1, 8)]


def test_a_number_on_a_button_is_read_out_with_its_option() -> None:
    blocks = drawn(Choices((Option("How much notice is due before funding ends", "about notice"),)))
    assert buttons(blocks)[0]["accessibility_label"] == "1. How much notice is due before funding ends"


def test_numbers_go_on_through_the_whole_reply_whether_or_not_they_are_seen() -> None:
    first, second = Choices((Option("A", "a"), Option("B", "b"))), Choices((Option("C", "c"),))
    labels = [each["text"]["text"] for each in buttons(drawn(first, HELPED, second))]
    assert labels == ["1. A", "2. B", "Yes, that helped", "No, it did not", "3. C"]


def test_a_label_too_long_for_a_button_is_cut_there_and_whole_above() -> None:
    label = "What the voluntary and community sector has promised to do for public bodies under this Compact"
    blocks = drawn(Choices((Option(label, "about promises"),), numbered=False))
    assert blocks[0] == section(f"• {label}")
    shown = buttons(blocks)[0]["text"]["text"]
    assert shown == "What the voluntary and community sector has promised to do for public…"


@pytest.mark.parametrize("says", ["", " \n", "x" * 2001, "😀" * 1001])
def test_an_option_that_a_button_cannot_say_is_listed_without_one(says: str) -> None:
    assert drawn(Choices((Option("Pick me", says),), numbered=False)) == [section("• Pick me")]


def test_a_link_is_a_button_that_opens_it_and_says_nothing() -> None:
    choices = Choices((Option("Join online", "", link="https://meet.example.org/~a?b=1&c=2"), *HELPED.options), False)
    [row] = drawn(choices)
    join, *others = row["elements"]
    assert (join["url"], join["text"]["text"]) == ("https://meet.example.org/~a?b=1&c=2", "Join online")
    assert "value" not in join
    assert not join["action_id"].startswith("say:")
    assert others == [button(2, "Yes, that helped", "that helped"), button(3, "No, it did not", "that did not help")]


def test_the_address_behind_a_button_is_told_to_whoever_has_none() -> None:
    message = one(Choices((Option("Join online", "", link="https://meet.example.org/a"),), numbered=False))
    assert message.text == "Buttons: Join online (https://meet.example.org/a)"


def test_an_address_too_long_for_a_button_is_shown_whole() -> None:
    address = f"https://meet.example.org/{'x' * 3000}"
    blocks = drawn(Choices((Option("Join", "", link=address),), numbered=False))
    told = "".join(block["text"]["text"] for block in blocks)
    assert "".join(told.split()) == f"•Join:{address}"


def test_every_button_of_a_reply_has_its_own_action_even_across_messages() -> None:
    options = tuple(Option(f"Topic {at}", f"about {at}") for at in range(300))
    shown = [each for message in messages(Reply((Choices(options),))) for each in buttons(list(message.blocks))]
    assert [each["action_id"] for each in shown] == [f"say:{at}" for at in range(1, 301)]


# Other people's text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<!channel> wake up", "&lt;!channel&gt; wake up"),
        ("<@U0LEAD>", "&lt;@U0LEAD&gt;"),
        ("<https://evil.example|your bank>", "&lt;https://evil.example|your bank&gt;"),
        ("R&D &amp; <b>", "R&amp;D &amp;amp; &lt;b&gt;"),
        ("*bold* _it_ ~gone~", "∗bold∗ ˍitˍ ∼gone∼"),
        ("`code` ```more```", "'code' '''more'''"),
        ("＊wide＊ ＿it＿ ｀code｀", "∗wide∗ ˍitˍ 'code'"),
        ("> quoted\n  > again\n＞wide\na > b", "› quoted\n  › again\n›wide\na &gt; b"),
        (">>> all of it", "›&gt;&gt; all of it"),
        ("first_last@nhs.uk, 2*3*4 and a~b", "first_last@nhs.uk, 2*3*4 and a~b"),
        (":white_check_mark: :)", ":white_check_mark: :)"),
        ("one\r\ntwo\u2028three\x0bfour", "one\ntwo\nthree\nfour"),
        ("a\x00b\x1b[31mc\ud800d\u202ee", "a b [31mc d e"),
        ("far\n\n \n\n\napart", "far\n\napart"),
        ("👩‍👩‍👧 café", "👩‍👩‍👧 café"),
    ],
)
def test_text_shows_as_it_was_written_and_nothing_in_it_fires(text: str, shown: str) -> None:
    assert drawn(Text(text)) == [section(shown)]


def test_no_sign_in_a_title_ends_its_bold() -> None:
    assert drawn(Passage("a*b *c*", "Says.")) == [section("*a∗b ∗c∗*\nSays.")]


def test_brackets_in_headers_and_on_buttons_are_signs_that_mean_nothing_to_slack() -> None:
    blocks = drawn(Heading("<!here> & there"), Choices((Option("<@U0LEAD>", "ask <lead>"),), numbered=False))
    assert [blocks[0]["text"]["text"], buttons(blocks)[0]["text"]["text"]] == ["‹!here› & there", "‹@U0LEAD›"]
    assert buttons(blocks)[0]["value"] == "ask <lead>"


@pytest.mark.parametrize(
    "block",
    [
        Heading(" "),
        Text(""),
        Text("\u200b\u2060", quiet=True),
        Passage("", "\n"),
        SideBySide(()),
        SideBySide((Passage("", ""), Passage("", ""))),
        Facts((("", " "),)),
        Quote("", "\x00"),
        Choices(()),
        Choices((Option("", ""),)),
        AskDate("", (Option("", ""),)),
    ],
)
def test_nothing_to_see_is_no_message(block: Block) -> None:
    assert messages(Reply((block,)), share="How much notice?", asked=("<@U0ASKER>", "How much notice?")) == []


# Length


def test_a_long_text_is_cut_between_words_and_nothing_of_it_is_lost() -> None:
    text = (LONG * 200).strip()
    pieces = [block["text"]["text"] for each in messages(Reply((Text(text),))) for block in each.blocks]
    assert " ".join(pieces) == text
    assert all(length(piece) <= 3000 for piece in pieces)


@pytest.mark.parametrize("sign", ["x", "&", "<", "😀"])
def test_a_word_longer_than_a_section_is_cut_but_never_within_a_sign(sign: str) -> None:
    shown = messages(Reply((Text(sign * 10_000),)))
    pieces = [block["text"]["text"] for each in shown for block in each.blocks]
    escaped = {"&": "&amp;", "<": "&lt;"}.get(sign, sign)
    assert "".join(pieces) == escaped * 10_000
    assert all(len(piece) % len(escaped) == 0 for piece in pieces)


@pytest.mark.parametrize("size", [148, 149, 150, 151, 1998, 2001, 2395, 2405, 2990, 2998, 3000, 3001])
def test_slack_takes_what_is_just_about_as_long_as_it_may_be(size: int) -> None:
    text = "x" * size
    blocks = (Heading(text), Text(text, quiet=True), Passage("Town", "x" * (size - 7)), *(Text(text),) * 6)
    for message in messages(Reply(blocks)):
        assert problems(list(message.blocks), "message") == []


def test_a_reply_longer_than_a_message_goes_on_in_the_next() -> None:
    shown = messages(Reply(tuple(Text(f"Line {at}.") for at in range(120))))
    assert [len(each.blocks) for each in shown] == [50, 50, 20]
    assert shown[1].blocks[0] == section("Line 50.")


def test_no_message_begins_or_ends_with_a_divider() -> None:
    passages = tuple(Passage(f"Compact {at}", "Ask.", remarks=("No date.",)) for at in range(60))
    shown = messages(Reply((SideBySide(passages),)))
    assert len(shown) > 1
    assert all("divider" not in (each.blocks[0]["type"], each.blocks[-1]["type"]) for each in shown)


# The fallback


def test_the_fallback_tells_all_of_the_message_in_plain_words() -> None:
    passage = Passage("Town Compact", "Ask & tell.", (("Binds", "us"),), ("No date.",))
    assert one(Heading("Notice"), passage, Quote("Ask.", "page 1"), RELATED, HELPED).text.split("\n") == [
        "Notice",
        "Town Compact: Ask &amp; tell.",
        "Binds: us",
        "• No date.",
        "“Ask.”",
        "page 1",
        "1. Town Compact: They ask first (town.code.2)",
        "Buttons: 1",
        "Buttons: Yes, that helped; No, it did not",
    ]


def test_a_long_fallback_ends_with_a_word_and_an_ellipsis() -> None:
    text = one(Text("&amp " * 600)).text
    assert length(text) <= 3000
    assert text.endswith(" &amp;amp…")


# In public


def test_in_public_a_reply_has_its_sentences_two_short_passages_and_its_buttons() -> None:
    facts = (("Binds", "the council"), ("Force", "must"), ("Where", "page 1"))
    passages = tuple(Passage(name, "Ask.", facts, ("No date.",)) for name in ("Town", "Shire", "Vale"))
    blocks = (
        Heading("Notice"),
        Text("I think this is it:", quiet=True),
        Text("Town: by 31 March."),
        SideBySide(passages),
        Passage("Hill", "Ask.", facts),
        Facts((("Section", "Code"),)),
        Quote("Ask.", "page 1"),
        Text("Related:", quiet=True),
        RELATED,
        AskDate("Name a day.", (Option("The end", "work out notice last"),)),
        HELPED,
    )
    (message,) = messages(Reply(blocks, more="about notice"), short=True)
    column = "Ask.\n*Binds* the council\n*Where* page 1"
    assert list(message.blocks) == [
        {"type": "header", "text": {"type": "plain_text", "text": "Notice", "emoji": True}},
        context("I think this is it:"),
        section("Town: by 31 March."),
        {"type": "section", "fields": [mrkdwn(f"*Town*\n{column}"), mrkdwn(f"*Shire*\n{column}")]},
        {"type": "actions", "elements": [button(1, "More, just for me", "about notice")]},
        {
            "type": "actions",
            "elements": [
                button(2, "Yes, that helped", "that helped"),
                button(3, "No, it did not", "that did not help"),
            ],
        },
    ]


def test_in_public_separate_passages_are_two_at_most_as_well() -> None:
    blocks = tuple(Passage(name, "Ask.") for name in ("Town", "Shire", "Vale"))
    (message,) = messages(Reply(blocks, more="about notice"), short=True)
    assert [each["type"] for each in message.blocks] == ["section", "section", "actions"]


def test_in_public_a_reply_that_cannot_be_seen_in_private_is_whole() -> None:
    reply = Reply((Text("Did you mean:"), RELATED, HELPED))
    assert messages(reply, short=True) == messages(reply)


def test_whom_a_commitment_binds_and_where_it_stands_is_shown_in_public(tmp_path: Path) -> None:
    (tmp_path / "town.yaml").write_text(
        """
themes: [{id: change, title: Change}]
topics: [{id: notice, theme: change, title: Notice, asked: [how much notice]}]
compact:
  {id: town, name: Town Compact, title: The Town Compact, year: 2012, status: in-force, partners: {},
   parties: {public: the council, vcse: the groups}, named: [town]}
sections: [{id: code, title: Code, place: page 1}]
commitments:
  - {id: town.code.1, section: code, party: public, kind: value, force: must, topics: [notice], says: It must.,
     source: page 1}
"""
    )
    knowledge = load([tmp_path])
    passage = presenting.passage(knowledge.commitments["town.code.1"], knowledge)
    (message,) = messages(Reply((passage,), more="about notice"), short=True)
    assert message.blocks[1]["fields"] == [mrkdwn("*Binds*\nthe council"), mrkdwn("*Where*\npage 1 [town.code.1]")]


# Shared


def test_an_answer_for_one_can_be_shared_with_the_channel_by_a_button_at_its_end() -> None:
    (message,) = messages(Reply((Text("They must."),)), share="how much notice?")
    assert message.blocks[-1]["elements"] == [
        {**button(1, "Share with the channel", "how much notice?"), "action_id": SHARE}
    ]


def test_a_question_too_long_for_a_button_has_none_to_share_it() -> None:
    (message,) = messages(Reply((Text("They must."),)), share="x" * 2001)
    assert list(message.blocks) == [section("They must.")]


def test_a_shared_answer_tells_who_asked_and_what() -> None:
    (message,) = messages(Reply((Text("They must."),)), asked=("<@U0ASKER>", "how much <!channel> notice?"))
    assert message.blocks[0] == context("<@U0ASKER> asked: how much &lt;!channel&gt; notice?")
    assert message.text == "Asked: how much &lt;!channel&gt; notice?\nThey must."


# The Home tab and modals


@pytest.mark.parametrize("page", [home_blocks, modal_blocks])
def test_a_page_that_is_too_long_says_so_at_its_end(page: Any) -> None:
    fits = page(Reply(tuple(Text(f"Line {at}.") for at in range(100))))
    cut = page(Reply(tuple(Text(f"Line {at}.") for at in range(101))))
    assert fits[99] == section("Line 99.")
    assert len(cut) == 100
    assert cut[98:] == [
        section("Line 98."),
        context("There is more than fits here. Ask me in a message to see all of it."),
    ]
