"""Whether Slack would take blocks: Block Kit's rules, written down strictly.

Slack answers a broken block with `invalid_blocks`, and nobody sees the message. The rules here are those of Slack's
reference for the blocks and elements that we use or may use; everything else is a problem, and so is an unknown key.
Lengths are counted in UTF-16 units, the stricter of what Slack may mean by a character.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Literal

Json = dict[str, Any]
Surface = Literal["message", "home", "modal"]
# Gives the problems of a value, each with the place where it was found.
Check = Callable[[Any, str], Iterator[str]]

MOST_BLOCKS: Mapping[Surface, int] = {"message": 50, "home": 100, "modal": 100}
# Slack says `msg_blocks_too_long` somewhere above 13,000; this is where we stop.
MOST_CHARACTERS = 12_000


def problems(blocks: list[Json], surface: Surface) -> list[str]:
    """What is wrong with `blocks` for that surface, a line each with its place; nothing where Slack would take them."""
    found: list[str] = []
    if not 1 <= len(blocks) <= MOST_BLOCKS[surface]:
        found.append(f"{len(blocks)} blocks, not 1 to {MOST_BLOCKS[surface]}")
    if surface == "message" and (size := sum(map(length, texts(blocks)))) > MOST_CHARACTERS:
        found.append(f"{size} characters of text, more than {MOST_CHARACTERS}")
    for at, block in enumerate(blocks):
        found += _kinds(_blocks(surface))(block, f"blocks[{at}]")
    found += _repeated("block_id", [block.get("block_id") for block in blocks])
    return found


def texts(part: Any) -> Iterator[str]:
    """Every text that people read or hear in blocks, in order: text objects, labels for screen readers, picture texts."""
    match part:
        case {"type": "plain_text" | "mrkdwn", "text": str(text)}:
            yield text
        case dict():
            for key, value in part.items():
                if key in {"accessibility_label", "alt_text"}:
                    yield str(value)
                else:
                    yield from texts(value)
        case list() | tuple():
            for each in part:
                yield from texts(each)
        case _:
            return


def length(text: str) -> int:
    """The length of `text` in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def _string(most: int, least: int = 1) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{where} is no string"
            return
        if not least <= length(value) <= most:
            yield f"{where} has {length(value)} characters, not {least} to {most}"
        if least and not value.strip():
            yield f"{where} is blank"
        if any("\ud800" <= char <= "\udfff" for char in value):
            yield f"{where} has half of a surrogate pair"
        if any(char < " " and char not in "\n\t" for char in value):
            yield f"{where} has a control character"

    return check


