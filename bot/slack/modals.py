"""Forms and answers drawn as Slack's modals, and what people fill in read again. Pure."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, assert_never

from bot.slack.rendering import modal_blocks
from bot.slack.texts import clean, cut, fits, length, line, pieces, plain
from handlers.conversation import Block, Field, FieldKind, Filled, Form, Message, Option, Reply, Text

FORM = "form"
_FILLED = "filled"
_NAME, _SEND, _CANCEL, _CLOSE = "compactbot", "Send", "Cancel", "Close"
_BLOCKS, _BYTES, _METADATA = 100, 250_000, 3_000
_TITLE, _LABEL, _HINT, _INPUT, _ERROR, _ID = 24, 2_000, 2_000, 3_000, 300, 255
_OPTION, _VALUE, _LOOKED_OVER, _OPTIONS = 75, 150, 10, 100

_Json = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """Where a form was asked for, and what sending it says.

    `private`: whether that is our own conversation with the person. `kept`: whether what is answered is kept until it is
    sent, as a message of its own.
    """

    says: str
    channel: str = ""
    thread: str = ""
    private: bool = False
    kept: bool = False


class _DoesNotFitError(Exception):
    """Slack takes no such form."""


def origin(form: Form, message: Message, *, in_private: bool = False) -> Origin:
    """Where a message asked for a form. `in_private`: what it leads to is told in private, wherever it was asked for."""
    if in_private:
        return Origin(form.submit.says, kept=True)
    room = message.room
    if room is None:
        return Origin(form.submit.says, kept=bool(message.id))
    return Origin(form.submit.says, room.channel, room.thread, room.private, bool(message.id))


def origin_in(metadata: str) -> Origin:
    """The origin that a modal carries. Raises ValueError where another version made it."""
    try:
        return Origin(**json.loads(metadata))
    except (TypeError, ValueError) as error:
        raise ValueError("a form of another version") from error


def form_view(form: Form, of: Origin, above: Sequence[Block] = (), below: Sequence[Block] = ()) -> _Json | None:
    """A form as a modal, with what else is said; None where Slack takes no such form."""
    metadata = json.dumps(asdict(of), ensure_ascii=False, separators=(",", ":"))
    title, submit = line(form.title), line(form.submit.label) or _SEND
    whole_title = [] if fits(title, _TITLE) else modal_blocks(Reply((Text(title),)))
    try:
        fields = [block for each in form.fields for block in _field(each)]
    except _DoesNotFitError:
        return None
    view = {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": metadata,
        "title": plain(cut(title, _TITLE) or _NAME),
        "submit": plain(cut(submit, _TITLE)),
        "close": plain(_CANCEL),
        "blocks": [*whole_title, *modal_blocks(Reply(tuple(above))), *fields, *modal_blocks(Reply(tuple(below)))],
    }
    return view if length(metadata) <= _METADATA and _is_taken(view, form) else None


def page_view(replies: Sequence[Reply]) -> _Json:
    """Answers as a modal, for reading; what does not fit on one page is left out."""
    blocks = [block for reply in replies for block in modal_blocks(reply)]
    return {"type": "modal", "title": plain(_NAME), "close": plain(_CLOSE), "blocks": blocks[:_BLOCKS]}


def errors(form: Form) -> dict[str, str]:
    """What is wrong with what was filled in, by field."""
    return {field.key: cut(clean(field.error), _ERROR) for field in form.fields if clean(field.error)}


def keys(view: _Json) -> set[str]:
    """The fields that a modal shows."""
    return {block["block_id"] for block in view["blocks"] if block["type"] == "input"}


def filled(view: _Json) -> Filled:
    """What was filled into a modal that was sent: each field's key with its values, none where it was left empty."""
    states = view["state"]["values"].items()
    return tuple((key, _values(state)) for key, elements in states for state in elements.values())


def _is_taken(view: _Json, form: Form) -> bool:
    names = [field.key for field in form.fields]
    few = 0 < len(view["blocks"]) <= _BLOCKS and len(json.dumps(view)) <= _BYTES
    return few and bool(keys(view)) and len(set(names)) == len(names)


def _field(field: Field) -> Iterator[_Json]:
    element = _element(field)
    if element is None:
        return
    if not (line(field.key) and length(field.key) <= _ID):
        raise _DoesNotFitError
    label, hint = cut(line(field.label) or field.key, _LABEL), cut(clean(field.help), _HINT)
    block = {
        "type": "input",
        "block_id": field.key,
        "label": plain(label),
        "element": {"action_id": _FILLED, **element},
        "optional": field.optional,
    }
    yield block | {"hint": plain(hint)} if hint else block
    if field.error:
        yield from modal_blocks(Reply((Text(f"⚠ {field.error}", quiet=True),)))


def _element(field: Field) -> _Json | None:
    match field.kind:
        case FieldKind.LINE | FieldKind.PARAGRAPH:
            return _text(field)
        case FieldKind.ONE | FieldKind.SEVERAL:
            return _choice(field)
        case FieldKind.DAY:
            initial = [each for each in field.values[:1] if _is_day(each)]
            return {"type": "datepicker"} | ({"initial_date": initial[0]} if initial else {})
        case _:
            assert_never(field.kind)


def _text(field: Field) -> _Json:
    value = clean("".join(field.values[:1]))
    if length(value) > _INPUT:
        # Cut, it would be sent as if the person had meant it so.
        raise _DoesNotFitError
    paragraph = field.kind is FieldKind.PARAGRAPH
    element = {"type": "plain_text_input", "multiline": paragraph, "max_length": _INPUT}
    return element | {"initial_value": value if paragraph else line(value)} if value else element


def _choice(field: Field) -> _Json | None:
    """Nothing to pick from leaves out what need not be picked."""
    options = {value: _option(each, value) for each in field.options if (value := clean(each.says))}
    if not options and field.optional:
        return None
    if not 0 < len(options) <= _OPTIONS or not all(fits(value, _VALUE) for value in options):
        raise _DoesNotFitError
    picked = [options[value] for value in dict.fromkeys(map(clean, field.values)) if value in options]
    few, drawn = len(options) <= _LOOKED_OVER, {"options": list(options.values())}
    if field.kind is FieldKind.SEVERAL:
        several = drawn | {"type": "checkboxes" if few else "multi_static_select"}
        return several | {"initial_options": picked} if picked else several
    # What was picked among radio buttons cannot be taken back.
    one = drawn | {"type": "radio_buttons" if few and not field.optional else "static_select"}
    return one | {"initial_option": picked[0]} if picked else one


def _option(option: Option, value: str) -> _Json:
    label = line(option.label) or line(option.says)
    first, *rest = pieces(label, _OPTION)
    drawn = {"text": plain(first), "value": value}
    return drawn | {"description": plain(cut(" ".join(rest), _OPTION))} if rest else drawn


def _values(state: _Json) -> tuple[str, ...]:
    match state:
        case {"value": text} | {"selected_date": text}:
            return (text,) if text and text.strip() else ()
        case {"selected_option": option}:
            return (option["value"],) if option else ()
        case _:
            return tuple(option["value"] for option in state["selected_options"])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
