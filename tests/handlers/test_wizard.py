"""Forms as data: a small form, walked and filled in."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.advancing import (
    ANSWERED,
    FIRST_STEP,
    NOT_ASKED,
    NOTHING_TO_KEEP,
    SAY_SOMETHING,
    Answer,
    Change,
    Go,
    LeaveOut,
    Move,
    advance,
    fill,
)
from handlers.conversation import Option
from handlers.wizard import NEEDED, PICK_ONE, Asking, Finished, Kind, Outcome, State, Step, answers, current, gathered

PETS = {"cat": ("Siamese", "Manx"), "dog": ("Poodle",)}


def _breeds(given: object) -> tuple[Option, ...]:
    kind = given.get("pet", ("",))[0] if isinstance(given, dict) else ""
    return tuple(Option(breed, breed.lower()) for breed in PETS.get(kind, ()))


STEPS = (
    Step(
        "pet", "Pet", "Which pet?", Kind.ONE, options=lambda _: (Option("A cat", "cat", "puss"), Option("A dog", "dog"))
    ),
    Step(
        "breeds",
        "Breeds",
        "Which breeds?",
        Kind.SEVERAL,
        options=_breeds,
        others=lambda _, value: value == "any",
        alone=("any",),
    ),
    Step("barks", "Barks", "Does it bark?", Kind.LINE, when=lambda given: given.get("pet") == ("dog",)),
    Step("tale", "Tale", "Tell me of it.", Kind.STORY, most=40),
    Step(
        "name",
        "Name",
        "What is it called?",
        Kind.LINE,
        optional=True,
        options=lambda _: (Option("It has none", "It has none", "none"),),
        check=lambda text: "Not that name." if text == "Rex" else "",
        keep=lambda text: (text, text.upper()),
        most=12,
    ),
)
TOLD = State({"pet": ("cat",), "breeds": ("manx",), "tale": ("It purrs.",), "name": ("Tibs", "TIBS")})


def after(*moves: Move, state: State = State()) -> Outcome:
    """Where the form stands after some moves."""
    here = current(STEPS, state)
    for move in moves:
        here = advance(STEPS, here.state, move)
    return here


def complaint(here: Outcome) -> str:
    return here.complaint


@pytest.mark.parametrize("text", ["cat", "A cat", "a CAT.", "puss", "  cat  "])
def test_an_option_is_picked_by_its_value_its_label_or_its_short_words(text: str) -> None:
    assert answers(STEPS, after(Answer(text)).state) == {"pet": ("cat",)}


@pytest.mark.parametrize(("text", "picks"), [("A d", None), ("A", None), ("A dog", "dog"), ("It", None)])
def test_the_beginning_of_a_label_will_do_where_it_is_the_only_one(text: str, picks: str | None) -> None:
    assert after(Answer(text)).state.given.get("pet") == ((picks,) if picks else None)


def test_a_text_that_picks_nothing_is_handed_back() -> None:
    here = after(Answer("a parrot"))
    assert isinstance(here, Asking)
    assert (here.at, here.complaint, here.unread) == ("pet", PICK_ONE, "a parrot")


def test_several_are_picked_one_by_one_and_left_out_again() -> None:
    here = after(Answer("cat"), Answer("manx"), Answer("Siamese"), Answer("manx"), LeaveOut("manx"))
    assert isinstance(here, Asking)
    assert gathered(STEPS, here) == ("siamese",)
    assert answers(STEPS, after(Go.DONE, state=here.state).state)["breeds"] == ("siamese",)


def test_what_stands_alone_takes_the_place_of_others_and_leaves_nothing_more_to_pick() -> None:
    here = after(Answer("cat"), Answer("manx"), Answer("any"))
    assert (here.at, answers(STEPS, here.state)["breeds"]) == ("tale", ("any",))


def test_others_take_the_place_of_what_stands_alone() -> None:
    here = after(Answer("cat"), Answer("any"), Change("breeds"), Answer("manx"))
    assert isinstance(here, Asking)
    assert gathered(STEPS, here) == ("manx",)


def test_a_story_is_told_in_several_messages() -> None:
    here = after(Answer("cat"), Answer("any"), Answer("One."), Answer("Two."), Go.DONE)
    assert answers(STEPS, here.state)["tale"] == ("One.", "Two.")


def test_a_story_too_long_keeps_what_was_told() -> None:
    here = after(Answer("cat"), Answer("any"), Answer("One."), Answer("x" * 37))
    assert isinstance(here, Asking)
    assert here.complaint == "That is too long: I can keep 40 characters here, and this would make 41."
    assert gathered(STEPS, here) == ("One.",)


def test_a_line_is_kept_with_what_was_read_in_it() -> None:
    state = State({"pet": ("cat",), "breeds": ("any",), "tale": ("x",)})
    assert after(Answer(" Tibs "), state=state).state.given["name"] == ("Tibs", "TIBS")
    assert after(Answer("none"), state=state).state.given["name"] == ("It has none", "IT HAS NONE")
    assert after(Answer("Rex"), state=state).complaint == "Not that name."
    assert after(Go.SKIP, state=state).state.given["name"] == ()


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ((Go.BACK,), FIRST_STEP),
        ((Go.SKIP,), NEEDED),
        ((Go.DONE,), PICK_ONE),
        ((Go.KEEP,), NOTHING_TO_KEEP),
        ((Change("name"),), NOT_ASKED),
        ((Change("no such step"),), NOT_ASKED),
        ((Answer("cat"), Go.DONE), PICK_ONE),
        ((Answer("dog"), Answer("any"), Answer("")), NEEDED),
        ((Answer("dog"), Answer("any"), Go.DONE), SAY_SOMETHING),
        ((Answer("cat"), Answer("any"), Go.DONE), SAY_SOMETHING),
        ((Answer("cat"), Answer("any"), Answer("  ")), SAY_SOMETHING),
    ],
)
def test_a_move_that_cannot_be_made_is_told_and_changes_nothing(moves: Sequence[Move], expected: str) -> None:
    *before, last = moves
    here = after(*before)
    then = advance(STEPS, here.state, last)
    assert then.complaint == expected
    assert answers(STEPS, then.state) == answers(STEPS, here.state)


def test_a_change_keeps_the_answers_that_still_apply() -> None:
    """A dog barks: what is answered of the cat's breeds falls away, and comes back with the cat."""
    here = after(Change("pet"), Answer("dog"), state=TOLD)
    assert isinstance(here, Asking)
    assert here.at == "breeds"
    assert answers(STEPS, here.state) == {"pet": ("dog",), "tale": ("It purrs.",), "name": ("Tibs", "TIBS")}
    again = after(Change("pet"), Answer("cat"), state=here.state)
    assert isinstance(again, Finished)
    assert answers(STEPS, again.state) == answers(STEPS, TOLD)


