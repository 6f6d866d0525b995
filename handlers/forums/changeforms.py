"""Forms by which coordinators change a forum: what is to be filled in, and what is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from handlers.conversation import Field, FieldKind, Filled, Form, Option
from handlers.forums.edits import AddItem, Cancel, Edit, Move, Where, read
from handlers.forums.moving import BECAUSE, parted, read_hour, read_move
from handlers.forums.telling import day_of
from handlers.forums.words import Act, about
from knowledge.forums.occurrences import Occurrence

_DAY, _HOUR, _REASON, _PLACE, _LINK, _ITEM = "day", "hour", "reason", "place", "link", "item"
_NO_PLACE = "I read no place in that, and no link that starts with https://."
_LABELS = {
    Act.MOVE: ("Move", "2027-06-17 at 14:00"),
    Act.CANCEL: ("Cancel", "too few people"),
    Act.WHERE: ("Change the place or link", "place The Guildhall, or link https://…"),
    Act.AGENDA: ("Add an agenda item", "the item"),
}
_BECAUSE = re.compile(BECAUSE, re.IGNORECASE)
_NO_REASON = frozenset({"nothing", "none", "no reason"})
Values = Mapping[str, str]


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a change, in words, and the field of its form that it is wrong with; empty for the first."""

    words: str
    field: str = ""


def filled_in(filled: Filled) -> Values:
    """What was filled in, by field, without what was left empty."""
    return {key: values[0].strip() for key, values in filled if values and values[0].strip()}


def edit_of(act: Act, values: Values, occurrence: Occurrence) -> Edit | Wrong:
    """The edit that a filled form tells, or what is wrong with it."""
    match act:
        case Act.MOVE:
            return _move(values, occurrence)
        case Act.CANCEL:
            return Cancel(values.get(_REASON, ""))
        case Act.WHERE:
            place, link = values.get(_PLACE, ""), values.get(_LINK, "")
            return Where(_changed(place, occurrence.place), _changed(link, occurrence.link))
        case _:
            return AddItem(values[_ITEM]) if _ITEM in values else Wrong("Please write something here.")


def edit_in(act: Act, text: str, occurrence: Occurrence, today: date) -> Edit | Wrong:
    """The edit that words behind a command tell, or what is wrong with them."""
    match act:
        case Act.MOVE:
            edit = read_move(text, occurrence.starts, today)
            return Wrong(edit) if isinstance(edit, str) else edit
        case Act.CANCEL:
            return Cancel("" if text.lower().rstrip(".") in _NO_REASON else text)
        case Act.WHERE:
            where, _ = parted(text, _BECAUSE)
            return read(f"where {where}") or Wrong(_NO_PLACE)
        case _:
            return AddItem(text)


def left_out(act: Act, text: str) -> str:
    """What words behind a command say that is not announced, told to whoever said it; empty where there is nothing."""
    _, reason = parted(text, _BECAUSE) if act is Act.WHERE else ("", "")
    return f"I announce no reason with a new place or link, so I leave this out: “{reason}”" if reason else ""


def in_words(act: Act, occurrence: Occurrence) -> str:
    """An example of how to tell a change in words, whole in itself."""
    return f"{about(act, occurrence)}: {_LABELS[act][1]}"


def form(act: Act, occurrence: Occurrence, values: Values, wrong: Wrong | None = None) -> Form:
    """Asks for what is to be changed. `values`: filled in before; `wrong`: what is wrong with them."""
    title, _ = _LABELS[act]
    says = about(act, occurrence)
    fields = _fields(act, occurrence, values)
    at = next((field.key for field in fields if wrong and field.key == wrong.field), fields[0].key)
    return Form(
        f"{title}: {occurrence.series.name}, {day_of(occurrence)}",
        tuple(replace(field, error=wrong.words) if wrong and field.key == at else field for field in fields),
        Option("Show what is announced", says),
        Option(title, says),
        f"In words, say: {in_words(act, occurrence)}",
    )


def option(act: Act, occurrence: Occurrence) -> Option:
    """What opens a form."""
    return Option(_LABELS[act][0], about(act, occurrence))


def _move(values: Values, occurrence: Occurrence) -> Move | Wrong:
    told = values.get(_HOUR, "")
    hour = read_hour(told) if told else occurrence.starts.time()
    if hour is None:
        return Wrong(f"I could not read “{told}” as an hour. Please write it like 14:00.", _HOUR)
    try:
        day = date.fromisoformat(values.get(_DAY, ""))
    except ValueError:
        return Wrong("Please pick a day.", _DAY)
    return Move(day, hour, values.get(_REASON, ""))


def _fields(act: Act, occurrence: Occurrence, values: Values) -> tuple[Field, ...]:
    why = Field(_REASON, "Why (everybody sees it)", FieldKind.LINE, values=_value(values, _REASON), optional=True)
    match act:
        case Act.MOVE:
            day = _value(values, _DAY, occurrence.starts.date().isoformat())
            hour = _value(values, _HOUR, f"{occurrence.starts:%H:%M}")
            return (
                Field(_DAY, "Day", FieldKind.DAY, values=day),
                Field(_HOUR, "Hour", FieldKind.LINE, values=hour, help="Like 14:00."),
                why,
            )
        case Act.CANCEL:
            return (why,)
        case Act.WHERE:
            place, link = _value(values, _PLACE, occurrence.place), _value(values, _LINK, occurrence.link)
            return (
                Field(_PLACE, "Place", FieldKind.LINE, values=place, optional=True),
                Field(_LINK, "Joining link", FieldKind.LINE, values=link, optional=True),
            )
        case _:
            return (Field(_ITEM, "Agenda item", FieldKind.LINE, values=_value(values, _ITEM)),)


def _value(values: Values, key: str, before: str | None = None) -> tuple[str, ...]:
    value = values.get(key, before)
    return (value,) if value else ()


def _changed(value: str, before: str | None) -> str | None:
    return None if value == (before or "") else value
