"""Forums in Microsoft's own local Teams: an invite, the coordinators' digest, a change, a cancellation, with pictures.

The clock is the machine's own, so the series is made such that its reminder falls two or three minutes from now.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from knowledge.periods import day_in_words
from tests.clients.playground import ADMINISTRATOR, ASKER, Chat, Playground, playground

pytestmark = pytest.mark.clients

LONDON = ZoneInfo("Europe/London")
# To start everything, and to say in two channels what they are for.
AHEAD = timedelta(minutes=2)
PATIENCE = 240.0
SERIES = """\
series:
  - id: provider-forum
    name: Provider forum
    compact: cpft
    commitment: cpft.delivery.forums
    starts: {starts:%Y-%m-%d}
    recurrence: FREQ=WEEKLY
    time: "10:00"
    length: PT2H
    place: The Meadows Centre, Cambridge
    link: https://meet.example.org/provider-forum
    convenor: The CPFT partnership team
    agenda: [Welcome, Demand and capacity]
    bank-holidays: next-working-day
    reminders-at: "{reminded:%H:%M}"
    reminders:
      - {{when: P1D, holds: invite}}
"""


@dataclass(frozen=True)
class Coordinator:
    """Ann, who coordinates forums, and the day of the next one."""

    ann: Playground
    day: date


@pytest.fixture
def coordinator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coordinator]:
    """Ann, whose forums' file has one series."""
    reminded = datetime.now(LONDON) + AHEAD + timedelta(minutes=1)
    day = reminded.date() + timedelta(days=1)
    file = tmp_path_factory.mktemp("forums") / "forums.yaml"
    file.write_text(SERIES.format(starts=day, reminded=reminded), encoding="utf-8")
    settings = {
        "ADMINISTRATORS": ADMINISTRATOR,
        "FORUMS_PATH": str(file),
        "PUBLIC_URL": "https://compactbot.example.org",
    }
    with playground(tmp_path_factory.mktemp("teams"), tmp_path_factory.mktemp("kept"), settings) as ann:
        yield Coordinator(ann, day)


def test_a_forum_is_announced_changed_and_called_off(coordinator: Coordinator) -> None:
    ann, day = coordinator.ann, coordinator.day
    ann.go(Chat.CHANNEL)
    ann.say("post forum reminders here")
    ann.sees("reminders")
    ann.go(Chat.FORUM_CHANNEL)
    ann.say("coordinate forums here")
    ann.sees("coordinate")

    ann.go(Chat.CHANNEL)
    invite = ann.sees(day_in_words(day), PATIENCE)
    assert {"Coming", "Apologies", "Suggest an agenda item"} <= set(invite.buttons)
    assert "The Meadows Centre, Cambridge" in invite.text
    ann.draw("forum-invite")
    ann.press("Coming")
    ann.go(Chat.PERSONAL)
    ann.sees("Provider forum")
    ann.draw("forum-coming")

    ann.go(Chat.FORUM_CHANNEL)
    # It went out at the same moment as the invite.
    ann.sees("Coming: nobody yet")
    ann.draw("forum-digest")
    ann.say("who is coming?")
    assert ASKER in ann.sees("Coming: 1").text
    ann.say(f"move the forum to {day_in_words(day + timedelta(days=2))} at 14:00")
    ann.sees("14:00")
    ann.draw("forum-change-asked")
    ann.reply("yes")

    ann.go(Chat.CHANNEL)
    ann.sees("14:00")
    ann.draw("forum-changed")
    ann.go(Chat.FORUM_CHANNEL)
    ann.say("cancel the forum because the building is closed")
    ann.sees("the building is closed")
    ann.reply("yes")
    ann.go(Chat.CHANNEL)
    ann.sees("the building is closed")
    ann.draw("forum-cancelled")
