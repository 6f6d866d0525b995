"""Blocks as a message shows them, to be compared with what a reply becomes."""

from bot.slack.rendering import SlackMessage, messages
from handlers.conversation import Block, Reply
from tests.slack.blocks import Json


def one(*blocks: Block) -> SlackMessage:
    """The only message that `blocks` become."""
    (message,) = messages(Reply(blocks))
    return message


def drawn(*blocks: Block) -> list[Json]:
    """What `blocks` become in one message."""
    return list(one(*blocks).blocks)


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Json:
    return {"type": "section", "text": mrkdwn(text), "expand": True}


def context(text: str) -> Json:
    return {"type": "context", "elements": [mrkdwn(text)]}


def button(number: int, label: str, value: str) -> Json:
    text = {"type": "plain_text", "text": label, "emoji": True}
    return {"type": "button", "action_id": f"say:{number}", "text": text, "value": value}


def buttons(blocks: list[Json]) -> list[Json]:
    return [each for block in blocks if block["type"] == "actions" for each in block["elements"]]
