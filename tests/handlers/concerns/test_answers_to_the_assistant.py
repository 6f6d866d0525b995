"""What the assistant asks of its own accord is answered by yes and no, whatever the concern is at; and worries are eased."""

import pytest

from bot.store.sql import SqlStore
from handlers.concerns.worries import eased
from tests.clock import DrivenClock
from tests.handlers.concerns.stage import Stage, person
from tests.handlers.concerns.test_filing import TOLD, appoint, cases, tell

ASKED = tuple(range(2, len(TOLD) + 1))
"""How much is told at each question but the first, and at the review."""


def given(store: SqlStore) -> dict[str, tuple[str, ...]]:
    with store.begin() as records:
        draft = records.drafts.of(person("ann"))
    assert draft is not None
    return {**draft.state.given, **draft.state.gathered}


@pytest.mark.parametrize(("told", "no"), [*((told, "no") for told in ASKED), (3, "No, keep it"), (5, "keep it")])
def test_no_to_deleting_goes_on_where_it_was(stage: Stage, store: SqlStore, told: int, no: str) -> None:
    tell(stage, but_for=len(TOLD) - told)
    before = given(store)
    assert "Shall I delete" in stage.say("ann", "stop").here
    heard = stage.say("ann", no).here
    assert given(store) == before
    assert ("Please check your concern" if told == len(TOLD) else "Question") in heard


def test_no_to_a_day_still_to_come_asks_for_the_day_again(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=len(TOLD) - 7)
    assert "still to come" in stage.say("ann", "tomorrow").here
    assert "When did it happen?" in stage.say("ann", "no").here
    assert "when" not in given(store)
    stage.say("ann", "tomorrow")
    stage.say("ann", "Yes, that is right.")
    assert given(store)["when"][0] == "tomorrow"


def test_no_to_filing_shows_the_review_and_files_nothing(stage: Stage, store: SqlStore) -> None:
    tell(stage)
    assert "Please check your concern" in stage.say("ann", "no").here
    assert cases(store) == []


def test_no_to_going_on_leaves_it_saved(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=4)
    assert "You have a concern half told." in stage.say("ann", "raise a concern about late payments").here
    before = given(store)
    assert "Saved." in stage.say("ann", "no").here
    assert given(store) == before


@pytest.fixture
def filed(stage: Stage, store: SqlStore, clock: DrivenClock) -> str:
    """A concern of Ann's that is filed; its reference."""
    appoint(store, clock)
    tell(stage)
    stage.say("ann", "file it")
    return cases(store)[0].reference


@pytest.mark.parametrize("answer", ["yes", "no", "No, keep it"])
def test_withdrawing_is_settled_by_a_typed_yes_or_no(stage: Stage, store: SqlStore, filed: str, answer: str) -> None:
    stage.say("ann", f"withdraw {filed}")
    heard = stage.say("ann", answer).here
    withdrawn = answer == "yes"
    assert (cases(store)[0].closed is not None) is withdrawn
    assert (f"{filed} is withdrawn." if withdrawn else f"I have not withdrawn {filed}.") in heard


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_yes_or_no_to_withdrawing_is_no_answer_of_another_concern(
    stage: Stage, store: SqlStore, filed: str, answer: str
) -> None:
    for text in (*TOLD[:3], f"withdraw {filed}", answer):
        stage.say("ann", text)
    assert "organisation" not in given(store)
    assert (cases(store)[0].closed is not None) is (answer == "yes")


def test_a_yes_that_comes_later_withdraws_nothing(stage: Stage, store: SqlStore, filed: str) -> None:
    for text in (f"withdraw {filed}", "topics", "yes"):
        stage.say("ann", text)
    assert cases(store)[0].closed is None


@pytest.mark.parametrize(
    "text", ["quit", "exit", "forget it", "I've changed my mind", "I don't want to do this anymore"]
)
def test_wishing_to_leave_is_asked_about(stage: Stage, text: str) -> None:
    tell(stage, but_for=len(TOLD) - 5)
    assert "Shall I delete what you have told me?" in stage.say("ann", text).here


def test_sending_it_to_the_leads_is_filing_it(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=len(TOLD) - 5)
    assert "There is still a question" in stage.say("ann", "send it to the leads now").here
    for text in TOLD[5:]:
        stage.say("ann", text)
    stage.say("ann", "send it to the leads")
    assert len(cases(store)) == 1


@pytest.mark.parametrize(
    "text", ["continue my concern", "carry on with my concern", "resume my concern", "Go back to my concern."]
)
def test_a_saved_concern_is_taken_up_again_in_many_words(stage: Stage, text: str) -> None:
    tell(stage, but_for=4)
    stage.say("ann", "save for later")
    assert "Have you talked with the other side" in stage.say("ann", text).here


def test_a_saved_concern_is_among_ones_own(stage: Stage, filed: str) -> None:
    tell(stage, but_for=4)
    stage.say("ann", "save for later")
    heard = stage.say("ann", "my concerns").here
    assert "You have a concern half told." in heard
    assert f"Show {filed}" in heard
    assert "Have you talked with the other side" in stage.say("ann", "yes").here


def test_a_saved_concern_is_not_denied_to_who_has_filed_none(stage: Stage) -> None:
    tell(stage, but_for=4)
    stage.say("ann", "save for later")
    heard = stage.say("ann", "my concerns").here
    assert heard.count("You have a concern half told.") == 1
    assert "You have not raised any" not in heard


def test_two_numbers_where_one_is_to_be_picked_pick_none(stage: Stage, store: SqlStore) -> None:
    tell(stage, but_for=len(TOLD) - 2)
    assert "Please pick one at a time." in stage.say("ann", "2 3").here
    assert "raising" not in given(store)


WORRIES = {
    "can I stay anonymous?": "The Compact leads will see your name here",
    "will CPFT find out it was me?": "is for you to say",
    "Will the council know it’s us?": "is for you to say",
    "who sees this?": "Nobody sees it before you file it.",
    "is it confidential?": "Nobody sees it before you file it.",
    "how long will this take?": "about ten short questions",
    "what happens next?": "it goes to the Compact leads",
    "I don't have an organisation": "A Compact is between organisations",
}


@pytest.mark.parametrize("told", [2, 3, 5, 9, len(TOLD)])
@pytest.mark.parametrize(("text", "answer"), WORRIES.items())
def test_a_worry_is_eased_and_kept_as_no_answer(
    stage: Stage, store: SqlStore, told: int, text: str, answer: str
) -> None:
    tell(stage, but_for=len(TOLD) - told)
    before = given(store)
    heard = stage.say("ann", text).here
    assert answer in heard
    assert ("say file it" if told == len(TOLD) else "Back to your concern:") in heard
    assert given(store) == before


@pytest.mark.parametrize(
    "text",
    [
        "how long does it take to pay an invoice?",
        "Is patient information confidential?",
        "what happens when a grant ends?",
        "They told us that our name would be published.",
        "What happened next was awful",
        "who gets the money",
        "",
    ],
)
def test_what_is_no_worry_about_the_telling_is_left_alone(text: str) -> None:
    assert eased(text) == ""


def test_where_patients_complain_a_concern_is_offered_too(stage: Stage) -> None:
    heard = stage.say("ann", "patient complaint").here
    assert "Patient Advice and Liaison Service" in heard
    assert "Raise a concern" in heard
