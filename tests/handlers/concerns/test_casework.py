"""What the Compact leads see of a case, and what they do with it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from bot.slack.rendering import messages
from handlers.concerns.cards import card
from handlers.concerns.casecommands import Act
from handlers.concerns.records import CaseEvent, EventKind, Outcome
from handlers.conversation import Choices, FieldKind, Form, Room
from tests.handlers.concerns.office import ANSWERS, ELSEWHERE, LEADS, REFERENCE, STORY, Office

A_WORD = f"note {REFERENCE}: their director rang"


@pytest.fixture
def filed(office: Office) -> Office:
    """An office whose leads have a channel with one case in it."""
    office.appoint()
    office.file()
    return office


def test_the_card_tells_all_that_was_told_and_the_commitments_as_they_were_at_filing(filed: Office) -> None:
    card = filed.card()
    for told in (STORY, "Ashmere Lunch Club", "Six more months.", "ann@example.org", "No, keep our name out of it"):
        assert told in card
    assert "Give notice, as it was said at filing." in card
    assert "[cpft.outcome-4.public.4]" in card
    assert "Acknowledge by', 'Friday 27 November 2026" in card
    assert "Received" in card
    assert "Raised', 'Friday 20 November 2026 by Ann Field" in card


def test_the_buttons_of_the_card_say_what_can_be_typed(filed: Office) -> None:
    [choices] = [block for block in filed.card().blocks if isinstance(block, Choices)]
    assert [(option.label, option.says) for option in choices.options] == [
        ("Acknowledge", f"acknowledge {REFERENCE}"),
        ("Take it", f"take {REFERENCE}"),
        ("Note", f"note {REFERENCE}"),
        ("Ask the raiser", f"ask {REFERENCE}"),
        ("Move to stage", f"move {REFERENCE}"),
        ("Close", f"close {REFERENCE}"),
    ]


def test_acknowledging_is_seen_on_the_card_and_told_to_the_raiser(filed: Office) -> None:
    assert "is acknowledged" in filed.say(f"acknowledge {REFERENCE}", "ada", LEADS)
    assert "Friday 20 November 2026 at 10:00 by Ada" in filed.card()
    assert "acknowledge " not in filed.card(), "what is done is offered no more"
    [letter] = filed.heard()
    assert "have your concern" in letter
    assert filed.events() == ["filed", "delivered", "acknowledged"]


def test_taking_tells_the_raiser_who_has_it(filed: Office) -> None:
    filed.say(f"take {REFERENCE}", "ada", LEADS)
    assert "Who has it', 'Ada'" in filed.card()
    assert "Ada is now looking after" in filed.heard()[-1]
    assert filed.case().acknowledged == filed.clock.now(), "whoever is told that a lead has it need not be told twice"


def test_a_lead_whom_the_platform_does_not_name_stays_unnamed(filed: Office) -> None:
    filed.say(f"take {REFERENCE}", "U12345", LEADS)
    assert "One of the Compact leads is now looking after" in filed.heard()[-1]
    assert "U12345" not in filed.card()


def test_a_note_stays_with_the_leads(filed: Office) -> None:
    filed.say(A_WORD, "ada", LEADS)
    assert "their director rang" in filed.card()
    assert not filed.heard()
    assert "their director rang" not in filed.say(f"show {REFERENCE}", "ann")


def test_a_question_reaches_the_raiser_who_can_answer_it(filed: Office) -> None:
    filed.say(f"ask {REFERENCE}: who wrote to you?", "ada", LEADS)
    letter = filed.heard()[-1]
    assert "who wrote to you?" in letter
    assert f"answer {REFERENCE}" in letter
    assert "an answer from the raiser" in filed.card()


@pytest.mark.parametrize("stage", ["talking", "Talking it over", "TALKING it  over"])
def test_a_stage_is_named_by_its_title_or_id(filed: Office, stage: str) -> None:
    filed.clock.advance(timedelta(days=3))
    assert "is now at: Talking it over" in filed.say(f"move {REFERENCE} to {stage}", "ada", LEADS)
    assert filed.case().stage_since == filed.clock.now()
    assert "Stage due', 'Monday 21 December 2026" in filed.card()
    assert "Talking it over. The leads hear both sides" in filed.heard()[-1]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_closing_tells_the_raiser_how_it_ended_and_why(filed: Office, outcome: Outcome) -> None:
    filed.say(f"close {REFERENCE} as {outcome}: They have said sorry.", "ada", LEADS)
    case, letter = filed.case(), filed.heard()[-1]
    assert (case.outcome, case.closed) == (outcome, filed.clock.now())
    assert f"How it ended: {outcome}" in letter
    assert "They have said sorry." in letter
    assert f"Friday 20 November 2026, {outcome}" in filed.card()
    assert not [block for block in filed.card().blocks if isinstance(block, Choices)], "nothing is left to be done"


@pytest.mark.parametrize(
    ("asked", "filled", "heard"),
    [
        ("note", {"text": "their director rang"}, "Your note is kept"),
        ("ask", {"text": "who wrote to you?"}, "is on its way"),
        ("move", {"stage": "talking"}, "is now at: Talking it over"),
        ("close", {"outcome": "settled", "text": "They have said sorry."}, "is closed: settled"),
    ],
)
def test_a_form_asks_for_what_is_missing_and_does_it_when_it_is_filled_in(
    filed: Office, asked: str, filled: dict[str, str], heard: str
) -> None:
    form = filed.form(f"{asked} {REFERENCE}", "ada", LEADS)
    assert {field.key for field in form.fields} == set(filled)
    assert not any(field.error for field in form.fields)
    assert form.opens.says == form.submit.says == f"{asked} {REFERENCE}"
    values = tuple((key, (value,)) for key, value in filled.items())
    assert heard in filed.say(form.submit.says, "ada", LEADS, filled=values)


@pytest.mark.parametrize(
    ("asked", "filled", "wrong"),
    [
        ("note", {"text": ()}, ["text"]),
        ("ask", {"text": ("  ",)}, ["text"]),
        ("ask", {"text": ("long " * 700,)}, ["text"]),
        ("move", {"stage": ()}, ["stage"]),
        ("close", {"outcome": (), "text": ()}, ["outcome", "text"]),
        ("close", {"outcome": ("settled",), "text": ()}, ["text"]),
        ("close", {"outcome": (), "text": ("They have said sorry.",)}, ["outcome"]),
    ],
)
def test_what_is_missing_in_a_form_is_told_at_the_field_and_the_rest_is_kept(
    filed: Office, asked: str, filled: dict[str, tuple[str, ...]], wrong: list[str]
) -> None:
    form = filed.form(f"{asked} {REFERENCE}", "ada", LEADS, filled=tuple(filled.items()))
    assert [field.key for field in form.fields if field.error] == wrong
    kept = {field.key: field.values for field in form.fields if not field.error}
    assert kept == {key: values for key, values in filled.items() if key not in wrong}
    assert filed.events() == ["filed", "delivered"]


def test_a_case_cannot_be_closed_without_a_sentence_to_the_raiser(filed: Office) -> None:
    complaint, form = filed.blocks(f"close {REFERENCE} as settled", "ada", LEADS)
    assert isinstance(form, Form)
    assert "I need a sentence to the raiser" in repr(complaint)
    assert [field.values for field in form.fields if field.kind is FieldKind.ONE] == [("settled",)]
    assert filed.case().closed is None


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("note {}: " + "long " * 700, "That is too long. I can keep 3,000 characters here."),
        ("ask {}: " + "long " * 700, "That is too long. I can keep 3,000 characters here."),
        ("close {} as settled: " + "long " * 700, "That is too long. I can keep 3,000 characters here."),
        ("close {} as upheld: sorry", "how it ended: settled, not upheld, withdrawn, passed on."),
    ],
)
def test_what_is_wrong_with_what_was_typed_is_said_before_the_form(filed: Office, typed: str, complaint: str) -> None:
    before, form = filed.blocks(typed.format(REFERENCE), "ada", LEADS)
    assert complaint in repr(before)
    assert isinstance(form, Form)
    assert filed.events() == ["filed", "delivered"]


def test_an_unknown_stage_is_asked_about_with_all_the_stages(filed: Office) -> None:
    complaint, form = filed.blocks(f"move {REFERENCE} to the moon", "ada", LEADS)
    assert isinstance(form, Form)
    assert "I know no such stage." in repr(complaint)
    [field] = form.fields
    assert field.error
    assert [option.says for option in field.options] == ["received", "talking", "deciding"]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (f"acknowledge {REFERENCE}", f"acknowledged {REFERENCE} already, on Friday 20 November 2026 at 10:00."),
        (f"take {REFERENCE}", f"took {REFERENCE} already, on Friday 20 November 2026 at 10:00."),
        (f"move {REFERENCE} to talking", f"moved {REFERENCE} there already, on Friday 20 November 2026 at 10:00"),
        (f"close {REFERENCE} as settled: Done.", f"closed {REFERENCE} on Friday 20 November 2026 at 10:00"),
    ],
)
def test_of_two_leads_who_do_the_same_the_second_hears_who_was_first_and_when(
    both: str, filed: Office, said: str, heard: str
) -> None:
    filed.say(said, "ada", LEADS)
    first = filed.case(), filed.events()
    filed.clock.advance(timedelta(minutes=1))
    assert f"Ada {heard}" in filed.say(said, "bea", LEADS)
    assert f"You {heard}" in filed.say(said, "ada", LEADS)
    assert (filed.case(), filed.events()) == first


@pytest.mark.parametrize(
    "said", [f"acknowledge {REFERENCE}", f"take {REFERENCE}", f"close {REFERENCE} as settled: Done."]
)
def test_of_leads_who_press_in_the_same_moment_one_wins(both: str, filed: Office, said: str) -> None:
    at_once = Barrier(4)

    def press(who: str) -> str:
        at_once.wait(10)
        return filed.say(said, who, LEADS)

    with ThreadPoolExecutor(4) as pool:
        heard = list(pool.map(press, ("ada", "bea", "zoe", "max")))
    lost = {each for each in heard if "Friday 20 November 2026 at 10:00" in each}
    assert len(lost) == 1, "all three hear the same"
    assert sum(each in lost for each in heard) == 3
    assert len(filed.heard()) == 1


def test_nothing_can_be_done_with_a_closed_case_but_look_at_it(filed: Office) -> None:
    filed.say(f"close {REFERENCE} as settled: Done.", "ada", LEADS)
    before = filed.events()
    for act in ("acknowledge", "take", "note", "ask", "move", "close"):
        assert f"Ada closed {REFERENCE} on Friday 20 November" in filed.say(f"{act} {REFERENCE}", "bea", LEADS)
    assert STORY in filed.say(f"show {REFERENCE}", "bea", LEADS)
    assert filed.events() == before


def test_a_stage_at_which_it_is_from_the_start_is_told_without_anybody(filed: Office) -> None:
    assert "is at that stage already: Received" in filed.say(f"move {REFERENCE} to received", "ada", LEADS)


def test_every_change_puts_an_update_in_the_place_of_the_card(filed: Office) -> None:
    for said in (f"acknowledge {REFERENCE}", A_WORD, f"ask {REFERENCE}: why?", f"close {REFERENCE} as settled: Done."):
        filed.say(said, "ada", LEADS)
    updates = [post for post in filed.posts(f"case:{REFERENCE}:card:") if post.replaces == f"case:{REFERENCE}:card"]
    assert len(updates) == 4
    assert {post.to for post in updates} == {LEADS.channel}


def test_in_a_thread_of_the_leads_channel_the_leads_are_in_their_channel(filed: Office) -> None:
    thread = replace(LEADS, thread="1700000000.1")
    assert "is acknowledged" in filed.say(f"acknowledge {REFERENCE}", "ada", thread)


@pytest.mark.parametrize("typed", ["7kqm2xwt", "7KQM 2XWT", "7hqm-2xwt", "case 7KQM-2XWT"])
def test_a_reference_is_read_leniently(filed: Office, typed: str) -> None:
    assert "is acknowledged" in filed.say(f"Acknowledge {typed}", "ada", LEADS)


def test_a_long_case_is_shortened_on_its_card_and_shown_whole_when_asked_for(filed: Office) -> None:
    for number in range(40):
        filed.say(f"note {REFERENCE}: {number} {'and so on ' * 40}", "ada", LEADS)
    assert sum(len(repr(block)) for block in filed.card().blocks) < 10_000
    assert "Some of it is shortened here." in filed.card()
    assert f"show {REFERENCE}" in filed.card()
    whole = filed.say(f"show {REFERENCE}", "ada", LEADS)
    assert all(f"{number} and so on" in whole for number in range(40))


@pytest.mark.parametrize(
    ("story", "touched", "noted"),
    [("word " * 1300, 6, 8), ("line\n" * 1200, 2, 3), ("w<&>" * 1500, 20, 50), ("\n&" * 3000, 20, 50)],
)
def test_a_card_is_one_message_however_much_is_told_so_that_another_can_take_its_place(
    filed: Office, story: str, touched: int, noted: int
) -> None:
    commitments = [(name, each.says) for name, each in filed.knowledge.commitments.items()][:touched]
    long = replace(filed.case(), answers={**ANSWERS, "story": (story,)}, commitments=tuple(commitments))
    note = CaseEvent(REFERENCE, filed.clock.now(), EventKind.NOTED, None, "Ada", story[:3000])
    shown = card(long, [note] * noted, filed.desk, filed.clock.now())
    assert len(messages(shown)) == 1


def test_a_compact_that_is_known_no_more_leaves_its_cases_readable(filed: Office) -> None:
    filed.knowledge = replace(filed.knowledge, compacts={})
    assert STORY in filed.say(f"show {REFERENCE}", "ada", LEADS)
    assert "is acknowledged" in filed.say(f"acknowledge {REFERENCE}", "ada", LEADS)


def test_a_commitment_that_is_known_no_more_is_shown_as_it_was(filed: Office) -> None:
    knowledge = replace(filed.knowledge, commitments={})
    shown = card(filed.case(), (), replace(filed.desk, knowledge=knowledge), filed.clock.now())
    assert "Give notice, as it was said at filing." in repr(shown)


@pytest.mark.parametrize("room", [LEADS, ELSEWHERE, None])
@pytest.mark.parametrize("act", list(Act))
def test_a_mistyped_reference_is_never_taken_for_a_question(filed: Office, act: Act, room: Room | None) -> None:
    assert "I cannot find that concern here" in filed.say(f"{act} 7KQM-2XW1L: they lied to us", "ada", room)
