"""What is said to questions about forums: what was asked first, then all that is known of each forum."""

from collections.abc import Sequence
from typing import assert_never

from handlers.conversation import Block, Choices, Facts, Heading, Option, Text
from handlers.forums.asking import Aspect
from handlers.forums.hall import Hall, Schedule
from handlers.forums.naming import has_begun
from handlers.forums.telling import (
    CALENDAR,
    CONVENOR,
    JOIN,
    WHEN,
    WHERE,
    addresses,
    agenda,
    answer_options,
    buttons,
    counted,
    day_of,
    facts,
    in_days,
    is_over,
    links,
    listed,
    opening,
    says_option,
    when,
    where,
)
from handlers.forums.words import next_of
from knowledge.forums.content import Series
from knowledge.forums.occurrences import Occurrence, Standing, remark

MOST_SHOWN = 5
_TOLD = {Aspect.ALL: WHEN, Aspect.WHEN: WHEN, Aspect.WHERE: WHERE, Aspect.CHAIR: CONVENOR}
_OPENS = {Aspect.LINK: JOIN, Aspect.CALENDAR: CALENDAR}
_NO_CALENDAR = "I cannot give out calendar files yet. Whoever runs me would have to set PUBLIC_URL."


def none_known(leads: str) -> tuple[Block, ...]:
    """Nobody has described any forum."""
    return (Text("I do not know of any forums: nobody has told me when they are held."), Text(leads))


def none_coming(series: Sequence[Series]) -> tuple[Block, ...]:
    """None of these series goes on, or none has a forum then."""
    names = listed(each.name for each in series)
    return (Text(f"I know of no coming forum then. What I looked for: {names}."), _pick(series))


def none_held(series: Sequence[Series], span: str) -> tuple[Block, ...]:
    """None of these series had a forum then, in the last days or year: `span` tells which."""
    names = listed(each.name for each in series)
    return (Text(f"I know of no such forum in the last {span}. What I looked for: {names}."), _pick(series))


def answered(found: Sequence[Occurrence], aspect: Aspect, schedule: Schedule) -> tuple[Block, ...]:
    """What is asked about one or several forums."""
    if len(found) == 1:
        return one(found[0], aspect, schedule)
    shown = found[:MOST_SHOWN]
    rows = tuple((each.series.name, _in_a_row(each, aspect, schedule)) for each in shown)
    more = len(found) - len(shown)
    rest = (Text(f"And {counted(more, 'forum')} more later. Name one to hear of it."),) if more else ()
    opens = _opens(shown, aspect, schedule)
    lacks_calendar = aspect is Aspect.CALENDAR and not schedule.hall.public_url
    by_hand = (Text(f"{_NO_CALENDAR} You can put them in by hand:"),) if lacks_calendar else ()
    heading = Heading("The last forums" if all(is_over(each, schedule.now) for each in found) else "The next forums")
    return (heading, *by_hand, Facts(rows), *rest, *opens, _pick([each.series for each in shown]))


def one(occurrence: Occurrence, aspect: Aspect, schedule: Schedule) -> tuple[Block, ...]:
    """What is asked about one forum, and what else there is to know about it."""
    hall, now = schedule.hall, schedule.now
    if occurrence.standing is not Standing.ON:
        return (Heading(occurrence.series.name), *_not_held(occurrence, schedule))
    options = (*answer_options(occurrence, now), *says_option(occurrence.series, hall))
    opens = links(occurrence, hall, now)
    return (
        Heading(occurrence.series.name),
        *_answer(occurrence, aspect, schedule),
        *(opens if aspect in _OPENS else ()),
        facts(occurrence, now, without=_TOLD.get(aspect, ""), link=aspect is Aspect.CALENDAR and not hall.public_url),
        *(agenda(occurrence.agenda) if aspect in {Aspect.ALL, Aspect.AGENDA} else ()),
        *(() if aspect in _OPENS else opens),
        *buttons(options),
    )


