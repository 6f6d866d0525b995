"""Replies as Adaptive Cards: what each block becomes, and what is cut where."""

import pytest

from bot.teams.rendering import TeamsMessage, asked_above, cards
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
from tests.teams.cards import Json, buttons, length, parts, texts

HELPED = Choices(
    (Option("Yes, that helped", "that helped"), Option("No, it did not", "that did not help")), False, True
)
OTHER_SIDE = Choices((Option("What public bodies promise", "about notice for public"),), numbered=False)
TOPICS = Choices((Option("Change", "topics change"), Option("Money", "topics money")))
ENDS = AskDate("Name a day.", (Option("The day when it ends", "work out notice last"),))
LONG = "The council gives three months' notice in writing, and says why. "


def one(*blocks: Block) -> TeamsMessage:
    """The only message that `blocks` become."""
    (message,) = cards(Reply(blocks))
    return message


def drawn(*blocks: Block) -> list[Json]:
    """What `blocks` become in one card."""
    body = one(*blocks).card["body"]
    assert isinstance(body, list)
    return body


def rich(text: str, spacing: str = "", **look: object) -> Json:
    above = {"spacing": spacing} if spacing else {}
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **look}], **above}


def bold(text: str, spacing: str = "Medium") -> Json:
    return rich(text, spacing, weight="Bolder")


def small(text: str, spacing: str = "") -> Json:
    return rich(text, spacing, size="Small", isSubtle=True)


def button(title: str, says: str) -> Json:
    data = {"compactbot": 1, "says": says}
    return {"type": "Action.Submit", "title": title, "data": data, "associatedInputs": "none"}


def titles(card: Json) -> list[str]:
    return [each["title"].replace("\u00a0", " ") for each in buttons(card)]


# What each block becomes


def test_a_card_is_of_schema_1_5() -> None:
    card = one(Text("They must.")).card
    assert card == {"type": "AdaptiveCard", "version": "1.5", "body": [rich("They must.")]}


def test_a_card_with_much_to_read_is_wide() -> None:
    assert one(Text(LONG * 10)).card["msteams"] == {"width": "full"}


def test_a_heading_is_large_and_one_for_screen_readers() -> None:
    (block,) = drawn(Heading("Notice"))
    assert block == {
        "type": "TextBlock",
        "text": "Notice",
        "size": "Large",
        "weight": "Bolder",
        "style": "heading",
        "wrap": True,
    }


def test_a_heading_as_long_as_a_paragraph_is_bold_text() -> None:
    assert drawn(Heading("word " * 60)) == [rich(("word " * 60).strip(), weight="Bolder")]


def test_text_has_an_element_a_line_and_a_gap_between_paragraphs() -> None:
    assert drawn(Text("One.\nTwo.\n\nThree.")) == [rich("One."), rich("Two.", "None"), rich("Three.", "Small")]


def test_quiet_text_is_small_and_toned_down() -> None:
    assert drawn(Text("I think.", quiet=True)) == [small("I think.")]


def test_a_passage_is_its_title_and_words_then_facts_then_remarks() -> None:
    passage = Passage("Town Compact", "They ask first.", (("Binds", "the council"), ("Where", "page 1")), ("No date.",))
    facts = [{"title": "Binds", "value": "the council"}, {"title": "Where", "value": "page 1"}]
    assert drawn(passage) == [
        bold("Town Compact"),
        rich("They ask first.", "Small"),
        {"type": "FactSet", "spacing": "Small", "facts": facts},
        small("• No date.", "Small"),
    ]


def test_facts_are_tables_of_ten_rows() -> None:
    tables = drawn(Facts(tuple((f"Name {at}", f"value {at}") for at in range(23))))
    assert [len(table["facts"]) for table in tables] == [10, 10, 3]
    assert tables[2]["facts"][2] == {"title": "Name 22", "value": "value 22"}


