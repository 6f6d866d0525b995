"""What was agreed at a forum: the coordinators write it down, and have it posted where the forum was announced."""

import hashlib
import re

from handlers.conversation import Block, Choices, Field, FieldKind, Form, Heading, Option, Reply, Text
from handlers.forums.announcing import told_rooms
from handlers.forums.changewords import Wanted
from handlers.forums.hall import Schedule
from handlers.forums.telling import counted, day_of
from handlers.forums.words import Act, ForumCommand, about
from handlers.posts import Post
from handlers.turn import Turn
from knowledge.forums.occurrences import Occurrence

TEXT = "text"
_PLEASE = r"(?:please\s+|(?:can|could)\s+(?:i|we|you)\s+(?:please\s+)?|(?:i|we)\s+want\s+to\s+)?"
_OF = r"\s+(?:of|for|from|at|after)\s+(?P<which>.+?)"
_ACTIONS = re.compile(
    rf"(?:{_PLEASE}(?:write\s+(?:down|up)|write|note(?:\s+down)?|record|post)\s+)?(?:the\s+|our\s+)?actions(?:{_OF})?[?.!\s]*",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"who\s+(?:came|attended|was\s+there|was\s+at|turned\s+up|has\s+been\s+at)(?:\s+(?:(?:to|at|for)\s+)?(?P<which>.+?))?[?.\s]*",
    re.IGNORECASE,
)
# What a button carries on every platform, with the words in front of it.
MOST = 1_500


def afterwards(text: str) -> Wanted | None:
    """What a text wants to do with a forum that was held; None for any other words."""
    said = " ".join(text.split())
    if found := _ACTIONS.fullmatch(said):
        return Wanted(Act.ACTIONS, found["which"] or "")
    if found := _CAME.fullmatch(said):
        return Wanted(Act.MANAGE, found["which"] or "")
    return None


def actions_form(occurrence: Occurrence, text: str = "", error: str = "") -> Form:
    """Asks for the actions that were agreed."""
    says = about(Act.ACTIONS, occurrence)
    values = (text,) if text else ()
    field = Field(TEXT, "What was agreed, and who does it", FieldKind.PARAGRAPH, values=values, error=error)
    return Form(
        f"Actions of the {occurrence.series.name}, {day_of(occurrence)}",
        (field,),
        Option("Show me what is posted", says),
        Option("Write down the actions", says),
        f"In words, say: {says}: and then the actions.",
    )


def actions(text: str, occurrence: Occurrence, turn: Turn) -> tuple[Block, ...]:
    """Show what would be posted, and ask whether it should be."""
    filled = dict(turn.message.filled)
    text = " ".join((*filled.get(TEXT, ()), text)).strip()
    if not text:
        return (actions_form(occurrence, error="Please write something here." if filled else ""),)
    if len(text) > MOST:
        return (actions_form(occurrence, text, f"That is too long. I can take {MOST:,} characters."),)
    rooms = told_rooms(turn.records, occurrence.key)
    if not rooms:
        return (Text("This forum was not announced in any channel, so there is nowhere to post them."),)
    post = Option("Yes, post it", str(ForumCommand(Act.POST_ACTIONS, occurrence.key, text)), "yes")
    leave = Option("No, leave it", about(Act.LEAVE, occurrence), "no")
    where = counted(len(rooms), "channel")
    return (
        Text(f"Shall I post this in {where}?"),
        *_shown(occurrence, text),
        Choices((post, leave), numbered=False, once=True),
    )


def post_actions(text: str, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> tuple[Block, ...]:
    """Post the actions in every channel where the forum was announced, once."""
    if not text or len(text) > MOST:
        return actions(text, occurrence, turn)
    series, day = occurrence.key
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    rooms = told_rooms(turn.records, occurrence.key)
    posts = [
        Post(f"forum:{series}:{day}:actions-{digest}:{name}", room, Reply(_shown(occurrence, text)), schedule.now)
        for name, room in rooms.items()
    ]
    new = sum(map(turn.records.outbox.put, posts))
    return (Text(f"Posted in {counted(new, 'channel')}." if new else "That is posted already."),)


def _shown(occurrence: Occurrence, text: str) -> tuple[Block, ...]:
    return (Heading(f"{occurrence.series.name}, {day_of(occurrence)}: what was agreed"), Text(text))
