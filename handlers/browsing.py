"""Finding one's way without a question: help, themes and topics, Compacts and their sections, single commitments."""

import re
from collections.abc import Callable

from handlers import presenting
from handlers.commands import RaiseConcern
from handlers.context import Context
from handlers.conversation import Block, Choices, Facts, Heading, Option, Text
from handlers.saying import Saying, plainly, saying
from knowledge.base import Knowledge
from knowledge.content import Compact

_COMMANDS = {
    "show": re.compile(r"(?:show|cite|read)\s+(?:me\s+)?(?P<what>[\w-]+(?:\.[\w-]+)+)\.?", re.IGNORECASE),
    "section": re.compile(r"section\s+(?P<what>[\w-]+\s+[\w.-]+)", re.IGNORECASE),
    "sections": re.compile(r"sections\s+(?:of\s+)?(?:the\s+)?(?P<what>[\w-]+)", re.IGNORECASE),
    "topics": re.compile(r"(?:topics|theme)\s+(?:under\s+|in\s+|about\s+)?(?P<what>[\w-]+)", re.IGNORECASE),
}
_BARE_ID = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+){2,}", re.IGNORECASE)


def is_command(text: str) -> bool:
    """Whether a text has the shape of a command to show something."""
    return bool(_BARE_ID.fullmatch(text)) or any(shape.fullmatch(text) for shape in _COMMANDS.values())


class Browsing:
    """Shows what there is."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._shown: dict[str, Callable[[str, Context], Saying]] = {
            "show": self._commitment,
            "section": self._section,
            "sections": self._sections,
            "topics": self._theme,
        }

    def command(self, text: str, context: Context) -> Saying | None:
        """What a command such as "show ID" or "topics change" leads to; None where `text` is no command."""
        if _BARE_ID.fullmatch(text) and text.partition(".")[0].lower() in self._knowledge.compacts:
            return self._commitment(text, context)
        for name, shape in _COMMANDS.items():
            if found := shape.fullmatch(text):
                return self._shown[name](found["what"].lower(), context)
        return None

    def help(self, context: Context) -> Saying:
        """What the assistant is for, and how to talk with it."""
        return saying((*self.purpose(), self.ways()), context)

    def purpose(self) -> tuple[Block, ...]:
        """What the assistant is for."""
        names = " and the ".join(compact.name for compact in self._knowledge.compacts.values())
        commit = "commits" if len(self._knowledge.compacts) == 1 else "commit"
        return (
            Heading("What I can do"),
            Text(f"I tell you what the {names} {commit} whom to, in plain English, and where it says so."),
            Text("I look answers up. I never make anything up, and I say so when the Compacts do not answer."),
        )

    def ways(self) -> Facts:
        """How to talk with the assistant."""
        return Facts(
            (
                ("Ask a question", "How much notice must we give before funding ends?"),
                ("Work out a date", "Our funding ends on 31 March. When should they have told us?"),
                ("Narrow it down", "And the charities? · What about South Glos?"),
                ("Explain a term", "What does full cost recovery mean?"),
                ("Look around", "topics · sections"),
                ("See one commitment", "show followed by its id"),
                ("After an answer", "more · why? · a number · that did not help"),
                ("Find the next forum", "When is the next forum?"),
                ("When a Compact is not kept", "raise a concern · my concerns"),
            )
        )

    def topics(self, context: Context) -> Saying:
        """The themes, to be picked by number."""
        options = tuple(
            presenting.theme_option(theme, count)
            for theme in self._knowledge.themes.values()
            if (count := self._count(theme.id))
        )
        if not options:
            return plainly("There are no topics in this knowledge base yet.", context)
        return saying((Heading("What people ask about"), Choices(options)), context)

    def compacts(self, context: Context) -> Saying:
        """The Compacts that are known, with their facts, to be picked by number."""
        blocks: list[Block] = [Heading("The Compacts I know")]
        for compact in self._knowledge.compacts.values():
            blocks += [Text(f"{compact.name} ({compact.year})"), Facts(tuple(_facts_of(compact)))]
        options = [
            Option(f"Sections of the {each.name}", f"sections {each.id}") for each in self._knowledge.compacts.values()
        ]
        return saying((*blocks, Choices(tuple(options))), context)

    def _count(self, theme: str) -> int:
        return sum(topic.theme == theme for topic in self._knowledge.topics.values())

    def _theme(self, identifier: str, context: Context) -> Saying:
        theme = self._knowledge.themes.get(identifier)
        if theme is None:
            return plainly(f"There is no theme called “{identifier}”. Say topics to see them all.", context)
        options = [
            presenting.topic_option(topic) for topic in self._knowledge.topics.values() if topic.theme == theme.id
        ]
        return saying((Heading(theme.title), Choices(tuple(options))), context)

    def _sections(self, identifier: str, context: Context) -> Saying:
        compact = self._knowledge.compacts.get(identifier)
        if compact is None:
            return plainly(f"I know no Compact called “{identifier}”. Say sections to see those I know.", context)
        options = [
            Option(section.title, f"section {compact.id} {section.id}")
            for (owner, _), section in self._knowledge.sections.items()
            if owner == compact.id
        ]
        return saying((Heading(compact.title), Choices(tuple(options))), context)

    def _section(self, identifier: str, context: Context) -> Saying:
        owner, _, name = identifier.partition(" ")
        section = self._knowledge.sections.get((owner, name.strip()))
        if section is None:
            return plainly("I know no such section. Say sections to see them all.", context)
        inside = [
            presenting.option(each, self._knowledge)
            for each in self._knowledge.commitments.values()
            if (each.compact, each.section) == (owner, section.id)
        ]
        return saying((Heading(section.title), Text(section.place, quiet=True), Choices(tuple(inside))), context)

    def _commitment(self, identifier: str, context: Context) -> Saying:
        commitment = self._knowledge.commitments.get(identifier.lower().rstrip("."))
        if commitment is None:
            nearest = tuple(Option(each, f"show {each}") for each in self._knowledge.nearest(identifier))
            return saying(
                (Text(f"There is no commitment with the id “{identifier}”. The nearest are:"), Choices(nearest)),
                context,
            )
        concern = Option("Raise a concern about this", str(RaiseConcern(commitment.id)))
        whole = presenting.whole(commitment, self._knowledge)
        return saying((*whole, Choices((concern,), numbered=False)), context)


def _facts_of(compact: Compact) -> list[tuple[str, str]]:
    partners = [*compact.partners.public, *compact.partners.vcse]
    status = f"replaced by {compact.replaced_by}" if compact.replaced_by else "in force, as far as we know"
    rows = [
        ("Title", compact.title),
        ("Partners", "; ".join(partners)),
        ("Status", status),
        ("Source", compact.note or ""),
    ]
    return [row for row in rows if row[1]]
