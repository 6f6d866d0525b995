"""What is said about forums unasked: reminders, digests and follow-ups, changes, and what did not go out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from handlers.conversation import Block, Choices, Heading, Option, Quote, Reply, Text
from handlers.forums.edits import AddItem, Cancel, Edit, Move, Reinstate, Where
from handlers.forums.figures import Carried
from handlers.forums.hall import Schedule
from handlers.forums.records import DIGEST, Answer, Attendance, Notice, Suggestion
from handlers.forums.telling import (
    NOTE,
    agenda,
    answer_options,
    counted,
    day_of,
    facts,
    in_days,
    links,
    listed,
    says,
    says_option,
    when,
)
from handlers.forums.words import Act, ForumCommand, about
from knowledge.forums.content import COMPACT_ITEM, Holds, ReminderPlan
from knowledge.forums.occurrences import Occurrence
from knowledge.periods import day_in_words

_MOST_LISTED = 10
_KINDS = {
    Holds.INVITE: "invitation",
    Holds.AGENDA_CALL: "call for the agenda",
    Holds.JOINING_LINK: "reminder with the joining link",
    Holds.FOLLOW_UP: "question about actions",
}
_WRITE_DOWN = "Write down the actions"
_NEXT_FORUMS = Option("See the next forums", "next forums")
_TOO_LATE = "It is too late for that now. You may want to tell people yourselves."


def reminder(
    occurrence: Occurrence, plan: ReminderPlan, schedule: Schedule, carried: Carried | None, figures: Text | None
) -> Reply:
    """A reminder that goes out before a forum. `figures`: those on concerns, where this is the one that carries them."""
    hall, now = schedule.hall, schedule.now
    options = (*answer_options(occurrence, now), *says_option(occurrence.series, hall))
    opens, first = links(occurrence, hall, now), bool(plan.holds is Holds.JOINING_LINK and occurrence.link)
    return Reply(
        (
            Heading(f"{occurrence.series.name}: {day_of(occurrence)}"),
            Text(_opening(occurrence, plan.holds, now)),
            *(opens if first else ()),
            facts(occurrence, now),
            *agenda([_item(each, carried, figures, now) for each in occurrence.agenda]),
            *((figures,) if figures else ()),
            *says(occurrence.series, hall),
            *(() if first else opens),
            Choices(options, numbered=False),
        )
    )


def _opening(occurrence: Occurrence, holds: Holds, now: datetime) -> str:
    soon = in_days(occurrence, now)
    match holds:
        case Holds.INVITE:
            return f"You are invited{f': it is {soon}' if soon else ''}. Please say whether you can come."
        case Holds.AGENDA_CALL:
            return (
                f"{f'It is {soon}. ' if soon else ''}What should we talk about? Please suggest an item for the agenda."
            )
        case Holds.JOINING_LINK:
            return f"It is {soon or 'coming up'}, at {occurrence.starts:%H:%M}."
        case Holds.FOLLOW_UP:
            return "It has been held."
        case _:
            assert_never(holds)


def _item(item: str, carried: Carried | None, figures: Text | None, now: datetime) -> str:
    """An item of the agenda. The one on the Compact tells where its figures are."""
    if item != COMPACT_ITEM or carried is None:
        return item
    if figures:
        return f"{item} (figures below)"
    return f"{item} (figures come on {day_in_words(carried.on)})" if now.date() < carried.on else item


def follow_up(occurrence: Occurrence) -> Reply:
    """Asks the coordinators, after a forum, what was agreed."""
    return Reply(
        (
            Heading(f"After the {occurrence.series.name} on {day_of(occurrence)}"),
            Text("Was anything agreed? Write the actions down here, and I post them where the forum was announced."),
            Choices((Option(_WRITE_DOWN, about(Act.ACTIONS, occurrence)),), numbered=False),
        )
    )


@dataclass(frozen=True)
class Replies:
    """Who answered about a forum, and what was suggested."""

    answers: Sequence[Attendance]
    suggestions: Sequence[Suggestion]


def changed_card(edit: Edit, before: Occurrence, after: Occurrence, schedule: Schedule) -> Reply:
    """What is said to everybody who was told of a forum that is changed now."""
    series, now = after.series, schedule.now
    title, sentence = _changed(edit, before, after)
    if isinstance(edit, Cancel):
        coming = schedule.after(before)
        more: tuple[Block, ...] = (Text(f"The next one is on {when(coming, now)}."),) if coming else ()
    else:
        options = (*answer_options(after, now), *says_option(series, schedule.hall))
        told = NOTE if isinstance(edit, Move) else ""
        more = (facts(after, now, without=told), *links(after, schedule.hall, now), Choices(options, numbered=False))
    return Reply((Heading(f"{title}: {series.name}"), Text(sentence), *more))


def _changed(edit: Edit, before: Occurrence, after: Occurrence) -> tuple[str, str]:
    was, now = day_of(before), day_of(after)
    match edit:
        case Move(reason=reason):
            told = f"It was to be on {was} at {before.starts:%H:%M}. It is now on {now} at {after.starts:%H:%M}."
            return "Moved", f"{told}{_why(reason)}"
        case Cancel(reason):
            return "Cancelled", f"The one on {was} is cancelled.{_why(reason)}"
        case Reinstate():
            return "It goes ahead", f"The one on {now}, which was cancelled, is held after all."
        case Where(place, link):
            place_told = {None: "", "": " It is online only."}.get(place, f" It is now at {place}.")
            link_told = {None: "", "": " There is no joining link any more."}.get(
                link, f" The joining link is now {link}"
            )
            return "A change", f"Please note for {now}:{place_told}{link_told}"
        case AddItem(item):
            return "A new agenda item", f"On {now} we will also talk about: {item}"
        case _:
            assert_never(edit)


def _why(reason: str) -> str:
    return f" The reason: {reason.rstrip('.')}." if reason else ""


def digest(occurrence: Occurrence, replies: Replies, schedule: Schedule) -> Reply:
    """What the coordinators should know before a forum."""
    soon = in_days(occurrence, schedule.now)
    return Reply(
        (
            Heading(f"{occurrence.series.name}{f': {soon}' if soon else ''}"),
            facts(occurrence, schedule.now, link=True),
            *tally(occurrence, replies),
            *agenda(occurrence.agenda),
            Choices((Option("Change something", about(Act.MANAGE, occurrence)),), numbered=False),
        )
    )


def tally(occurrence: Occurrence, replies: Replies) -> tuple[Block, ...]:
    """Who comes, who does not, and what they suggest, with names: for the coordinators."""
    coming = [each for each in replies.answers if each.answer is Answer.COMING]
    apologies = [each for each in replies.answers if each.answer is Answer.APOLOGIES]
    return (
        Text(f"Coming: {_names(coming)}"),
        Text(f"Apologies: {_names(apologies)}"),
        Text(f"Suggested for the agenda: {'' if replies.suggestions else 'nothing yet'}".rstrip()),
        *(block for each in replies.suggestions for block in _suggested(each, occurrence)),
    )


def _suggested(suggestion: Suggestion, occurrence: Occurrence) -> Iterable[Block]:
    yield Quote(suggestion.text, suggestion.name or "without a name")
    if suggestion.text not in occurrence.agenda:
        says = str(ForumCommand(Act.AGENDA, occurrence.key, suggestion.text))
        yield Choices((Option("Add it to the agenda", says),), numbered=False)


def _names(answers: Sequence[Attendance]) -> str:
    if not answers:
        return "nobody yet"
    named = [each.name for each in answers if each.name]
    others = len(answers) - len(named)
    nameless = [f"{others} whose {'name' if others == 1 else 'names'} I do not know"] if others else []
    return f"{len(answers)} ({listed([*named, *nameless])})"


def missed(notices: Sequence[Notice], schedule: Schedule) -> Reply:
    """Tells the coordinators which reminders did not go out in time."""
    head = f"{counted(len(notices), 'message')} did not go out, because I was not running at the time."
    lines = [_notice(told, schedule) for told in notices]
    held = dict.fromkeys(each.key for each in notices if _holds(each, schedule) is Holds.FOLLOW_UP)
    options = (*_ask_for_actions([found for key in held if (found := schedule.get(key))]), _NEXT_FORUMS)
    return Reply((Text(f"{head} {_TOO_LATE}"), *_lines(lines), Choices(options, numbered=False)))


def _holds(notice: Notice, schedule: Schedule) -> Holds | None:
    """What a reminder was for; None for what is no reminder, or no longer one."""
    series = schedule.hall.one(notice.key[0])
    kinds = {plan.when.words: plan.holds for plan in (series.reminders if series else ())}
    return kinds.get(notice.what)


def _ask_for_actions(held: Sequence[Occurrence]) -> list[Option]:
    says = [(each, about(Act.ACTIONS, each)) for each in held[:_MOST_LISTED]]
    if len(says) == 1:
        return [Option(_WRITE_DOWN, says[0][1])]
    return [Option(f"{_WRITE_DOWN}: {each.series.name}, {day_of(each)}", said) for each, said in says]


def undelivered(notices: Sequence[Notice], schedule: Schedule) -> Reply:
    """Tells the coordinators where something could not be delivered."""
    rooms = dict.fromkeys((told.key[0], told.room) for told in notices if told.public)
    lines = [f"{_notice(told, schedule)}, in the {told.room.platform} channel {told.room.channel}" for told in notices]
    options = tuple(
        Option(f"Stop posting in {room.channel}", stop_in(room.platform, room.channel, series))
        for series, room in rooms
    )[:_MOST_LISTED]
    head = f"{counted(len(notices), 'message')} could not be delivered. The channel may be gone, or I am not in it any more."
    return Reply((Text(head), *_lines(lines), *((Choices(options, numbered=False),) if options else ())))


def _notice(notice: Notice, schedule: Schedule) -> str:
    """What was to be said about which forum; the forum by its key where it is no longer known."""
    occurrence = schedule.get(notice.key)
    if occurrence is None:
        return f"{notice.what}: {notice.key[0]}, {day_in_words(notice.key[1])}"
    holds = _holds(notice, schedule)
    kind = DIGEST if notice.what == DIGEST else _KINDS[holds] if holds else "news of a change"
    return f"{kind}: {occurrence.series.name}, {day_of(occurrence)}"


def stop_in(platform: str, channel: str, series: str) -> str:
    """What stops the reminders of a series in another channel."""
    return f"stop forum reminders in {platform} {channel} for {series}"


def _lines(lines: Iterable[str]) -> tuple[Text, ...]:
    every = list(lines)
    more = len(every) - _MOST_LISTED
    rest = [f"and {counted(more, 'other')}"] if more > 0 else []
    return (Text("\n".join(f"• {line}" for line in (*every[:_MOST_LISTED], *rest))),)
