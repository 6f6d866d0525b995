"""Replies drawn for Slack, as Block Kit. Pure: a reply in, messages ready to be sent out."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from typing import Any, TypeVar, assert_never

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

_MESSAGE_BLOCKS, _PAGE_BLOCKS = 50, 100
# Slack refuses a message (msg_blocks_too_long) from about 13,200 characters on, and does not say what it counts.
_MESSAGE_CHARACTERS = 12_000
_FALLBACK, _SECTION, _CONTEXT, _HEADER = 3_000, 3_000, 2_000, 150
_FIELDS, _COLUMNS, _LABEL, _VALUE, _ACTION_ID = 10, 2, 75, 2_000, 255
# Each line of a quote grows by its mark: at worst, with every other line empty, to 7 characters for 3.
_QUOTE = 1_250

# What reads well on a phone, where Slack allows more: fields are half as wide as the screen, and long buttons are cut off.
_FIELD_READS_WELL, _COLUMN_READS_WELL, _BUTTON_READS_WELL, _ROW_READS_WELL = 80, 600, 30, 5

_IN_PUBLIC_PASSAGES = 2
_IN_PUBLIC_FACTS = frozenset({"Binds", "Where"})
_MORE = "More, just for me"
_SHARE_LABEL = "Share with the channel"
_CUT_SHORT = "There is more than fits here. Ask me in a message to see all of it."

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n\s*\n")
# Control characters and halves of surrogate pairs are refused; overrides of direction can make text read as something else.
_UNSHOWABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# mrkdwn has no escape for its marks, so those that Slack could take for a mark become signs that look like them. Signs
# put in to break a mark up (zero-width joiners and spaces) would stay in what people copy, and some screen readers
# speak them or tear words at them. Within a word nothing counts as a mark: addresses such as first_last@nhs.uk stay
# as they are. Slack takes the wide East Asian forms for marks as well, and a ">" that is escaped for a quote's.
_MARK = re.compile(r"(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])|[＊＿`｀]")
_LOOKS_LIKE = {"*": "∗", "＊": "∗", "_": "ˍ", "＿": "ˍ", "~": "∼", "`": "'", "｀": "'"}
_QUOTE_MARK = re.compile(r"^([^\S\n]*)[>＞]", re.MULTILINE)
# What none of these is in, as in nearly all that is said, needs no closer look.
_SPECIAL = re.compile("[*_~＊＿`｀<>＞&]")
_LONGEST_ENTITY = len("&amp;")
# In plain_text nothing is a mark, and whether entities are decoded there is not documented.
_BRACKETS = str.maketrans({"<": "‹", ">": "›"})

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
    """What is counted through a whole reply: the options that can be picked by number, and the buttons."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    actions: Iterator[int] = field(default_factory=lambda: count(1))


@dataclass(frozen=True)
class _Pick:
    """An option made fit for a button. `number`: what to type to pick it; None where it cannot be picked by number."""

    number: int | None
    label: str
    says: str

    @property
    def line(self) -> str:
        return f"{self.number}. {self.label}" if self.number else f"• {self.label}"

    @property
    def pressable(self) -> bool:
        # A value that is cut would say something else: rather no button.
        return bool(self.label and self.says) and _fits(self.says, _VALUE)


def messages(
    reply: Reply, *, short: bool = False, share: str = "", asked: tuple[str, str] | None = None
) -> list[SlackMessage]:
    """`reply` as messages, in the order of sending; none where it has nothing to show.

    `short`: for a public channel, where a reply that can be seen whole in private (`Reply.more`) shrinks to its heading,
    its sentences, two passages without remarks, and its buttons. `share`: the question, to be sent by a button (its
    action_id is SHARE) that shows the answer to the channel. `asked`: who asked, as Slack's markup for a mention, and
    what, to stand above an answer that is shared.
    """
    drawn = list(_drawn(_shortened(reply) if short and reply.more else reply))
    if drawn:
        drawn = [*(_asked(*asked) if asked else ()), *drawn, *_share(_clean(share))]
    return [_message(part) for each in _parted(drawn) if (part := _without_edge_dividers(each))]


def home_blocks(reply: Reply) -> list[dict[str, Any]]:
    """`reply` as blocks for the App Home, which is one page: what does not fit gives way to a line that says so."""
    return _page(reply)


def modal_blocks(reply: Reply) -> list[dict[str, Any]]:
    """`reply` as blocks for a modal, one page like the App Home."""
    return _page(reply)


def _shortened(reply: Reply) -> Reply:
    kept: list[Block] = []
    buttons: list[Block] = [Choices((Option(_MORE, reply.more),), numbered=False)]
    room = _IN_PUBLIC_PASSAGES
    for block, following in zip(reply.blocks, (*reply.blocks[1:], None), strict=False):
        match block:
            case Heading():
                kept.append(block)
            case Text(quiet=quiet):
                introduces_list = isinstance(following, Choices) and following.numbered
                kept += [] if quiet and introduces_list else [block]
            case Passage():
                kept += [_in_public(block)] if room else []
                room -= min(room, 1)
            case SideBySide(passages):
                kept.append(SideBySide(tuple(map(_in_public, passages[:room]))))
                room -= min(room, len(passages))
            case Choices(numbered=False) | Form():
                buttons.append(block)
            case Choices() | Facts() | Quote() | AskDate():
                pass
            case _:
                assert_never(block)
    return Reply((*kept, *buttons))


