"""Transcripts of several people, played in a theatre: the assistant itself, or a platform's face with the assistant behind it.

A transcript is a list of turns, each with one of `said`, `presses` or `after`:

- `who` says or presses something (Ann, where nobody is named), `in` a room that is named, or else alone with the assistant.
- `said`: their words. `presses`: the label of a button, in the latest message to them that has one of that label.
- `fills`: what they fill into the fields of the form whose button they press, by the fields' keys.
- `after`: how much time goes by, such as `5 hours` or `2 days`.
- `heard`: what the answer has in it, where it was said. `privately`: what the person is told alone, when they spoke in a
  room. `never`: what nobody hears.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml

Filled = Mapping[str, Sequence[str]]
NOBODY_ELSE = ""
CONCERNS = sorted((Path(__file__).parent / "handlers" / "transcripts" / "concerns").glob("*.yaml"))
"""How concerns are told."""


@dataclass(frozen=True)
class Heard:
    """All the text of what was answered: in the place where somebody spoke, and to them alone elsewhere."""

    here: str
    privately: str = ""


class Theatre(Protocol):
    """Where transcripts are played."""

    def say(self, who: str, text: str, room: str) -> Heard:
        """Say something in a room, or alone with the assistant where `room` is empty."""
        ...

    def press(self, who: str, label: str, filled: Filled) -> Heard:
        """Press the button of a label in the latest message to a person that has one, with what is filled in beside it."""
        ...

    def wait(self, how_long: timedelta) -> None:
        """Let time go by."""
        ...


@dataclass(frozen=True)
class Turn:
    """One turn of a transcript."""

    number: int
    who: str = "ann"
    room: str = NOBODY_ELSE
    said: str = ""
    presses: str = ""
    fills: Filled | None = None
    after: timedelta = timedelta()
    heard: tuple[str, ...] = ()
    privately: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def turns(path: Path) -> list[Turn]:
    """The turns of a transcript."""
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [_turn(number, row) for number, row in enumerate(rows, start=1)]


def play(transcript: Iterable[Turn], theatre: Theatre) -> int:
    """Play a transcript; fails where something else is heard than it says. Returns how often something was heard."""
    times = 0
    for turn in transcript:
        if turn.after:
            theatre.wait(turn.after)
            continue
        heard = _act(turn, theatre)
        what = f"turn {turn.number}, {(turn.said or turn.presses)[:80]!r}"
        missing = [each for each in turn.heard if each not in heard.here]
        assert not missing, f"{what}: missing {missing} in:\n{heard.here}"
        missing = [each for each in turn.privately if each not in heard.privately]
        assert not missing, f"{what}: missing in private {missing} in:\n{heard.privately}"
        unwanted = [each for each in turn.never if each in f"{heard.here}\n{heard.privately}"]
        assert not unwanted, f"{what}: {unwanted} in:\n{heard.here}\n{heard.privately}"
        assert heard.here or heard.privately, f"{what}: nothing was said"
        times += 1
    return times


def _act(turn: Turn, theatre: Theatre) -> Heard:
    if turn.presses:
        return theatre.press(turn.who, turn.presses, turn.fills or {})
    return theatre.say(turn.who, turn.said, turn.room)


def _turn(number: int, row: dict[str, Any]) -> Turn:
    known = {"who", "in", "said", "presses", "fills", "after", "heard", "privately", "never"}
    assert set(row) <= known, f"turn {number}: unknown {set(row) - known}"
    assert len({"said", "presses", "after"} & set(row)) == 1, f"turn {number}: one of said, presses, after"
    fills = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in row.get("fills", {}).items()}
    return Turn(
        number,
        who=row.get("who", "ann"),
        room=row.get("in", NOBODY_ELSE),
        said=str(row.get("said", "")),
        presses=row.get("presses", ""),
        fills=fills if "fills" in row else None,
        after=_length(row["after"]) if "after" in row else timedelta(),
        heard=tuple(row.get("heard", ())),
        privately=tuple(row.get("privately", ())),
        never=tuple(row.get("never", ())),
    )


def _length(words: str) -> timedelta:
    amount, unit = words.split()
    return timedelta(**{f"{unit.rstrip('s')}s": float(amount)})
