"""What coordinators do with a forum in their channel: every change is shown first, then announced to whoever was told."""

import re
from collections.abc import Sequence

from handlers.conversation import Block, Choices, Heading, Option, Person, Platform, Reply, Room, Text
from handlers.forums.announcing import announce, post_key, told_rooms
from handlers.forums.cards import Replies, changed_card, tally
from handlers.forums.changeforms import Wrong, edit_in, edit_of, filled_in, form, in_words, left_out, option
from handlers.forums.edits import Cancel, Edit, complaint, edited, hints, read, reschedules
from handlers.forums.hall import Schedule, change_of
from handlers.forums.records import Changed, Notice
from handlers.forums.telling import agenda, counted, day_of, facts
from handlers.forums.words import Act, ForumCommand, about
from handlers.ports import Purpose, Records
from handlers.posts import Post
from handlers.turn import Turn
from knowledge.forums.occurrences import Occurrence, Standing, occurrence_of

NOT_HERE = "Only the coordinators can do that, in their channel."
NOTHING_CHANGED = "All right. Nothing was changed."
_CONFIRMED = re.compile(r"(?P<number>\d{1,6}) (?P<edit>.+)", re.DOTALL)

Blocks = tuple[Block, ...]


def coordinates(turn: Turn, series: str) -> bool:
    """Whether a message comes from where a series is coordinated; in a terminal everybody does."""
    room = turn.message.room
    if room is None:
        return turn.message.conversation.platform is Platform.TERMINAL
    return not room.private and series in turn.records.rooms.subjects(Purpose.COORDINATORS, room)


def manage(occurrence: Occurrence, turn: Turn, schedule: Schedule) -> Blocks:
    """A forum as its coordinators see it, and what they can do."""
    answers = turn.records.attending.answers(occurrence.key)
    suggestions = turn.records.attending.suggestions(occurrence.key)
    return (
        Heading(f"{occurrence.series.name}: {day_of(occurrence)}"),
        facts(occurrence, schedule.now, link=True),
        *tally(occurrence, Replies(answers, suggestions)),
        *agenda(occurrence.agenda),
        Choices(_options(occurrence, schedule), numbered=False),
    )


