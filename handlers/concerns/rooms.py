"""Which channel a Compact's concerns go to: administrators say so in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.administrators import to_be_one
from handlers.concerns.cards import not_here_any_more
from handlers.concerns.delivery import hand_over, leads_room, take_back
from handlers.concerns.desk import Desk
from handlers.conversation import Reply, Room, Text
from handlers.ports import Purpose
from handlers.posts import Post
from handlers.turn import Turn
from knowledge.content import Compact
from knowledge.text import normalised

_SEND = re.compile(r"(?:please )?send (?:all )?(?:the )?(?P<which>.*?) ?concerns? (?:to )?here")
_STOP = re.compile(
    r"(?:please )?(?:stop|do not|dont) send(?:ing)? (?:the )?(?P<which>.*?) ?concerns?(?: (?:to )?here)?"
)

_NOT_YOU = "Only the administrators of this assistant can say where concerns go."
_NOT_ALONE = "Please say that in the channel where the Compact leads are. A private chat would keep the others out."


@dataclass(frozen=True)
class _Place:
    """A channel in which somebody says where a Compact's concerns go."""

    compact: Compact
    room: Room
    turn: Turn


def rooms(turn: Turn, desk: Desk) -> Sequence[str] | None:
    """What is heard by whoever says where concerns go, a sentence each; None for any other words."""
    said = normalised(turn.text)
    stop, send = _STOP.fullmatch(said), _SEND.fullmatch(said)
    found = stop or send
    if found is None:
        return None
    person = turn.message.conversation.person
    if not desk.is_administrator(person):
        return _NOT_YOU, to_be_one(person)
    room = turn.message.room
    if room is None or room.private:
        return (_NOT_ALONE,)
    compact = _named(found["which"], desk)
    if compact is None:
        return (_which(desk, "stop sending" if stop else "send"),)
    place = _Place(compact, Room(room.platform, room.tenant, room.channel), turn)
    return _stop(place, desk) if stop else _send(place, desk)


def _named(which: str, desk: Desk) -> Compact | None:
    compacts = list(desk.knowledge.compacts.values())
    if not which:
        return compacts[0] if len(compacts) == 1 else None
    names = {normalised(name): each for each in compacts for name in (each.id, each.name, *each.named)}
    return names.get(which) or names.get(which.removesuffix(" compact"))


def _which(desk: Desk, verb: str) -> str:
    ways = ", or: ".join(f"{verb} {each.name} concerns here" for each in desk.knowledge.compacts.values())
    return f"Which Compact do you mean? Please say: {ways}."


def _send(place: _Place, desk: Desk) -> Sequence[str]:
    compact, room, turn = place.compact, place.room, place.turn
    records, now = turn.records, turn.now
    records.rooms.hold(Purpose.CONCERNS, compact.id)
    before = leads_room(records, compact.id)
    if before == room:
        return (f"Concerns under the {compact.name} come to this channel already.",)
    for other in records.rooms.of(Purpose.CONCERNS, compact.id):
        records.rooms.dismiss(Purpose.CONCERNS, compact.id, other)
        _tell_that_it_moved(other, place, desk)
    records.rooms.appoint(Purpose.CONCERNS, compact.id, room, turn.message.conversation.person, now)
    number = _hand_all_over(place, desk)
    return (
        f"From now on, concerns under the {compact.name} come to this channel.",
        "Everybody in it can see them and act on them, so please let only the Compact leads join.",
        *(("The channel that they came to before has been told.",) if before else ()),
        *((f"{_concerns(number)} already here or waiting. I am posting {_them(number)} now.",) if number else ()),
    )


def _stop(place: _Place, desk: Desk) -> Sequence[str]:
    compact, room, turn = place.compact, place.room, place.turn
    turn.records.rooms.hold(Purpose.CONCERNS, compact.id)
    if not turn.records.rooms.dismiss(Purpose.CONCERNS, compact.id, room):
        return (f"Concerns under the {compact.name} do not come to this channel.",)
    waiting = 0
    for case in turn.records.cases.all(compact=compact.id, open_only=True):
        held = turn.records.cases.get(case.reference)
        if held and held.card:
            take_back(turn.records, held, desk, turn.now)
        waiting += 1
    still = f"{_concerns(waiting)} still open, and nobody gets {_them(waiting)} now." if waiting else ""
    return (
        f"Concerns under the {compact.name} no longer come to this channel.",
        f"New ones are kept. They wait until an administrator says in a channel: send {compact.name} concerns here",
        *((still,) if still else ()),
    )


def _hand_all_over(place: _Place, desk: Desk) -> int:
    """Give every open case a card in the channel; returns how many there are."""
    records, number = place.turn.records, 0
    for case in records.cases.all(compact=place.compact.id, open_only=True):
        held = records.cases.get(case.reference)
        if held and not held.closed:
            hand_over(records, held, place.room, desk, place.turn.now)
            number += 1
    return number


def _tell_that_it_moved(room: Room, place: _Place, desk: Desk) -> None:
    compact, now = place.compact, place.turn.now
    key = f"room:{compact.id}:left:{room.platform}:{room.channel}:{now.isoformat()}"
    says = (
        Text(not_here_any_more(compact.id, desk)),
        Text("An administrator has moved them to another channel. The open ones have gone there."),
    )
    place.turn.records.outbox.put(Post(key, room, Reply(says), now))


def _concerns(number: int) -> str:
    return f"{number} {'concern is' if number == 1 else 'concerns are'}"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"
