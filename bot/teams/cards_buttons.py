"""What is pressed in a card: options to pick from, and days to pick from a calendar."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from microsoft_teams.cards import ActionSet, Container, DateInput, OpenUrlAction, SubmitAction

from bot.teams import payload
from bot.teams.cards_blocks import QUIET, Drawn, Json, batches, dumped, introducing, label, paragraphs, size
from bot.teams.cards_text import inert, kept, line
from handlers.conversation import Choices, Option

# The ids of rows tell what becomes of them when one of their buttons was pressed.
QUESTION, LIST, OFFER = "question", "list", "offer"
# The type of a button that opens an address, and tells us nothing of it.
OPENS = "Action.OpenUrl"

# A row holds six buttons at most, on a phone about forty characters: buttons that share one are cut off to fit.
_ROW, _NUMBERED_LABEL, _LABEL, _WHOLE_LABEL = 5, 30, 38, 100
_ROW_CHARACTERS, _ROUND_A_LABEL = 42, 4
_SAYS_BYTES, _LINK = 2_000, 3_000
_WHICH_DAY, _NO_DAY = "Pick a day, then press what happens on it", "Pick a day first."


@dataclass(frozen=True)
class Counters:
    """What is counted through a whole reply: the options that can be picked by number, and the groups of buttons."""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    groups: Iterator[int] = field(default_factory=lambda: count(1))


_Button = SubmitAction | OpenUrlAction


@dataclass(frozen=True)
class _Pick:
    """An option made fit for a button. `number`: what to type to pick it; None where it cannot be picked by number."""

    number: int | None
    label: str
    says: str
    link: str

    @property
    def line(self) -> str:
        return f"{self.number}. {self.label}" if self.number else f"• {self.label}"

    @property
    def pressable(self) -> bool:
        # A button that says part of it would say something else: rather none.
        return bool(self.label and (self.link or self.says)) and size(self.says) <= _SAYS_BYTES


def choices(shown: Choices, counters: Counters) -> Iterator[Drawn]:
    """Options as rows of buttons, below a list where a button has no room for its label."""
    picks = [_pick(option, next(counters.numbers) if shown.numbered else None) for option in shown.options]
    listed = _to_be_listed(picks, numbered=shown.numbered)
    kind = QUESTION if shown.once else LIST if shown.numbered else OFFER
    group, rows = f"{kind}:{next(counters.groups)}", count(1)
    for batch in batches(picks, _ROW):
        if listed:
            yield from introducing(paragraphs("\n".join(pick.line for pick in batch if pick.label)))
        buttons = [_button(pick, listed=listed) for pick in batch if pick.pressable]
        for row in _rows(buttons):
            yield Drawn(dumped(ActionSet(id=f"{group}:{next(rows)}", actions=list(row))), _told(row))


def ask_date(prompt: str, days: Sequence[Option], counters: Counters) -> Iterator[Drawn]:
    """One calendar, and a button for each thing that may happen on the day that is picked in it."""
    yield from introducing(paragraphs(prompt, QUIET))
    picks = [_pick(_saying(day), None) for day in days]
    if listed := _to_be_listed(picks, numbered=False):
        yield from introducing(paragraphs("\n".join(pick.line for pick in picks if pick.label)))
    for batch in batches([pick for pick in picks if pick.pressable], _ROW):
        buttons = [_button(pick, listed=listed, dated=True) for pick in batch]
        group = f"{OFFER}:{next(counters.groups)}"
        rows = [ActionSet(id=f"{group}:{at}", actions=list(row)) for at, row in enumerate(_rows(buttons), start=1)]
        calendar = DateInput(id=payload.DAY, label=_WHICH_DAY, is_required=True, error_message=_NO_DAY)
        yield Drawn(dumped(Container(items=[calendar, *rows])), _told(buttons), inputs=True)


def submit(option: Option) -> SubmitAction | None:
    """The button that sends a form; None where it cannot say what it has to."""
    pick = _pick(_saying(option), None)
    data = _data(pick.says) | {payload.FORM: 1}
    return SubmitAction(title=inert(pick.label), style="positive", data=data) if pick.pressable else None


def _saying(option: Option) -> Option:
    """An option that has to say something: what is filled in goes with it, which no address takes."""
    return replace(option, link="")


def _pick(option: Option, number: int | None) -> _Pick:
    says, link = kept(option.says).strip(), line(option.link)
    label = line(option.label) or line(says)
    if not link or _opens(link):
        return _Pick(number, label, says, link)
    # No button can carry it, and an address that is cut is another one: it is shown.
    return _Pick(number, f"{label}: {link}", "", "")


def _opens(link: str) -> bool:
    """Whether a client opens an address, and it has room in a button."""
    return link.startswith(("https://", "http://")) and size(link) <= _LINK


def _to_be_listed(picks: Sequence[_Pick], *, numbered: bool) -> bool:
    most = _NUMBERED_LABEL if numbered else _LABEL
    many = numbered and len(picks) > _ROW
    return many or any(not pick.pressable or len(pick.label) > most for pick in picks)


def _rows(buttons: Iterable[_Button]) -> Iterator[list[_Button]]:
    """Buttons in rows that a phone shows without cutting anything off."""
    row: list[_Button] = []
    used = 0
    for button in buttons:
        width = len(button.title or "") + _ROUND_A_LABEL
        if row and used + width > _ROW_CHARACTERS:
            yield row
            row, used = [], 0
        row.append(button)
        used += width
    if row:
        yield row


def _button(pick: _Pick, *, listed: bool, dated: bool = False) -> _Button:
    title = _on_button(pick, listed=listed)
    tooltip = label(pick.line if pick.number else pick.label, _WHOLE_LABEL) if listed else None
    if pick.link:
        return OpenUrlAction(title=title, tooltip=tooltip, url=pick.link)
    return SubmitAction(
        title=title,
        tooltip=tooltip,
        data=_data(pick.says) | ({payload.DATED: 1} if dated else {}),
        associated_inputs=None if dated else "none",
    )


def _on_button(pick: _Pick, *, listed: bool) -> str:
    if pick.number is None:
        return label(pick.label, _LABEL)
    return str(pick.number) if listed else inert(pick.line)


def _data(says: str) -> Json:
    return {payload.OURS: payload.VERSION, payload.SAYS: says}


def _told(buttons: Iterable[_Button]) -> str:
    return f"Buttons: {'; '.join(button.title or '' for button in buttons)}"
