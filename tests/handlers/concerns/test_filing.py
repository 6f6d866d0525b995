"""What becomes of a concern when it is filed: a case, an event, a card on its way, and no draft, all or nothing."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from bot.store.schema import outbox
from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns import review
from handlers.concerns.house import House
from handlers.concerns.records import Case, EventKind
from handlers.concerns.steps import steps
from handlers.ports import Purpose
from knowledge.compiling import Compiled
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.stage import Stage, channel, person
from tests.talking import strings

STORY = "They ended our Quillby grant at a week's notice.\n\nNobody said why."
TOLD = (
    "raise a concern",
    "cpft",
    "alone",
    "Quillby Lunch Club",
    "vcse",
    STORY,
    "done",
    "3 March",
    "cpft.outcome-4.public.4",
    "done",
    "yes",
    "Three months' money",
    "they may",
    "ann@example.org",
)
ROOM = channel("leads")


def tell(stage: Stage, who: str = "ann", *, but_for: int = 0) -> None:
    """Somebody tells a concern, up to its review, or fewer of its answers."""
    for text in TOLD[: len(TOLD) - but_for]:
        stage.say(who, text)


def cases(store: SqlStore, who: str = "ann") -> list[Case]:
    with store.begin() as records:
        return list(records.cases.raised_by(person(who)))


def appoint(store: SqlStore, clock: DrivenClock, compact: str = "cpft") -> None:
    with store.begin() as records:
        records.rooms.appoint(Purpose.CONCERNS, compact, ROOM, person("max"), clock.now())


def posts(engine: Engine) -> list[tuple[str, str]]:
    """Keys and addresses of what is in the outbox."""
    with engine.connect() as connection:
        return [(row.key, row.recipient) for row in connection.execute(select(outbox).order_by(outbox.c.number))]


def test_a_case_holds_what_was_told_and_what_the_compact_said_then(
    stage: Stage, store: SqlStore, clock: DrivenClock, finder: Finder
) -> None:
    tell(stage)
    stage.say("ann", "file it")
    [case] = cases(store)
    says = finder.knowledge.commitments["cpft.outcome-4.public.4"].says
    assert case.answers == {
        "compact": ("cpft",),
        "raising": ("alone",),
        "organisation": ("Quillby Lunch Club",),
        "party": ("vcse",),
        "story": (STORY,),
        "when": ("3 March", "Tuesday 3 March 2026"),
        "commitments": ("cpft.outcome-4.public.4",),
        "talked": ("yes",),
        "wish": ("Three months' money",),
        "named": ("yes",),
        "reach": ("ann@example.org",),
    }
    assert case.commitments == (("cpft.outcome-4.public.4", says),)
    assert (case.compact, case.raiser, case.raiser_name) == ("cpft", person("ann"), "Ann")
    assert (case.filed, case.stage, case.stage_since) == (clock.now(), "received", clock.now())
    assert case.knowledge == finder.knowledge.version


def test_filing_is_the_first_event_and_the_draft_is_gone(stage: Stage, store: SqlStore) -> None:
    tell(stage)
    stage.say("ann", "file it")
    [case] = cases(store)
    with store.begin() as records:
        first = records.cases.events(case.reference)[0]
        assert records.drafts.of(person("ann")) is None
    assert (first.kind, first.by, first.name, first.text) == (EventKind.FILED, person("ann"), "Ann", "")


def test_the_leads_channel_gets_it_once_and_whole(
    stage: Stage, store: SqlStore, engine: Engine, clock: DrivenClock
) -> None:
    appoint(store, clock)
    tell(stage)
    heard = stage.press("ann", "File it").here
    stage.press("ann", "File it")
    [case] = cases(store)
    assert case.card == f"case:{case.reference}:card"
    assert posts(engine) == [(case.card, ROOM.channel)]
    with engine.connect() as connection:
        [card] = connection.execute(select(outbox.c.content)).scalars()
    assert all(
        json.dumps(part)[1:-1] in card for part in (*STORY.split("\n\n"), "Quillby Lunch Club", "ann@example.org")
    )
    assert "on its way to the leads of the CPFT Compact" in heard


def test_the_channel_of_another_compact_gets_nothing(
    stage: Stage, store: SqlStore, engine: Engine, clock: DrivenClock
) -> None:
    appoint(store, clock, "sglos")
    tell(stage)
    assert "nobody has it so far" in stage.say("ann", "file it").here
    assert posts(engine) == []


def test_filing_twice_gives_the_same_reference(stage: Stage, store: SqlStore) -> None:
    """Pressed twice, and pressed again after another concern was begun and filed."""
    tell(stage)
    first = stage.says("ann", "File it")
    stage.say("ann", first)
    [case] = cases(store)
    assert f"Its reference is {case.reference}" in stage.say("ann", first).here
    tell(stage)
    assert f"Its reference is {case.reference}" in stage.say("ann", first).here
    stage.say("ann", "file it")
    assert f"Its reference is {case.reference}" in stage.say("ann", first).here
    assert len(cases(store)) == 2


def test_somebody_elses_button_tells_nothing(stage: Stage, store: SqlStore) -> None:
    """The same words for a concern of another's, filed or not, and for one that never was."""
    tell(stage)
    button = stage.says("ann", "File it")
    before = stage.say("bea", button).here
    stage.say("ann", button)
    after = stage.say("bea", button).here
    assert before == after == stage.say("bea", "concern 9999-9999-9999-9999 file: 0").here
    assert "is not being told here any more" in before
    assert not cases(store, "bea")


