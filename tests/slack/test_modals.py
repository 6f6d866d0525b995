"""Forms as modals: whatever they ask, Slack takes them, and what is filled in comes back."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.slack.modals import Origin, errors, filled, form_view, keys, origin, origin_in, page_view
from bot.slack.texts import clean, line
from handlers.conversation import (
    Block,
    Choices,
    Conversation,
    Field,
    FieldKind,
    Form,
    Heading,
    Message,
    Option,
    Platform,
    Reply,
    Room,
    Text,
)
from tests.slack.blocks import Json, problems, texts
from tests.slack.filling import states
from tests.slack.standin.views import VIEW_BYTES_MOST, view_problems

EXAMPLES = settings(max_examples=100, deadline=None)
HERE = Origin("send it", "C1", "1.1")

SOME = st.text(max_size=40)
ANY = st.one_of(SOME, st.sampled_from(["", " ", "\n\n", "<!channel> & *co*", "\ud800", "\0", "🙂" * 60, "x" * 4_000]))
OPTIONS = st.lists(st.builds(Option, ANY, ANY), max_size=12).map(tuple)
FIELDS = st.builds(
    Field,
    key=st.text("abcdefgh", min_size=1, max_size=8),
    label=ANY,
    kind=st.sampled_from(FieldKind),
    options=OPTIONS,
    values=st.lists(st.one_of(ANY, st.sampled_from(["2027-02-28", "2027-2-30"])), max_size=3).map(tuple),
    optional=st.booleans(),
    help=ANY,
    error=ANY,
)
FORMS = st.builds(
    Form,
    title=ANY,
    fields=st.lists(FIELDS, max_size=8).map(tuple),
    submit=st.builds(Option, ANY, ANY),
    opens=st.just(Option("Open it", "open it")),
    typed=st.just("In words, say: it"),
)


def form(*fields: Field, title: str = "A note", submit: str = "Keep it") -> Form:
    """A form that asks for something."""
    return Form(title, fields, Option(submit, "note it"), Option("Note", "note it"), "In words, say: note it: and …")


def options(count: int) -> tuple[Option, ...]:
    """So many options."""
    return tuple(Option(f"The {number}.", f"pick {number}") for number in range(count))


def drawn(field: Field) -> Json:
    """How a field is drawn."""
    view = form_view(form(field), HERE)
    assert view is not None
    return dict(view["blocks"][0])


def sent(view: Json) -> Json:
    """A modal as it is sent without anything changed in it."""
    return view | {"state": {"values": states(view, {})}}


class TestWhateverAFormAsks:
    @given(FORMS, st.lists(st.builds(Text, ANY), max_size=2).map(tuple))
    @EXAMPLES
    @example(form(Field("a", "A", FieldKind.ONE, options(100))), ())
    @example(form(*(Field(f"f{number}", "x" * 2_000, FieldKind.LINE) for number in range(110))), ())
    @example(form(*(Field(f"f{number}", "A", FieldKind.SEVERAL, options(100)) for number in range(60))), ())
    def test_slack_takes_it_or_it_is_not_drawn(self, asked: Form, above: tuple[Block, ...]) -> None:
        view = form_view(asked, HERE, above)
        if view is None:
            return
        assert list(view_problems(view, "modal")) == []
        assert problems(view["blocks"], "modal") == []
        assert len(json.dumps(view).encode()) <= VIEW_BYTES_MOST

    @given(FORMS)
    @EXAMPLES
    def test_what_stands_in_it_comes_back(self, asked: Form) -> None:
        """Text as far as Slack takes it, days, and of options those that were picked."""
        view = form_view(asked, HERE)
        if view is None:
            return
        fields = {field.key: field for field in asked.fields}
        for key, values in filled(sent(view)):
            assert values == _expected(fields[key])

    @given(st.data())
    @EXAMPLES
    def test_what_is_picked_comes_back(self, data: st.DataObject) -> None:
        """Each option is what it says, and says it whole."""
        offered = data.draw(st.lists(st.builds(Option, SOME, SOME), max_size=30).map(tuple))
        said = list(dict.fromkeys(filter(None, (clean(option.says) for option in offered))))
        view = form_view(form(Field("a", "A", FieldKind.SEVERAL, offered)), HERE)
        if not said:
            assert view is None
            return
        assert view is not None
        picked = data.draw(st.lists(st.sampled_from(said), unique=True))
        assert filled(view | {"state": {"values": states(view, {"a": picked})}}) == (("a", tuple(picked)),)


def _expected(field: Field) -> tuple[str, ...]:
    first = clean("".join(field.values[:1]))
    match field.kind:
        case FieldKind.LINE:
            return (line(first),) if first else ()
        case FieldKind.PARAGRAPH:
            return (first,) if first else ()
        case FieldKind.DAY:
            return field.values[:1] if field.values[:1] == ("2027-02-28",) else ()
        case FieldKind.ONE | FieldKind.SEVERAL:
            said = {clean(option.says) for option in field.options} - {""}
            picked = tuple(value for value in dict.fromkeys(map(clean, field.values)) if value in said)
            return picked[:1] if field.kind is FieldKind.ONE else picked


class TestFields:
    @pytest.mark.parametrize(
        ("kind", "count", "optional", "element"),
        [
            (FieldKind.LINE, 0, False, "plain_text_input"),
            (FieldKind.PARAGRAPH, 0, False, "plain_text_input"),
            (FieldKind.DAY, 0, False, "datepicker"),
            (FieldKind.ONE, 10, False, "radio_buttons"),
            (FieldKind.ONE, 10, True, "static_select"),
            (FieldKind.ONE, 11, False, "static_select"),
            (FieldKind.SEVERAL, 10, False, "checkboxes"),
            (FieldKind.SEVERAL, 11, False, "multi_static_select"),
        ],
    )
    def test_each_kind_has_its_input(self, kind: FieldKind, count: int, optional: bool, element: str) -> None:
        block = drawn(Field("a", "A", kind, options(count), optional=optional))
        assert (block["type"], block["block_id"], block["element"]["type"]) == ("input", "a", element)
        assert block["optional"] is optional

    def test_a_paragraph_has_several_lines_and_a_line_one(self) -> None:
        assert drawn(Field("a", "A", FieldKind.PARAGRAPH))["element"]["multiline"] is True
        assert drawn(Field("a", "A", FieldKind.LINE))["element"]["multiline"] is False

    def test_a_label_that_is_too_long_for_an_option_goes_on_under_it(self) -> None:
        label = "The council gives three months' notice in writing before it ends or changes a grant, and says why."
        [option] = drawn(Field("a", "A", FieldKind.SEVERAL, (Option(label, "notice"),)))["element"]["options"]
        assert f"{option['text']['text']} {option['description']['text']}" == label

    def test_help_stands_under_a_field_and_what_is_wrong_too(self) -> None:
        view = form_view(form(Field("a", "A", FieldKind.LINE, help="In a few words.", error="Too long.")), HERE)
        assert view is not None
        field, wrong = view["blocks"]
        assert field["hint"]["text"] == "In a few words."
        assert list(texts(wrong)) == ["⚠ Too long."]

    def test_an_optional_field_with_nothing_to_pick_is_left_out(self) -> None:
        view = form_view(form(Field("a", "A", FieldKind.SEVERAL, optional=True), Field("b", "B", FieldKind.LINE)), HERE)
        assert view is not None
        assert keys(view) == {"b"}


class TestForms:
    def test_a_title_that_is_too_long_stands_whole_on_the_page(self) -> None:
        title = "Actions of the Ashmere provider forum, 17 June"
        view = form_view(form(Field("a", "A", FieldKind.LINE), title=title), HERE)
        assert view is not None
        assert view["title"]["text"] == "Actions of the Ashmere…"
        assert title in list(texts(view["blocks"]))

    def test_what_is_said_around_it_stands_around_it(self) -> None:
        asked = form(Field("a", "A", FieldKind.LINE))
        view = form_view(asked, HERE, (Text("Before."),), (Choices((Option("After", "after"),)),))
        assert view is not None
        assert [block["type"] for block in view["blocks"]] == ["section", "input", "actions"]

    @pytest.mark.parametrize(
        "asked",
        [
            form(),
            form(Field("a", "A", FieldKind.ONE)),
            form(Field("a", "A", FieldKind.ONE, options(101))),
            form(Field("a", "A", FieldKind.ONE, (Option("A", "x" * 151),))),
            form(Field("a", "A", FieldKind.PARAGRAPH, values=("x" * 3_001,))),
            form(Field("a", "A", FieldKind.LINE), Field("a", "B", FieldKind.LINE)),
            form(Field("x" * 256, "A", FieldKind.LINE)),
        ],
        ids=[
            *(
                "nothing asked",
                "nothing to pick",
                "too much to pick",
                "too long to be picked",
                "too long to be changed",
            ),
            *("one key twice", "key too long"),
        ],
    )
    def test_a_form_that_would_lose_something_is_not_drawn(self, asked: Form) -> None:
        assert form_view(asked, HERE) is None

    def test_nor_is_one_that_says_more_than_a_modal_carries(self) -> None:
        assert form_view(form(Field("a", "A", FieldKind.LINE)), Origin("x" * 3_000)) is None

    def test_what_is_wrong_is_told_by_field(self) -> None:
        asked = form(Field("a", "A", FieldKind.LINE, error="Too <long>."), Field("b", "B", FieldKind.LINE))
        assert errors(asked) == {"a": "Too <long>."}

    def test_an_answer_is_a_page_of_a_hundred_blocks_at_most(self) -> None:
        view = page_view([Reply((Heading("One"),)), Reply(tuple(Heading(f"Line {number}") for number in range(120)))])
        assert len(view["blocks"]) == 100
        assert list(view_problems(view, "modal")) == []


class TestOrigins:
    """A modal carries where it was asked for, and what sending it says."""

    @pytest.mark.parametrize(
        ("room", "id_", "in_private", "expected"),
        [
            (Room(Platform.SLACK, "T", "C1", "1.1"), "", False, Origin("note it", "C1", "1.1")),
            (Room(Platform.SLACK, "T", "C1"), "", True, Origin("note it", kept=True)),
            (Room(Platform.SLACK, "T", "D1", private=True), "press:1", False, Origin("note it", "D1", "", True, True)),
            (None, "shortcut:1", False, Origin("note it", kept=True)),
            (None, "", False, Origin("note it")),
        ],
        ids=["channel", "channel, told in private", "private", "shortcut", "Home tab"],
    )
    def test_it_comes_back(self, room: Room | None, id_: str, in_private: bool, expected: Origin) -> None:
        message = Message(Conversation(Platform.SLACK, "T", "x", "U"), "open it", private=True, room=room, id=id_)
        asked = form(Field("a", "A", FieldKind.LINE))
        view = form_view(asked, origin(asked, message, in_private=in_private))
        assert view is not None
        assert origin_in(view["private_metadata"]) == expected

    @pytest.mark.parametrize("metadata", ["", "{", "[]", '{"says": "x", "unheard": 1}'])
    def test_one_of_another_version_is_an_error(self, metadata: str) -> None:
        with pytest.raises(ValueError, match="another version"):
            origin_in(metadata)
