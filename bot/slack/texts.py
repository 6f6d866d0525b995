"""Text as Slack takes it: without what it refuses, shortened and split by the lengths that it counts, and escaped."""

import re
import unicodedata
from bisect import bisect_right
from typing import Any

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n\s*\n")
# Control characters and halves of surrogate pairs are refused; overrides of direction can make text read as something else.
_UNSHOWABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# mrkdwn has no escape for its marks, so those that Slack could take for a mark become signs that look like them. Signs
# put in to break a mark up (zero-width joiners and spaces) would stay in what people copy, and some screen readers
# speak them or tear words at them. Within a word nothing counts as a mark: addresses such as first_last@nhs.uk stay
# as they are. Slack takes the wide East Asian forms for marks as well, and a ">" that is escaped for a quote's.
_MARK = re.compile(r"(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])|[＊＿`｀]")
LOOKS_LIKE = {"*": "∗", "＊": "∗", "_": "ˍ", "＿": "ˍ", "~": "∼", "`": "'", "｀": "'"}
_QUOTE_MARK = re.compile(r"^([^\S\n]*)[>＞]", re.MULTILINE)
# What none of these is in, as in nearly all that is said, needs no closer look.
_SPECIAL = re.compile("[*_~＊＿`｀<>＞&]")
_LONGEST_ENTITY = len("&amp;")
# In plain_text nothing is a mark, and whether entities are decoded there is not documented.
BRACKETS = str.maketrans({"<": "‹", ">": "›"})


def plain(text: str) -> dict[str, Any]:
    """`text` where nothing in it is formatted."""
    return {"type": "plain_text", "text": text.translate(BRACKETS), "emoji": True}


def mrkdwn(text: str) -> str:
    """`text` so that Slack shows it as it is: nothing in it links, mentions anybody or formats."""
    if not _SPECIAL.search(text):
        return text
    return escaped(_MARK.sub(lambda mark: LOOKS_LIKE[mark[0]], _QUOTE_MARK.sub(r"\1›", text)))


def escaped(text: str) -> str:
    """`text` with the entities that Slack counts and reads."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean(text: str) -> str:
    """`text` without what Slack refuses or cannot show, with at most one empty line in a row; "" where nothing is visible."""
    if text.isprintable():
        return text.strip()
    lines = _UNSHOWABLE.sub(" ", _LINE_ENDS.sub("\n", text))
    cleaned = _EMPTY_LINES.sub("\n\n", lines).strip()
    return cleaned if _visible(cleaned) else ""


def line(text: str) -> str:
    """`text` cleaned, on one line."""
    return " ".join(clean(text).split())


def _visible(text: str) -> bool:
    return text[:1].isalnum() or any(unicodedata.category(char)[0] not in "ZC" for char in text)


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters once escaped, cut at white space where there is any."""
    found = []
    while not fits(text, limit):
        end = _end(text, limit)
        end = next((at for at in range(end, 0, -1) if text[at].isspace()), end)
        found.append(text[:end].strip())
        text = text[end:].strip()
    found.append(text.strip())
    return [piece for piece in found if _visible(piece)]


def cut(text: str, limit: int) -> str:
    """`text` with at most `limit` characters once escaped."""
    return text if fits(text, limit) else f"{pieces(text, limit - 1)[0]}…"


def fits(text: str, limit: int) -> bool:
    """Whether `text` has at most `limit` characters once escaped."""
    return len(text) * _LONGEST_ENTITY <= limit or length(escaped(text)) <= limit


def _end(text: str, limit: int) -> int:
    """Where `text` has to end to have at most `limit` characters once escaped."""
    ends = range(min(len(text), limit) + 1)
    return bisect_right(ends, limit, key=lambda end: length(escaped(text[:end]))) - 1


def length(text: str) -> int:
    """How long Slack may take `text` to be, in UTF-16 units: it does not say whether an emoji counts as one or two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2
