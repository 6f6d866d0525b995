"""Forms as cards: what each field becomes, and what is read again of what a client sends."""

from typing import Any

import pytest

from bot.teams.payload import Pressed, pressed
from bot.teams.rendering import cards, spent
from handlers.conversation import AskDate, Choices, Field, FieldKind, Form, Option, Reply, Text
from tests.teams.cards import Json, buttons, parts, problems, sent, texts

COMPACTS = (Option("Town Compact", "town"), Option("Shire, Vale & Hill (50%)", "shire, vale & 50%"))
FIELDS = (
    Field("title", "In a few words", FieldKind.LINE),
    Field("what", "What happened?", FieldKind.PARAGRAPH, help="As much as you like."),
    Field("compact", "Which Compact?", FieldKind.ONE, COMPACTS),
    Field("topics", "What is it about?", FieldKind.SEVERAL, COMPACTS, optional=True),
    Field("since", "Since when?", FieldKind.DAY, optional=True),
)
SEND = Option("Send it", "send the concern")


def form(*fields: Field, submit: Option = SEND, typed: str = "Say raise a concern.") -> Form:
    return Form("Raise a concern", fields, submit, Option("Open", "raise a concern"), typed)


def card(*fields: Field) -> Json:
    (message,) = cards(Reply((form(*fields),)))
    assert problems(message.card) == []
    return message.card


def inputs(*fields: Field) -> list[Json]:
    return list(parts(card(*fields), "Input."))


def test_a_form_is_its_title_an_input_a_field_and_one_button() -> None:
    shown = card(*FIELDS)
    assert [each["type"] for each in parts(shown, "Input.")] == [
        "Input.Text",
        "Input.Text",
        "Input.ChoiceSet",
        "Input.ChoiceSet",
        "Input.Date",
    ]
    assert next(texts(shown)) == "Raise a concern"
    data = {"compactbot": 1, "says": "send the concern", "form": 1}
    assert buttons(shown) == [{"type": "Action.Submit", "title": "Send it", "style": "positive", "data": data}]


def test_a_line_and_a_paragraph() -> None:
    line, paragraph = inputs(*FIELDS[:2])
    assert line == {
        "type": "Input.Text",
        "id": "field:title",
        "label": "In a few words",
        "isRequired": True,
        "errorMessage": "Please fill this in.",
        "maxLength": 500,
    }
    assert (paragraph["id"], paragraph["isMultiline"]) == ("field:what", True)


def test_one_option_and_several() -> None:
    one, several = inputs(*FIELDS[2:4])
    assert (one["id"], one["style"], "isMultiSelect" in one) == ("pick:compact", "expanded", False)
    assert one["choices"] == [
        {"title": "Town Compact", "value": "town"},
        {"title": "Shire, Vale & Hill (50%)", "value": "shire%2C vale & 50%25"},
    ]
    assert (several["isMultiSelect"], "isRequired" in several) == (True, False)


@pytest.mark.parametrize(
    ("label", "style"), [("Topic", "compact"), ("A topic that takes a whole line " * 2, "expanded")]
)
def test_many_options_are_a_list_to_open_unless_it_would_cut_them_off(label: str, style: str) -> None:
    options = tuple(Option(f"{label} {at}", f"about {at}") for at in range(12))
    assert inputs(Field("topic", "Topic", FieldKind.ONE, options))[0]["style"] == style


def test_what_was_filled_in_is_kept_and_what_is_wrong_is_told_at_the_field() -> None:
    shown = card(
        Field("what", "What happened?", FieldKind.PARAGRAPH, values=("They *stopped*\n\n\npaying.",)),
        Field("compact", "Which?", FieldKind.ONE, COMPACTS, values=("shire, vale & 50%",)),
        Field("topics", "About?", FieldKind.SEVERAL, COMPACTS, values=("shire, vale & 50%", "gone", "town")),
        Field("since", "Since?", FieldKind.DAY, values=("2026-03-31",), error="That day is yet to come."),
    )
    values = [each["value"] for each in parts(shown, "Input.")]
    both = "shire%2C vale & 50%25,town"
    assert values == ["They *stopped*\n\n\npaying.", "shire%2C vale & 50%25", both, "2026-03-31"]
    (container,) = (each for each in shown["body"] if each["type"] == "Container")
    assert container["items"][-2]["inlines"] == [
        {"type": "TextRun", "text": "That day is yet to come.", "weight": "Bolder", "color": "Attention"}
    ]


