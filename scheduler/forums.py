"""What forums' channels are told, put into the outbox when it is due, each once: the database decides, whoever asks.

Nothing waits in the outbox for its hour. A reminder is worked out and worded when it is due, in the transaction that reads
what the coordinators changed, so that none goes out with what no longer holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from handlers.conversation import Room
from handlers.forums.announcing import post_key, room_name, told_rooms
from handlers.forums.hall import Hall, Schedule, changes
from handlers.forums.records import DIGEST, Appointed, Became, Changed, Key
from handlers.ports import Purpose, Records
from knowledge.forums.content import Series
from knowledge.forums.occurrences import occurrence_of
from scheduler.heralding import Herald
from scheduler.outgoing import Outgoing, Where, outgoing

AHEAD = timedelta(days=31)
LOOK_AT_DELIVERY = timedelta(minutes=5)
ANSWERS_KEPT = timedelta(days=30)
_LONG_AGO = timedelta(days=800)
_SAID = frozenset({Became.PUT, Became.UNDELIVERED})


@dataclass(frozen=True)
class _Channel:
    """A channel that is for a series, and since when."""

    room: Room
    since: datetime


_Places = Mapping[str, Mapping[str, _Channel]]


@dataclass(frozen=True)
class _Round:
    """One planning: what it reads, and by which moment. `changed`: the latest change of each forum."""

    records: Records
    schedule: Schedule
    changed: Mapping[Key, Changed]
    announced: _Places
    coordinated: _Places

    @property
    def where(self) -> Where:
        """The channels, by their names."""
        return Where(self.announced, self.coordinated)

    def channel(self, found: Outgoing) -> _Channel:
        """Where something goes."""
        places = self.announced if found.public else self.coordinated
        return places[found.key[0]][found.channel]


@dataclass(frozen=True)
class _Due:
    """Something that was to go out by now. `since`: its moment, or that of the change which put its moment into the past."""

    outgoing: Outgoing
    room: Room
    post: str
    since: datetime

    @property
    def overdue_by_change(self) -> bool:
        """Whether its moment had gone by when the forum was changed."""
        return self.since > _utc(self.outgoing.at)

    @property
    def rival(self) -> tuple[str, ...]:
        """What it shares with those that say the same: of several that are late, only the last one goes out."""
        what = "reminder" if self.outgoing.public else self.outgoing.what
        return (self.outgoing.key[0], self.outgoing.key[1].isoformat(), room_name(self.room), what)


def plan(records: Records, hall: Hall, since: datetime, now: datetime, grace: timedelta) -> datetime:
    """Put what is due by `now` into the outbox; returns when there is something to do next.

    `since`: what fell before was planned before, by whichever process. `grace`: how late something may still go out. What
    is later, or of no more use, is noted as missed and told to the coordinators, all of it in one post.
    """
    records.forums.hold()
    changed = {each.key: each for each in records.forums.changed()}
    this = _Round(
        records,
        Schedule(hall, changes(changed.values()), now),
        changed,
        _places(records.forums.appointed(Purpose.FORUMS, now)),
        _places(records.forums.appointed(Purpose.COORDINATORS, now)),
    )
    coming = outgoing(hall.series, this.where, since, now + AHEAD, this.schedule.changes)
    by_now = [each for each in coming if _utc(each.at) <= _utc(now)]
    herald = Herald(records, this.schedule)
    for due, became in _sorted_out(_due([*_put_into_the_past(this, since), *by_now], this), this, grace):
        herald.say(due.outgoing, due.room, due.post, became)
    herald.report()
    following = [each.at for each in coming[len(by_now) :][:1]]
    waiting = [now + LOOK_AT_DELIVERY] if records.forums.waiting() else []
    return min((*following, *waiting, now + AHEAD), key=_utc)


def forget_answers(records: Records, hall: Hall, now: datetime) -> int:
    """Delete who came to forums that were over a month ago, and what they suggested; returns how many rows went."""
    schedule = changes(records.forums.changed())
    gone = 0
    for key in records.attending.known():
        series = hall.one(key[0])
        occurrence = occurrence_of(series, key[1], schedule) if series else None
        # Of a series that is no longer in the file, only the day that its rule gave is known.
        ends = occurrence.ends if occurrence else datetime(key[1].year, key[1].month, key[1].day, tzinfo=UTC)
        if _utc(ends) + ANSWERS_KEPT < _utc(now):
            gone += records.attending.forget(key)
    return gone


def _places(appointed: Iterable[Appointed]) -> _Places:
    places: dict[str, dict[str, _Channel]] = {}
    for each in appointed:
        places.setdefault(each.series, {})[room_name(each.room)] = _Channel(each.room, _utc(each.since))
    return places


def _put_into_the_past(this: _Round, since: datetime) -> list[Outgoing]:
    """What a change since then put to a moment before it."""
    recent = {key for key, each in this.changed.items() if each.rescheduled and _utc(each.rescheduled) >= _utc(since)}
    series = [each for each in this.schedule.hall.series if each.id in {key[0] for key in recent}]
    found = outgoing(series, this.where, since - _LONG_AGO, since, this.schedule.changes)
    return [each for each in found if each.key in recent]


def _due(by_now: Sequence[Outgoing], this: _Round) -> list[_Due]:
    """What was to go out, without what fell before its channel was for it, or before its series had such a reminder."""
    planned_since = this.records.forums.planned_since(_kinds(this.schedule.hall.series), this.schedule.now)
    due = []
    for each in by_now:
        change = this.changed.get(each.key)
        # Where a clock was ahead when it was changed, that counts as now.
        rescheduled = min((change and change.rescheduled) or each.at, this.schedule.now, key=_utc)
        moments = (each.at, rescheduled)
        channel, from_ = this.channel(each), max(map(_utc, moments))
        if from_ >= max(channel.since, _utc(planned_since[each.key[0], each.what])):
            due.append(_Due(each, channel.room, post_key(each.key, each.what, channel.room), from_))
    return due


def _kinds(series: Iterable[Series]) -> list[tuple[str, str]]:
    """All that is ever said, by series."""
    return [(each.id, what) for each in series for what in (*(plan.when.words for plan in each.reminders), DIGEST)]


def _sorted_out(due: Sequence[_Due], this: _Round, grace: timedelta) -> Iterator[tuple[_Due, Became]]:
    """What becomes of everything that is due and was not said before."""
    known = this.records.forums.noted([each.post for each in due])
    in_order = sorted(due, key=lambda each: (each.rival, each.outgoing.at.timestamp()))
    for _, group in groupby(in_order, lambda each: each.rival):
        rivals = list(group)
        for each in rivals:
            if known.get(each.post) not in _SAID:
                yield each, _became(each, rivals[-1], this, grace)


def _became(due: _Due, last: _Due, this: _Round, grace: timedelta) -> Became:
    found, now = due.outgoing, _utc(this.schedule.now)
    useful = now < _utc(found.occurrence.starts) or found.plan.when.after
    if not useful or now - due.since > grace:
        return Became.MISSED
    if due is not last:
        return Became.OVERTAKEN
    if due.overdue_by_change and found.public and room_name(due.room) in told_rooms(this.records, found.key):
        # The channel was told of the change, which says it all.
        return Became.OVERTAKEN
    return Became.PUT


def _utc(moment: datetime) -> datetime:
    # Python compares two hours of one time zone as a clock shows them, though it may show one twice.
    return moment.astimezone(UTC)
