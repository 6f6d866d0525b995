"""Whether Teams would take a card: the rules of Adaptive Cards 1.5, written down strictly for what we use.

The shapes are those of the published schema (https://adaptivecards.io/schemas/adaptive-card.json, 1.5.0) with the one
property that Teams adds; an unknown element or property is a problem. On top stand rules that no schema tells: ids are
there once, rows of buttons have room, what is required is told when it is missing, and a button that wants no inputs
is held up by none.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator

Json = dict[str, Any]

MOST_BYTES = 80_000
MOST_BUTTONS = 6

_TEXT = {"type": "string", "pattern": r"\S"}
_ANY_TEXT = {"type": "string"}
_BOOL = {"type": "boolean"}
_OBJECTS = {"type": "array", "items": {"type": "object"}}
_SOME_OBJECTS = {**_OBJECTS, "minItems": 1}


def _one_of(*names: str) -> Json:
    # The schema takes them in capitals, too.
    return {"type": "string", "pattern": f"^(?i:{'|'.join(names)})$"}


_ELEMENT = {
    "id": _TEXT,
    "spacing": _one_of("default", "none", "small", "medium", "large", "extraLarge", "padding"),
    "separator": _BOOL,
    "isVisible": _BOOL,
    "height": _one_of("auto", "stretch"),
}
_FONT = {
    "size": _one_of("default", "small", "medium", "large", "extraLarge"),
    "weight": _one_of("default", "lighter", "bolder"),
    "color": _one_of("default", "dark", "light", "accent", "good", "warning", "attention"),
    "fontType": _one_of("default", "monospace"),
    "isSubtle": _BOOL,
}
_INPUT = {**_ELEMENT, "label": _TEXT, "isRequired": _BOOL, "errorMessage": _TEXT}
_ACTION = {
    "id": _TEXT,
    "title": _TEXT,
    "tooltip": _TEXT,
    "style": _one_of("default", "positive", "destructive"),
    "mode": _one_of("primary", "secondary"),
    "isEnabled": _BOOL,
}
_STYLE = _one_of("default", "emphasis", "good", "attention", "warning", "accent")

# Each type's properties: those it needs, and those it may have.
_SHAPES: Mapping[str, tuple[Json, Json]] = {
    "AdaptiveCard": (
        {"version": {"const": "1.5"}, "body": _SOME_OBJECTS},
        {"msteams": {"type": "object", "properties": {"width": {"const": "full"}}, "additionalProperties": False}},
    ),
    "TextBlock": (
        {"text": _TEXT},
        {**_ELEMENT, **_FONT, "wrap": _BOOL, "style": _one_of("default", "heading"), "maxLines": {"type": "number"}},
    ),
    "RichTextBlock": ({"inlines": _SOME_OBJECTS}, _ELEMENT),
    "TextRun": (
        {"text": _TEXT},
        {**_FONT, "italic": _BOOL, "strikethrough": _BOOL, "highlight": _BOOL, "underline": _BOOL},
    ),
    "FactSet": ({"facts": _SOME_OBJECTS}, _ELEMENT),
    "Fact": ({"title": _TEXT, "value": _TEXT}, {}),
    "ColumnSet": ({"columns": _SOME_OBJECTS}, _ELEMENT),
    "Column": ({"items": _SOME_OBJECTS}, {**_ELEMENT, "width": _ANY_TEXT}),
    "Container": ({"items": _SOME_OBJECTS}, {**_ELEMENT, "style": _STYLE}),
    "ActionSet": ({"actions": {**_SOME_OBJECTS, "maxItems": MOST_BUTTONS}}, _ELEMENT),
    "Action.Submit": (
        {"title": _TEXT, "data": {"type": "object"}},
        {**_ACTION, "associatedInputs": _one_of("auto", "none")},
    ),
    "Action.OpenUrl": ({"title": _TEXT, "url": {"type": "string", "pattern": r"^https?://\S+$"}}, _ACTION),
    "Input.Text": (
        {"id": _TEXT, "label": _TEXT},
        {**_INPUT, "isMultiline": _BOOL, "maxLength": {"type": "number"}, "placeholder": _TEXT, "value": _ANY_TEXT},
    ),
    "Input.Date": ({"id": _TEXT, "label": _TEXT}, {**_INPUT, "value": {"type": "string", "format": "date"}}),
    "Input.ChoiceSet": (
        {"id": _TEXT, "label": _TEXT, "choices": _OBJECTS},
        {
            **_INPUT,
            "style": _one_of("compact", "expanded"),
            "isMultiSelect": _BOOL,
            "wrap": _BOOL,
            "value": _ANY_TEXT,
        },
    ),
    "Input.Choice": ({"title": _TEXT, "value": _TEXT}, {}),
}
# What a type holds in which property; with the type of what may leave its own out.
_HOLDS = {
    "AdaptiveCard": ("body", None),
    "RichTextBlock": ("inlines", None),
    "FactSet": ("facts", "Fact"),
    "ColumnSet": ("columns", "Column"),
    "Column": ("items", None),
    "Container": ("items", None),
    "ActionSet": ("actions", None),
    "Input.ChoiceSet": ("choices", "Input.Choice"),
}
_BODY = frozenset({"TextBlock", "RichTextBlock", "FactSet", "ColumnSet", "Container", "ActionSet"})
_INPUTS = frozenset({"Input.Text", "Input.Date", "Input.ChoiceSet"})
_MAY_HOLD = {
    "AdaptiveCard": _BODY | _INPUTS,
    "RichTextBlock": {"TextRun"},
    "FactSet": {"Fact"},
    "ColumnSet": {"Column"},
    "Column": _BODY | _INPUTS,
    "Container": _BODY | _INPUTS,
    "ActionSet": {"Action.Submit", "Action.OpenUrl"},
    "Input.ChoiceSet": {"Input.Choice"},
}
_BROKEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def problems(card: Json) -> list[str]:
    """What is wrong with a card, a line each with its place; nothing where Teams would take it."""
    return [
        *_in_shape(card, "card", "AdaptiveCard"),
        *_ids(card),
        *_inputs(card),
        *([f"{length(card)} bytes, more than {MOST_BYTES}"] if length(card) > MOST_BYTES else []),
        *(f"{text!r} has signs that break it" for text in strings(card) if _BROKEN.search(text)),
    ]


def length(part: Any) -> int:
    """How many bytes `part` takes as JSON, as the stock connector sends it."""
    return len(json.dumps(part))


def parts(part: Any, kind: str = "") -> Iterator[Json]:
    """Every object in a card of that kind, of any where none is given, in order."""
    if isinstance(part, dict):
        if "type" in part and part["type"].startswith(kind):
            yield part
        for value in part.values():
            yield from parts(value, kind)
    elif isinstance(part, list):
        for value in part:
            yield from parts(value, kind)


def buttons(card: Json) -> list[Json]:
    """The buttons of a card."""
    return list(parts(card, "Action."))


def sent(card: Json, says: str, filled: Mapping[str, str] = MappingProxyType({})) -> Json:
    """The `value` that a client sends when the button that says so is pressed, with `filled` put into the inputs."""
    (button,) = [each for each in parts(card, "Action.Submit") if each["data"].get("says") == says]
    assert button.get("isEnabled", True), f"{says!r} is switched off"
    if button.get("associatedInputs") == "none":
        return dict(button["data"])
    inputs = {each["id"]: each.get("value", "") for each in parts(card, "Input.")}
    assert filled.keys() <= inputs.keys()
    return {**button["data"], **inputs, **filled}


def strings(part: Any) -> Iterator[str]:
    """Every string in a card, names of properties apart."""
    match part:
        case str():
            yield part
        case dict():
            for value in part.values():
                yield from strings(value)
        case list():
            for value in part:
                yield from strings(value)


def texts(part: Any) -> Iterator[str]:
    """Every text that people read in a card, in order; not what they filled in themselves."""
    match part:
        case {"type": "TextBlock" | "TextRun", "text": str(text)}:
            yield text
        case {"title": str(title), "value": str(value)} if "type" not in part:
            # A fact, whose value is read; a choice's is not.
            yield from (title, value)
        case dict():
            for name, value in part.items():
                if name in {"title", "label", "errorMessage", "tooltip"}:
                    yield value
                elif name == "choices":
                    yield from (choice["title"] for choice in value)
                elif name not in {"data", "url"}:
                    yield from texts(value)
        case list():
            for each in part:
                yield from texts(each)


def _in_shape(part: Json, where: str, own: str | None) -> Iterator[str]:
    kind = str(part.get("type", own))
    if kind not in _SHAPES:
        yield f"{where} has the type {kind!r}"
        return
    needed, optional = _SHAPES[kind]
    schema = {
        "properties": {"type": {}, **needed, **optional},
        "required": list(needed),
        "additionalProperties": False,
    }
    for error in Draft202012Validator(schema).iter_errors(part):
        yield f"{'.'.join([where, *map(str, error.path)])}: {error.message}"
    if kind in _HOLDS:
        name, inner = _HOLDS[kind]
        for at, each in enumerate(part.get(name, [])):
            if each.get("type", inner) not in _MAY_HOLD[kind]:
                yield f"{where}.{name}[{at}] has the type {each.get('type')!r}, which {kind} does not hold"
            yield from _in_shape(each, f"{where}.{name}[{at}]", inner)


def _ids(card: Json) -> Iterator[str]:
    counts = Counter(part["id"] for part in parts(card) if "id" in part)
    yield from (f"the id {name!r} is there {times} times" for name, times in counts.items() if times > 1)


def _inputs(card: Json) -> Iterator[str]:
    inputs = list(parts(card, "Input."))
    for part in inputs:
        if part.get("isRequired") and "errorMessage" not in part:
            yield f"{part['id']} is required, and does not say so when it is missing"
        if part["type"] == "Input.Date" and not _is_day(part.get("value", "2026-01-01")):
            yield f"{part['id']} holds {part['value']!r}, which is no day"
        if part["type"] == "Input.ChoiceSet":
            yield from _choices(part)
    wanting = [each for each in card.get("body", []) if any(map(_wants_inputs, parts(each, "Action.")))]
    if len(wanting) > 1:
        yield "more than one element has inputs of its own, whose checks hold up each other's buttons"
    if inputs and not wanting:
        yield "nothing sends the inputs"
    if wanting and not list(parts(wanting[0], "Input.")):
        yield "a button wants inputs, and stands away from them"


def _wants_inputs(button: Json) -> bool:
    return bool(button["type"] == "Action.Submit" and button.get("associatedInputs") != "none")


def _choices(part: Json) -> Iterator[str]:
    values = [choice["value"] for choice in part["choices"]]
    if len(set(values)) < len(values):
        yield f"{part['id']} has a choice twice"
    if any("," in value for value in values):
        yield f"{part['id']} has a choice with a comma in it, which parts several"
    picked = part["value"].split(",") if "value" in part else []
    if set(picked) - set(values):
        yield f"{part['id']} holds what is no choice"


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