def test_an_answer_taken_back_can_be_kept() -> None:
    here = after(Change("tale"), Go.CLEAR, Answer("It bites."), Go.KEEP, state=TOLD)
    assert isinstance(here, Finished)
    assert answers(STEPS, here.state) == answers(STEPS, TOLD)


def test_back_from_the_end_goes_to_the_last_answer_and_from_there_to_the_one_before() -> None:
    assert [after(*[Go.BACK] * times, state=TOLD).at for times in (1, 2, 3, 4, 5)] == [
        "name",
        "tale",
        "breeds",
        "pet",
        "pet",
    ]


@pytest.mark.parametrize(
    ("move", "at", "given", "says"),
    [
        (Answer("dog"), "pet", {"pet": ("dog",)}, ""),
        (Answer("a parrot"), "pet", {}, PICK_ONE),
        (Answer("It bites."), "tale", {"tale": ("It purrs.", "It bites.")}, ""),
        (Answer("It purrs."), "tale", {}, ""),
        (Answer("Tom"), "name", {}, ANSWERED),
        (Answer("Tibs"), "name", {}, ""),
        (Answer("siamese"), "breeds", {}, ANSWERED),
        (Answer("x"), "barks", {}, NOT_ASKED),
        (Go.SKIP, "name", {}, ""),
        (Go.BACK, "pet", {}, ""),
        (LeaveOut("manx"), "breeds", {}, ""),
    ],
)
def test_a_button_of_an_answered_question_answers_no_other(
    move: Move, at: str, given: dict[str, tuple[str, ...]], says: str
) -> None:
    here = advance(STEPS, TOLD, move, at)
    assert here.state.given == {**TOLD.given, **given}
    assert here.complaint == says


