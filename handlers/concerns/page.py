"""The form by which a concern is told on one page, for those who like forms: the same questions as the walk's."""

from collections.abc import Mapping

from handlers.concerns.steps import (
    AGAIN,
    COMMITMENTS,
    FIRST,
    NAME_NOBODY,
    OTHERS,
    REPRESENTING,
    STORY,
    commitment_option,
)
from handlers.concerns.telling import Telling
from handlers.concerns.words import PAGE, Said, Verb
from handlers.conversation import Field, FieldKind, Filled, Form, Option
from handlers.wizard import Kind, Step, Values

_TITLE = "Raise a concern"
_TYPED = "To tell it question by question, say raise a concern."
_LATER = frozenset({FIRST, AGAIN})
# What is asked afterwards, where it is left empty here and applies.
_MAY_BE_EMPTY = frozenset({OTHERS, REPRESENTING, COMMITMENTS})
_ONLY_FOR_SOME = {OTHERS: "If with others: who?", REPRESENTING: "If through a representative: who speaks for whom?"}
# Where the walk tells what to say in messages.
_HELP = {
    STORY: f"Tell it in your own words. {NAME_NOBODY}",
    COMMITMENTS: "Pick one or more. If you leave it open, I ask you afterwards.",
}
# What a paragraph holds on every platform: what is longer has been told in messages, and stays as it was told.
_PARAGRAPH, _LINE = 3_000, 300


def form(telling: Telling, complaints: Mapping[str, str], filled: Mapping[str, Values]) -> Form:
    """The page, filled in with what was told before, or as it was `filled` last, and with complaints at their fields."""
    fields = tuple(
        _field(step, telling, filled.get(step.key), complaints.get(step.key, ""))
        for step in telling.steps
        if _on_the_page(step, telling)
    )
    submit = Option("Check it", str(Said(Verb.SEND, telling.draft.id)))
    return Form(_TITLE, fields, submit, Option("Tell it on one page", PAGE, PAGE), _TYPED)


def answers_on(telling: Telling, filled: Filled) -> dict[str, Values]:
    """What was filled in, as answers to be taken: without what may be asked afterwards, where it was left empty."""
    known = {step.key for step in telling.steps}
    return {
        key: values
        for key, values in filled
        if key in known and (key not in _MAY_BE_EMPTY or any(map(str.strip, values)))
    }


def _on_the_page(step: Step, telling: Telling) -> bool:
    if step.key == STORY:
        return len(_written(telling.values(STORY))) <= _PARAGRAPH
    if step.key == COMMITMENTS:
        return len(_options(step, telling)) > 1
    return step.key not in _LATER


def _field(step: Step, telling: Telling, filled: Values | None, complaint: str) -> Field:
    values = telling.values(step.key) if filled is None else filled
    return Field(
        step.key,
        _ONLY_FOR_SOME.get(step.key, step.prompt),
        _kind(step),
        options=_options(step, telling) if step.kind in {Kind.ONE, Kind.SEVERAL} else (),
        values=_shown(step, values),
        optional=step.optional or step.key in _MAY_BE_EMPTY,
        help=_HELP.get(step.key, step.help),
        error=complaint,
    )


def _shown(step: Step, values: Values) -> Values:
    match step.kind:
        case Kind.STORY:
            return (_written(values),) if values else ()
        case Kind.LINE:
            # Behind the words as they were said stands how they were read.
            return values[:1]
        case Kind.ONE | Kind.SEVERAL:
            return values


def _options(step: Step, telling: Telling) -> tuple[Option, ...]:
    options = step.options(telling.given)
    if step.key != COMMITMENTS:
        return options
    known = telling.knowledge.commitments
    so_far = [
        commitment_option(known[each], telling.knowledge) for each in telling.values(COMMITMENTS) if each in known
    ]
    return tuple({option.says: option for option in (*so_far, *options)}.values())


def _written(values: Values) -> str:
    return "\n\n".join(values)


def _kind(step: Step) -> FieldKind:
    match step.kind:
        case Kind.ONE:
            return FieldKind.ONE
        case Kind.SEVERAL:
            return FieldKind.SEVERAL
        case Kind.STORY:
            return FieldKind.PARAGRAPH
        case Kind.LINE:
            return FieldKind.PARAGRAPH if step.most > _LINE else FieldKind.LINE
