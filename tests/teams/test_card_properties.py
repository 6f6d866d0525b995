"""Whatever is said, Teams takes the cards, nothing is lost, and nothing in it links, mentions or formats."""

import json
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.teams.payload import pressed
from bot.teams.rendering import asked_above, cards, spent
from handlers.conversation import AskDate, Choices, Field, FieldKind, Form, Option, Reply, Text
from tests.slack.test_rendering_properties import BLOCKS, EXAMPLES, HUGE, LONG, TEXTS, counted
from tests.slack.test_rendering_properties import written as written_in_blocks
from tests.teams.cards import MOST_BYTES, Json, buttons, length, parts, problems, sent, texts

SNIPPETS = st.sampled_from(
    "[a](https://b.example) ![a](b) [a]: https://b.example [a][b] <at>Lead</at> <https://a.example> ]( ** __x__ ~~~ ``` "
    "{{DATE(2026-03-31T00:00:00Z)}} {{{ --- === # 1. 10) - + > \\[ \\*x\\* &#42; 😀 [town.code.1]: *_x_* \u202e \ud800".split(
        " "
    )
)
WRITTEN = st.one_of(TEXTS, st.lists(SNIPPETS, max_size=5).map(" ".join), st.lists(SNIPPETS, max_size=4).map("".join))
FIELDS = st.builds(
    Field,
    st.uuids().map(str),
    WRITTEN,
    st.sampled_from(FieldKind),
    st.lists(st.builds(Option, WRITTEN, st.uuids().map(str)), max_size=8).map(tuple),
    st.lists(st.one_of(TEXTS, st.dates().map(str)), max_size=2).map(tuple),
    st.booleans(),
    WRITTEN,
    WRITTEN,
)
SAYING = Option("Send it", "send it")
FORMS = st.builds(
    Form,
    WRITTEN,
    st.lists(FIELDS, min_size=1, max_size=3).map(tuple),
    st.builds(Option, WRITTEN, WRITTEN),
    st.just(SAYING),
    WRITTEN,
)
ALL = st.one_of(BLOCKS, FORMS, st.builds(Text, WRITTEN, st.booleans()))
REPLIES = st.builds(Reply, st.lists(ALL, max_size=4).map(tuple), st.sampled_from(["", "about notice"]))
LARGE_FIELDS = tuple(Field(key, LONG * 9, FieldKind.PARAGRAPH, values=(LONG * 50,)) for key in "abc")
# What its button shows does not fit into one paragraph of the line that tells what was picked.
LONG_TO_SEND = Reply(
    (Form("Title", (Field("what", "What?", FieldKind.LINE),), Option("a bc" * 300, "send"), SAYING, "Say so."),)
)
HUGE_FORM = Reply(
    (
        Form(LONG * 9, LARGE_FIELDS, SAYING, SAYING, "Say so."),
        AskDate("", tuple(Option(f"{LONG}{at}", "😀" * 160) for at in range(12))),
        Choices(tuple(Option("😀" * 300, "😀" * 160) for _ in range(12)), numbered=False),
        Form("😀", (Field("a", "b", FieldKind.LINE, values=("😀" * 4_100,)),), SAYING, SAYING, "Say so."),
    )
)

MARKDOWN = MarkdownIt("commonmark").enable(["strikethrough", "table"])


def written(reply: Reply) -> list[str]:
    """Every text of a reply that people are to read; of a form, what has to be there on any card."""
    forms = [block for block in reply.blocks if isinstance(block, Form)]
    return [*written_in_blocks(reply), *(form.title for form in forms)]


def written_at(field: Field) -> list[str]:
    """Every text of a field that people are to read."""
    picks = (option.label for option in field.options)
    choosing = field.kind in (FieldKind.ONE, FieldKind.SEVERAL)
    return [field.label, field.help, field.error, *(picks if choosing else ())]


def tokens(text: str) -> list[Token]:
    return [inner for token in MARKDOWN.parse(text) for inner in (token, *(token.children or ()))]


