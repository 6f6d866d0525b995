"""Replies as they are kept: every reply comes back as it was, and what cannot be understood is told without its words."""

import json
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.replies import UnreadableReplyError, read, written
from handlers.conversation import Block, Choices, Field, FieldKind, Form, Option, Reply, Text

OPTION = Option("Ring me", "ring me")
FORM = Form("How to reach you", (Field("how", "How?", FieldKind.ONE, (OPTION,)),), OPTION, OPTION, "say: reach me by …")
REPLY = Reply((Text("my secret \0 🙂"), FORM), more="more", private=True)


@settings(max_examples=100, deadline=None)
@given(st.from_type(Reply))
def test_any_reply_comes_back_as_it_was(reply: Reply) -> None:
    assert read(written(reply)) == reply


@pytest.mark.parametrize("kind", get_args(Block))
def test_every_kind_of_block_comes_back_as_it_was(kind: type[Block]) -> None:
    @settings(max_examples=20, deadline=None)
    @given(st.from_type(kind))
    def comes_back(block: Block) -> None:
        assert read(written(Reply((block,)))) == Reply((block,))

    comes_back()


def test_it_is_one_line_of_json_that_says_what_each_block_is() -> None:
    text = written(REPLY)
    assert "\n" not in text
    assert [block["block"] for block in json.loads(text)["blocks"]] == ["Text", "Form"]


def test_what_an_earlier_version_did_not_know_has_its_default() -> None:
    assert read('{"blocks": [{"block": "Text", "text": "hello"}]}') == Reply((Text("hello"),))


def _changed(change: dict[str, Any]) -> str:
    """A reply with a secret in it, changed at one place: a path of keys, and the value there."""
    kept = json.loads(written(Reply((Choices((Option("secret", "secret"),)),), more="secret")))
    for path, value in change.items():
        *way, last = path.split("/")
        at = kept
        for key in way:
            at = at[int(key)] if key.isdigit() else at[key]
        at[last] = value
    return json.dumps(kept)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"mood": "secret"}, "mood"),
        ({"blocks/0/block": "Chart"}, "Chart"),
        ({"blocks/0/block": None}, "None"),
        ({"blocks/0/colour": "secret"}, "Choices.colour: unexpected_keyword_argument"),
        ({"blocks/0/options/0/colour": "secret"}, "Choices.options.0.colour: unexpected_keyword_argument"),
        ({"blocks/0/options/0/says": ["secret"]}, "Choices.options.0.says: string_type"),
        ({"blocks/0/options": "secret"}, "Choices.options: tuple_type"),
    ],
)
def test_what_a_later_version_kept_is_told_by_its_place_alone(change: dict[str, Any], told: str) -> None:
    with pytest.raises(UnreadableReplyError, match=told) as raised:
        read(_changed(change))
    assert "secret" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_reply_without_blocks_is_told() -> None:
    with pytest.raises(UnreadableReplyError, match="no blocks"):
        read("{}")
