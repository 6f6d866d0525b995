"""What should be received in the two years, worked out from what `compactbot forums preview` says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from click.testing import CliRunner

from bot.cli.forums import forums
from handlers.forums.announcing import post_key, room_name
from handlers.forums.records import DIGEST, Key
from knowledge.forums.content import Holds, Series
from knowledge.forums.occurrences import Changes, occurrence_of
from knowledge.periods import day_in_words
from tests.crash.forums_town import BACK_OFFICE, OFFICE, person

TICK = timedelta(microseconds=1)
QUIET = timedelta(minutes=45)
_COORDINATORS = {room_name(room): room for room in (OFFICE, BACK_OFFICE)}


@dataclass(frozen=True, order=True)
class Line:
    """A line of the preview."""

    at: datetime
    key: Key
    what: str
    channel: str
    public: bool

    @property
    def post(self) -> str:
        """The key of the message."""
        return f"{_forum(self.key)}:{self.what}:{self.channel}"


@dataclass(frozen=True)
class Expected:
    """A message: since when it is due, to whom it goes, and words that are in it."""

    at: datetime
    to: str
    words: str


@dataclass
class Oracle:
    """Lives through the two years with the preview alone. `environment`: the settings of the program."""

    environment: Mapping[str, str]
    series: Mapping[str, Series]
    begin: datetime
    end: datetime
    until: datetime = field(init=False)
    changes: Changes = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    expected: dict[str, Expected] = field(default_factory=dict)
    told: dict[Key, set[str]] = field(default_factory=dict)
    answered: dict[Key, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.until = self.begin

    def look(self, changes: Changes) -> None:
        """See what the preview says now. `changes`: as they are kept, for the words in the messages."""
        first, last = (self.begin - timedelta(days=1)).date(), (self.end + timedelta(days=90)).date()
        asked = ["preview", "--from", str(first), "--to", str(last), "--json"]
        ran = CliRunner().invoke(forums, asked, env=self.environment, catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
        self.lines = sorted(self._line(json.loads(line)) for line in ran.stdout.splitlines())
        self.changes = changes

    def live(self, until: datetime) -> None:
        """Expect everything that the preview has up to and with a moment."""
        for line in self.lines:
            if self.until <= line.at <= until:
                self._expect(line)
        self.until = max(self.until, until + TICK)

    def next(self) -> datetime | None:
        """When something is due next."""
        return next((line.at for line in self.lines if line.at >= self.until), None)

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing is due from now until well after a moment, so that it is no matter of chance what comes first."""
        return not any(self.until <= line.at <= moment + QUIET for line in self.lines)

    def last(self) -> datetime:
        """When something was due last."""
        return max((line.at for line in self.lines if line.at < self.until), default=self.begin)

    def change(self, key: Key, changes: Changes, by: str, words: str, *, moves: bool) -> None:
        """A change was made just now, from the channel `by`: all who were told, or answered, are told.

        Where nobody was, what a move puts into the past is said at once.
        """
        self.look(changes)
        now, what = self.until, f"change {changes[key].number}"
        told = set(self.told.get(key, ()))
        others = set(_COORDINATORS) - {by}
        for channel in (*told, *others):
            self.expected[f"{_forum(key)}:{what}:{channel}"] = Expected(now, _channel(channel), words)
        for user in self.answered.get(key, ()):
            self.expected[post_key(key, what, person(user))] = Expected(now, user, words)
        starts = occurrence_of(self.series[key[0]], key[1], changes)
        assert starts
        gone_by = [line for line in self.lines if line.key == key and line.at < now] if moves else []
        for line in {(line.channel, line.public or line.what): line for line in gone_by}.values():
            if not (line.public and line.channel in told) and now < starts.starts.astimezone(UTC):
                self._expect(line, since=now)

    def _expect(self, line: Line, since: datetime | None = None) -> None:
        self.expected.setdefault(line.post, Expected(since or line.at, _channel(line.channel), self._words(line)))
        if line.public:
            self.told.setdefault(line.key, set()).add(line.channel)

    def _words(self, line: Line) -> str:
        occurrence = occurrence_of(self.series[line.key[0]], line.key[1], self.changes)
        assert occurrence
        if line.what == DIGEST:
            coming = sum(answer == "coming to" for answer in self.answered.get(line.key, {}).values())
            return f"Coming: {coming or 'nobody yet'}"
        return day_in_words(occurrence.starts.date())

    def _line(self, told: dict[str, str]) -> Line:
        series, what = self.series[told["series"]], told["reminder"]
        holds = {plan.when.words: plan.holds for plan in series.reminders}
        public = what != DIGEST and holds[what] is not Holds.FOLLOW_UP
        at = datetime.fromisoformat(told["at"]).astimezone(UTC)
        return Line(at, (series.id, date.fromisoformat(told["occurrence"])), what, told["channel"], public)


def _forum(key: Key) -> str:
    return f"forum:{key[0]}:{key[1].isoformat()}"


def _channel(name: str) -> str:
    return name.rpartition(":")[2]
