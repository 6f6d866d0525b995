"""Sends posts in Teams. Teams cannot be asked what is there: a post that was being sent when a process died comes twice."""

from bot.teams.places import Places
from bot.teams.port import ConnectorError, Reference
from bot.teams.rendering import cards
from bot.teams.speaking import Speaker
from handlers.conversation import Person, Room
from scheduler.delivery import Claimed, SendError

_BETWEEN = ","


class TeamsSender:
    """`scheduler.delivery.Sender` for Teams. A post's message id is the ids of the messages that it takes."""

    def __init__(self, speaker: Speaker, places: Places) -> None:
        self._speaker = speaker
        self._places = places
        # The ids of what was said of posts of which something is still to be said, by their keys.
        self._begun: dict[str, list[str]] = {}

    async def send(self, claimed: Claimed) -> str:
        """See `Sender.send`. Of one that we sent in part before, the rest is sent."""
        to = claimed.post.to
        try:
            place = await self._places.reach(to)
            if place is None:
                raise SendError("nobody knows where that is in Teams, as we are not there (any more)", permanent=True)
            await self._say(claimed, place)
        except ConnectorError as error:
            if error.gone and isinstance(to, Person):
                await self._places.lose(to)
            if error.permanent:
                self._begun.pop(claimed.post.key, None)
            raise SendError(str(error), permanent=error.permanent, retry_after=error.retry_after) from None
        return _BETWEEN.join(self._begun.pop(claimed.post.key))

    async def _say(self, claimed: Claimed, place: Reference) -> None:
        """Say a post, its messages in the place of those of the post before, of which those left over go."""
        to, reply = claimed.post.to, claimed.post.reply
        drawn = cards(reply, short=isinstance(to, Room) and not to.private)
        before = claimed.replaced.split(_BETWEEN) if claimed.replaced else []
        said = self._begun.setdefault(claimed.post.key, [])
        for number in range(len(said), len(drawn)):
            instead = before[number] if number < len(before) else ""
            said.append(await self._speaker.put(place, drawn[number], reply.more, instead))
        for message in before[len(drawn) :]:
            await self._speaker.remove(place, message)
