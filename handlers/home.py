"""What a person sees before asking anything: what is theirs, what comes next, and what the assistant does."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from handlers.browsing import Browsing
from handlers.concerns import leaving, letters
from handlers.concerns.records import Draft
from handlers.context import Context
from handlers.conversation import Block, Choices, Facts, Heading, Option, Person, Text
from handlers.forums.hall import Hall, schedule
from handlers.forums.telling import when
from handlers.forums.words import next_of
from handlers.ports import Clock, Records
from handlers.presenting import A_CONCERN

_LOOK_THROUGH = Option("Look through the Compacts", "sections")
WELCOME = "Hello! I am compactbot. Ask me anything about your Compact, here or wherever I am mentioned."
_MOST_FORUMS = 5


class Home:
    """Shows people their first page."""

    def __init__(self, browsing: Browsing, hall: Hall, clock: Clock) -> None:
        self._browsing = browsing
        self._hall = hall
        self._clock = clock

    def of(self, person: Person, records: Records) -> tuple[Block, ...]:
        """A person's page: their concerns, what the assistant is for, the forums that come next, topics, and how to ask."""
        draft = records.drafts.of(person)
        return (
            *_unnumbered(self._concerns(draft, person, records)),
            *self._browsing.purpose(),
            _buttons(*(() if draft else A_CONCERN.options), _LOOK_THROUGH),
            *self._forums(records),
            *_unnumbered(self._browsing.topics(Context()).blocks),
            Heading("How to ask"),
            Text("Write to me in a message, or mention me in a channel."),
            self._browsing.ways(),
        )

    def welcome(self) -> tuple[Block, ...]:
        """What a person is told on first contact."""
        return (Text(WELCOME), *self._browsing.help(Context()).blocks, A_CONCERN)

    def _concerns(self, draft: Draft | None, person: Person, records: Records) -> Iterable[Block]:
        now, desk = self._clock.now(), self._hall.desk
        if draft:
            yield from leaving.offer(draft, now)
        if cases := records.cases.raised_by(person):
            yield from letters.mine(cases, desk, now)

    def _forums(self, records: Records) -> Sequence[Block]:
        now = schedule(self._hall, records, self._clock.now())
        coming = [found for each in self._hall.series if (found := now.next(each))]
        soonest = sorted(coming, key=lambda each: each.starts.timestamp())[:_MOST_FORUMS]
        if not soonest:
            return ()
        rows = tuple((each.series.name, when(each, now.now)) for each in soonest)
        options = (Option(each.series.name, next_of(each.series.id)) for each in soonest)
        return (Heading("The next forums"), Facts(rows), _buttons(*options))


def _unnumbered(blocks: Iterable[Block]) -> Iterable[Block]:
    """Blocks for a page on which no number can be typed."""
    return (replace(block, numbered=False) if isinstance(block, Choices) else block for block in blocks)


def _buttons(*options: Option) -> Choices:
    return Choices(options, numbered=False)