def _in_public(passage: Passage) -> Passage:
    facts = tuple((name, value) for name, value in passage.facts if name in _IN_PUBLIC_FACTS)
    return Passage(passage.title, passage.says, facts)


def _page(reply: Reply) -> list[dict[str, Any]]:
    drawn = list(_drawn(reply))
    if len(drawn) > _PAGE_BLOCKS:
        drawn = [*_without_edge_dividers(drawn[: _PAGE_BLOCKS - 1]), *_small(_CUT_SHORT)]
    return [each.block for each in drawn]


def _asked(asker: str, question: str) -> Iterator[_Drawn]:
    piece = _cut(_line(question), _CONTEXT // 2)
    yield _Drawn(_context(f"{asker} asked: {_mrkdwn(piece)}"), f"Asked: {piece}")


def _share(question: str) -> Iterator[_Drawn]:
    if question and _fits(question, _VALUE):
        button = {"type": "button", "text": _plain(_SHARE_LABEL), "action_id": SHARE, "value": question}
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
        case Choices(options, numbered):
            yield from _choices(options, counters, numbered=numbered)
        case AskDate(prompt, days):
            yield from _ask_date(prompt, days)
        case Form(title, opens=opens):
            yield from _paragraphs(title)
            yield from _choices((opens,), counters, numbered=False)
        case _:
            assert_never(block)


def _heading(text: str) -> Iterator[_Drawn]:
    line = _line(text)
    if line and _fits(line, _HEADER):
        yield _Drawn({"type": "header", "text": _plain(line)}, line)
    else:
        yield from _titled(line, "")


def _paragraphs(text: str) -> Iterator[_Drawn]:
    for piece in _pieces(_clean(text), _SECTION):
        yield _section(_mrkdwn(piece), piece)


def _small(text: str) -> Iterator[_Drawn]:
    for piece in _pieces(_clean(text), _CONTEXT):
        yield _Drawn(_context(_mrkdwn(piece)), piece)


def _passage(passage: Passage) -> Iterator[_Drawn]:
    yield from _titled(_line(passage.title), _clean(passage.says))
    yield from _facts(passage.facts)
    yield from _small("\n".join(f"• {remark}" for remark in map(_clean, passage.remarks) if remark))


def _side_by_side(passages: Sequence[Passage]) -> Iterator[_Drawn]:
    columns = [_column(passage) for passage in passages]
    if len(columns) == _COLUMNS and all(0 < _length(column) <= _COLUMN_READS_WELL for column in columns):
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
    facts = [f"{_bold(name)} {_mrkdwn(value)}".strip() for name, value in _rows(passage.facts)]
    return "\n".join(filter(None, (_labelled(_line(passage.title), _clean(passage.says)), *facts)))


def _facts(rows: Iterable[tuple[str, str]]) -> Iterator[_Drawn]:
    for short, group in groupby(_rows(rows), key=lambda row: _fits("".join(row), _FIELD_READS_WELL)):
        if short:
            yield from map(_fields, _batches(list(group), _FIELDS))
        else:
            for name, value in group:
                yield from _titled(name, value)


def _fields(rows: Sequence[tuple[str, str]]) -> _Drawn:
    fields = _in_fields([_labelled(name, value) for name, value in rows])
    return _Drawn(fields, "\n".join(_spoken(name, value) for name, value in rows))


def _quote(text: str, source: str) -> Iterator[_Drawn]:
    for piece in _pieces(_clean(text), _QUOTE):
        lines = _mrkdwn(piece).split("\n")
        yield _section("\n".join(f"> {line}" for line in lines), f"“{piece}”")
    yield from _small(source)


def _choices(options: Iterable[Option], counters: _Counters, *, numbered: bool) -> Iterator[_Drawn]:
    picks = [_pick(option, next(counters.numbers) if numbered else None) for option in options]
    longest = _BUTTON_READS_WELL if numbered else _LABEL
    many = numbered and len(picks) > _ROW_READS_WELL
    listed = many or any(not pick.pressable or not _fits(pick.label, longest) for pick in picks)
    for row in _batches(picks, _ROW_READS_WELL):
        if listed:
            yield from _paragraphs("\n".join(pick.line for pick in row if pick.label))
        yield from _row([pick for pick in row if pick.pressable], counters, listed=listed)


def _pick(option: Option, number: int | None) -> _Pick:
    return _Pick(number, _line(option.label) or _line(option.says), _clean(option.says))


def _row(picks: Sequence[_Pick], counters: _Counters, *, listed: bool) -> Iterator[_Drawn]:
    if picks:
        buttons = [_button(pick, f"say:{next(counters.actions)}", listed=listed) for pick in picks]
        shown = "; ".join(_on_button(pick, listed=listed) for pick in picks)
        yield _Drawn(_actions(buttons), f"Buttons: {shown}")


def _button(pick: _Pick, action_id: str, *, listed: bool) -> _Json:
    label = _plain(_on_button(pick, listed=listed))
    button = {"type": "button", "text": label, "action_id": action_id, "value": pick.says}
    if pick.number and listed:
        button["accessibility_label"] = _cut(pick.line, _LABEL).translate(_BRACKETS)
    return button


def _on_button(pick: _Pick, *, listed: bool) -> str:
    if pick.number is None:
        return _cut(pick.label, _LABEL)
    return str(pick.number) if listed else pick.line


def _ask_date(prompt: str, days: Iterable[Option]) -> Iterator[_Drawn]:
    yield from _small(prompt)
    for day in days:
        pick = _pick(day, None)
        *before, last = _pieces(pick.label, _SECTION) or [""]
        yield from (_section(_mrkdwn(piece), piece) for piece in before)
        # A picker has no value to send: what it says travels in its action_id.
        action_id = f"date:{pick.says}"
        picker = {"type": "datepicker", "action_id": action_id} if pick.says and _fits(action_id, _ACTION_ID) else None
        if last:
            yield _section(_mrkdwn(last), last, picker)


def _titled(title: str, text: str) -> Iterator[_Drawn]:
    """A bold line with a paragraph under it: one section where they fit, else one after the other."""
    if _fits(title + text, _SECTION - len("**\n")):
        if title or text:
            yield _section(_labelled(title, text), _spoken(title, text))
        return
    for piece in _pieces(title, _SECTION - len("**")):
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


def _plain(text: str) -> _Json:
    return {"type": "plain_text", "text": text.translate(_BRACKETS), "emoji": True}


def _labelled(name: str, value: str) -> str:
    return "\n".join(filter(None, (_bold(name), _mrkdwn(value))))


def _spoken(name: str, value: str) -> str:
    return ": ".join(filter(None, (name, value)))


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    cleaned = ((_line(name), _clean(value)) for name, value in rows)
    return (row for row in cleaned if any(row))


def _bold(line: str) -> str:
    return f"*{_mrkdwn(line).replace('*', _LOOKS_LIKE['*'])}*" if line else ""


def _mrkdwn(text: str) -> str:
    """`text` so that Slack shows it as it is: nothing in it links, mentions anybody or formats."""
    if not _SPECIAL.search(text):
        return text
    return _escaped(_MARK.sub(lambda mark: _LOOKS_LIKE[mark[0]], _QUOTE_MARK.sub(r"\1›", text)))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clean(text: str) -> str:
    """`text` without what Slack refuses or cannot show, with at most one empty line in a row; "" where nothing is visible."""
    if text.isprintable():
        return text.strip()
    lines = _UNSHOWABLE.sub(" ", _LINE_ENDS.sub("\n", text))
    cleaned = _EMPTY_LINES.sub("\n\n", lines).strip()
    return cleaned if _visible(cleaned) else ""


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _visible(text: str) -> bool:
    return text[:1].isalnum() or any(unicodedata.category(char)[0] not in "ZC" for char in text)


def _pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters once escaped, cut at white space where there is any."""
    pieces = []
    while not _fits(text, limit):
        end = _end(text, limit)
        end = next((at for at in range(end, 0, -1) if text[at].isspace()), end)
        pieces.append(text[:end].strip())
        text = text[end:].strip()
    pieces.append(text.strip())
    return [piece for piece in pieces if _visible(piece)]


def _cut(text: str, limit: int) -> str:
    return text if _fits(text, limit) else f"{_pieces(text, limit - 1)[0]}…"


def _fits(text: str, limit: int) -> bool:
    return len(text) * _LONGEST_ENTITY <= limit or _length(_escaped(text)) <= limit


def _end(text: str, limit: int) -> int:
    """Where `text` has to end to have at most `limit` characters once escaped."""
    ends = range(min(len(text), limit) + 1)
    return bisect_right(ends, limit, key=lambda end: _length(_escaped(text[:end]))) - 1


def _length(text: str) -> int:
    """How long Slack may take `text` to be, in UTF-16 units: it does not say whether an emoji counts as one or two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _message(drawn: Sequence[_Drawn]) -> SlackMessage:
    words = "\n".join(each.words for each in drawn if each.words)
    return SlackMessage(_mrkdwn(_cut(words, _FALLBACK)), tuple(each.block for each in drawn))


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
        return _length(part)
    if isinstance(part, dict):
        return sum(map(_size, part.values()))
    return sum(map(_size, part)) if isinstance(part, list) else 0


def _without_edge_dividers(drawn: Sequence[_Drawn]) -> Sequence[_Drawn]:
    told = [at for at, each in enumerate(drawn) if each.words]
    return drawn[told[0] : told[-1] + 1] if told else ()


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    return (items[at : at + size] for at in range(0, len(items), size))
