"""Says what is due about forums in their channels, and tells the coordinators what could not be said."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from handlers.conversation import Reply, Room
from handlers.forums import cards
from handlers.forums.announcing import announce, caretakers, report_key
from handlers.forums.figures import carried, figures, note_told
from handlers.forums.hall import Schedule
from handlers.forums.records import DIGEST, Became, Key, Notice
from handlers.ports import Records
from handlers.posts import Address, Post
from knowledge.forums.content import Holds
from scheduler.outgoing import Outgoing

_FAILURES_KNOWN_WITHIN = timedelta(days=3)


class Herald:
    """Speaks within one transaction, at one moment."""

    def __init__(self, records: Records, schedule: Schedule) -> None:
        self._records = records
        self._schedule = schedule
        self._worded: dict[tuple[Key, str], Reply] = {}
        self._missed: list[Notice] = []

    def say(self, found: Outgoing, room: Room, post: str, became: Became) -> None:
        """Say something in a channel, or note why it is not said."""
        notice = Notice(post, found.key, found.what, room, found.at, became, found.public)
        if became is Became.PUT:
            announce(self._records, notice, self._reply(found, room), self._schedule.now)
        elif self._records.forums.note(notice) and became is Became.MISSED:
            self._missed.append(notice)

    def report(self) -> None:
        """Tell those who look after the forums what was missed, and what cannot be delivered: a post each at most."""
        self._tell("missed", self._missed, cards.missed)
        failed = self._records.forums.undelivered(self._schedule.now - _FAILURES_KNOWN_WITHIN)
        new = [each for each in failed if self._records.forums.note(replace(each, became=Became.UNDELIVERED))]
        self._tell("undelivered", new, cards.undelivered)

    def _tell(self, what: str, notices: Sequence[Notice], word: Callable[[Sequence[Notice], Schedule], Reply]) -> None:
        told: dict[Address, list[Notice]] = {}
        for notice in notices:
            # Where something could not be delivered, that cannot be told either.
            elsewhere = notice.room if what == "undelivered" else None
            for address in caretakers(self._records, notice.key[0], self._schedule.hall, elsewhere):
                told.setdefault(address, []).append(notice)
        now = self._schedule.now
        for address, theirs in told.items():
            self._records.outbox.put(Post(report_key(what, now, address), address, word(theirs, self._schedule), now))

    def _reply(self, found: Outgoing, room: Room) -> Reply:
        """What is said, worded once for all channels; `room`: the one that is told."""
        key = (found.key, found.what)
        if key not in self._worded:
            self._worded[key] = self._word(found, room)
        return self._worded[key]

    def _word(self, found: Outgoing, room: Room) -> Reply:
        occurrence, records, schedule = found.occurrence, self._records, self._schedule
        if found.what == DIGEST:
            attending = records.attending
            replies = cards.Replies(attending.answers(found.key), attending.suggestions(found.key))
            return cards.digest(occurrence, replies, schedule)
        if found.plan.holds is Holds.FOLLOW_UP:
            return cards.follow_up(occurrence)
        told, own = carried(occurrence, records), None
        if told and told.plan == found.plan:
            own = figures(occurrence, told, records, schedule)
            note_told(occurrence, told, room, records)
        return cards.reminder(occurrence, found.plan, schedule, told, own)