def test_what_is_no_day_leaves_the_calendar_empty() -> None:
    assert "value" not in inputs(Field("since", "Since?", FieldKind.DAY, values=("last week",)))[0]


def test_text_at_a_field_cannot_link_and_help_stands_below_its_input() -> None:
    field = Field("[a](b)", "[x](y)", FieldKind.ONE, (Option("*o*", "o"),), help="<at>h</at>", error="`e`")
    assert [*texts(card(field))][1:-1] == ["[x] (y)", "Please pick one.", "∗o∗", "'e'", "‹at›h‹/at›"]


def test_other_buttons_are_not_held_up_by_a_form_nor_one_form_by_another() -> None:
    helped = Choices((Option("Never mind", "stop"),), numbered=False)
    day = AskDate("", (Option("The end", "work out notice last"),))
    shown = cards(Reply((form(*FIELDS), helped, day, form(*FIELDS))))
    assert [problems(each.card) for each in shown] == [[], [], []]
    assert sent(shown[0].card, "stop") == {"compactbot": 1, "says": "stop"}


@pytest.mark.parametrize(
    "unfit",
    [
        form(Field("what", "What?", FieldKind.PARAGRAPH, values=("x" * 60_000,))),
        form(*FIELDS, submit=Option("Send it", "x" * 3_000)),
    ],
    ids=["too large", "cannot be sent"],
)
def test_a_form_that_no_card_can_hold_tells_what_to_say_instead(unfit: Form) -> None:
    (message,) = cards(Reply((unfit,)))
    assert [*texts(message.card)] == ["Raise a concern", "Say raise a concern."]


def test_a_form_that_was_sent_goes_with_its_fields() -> None:
    (message,) = cards(Reply((Text("Hello."), form(*FIELDS))))
    after = spent(message.card, "send the concern")
    assert [*texts(after)] == ["Hello.", "Raise a concern", "Picked: Send it"]
    assert buttons(after) == list(parts(after, "Input.")) == []


# What comes back


def test_a_form_comes_back_as_it_was_filled_in() -> None:
    both = "shire%2C vale & 50%25,town"
    filled = {"field:what": "They, they\nstopped.", "pick:compact": "town", "pick:topics": both, "field:since": ""}
    assert pressed(sent(card(*FIELDS), "send the concern", filled)) == Pressed(
        "send the concern",
        "send the concern",
        (
            ("title", ()),
            ("what", ("They, they\nstopped.",)),
            ("compact", ("town",)),
            ("topics", ("shire, vale & 50%", "town")),
            ("since", ()),
        ),
    )


def test_a_day_comes_back_at_the_end_of_what_is_said() -> None:
    (message,) = cards(Reply((AskDate("", (Option("The end", "work out notice last"),)),)))
    value = sent(message.card, "work out notice last", {"day": "2026-03-31"})
    assert pressed(value) == Pressed("work out notice last 2026-03-31", "work out notice last")


def test_inputs_count_only_with_the_button_that_wants_them() -> None:
    value = {"compactbot": 1, "says": "that helped", "day": "2026-03-31", "field:what": "They stopped."}
    assert pressed(value) == Pressed("that helped", "that helped")


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        [],
        {},
        {"says": "help"},
        {"compactbot": 1},
        {"compactbot": 1, "says": " "},
        {"compactbot": 1, "says": 2},
    ],
)
def test_what_comes_from_no_card_of_ours_is_nothing(value: Any) -> None:
    assert pressed(value) is None
