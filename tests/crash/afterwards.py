"""What must hold when all the killing is over: told to raisers, kept in the database and shown to the leads alike."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, select

from bot.slack.rendering import messages
from bot.store.posts import DROPPED, SENT
from bot.store.schema import inbox, outbox
from bot.store.sql import SqlStore
from handlers.concerns import review
from handlers.concerns.cards import card
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.concerns.steps import steps
from handlers.conversation import Reply
from tests.crash.flaky import FlakySlack
from tests.crash.leads import cards
from tests.crash.raisers import FILED, Raiser
from tests.crash.wire import Wire
from tests.slack.blocks import texts
from tests.slack.requests import LEADS, dm

_LETTERS = {
    EventKind.ACKNOWLEDGED: "have your concern {} and will look into it",
    EventKind.TAKEN: "is now looking after your concern {}",
    EventKind.CLOSED: "have closed your concern {}",
}


@dataclass(frozen=True)
class Kept:
    """What the database holds: cases by reference, their events, and the keys of posts with what became of them."""

    cases: Mapping[str, Case]
    events: Mapping[str, Sequence[CaseEvent]]
    posts: Mapping[str, str | None]


def at_rest(engine: Engine) -> bool:
    """Whether every event is answered, and every post done with."""
    with engine.begin() as connection:
        waiting = [select(table.c.key).where(table.c.done_at.is_(None)).limit(1) for table in (inbox, outbox)]
        return not any(connection.execute(each).first() for each in waiting)


def kept(engine: Engine) -> Kept:
    """What the database holds."""
    with SqlStore(engine).begin() as records:
        cases = {case.reference: case for case in records.cases.all()}
        events = {reference: tuple(records.cases.events(reference)) for reference in cases}
    with engine.begin() as connection:
        rows = connection.execute(select(outbox.c.key, outbox.c.outcome)).all()
    return Kept(cases, events, {row.key: row.outcome for row in rows})


@dataclass(frozen=True)
class Afterwards:
    """Looks for whatever is not as it must be, in words for people. Nobody's words are in them."""

    slack: FlakySlack
    wire: Wire
    raisers: Sequence[Raiser]
    kept: Kept
    desk: Desk
    now: datetime

    def missing(self) -> Iterator[str]:
        """What is not there, or not whole."""
        yield from self._filings()
        yield from self._cards()
        yield from self._letters()
        yield from self._answers()
        for raiser in self.raisers:
            yield from (f"{raiser.user}: {len(raiser.lost)} answers are not in the review",) if raiser.lost else ()
        for key, outcome in self.kept.posts.items():
            superseded = outcome == DROPPED and ":card" in key
            if outcome != SENT and not superseded:
                yield f"{key}: {outcome}"

    def twice(self) -> Iterator[str]:
        """What is there twice."""
        parts = Counter(
            (key, post.metadata["event_payload"]["part"])
            for key, posts in self.slack.by_key.items()
            for post in posts
            if post.metadata
        )
        yield from (f"{key}, part {part}: posted {times} times" for (key, part), times in parts.items() if times > 1)
        shown = Counter(each.reference for each in cards(self.slack.history[LEADS]))
        yield from (f"{reference}: {times} cards" for reference, times in shown.items() if times > 1)
        drafts = Counter(case.draft for case in self.kept.cases.values())
        yield from (f"{draft}: filed {times} times" for draft, times in drafts.items() if times > 1)

    @property
    def told(self) -> dict[str, tuple[Raiser, str]]:
        """The references that raisers were told, each with whom and all that was said."""
        found: dict[str, tuple[Raiser, str]] = {}
        for raiser in self.raisers:
            for message in self.slack.history[dm(raiser.user)].values():
                text = "\n".join(texts(message.get("blocks", ())))
                if reference := FILED.search(text):
                    assert reference[1] not in found, f"{reference[1]} is told twice"
                    found[reference[1]] = (raiser, text)
        return found

    def _filings(self) -> Iterator[str]:
        told = self.told
        yield from (f"{reference}: told, and not kept" for reference in told.keys() - self.kept.cases.keys())
        for reference, case in self.kept.cases.items():
            if reference not in told:
                yield f"{reference}: kept, and not told"
                continue
            raiser, text = told[reference]
            shown = review.lines(steps(self.desk.knowledge, today=self.now.date()), case.answers, self.desk.knowledge)
            reviewed = raiser.reviewed.get(case.draft)
            if raiser.user != case.raiser.user:
                yield f"{reference}: told to {raiser.user}, and kept for {case.raiser.user}"
            if reviewed is None or reviewed.digest != review.digest(shown):
                yield f"{reference}: not what the review showed"
            for part in messages(Reply(review.blocks(shown))):
                for line in texts(list(part.blocks)):
                    if line not in text or (reviewed and line not in reviewed.text):
                        yield f"{reference}: not whole where it was told or reviewed"

    def _cards(self) -> Iterator[str]:
        shown = {each.reference: each for each in cards(self.slack.history[LEADS])}
        yield from (f"{reference}: a card of no case" for reference in shown.keys() - self.kept.cases.keys())
        for reference, case in self.kept.cases.items():
            if reference not in shown:
                yield f"{reference}: no card"
                continue
            reply = card(case, self.kept.events[reference], self.desk, self.now)
            [drawn] = messages(reply, short=True)
            if list(drawn.blocks) != list(shown[reference].blocks):
                yield f"{reference}: its card does not show how it stands"

    def letters(self) -> dict[str, str]:
        """The messages that raisers must have had: each one's key, with words that it says."""
        found: dict[str, str] = {}
        for reference, events in self.kept.events.items():
            for number, (event, following) in enumerate(zip(events, (*events[1:], None), strict=True), start=1):
                # Somebody who takes or closes a case acknowledges it as well, of which one message tells.
                together = following is not None and (following.at, following.by) == (event.at, event.by)
                if event.kind in _LETTERS and not (event.kind is EventKind.ACKNOWLEDGED and together):
                    found[f"case:{reference}:raiser:{number}"] = _LETTERS[event.kind].format(reference)
        return found

    def _letters(self) -> Iterator[str]:
        letters = self.letters()
        sent = {key for key in self.slack.by_key if ":raiser:" in key}
        yield from (f"{key}: nothing of the kind happened" for key in sent - letters.keys())
        for key, words in letters.items():
            reference = key.split(":")[1]
            channel = dm(self.kept.cases[reference].raiser.user)
            there = [post for post in self.slack.by_key.get(key, ()) if post.channel == channel]
            if not any(words in "\n".join(texts(list(post.blocks))) for post in there):
                yield f"{key}: has not arrived"

    def _answers(self) -> Iterator[str]:
        for event, taken in self.wire.events.items():
            if taken and f"reply:slack:{event}:0" not in self.slack.by_key:
                yield f"{event}: taken, and not answered"
