"""Whatever people do while they tell a concern: what is filed is what the last review showed, and no word is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store.opening import opened
from bot.store.sql import SqlStore
from handlers.assistant import Assistant
from handlers.concerns import review
from handlers.concerns.house import House
from handlers.concerns.records import Case, Draft
from handlers.concerns.steps import STORY, steps
from handlers.concerns.telling import Telling
from handlers.concerns.walk import AWAY
from handlers.concerns.words import Verb, said, verb
from handlers.conversation import Block, Choices, Heading, Reply, Text
from handlers.smalltalk import Remark, remark
from handlers.wizard import State
from knowledge.finding import Finder
from tests.clock import DrivenClock
from tests.conftest import LEADS
from tests.handlers.concerns.stage import References, Stage, person

ANSWERS = {
    "compact": ("cpft", "South Glos", "1", "2"),
    "raising": ("alone", "together", "3"),
    "organisation": ("Quillby Lunch Club", "CVS Example"),
    "others": ("Two clubs",),
    "representing": ("One for four",),
    "party": ("vcse", "public body", "1"),
    "when": ("3 March", "ongoing", "from May to July", "31/02/2026", "1 May 2030", "yes"),
    "commitments": ("1", "1 and 2", "not sure", "late payment", "done", "done"),
    "talked": ("yes", "we tried", "no", "3"),
    "first": ("no", "go on and raise it", "try"),
    "again": ("in a week", "yesterday"),
    "wish": ("Money", "skip"),
    "named": ("they may", "no", "3"),
    "reach": ("here", "ann@example.org"),
}
WORDS = (
    "back skip keep,it save,for,later stop yes no done go,on review file,it delete,it start,afresh raise,a,concern hello ok help"
    " change,when change,the,story tell,it,again 1 2 1,and,2 99 concern,page how,much,notice,must,we,give?"
    " raise,a,concern,about,notice-of-ending my,concerns show,cpft.disputes.early topics more why"
).split()
# What may take words back: each is a person's own doing.
TAKES_BACK = frozenset({Verb.CLEAR, Verb.KEEP, Verb.DELETE, Verb.AFRESH, Verb.FILE, Verb.SEND})

DEED = st.one_of(
    st.tuples(st.just("answer"), st.integers(0, 5)),
    st.tuples(st.just("answer"), st.integers(0, 5)),
    st.tuples(st.just("answer"), st.integers(0, 5)),
    st.tuples(st.just("tell"), st.just(0)),
    st.tuples(st.just("press"), st.integers(0, 60)),
    st.tuples(st.just("press"), st.integers(0, 8)),
    st.tuples(st.just("say"), st.sampled_from(WORDS).map(lambda each: each.replace(",", " "))),
    st.tuples(st.just("say"), st.text(max_size=30)),
    st.tuples(st.just("again"), st.just(0)),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 30])),
    st.tuples(st.just("other"), st.integers(0, 30)),
    st.tuples(st.just("page"), st.integers(0, 3)),
    st.tuples(st.just("review"), st.just(0)),
    st.tuples(st.just("say"), st.just("file it")),
    st.tuples(st.just("change"), st.integers(0, 11)),
    st.tuples(st.just("change"), st.integers(0, 11)),
    st.tuples(st.just("file"), st.integers(0, 3)),
    st.tuples(st.just("add"), st.just(0)),
)
# How a concern is told when all goes well: an example begins somewhere along it.
WELL: tuple[tuple[str, int | str], ...] = (
    *(("answer", 0) for _ in ("compact", "raising", "organisation", "party")),
    *(("tell", 0), ("tell", 0), ("say", "done"), ("answer", 0)),
    *(("say", "1"), ("say", "done"), ("answer", 0), ("answer", 0), ("answer", 0), ("answer", 0)),
)


@dataclass
class World:
    """One person who tells concerns, and all that they were shown."""

    stage: Stage
    store: SqlStore
    finder: Finder
    who: str
    draft: Draft | None = None
    cases: list[Case] = field(default_factory=list)
    shown: tuple[Block, ...] = ()
    last: str = "raise a concern"
    told: Iterator[int] = field(default_factory=count)

    def look(self) -> None:
        """See what is kept now."""
        with self.store.begin() as records:
            self.draft = records.drafts.of(person(self.who))
            self.cases = list(records.cases.raised_by(person(self.who)))

    def at(self) -> str:
        """The step that is asked; empty where none is."""
        if self.draft is None:
            return ""
        knowledge = self.finder.knowledge
        return Telling(self.draft, steps(knowledge, today=self.stage.clock.now().date()), knowledge).here.at

    def do(self, deed: str, what: int | str) -> None:
        """Do one thing, and see that nothing is lost by it."""
        match deed:
            case "restart":
                self.stage.assistant = assistant(self.finder, self.store, self.stage.clock)
            case "wait":
                self.stage.wait(timedelta(hours=int(what)))
            case "other":
                before = self.draft
                self.stage.replies("bea", self.button(int(what)))
                self.look()
                assert self.draft == before
            case "page":
                self.fill_in(int(what))
            case "tell":
                self.tell()
            case "add":
                self.add()
            case _:
                self.say(self.words(deed, what))

    def words(self, deed: str, what: int | str) -> str:
        match deed:
            case "again":
                return self.last
            case "press":
                return self.button(int(what))
            case "review":
                return "review"
            case "change" if self.draft:
                answered = list(self.draft.state.given) or ["compact"]
                return f"concern {self.draft.id} change {answered[int(what) % len(answered)]}"
            case "file" | "change":
                filing = [option.says for option in self.stage.options[self.who] if " file: " in option.says]
                return filing[-1 - int(what) % len(filing)] if filing else "file it"
            case "answer":
                good = ANSWERS.get(self.at(), ("done",) if self.draft else ("raise a concern",))
                return good[int(what) % len(good)]
            case _:
                return str(what)

    def button(self, back: int) -> str:
        """What a button says that was shown, counted from the latest."""
        options = self.stage.options.get(self.who, [])
        return options[-1 - back % len(options)].says if options else "raise a concern"

    def tell(self) -> None:
        """Tell something that happened. Where it is asked for, it is kept."""
        text, draft = f"It was like this, and then like that, {next(self.told)} times.", self.draft
        in_front = draft is not None and not draft.paused and self.stage.clock.now() - draft.touched <= AWAY
        asked = in_front and self.at() == STORY
        self.say(text)
        assert not asked or text in story(self.draft)

    def add(self) -> None:
        """Press "That was part of my answer" under an old question: wherever the walk is now, it is kept."""
        if self.draft:
            text = f"We asked for it {next(self.told)} times."
            self.say(f"concern {self.draft.id} answer story: {text}")
            assert text in story(self.draft)

    def fill_in(self, what: int) -> None:
        """Send a whole page, whose story takes the place of what was told."""
        if self.draft:
            fields = [key for key in ANSWERS if key not in {"commitments", "again"}]
            filled = tuple((key, (ANSWERS[key][what % len(ANSWERS[key])],)) for key in fields)
            self.hear(self.stage.replies(self.who, f"concern {self.draft.id} send", filled=filled), [])

    def say(self, text: str) -> None:
        to_keep = [] if takes_back(text) else story(self.draft)
        replies = self.stage.replies(self.who, text)
        assert any(reply.blocks for reply in replies)
        self.last = text
        self.hear(replies, to_keep)

    def hear(self, replies: list[Reply], to_keep: list[str]) -> None:
        """What was told is still there; what was filed is what was shown."""
        cases = self.cases
        self.look()
        kept = story(self.draft)
        assert [text for text in to_keep if text not in kept] == []
        blocks = replies[-1].blocks
        if Heading("Please check your concern") in blocks:
            self.shown = between(blocks)
        assert len(self.cases) <= len(cases) + 1
        for case in [each for each in self.cases if each not in cases]:
            self.see(case, blocks)

    def see(self, case: Case, told: tuple[Block, ...]) -> None:
        """A case that was filed just now: its answers, and what its raiser is told, are what was shown."""
        known = self.finder.knowledge
        form = steps(known, today=self.stage.clock.now().date())
        assert review.blocks(review.lines(form, case.answers, known)) == self.shown
        assert self.shown == tuple(block for block in told if block in self.shown)
        touched = [each for each in case.answers["commitments"] if each in known.commitments]
        assert case.commitments == tuple((each, known.commitments[each].says) for each in touched)


def takes_back(text: str) -> bool:
    """Whether a person's words may take back what they told."""
    pressed = said(text)
    wanted = pressed.verb if pressed else verb(text)
    return wanted in {*TAKES_BACK, Verb.STOP} or remark(text) is Remark.YES or (text.isdigit() and wanted is None)


