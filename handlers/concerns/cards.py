"""A case as the Compact leads see it in their channel: everything on it, how it stands, and what they can do."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.concerns import review
from handlers.concerns.casecommands import Act, CaseCommand
from handlers.concerns.clock import Due, running
from handlers.concerns.desk import Desk, on_day, on_day_at, working_days_in_words
from handlers.concerns.history import happened
from handlers.concerns.records import Case, CaseEvent, EventKind
from handlers.concerns.steps import COMMITMENTS, HERE, NAMED, PARTY, REACH, steps
from handlers.conversation import Block, Choices, Facts, Heading, Option, Passage, Quote, Reply, Text
from handlers.presenting import shortened
from knowledge.periods import day_in_words

# What one message holds on every platform, so that a card can be put in its own place again.
_MOST_CHARACTERS, _MOST_COMMITMENTS, _MOST_EVENTS = 7_000, 6, 8
_SHORTER_AND_SHORTER = (1_200, 600, 300, 150)
_ESCAPED = re.compile(r"[&<>\n]")
_GROWS_BY = 4
_FOR_LEADS = {PARTY: "Their side", NAMED: "Naming them", REACH: "How to reach them"}
_FORGOTTEN = "as whoever raised it asked to be forgotten"
_THROUGH_ME = "In private, through me: ask the raiser"


@dataclass(frozen=True)
class _Shown:
    """What is shown of a case at length: lines told, texts of commitments, and events with what was written."""

    lines: tuple[review.Line, ...]
    commitments: tuple[tuple[str, str], ...]
    events: tuple[CaseEvent, ...]

    @property
    def fits(self) -> bool:
        texts = (
            *(line.text for line in self.lines),
            *(text for _, text in self.commitments),
            *(event.text for event in self.events),
        )
        few = len(self.commitments) <= _MOST_COMMITMENTS and len(self.events) <= _MOST_EVENTS
        return few and sum(map(_length, texts)) <= _MOST_CHARACTERS


def card(case: Case, events: Sequence[CaseEvent], desk: Desk, now: datetime, *, whole: bool = False) -> Reply:
    """The card as the case stands at `now`. What is too long for one message is shortened, unless it is asked for whole."""
    shown = _everything(case, events, desk, now)
    short = not (whole or shown.fits)
    if short:
        shown = _shortened(shown)
    blocks = (
        Heading(f"{case.reference}: a concern under the {desk.compact_name(case.compact)}"),
        Facts(_state(case, desk, now)),
        *review.blocks(shown.lines),
        *_commitments(shown.commitments, case, desk),
        *_history(shown.events, case, desk, now),
        *((Text("Some of it is shortened here."),) if short else ()),
        *_actions(case, short=short),
    )
    return Reply(blocks)


def retired(case: Case, desk: Desk) -> Reply:
    """What takes the place of a card in a channel that is no longer the leads'."""
    return Reply((Text(f"{case.reference}: {not_here_any_more(case.compact, desk)}"),))


def not_here_any_more(compact: str, desk: Desk) -> str:
    """What a channel is told that was the leads' before."""
    return f"This channel no longer handles concerns under the {desk.compact_name(compact)}."


def late_in_words(case: Case, desk: Desk, now: datetime) -> str:
    """What is late about a case; empty where nothing is."""
    clocks = running(case, desk.knowledge, desk.targets, now)
    late = (
        ("acknowledgement", clocks.acknowledgement),
        (f"stage “{desk.stage_title(case.compact, case.stage)}”", clocks.stage),
    )
    return "; ".join(f"{what} late by {working_days_in_words(due.late)}" for what, due in late if due and due.late)


def act(act: Act, case: Case, label: str) -> Option:
    """Something to be done with a case, as a button."""
    says = str(CaseCommand(act, case.reference))
    return Option(label, says, says)


def _everything(case: Case, events: Sequence[CaseEvent], desk: Desk, now: datetime) -> _Shown:
    told = review.lines(steps(desk.knowledge, today=now.date()), case.answers, desk.knowledge)
    # The commitments are shown as they were when the concern was filed.
    shown = (line for line in told if line.key != COMMITMENTS or not case.commitments)
    return _Shown(
        tuple(map(_for_leads, shown)),
        case.commitments,
        tuple(event for event in events if event.kind is not EventKind.NUDGED),
    )


