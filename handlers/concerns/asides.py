"""What is said in between while a concern is told: how it is known, and how it is answered."""

import re
from collections.abc import Iterable

from handlers.browsing import is_command
from handlers.commands import command
from handlers.concerns import casecommands
from handlers.concerns.words import START
from handlers.conversation import Block, Choices, Heading, Passage, SideBySide, Text
from handlers.forums import words as forums
from handlers.saying import Saying
from handlers.smalltalk import Remark, remark
from knowledge.text import normalised, words

_QUESTION = frozenset(
    "what when where who whom whose which why how can could may must should does do did is are was were will would".split()
)
_HELP = frozenset(
    {
        "why do you ask",
        "why do you need that",
        "why",
        "what do you mean",
        "what does that mean",
        "i dont understand",
        "i do not understand",
        "what is that",
    }
)
_ONLY_KIND = frozenset({Remark.HELLO, Remark.THANKS, Remark.GOODBYE})
_AS_TEXT = frozenset({Remark.YES, Remark.NO, Remark.HELPED, Remark.DID_NOT_HELP})
LONGEST_QUESTION = 200
_A_STORY = 8


def asks_for_help(text: str) -> bool:
    """Whether somebody does not see what they are asked, or why."""
    return normalised(text) in _HELP or remark(text) is Remark.HELP


def is_only_kind(text: str) -> bool:
    """Whether a text is a greeting or thanks, and no more."""
    return remark(text) in _ONLY_KIND


def is_a_verdict(text: str) -> bool:
    """Whether a text is a yes or no, or says whether something helped: it may well be an answer."""
    return remark(text) in _AS_TEXT


def is_for_the_assistant(text: str) -> bool:
    """Whether a text is a command or remark that the assistant knows, which is no answer to a question about a concern."""
    if remark(text) is not None:
        return not is_a_verdict(text)
    of_cases = casecommands.asks_for_own(text) or casecommands.read(text) is not None
    return of_cases or command(text) is not None or is_command(text) or forums.read(text) is not None


def is_a_question(text: str) -> bool:
    """Whether a text is a single short sentence that asks something."""
    said_words = words(text)
    if not said_words or len(text) > LONGEST_QUESTION or re.search(r"[.!?]\s+\S|\n", text):
        return False
    return text.endswith("?") or said_words[0] in _QUESTION


def is_told(text: str) -> bool:
    """Whether a text tells of what happened, by its length: whatever was asked, nothing of it is to be lost."""
    return len(words(text)) >= _A_STORY and not is_a_question(text) and not is_for_the_assistant(text)


def in_short(answer: Saying) -> Saying:
    """An answer without what leads further: whoever asked has something else to do just now."""
    kept = tuple(
        block
        for block in answer.blocks
        if isinstance(block, (Heading, Passage, SideBySide)) or (isinstance(block, Text) and not block.quiet)
    )
    return Saying(kept, answer.context)


def without_starts(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Blocks without the buttons that would begin another concern."""
    return tuple(block for block in blocks if not (isinstance(block, Choices) and _begins_a_concern(block)))


def _begins_a_concern(block: Choices) -> bool:
    return any(option.says.startswith(START) for option in block.options)