def test_a_story_can_be_told_before_it_is_asked_for() -> None:
    here = advance(STEPS, State(), Answer("It purrs."), "tale")
    here = advance(STEPS, here.state, Answer("It purrs."), "tale")
    assert (here.at, here.state.gathered, here.complaint) == ("pet", {"tale": ("It purrs.",)}, "")
    assert "too long" in advance(STEPS, here.state, Answer("x" * 41), "tale").complaint


def test_a_page_is_taken_as_far_as_it_is_right() -> None:
    page = {
        "pet": ("cat",),
        "breeds": ("manx", "any"),
        "barks": ("yes",),
        "tale": (" ",),
        "name": ("Rex",),
        "x": ("y",),
    }
    state, complaints = fill(STEPS, State(), page)
    assert complaints == {"tale": NEEDED, "name": "Not that name."}
    assert state.given == {"pet": ("cat",), "breeds": ("manx",)}


@pytest.mark.parametrize("values", [("a parrot",), ("cat", "dog"), ()])
def test_a_page_with_a_pick_that_is_none_is_not_taken(values: tuple[str, ...]) -> None:
    state, complaints = fill(STEPS, State(), {"pet": values})
    assert complaints == {"pet": PICK_ONE if values else NEEDED}
    assert not state.given


KEYS = [step.key for step in STEPS]
TEXTS = st.sampled_from(["cat", "dog", "any", "manx", "poodle", "none", "Rex", "", "x" * 50]) | st.text(max_size=15)
MOVES = st.one_of(
    st.builds(Answer, TEXTS),
    st.builds(LeaveOut, TEXTS),
    st.builds(Change, st.sampled_from(KEYS)),
    st.sampled_from(list(Go)),
)
WALKS = st.lists(st.tuples(MOVES, st.none() | st.sampled_from(["", *KEYS])), max_size=30)


@settings(max_examples=100, deadline=None)
@given(WALKS)
def test_whatever_is_done_the_form_stands_somewhere_and_holds_only_what_can_be_given(
    walk: list[tuple[Move, str | None]],
) -> None:
    state = State()
    for move, at in walk:
        here = advance(STEPS, state, move, at)
        state = here.state
        assert current(STEPS, state).at == here.at
        told = answers(STEPS, state)
        assert ("barks" in told) <= (told.get("pet") == ("dog",))
        assert {*told.get("breeds", ())} <= {"any", *(option.says for option in _breeds(told))}
        assert sum(map(len, told.get("tale", ()))) <= 40
        if isinstance(here, Finished):
            assert set(told) == {step.key for step in STEPS if step.when(told)}


@settings(max_examples=100, deadline=None)
@given(WALKS)
def test_no_part_of_a_story_is_lost_unless_it_is_taken_back(walk: list[tuple[Move, str | None]]) -> None:
    """Told and not cleared, it stands in the answer, in what is gathered, or in the answer that was taken back."""
    state, told = State(), set[str]()
    for move, at in walk:
        here = advance(STEPS, state, move, at)
        taken = {
            text for kept in (here.state.given, here.state.gathered, here.state.before) for text in kept.get("tale", ())
        }
        if move in {Go.CLEAR, Go.KEEP}:
            told &= taken
        assert told <= taken
        told |= taken
        state = here.state
