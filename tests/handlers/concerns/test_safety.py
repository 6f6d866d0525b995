"""Whoever tells of danger is told first whom to call: once a matter, and what they told is kept."""

from datetime import timedelta

import pytest

from tests.handlers.concerns.stage import Stage

DANGER = "A nurse hit a patient in Quillby."
SIGN = "call 999 now. Our safeguarding team is on 01632 960000."
IN_DANGER = "What you wrote may mean that somebody is in danger"


@pytest.fixture
def at_story(stage: Stage) -> Stage:
    """Ann is asked what happened."""
    for text in ("raise a concern", "cpft", "alone", "A club", "vcse"):
        stage.say("ann", text)
    return stage


def test_the_opening_says_what_a_concern_is_not_for(stage: Stage) -> None:
    opening = stage.say("ann", "raise a concern").here
    assert "It is not for emergencies." in opening
    assert SIGN in opening


def test_the_signpost_comes_before_anything_else(at_story: Stage) -> None:
    heard = at_story.say("ann", DANGER).here
    assert heard.startswith(IN_DANGER)
    assert SIGN in heard
    assert "What you have told me is kept." in heard


def test_it_comes_once_a_matter(at_story: Stage) -> None:
    at_story.say("ann", DANGER)
    assert IN_DANGER not in at_story.say("ann", "And she hit him again.").here
    at_story.say("ann", "delete it")
    at_story.say("ann", "yes")
    assert IN_DANGER in at_story.say("ann", f"raise a concern: {DANGER}").here


def test_it_comes_though_the_story_is_too_long_to_keep(at_story: Stage) -> None:
    heard = at_story.say("ann", f"{DANGER} {'x' * 6_000}").here
    assert heard.startswith(IN_DANGER)
    assert "That is too long" in heard


@pytest.mark.parametrize("answers", [("No notice.", "done", "today", "not sure", "yes")])
def test_it_comes_wherever_words_are_written(at_story: Stage, answers: tuple[str, ...]) -> None:
    for text in answers:
        at_story.say("ann", text)
    assert at_story.say("ann", "Stop him: he hit a child.").here.startswith(IN_DANGER)


@pytest.mark.parametrize("said", ["he hit me", "He hit me!", "what if he hits her?", "The man is suicidal"])
@pytest.mark.parametrize("told", [1, 3, 5])
def test_it_comes_whatever_else_the_words_are_taken_for(stage: Stage, told: int, said: str) -> None:
    for text in ("raise a concern", "cpft", "alone", "A club", "vcse")[:told]:
        stage.say("ann", text)
    assert stage.say("ann", said).here.startswith(IN_DANGER)


def test_it_comes_for_whoever_comes_back_after_hours(at_story: Stage) -> None:
    at_story.wait(timedelta(hours=9))
    assert at_story.say("ann", DANGER).here.startswith(IN_DANGER)


def test_it_comes_for_a_page_too(stage: Stage) -> None:
    stage.say("ann", "concern page")
    heard = stage.press("ann", "Check it", {"compact": ("cpft",), "story": (DANGER,)}).here
    assert heard.startswith(IN_DANGER)
