"""The real clock."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class SystemClock:
    """Tells the present time in one time zone, so that "today" is the users' day."""

    zone: ZoneInfo

    def now(self) -> datetime:
        """The present moment."""
        return datetime.now(self.zone)
