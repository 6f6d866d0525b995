"""What must hold when the two years are over: what was received is what was expected, once, in its place and at its time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cached_property

from sqlalchemy import Engine, select

from bot.store.posts import SENT
from bot.store.schema import outbox
from tests.clock import LONDON
from tests.crash.flaky import key_of
from tests.crash.forums_expected import Expected
from tests.crash.forums_kills import SKEW
from tests.crash.forums_years import Years
from tests.slack.conftest import shown
from tests.slack.requests import dm
from tests.slack.standin import Posted

_SKEW = timedelta(seconds=SKEW)
# Slack's times are in whole seconds here; where a clock is slow, the next look is after twice that.
_ON_TIME = 2 * _SKEW + timedelta(seconds=2)
_HOUR = re.compile(r" at (\d\d:\d\d):")
_CHANGE, _REPLY = ":change ", "reply:"


@dataclass(frozen=True)
class Afterwards:
    """Looks for whatever is not as it must be, in words for people."""

    years: Years

    @cached_property
    def received(self) -> dict[str, list[Posted]]:
        """What Slack took in, by the key of each message; where that has several parts, with the number of the part."""
        found: dict[str, list[Posted]] = {}
        for message in self.years.slack.posted:
            part = message.metadata["event_payload"]["part"] if message.metadata else 0
            found.setdefault(key_of(message.metadata) + (f" part {part}" if part else ""), []).append(message)
        return found

    @property
    def expected(self) -> dict[str, Expected]:
        """What should be received, but for replies."""
        return self.years.oracle.expected

    @property
    def twice(self) -> list[str]:
        """What came more than once."""
        return sorted(key for key, each in self.received.items() if len(each) > 1)

    @property
    def missing(self) -> list[str]:
        """What did not come: what was to be said unasked, and the reply to each who wrote."""
        replies = {f"{_REPLY}slack:{event}:0" for event in self.years.events}
        return sorted((self.expected.keys() | replies) - self.received.keys())

    @property
    def unexpected(self) -> list[str]:
        """What came and was not to come."""
        unasked = {key for key in self.received if not key.startswith(_REPLY)}
        return sorted(unasked - self.expected.keys())

    def wrong(self) -> Iterator[str]:
        """What came, and not as it should."""
        for key, each in self.expected.items():
            if messages := self.received.get(key):
                yield from (f"{key}: {what}" for what in self._wrong(key, each, messages[0]))
        for event in self.years.edits:
            if "Done." not in shown(self.received[f"{_REPLY}slack:{event}:0"][0]):
                yield f"{event}: a change is not said to be done"

    def undone(self, engine: Engine) -> list[str]:
        """What the outbox holds and does not call sent."""
        with engine.begin() as connection:
            rows = connection.execute(select(outbox.c.key, outbox.c.outcome)).all()
        return [f"{row.key}: {row.outcome}" for row in rows if row.outcome != SENT]

    def figures(self) -> dict[str, object]:
        """What happened, in numbers."""
        years, slack, oracle = self.years, self.years.slack, self.years.oracle
        reminders = [key for key in self.expected if _CHANGE not in key]
        came = [key for key in reminders if key in self.received]
        changes = [key for key in self.received if _CHANGE in key]
        looked = len(slack.calls["conversations.history"]) + len(slack.calls["conversations.replies"])
        late = (_at(each[0]) - self.expected[key].at for key, each in self.received.items() if key in self.expected)
        return {
            "replicas": len(years.replicas),
            "simulated days": (oracle.end - oracle.begin).days,
            "kills": f"{years.kills.count}, {years.kills.in_mid_work} of them in mid-work, "
            f"{years.kills.during_start} during the start; {years.outages} times all were away",
            "clocks set back": years.set_back,
            "Slack's failures": f"{slack.failed.total()}: {dict(slack.failed)}; looked for messages {looked} times",
            "forums": len({tuple(key.split(":")[1:3]) for key in reminders}),
            "changes": f"{years.changes.total()}: {dict(years.changes)}",
            "people's answers": years.answers,
            "reminders": f"{len(reminders)} expected, {len(came)} received",
            "news of changes": f"{len(self.expected) - len(reminders)} expected, {len(changes)} received",
            "replies": sum(key.startswith(_REPLY) for key in self.received),
            "twice, missing, unexpected": f"{len(self.twice)}, {len(self.missing)}, {len(self.unexpected)}",
            "the latest": f"{max(late).total_seconds() / 60:.0f} minutes after its time",
        }

    def _wrong(self, key: str, expected: Expected, message: Posted) -> Iterator[str]:
        late, excused = _at(message) - expected.at, self.years.excused(expected.at)
        if message.channel not in {expected.to, dm(expected.to)}:
            yield f"in {message.channel}"
        if expected.words not in shown(message):
            yield f"does not say “{expected.words}”"
        if late < -_ON_TIME:
            yield f"early by {-late}"
        if late > _ON_TIME and not excused:
            yield f"late by {late}"
        hour = _HOUR.search(key)
        if hour and not excused and _exists(hour[1], expected.at) and hour[1] not in _shown_hours(message):
            yield f"not at {hour[1]}"


def _at(message: Posted) -> datetime:
    return datetime.fromtimestamp(int(message.ts.partition(".")[0]), UTC)


def _shown_hours(message: Posted) -> set[str]:
    """What a clock in London showed about then."""
    return {f"{(_at(message) + each).astimezone(LONDON):%H:%M}" for each in (-_ON_TIME, timedelta(), _SKEW)}


def _exists(hour: str, at: datetime) -> bool:
    """Whether a clock in London shows an hour on a day."""
    local = datetime.combine(at.astimezone(LONDON), time.fromisoformat(hour), LONDON)
    return local.astimezone(UTC).astimezone(LONDON).time() == local.time()
