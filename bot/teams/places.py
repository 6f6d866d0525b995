"""Where people and rooms are in Teams, remembered from what comes from there."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.store.references import References
from bot.teams.port import Connector, ConnectorError, Reference
from bot.teams.reading import THREAD, Place
from handlers.conversation import Person, Platform, Room
from handlers.posts import Address

# The name of no room: under it we keep which server a tenant is on, so that a chat can be begun with anybody in it.
_SERVER = ""


class Places:
    """The references of people and rooms, kept in the database, where other processes change and forget them, too."""

    def __init__(self, references: References, connector: Connector, now: Callable[[], datetime]) -> None:
        self._references = references
        self._connector = connector
        self._now = now
        self._servers: dict[str, Reference] = {}
        self._lost: set[Person] = set()

    async def remember(self, place: Place) -> None:
        """Keep where something came from, where that is new, or was forgotten."""
        await asyncio.to_thread(self._remember, place)

    async def leave(self, place: Place) -> None:
        """Forget where we were removed."""
        await asyncio.to_thread(self._references.drop, whose(place))

    async def lose(self, person: Person) -> None:
        """Forget where somebody is, as nothing reaches them there."""
        self._lost.add(person)
        await asyncio.to_thread(self._references.drop, person)

    def is_lost(self, person: Person) -> bool:
        """Whether we tried in vain to write to somebody in private, and have not heard from them there since."""
        return person in self._lost

    async def find(self, to: Address) -> Reference | None:
        """Where to speak to somebody, or to a room, or in a thread of it; None where nobody knows."""
        kept = await asyncio.to_thread(self._references.find, to)
        if kept is None:
            return None
        found = Reference(**kept)
        thread = to.thread if isinstance(to, Room) else ""
        return replace(found, conversation=f"{found.conversation}{THREAD}{thread}") if thread else found

    async def reach(self, to: Address) -> Reference | None:
        """As `find`, but a personal chat that is not known is begun, where we know anybody in the same tenant.

        Raises ConnectorError where Teams begins none.
        """
        found = await self.find(to)
        if found or isinstance(to, Room):
            return found
        near = await self.find(_server(to.tenant))
        return await self._begin(near, to) if near else None

    async def _begin(self, near: Reference, person: Person) -> Reference:
        try:
            begun = await self._connector.begin(near, person.user)
        except ConnectorError as error:
            if error.permanent:
                self._lost.add(person)
            raise
        await asyncio.to_thread(self._keep, person, begun)
        return begun

    def _remember(self, place: Place) -> None:
        to = whose(place)
        self._keep(to, replace(place.here, conversation=to.channel) if isinstance(to, Room) else place.here)
        server = replace(place.here, conversation="")
        if self._servers.get(server.tenant) != server:
            self._keep(_server(server.tenant), server)
            self._servers[server.tenant] = server

    def _keep(self, to: Address, reference: Reference) -> None:
        if isinstance(to, Person):
            self._lost.discard(to)
        if self._references.find(to) != reference.kept():
            self._references.keep(to, reference.kept(), self._now())


def whose(place: Place) -> Address:
    """Who, or which room, can be spoken to in a place: a room as a whole, in no thread of it."""
    return replace(place.room, thread="") if place.room else place.person


def _server(tenant: str) -> Room:
    return Room(Platform.TEAMS, tenant, _SERVER)
