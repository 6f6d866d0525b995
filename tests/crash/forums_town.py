"""The town of the two years: its forums, its channels, and its people."""

from handlers.conversation import Person, Platform, Room
from tests.slack.requests import ASKER, TEAM

FORUMS = """\
series:
  - id: quarterly
    name: Quarterly forum
    compact: northshire
    commitment: northshire.money.6
    starts: 2026-01-14
    recurrence: FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE
    time: "10:00"
    length: PT2H
    place: The hall
    link: https://meet.example.org/quarterly
    convenor: The partnership team
    agenda: [Welcome]
    reminders:
      - {when: P28D at 09:30, holds: invite}
      - {when: P7D, holds: agenda-call}
      - {when: PT1H, holds: joining-link}
      - {when: P1D after at 09:30, holds: follow-up}
  - id: monthly
    name: Monthly exchange
    compact: westmere
    starts: 2026-01-05
    recurrence: FREQ=MONTHLY;BYDAY=1MO
    time: "14:00"
    length: PT1H
    place: Room 3
    convenor: Ada
    reminders:
      - {when: P7D at 16:00, holds: invite}
      - {when: P1D, holds: agenda-call}
  - id: early
    name: Early birds
    compact: westmere
    starts: 2026-03-29
    recurrence: FREQ=YEARLY;BYMONTH=3,10;BYDAY=-1SU
    time: "01:30"
    length: PT2H
    link: https://meet.example.org/early
    convenor: Bea
    bank-holidays: keep
    reminders:
      - {when: P21D at 01:30, holds: invite}
      - {when: P1D at 01:30, holds: agenda-call}
      - {when: PT1H, holds: joining-link}
      - {when: PT1H after, holds: follow-up}
"""
"""The last is held in the very nights in which the clocks change."""

SQUARE, MARKET, OFFICE, BACK_OFFICE = (
    Room(Platform.SLACK, TEAM, name) for name in ("C0SQUARE", "C0MARKET", "C0OFFICE", "C0BACK")
)
"""Two channels where forums are announced, and two where they are coordinated."""

PEOPLE = (ASKER, "U0ANN", "U0BEA")
"""Those who may come. `LEAD` is the administrator, and a coordinator."""


def person(user: str) -> Person:
    """Somebody as an address."""
    return Person(Platform.SLACK, TEAM, user)
