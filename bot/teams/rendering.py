"""Replies drawn for Teams, as Adaptive Cards. Pure: a reply in, cards ready to be sent out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count, pairwise
from typing import Any, assert_never

from microsoft_teams.cards import AdaptiveCard, TeamsCardProperties

from bot.shortening import shortened
from bot.teams import payload
from bot.teams.cards_blocks import QUIET, Drawn, Json, facts, heading, paragraphs, passage, quote, side_by_side
from bot.teams.cards_buttons import LIST, OPENS, QUESTION, Counters, ask_date, choices
from bot.teams.cards_form import FORM, form
from bot.teams.cards_text import cut, inert, line
from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Facts,
    Form,
    Heading,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)

# Teams takes 100 KB; its older pages say 28. Cards longer than this are hard to read anyway.
_CARD_BYTES = 24_000
_SUMMARY, _ASKED = 1_000, 500
# More than that reads better on a wide card.
_WIDE = 300

# The id of the line that tells what was picked begins so.
_PICKED = "picked"


@dataclass(frozen=True)
class TeamsMessage:
    """One message: an Adaptive Card, and the text for notifications and screen readers, in plain words."""

    summary: str
    card: dict[str, Any]


def cards(reply: Reply, *, short: bool = False) -> list[TeamsMessage]:
    """`reply` as messages, in the order of sending; none where it has nothing to show.

    `short`: for a channel or a group chat, where a reply that can be seen whole in private (`Reply.more`) shrinks to its
    heading, its sentences, two passages without remarks, and its buttons, "More, just for me" among them.

    What the buttons and inputs send is told in bot/teams/payload.py.
    """
    counters = Counters()
    drawn = [list(_block(block, counters)) for block in (shortened(reply) if short else reply).blocks]
    return [_message(part) for part in _parted(drawn)]


def asked_above(name: str, question: str) -> Text:
    """Who asked (a name) and what, to stand above the answer."""
    return Text(f"{line(name)} asked: {cut(line(question), _ASKED)}", quiet=True)


def spent(card: dict[str, Any], picked: str) -> dict[str, Any]:
    """What `card` becomes when the button that says `picked` (`Pressed.button`) was pressed; the same where nothing changes.

    What settles something goes, and a quiet line tells what was picked: buttons of which one is pressed once (did this
    help, send it or not), and a form with its fields. In a numbered list only the button pressed is switched off, as people
    come back to a list for its next line. Other buttons (more, take a case, come to a forum) and a calendar stay as they
    are: other people may press them too, and another day gives another date. What opens an address always stays.
    """
    groups = {_group(element) for element in card["body"] if _pressed(element, picked)} - {""}
    body = [_after(each, picked) if _group(each) in groups else [each] for each in card["body"]]
    return {**card, "body": list(chain.from_iterable(body))}


def is_spent(card: dict[str, Any], picked: str) -> bool:
    """Whether the button that says `picked` went from a card as something was picked there, and not with an older card."""
    switched_off = any(_pressed(each, picked) for each in card["body"])
    return switched_off or any(_group(each).startswith(_PICKED) for each in card["body"])


def _block(block: Block, counters: Counters) -> Iterator[Drawn]:
    match block:
        case Heading(text):
            return heading(text)
        case Text(text, quiet):
            return paragraphs(text, QUIET) if quiet else paragraphs(text)
        case Passage():
            return passage(block)
        case SideBySide(passages):
            return side_by_side(passages)
        case Facts(rows):
            return facts(rows)
        case Quote(text, source):
            return quote(text, source)
        case Choices():
            return choices(block, counters)
        case AskDate(prompt, days):
            return ask_date(prompt, days, counters)
        case Form():
            return form(block, counters)
        case _:
            assert_never(block)


def _parted(drawn: Iterable[Sequence[Drawn]]) -> Iterator[list[Drawn]]:
    """What is drawn, a sequence a block, in as many cards as it needs: cut between blocks where that can be."""
    part: list[Drawn] = []
    for run in (run for block in drawn for run in _runs(block)):
        if part and not _fit([*part, *run]):
            yield part
            part = []
        part += run
    if part:
        yield part


def _runs(block: Sequence[Drawn]) -> Iterator[Sequence[Drawn]]:
    """A block in what is to stay in one card: all of it, else what introduces something with that, else each by itself."""
    if _fit(block):
        yield block
        return
    ends = {at for at, each in enumerate(block, start=1) if not each.introduces} | {0, len(block)}
    for begin, end in pairwise(sorted(ends)):
        run = block[begin:end]
        yield from [run] if _fit(run) else ([each] for each in run)


def _fit(drawn: Sequence[Drawn]) -> bool:
    return sum(each.size for each in drawn) <= _CARD_BYTES and sum(each.inputs for each in drawn) <= 1


def _message(drawn: Sequence[Drawn]) -> TeamsMessage:
    words = "\n".join(each.words for each in drawn if each.words)
    wide = len(words) > _WIDE or any(each.element["type"] == "ColumnSet" for each in drawn)
    card = AdaptiveCard(version="1.5", msteams=TeamsCardProperties(width="full") if wide else None)
    return TeamsMessage(
        _summary(words), {**card.model_dump(exclude_none=True), "body": [each.element for each in drawn]}
    )


def _summary(words: str) -> str:
    lines = cut(words, _SUMMARY).split("\n")
    return "\n".join(inert(each) for each in lines)


def _pressed(element: Json, picked: str) -> list[Json]:
    """The buttons in an element that say `picked`."""
    rows = [element, *element.get("items", ())]
    return [each for row in rows for each in row.get("actions", ()) if each.get("data", {}).get(payload.SAYS) == picked]


def _group(element: Json) -> str:
    """The buttons and inputs that an element belongs to; "" where it is none of them."""
    kind, _, number = element.get("id", "").partition(":")
    return f"{kind}:{number.partition(':')[0]}" if number else ""


def _after(element: Json, picked: str) -> list[Json]:
    """What takes the place of an element of a group in which a button was pressed."""
    kind, pressed = element["id"].partition(":")[0], _pressed(element, picked)
    if kind == LIST:
        actions = [each | {"isEnabled": False} if each in pressed else each for each in element["actions"]]
        return [element | {"actions": actions}]
    if kind in (QUESTION, FORM):
        told = [f"Picked: {each.get('tooltip') or each['title']}" for each in pressed[:1]]
        first = f"{_PICKED}:{element['id']}"
        ids = chain([first], (f"{first}:{number}" for number in count(2)))
        lines = [each.element | {"id": own} for each, own in zip(paragraphs("".join(told), QUIET), ids, strict=False)]
        links = [each for each in element.get("actions", ()) if each["type"] == OPENS]
        return [*lines, *([element | {"actions": links}] if links else ())]
    return [element]
