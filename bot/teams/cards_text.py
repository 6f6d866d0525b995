"""Other people's text made fit for cards: shown as it was written, with nothing in it that links, mentions or formats."""

import re
import textwrap
import unicodedata

_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n\s*\n")
# Control characters and halves of surrogate pairs break JSON or its readers; overrides of direction can make text read
# as something else.
_UNSHOWABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

# Clients differ in the Markdown they take and in how its marks are escaped, so that a backslash may be shown by one and
# a mark taken by another. What could be a mark becomes a sign that looks like it, or is parted from its like by a space.
# Within a word "_" is none: first_last@nhs.uk stays as it is.
_MARK = re.compile(r"[*`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|~(?=~)|(?<=~)~")
_LOOKS_LIKE = {"*": "∗", "`": "'", "_": "ˍ", "~": "∼"}
_TAG = re.compile(r"<(?=[A-Za-z/!?])([^<>]*)(>?)")
_QUOTE_MARK = re.compile(r"^(\s*)>")
_BEGINS_BLOCK = re.compile(r"^(\s*(?:[-+#=]+|\d+[.)]))(?: |$)")
_LINK_TO = re.compile(r"(?<=\])(?=\()|(?<=\])(?=:)")
# {{DATE(…)}} and {{TIME(…)}} are worked out by the client.
_FORMULA = re.compile(r"\{(?=\{)")
# Most lines: with none of all that in them, they need no closer look.
_HARMLESS = re.compile(r"(?!\s*[-+#=\d])[^*`_~<>\]{]*")


def kept(text: str) -> str:
    """`text` line by line as it was, without what cannot be shown."""
    return _UNSHOWABLE.sub(" ", _LINE_ENDS.sub("\n", text))


def clean(text: str) -> str:
    """`text` to be shown, with at most one empty line in a row; "" where nothing in it is visible."""
    cleaned = _EMPTY_LINES.sub("\n\n", kept(text)).strip()
    return cleaned if visible(cleaned) else ""


def line(text: str) -> str:
    """`text` to be shown, in one line."""
    return " ".join(clean(text).split())


def visible(text: str) -> bool:
    """Whether there is anything to see."""
    return any(unicodedata.category(char)[0] not in "ZC" for char in text)


def inert(text: str) -> str:
    """One line of text so that no client links, mentions or formats anything in it. An address stays an address."""
    if _HARMLESS.fullmatch(text):
        return text
    signs = _MARK.sub(lambda mark: _LOOKS_LIKE[mark[0]], _TAG.sub(_as_signs, text))
    parted = _FORMULA.sub("{ ", _LINK_TO.sub(" ", signs))
    # After a space that does not break, no client sees a list, a heading or a rule.
    return _BEGINS_BLOCK.sub("\\1\u00a0", _QUOTE_MARK.sub(r"\1›", parted))


def pieces(text: str, limit: int) -> list[str]:
    """`text` in pieces of at most `limit` characters, cut between words where there is a gap."""
    if len(text) <= limit:
        return [text] if visible(text) else []
    cut_up = textwrap.wrap(text, limit, break_on_hyphens=False, replace_whitespace=False)
    return [piece for piece in cut_up if visible(piece)]


def cut(text: str, limit: int) -> str:
    """`text` in at most `limit` characters, with "…" where something is left out."""
    return text if len(text) <= limit else f"{pieces(text, limit - 1)[0]}…"


def _as_signs(tag: re.Match[str]) -> str:
    return f"‹{tag[1]}{'›' if tag[2] else ''}"