def story(draft: Draft | None) -> list[str]:
    """Every piece of a story that is told and not taken back."""
    state = draft.state if draft else State()
    return [text for kept in (state.given, state.gathered) for text in kept.get(STORY, ())]


def between(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The lines of a review: what stands between its first words and its buttons."""
    start = blocks.index(Heading("Please check your concern")) + 2
    assert isinstance(blocks[start - 1], Text)
    end = next(at for at, block in enumerate(blocks) if at > start and isinstance(block, Choices))
    return blocks[start:end]


def assistant(finder: Finder, store: SqlStore, clock: DrivenClock) -> Assistant:
    return Assistant(finder, store, clock, leads=LEADS, house=House(references=REFERENCES))


REFERENCES = References()
PEOPLE = count()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """One database for all the examples, each with a person of its own."""
    engine = opened(f"sqlite:///{tmp_path_factory.mktemp('walks') / 'compactbot.db'}")
    yield SqlStore(engine)
    engine.dispose()


@settings(max_examples=75, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(begun=st.integers(0, len(WELL)) | st.just(len(WELL)), deeds=st.lists(DEED, min_size=8, max_size=25))
def test_what_is_filed_is_what_was_shown_and_no_word_is_lost(
    kept: SqlStore, finder: Finder, begun: int, deeds: list[tuple[str, int | str]]
) -> None:
    clock = DrivenClock()
    world = World(Stage(assistant(finder, kept, clock), clock), kept, finder, f"ann-{next(PEOPLE)}")
    world.say("raise a concern")
    for deed, what in (*WELL[:begun], *deeds):
        world.do(deed, what)


def test_answering_every_question_leads_to_a_case(kept: SqlStore, finder: Finder) -> None:
    """That the property above has something to say: when all goes well, a concern is filed."""
    clock = DrivenClock()
    world = World(Stage(assistant(finder, kept, clock), clock), kept, finder, f"ann-{next(PEOPLE)}")
    world.say("raise a concern")
    for deed, what in WELL:
        world.do(deed, what)
    world.say("file it")
    assert len(world.cases) == 1