def change(command: ForumCommand, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> Blocks:
    """Ask for what is to be changed; where that is told or filled in, show what would be announced."""
    act, values = command.act, filled_in(turn.message.filled)
    if gone := _cannot_be_changed(occurrence, schedule):
        return (Text(gone),)
    text, today = command.text, schedule.now.date()
    if not turn.message.filled and not text:
        if act is Act.CANCEL and turn.message.conversation.platform is Platform.TERMINAL:
            return _cancel_without_a_form(occurrence, turn, schedule)
        return (form(act, occurrence, {}),)
    edit = edit_in(act, text, occurrence, today) if text else edit_of(act, values, occurrence)
    if not isinstance(edit, Wrong):
        error = complaint(edit, occurrence, schedule.now)
        if not error:
            note = left_out(act, text)
            return (*((Text(note),) if note else ()), *propose(edit, occurrence, turn, schedule))
        edit = Wrong(error)
    return (Text(edit.words), form(act, occurrence, {})) if text else (form(act, occurrence, values, edit),)


def _cancel_without_a_form(occurrence: Occurrence, turn: Turn, schedule: Schedule) -> Blocks:
    """A cancellation needs nothing filled in, so where there are no forms it is shown at once."""
    why = f"To say why, write: {in_words(Act.CANCEL, occurrence)}"
    return (Text(why, quiet=True), *propose(Cancel(), occurrence, turn, schedule))


def propose(edit: Edit, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> Blocks:
    """Show what would be announced, and to how many, and ask for a yes."""
    if error := complaint(edit, occurrence, schedule.now):
        return (Text(error),)
    after = _after(edit, occurrence, schedule)
    people, rooms = _people(turn.records, occurrence), told_rooms(turn.records, occurrence.key)
    audience = _audience(len(rooms), len(people))
    yes = Option("Yes, announce it" if audience else "Yes, do it", _confirmation(edit, occurrence, schedule), "yes")
    return (
        Text(
            f"If you say yes, I tell {audience} this:" if audience else "Nobody was told of this forum yet. In short:"
        ),
        *(block for block in changed_card(edit, occurrence, after, schedule).blocks if not _can_be_said(block)),
        *(Text(note) for note in hints(edit, occurrence, schedule)),
        Choices((yes, Option("No, leave it", about(Act.LEAVE, occurrence), "no")), numbered=False, once=True),
    )


def confirm(text: str, occurrence: Occurrence, turn: Turn, schedule: Schedule) -> Blocks:
    """Change a forum as it was shown, unless it was changed meanwhile, and tell whoever was told of it."""
    found = _CONFIRMED.fullmatch(text)
    edit = read(found["edit"]) if found else None
    if found is None or edit is None:
        return (Text("I cannot read that. Please press the button again, or start anew."),)
    change = change_of(occurrence, schedule)
    if change.number != int(found["number"]):
        return (Text("This forum was changed since I asked you."), *propose(edit, occurrence, turn, schedule))
    if error := complaint(edit, occurrence, schedule.now):
        return (Text(error),)
    before = {each.key: each.rescheduled for each in turn.records.forums.changed()}
    rescheduled = turn.now if reschedules(edit) else before.get(occurrence.key)
    person = turn.message.conversation.person
    kept = edited(change, edit, turn.now)
    turn.records.forums.change(Changed(occurrence.key, kept, person, turn.message.name, rescheduled))
    turn.records.forums.replan()
    after = _after(edit, occurrence, schedule)
    told = _tell(edit, occurrence, after, turn, schedule)
    return (Text(f"Done. I am telling {told}." if told else "Done."), facts(after, schedule.now, link=True))


def yes_to(blocks: Sequence[Block]) -> str:
    """What saying yes to a question of these blocks stands for; empty where there is none."""
    once = [block for block in blocks if isinstance(block, Choices) and block.once]
    return next((option.says for block in once for option in block.options if option.typed == "yes"), "")


def _can_be_said(block: Block) -> bool:
    """Whether a block offers something to say, which is for those whom it is announced to."""
    return isinstance(block, Choices) and any(option.says for option in block.options)


def _options(occurrence: Occurrence, schedule: Schedule) -> tuple[Option, ...]:
    if _is_over(occurrence, schedule):
        return (Option("Write down the actions", about(Act.ACTIONS, occurrence)),)
    if occurrence.standing is Standing.CANCELLED:
        return (Option("Reinstate it", about(Act.REINSTATE, occurrence)),)
    return tuple(option(act, occurrence) for act in (Act.MOVE, Act.CANCEL, Act.WHERE, Act.AGENDA))


def _cannot_be_changed(occurrence: Occurrence, schedule: Schedule) -> str:
    told = f"The {occurrence.series.name} on {day_of(occurrence)}"
    if _is_over(occurrence, schedule):
        return f"{told} is over."
    return f"{told} is cancelled. You can reinstate it." if occurrence.standing is Standing.CANCELLED else ""


def _is_over(occurrence: Occurrence, schedule: Schedule) -> bool:
    return occurrence.ends.timestamp() <= schedule.now.timestamp()


def _after(edit: Edit, occurrence: Occurrence, schedule: Schedule) -> Occurrence:
    """The forum as it is with one more change."""
    change = edited(change_of(occurrence, schedule), edit, schedule.now)
    changes = {**schedule.changes, occurrence.key: change}
    return occurrence_of(occurrence.series, occurrence.day, changes) or occurrence


def _confirmation(edit: Edit, occurrence: Occurrence, schedule: Schedule) -> str:
    number = change_of(occurrence, schedule).number
    return str(ForumCommand(Act.CONFIRM, occurrence.key, f"{number} {edit}"))


def _tell(edit: Edit, before: Occurrence, after: Occurrence, turn: Turn, schedule: Schedule) -> str:
    """Tell everybody who was told of a forum before that it changed; returns whom, for people."""
    records, now = turn.records, turn.now
    number = change_of(before, schedule).number + 1
    what, reply = f"change {number}", changed_card(edit, before, after, schedule)
    rooms = told_rooms(records, before.key)
    for room in rooms.values():
        announce(records, Notice(post_key(before.key, what, room), before.key, what, room, now), reply, now)
    people = _people(records, before)
    for person in people:
        records.outbox.put(Post(post_key(before.key, what, person), person, reply, now))
    for room in _other_coordinators(turn, before.series.id):
        notice = Notice(post_key(before.key, what, room), before.key, what, room, now, public=False)
        announce(records, notice, Reply((Text("The coordinators have changed this:"), *reply.blocks)), now)
    return _audience(len(rooms), len(people))


def _other_coordinators(turn: Turn, series: str) -> list[Room]:
    """The other channels in which a series is coordinated."""
    here = turn.message.room
    place = (here.platform, here.tenant, here.channel) if here else None
    rooms = turn.records.rooms.of(Purpose.COORDINATORS, series)
    return [room for room in rooms if (room.platform, room.tenant, room.channel) != place]


def _people(records: Records, occurrence: Occurrence) -> list[Person]:
    return [each.person for each in records.attending.answers(occurrence.key)]


def _audience(rooms: int, people: int) -> str:
    told = [counted(rooms, "channel")] if rooms else []
    told += [counted(people, "person", "people")] if people else []
    return " and ".join(told)
