"""A clock that stands still until it is moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=LONDON)


@dataclass
class DrivenClock:
    """Tells the moment it was set to, in London."""

    moment: datetime = FRIDAY

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Move on by a length of time."""
        self.moment += by
