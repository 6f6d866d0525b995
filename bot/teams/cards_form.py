"""A form in a card: an input for each field, and the button that sends them."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import assert_never

from microsoft_teams.cards import (
    ActionSet,
    CardElement,
    Choice,
    ChoiceSetInput,
    Container,
    DateInput,
    SubmitAction,
    TextInput,
)

from bot.teams import payload
from bot.teams.cards_blocks import ATTENTION, BOLD, QUIET, Drawn, dumped, introducing, paragraphs
from bot.teams.cards_buttons import Counters, submit
from bot.teams.cards_text import clean, inert, kept, line
from handlers.conversation import Field, FieldKind, Form, Option

# The id of a form's element begins so.
FORM = "form"

_LINE, _PARAGRAPH = 500, 4_000
# Beyond these a list to open takes less room than one to look over, unless its lines would be cut off in it.
_LOOKED_OVER, _CUT_OFF = 6, 60
_BYTES = 50_000
_EMPTY, _NO_DAY = "Please fill this in.", "Please pick a day."
_NOT_PICKED, _NONE_PICKED = "Please pick one.", "Please pick at least one."


def form(shown: Form, counters: Counters) -> Iterator[Drawn]:
    """A form with what is filled in and what is wrong with it. One that no card can hold: how to say the same in words."""
    yield from introducing(paragraphs(shown.title, BOLD, "Medium"))
    send = submit(shown.submit)
    drawn = _fields(shown, send, f"{FORM}:{next(counters.groups)}") if send else None
    if drawn and drawn.size <= _BYTES:
        yield drawn
    else:
        yield from paragraphs(shown.typed, QUIET)


def _fields(shown: Form, send: SubmitAction, identity: str) -> Drawn:
    parts = [part for each in shown.fields for part in _field(each)]
    container = dumped(Container(id=identity, items=[ActionSet(actions=[send])]))
    container["items"] = [*(part.element for part in parts), *container["items"]]
    words = [part.words for part in parts]
    return Drawn(container, "\n".join([*words, f"Buttons: {send.title}"]), inputs=True)


def _field(shown: Field) -> Iterator[Drawn]:
    yield Drawn(dumped(_input(shown)), line(shown.label) or shown.key)
    yield from paragraphs(shown.error, ATTENTION, "Small")
    yield from paragraphs(shown.help, QUIET, "Small")


def _input(shown: Field) -> CardElement:
    match shown.kind:
        case FieldKind.LINE | FieldKind.PARAGRAPH:
            return _text(shown)
        case FieldKind.ONE | FieldKind.SEVERAL:
            return _choice_set(shown)
        case FieldKind.DAY:
            return _day(shown)
        case _:
            assert_never(shown.kind)


def _text(shown: Field) -> TextInput:
    paragraph = shown.kind is FieldKind.PARAGRAPH
    return TextInput(
        id=payload.FIELD + shown.key,
        label=_label(shown),
        is_required=_required(shown),
        error_message=None if shown.optional else _EMPTY,
        is_multiline=paragraph or None,
        max_length=_PARAGRAPH if paragraph else _LINE,
        value=kept(shown.values[0]) if shown.values else None,
    )


def _choice_set(shown: Field) -> ChoiceSetInput:
    titles = {_value(option.says): _title(option) for option in shown.options if clean(option.says)}
    picked = [value for value in map(_value, shown.values) if value in titles]
    several = shown.kind is FieldKind.SEVERAL
    return ChoiceSetInput(
        id=payload.PICK + shown.key,
        label=_label(shown),
        is_required=_required(shown),
        error_message=None if shown.optional else _NONE_PICKED if several else _NOT_PICKED,
        choices=[Choice(title=title, value=value) for value, title in titles.items()],
        style="expanded" if several or _looked_over(titles.values()) else "compact",
        is_multi_select=several or None,
        wrap=True,
        value=",".join(dict.fromkeys(picked)) or None,
    )


def _day(shown: Field) -> DateInput:
    return DateInput(
        id=payload.FIELD + shown.key,
        label=_label(shown),
        is_required=_required(shown),
        error_message=None if shown.optional else _NO_DAY,
        value=shown.values[0] if shown.values and _is_day(shown.values[0]) else None,
    )


def _looked_over(titles: Collection[str]) -> bool:
    return len(titles) <= _LOOKED_OVER or any(len(title) > _CUT_OFF for title in titles)


def _value(says: str) -> str:
    return payload.encoded(kept(says))


def _title(option: Option) -> str:
    return inert(line(option.label) or line(option.says))


def _label(shown: Field) -> str:
    return inert(line(shown.label) or shown.key)


def _required(shown: Field) -> bool | None:
    return None if shown.optional else True


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
