"""Cases brought to the Compact leads, and every change told to those whom it concerns: all through the outbox."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from handlers.concerns.cards import card, retired
from handlers.concerns.desk import Desk
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.conversation import Block, Person, Platform, Reply, Room, Text
from handlers.ports import Purpose, Records
from handlers.posts import Post

_PLATFORM, _TENANT, _CHANNEL = "platform", "tenant", "channel"


def leads_room(records: Records, compact: str) -> Room | None:
    """Where a Compact's concerns go; None where nobody has said."""
    rooms = records.rooms.of(Purpose.CONCERNS, compact)
    return rooms[0] if rooms else None


def deliver(records: Records, case: Case, desk: Desk, now: datetime) -> Case:
    """A case brought to the leads' channel, as it stands then. Where there is none, administrators are told, once a case.

    `Case.card` of the returned one tells whether it was brought there.
    """
    records.rooms.hold(Purpose.CONCERNS, case.compact)
    room = leads_room(records, case.compact)
    if room:
        return hand_over(records, case, room, desk, now)
    _tell_administrators(records, case, desk, now)
    return case


def hand_over(records: Records, case: Case, room: Room, desk: Desk, now: datetime) -> Case:
    """A case given a card in a channel; the card that it had in another one goes."""
    events = records.cases.events(case.reference)
    retire(records, case, events, desk, now)
    before = sum(event.kind is EventKind.DELIVERED for event in events)
    key = f"case:{case.reference}:card{f'-{before + 1}' if before else ''}"
    to = Room(room.platform, room.tenant, room.channel)
    detail = {_PLATFORM: to.platform.value, _TENANT: to.tenant, _CHANNEL: to.channel}
    records.cases.add(CaseEvent(case.reference, now, EventKind.DELIVERED, detail=detail))
    changed = _kept(records, replace(case, card=key))
    shown = card(changed, records.cases.events(case.reference), desk, now)
    records.outbox.put(Post(key, to, shown, now))
    return changed


def take_back(records: Records, case: Case, desk: Desk, now: datetime) -> Case:
    """A case whose channel is the leads' no longer, and that has no other: its card goes."""
    retire(records, case, records.cases.events(case.reference), desk, now)
    return _kept(records, replace(case, card=""))


def retire(records: Records, case: Case, events: Sequence[CaseEvent], desk: Desk, now: datetime) -> None:
    """Have a case's card say that its channel handles such concerns no longer."""
    room = card_room(events)
    if case.card and room:
        records.outbox.put(Post(f"{case.card}:retired", room, retired(case, desk), now, case.card))


def change(records: Records, case: Case, events: Sequence[CaseEvent], desk: Desk, now: datetime) -> Case:
    """A case kept as it stands now, with what happened, and its card brought up to date."""
    for event in events:
        records.cases.add(event)
    changed = _kept(records, case)
    show(records, changed, desk, now)
    return changed


def show(records: Records, case: Case, desk: Desk, now: datetime) -> None:
    """Have a case's card show its present state."""
    events = records.cases.events(case.reference)
    room = card_room(events)
    if case.card and room:
        key = f"{case.card}:{case.version}"
        records.outbox.put(Post(key, room, card(case, events, desk, now), now, case.card))


def tell_raiser(records: Records, case: Case, blocks: Sequence[Block], now: datetime) -> None:
    """Tell whoever raised a case, in private, of its latest event."""
    number = len(records.cases.events(case.reference))
    records.outbox.put(Post(f"case:{case.reference}:raiser:{number}", case.raiser, Reply(tuple(blocks)), now))


def tell_leads(records: Records, case: Case, blocks: Sequence[Block], now: datetime) -> None:
    """Tell the leads, in the channel of a case's card, of its latest event."""
    events = records.cases.events(case.reference)
    room = card_room(events)
    if case.card and room:
        records.outbox.put(Post(f"case:{case.reference}:room:{len(events)}", room, Reply(tuple(blocks)), now))


def card_room(events: Sequence[CaseEvent]) -> Room | None:
    """The channel in which a case was given its last card."""
    return next(iter(_rooms(events)), None)


def had_card_in(events: Sequence[CaseEvent], room: Room) -> bool:
    """Whether a case was ever given a card in a channel."""
    return Room(room.platform, room.tenant, room.channel) in _rooms(events)


def _rooms(events: Sequence[CaseEvent]) -> list[Room]:
    """The channels in which a case was given a card, the latest first."""
    return [
        Room(Platform(event.detail[_PLATFORM]), event.detail[_TENANT], event.detail[_CHANNEL])
        for event in reversed(events)
        if event.kind is EventKind.DELIVERED
    ]


def _kept(records: Records, case: Case) -> Case:
    records.cases.change(case)
    return replace(case, version=case.version + 1)


def _tell_administrators(records: Records, case: Case, desk: Desk, now: datetime) -> None:
    compact = desk.compact_name(case.compact)
    waiting = Text(f"A concern under the {compact} has come in ({case.reference}). No channel gets such concerns yet.")
    what_to_do = Text(f"Please go to the channel of its leads and say there: send {compact} concerns here")
    for administrator in sorted(desk.administrators):
        to = _administrator(administrator, case.raiser)
        records.outbox.put(
            Post(f"case:{case.reference}:undelivered:{administrator}", to, Reply((waiting, what_to_do)), now)
        )


def _administrator(name: str, raiser: Person) -> Person:
    """An administrator as a person; their tenant is known only where it is the raiser's, on the same platform."""
    platform, _, user = name.partition(":")
    return Person(Platform(platform), raiser.tenant if platform == raiser.platform else "", user)
