"""Reminding the Compact leads of what is late: in their channel, on working days, once a day at most for each case."""

from collections.abc import Sequence
from datetime import datetime

from handlers.concerns.cards import act, late_in_words
from handlers.concerns.casecommands import Act
from handlers.concerns.clock import Targets, is_working_day, running
from handlers.concerns.delivery import card_room, change, hand_over, leads_room
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.conversation import Block, Choices, Facts, Heading, Reply, Room, Text
from handlers.ports import Purpose, Records
from handlers.posts import Post
from knowledge.base import Knowledge

_MOST_BUTTONS = 10


def nudge(records: Records, knowledge: Knowledge, targets: Targets, now: datetime) -> int:
    """Remind of every open case that is late, with one post a channel; returns how many cases that are.

    `now`: in the time zone whose days count. To be called once a day or more often, in any number of processes.
    """
    desk = Desk(knowledge, targets)
    handled = [case for case in records.cases.all(open_only=True) if case.card]
    # In this order: to know the bank holidays takes a while, which a quiet house can do without.
    if not handled or not is_working_day(now.date()):
        return 0
    late: dict[Room, list[Case]] = {}
    for case in handled:
        if running(case, knowledge, targets, now).late:
            _nudge(records, case.reference, desk, now, late)
    for room, cases in late.items():
        key = f"case:{cases[0].reference}:nudge:{now.date().isoformat()}"
        records.outbox.put(Post(key, room, Reply(_reminder(cases, desk, now)), now))
    return sum(map(len, late.values()))


def bring_waiting(records: Records, desk: Desk, now: datetime) -> int:
    """Bring cases that have no card to their leads' channel, where there is one by now; returns how many.

    When a channel is set all open cases are brought there, so that there are none but where something went wrong.
    """
    brought = 0
    waiting = [case for case in records.cases.all(open_only=True) if not case.card]
    # In one order everywhere, so that no two processes wait for each other.
    for compact in sorted({case.compact for case in waiting}):
        records.rooms.hold(Purpose.CONCERNS, compact)
        room = leads_room(records, compact)
        for case in waiting if room else ():
            held = records.cases.get(case.reference) if case.compact == compact else None
            if room and held and not held.card and not held.closed:
                hand_over(records, held, room, desk, now)
                brought += 1
    return brought


def _nudge(records: Records, reference: str, desk: Desk, now: datetime, late: dict[Room, list[Case]]) -> None:
    """Note a late case under its channel, unless another process has reminded of it today."""
    case, events = records.cases.get(reference), records.cases.events(reference)
    room = card_room(events)
    if case is None or not case.card or room is None or _reminded_today(events, now):
        return
    # It may have been dealt with since it was listed: now it is held.
    if running(case, desk.knowledge, desk.targets, now).late:
        # The card tells by how much it is late: with each day more.
        kept = change(records, case, [CaseEvent(reference, now, EventKind.NUDGED)], desk, now)
        late.setdefault(room, []).append(kept)


def _reminded_today(events: Sequence[CaseEvent], now: datetime) -> bool:
    return any(
        event.kind is EventKind.NUDGED and event.at.astimezone(now.tzinfo).date() == now.date() for event in events
    )


def _reminder(cases: Sequence[Case], desk: Desk, now: datetime) -> tuple[Block, ...]:
    shows = Choices(
        tuple(act(Act.SHOW, case, f"Show {case.reference}") for case in cases[:_MOST_BUTTONS]), numbered=False
    )
    rows = tuple((case.reference, late_in_words(case, desk, now)) for case in cases)
    if len(rows) == 1:
        return (Text(f"A reminder about {rows[0][0]}: {rows[0][1]}."), shows)
    return (Heading(f"{len(rows)} concerns are late"), Facts(rows), shows)
