"""Which channels forums are announced in, and in which they are coordinated: administrators say so in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.administrators import to_be_one
from handlers.conversation import Room
from handlers.forums.coordinating import coordinates
from handlers.forums.hall import Hall
from handlers.forums.naming import Naming
from handlers.forums.telling import listed
from handlers.ports import Purpose
from handlers.turn import Turn
from knowledge.forums.content import Series
from knowledge.text import normalised

_ASKED = r"(?:please )?(?:(?:can|could) you (?:please )?)?"
_POST = re.compile(
    rf"{_ASKED}(?:post|send) (?:the )?forums? reminders (?:to )?here(?: for (?P<which>.+?))?(?: please)?"
)
_COORDINATE = re.compile(rf"{_ASKED}coordinate (?:the )?forums? (?:in )?here(?: for (?P<which>.+?))?(?: please)?")
_STOP = re.compile(
    rf"{_ASKED}(?:stop|dont|do not) (?:(?:post(?:ing)?|send(?:ing)?) )?(?:the )?forums? reminders(?: (?:to )?here)?"
    r"(?: for (?P<which>.+?))?(?: please)?|no more forums? reminders(?: here)?"
)
_STOP_COORDINATING = re.compile(
    rf"{_ASKED}(?:stop|dont|do not) coordinat(?:e|ing) (?:the )?forums?(?: (?:in )?here)?(?: for (?P<which>.+?))?"
)
_STOP_IN = re.compile(
    r"stop forum reminders in (?P<platform>[a-z]+) (?P<channel>\S+) for (?P<series>[a-z0-9-]+)", re.IGNORECASE
)
_BARE_STOP = frozenset({"stop", "please stop", "stop please"})
_NOTHING_POSTED = "I post no forum reminders here."
_NOT_YOU = "Only the administrators of this assistant can say where forums are announced."
_NOT_ALONE = "Please say that in the channel that it is for. Nobody else would see it in a private chat."
_NONE = "I do not know of any forums yet. Whoever runs me describes them in a file, which FORUMS_PATH names."
_EVERYBODY = (
    "Everybody in this channel can change these forums, and sees who comes. So please let only coordinators join."
)


@dataclass(frozen=True)
class _Said:
    """What is said about a channel: for what it is to be, or no longer to be, and for which series."""

    purpose: Purpose
    stop: bool
    which: str


def rooms(turn: Turn, hall: Hall, naming: Naming) -> Sequence[str] | None:
    """What is heard by whoever says where forums are announced, a sentence each; None for any other words."""
    if found := _STOP_IN.fullmatch(turn.text.strip()):
        return _stop_elsewhere(found, turn, hall)
    said = _said(turn)
    if said is None:
        return (_NOTHING_POSTED,) if _is_bare_stop(turn) else None
    person = turn.message.conversation.person
    if not hall.desk.is_administrator(person):
        return _NOT_YOU, to_be_one(person)
    room = turn.message.room
    if room is None or room.private:
        return (_NOT_ALONE,)
    place = Room(room.platform, room.tenant, room.channel)
    before = turn.records.rooms.subjects(said.purpose, place)
    meant = _meant(said, hall, naming, before)
    if meant is None:
        return (f"Which forum do you mean? I know of {listed(each.name for each in hall.series)}.",)
    if not meant:
        return (_nothing_to_stop(said.purpose),) if said.stop else (_NONE,)
    return _stop(said, meant, place, turn) if said.stop else _start(said, meant, place, turn, before)


def _said(turn: Turn) -> _Said | None:
    text = normalised(turn.text)
    ways = (
        (_POST, Purpose.FORUMS, False),
        (_STOP, Purpose.FORUMS, True),
        (_COORDINATE, Purpose.COORDINATORS, False),
        (_STOP_COORDINATING, Purpose.COORDINATORS, True),
    )
    for way, purpose, stop in ways:
        if found := way.fullmatch(text):
            return _Said(purpose, stop, found["which"] or "")
    return _Said(Purpose.FORUMS, stop=True, which="") if _is_bare_stop(turn) and is_announced(turn) else None


def _is_bare_stop(turn: Turn) -> bool:
    """Whether somebody says "stop" in a channel; in a private chat that would be about something else."""
    room = turn.message.room
    return bool(room and not room.private and normalised(turn.text) in _BARE_STOP)


def is_announced(turn: Turn) -> bool:
    """Whether forums are announced in the channel of a message."""
    room = turn.message.room
    return bool(room and not room.private and turn.records.rooms.subjects(Purpose.FORUMS, room))


def _meant(said: _Said, hall: Hall, naming: Naming, before: Sequence[str]) -> Sequence[Series] | None:
    """The series that are meant; None where what is named is none."""
    if said.which:
        return naming.series(said.which, hall.series)
    return [each for each in hall.series if each.id in before] if said.stop else hall.series


def _start(said: _Said, meant: Sequence[Series], place: Room, turn: Turn, before: Sequence[str]) -> Sequence[str]:
    new = [each for each in meant if each.id not in before]
    # What it is for already stays as it is: since when it is decides what it is still to be reminded of.
    for each in new:
        turn.records.rooms.appoint(said.purpose, each.id, place, turn.message.conversation.person, turn.now)
    turn.records.forums.replan()
    names = listed(each.name for each in meant)
    if said.purpose is Purpose.COORDINATORS:
        begun = "From now on these forums are coordinated here" if new else "These forums are coordinated here already"
        return (f"{begun}: {names}.", _EVERYBODY, "To see what you can do, say: manage the next forum.")
    begun = "From now on I post" if new else "I already post"
    return (f"{begun} the reminders of these forums here: {names}.", "To end that, say: stop forum reminders here.")


def _stop(said: _Said, meant: Sequence[Series], place: Room, turn: Turn) -> Sequence[str]:
    ended = [each for each in meant if turn.records.rooms.dismiss(said.purpose, each.id, place)]
    if not ended:
        return (_nothing_to_stop(said.purpose),)
    turn.records.forums.replan()
    names = listed(each.name for each in ended)
    if said.purpose is Purpose.COORDINATORS:
        return (f"These forums are no longer coordinated here: {names}.",)
    changes = "If a forum that was announced here is moved or cancelled, I still say so."
    return (f"I no longer post the reminders of these forums here: {names}.", changes)


def _stop_elsewhere(found: re.Match[str], turn: Turn, hall: Hall) -> Sequence[str]:
    series = found["series"].lower()
    person = turn.message.conversation.person
    if not coordinates(turn, series) and not hall.desk.is_administrator(person):
        return _NOT_YOU, to_be_one(person)
    rooms = [
        room
        for room in turn.records.rooms.of(Purpose.FORUMS, series)
        if (room.platform.value, room.channel) == (found["platform"].lower(), found["channel"])
    ]
    if not any([turn.records.rooms.dismiss(Purpose.FORUMS, series, room) for room in rooms]):  # noqa: C419 - all of them
        return (_nothing_to_stop(Purpose.FORUMS),)
    turn.records.forums.replan()
    return ("I no longer post the reminders of that forum there.",)


def _nothing_to_stop(purpose: Purpose) -> str:
    if purpose is Purpose.COORDINATORS:
        return "These forums are not coordinated here."
    return "I do not post the reminders of these forums there."
