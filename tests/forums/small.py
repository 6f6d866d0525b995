"""A series of forums to test with, and ways to change what it is."""

from datetime import date
from typing import Any

from knowledge.forums.content import Series

QUARTERLY: dict[str, Any] = {
    "id": "quarterly",
    "name": "Quarterly forum",
    "compact": "cpft",
    "starts": "2026-01-14",
    "recurrence": "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE",
    "time": "10:00",
    "length": "PT2H",
    "place": "The hall",
    "link": "https://meet.example.org/quarterly",
    "convenor": "The partnership team",
    "agenda": ["Welcome"],
    "reminders": [
        {"when": "P28D at 09:30", "holds": "invite"},
        {"when": "P7D", "holds": "agenda-call"},
        {"when": "PT1H", "holds": "joining-link"},
        {"when": "P1D after at 09:30", "holds": "follow-up"},
    ],
}


def made(**keys: Any) -> Series:
    """The quarterly series with some keys as given; underscores stand for hyphens, and None leaves a key out."""
    written = QUARTERLY | {name.replace("_", "-"): value for name, value in keys.items()}
    return Series.model_validate({name: value for name, value in written.items() if value is not None})


def day(text: str) -> date:
    """A day such as "2026-01-14"."""
    return date.fromisoformat(text)