def _matching(pattern: str, most: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        yield from _string(most)(value, where)
        if isinstance(value, str) and not re.fullmatch(pattern, value):
            yield f"{where} is not of the form {pattern}"

    return check


def _date(value: Any, where: str) -> Iterator[str]:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        yield f"{where} is no date"


def _bool(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield f"{where} is neither true nor false"


def _number(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            yield f"{where} is no whole number from {least} to {most}"

    return check


def _one_of(*allowed: str) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if value not in allowed:
            yield f"{where} is not one of {', '.join(allowed)}"

    return check


def _list(each: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{where} is no list"
            return
        if not least <= len(value) <= most:
            yield f"{where} has {len(value)} items, not {least} to {most}"
        for at, item in enumerate(value):
            yield from each(item, f"{where}[{at}]")

    return check


def _object(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**needed, **(optional or {})}

    def check(value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where} is no object"
            return
        yield from (f"{where}.{key} is missing" for key in needed if key not in value)
        for key, item in value.items():
            if key in known:
                yield from known[key](item, f"{where}.{key}")
            else:
                yield f"{where}.{key} is unknown"

    return check


def _kinds(kinds: Mapping[str, Check]) -> Check:
    """An object checked by its `type`, which has to be one of `kinds`."""

    def check(value: Any, where: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in kinds:
            yield from kinds[kind](value, where)
        else:
            yield f"{where} has the type {kind!r}, not one of {', '.join(kinds)}"

    return check


def _typed(kind: str, needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    return _object({"type": _one_of(kind), **needed}, optional)


def _both(*checks: Check) -> Check:
    def check(value: Any, where: str) -> Iterator[str]:
        for each in checks:
            yield from each(value, where)

    return check


def _either(*keys: str) -> Check:
    """Exactly one of `keys` has to be there."""

    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict) and sum(key in value for key in keys) != 1:
            yield f"{where} needs one of {', '.join(keys)}"

    return check


def _some(*keys: str) -> Check:
    """At least one of `keys` has to be there."""

    def check(value: Any, where: str) -> Iterator[str]:
        if isinstance(value, dict) and not any(key in value for key in keys):
            yield f"{where} needs {' or '.join(keys)}"

    return check


def _repeated(name: str, values: Sequence[Any]) -> list[str]:
    counts = Counter(value for value in values if isinstance(value, str))
    return [f"{name} {value!r} is there {times} times" for value, times in counts.items() if times > 1]


def _different(key: str, among: str) -> Check:
    """The objects listed under `among` have each their own `key`."""

    def check(value: Any, where: str) -> Iterator[str]:
        items = value.get(among) if isinstance(value, dict) else None
        if isinstance(items, list):
            own = [item.get(key) for item in items if isinstance(item, dict)]
            yield from (f"{where}.{among}: {problem}" for problem in _repeated(key, own))

    return check


def _initially_among_options(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    groups = value.get("option_groups") or []
    options = [*(value.get("options") or []), *(option for group in groups for option in group.get("options", []))]
    chosen = [*value.get("initial_options", []), *([value["initial_option"]] if "initial_option" in value else [])]
    yield from (f"{where}: what is chosen at first is no option" for each in chosen if each not in options)


def _length_range(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, dict) and value.get("min_length", 0) > value.get("max_length", MOST_INPUT):
        yield f"{where}.min_length is more than max_length"


MOST_INPUT = 3000

_ACTION_ID = {"action_id": _string(255)}
_BLOCK_ID = {"block_id": _string(255)}


def _plain(most: int) -> Check:
    return _typed("plain_text", {"text": _string(most)}, {"emoji": _bool})


def _mrkdwn(most: int) -> Check:
    return _typed("mrkdwn", {"text": _string(most)}, {"verbatim": _bool})


def _text(most: int) -> Check:
    return _kinds({"plain_text": _plain(most), "mrkdwn": _mrkdwn(most)})


_CONFIRM = _object(
    {"title": _plain(100), "text": _text(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": _one_of("primary", "danger")},
)
_CONFIRMED = {**_ACTION_ID, "confirm": _CONFIRM}
_FOCUSED = {**_CONFIRMED, "focus_on_load": _bool}
_MENU = {**_FOCUSED, "placeholder": _plain(150)}
_DISPATCH = _object(
    {"trigger_actions_on": _list(_one_of("on_enter_pressed", "on_character_entered"), 2)},
)


def _option(text: Check) -> Check:
    return _object({"text": text, "value": _string(150)}, {"description": _text(75)})


_MENU_OPTION = _object({"text": _plain(75), "value": _string(150)}, {"description": _plain(75)})
_OVERFLOW_OPTION = _object(
    {"text": _plain(75), "value": _string(150)}, {"description": _plain(75), "url": _string(3000)}
)
_GROUP = _object({"label": _plain(75), "options": _list(_MENU_OPTION, 100)})
_FILE = _both(_object({}, {"id": _string(255), "url": _string(3000)}), _either("id", "url"))


def _choice(kind: str, options: Check, most: int, optional: Mapping[str, Check]) -> Check:
    shape = _typed(kind, {"options": _list(options, most)}, optional)
    return _both(shape, _different("value", "options"), _initially_among_options)


def _select(kind: str, optional: Mapping[str, Check]) -> Check:
    contents = {"options": _list(_MENU_OPTION, 100), "option_groups": _list(_GROUP, 100)}
    shape = _typed(kind, {}, {**_MENU, **contents, **optional})
    return _both(shape, _either("options", "option_groups"), _different("value", "options"), _initially_among_options)


_BUTTON = _typed(
    "button",
    {"text": _plain(75)},
    {
        **_CONFIRMED,
        "url": _string(3000),
        "value": _string(2000),
        "style": _one_of("primary", "danger"),
        "accessibility_label": _string(75),
    },
)
_CHECKBOXES = _choice(
    "checkboxes", _option(_text(75)), 10, {**_FOCUSED, "initial_options": _list(_option(_text(75)), 10)}
)
_RADIO = _choice("radio_buttons", _option(_text(75)), 10, {**_FOCUSED, "initial_option": _option(_text(75))})
_OVERFLOW = _choice("overflow", _OVERFLOW_OPTION, 5, _CONFIRMED)
_DATE = _typed("datepicker", {}, {**_MENU, "initial_date": _date})
_TIME = _typed(
    "timepicker",
    {},
    {**_MENU, "initial_time": _matching(r"([01]\d|2[0-3]):[0-5]\d", 5), "timezone": _string(100)},
)
_MOMENT = _typed("datetimepicker", {}, {**_FOCUSED, "initial_date_time": _number(10**9, 10**10 - 1)})
_SELECT = _select("static_select", {"initial_option": _MENU_OPTION})
_MULTI_SELECT = _select(
    "multi_static_select", {"initial_options": _list(_MENU_OPTION, 100), "max_selected_items": _number(1, 100)}
)
_PEOPLE = {
    "users_select": "initial_user",
    "channels_select": "initial_channel",
    "conversations_select": "initial_conversation",
}
_PICKS = {kind: _typed(kind, {}, {**_MENU, initial: _string(255)}) for kind, initial in _PEOPLE.items()}
_INPUT_TEXT = _both(
    _typed(
        "plain_text_input",
        {},
        {
            **_ACTION_ID,
            "placeholder": _plain(150),
            "initial_value": _string(MOST_INPUT, least=0),
            "multiline": _bool,
            "min_length": _number(0, MOST_INPUT),
            "max_length": _number(1, MOST_INPUT),
            "dispatch_action_config": _DISPATCH,
            "focus_on_load": _bool,
        },
    ),
    _length_range,
)
_INPUT_EMAIL = _typed(
    "email_text_input",
    {},
    {
        **_ACTION_ID,
        "placeholder": _plain(150),
        "initial_value": _string(MOST_INPUT, least=0),
        "dispatch_action_config": _DISPATCH,
        "focus_on_load": _bool,
    },
)
_PICTURE = {"image_url": _string(3000), "slack_file": _FILE}
_IMAGE = _both(_typed("image", {"alt_text": _string(2000)}, _PICTURE), _either(*_PICTURE))
_FEEDBACK_BUTTON = _object({"text": _plain(75), "value": _string(2000)}, {"accessibility_label": _string(75)})
_FEEDBACK = _typed(
    "feedback_buttons", {"positive_button": _FEEDBACK_BUTTON, "negative_button": _FEEDBACK_BUTTON}, _ACTION_ID
)

_IN_ACTIONS: Mapping[str, Check] = {
    "button": _BUTTON,
    "checkboxes": _CHECKBOXES,
    "radio_buttons": _RADIO,
    "overflow": _OVERFLOW,
    "datepicker": _DATE,
    "timepicker": _TIME,
    "static_select": _SELECT,
    **_PICKS,
}
_IN_SECTION: Mapping[str, Check] = {**_IN_ACTIONS, "multi_static_select": _MULTI_SELECT, "image": _IMAGE}
_IN_INPUT: Mapping[str, Check] = {
    "plain_text_input": _INPUT_TEXT,
    "email_text_input": _INPUT_EMAIL,
    "checkboxes": _CHECKBOXES,
    "radio_buttons": _RADIO,
    "datepicker": _DATE,
    "timepicker": _TIME,
    "datetimepicker": _MOMENT,
    "static_select": _SELECT,
    "multi_static_select": _MULTI_SELECT,
    **_PICKS,
}
_IN_CONTEXT: Mapping[str, Check] = {"plain_text": _plain(2000), "mrkdwn": _mrkdwn(2000), "image": _IMAGE}

_SECTION = _both(
    _typed(
        "section",
        {},
        {
            **_BLOCK_ID,
            "text": _text(3000),
            "fields": _list(_text(2000), 10),
            "accessory": _kinds(_IN_SECTION),
            "expand": _bool,
        },
    ),
    _some("text", "fields"),
)
_ACTIONS = _both(
    _typed("actions", {"elements": _list(_kinds(_IN_ACTIONS), 25)}, _BLOCK_ID), _different("action_id", "elements")
)
_EVERYWHERE: Mapping[str, Check] = {
    "header": _typed("header", {"text": _plain(150)}, _BLOCK_ID),
    "section": _SECTION,
    "context": _typed("context", {"elements": _list(_kinds(_IN_CONTEXT), 10)}, _BLOCK_ID),
    "actions": _ACTIONS,
    "divider": _typed("divider", {}, _BLOCK_ID),
    "image": _both(
        _typed("image", {"alt_text": _string(2000)}, {**_BLOCK_ID, **_PICTURE, "title": _plain(2000)}),
        _either(*_PICTURE),
    ),
}
_FORM: Mapping[str, Check] = {
    "input": _typed(
        "input",
        {"label": _plain(2000), "element": _kinds(_IN_INPUT)},
        {**_BLOCK_ID, "hint": _plain(2000), "optional": _bool, "dispatch_action": _bool},
    )
}
_REMARKS: Mapping[str, Check] = {
    "context_actions": _typed(
        "context_actions", {"elements": _list(_kinds({"feedback_buttons": _FEEDBACK}), 5)}, _BLOCK_ID
    )
}


def _blocks(surface: Surface) -> Mapping[str, Check]:
    return {**_EVERYWHERE, **(_REMARKS if surface == "message" else _FORM)}
