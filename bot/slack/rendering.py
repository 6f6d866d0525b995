"""Replies drawn for Slack, as Block Kit. Pure: a reply in, messages ready to be sent out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import Any, TypeVar, assert_never

from bot.shortening import shortened
from bot.slack.texts import BRACKETS, LOOKS_LIKE, clean, cut, fits, length, line, mrkdwn, pieces, plain
from handlers.conversation import (
    AskDate,
    Block,
    Choices,
    Facts,
    Form,
    Heading,
    Option,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)

SHARE = "share"
# The block_id of buttons of which one settles the matter begins so, and goes on with the number of their group.
ONCE = "once:"
# The action_id of a button that opens an address begins so: Slack tells us of those presses, too.
OPEN = "open:"

_MESSAGE_BLOCKS, _PAGE_BLOCKS = 50, 100
# Slack refuses a message (msg_blocks_too_long) from about 13,200 characters on, and does not say what it counts.
_MESSAGE_CHARACTERS = 12_000
_FALLBACK, _SECTION, _CONTEXT, _HEADER = 3_000, 3_000, 2_000, 150
_FIELDS, _COLUMNS, _LABEL, _VALUE, _ACTION_ID, _URL = 10, 2, 75, 2_000, 255, 3_000
# Each line of a quote grows by its mark: at worst, with every other line empty, to 7 characters for 3.
_QUOTE = 1_250

# What reads well on a phone, where Slack allows more: fields are half as wide as the screen, and long buttons are cut off.
_FIELD_READS_WELL, _COLUMN_READS_WELL, _BUTTON_READS_WELL, _ROW_READS_WELL = 80, 600, 30, 5

_SHARE_LABEL = "Share with the channel"
_CUT_SHORT = "There is more than fits here. Ask me in a message to see all of it."

Item = TypeVar("Item")
_Json = dict[str, Any]


@dataclass(frozen=True)
class SlackMessage:
    """One message: Block Kit, and the text for notifications and screen readers, escaped as chat.postMessage wants it."""

    text: str
    blocks: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class _Drawn:
    """One block, and its words without any formatting."""

    block: _Json
    words: str


@dataclass(frozen=True)
class _Counters:
    """What is counted through a whole reply: options that can be picked by number, buttons, and those to be pressed once."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    actions: Iterator[int] = field(default_factory=lambda: count(1))
    once: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(frozen=True)
class _Pick:
    """An option made fit for a button. `number`: what to type to pick it; None where it cannot be picked by number."""

    number: int | None
    label: str
    says: str
    link: str

    @property
    def line(self) -> str:
        return f"{self.number}. {self.label}" if self.number else f"• {self.label}"

    @property
    def pressable(self) -> bool:
        # A value that is cut would say something else: rather no button.
        return bool(self.label and (self.link or self.says)) and fits(self.says, _VALUE)


def messages(
    reply: Reply, *, short: bool = False, share: str = "", asked: tuple[str, str] | None = None
) -> list[SlackMessage]:
    """`reply` as messages, in the order of sending; none where it has nothing to show.

    `short`: for a public channel, where a reply that can be seen whole in private (`Reply.more`) shrinks to its heading,
    its sentences, two passages without remarks, and its buttons. `share`: the question, to be sent by a button (its
    action_id is SHARE) that shows the answer to the channel. `asked`: who asked, as Slack's markup for a mention, and
    what, to stand above an answer that is shared.
    """
    drawn = list(_drawn(shortened(reply) if short else reply))
    if drawn:
        drawn = [*(_asked(*asked) if asked else ()), *drawn, *_share(clean(share))]
    return [_message(part) for each in _parted(drawn) if (part := _without_edge_dividers(each))]


def home_blocks(reply: Reply) -> list[dict[str, Any]]:
    """`reply` as blocks for the App Home, which is one page: what does not fit gives way to a line that says so."""
    return _page(reply)


def modal_blocks(reply: Reply) -> list[dict[str, Any]]:
    """`reply` as blocks for a modal, one page like the App Home."""
    return _page(reply)


def _page(reply: Reply) -> list[dict[str, Any]]:
    drawn = list(_drawn(reply))
    if len(drawn) > _PAGE_BLOCKS:
        drawn = [*_without_edge_dividers(drawn[: _PAGE_BLOCKS - 1]), *_small(_CUT_SHORT)]
    return [each.block for each in drawn]


