"""What a card's buttons carry, and how it is read again when Teams sends it back.

Every button is an Action.Submit, so that one way serves every client: a press comes as a message activity without text,
whose `value` is the button's data together with what stands in its card's inputs, and whose `replyToId` is the id of the
card's message.

    a button of Choices     {"compactbot": 1, "says": "about notice"}
    a day for an AskDate    {"compactbot": 1, "says": "work out notice last", "dated": 1, "day": "2026-03-31"}
    a form that is sent     {"compactbot": 1, "says": "send it", "form": 1, "field:what": "They stopped paying.",
                             "field:since": "2026-03-31", "pick:compact": "town", "pick:topics": "pay,notice"}

An input "field:" and a field's key holds a line, a paragraph or a day; one "pick:" and the key holds what the picked
options say, each as `encoded` makes it, with commas between. An input left empty comes as "" or not at all. A client may
send inputs along with a button that does not want them: only `dated` and `form` make them count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from handlers.conversation import Filled

OURS, VERSION = "compactbot", 1
SAYS = "says"
DATED, DAY = "dated", "day"
FORM, FIELD, PICK = "form", "field:", "pick:"


@dataclass(frozen=True)
class Pressed:
    """A press: what it says, a picked day at its end, and what was filled into a form.

    `button`: what the button by itself says, by which `spent` (bot/teams/rendering.py) finds it in its card.
    """

    says: str
    button: str
    filled: Filled = ()


def pressed(value: Any) -> Pressed | None:
    """The press that an activity's `value` tells of; None where it comes from no card of ours."""
    if not isinstance(value, Mapping) or value.get(OURS) != VERSION:
        return None
    button = value.get(SAYS)
    if not isinstance(button, str) or not button.strip():
        return None
    day = value.get(DAY) if DATED in value else None
    says = f"{button} {day}" if isinstance(day, str) and day else button
    return Pressed(says, button, tuple(_filled(value)) if FORM in value else ())


def encoded(says: str) -> str:
    """What an option says, as the value of a choice: without the commas that stand between several."""
    return says.replace("%", "%25").replace(",", "%2C")


def _filled(value: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, text in value.items():
        if not isinstance(text, str):
            continue
        if name.startswith(FIELD):
            yield name.removeprefix(FIELD), (text,) if text.strip() else ()
        elif name.startswith(PICK):
            yield name.removeprefix(PICK), tuple(unquote(each) for each in text.split(",") if each)
