"""Where people and rooms are in Teams, remembered from what comes from there."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.store.references import References
from bot.teams.port import Connector, Reference
from bot.teams.reading import THREAD, Place
from handlers.conversation import Person, Room

_MOST_KNOWN = 10_000


class Places:
    """The references of people and rooms, kept in the database, with those kept already known without asking it."""

    def __init__(self, references: References, connector: Connector, now: Callable[[], datetime]) -> None:
        self._references = references
        self._connector = connector
        self._now = now
        self._known: dict[Person | Room, Reference] = {}

    async def remember(self, place: Place) -> None:
        """Keep where something came from, where that is new."""
        if place.room is None:
            await self._keep(place.person, place.here)
        else:
            await self._keep(_bare(place.room), replace(place.here, conversation=place.room.channel))

    async def arrive(self, place: Place) -> None:
        """Keep where we were added, whatever was known: another process may have been told that we were removed."""
        self._known.pop(_whose(place), None)
        await self.remember(place)

    async def leave(self, place: Place) -> None:
        """Forget where we were removed."""
        await self.drop(_whose(place))

    async def drop(self, to: Person | Room) -> None:
        """Forget where somebody is, as nothing reaches them there."""
        self._known.pop(to, None)
        await asyncio.to_thread(self._references.drop, to)

    async def find(self, to: Person | Room) -> Reference | None:
        """Where to speak to somebody, or to a room, or in a thread of it; None where nobody knows."""
        kept = await asyncio.to_thread(self._references.find, to)
        if kept is None:
            return None
        found = Reference(**kept)
        thread = to.thread if isinstance(to, Room) else ""
        return replace(found, conversation=f"{found.conversation}{THREAD}{thread}") if thread else found

    async def personal(self, place: Place) -> Reference:
        """The personal chat of somebody who said something in a room, begun where there was none.

        Raises ConnectorError where none can be had.
        """
        found = await self.find(place.person)
        if found is None:
            found = await self._connector.begin(place.here, place.person.user)
            await self._keep(place.person, found)
        return found

    async def _keep(self, to: Person | Room, reference: Reference) -> None:
        if self._known.get(to) == reference:
            return
        await asyncio.to_thread(self._references.keep, to, reference.kept(), self._now())
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[to] = reference


def _whose(place: Place) -> Person | Room:
    return _bare(place.room) if place.room else place.person


def _bare(room: Room) -> Room:
    return replace(room, thread="")
