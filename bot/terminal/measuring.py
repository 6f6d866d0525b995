"""How well questions are answered, as tables for whoever edits the knowledge base."""

from rich.table import Table
from rich.text import Text as Line

from bot.terminal.rendering import plain
from knowledge.evaluation import Measures, Result, calibration, measures


def measured(results: list[Result]) -> Table:
    """The measures by kind of question, and over all."""
    table = Table(title="Questions answered")
    for heading in ("kind", "questions", "right first", "right among shown", "wrong asserted", "rightly not asserted"):
        table.add_column(heading, justify="left" if heading == "kind" else "right")
    for kind in dict.fromkeys(each.question.kind for each in results):
        _add_row(table, kind, measures([each for each in results if each.question.kind == kind]))
    table.add_section()
    _add_row(table, "all", measures(results))
    return table


def _add_row(table: Table, name: str, found: Measures) -> None:
    shares = (found.right_first, found.right_shown, found.wrong_asserted, found.rightly_not_asserted)
    table.add_row(
        Line(plain(name)), str(found.questions), *("–" if share is None else f"{share:.1%}" for share in shares)
    )


def calibrated(results: list[Result]) -> Table:
    """How often answers of each band of confidence were right."""
    table = Table(title="Calibration: of answers given with this confidence, how many were right")
    for heading in ("confidence", "answers", "mean confidence", "right"):
        table.add_column(heading, justify="right")
    for band in calibration(results):
        table.add_row(
            f"{band.low:.1f} to {band.high:.1f}", str(band.answers), f"{band.confidence:.1%}", f"{band.right:.1%}"
        )
    return table
