"""The methods for the Home tab and modals, and those of the agent."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from tests.slack.requests import APP, BOT, TEAM, Json
from tests.slack.standin.arguments import channel_in, parsed, string, thread_in
from tests.slack.standin.things import Opened, Prompts, Published, RefusedError, Status

if TYPE_CHECKING:
    from tests.slack.standin.server import SlackStandIn

PROMPTS_MOST = 4
VIEW_BYTES_MOST = 250_000
LOADING_MESSAGES_MOST = 10
VIEW_KEYS: Mapping[str, frozenset[str]] = {
    "home": frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"}),
    "modal": frozenset(
        {"type", "blocks", "private_metadata", "callback_id", "external_id", "title", "submit", "close"}
        | {"clear_on_close", "notify_on_close", "submit_disabled"}
    ),
}
VIEW_TEXTS_MOST = {"private_metadata": 3000, "callback_id": 255, "external_id": 255}
VIEW_TITLES_MOST = 24


def check_view(slack: "SlackStandIn", view: Any, kind: Literal["home", "modal"]) -> None:
    if not isinstance(view, dict):
        raise RefusedError("invalid_arguments", "[ERROR] must provide an object [json-pointer:/view]")
    wrong = list(view_problems(view, kind))
    if wrong:
        raise RefusedError("invalid_arguments", *wrong)
    if len(json.dumps(view).encode()) > VIEW_BYTES_MOST:
        raise RefusedError("view_too_large")
    slack.check_blocks(view["blocks"], kind)


def view_problems(view: Json, kind: Literal["home", "modal"]) -> Iterator[str]:
    if view.get("type") != kind:
        yield f"[ERROR] must be a {kind} [json-pointer:/view/type]"
    for name in sorted(view.keys() - VIEW_KEYS[kind]):
        yield f"[ERROR] unknown field [json-pointer:/view/{name}]"
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        yield "[ERROR] must provide a list of objects [json-pointer:/view/blocks]"
        blocks = []
    for name, most in VIEW_TEXTS_MOST.items():
        if not isinstance(view.get(name, ""), str) or len(view.get(name, "")) > most:
            yield f"[ERROR] must be a string of at most {most} characters [json-pointer:/view/{name}]"
    if kind == "modal":
        yield from _modal_problems(view, blocks)


def _modal_problems(view: Json, blocks: list[Json]) -> Iterator[str]:
    needs_submit = any(block.get("type") == "input" for block in blocks)
    for name in ("title", "submit", "close"):
        match view.get(name):
            case None if name == "title" or (name == "submit" and needs_submit):
                yield f"[ERROR] missing required field: {name} [json-pointer:/view]"
            case None:
                pass
            case {"type": "plain_text", "text": str(text)} if 0 < len(text) <= VIEW_TITLES_MOST:
                pass
            case _:
                most = VIEW_TITLES_MOST
                yield f"[ERROR] must be plain text of 1 to {most} characters [json-pointer:/view/{name}]"


def _view(slack: "SlackStandIn", arguments: Json, kind: Literal["home", "modal"]) -> Json:
    view = parsed(arguments, "view", dict, "invalid_arguments")
    check_view(slack, view, kind)
    return view or {}


def _stored(slack: "SlackStandIn", view: Json, view_id: str) -> Json:
    external = view.get("external_id")
    if external and any(other["external_id"] == external and other["id"] != view_id for other in slack.views.values()):
        raise RefusedError("duplicate_external_id")
    blocks = [{"block_id": f"auto{slack.number()}"} | block for block in view["blocks"]]
    defaults: Json = {"title": None, "submit": None, "close": None, "private_metadata": "", "callback_id": ""}
    defaults |= {"external_id": "", "clear_on_close": False, "notify_on_close": False}
    ours = {"id": view_id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "root_view_id": view_id}
    state: Json = {"state": {"values": {}}, "previous_view_id": None, "hash": f"{slack.number()}.{uuid4().hex[:8]}"}
    slack.views[view_id] = defaults | view | {"blocks": blocks} | ours | state
    return slack.views[view_id]


def _check_hash(slack: "SlackStandIn", arguments: Json, view_id: str) -> None:
    given = string(arguments, "hash")
    if given and (view_id not in slack.views or slack.views[view_id]["hash"] != given):
        raise RefusedError("hash_conflict")


def open_view(slack: "SlackStandIn", arguments: Json) -> Json:
    view = _view(slack, arguments, "modal")
    slack.exchange(string(arguments, "trigger_id"))
    stored = _stored(slack, view, f"V{slack.number():08d}")
    slack.keep(slack.opened, Opened(stored["id"], view))
    return {"view": stored}


def update_view(slack: "SlackStandIn", arguments: Json) -> Json:
    view, view_id = _view(slack, arguments, "modal"), _modal_named(slack, arguments)
    _check_hash(slack, arguments, view_id)
    stored = _stored(slack, view, view_id)
    slack.keep(slack.opened, Opened(view_id, view))
    return {"view": stored}


def _modal_named(slack: "SlackStandIn", arguments: Json) -> str:
    view_id, external_id = string(arguments, "view_id"), string(arguments, "external_id")
    for view in slack.views.values():
        if view["type"] == "modal" and (view["id"] == view_id or (external_id and view["external_id"] == external_id)):
            return str(view["id"])
    raise RefusedError("not_found")


def publish_view(slack: "SlackStandIn", arguments: Json) -> Json:
    user = string(arguments, "user_id")
    if user not in slack.users:
        raise RefusedError("invalid_arguments", "[ERROR] invalid `user_id`")
    view = _view(slack, arguments, "home")
    view_id = slack.homes.setdefault(user, f"V{slack.number():08d}")
    _check_hash(slack, arguments, view_id)
    stored = _stored(slack, view, view_id)
    slack.keep(slack.published, Published(user, view_id, view))
    return {"view": stored}


def set_status(slack: "SlackStandIn", arguments: Json) -> Json:
    channel, thread = channel_in(slack, arguments, "channel_id"), thread_in(arguments)
    loading: list[Any] = parsed(arguments, "loading_messages", list, "invalid_arguments") or []
    if len(loading) > LOADING_MESSAGES_MOST:
        raise RefusedError("invalid_arguments", f"[ERROR] at most {LOADING_MESSAGES_MOST} loading_messages")
    slack.keep(slack.statuses, Status(channel.id, thread or "", string(arguments, "status")))
    return {}


def set_suggested_prompts(slack: "SlackStandIn", arguments: Json) -> Json:
    channel, thread = channel_in(slack, arguments, "channel_id"), thread_in(arguments)
    prompts: list[Any] = parsed(arguments, "prompts", list, "invalid_arguments") or []
    if not 0 < len(prompts) <= PROMPTS_MOST or not all(_is_prompt(prompt) for prompt in prompts):
        raise RefusedError("invalid_arguments", f"[ERROR] 1 to {PROMPTS_MOST} prompts, each with title and message")
    # Slack answers ok and shows nothing when an agent app names a thread, or an assistant app does not.
    if slack.agent == (thread is None):
        pairs = tuple((prompt["title"], prompt["message"]) for prompt in prompts)
        slack.keep(slack.prompts, Prompts(channel.id, string(arguments, "title") or None, pairs))
    return {}


def _is_prompt(prompt: object) -> bool:
    match prompt:
        case {"title": str(title), "message": str(message), **others}:
            return bool(title and message and not others)
        case _:
            return False


def open_connection(slack: "SlackStandIn", _arguments: Json) -> Json:
    return {"url": slack.socket.address()}