@given(reply=REPLIES, short=st.booleans())
@example(reply=HUGE, short=False)
@example(reply=HUGE_FORM, short=False)
@EXAMPLES
def test_teams_takes_whatever_is_said(reply: Reply, short: bool) -> None:
    for message in cards(reply, short=short):
        assert problems(message.card) == []
        assert message.summary.strip()
        assert length([message.card, message.summary]) < MOST_BYTES
        assert json.loads(json.dumps(message.card)) == message.card
        message.summary.encode()


@given(REPLIES)
@example(HUGE)
@EXAMPLES
def test_no_word_is_lost(reply: Reply) -> None:
    shown = [text for message in cards(reply) for text in texts(message.card)]
    assert counted(written(reply)) - counted(shown) == Counter()


@given(FIELDS)
@EXAMPLES
def test_no_word_of_a_field_is_lost(field: Field) -> None:
    messages = cards(Reply((Form("Title", (field,), SAYING, SAYING, "Say so."),)))
    assert {*counted(written_at(field))} <= {*counted([text for each in messages for text in texts(each.card)])}


@given(REPLIES)
@EXAMPLES
def test_nothing_that_is_said_is_markdown_or_a_mention(reply: Reply) -> None:
    for message in cards(replace(reply, blocks=(asked_above("[a](b)", "<at>all</at>"), *reply.blocks))):
        for text in [*texts(message.card), *message.summary.split("\n")]:
            kinds = {token.type for token in tokens(text)}
            assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text"}
            assert "<at" not in text
            assert "{{" not in text
        assert "entities" not in message.card.get("msteams", {})


@given(REPLIES)
@EXAMPLES
def test_every_button_says_what_its_option_says(reply: Reply) -> None:
    said = {option.says for option in options(reply)}
    for message in cards(reply):
        for button in parts(message.card, "Action.Submit"):
            assert any(button["data"]["says"] == says.strip() for says in map(shown_as, said))
            assert pressed(button["data"]) is not None


@given(REPLIES)
@example(LONG_TO_SEND)
@EXAMPLES
def test_a_used_card_is_a_card_and_what_settled_something_cannot_be_pressed_again(reply: Reply) -> None:
    for message in cards(reply):
        for says in {button["data"]["says"] for button in parts(message.card, "Action.Submit")}:
            after = spent(message.card, says)
            assert problems(after) == []
            assert spent(after, says) == after
            assert len(buttons(after)) <= len(buttons(message.card))
            assert [*parts(after, "Action.OpenUrl")] == [*parts(message.card, "Action.OpenUrl")]


@given(st.lists(st.text(max_size=20).filter(str.strip), unique=True, max_size=6))
@EXAMPLES
def test_several_options_come_back_whatever_they_say(says: list[str]) -> None:
    said = tuple(dict.fromkeys(map(shown_as, says)))
    options = tuple(Option("Pick me", each) for each in said)
    field = Field("topics", "Which?", FieldKind.SEVERAL, options, values=said)
    (message,) = cards(Reply((Form("Title", (field,), SAYING, SAYING, "Say so."),)))
    press = pressed(sent(message.card, "send it"))
    assert press is not None
    picks = tuple(choice for part in parts(message.card, "Input.") for choice in part["choices"])
    assert len(press.filled[0][1]) == len(picks)
    assert set(press.filled[0][1]) <= set(said)


def options(reply: Reply) -> list[Option]:
    found: list[Option] = []
    for block in reply.blocks:
        match block:
            case Choices(picks) | AskDate(_, picks):
                found += picks
            case Form(submit=submit):
                found.append(submit)
            case _:
                pass
    return found