def test_an_outdated_review_is_not_filed(stage: Stage, store: SqlStore) -> None:
    tell(stage)
    outdated = stage.says("ann", "File it")
    stage.say("ann", "change organisation")
    stage.say("ann", "Quillby Lunch Club and Friends")
    heard = stage.say("ann", outdated).here
    assert "Something is different from what you were shown" in heard
    assert "Quillby Lunch Club and Friends" in heard
    assert not cases(store)
    stage.press("ann", "File it")
    assert cases(store)[0].answers["organisation"] == ("Quillby Lunch Club and Friends",)


def test_a_review_is_outdated_when_a_commitment_reads_otherwise(
    stage: Stage, store: SqlStore, ready: Compiled, clock: DrivenClock
) -> None:
    """After a restart with new content: what is filed is what was shown, or it is shown again."""
    tell(stage)
    name, known = "cpft.outcome-4.public.4", ready.knowledge
    newer = known.commitments[name].model_copy(update={"says": "CPFT must give a year's notice."})
    changed = replace(ready, knowledge=replace(known, commitments={**known.commitments, name: newer}))
    stage.assistant = Assistant(Finder(changed), store, clock, leads=LEADS)
    assert "CPFT must give a year's notice." in stage.press("ann", "File it").here
    assert not cases(store)


@pytest.mark.parametrize("but_for", [1, 4, 9, 13])
def test_what_is_not_told_to_the_end_is_not_filed(stage: Stage, store: SqlStore, but_for: int) -> None:
    tell(stage, but_for=but_for)
    draft = stage.says("ann", "Stop").split()[1]
    assert "There is still a question before you can file it." in stage.say("ann", f"concern {draft} file: 0").here
    assert not cases(store)


def test_a_reference_that_is_taken_is_drawn_again(
    stage: Stage, store: SqlStore, finder: Finder, clock: DrivenClock
) -> None:
    tell(stage)
    stage.say("ann", "file it")
    [taken] = [case.reference for case in cases(store)]
    drawn = iter(["2222-2222", "3333-3333", taken, taken, "9999-9999"])
    stage.assistant = Assistant(finder, store, clock, leads=LEADS, house=House(references=drawn.__next__))
    tell(stage, "bea")
    assert "Your reference is 9999-9999" in stage.say("bea", "file it").here


