"""What is said about cases, read."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handlers.concerns.casecommands import Act, CaseCommand, asks_for_own, read
from handlers.concerns.records import Outcome
from handlers.concerns.references import drawn

REFERENCE = "7KQM-2XWT"


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("acknowledge 7KQM-2XWT", CaseCommand(Act.ACKNOWLEDGE, REFERENCE)),
        ("Take concern 7kqm2xwt", CaseCommand(Act.TAKE, REFERENCE)),
        ("note 7KQM 2XWT: they rang:\ntwice", CaseCommand(Act.NOTE, REFERENCE, "they rang:\ntwice")),
        ("note 7KQM-2XWT they rang", CaseCommand(Act.NOTE, REFERENCE, "they rang")),
        ("note 7KQM-2XWT to do: ring", CaseCommand(Act.NOTE, REFERENCE, "to do: ring")),
        ("move 7KQM-2XWT", CaseCommand(Act.MOVE, REFERENCE)),
        ("move 7KQM-2XWT to Talking it over.", CaseCommand(Act.MOVE, REFERENCE, stage="Talking it over")),
        ("move 7KQM-2XWT: together", CaseCommand(Act.MOVE, REFERENCE, stage="together")),
        (
            "close 7KQM-2XWT as passed on: to them",
            CaseCommand(Act.CLOSE, REFERENCE, "to them", outcome=Outcome.PASSED_ON),
        ),
        ("close 7KQM-2XWT Not Upheld", CaseCommand(Act.CLOSE, REFERENCE, outcome=Outcome.NOT_UPHELD)),
        ("close 7KQM-2XWT: as you were", CaseCommand(Act.CLOSE, REFERENCE, "as you were")),
        ("close 7KQM-2XWT: settledness", CaseCommand(Act.CLOSE, REFERENCE, "settledness")),
        ("yes withdraw 7KQM-2XWT", CaseCommand(Act.REALLY_WITHDRAW, REFERENCE)),
        ("add to my 7KQM-2XWT", None),
        ("note 7KQM-2XW1L: they lied", CaseCommand(Act.NOTE, "", "they lied")),
        ("show cpft.disputes.right", None),
        ("show payments", None),
        ("take part-time staff", None),
        ("note that they rang", None),
        ("close 2016 plan", None),
        ("show 2016-2020 plans", None),
        ("acknowledge", None),
    ],
)
def test_what_is_said_about_a_case(said: str, command: CaseCommand | None) -> None:
    assert read(said) == command


def test_what_is_filled_in_counts_before_what_was_said() -> None:
    filled = (("text", (" it is done ",)), ("outcome", ("settled",)), ("stage", ()))
    command = read("close 7KQM-2XWT as withdrawn: never mind", filled)
    assert command == CaseCommand(Act.CLOSE, REFERENCE, "it is done", outcome=Outcome.SETTLED, sent=True)


def test_an_outcome_that_there_is_not_is_none() -> None:
    command = read("close 7KQM-2XWT", (("outcome", ("burnt",)),))
    assert command == CaseCommand(Act.CLOSE, REFERENCE, sent=True)


@pytest.mark.parametrize("act", list(Act))
def test_what_a_button_says_is_read_as_what_it_means(act: Act) -> None:
    for _ in range(50):
        command = CaseCommand(act, drawn())
        assert read(str(command)) == command


@given(text=st.text(max_size=200), act=st.sampled_from(Act))
@example(text=":" * 100, act=Act.CLOSE)
@settings(max_examples=100, deadline=None)
def test_no_text_behind_a_reference_is_lost_or_breaks_the_reading(text: str, act: Act) -> None:
    command = read(f"{act} {REFERENCE}: {text}")
    assert command is not None
    assert command.reference == REFERENCE
    if act is Act.NOTE:
        assert command.text == text.strip()


@pytest.mark.parametrize("said", ["my concerns", "My concerns!", "show my concerns"])
def test_asking_for_ones_own(said: str) -> None:
    assert asks_for_own(said)


@pytest.mark.parametrize("said", ["my concerns about funding", "concerns", ""])
def test_not_asking_for_ones_own(said: str) -> None:
    assert not asks_for_own(said)