@pytest.mark.parametrize("value", [(LONG * 6).strip(), "one line\nand another"], ids=["long", "several lines"])
def test_a_fact_too_long_for_a_table_stands_below_its_name_in_its_place(value: str) -> None:
    kinds = [each["type"] for each in drawn(Facts((("A", "1"), ("B", value), ("C", "3"))))]
    assert kinds == ["FactSet", "RichTextBlock", *["RichTextBlock"] * len(value.split("\n")), "FactSet"]


def test_a_quote_stands_on_a_ground_of_its_own_with_its_source_below() -> None:
    assert drawn(Quote("First.\nSecond.", "The Compact, page 1")) == [
        {"type": "Container", "style": "emphasis", "items": [rich("First."), rich("Second.", "None")]},
        small("The Compact, page 1", "Small"),
    ]


def test_two_short_passages_stand_side_by_side() -> None:
    left, right = Passage("Town", "Ask.", (("Binds", "us"),)), Passage("Shire", "Tell.")
    binds = [{"type": "TextRun", "text": "Binds ", "weight": "Bolder"}, {"type": "TextRun", "text": "us"}]
    lines = [bold("Town"), rich("Ask.", "Small"), {"type": "RichTextBlock", "spacing": "Small", "inlines": binds}]
    (columns,) = drawn(SideBySide((left, right)))
    assert columns == {
        "type": "ColumnSet",
        "columns": [
            {"type": "Column", "width": "stretch", "items": lines},
            {"type": "Column", "width": "stretch", "items": [bold("Shire"), rich("Tell.", "Small")]},
        ],
    }


def test_half_a_fact_in_a_column_is_shown_by_itself() -> None:
    left, right = Passage("", "Ask.", (("Binds", ""),)), Passage("", "Tell.", (("", "us\nall"),))
    assert [*texts(one(SideBySide((left, right))).card)] == ["Ask.", "Binds ", "Tell.", "us all"]


@pytest.mark.parametrize(
    "passages",
    [
        (Passage("Town", LONG * 10), Passage("Shire", "Tell.")),
        (Passage("Town", "Ask."), Passage("Shire", "Tell."), Passage("Vale", "Hear.")),
        (Passage("Town", "Ask."), Passage("Town", "Ask."), Passage("Town", "Ask.")),
    ],
    ids=["one is long", "three", "three the same"],
)
def test_other_passages_follow_each_other_with_lines_between(passages: tuple[Passage, ...]) -> None:
    body = drawn(Text("They say:"), SideBySide(passages), Text("That is all."))
    separated = [each["inlines"][0]["text"] for each in body if each.get("separator")]
    assert separated == [passage.title for passage in passages[1:]]


def test_days_to_pick_share_one_calendar_and_a_button_tells_which_day_it_is() -> None:
    days = (
        Option("The day when it ends", "work out notice last"),
        Option("The day of notice", "work out notice first"),
    )
    prompt, calendar = drawn(AskDate("Name a day.", days))
    assert prompt == small("Name a day.")
    day, *rows = calendar["items"]
    assert (day["type"], day["id"], day["isRequired"]) == ("Input.Date", "day", True)
    assert [(each["title"], each["data"]) for row in rows for each in row["actions"]] == [
        ("The day when it ends", {"compactbot": 1, "says": "work out notice last", "dated": 1}),
        ("The day of notice", {"compactbot": 1, "says": "work out notice first", "dated": 1}),
    ]


def test_what_happens_on_a_day_is_told_in_full_where_a_button_cannot() -> None:
    label = "The day when the voluntary group gives notice that it needs an extension"
    card = one(AskDate("", (Option(label, "work out notice first"),))).card
    assert card["body"][0] == rich(f"• {label}")
    assert titles(card) == ["The day when the voluntary group…"]
    assert buttons(card)[0]["tooltip"] == label


# Choices


def test_few_short_options_are_buttons_that_say_what_was_meant() -> None:
    (row,) = drawn(HELPED)
    assert row["actions"] == [button("Yes, that helped", "that helped"), button("No, it did not", "that did not help")]