def _asked(asker: str, question: str) -> Iterator[_Drawn]:
    piece = cut(line(question), _CONTEXT // 2)
    yield _Drawn(_context(f"{asker} asked: {mrkdwn(piece)}"), f"Asked: {piece}")


def _share(question: str) -> Iterator[_Drawn]:
    if question and fits(question, _VALUE):
        button = {"type": "button", "text": plain(_SHARE_LABEL), "action_id": SHARE, "value": question}
        yield _Drawn(_actions([button]), f"Buttons: {_SHARE_LABEL}")


def _drawn(reply: Reply) -> Iterator[_Drawn]:
    counters = _Counters()
    for block in reply.blocks:
        yield from _block(block, counters)


def _block(block: Block, counters: _Counters) -> Iterator[_Drawn]:
    match block:
        case Heading(text):
            yield from _heading(text)
        case Text(text, quiet):
            yield from _small(text) if quiet else _paragraphs(text)
        case Passage():
            yield from _passage(block)
        case SideBySide(passages):
            yield from _side_by_side(passages)
        case Facts(rows):
            yield from _facts(rows)
        case Quote(text, source):
            yield from _quote(text, source)
        case Choices(options, numbered, once):
            drawn = _choices(options, counters, numbered=numbered)
            yield from _to_press_once(drawn, next(counters.once)) if once else drawn
        case AskDate(prompt, days):
            yield from _ask_date(prompt, days)
        case Form(title, opens=opens):
            yield from _paragraphs(title)
            yield from _choices((opens,), counters, numbered=False)
        case _:
            assert_never(block)


def _heading(text: str) -> Iterator[_Drawn]:
    shown = line(text)
    if shown and fits(shown, _HEADER):
        yield _Drawn({"type": "header", "text": plain(shown)}, shown)
    else:
        yield from _titled(shown, "")


def _paragraphs(text: str) -> Iterator[_Drawn]:
    for piece in pieces(clean(text), _SECTION):
        yield _section(mrkdwn(piece), piece)


def _small(text: str) -> Iterator[_Drawn]:
    for piece in pieces(clean(text), _CONTEXT):
        yield _Drawn(_context(mrkdwn(piece)), piece)


def _passage(passage: Passage) -> Iterator[_Drawn]:
    yield from _titled(line(passage.title), clean(passage.says))
    yield from _facts(passage.facts)
    yield from _small("\n".join(f"• {remark}" for remark in map(clean, passage.remarks) if remark))


def _side_by_side(passages: Sequence[Passage]) -> Iterator[_Drawn]:
    columns = [_column(passage) for passage in passages]
    if len(columns) == _COLUMNS and all(0 < length(column) <= _COLUMN_READS_WELL for column in columns):
        words = "\n".join(each.words for passage in passages for each in _passage(passage))
        yield _Drawn(_in_fields(columns), words)
        return
    for at, drawn in enumerate(filter(None, (list(_passage(passage)) for passage in passages))):
        if at:
            yield _Drawn({"type": "divider"}, "")
        yield from drawn


def _column(passage: Passage) -> str:
    """A passage as one field; nothing where it has remarks, which are to be smaller than the rest."""
    if passage.remarks:
        return ""
    facts = [f"{_bold(name)} {mrkdwn(value)}".strip() for name, value in _rows(passage.facts)]
    return "\n".join(filter(None, (_labelled(line(passage.title), clean(passage.says)), *facts)))


def _facts(rows: Iterable[tuple[str, str]]) -> Iterator[_Drawn]:
    for short, group in groupby(_rows(rows), key=lambda row: fits("".join(row), _FIELD_READS_WELL)):
        if short:
            yield from map(_fields, _batches(list(group), _FIELDS))
        else:
            for name, value in group:
                yield from _titled(name, value)


def _fields(rows: Sequence[tuple[str, str]]) -> _Drawn:
    fields = _in_fields([_labelled(name, value) for name, value in rows])
    return _Drawn(fields, "\n".join(_spoken(name, value) for name, value in rows))


def _quote(text: str, source: str) -> Iterator[_Drawn]:
    for piece in pieces(clean(text), _QUOTE):
        lines = mrkdwn(piece).split("\n")
        yield _section("\n".join(f"> {line}" for line in lines), f"“{piece}”")
    yield from _small(source)


def _choices(options: Iterable[Option], counters: _Counters, *, numbered: bool) -> Iterator[_Drawn]:
    picks = [_pick(option, next(counters.numbers) if numbered else None) for option in options]
    longest = _BUTTON_READS_WELL if numbered else _LABEL
    many = numbered and len(picks) > _ROW_READS_WELL
    listed = many or any(not pick.pressable or not fits(pick.label, longest) for pick in picks)
    for row in _batches(picks, _ROW_READS_WELL):
        if listed:
            yield from _paragraphs("\n".join(pick.line for pick in row if pick.label))
        yield from _row([pick for pick in row if pick.pressable], counters, listed=listed)


def _to_press_once(drawn: Iterable[_Drawn], group: int) -> Iterator[_Drawn]:
    for row, each in enumerate(drawn):
        buttons = each.block["type"] == "actions"
        yield _Drawn(each.block | {"block_id": f"{ONCE}{group}:{row}"}, each.words) if buttons else each


def _pick(option: Option, number: int | None) -> _Pick:
    label, link = line(option.label) or line(option.says), line(option.link)
    if fits(link, _URL):
        return _Pick(number, label, clean(option.says), link)
    # No button can carry it, and an address that is cut is another one: it is shown.
    return _Pick(number, f"{label}: {link}", "", "")


def _row(picks: Sequence[_Pick], counters: _Counters, *, listed: bool) -> Iterator[_Drawn]:
    if picks:
        buttons = [_button(pick, next(counters.actions), listed=listed) for pick in picks]
        shown = "; ".join(_aloud(pick, listed=listed) for pick in picks)
        yield _Drawn(_actions(buttons), f"Buttons: {shown}")


def _button(pick: _Pick, number: int, *, listed: bool) -> _Json:
    label = plain(_on_button(pick, listed=listed))
    does = {"action_id": f"{OPEN}{number}", "url": pick.link} if pick.link else _says(pick, number)
    button = {"type": "button", "text": label} | does
    if pick.number and listed:
        button["accessibility_label"] = cut(pick.line, _LABEL).translate(BRACKETS)
    return button


def _says(pick: _Pick, number: int) -> _Json:
    return {"action_id": f"say:{number}", "value": pick.says}


def _aloud(pick: _Pick, *, listed: bool) -> str:
    """A button for whoever has none, as in a notification: with the address that it opens."""
    shown = _on_button(pick, listed=listed)
    return f"{shown} ({pick.link})" if pick.link else shown


def _on_button(pick: _Pick, *, listed: bool) -> str:
    if pick.number is None:
        return cut(pick.label, _LABEL)
    return str(pick.number) if listed else pick.line


def _ask_date(prompt: str, days: Iterable[Option]) -> Iterator[_Drawn]:
    yield from _small(prompt)
    for day in days:
        pick = _pick(day, None)
        *before, last = pieces(pick.label, _SECTION) or [""]
        yield from (_section(mrkdwn(piece), piece) for piece in before)
        # A picker has no value to send: what it says travels in its action_id.
        action_id = f"date:{pick.says}"
        picker = {"type": "datepicker", "action_id": action_id} if pick.says and fits(action_id, _ACTION_ID) else None
        if last:
            yield _section(mrkdwn(last), last, picker)


def _titled(title: str, text: str) -> Iterator[_Drawn]:
    """A bold line with a paragraph under it: one section where they fit, else one after the other."""
    if fits(title + text, _SECTION - len("**\n")):
        if title or text:
            yield _section(_labelled(title, text), _spoken(title, text))
        return
    for piece in pieces(title, _SECTION - len("**")):
        yield _section(_bold(piece), piece)
    yield from _paragraphs(text)


def _section(mrkdwn: str, words: str, accessory: _Json | None = None) -> _Drawn:
    # Without `expand`, Slack may fold a long text behind "see more".
    section = {"type": "section", "text": _formatted(mrkdwn), "expand": True}
    return _Drawn(section | {"accessory": accessory} if accessory else section, words)


def _in_fields(columns: Sequence[str]) -> _Json:
    return {"type": "section", "fields": [_formatted(column) for column in columns]}


def _context(mrkdwn: str) -> _Json:
    return {"type": "context", "elements": [_formatted(mrkdwn)]}


def _actions(elements: Sequence[_Json]) -> _Json:
    return {"type": "actions", "elements": list(elements)}


def _formatted(mrkdwn: str) -> _Json:
    # `verbatim` keeps Slack from making mentions of an @here, and links of a #name, that somebody wrote.
    return {"type": "mrkdwn", "text": mrkdwn, "verbatim": True}


def _labelled(name: str, value: str) -> str:
    return "\n".join(filter(None, (_bold(name), mrkdwn(value))))


def _spoken(name: str, value: str) -> str:
    return ": ".join(filter(None, (name, value)))


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    cleaned = ((line(name), clean(value)) for name, value in rows)
    return (row for row in cleaned if any(row))


def _bold(text: str) -> str:
    return f"*{mrkdwn(text).replace('*', LOOKS_LIKE['*'])}*" if text else ""


def _message(drawn: Sequence[_Drawn]) -> SlackMessage:
    words = "\n".join(each.words for each in drawn if each.words)
    return SlackMessage(mrkdwn(cut(words, _FALLBACK)), tuple(each.block for each in drawn))


def _parted(drawn: Iterable[_Drawn]) -> Iterator[list[_Drawn]]:
    """What is drawn, in as many messages as it needs."""
    part: list[_Drawn] = []
    used = 0
    for each in drawn:
        size = _size(each.block)
        if part and (len(part) == _MESSAGE_BLOCKS or used + size > _MESSAGE_CHARACTERS):
            yield part
            part, used = [], 0
        part.append(each)
        used += size
    yield part


def _size(part: Any) -> int:
    """The characters in a block, names of its parts apart."""
    if isinstance(part, str):
        return length(part)
    if isinstance(part, dict):
        return sum(map(_size, part.values()))
    return sum(map(_size, part)) if isinstance(part, list) else 0


def _without_edge_dividers(drawn: Sequence[_Drawn]) -> Sequence[_Drawn]:
    told = [at for at, each in enumerate(drawn) if each.words]
    return drawn[told[0] : told[-1] + 1] if told else ()


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))