def _answer(occurrence: Occurrence, aspect: Aspect, schedule: Schedule) -> tuple[Block, ...]:
    series = occurrence.series
    match aspect:
        case Aspect.ALL | Aspect.WHEN:
            return (Text(_when(occurrence, schedule)),)
        case Aspect.WHERE:
            online = " You can also join online." if occurrence.place and occurrence.link else ""
            return (Text(f"It is at {occurrence.place}.{online}" if occurrence.place else _link(occurrence)),)
        case Aspect.LINK:
            return (Text(_link(occurrence)),)
        case Aspect.CHAIR:
            return (Text(f"{series.convenor} calls it. Who will be in the chair on the day, I have not been told."),)
        case Aspect.AGENDA:
            return () if occurrence.agenda else (Text("Nothing is on the agenda yet."),)
        case Aspect.CALENDAR:
            return _calendar(occurrence, schedule.hall)
        case Aspect.STANDS:
            return (Text(_stands(occurrence)),)
        case _:
            assert_never(aspect)


def _in_a_row(occurrence: Occurrence, aspect: Aspect, schedule: Schedule) -> str:
    """The answer for one forum of several."""
    told = when(occurrence, schedule.now)
    if occurrence.standing is not Standing.ON:
        coming = schedule.next(occurrence.series)
        return f"{told}: {remark(occurrence)}.{f' The next is on {when(coming, schedule.now)}.' if coming else ''}"
    match aspect:
        case Aspect.LINK:
            return f"{_link(occurrence)} ({told})"
        case Aspect.CHAIR:
            return f"{occurrence.series.convenor} calls it ({told})"
        case Aspect.AGENDA:
            return f"{'; '.join(occurrence.agenda) or 'nothing yet'} ({told})"
        case Aspect.STANDS:
            return _stands(occurrence)
        case Aspect.ALL | Aspect.WHEN | Aspect.WHERE | Aspect.CALENDAR:
            return f"{told}. {where(occurrence)}."
        case _:
            assert_never(aspect)


def _when(occurrence: Occurrence, schedule: Schedule) -> str:
    now = schedule.now
    following = schedule.next(occurrence.series)
    then = f" The next one is on {when(following, now)}." if following else ""
    if is_over(occurrence, now):
        return f"It was on {when(occurrence, now)}.{then}"
    if has_begun(occurrence, now):
        return f"It is on now, {when(occurrence, now)}.{then}"
    soon = in_days(occurrence, now)
    return f"It is on {when(occurrence, now)}{f', {soon}' if soon else ''}."


def _link(occurrence: Occurrence) -> str:
    if not occurrence.link:
        return f"It has no joining link. It is at {occurrence.place}."
    return f"You can come to {occurrence.place}, or join online." if occurrence.place else "It is online."


def _calendar(occurrence: Occurrence, hall: Hall) -> tuple[Block, ...]:
    feed = hall.feed(occurrence.series)
    if not feed:
        return (Text(f"{_NO_CALENDAR} You can put it in by hand:"),)
    subscribe = f"To have all of these forums there, and every change, subscribe your calendar to this address: {feed}"
    return (Text("Here you can add it to your calendar."), Text(subscribe, quiet=True))


def _opens(found: Sequence[Occurrence], aspect: Aspect, schedule: Schedule) -> tuple[Choices, ...]:
    """What opens the joining links or calendar files of several forums, where that is what is asked for."""
    label = _OPENS.get(aspect, "")
    known = ((each, addresses(each, schedule.hall, schedule.now)) for each in found)
    return opening({f"{label}: {_in_short(each)}": of_one[label] for each, of_one in known if label in of_one})


def _in_short(occurrence: Occurrence) -> str:
    return f"{occurrence.starts.day} {occurrence.starts:%B}, {occurrence.series.name}"


def _stands(occurrence: Occurrence) -> str:
    told = remark(occurrence)
    return f"It was {told}. It is on {day_of(occurrence)}." if told else f"It goes ahead on {day_of(occurrence)}."


def _not_held(occurrence: Occurrence, schedule: Schedule) -> tuple[Block, ...]:
    coming = schedule.after(occurrence)
    gone = Text(f"The one on {day_of(occurrence)} is {remark(occurrence)}.")
    if coming is None:
        return (gone, Text("No other is planned yet."))
    return (
        gone,
        Text(f"The next one is on {when(coming, schedule.now)}."),
        facts(coming, schedule.now, without=WHEN),
        *links(coming, schedule.hall, schedule.now),
        *buttons((*answer_options(coming, schedule.now), *says_option(coming.series, schedule.hall))),
    )


def _pick(series: Sequence[Series]) -> Choices:
    return Choices(tuple(Option(each.name, next_of(each.id)) for each in dict.fromkeys(series)))
