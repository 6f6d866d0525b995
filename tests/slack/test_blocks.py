"""The check of blocks itself: it finds what Slack refuses, and takes what Slack takes."""

import pytest

from tests.slack.blocks import MOST_CHARACTERS, Json, problems
from tests.slack.drawing import button, context, mrkdwn, section


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "marquee"}, "has the type 'marquee'"),
        ({"type": "divider", "colour": "red"}, "blocks[0].colour is unknown"),
        ({"type": "header", "text": mrkdwn("Notice")}, "text.type is not one of plain_text"),
        ({"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}, "151 characters"),
        ({"type": "header", "text": {"type": "plain_text", "text": "😀" * 76}}, "152 characters"),
        ({"type": "section"}, "needs text or fields"),
        ({"type": "section", "fields": []}, "has 0 items"),
        ({"type": "section", "fields": [mrkdwn("x")] * 11}, "has 11 items"),
        (section("x" * 3001), "3001 characters"),
        (section(" "), "is blank"),
        (section("\ud800"), "surrogate"),
        (section("\x00"), "control character"),
        (context("x" * 2001), "2001 characters"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "has 11 items"),
        ({"type": "actions", "elements": []}, "has 0 items"),
        ({"type": "actions", "elements": [button(1, "x", "y")] * 2}, "action_id 'say:1' is there 2 times"),
        ({"type": "actions", "elements": [button(1, "x" * 76, "y")]}, "76 characters"),
        ({"type": "actions", "elements": [button(1, "x", "y" * 2001)]}, "2001 characters"),
        ({"type": "actions", "elements": [{"type": "static_select", "action_id": "x"}]}, "needs one of options"),
        ({"type": "actions", "elements": [{"type": "multi_static_select"}]}, "has the type 'multi_static_select'"),
        ({**section("x"), "accessory": {"type": "datepicker", "initial_date": "2026-02-30"}}, "is no date"),
        ({"type": "input", "label": {"type": "plain_text", "text": "x"}}, "has the type 'input'"),
        ({"type": "image", "image_url": "https://a.example/b.png"}, "alt_text is missing"),
    ],
)
def test_the_validator_finds_what_slack_refuses_in_a_message(block: Json, problem: str) -> None:
    assert any(problem in each for each in problems([block], "message"))


def test_the_validator_knows_how_much_a_surface_holds() -> None:
    divider = {"type": "divider"}
    assert problems([divider] * 50, "message") == []
    assert problems([divider] * 51, "message") == ["51 blocks, not 1 to 50"]
    assert problems([divider] * 100, "home") == []
    assert problems([divider] * 101, "modal") == ["101 blocks, not 1 to 100"]
    assert problems([section("x" * 2400)] * 5, "message") == []
    assert problems([section("x" * 2401)] * 5, "message") == [f"12005 characters of text, more than {MOST_CHARACTERS}"]
    assert problems([{**divider, "block_id": "a"}] * 2, "home") == ["block_id 'a' is there 2 times"]


def test_the_validator_takes_a_form_in_a_modal_and_finds_what_is_wrong_with_it() -> None:
    def plain(text: str) -> Json:
        return {"type": "plain_text", "text": text}

    options = [{"text": plain(name), "value": name} for name in ("town", "shire")]
    text = {"type": "plain_text_input", "action_id": "what", "multiline": True, "max_length": 3000}
    select = {"type": "static_select", "action_id": "which", "options": options, "initial_option": options[0]}
    form: list[Json] = [
        {"type": "input", "block_id": "what", "label": plain("What happened?"), "element": text},
        {"type": "input", "block_id": "which", "label": plain("Which Compact?"), "element": select, "optional": True},
    ]
    assert problems(form, "modal") == []
    form[0]["element"] = {**text, "max_length": 3001}
    form[1]["element"] = {**select, "initial_option": {"text": plain("vale"), "value": "vale"}, "options": options * 2}
    assert problems(form, "modal") == [
        "blocks[0].element.max_length is no whole number from 1 to 3000",
        "blocks[1].element.options: value 'town' is there 2 times",
        "blocks[1].element.options: value 'shire' is there 2 times",
        "blocks[1].element: what is chosen at first is no option",
    ]