def _for_leads(line: review.Line) -> review.Line:
    """What the raiser said of "you" and "here", as the leads have to read it."""
    text = _THROUGH_ME if line.key == REACH and line.text == HERE else line.text
    return replace(line, name=_FOR_LEADS.get(line.key, line.name), text=text)


def _shortened(shown: _Shown) -> _Shown:
    """As much of it as fits: the latest events, and each text cut until all together are short enough."""
    latest = replace(shown, commitments=shown.commitments[:_MOST_COMMITMENTS], events=shown.events[-_MOST_EVENTS:])
    cuts = (_cut(latest, most) for most in _SHORTER_AND_SHORTER)
    return next((cut for cut in cuts if cut.fits), _cut(latest, _SHORTER_AND_SHORTER[-1]))


def _cut(shown: _Shown, most: int) -> _Shown:
    return _Shown(
        tuple(replace(line, text=shortened(line.text, most)) for line in shown.lines),
        tuple((name, shortened(text, most)) for name, text in shown.commitments),
        tuple(replace(event, text=shortened(event.text, most)) for event in shown.events),
    )


def _length(text: str) -> int:
    """How long a text is where it is sent, as some signs are sent as several."""
    return len(text) + _GROWS_BY * len(_ESCAPED.findall(text))


def _state(case: Case, desk: Desk, now: datetime) -> tuple[tuple[str, str], ...]:
    who = f" by {case.raiser_name}" if case.raiser_name else ""
    rows = [("Raised", f"{on_day(case.filed, now)}{who}"), ("Stage", desk.stage_title(case.compact, case.stage))]
    if case.closed:
        return (*rows, ("Closed", f"{on_day(case.closed, now)}, {case.outcome or _FORGOTTEN}"))
    clocks = running(case, desk.knowledge, desk.targets, now)
    if case.acknowledged:
        by = f" by {case.acknowledged_by}" if case.acknowledged_by else ""
        rows.append(("Acknowledged", f"{on_day_at(case.acknowledged, now)}{by}"))
    elif clocks.acknowledgement:
        rows.append(("Acknowledge by", _due(clocks.acknowledgement)))
    if clocks.stage:
        rows.append(("Stage due", _due(clocks.stage)))
    rows.append(("Who has it", (case.owner_name or "one of you") if case.owner else "nobody yet"))
    if case.asked:
        rows.append(("Waiting for", "an answer from the raiser"))
    return tuple(rows)


def _due(due: Due) -> str:
    day = day_in_words(due.day)
    return f"{day}, late by {working_days_in_words(due.late)}" if due.late else day


def _commitments(commitments: Iterable[tuple[str, str]], case: Case, desk: Desk) -> Iterable[Block]:
    for name, text in commitments:
        known = desk.knowledge.commitments.get(name)
        where = f"{known.source} [{name}]" if known else f"[{name}]"
        yield Passage(desk.compact_name(case.compact), text, (("Where", where),))


def _history(events: Iterable[CaseEvent], case: Case, desk: Desk, now: datetime) -> Iterable[Block]:
    for event in events:
        line = f"{on_day_at(event.at, now)}. {happened(event, case, desk)}"
        yield Text(line, quiet=True)
        if event.text:
            yield Quote(event.text, "")


def _actions(case: Case, *, short: bool) -> Iterable[Block]:
    show = act(Act.SHOW, case, "Show all of it")
    if case.closed:
        yield from (Choices((show,), numbered=False),) if short else ()
        return
    options = (
        (not case.acknowledged, act(Act.ACKNOWLEDGE, case, "Acknowledge")),
        (not case.owner, act(Act.TAKE, case, "Take it")),
        (True, act(Act.NOTE, case, "Note")),
        (True, act(Act.ASK, case, "Ask the raiser")),
        (True, act(Act.MOVE, case, "Move to stage")),
        (True, act(Act.CLOSE, case, "Close")),
        (short, show),
    )
    yield Choices(tuple(option for wanted, option in options if wanted), numbered=False)
