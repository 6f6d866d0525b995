"""Why a question is answered as it is, as tables for whoever edits the knowledge base."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Line

from bot.terminal.rendering import plain
from knowledge.finding import Finder, Found


def explanation(finder: Finder, found: Found) -> Group:
    """The words as read, what was named, what counted, the candidates with their scores, and the outcome."""
    match = found.match
    parts: list[RenderableType] = [_reading(found)]
    if match.candidates:
        parts += [_candidates(found), _words(finder, found)]
    if match.signals:
        signals = match.signals
        parts.append(
            Line(
                f"score {signals.score:.2f}, margin {signals.margin:.2f}, nearest {signals.nearest:.2f}, "
                f"best {signals.best:.2f}, known {signals.known:.0%}: confidence {match.confidence:.0%}"
            )
        )
    parts.append(Line(f"Outcome: {type(found.finding).__name__}", style="bold"))
    return Group(*parts)


def _reading(found: Found) -> Table:
    match, scope = found.match, found.scope
    table = Table.grid(padding=(0, 1))
    corrections = ", ".join(f"{typed} → {read}" for typed, read in match.corrections)
    for name, value in (
        ("Words", " ".join(match.said)),
        ("Corrected", corrections or "nothing"),
        ("Compact", scope.compact or "all"),
        ("Party", scope.party.value if scope.party else "both"),
    ):
        table.add_row(Line(name, style="dim"), Line(plain(value)))
    return table


def _candidates(found: Found) -> Table:
    table = Table("topic", "score", "similarity", "most like", title="Candidates", title_justify="left")
    for candidate in found.match.candidates:
        row = (candidate.entry.id, f"{candidate.score:.2f}", f"{candidate.similarity:.2f}", candidate.phrasing)
        table.add_row(*(Line(plain(cell)) for cell in row))
    return table


def _words(finder: Finder, found: Found) -> Table:
    weights = finder.matcher.contributions(found.match)
    table = Table("word", "speaks for it", title="Words, for the first candidate", title_justify="left")
    for word, weight in sorted(weights.items(), key=lambda each: -each[1]):
        table.add_row(Line(plain(word)), f"{weight:+.2f}")
    return table
