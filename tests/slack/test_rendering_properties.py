"""Whatever is said: Slack takes it, no word of it is lost, and nothing in it fires or formats."""

import json
import re
from collections import Counter
from itertools import chain
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.slack.rendering import home_blocks, messages, modal_blocks
from handlers.conversation import (
    AskDate,
    Choices,
    Facts,
    Heading,
    Option,
    Passage,
    Quote,
    Reply,
    SideBySide,
    Text,
)
from knowledge.text import words
from tests.slack.blocks import length, problems, texts

EXAMPLES = settings(max_examples=100, deadline=None)

LONG = "The council gives three months' notice in writing, and says why. "

SNIPPETS = st.sampled_from(
    "<!channel> <@U0LEAD> <http://a.example|b> *bold* _it_ ~gone~ `code` ```x``` > >>> &amp; & < &lt; 😀 ＿ ｀ ＞ \n \r\n \t"
    " \x00 \ud800 \u202e \u200b \u2028 first_last@nhs.uk @here #general".split(" ")
)
TEXTS = st.builds(
    lambda scraps, times: " ".join(scraps * times),
    st.lists(st.one_of(st.text(max_size=12), SNIPPETS), max_size=3),
    st.sampled_from([1, 1, 1, 1, 1, 1, 1, 1, 5, 80]),
)
ROWS = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
PASSAGES = st.builds(Passage, TEXTS, TEXTS, ROWS, st.lists(TEXTS, max_size=2).map(tuple))
LINKS = st.sampled_from(["", "", "https://a.example/b", f"https://a.example/{'b' * 4000}", "https://a.example/<!here>"])
OPTIONS = st.builds(Option, TEXTS, TEXTS, link=LINKS)
BLOCKS = st.one_of(
    st.builds(Heading, TEXTS),
    st.builds(Text, TEXTS, st.booleans()),
    PASSAGES,
    st.builds(SideBySide, st.lists(PASSAGES, max_size=2).map(tuple)),
    st.builds(Facts, ROWS),
    st.builds(Quote, TEXTS, TEXTS),
    st.builds(Choices, st.lists(OPTIONS, max_size=6).map(tuple), st.booleans(), st.booleans()),
    st.builds(AskDate, TEXTS, st.lists(OPTIONS, max_size=2).map(tuple)),
)
REPLIES = st.builds(Reply, st.lists(BLOCKS, max_size=3).map(tuple), st.sampled_from(["", "about notice"]))

HUGE = Reply(
    (
        Heading(LONG * 3),
        SideBySide(tuple(Passage(f"Compact {at}", LONG * 60, (("Where", LONG * 40),) * 4) for at in range(6))),
        Choices(tuple(Option(f"{at} {LONG * 2}", f"about {at} " * 200) for at in range(40))),
        Quote("\n\n".join(["> a <b> & c"] * 400), LONG * 50),
        AskDate(LONG * 60, (Option(LONG * 60, "work out notice last"),)),
    )
)

ENTITY_OR_SAFE = re.compile(r"(?:&(?:amp|lt|gt);|[^&<>])*")
# What Slack would format: a mark at the edge of a word, to its like at the edge of another.
FORMATTED = re.compile(r"(?<![A-Za-z0-9])([*_~`])(?=\S).*?(?<=\S)\1(?![A-Za-z0-9])|^\s*(?:&gt;|>)", re.MULTILINE)
BACK = str.maketrans({"∗": "*", "＊": "*", "ˍ": "_", "＿": "_", "∼": "~", "›": ">", "‹": "<", "`": "'", "｀": "'"})


def written(reply: Reply) -> list[str]:
    """Every text of a reply that people are to read."""

    def of(passage: Passage) -> list[str]:
        return [passage.title, passage.says, *chain(*passage.facts), *passage.remarks]

    found: list[str] = []
    for block in reply.blocks:
        match block:
            case Heading(text) | Text(text):
                found.append(text)
            case Passage():
                found += of(block)
            case SideBySide(passages):
                found += chain(*map(of, passages))
            case Facts(rows):
                found += chain(*rows)
            case Quote(text, source):
                found += [text, source]
            case Choices(options):
                found += [option.label for option in options]
            case AskDate(prompt, days):
                found += [prompt, *(day.label for day in days)]
    return found


def counted(parts: list[str]) -> Counter[str]:
    return Counter(word for part in parts for word in words(part.translate(BACK)))


def seen(part: Any) -> list[str]:
    """Every text in blocks as people see it: entities are only resolved where Slack is known to do it."""
    match part:
        case {"type": "mrkdwn", "text": str(text)}:
            return [text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")]
        case {"type": "plain_text", "text": str(text)}:
            return [text]
        case dict():
            return [text for value in part.values() for text in seen(value)]
        case list() | tuple():
            return [text for value in part for text in seen(value)]
        case _:
            return []


@given(reply=REPLIES, short=st.booleans())
@example(reply=HUGE, short=False)
@EXAMPLES
def test_slack_takes_whatever_is_said(reply: Reply, short: bool) -> None:
    for message in messages(reply, short=short):
        assert problems(list(message.blocks), "message") == []
        assert message.text.strip()
        assert length(message.text) <= 3000
        assert json.loads(json.dumps(message.blocks)) == list(message.blocks)
        message.text.encode()


@given(REPLIES)
@example(HUGE)
@EXAMPLES
def test_no_word_is_lost(reply: Reply) -> None:
    assert counted(written(reply)) - counted(seen([each.blocks for each in messages(reply)])) == Counter()


@given(REPLIES)
@EXAMPLES
def test_nothing_that_is_said_can_mention_link_or_begin_an_entity(reply: Reply) -> None:
    for message in messages(reply):
        assert "<" not in "".join(texts(message.blocks))
        assert ENTITY_OR_SAFE.fullmatch(message.text)


@given(TEXTS, st.booleans())
@EXAMPLES
def test_nothing_that_is_said_can_format(text: str, quiet: bool) -> None:
    for message in messages(Reply((Text(text, quiet=quiet),))):
        for shown in texts(message.blocks):
            assert ENTITY_OR_SAFE.fullmatch(shown)
            assert not FORMATTED.search(shown)
        assert not FORMATTED.search(message.text)


@given(REPLIES)
@EXAMPLES
def test_the_same_reply_always_looks_the_same_and_its_pages_hold(reply: Reply) -> None:
    assert messages(reply) == messages(reply)
    page = home_blocks(reply)
    assert page == modal_blocks(reply)
    assert not page or problems(page, "home") == []