def test_numbered_buttons_show_the_number_that_may_be_typed_instead() -> None:
    assert titles(one(TOPICS).card) == ["1. Change", "2. Money"]


def test_more_than_five_numbered_options_are_lists_of_five_with_a_button_each_below() -> None:
    card = one(Choices(tuple(Option(f"Topic {at}", f"about {at}") for at in range(1, 8)))).card
    kinds = [each["type"] for each in card["body"]]
    assert kinds == [*["RichTextBlock"] * 5, "ActionSet", *["RichTextBlock"] * 2, "ActionSet"]
    assert card["body"][7] == rich("7.\u00a0Topic 7", "None")
    assert titles(card) == ["1", "2", "3", "4", "5", "6", "7"]
    assert [each["data"]["says"] for each in buttons(card)] == [f"about {at}" for at in range(1, 8)]


def test_a_number_on_a_button_is_read_out_with_its_option() -> None:
    card = one(Choices((Option("How much notice is due before funding ends", "about notice"),))).card
    assert buttons(card)[0]["tooltip"] == "1.\u00a0How much notice is due before funding ends"


def test_buttons_share_a_row_only_where_a_phone_has_room_for_all_of_them() -> None:
    days = tuple(Option(f"{number}th working day", f"day {number}") for number in range(4, 8))
    assert [len(row["actions"]) for row in drawn(Choices(days, numbered=False), HELPED)] == [2, 2, 2]


def test_numbers_go_on_through_the_whole_reply_whether_or_not_they_are_seen() -> None:
    card = one(TOPICS, HELPED, Choices((Option("C", "c"),))).card
    assert titles(card) == ["1. Change", "2. Money", "Yes, that helped", "No, it did not", "3. C"]


@pytest.mark.parametrize("says", ["", " \n", "x" * 2001, "😀" * 200])
def test_an_option_that_a_button_cannot_say_is_listed_without_one(says: str) -> None:
    assert drawn(Choices((Option("Pick me", says),), numbered=False)) == [rich("• Pick me")]


# Other people's text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[your bank](https://evil.example)", "[your bank] (https://evil.example)"),
        ("![](https://evil.example/a.png)", "![] (https://evil.example/a.png)"),
        ("[bank]: https://evil.example", "[bank] : https://evil.example"),
        ("<https://evil.example>", "‹https://evil.example›"),
        ("<at>Everyone</at> wake up", "‹at›Everyone‹/at› wake up"),
        ("a <b> & 2 < 3 -> 4 &amp; 5", "a ‹b› & 2 < 3 -> 4 &amp; 5"),
        ("*bold* _it_ ~~gone~~ `code`", "∗bold∗ ˍitˍ ∼∼gone∼∼ 'code'"),
        ("> quoted\n# large\n- item\n12. item\n---", "› quoted\n#\u00a0large\n-\u00a0item\n12.\u00a0item\n---\u00a0"),
        ("due {{DATE(2026-03-31T00:00:00Z)}}", "due { {DATE(2026-03-31T00:00:00Z)}}"),
        ("first_last@nhs.uk, a~b, [town.code.1], 10.30", "first_last@nhs.uk, a~b, [town.code.1], 10.30"),
        ("one\r\ntwo\u2028three\x0bfour", "one\ntwo\nthree\nfour"),
        ("a\x00b\x1b[31mc\ud800d\u202ee", "a b [31mc d e"),
        ("👩‍👩‍👧 café", "👩‍👩‍👧 café"),
    ],
)
def test_text_shows_as_it_was_written_and_nothing_in_it_fires(text: str, shown: str) -> None:
    assert "\n".join(texts(one(Text(text)).card)) == shown


def test_what_a_button_says_stays_as_it_is() -> None:
    (pressed,) = buttons(one(Choices((Option("<at>Ask</at>", "ask <lead> about [pay](now), *please*"),))).card)
    assert pressed["title"] == "1.\u00a0‹at›Ask‹/at›"
    assert pressed["data"]["says"] == "ask <lead> about [pay](now), *please*"


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
    assert cards(Reply((block,))) == []


