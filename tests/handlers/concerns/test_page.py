"""A concern on one page: the same questions, filled in at once."""

from collections.abc import Mapping

from handlers.conversation import Field, FieldKind, Form
from handlers.wizard import Values
from tests.handlers.concerns.stage import Stage

RIGHT = {
    "compact": ("cpft",),
    "raising": ("alone",),
    "organisation": ("Quillby Lunch Club",),
    "party": ("vcse",),
    "story": ("They ended our Quillby grant.",),
    "when": ("3 March",),
    "commitments": ("cpft.outcome-4.public.4",),
    "talked": ("yes",),
    "wish": ("Money",),
    "named": ("no",),
    "reach": ("here",),
}


def page(stage: Stage, text: str = "concern page", filled: Mapping[str, Values] | None = None) -> Form:
    """The page that somebody is shown."""
    reply = stage.replies("ann", text, filled=tuple((filled or {}).items()))[-1]
    [form] = [block for block in reply.blocks if isinstance(block, Form)]
    return form


def fields(form: Form) -> dict[str, Field]:
    return {field.key: field for field in form.fields}


def test_the_page_has_the_questions_of_the_walk(stage: Stage) -> None:
    shown = fields(page(stage))
    assert list(shown) == [
        *("compact", "raising", "organisation", "others", "representing", "party"),
        *("story", "when", "talked", "wish", "named", "reach"),
    ]
    assert {key: field.kind for key, field in shown.items() if field.kind is not FieldKind.LINE} == {
        "compact": FieldKind.ONE,
        "raising": FieldKind.ONE,
        "others": FieldKind.PARAGRAPH,
        "party": FieldKind.ONE,
        "story": FieldKind.PARAGRAPH,
        "talked": FieldKind.ONE,
        "wish": FieldKind.PARAGRAPH,
        "named": FieldKind.ONE,
    }
    assert {key for key, field in shown.items() if field.optional} == {"others", "representing", "wish"}


def test_a_page_that_is_right_leads_to_the_review(stage: Stage) -> None:
    form = page(stage)
    stage.replies("ann", form.submit.says, filled=tuple(RIGHT.items()))
    heard = stage.say("ann", "review").here
    assert "Please check your concern" in heard
    assert "They ended our Quillby grant." in heard


def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(stage: Stage) -> None:
    wrong = {**RIGHT, "compact": ("no such",), "organisation": ("",), "when": ("31/02/2026",), "story": ("x" * 6_001,)}
    form = page(stage, page(stage).submit.says, wrong)
    shown = fields(form)
    assert {key for key, field in shown.items() if field.error} == {"compact", "organisation", "when", "story"}
    assert shown["when"].error == "There is no such day as “31/02/2026”. Please check it."
    assert shown["when"].values == ("31/02/2026",)
    assert shown["story"].values == ("x" * 6_001,)
    assert shown["wish"].values == ("Money",)
    again = page(
        stage, form.submit.says, {**wrong, "compact": ("cpft",), "organisation": ("A club",), "story": ("Told.",)}
    )
    assert {key for key, field in fields(again).items() if field.error} == {"when"}


def test_a_day_to_come_can_be_confirmed_on_the_page(stage: Stage) -> None:
    form = page(stage, page(stage).submit.says, {**RIGHT, "when": ("31 March 2027",)})
    assert "say: yes, 31 March 2027" in fields(form)["when"].error
    stage.replies("ann", form.submit.says, filled=tuple({**RIGHT, "when": ("yes, 31 March 2027",)}.items()))
    assert "31 March 2027 (Wednesday 31 March 2027)" in stage.say("ann", "review").here


def test_the_page_is_filled_in_with_what_was_told(stage: Stage) -> None:
    for text in ("raise a concern about cpft.outcome-4.public.4", "alone", "A club", "vcse", "One.", "Two."):
        stage.say("ann", text)
    shown = fields(page(stage))
    told = {key: field.values for key, field in shown.items() if field.values}
    assert told == {
        "compact": ("cpft",),
        "raising": ("alone",),
        "organisation": ("A club",),
        "party": ("vcse",),
        "story": ("One.\n\nTwo.",),
        "commitments": ("cpft.outcome-4.public.4",),
    }
    assert "cpft.outcome-4.public.4" in {option.says for option in shown["commitments"].options}


def test_a_story_too_long_for_a_page_stays_as_it_was_told(stage: Stage) -> None:
    for text in ("raise a concern", "cpft", "alone", "A club", "vcse", "x" * 2_000, "y" * 2_000, "done"):
        stage.say("ann", text)
    form = page(stage)
    assert "story" not in fields(form)
    stage.replies("ann", form.submit.says, filled=tuple((key, each) for key, each in RIGHT.items() if key != "story"))
    heard = stage.say("ann", "review").here
    assert "x" * 2_000 in heard
    assert "y" * 2_000 in heard


def test_what_a_page_leaves_open_is_asked_afterwards(stage: Stage) -> None:
    """With others, and not talked with the other side yet: who the others are, and whether to try that first."""
    filled = {**RIGHT, "raising": ("together",), "others": (" ",), "talked": ("no",), "commitments": ()}
    stage.replies("ann", page(stage).submit.says, filled=tuple(filled.items()))
    asked = [stage.say("ann", text).here for text in ("go on", "Two clubs", "not sure", "go on and raise it")]
    wanted = [
        "Who is raising it with you?",
        "Which of these commitments",
        "Would you like to try that",
    ]
    assert [
        each for each, heard in zip([*wanted, "Please check your concern"], asked, strict=True) if each not in heard
    ] == []


def test_a_page_of_a_concern_that_was_filed_files_no_other(stage: Stage) -> None:
    form = page(stage)
    stage.replies("ann", form.submit.says, filled=tuple(RIGHT.items()))
    stage.say("ann", "file it")
    heard = "\n".join(str(reply) for reply in stage.replies("ann", form.submit.says, filled=tuple(RIGHT.items())))
    assert "You have filed this concern. Its reference is" in heard
