"""What Slack sends when somebody fills a modal in."""

from collections.abc import Mapping, Sequence

from tests.slack.requests import Json


def states(view: Json, filled: Mapping[str, Sequence[str]]) -> dict[str, Json]:
    """The state of every input of a modal, by its block: as it was drawn, but for what is filled in.

    A value that a block does not offer is a mistake of the test.
    """
    blocks = [block for block in view["blocks"] if block["type"] == "input"]
    unknown = filled.keys() - {block["block_id"] for block in blocks}
    assert not unknown, f"the modal has no {unknown}"
    return {
        block["block_id"]: {block["element"]["action_id"]: _state(block["element"], filled.get(block["block_id"]))}
        for block in blocks
    }


def _state(element: Json, values: Sequence[str] | None) -> Json:
    kind: str = element["type"]
    match kind:
        case "plain_text_input":
            text = element.get("initial_value") if values is None else "".join(values)
            return {"type": kind, "value": text or None}
        case "datepicker":
            return {"type": kind, "selected_date": element.get("initial_date") if values is None else values[0]}
        case "static_select" | "radio_buttons":
            picked = element.get("initial_option") if values is None else _option(element, values[0])
            return {"type": kind, "selected_option": picked}
        case "multi_static_select" | "checkboxes":
            several = element.get("initial_options", []) if values is None else [_option(element, v) for v in values]
            return {"type": kind, "selected_options": several}
        case _:
            raise AssertionError(kind)


def _option(element: Json, value: str) -> Json:
    [option] = [each for each in element["options"] if each["value"] == value]
    return dict(option)
