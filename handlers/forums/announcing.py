"""Who is told about forums, and how that is kept, so that each is told once."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from handlers.conversation import Person, Platform, Reply, Room
from handlers.forums.hall import Hall
from handlers.forums.records import Became, Key, Notice
from handlers.ports import Purpose, Records
from handlers.posts import Address, Post

_LONGEST_NAME = 120


def room_name(room: Room) -> str:
    """What a channel is called in keys and in the preview: always the same, and not too long for a key."""
    return _name("", room.platform, room.tenant, room.channel)


def post_key(key: Key, what: str, to: Address) -> str:
    """The key of something said about a forum: its series, its day, what it is, and to whom."""
    series, day = key
    return f"forum:{series}:{day.isoformat()}:{what}:{_address_name(to)}"


def report_key(what: str, at: datetime, to: Address) -> str:
    """The key of a report on what was not said."""
    return f"forums:{what}:{at.isoformat()}:{_address_name(to)}"


def announce(records: Records, notice: Notice, reply: Reply, now: datetime) -> bool:
    """Say something in a channel, once; whether it was not said before."""
    if not records.forums.note(notice):
        return False
    return records.outbox.put(Post(notice.post, notice.room, reply, min(notice.at, now)))


def told_rooms(records: Records, key: Key) -> Mapping[str, Room]:
    """The channels that were told of a forum, by their names."""
    told = (each for each in records.forums.notices(key) if each.public and each.became is Became.PUT)
    return {room_name(each.room): each.room for each in told}


def caretakers(records: Records, series: str, hall: Hall, elsewhere: Room | None = None) -> Sequence[Address]:
    """Who looks after a series: its coordinators' channels other than `elsewhere`; the administrators where it has none."""
    rooms = records.rooms.of(Purpose.COORDINATORS, series)
    if others := [room for room in rooms if elsewhere is None or room_name(room) != room_name(elsewhere)]:
        return others
    tenants = {room.platform: room.tenant for room in (*rooms, *records.rooms.of(Purpose.FORUMS, series))}
    names = [name.partition(":") for name in sorted(hall.desk.administrators)]
    return [Person(Platform(platform), tenants.get(Platform(platform), ""), user) for platform, _, user in names]


def _address_name(to: Address) -> str:
    return room_name(to) if isinstance(to, Room) else _name("person:", to.platform, to.tenant, to.user)


def _name(kind: str, *parts: str) -> str:
    name = kind + ":".join(parts)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{kind}{parts[0]}:{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"
