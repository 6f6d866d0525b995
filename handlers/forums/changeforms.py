"""Forms by which coordinators change a forum: what is to be filled in, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

from handlers.conversation import Field, FieldKind, Filled, Form, Option
from handlers.forums.changewords import read_hour, read_move
from handlers.forums.edits import AddItem, Cancel, Edit, Move, Where, read
from handlers.forums.telling import day_of
from handlers.forums.words import Act, about
from knowledge.forums.occurrences import Occurrence

_DAY, _HOUR, _REASON, _PLACE, _LINK, _ITEM = "day", "hour", "reason", "place", "link", "item"
_LABELS = {
    Act.MOVE: ("Move", "2027-06-17 at 14:00"),
    Act.CANCEL: ("Cancel", "why, or nothing"),
    Act.WHERE: ("Change the place or link", "place The Guildhall, or link https://…"),
    Act.AGENDA: ("Add an agenda item", "the item"),
}
Values = Mapping[str, str]


def filled_in(filled: Filled) -> Values:
    """What was filled in, by field, without what was left empty."""
    return {key: values[0].strip() for key, values in filled if values and values[0].strip()}


def edit_of(act: Act, values: Values, occurrence: Occurrence) -> Edit | str:
    """The edit that a filled form tells, or what is wrong with it."""
    match act:
        case Act.MOVE:
            return _move(values, occurrence)
        case Act.CANCEL:
            return Cancel(values.get(_REASON, ""))
        case Act.WHERE:
            place, link = values.get(_PLACE), values.get(_LINK)
            return Where(_changed(place, occurrence.place), _changed(link, occurrence.link))
        case _:
            return AddItem(values[_ITEM]) if _ITEM in values else "Please write something here."


def edit_in(act: Act, text: str, occurrence: Occurrence, today: date) -> Edit | str:
    """The edit that words behind a command tell, or what is wrong with them."""
    match act:
        case Act.MOVE:
            return read_move(text, occurrence.starts, today) or "I read no day and no hour in that."
        case Act.CANCEL:
            return Cancel(text)
        case Act.WHERE:
            return read(f"where {text}") or "I read no place in that, and no link that starts with https://."
        case _:
            return AddItem(text)


def form(act: Act, occurrence: Occurrence, values: Values, error: str = "") -> Form:
    """Asks for what is to be changed. `values`: filled in before; `error`: what is wrong with them."""
    title, example = _LABELS[act]
    says = about(act, occurrence)
    return Form(
        f"{title}: {occurrence.series.name}, {day_of(occurrence)}",
        _fields(act, occurrence, values, error),
        Option("Show what is announced", says),
        Option(title, says),
        f"In words, say: {says}: {example}",
    )


def option(act: Act, occurrence: Occurrence) -> Option:
    """What opens a form."""
    return Option(_LABELS[act][0], about(act, occurrence))


def _move(values: Values, occurrence: Occurrence) -> Move | str:
    told = values.get(_HOUR, "")
    today = occurrence.starts.date()
    hour = read_hour(told, today) if told else occurrence.starts.time()
    if hour is None:
        return f"I could not read “{told}” as an hour. Please write it like 14:00."
    try:
        day = date.fromisoformat(values.get(_DAY, ""))
    except ValueError:
        return "Please pick a day."
    return Move(day, time(hour.hour, hour.minute), values.get(_REASON, ""))


def _fields(act: Act, occurrence: Occurrence, values: Values, error: str) -> tuple[Field, ...]:
    """The fields of a form; what is wrong is shown at the first."""
    why = Field(_REASON, "Why (everybody sees it)", FieldKind.LINE, values=_value(values, _REASON), optional=True)
    match act:
        case Act.MOVE:
            day = _value(values, _DAY, occurrence.starts.date().isoformat())
            hour = _value(values, _HOUR, f"{occurrence.starts:%H:%M}")
            return (
                Field(_DAY, "Day", FieldKind.DAY, values=day, error=error),
                Field(_HOUR, "Hour", FieldKind.LINE, values=hour, help="Like 14:00."),
                why,
            )
        case Act.CANCEL:
            return (replace(why, error=error),)
        case Act.WHERE:
            place, link = _value(values, _PLACE, occurrence.place), _value(values, _LINK, occurrence.link)
            return (
                Field(_PLACE, "Place", FieldKind.LINE, values=place, optional=True, error=error),
                Field(_LINK, "Joining link", FieldKind.LINE, values=link, optional=True),
            )
        case _:
            return (Field(_ITEM, "Agenda item", FieldKind.LINE, values=_value(values, _ITEM), error=error),)


def _value(values: Values, key: str, before: str | None = None) -> tuple[str, ...]:
    value = values.get(key, before)
    return (value,) if value else ()


def _changed(value: str | None, before: str | None) -> str | None:
    return None if value == before else value