def test_where_no_reference_is_free_nothing_is_filed_nor_lost(
    stage: Stage, store: SqlStore, finder: Finder, clock: DrivenClock
) -> None:
    tell(stage)
    stage.say("ann", "file it")
    [taken] = [case.reference for case in cases(store)]
    tell(stage, "bea")
    stage.assistant = Assistant(finder, store, clock, leads=LEADS, house=House(references=lambda: taken))
    with pytest.raises(ValueError, match="no free reference"):
        stage.say("bea", "file it")
    assert "Please check your concern" in stage.say("bea", "review").here
    assert not cases(store, "bea")


def test_a_time_that_the_compact_sets_is_told_as_its_own(
    stage: Stage, store: SqlStore, ready: Compiled, clock: DrivenClock
) -> None:
    known = ready.knowledge
    process = known.compacts["cpft"].process.model_copy(update={"times_from": "Part 5, page 9", "advised_first": ()})
    compact = known.compacts["cpft"].model_copy(update={"process": process})
    own = replace(ready, knowledge=replace(known, compacts={**known.compacts, "cpft": compact}))
    stage.assistant = Assistant(Finder(own), store, clock, leads=LEADS)
    appoint(store, clock)
    tell(stage)
    stage.say("ann", "change talked with the other side")
    assert "Often a talk settles things sooner" in stage.say("ann", "no").here
    stage.say("ann", "no")
    heard = stage.say("ann", "file it").here
    assert (
        "You should hear from them by Friday 27 November 2026. The CPFT Compact sets this time (Part 5, page 9)."
        in heard
    )


def test_the_raiser_is_told_by_when_and_who_says_so(
    stage: Stage, store: SqlStore, finder: Finder, clock: DrivenClock
) -> None:
    """Filed on the Friday before Christmas: five working days, without the bank holidays."""
    clock.moment = clock.moment.replace(month=12, day=18)
    appoint(store, clock)
    tell(stage)
    heard = stage.say("ann", "file it").here
    assert "You should hear from them by Tuesday 29 December 2026." in heard
    assert "That is our own aim: the CPFT Compact sets no time." in heard


def test_no_day_is_promised_while_nobody_has_it(stage: Stage) -> None:
    tell(stage)
    heard = stage.say("ann", "file it").here
    assert "so nobody has it so far" in heard
    assert "What happens next: " in heard
    assert "The CPFT Compact sets no time." in heard
    assert "You should hear from them by" not in heard


def test_targets_of_the_house_count_before_the_compacts(
    stage: Stage, store: SqlStore, finder: Finder, clock: DrivenClock
) -> None:
    stage.assistant = Assistant(finder, store, clock, leads=LEADS, house=House(targets={"cpft.acknowledge": 1}))
    appoint(store, clock)
    tell(stage)
    assert "You should hear from them by Monday 23 November 2026." in stage.say("ann", "file it").here


def test_a_case_reads_as_its_review_did(stage: Stage, store: SqlStore, finder: Finder, clock: DrivenClock) -> None:
    """Its answers, put into words again a year later, are the lines that were shown."""
    tell(stage)
    shown = "\n".join(strings(stage.replies("ann", "review")[0].blocks))
    stage.say("ann", "file it")
    [case] = cases(store)
    later = clock.now().date().replace(year=2027)
    lines = review.lines(steps(finder.knowledge, today=later), case.answers, finder.knowledge)
    assert len(lines) == len(case.answers)
    assert [line.text for line in lines if line.text not in shown] == []


def test_whoever_filed_can_raise_another(stage: Stage, store: SqlStore) -> None:
    tell(stage)
    stage.say("ann", "file it")
    assert "Question 1" in stage.say("ann", "raise a concern").here


def test_an_answer_that_no_longer_applies_is_not_filed(stage: Stage, store: SqlStore) -> None:
    """First together with others, then alone: who the others were is nobody's business."""
    for text in (*TOLD[:2], "together", TOLD[3], "Two clubs", *TOLD[4:], "change who raises it", "alone", "file it"):
        stage.say("ann", text)
    [case] = cases(store)
    assert case.answers["raising"] == ("alone",)
    assert "others" not in case.answers