# Length


def test_a_long_line_is_cut_between_words_and_nothing_of_it_is_lost() -> None:
    text = (LONG * 400).strip()
    shown = cards(Reply((Text(text),)))
    assert len(shown) > 1
    assert " ".join(piece for each in shown for piece in texts(each.card)) == text


@pytest.mark.parametrize("sign", ["x", "&", "😀"])
def test_a_word_longer_than_a_line_is_cut_but_never_within_a_sign(sign: str) -> None:
    shown = cards(Reply((Text(sign * 10_000),)))
    assert "".join(piece for each in shown for piece in texts(each.card)) == sign * 10_000


def test_a_reply_longer_than_a_card_goes_on_in_the_next_between_its_blocks() -> None:
    passages = tuple(Passage(f"Compact {at}", LONG * 6, (("Where", f"page {at}"),)) for at in range(60))
    shown = cards(Reply(passages))
    assert len(shown) > 1
    assert all(next(texts(each.card)).startswith("Compact ") for each in shown)
    assert all(length(each.card) < 28_000 for each in shown)


def test_every_calendar_has_a_card_of_its_own_so_that_none_holds_up_another() -> None:
    shown = cards(Reply((Text("They must."), ENDS, HELPED, ENDS)))
    assert [len(list(parts(each.card, "Input."))) for each in shown] == [1, 1]
    assert next(iter(texts(shown[1].card))) == "Name a day."


# The summary


def test_the_summary_tells_all_of_the_card_in_plain_words() -> None:
    passage = Passage("Town Compact", "Ask & tell.", (("Binds", "us"),), ("No date.",))
    assert one(Heading("Notice"), passage, Quote("Ask.", "page 1"), HELPED).summary.split("\n") == [
        "Notice",
        "Town Compact",
        "Ask & tell.",
        "Binds: us",
        "• No date.",
        "“Ask.”",
        "page 1",
        "Buttons: Yes, that helped; No, it did not",
    ]


def test_a_long_summary_ends_with_a_word_and_an_ellipsis() -> None:
    summary = one(Text(LONG * 20)).summary
    assert len(summary) <= 1000
    assert summary.rstrip("…").split(" ")[-1] in LONG.split(" ")


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
        TOPICS,
        ENDS,
        HELPED,
    )
    (message,) = cards(Reply(blocks, more="about notice"), short=True)
    heading, guess, sentence, columns, *rows = message.card["body"]
    assert [*texts([heading, guess, sentence])] == ["Notice", "I think this is it:", "Town: by 31 March."]
    column = ["Ask.", "Binds ", "the council", "Where ", "page 1"]
    assert [*texts(columns)] == ["Town", *column, "Shire", *column]
    more = button("More, just for me", "about notice")
    assert [row["actions"] for row in rows] == [[more], buttons(one(HELPED).card)]


def test_in_public_separate_passages_are_two_at_most_as_well() -> None:
    blocks = tuple(Passage(name, "Ask.") for name in ("Town", "Shire", "Vale"))
    (message,) = cards(Reply(blocks, more="about notice"), short=True)
    assert [*texts(message.card)] == ["Town", "Ask.", "Shire", "Ask.", "More, just for me"]


def test_in_public_a_reply_that_cannot_be_seen_in_private_is_whole() -> None:
    reply = Reply((Text("Did you mean:"), TOPICS, HELPED))
    assert cards(reply, short=True) == cards(reply)


def test_who_asked_and_what_can_stand_above_the_answer() -> None:
    message = one(asked_above("Asha <b>", "how much [notice](x)?"), Text("They must."))
    assert message.card["body"][0] == small("Asha ‹b› asked: how much [notice] (x)?")
    assert message.summary.startswith("Asha ‹b› asked: how much [notice] (x)?")