def shown_as(says: str) -> str:
    """`says` as a card can carry it: other signs for the ends of lines, and none that break JSON."""
    ends = str.maketrans(dict.fromkeys("\v\f\x85\u2028\u2029", "\n"))
    one_kind = says.replace("\r\n", "\n").replace("\r", "\n").translate(ends)
    broken = chain(range(9 + 1), range(11, 32), range(0x7F, 0xA0), range(0x202A, 0x202F), range(0x2066, 0x206A))
    halves = chain(range(0xD800, 0xE000), (0xFFFE, 0xFFFF))
    return one_kind.translate(dict.fromkeys(chain(broken, halves), " "))


# The validator itself

BUTTON: Json = {"type": "Action.Submit", "title": "Send", "data": {"says": "send"}, "associatedInputs": "none"}
SENDING: Json = {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "Send", "data": {}}]}
DAY: Json = {"type": "Input.Date", "id": "day", "label": "Day"}
CHOICES: Json = {"type": "Input.ChoiceSet", "id": "c", "label": "Which?", "choices": [{"title": "A", "value": "a"}]}


def card_of(*body: Json) -> Json:
    return {"type": "AdaptiveCard", "version": "1.5", "body": list(body)}


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (card_of(), "should be non-empty"),
        ({**card_of({"type": "TextBlock", "text": "x"}), "version": "1.6"}, "'1.5' was expected"),
        ({**card_of({"type": "TextBlock", "text": "x"}), "msteams": {"width": "Wide"}}, "'full' was expected"),
        (card_of({"type": "Marquee", "text": "x"}), "has the type 'Marquee'"),
        (card_of({"type": "TextBlock", "text": " "}), "does not match"),
        (card_of({"type": "TextBlock", "text": "x", "colour": "red"}), "'colour' was unexpected"),
        (card_of({"type": "TextBlock", "text": "x", "size": "Huge"}), "does not match"),
        (card_of({"type": "TextRun", "text": "x"}), "which AdaptiveCard does not hold"),
        (card_of({"type": "RichTextBlock", "inlines": [{"type": "TextRun"}]}), "'text' is a required property"),
        (card_of({"type": "FactSet", "facts": [{"title": "x"}]}), "'value' is a required property"),
        (card_of({"type": "ActionSet", "actions": [BUTTON] * 7}), "is too long"),
        (card_of({"type": "ActionSet", "actions": [{**BUTTON, "url": "https://a.example"}]}), "'url' was unexpected"),
        (card_of({"type": "TextBlock", "text": "x\x00"}), "has signs that break it"),
        (card_of({"type": "TextBlock", "text": "x" * MOST_BYTES}), f"more than {MOST_BYTES}"),
        (card_of({"type": "Container", "items": [DAY, DAY, SENDING]}), "the id 'day' is there 2 times"),
        (card_of({"type": "Container", "items": [{**DAY, "isRequired": True}, SENDING]}), "does not say so"),
        (card_of({"type": "Container", "items": [{**DAY, "value": "2026-02-30"}, SENDING]}), "is no day"),
        (card_of({"type": "Container", "items": [{**CHOICES, "value": "b"}, SENDING]}), "holds what is no choice"),
        (card_of(DAY), "nothing sends the inputs"),
        (card_of(DAY, SENDING), "stands away from them"),
        (card_of(SENDING, {"type": "Container", "items": [DAY, SENDING]}), "more than one element"),
    ],
)
def test_the_validator_finds_what_teams_would_not_take(card: Json, problem: str) -> None:
    assert any(problem in each for each in problems(card))


@pytest.mark.parametrize("choices", [[("a", "A"), ("a", "B")], [("a,b", "A")]])
def test_the_validator_finds_choices_that_cannot_be_told_apart(choices: list[tuple[str, str]]) -> None:
    listed: list[Any] = [{"title": title, "value": value} for value, title in choices]
    assert problems(card_of({"type": "Container", "items": [{**CHOICES, "choices": listed}, SENDING]}))


def test_the_validator_takes_a_sound_card() -> None:
    items = [DAY, CHOICES, SENDING]
    body = [{"type": "Container", "items": items}, {"type": "ActionSet", "actions": [BUTTON]}]
    assert problems(card_of(*body)) == []
