"""What Slack sends, read as what a person said, where, and to whom."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.reading import (
    command,
    direct,
    is_for_us,
    mention,
    person,
    plain,
    pressed,
    shared,
    shortcut,
    submitted,
)
from handlers.conversation import Conversation, Message, Person, Platform, Room
from tests.slack.requests import (
    ASKER,
    BOT_USER,
    GENERAL,
    LEAD,
    TEAM,
    Json,
    Origin,
    app_home_opened,
    app_mention,
    block_actions,
    button,
    dm,
    escaped,
    event_callback,
    global_shortcut,
    message_im,
    message_shortcut,
    slash_command,
    view_actions,
    view_submission,
)

MODAL = {"id": "V1", "type": "modal", "blocks": []}


def in_slack(channel: str, user: str = ASKER, tenant: str = TEAM) -> Conversation:
    """A conversation on Slack."""
    return Conversation(Platform.SLACK, tenant, channel, user)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("how much notice?", "how much notice?"),
        ("  how much\nnotice?  ", "how much\nnotice?"),
        ("", ""),
        ("fees &amp; costs, 3 &lt; 4 &gt; 2", "fees & costs, 3 < 4 > 2"),
        ("&amp;amp; and &amp;lt;", "&amp; and &lt;"),
        ("<@U0COMPACT> notice?", "notice?"),
        ("<@U0COMPACT|compactbot> notice?", "notice?"),
        ("may <@W0LEAD> share it?", "may   share it?"),
        ("in <#C0GENERAL|general>?", "in general?"),
        ("see <https://example.org>", "see https://example.org"),
        ("see <https://example.org/a?b=1&amp;c=2|the page>", "see the page"),
        ("<mailto:ann@example.org|ann@example.org>", "ann@example.org"),
        ("<tel:0123|0123>", "0123"),
        ("<!channel> notice?", "channel notice?"),
        ("<!subteam^S1|@leads>, notice?", "@leads, notice?"),
        ("by <!date^1^{date}|31 March>", "by 31 March"),
        ("notice? :wave::skin-tone-2: :+1: :e-mail:", "notice?"),
        ("paid at 10:30:15, in a ratio of 1:2:3", "paid at 10:30:15, in a ratio of 1:2:3"),
    ],
)
def test_text_is_read_as_a_person_sees_it(text: str, read: str) -> None:
    """Links by their words, without mentions and emoji; entities are resolved once."""
    assert plain(text) == read


@given(st.text().filter(lambda text: ":" not in text))
@settings(max_examples=100, deadline=None)
def test_what_was_typed_comes_back(typed: str) -> None:
    """Slack escapes it on the way."""
    assert plain(escaped(typed)) == typed.strip()


@given(st.text(alphabet="<>!@#|^&;:a1U "))
@settings(max_examples=200, deadline=None)
def test_any_mark_up_is_read_without_leaving_anything_that_could_mention(text: str) -> None:
    assert "<@U" not in plain(text)
    assert len(plain(text)) <= len(text)


def in_room(channel: str, thread: str = "", *, private: bool = False) -> Room:
    """A room on Slack."""
    return Room(Platform.SLACK, TEAM, channel, thread, private)


def test_a_direct_message_is_private_and_answered_where_it_stands() -> None:
    body = message_im("notice & pay", thread_ts="1700000000.000001")
    assert direct(body) == Message(
        in_slack(dm(ASKER)),
        "notice & pay",
        private=True,
        room=in_room(dm(ASKER), "1700000000.000001", private=True),
        id=body["event_id"],
    )


def test_a_conversation_in_private_is_one_whichever_thread_it_is_in() -> None:
    """So that a follow-up follows."""
    top, inside = direct(message_im("a")), direct(message_im("b", thread_ts="1700000000.000001"))
    assert top.conversation == inside.conversation
    assert top.room == in_room(dm(ASKER), private=True)


def test_a_mention_is_public_and_each_thread_is_a_conversation_of_its_own() -> None:
    body = app_mention("notice?", ts="1700000000.000001")
    again = mention(app_mention("pay?", ts="1700000000.000009", thread_ts="1700000000.000001"))
    here = in_slack(f"{GENERAL}:1700000000.000001")
    room = in_room(GENERAL, "1700000000.000001")
    assert mention(body) == Message(here, "notice?", private=False, room=room, id=body["event_id"])
    assert (again.text, again.conversation, again.room) == ("pay?", here, room)


@pytest.mark.parametrize("payload", [message_im("x"), app_mention("x"), app_home_opened(), app_home_opened("messages")])
def test_what_people_write_to_us_and_that_they_open_us_is_for_us(payload: Json) -> None:
    assert is_for_us(payload)


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"user": None},
        {"user": "USLACKBOT"},
        {"type": "app_uninstalled"},
    ],
)
def test_what_no_person_says_is_not_for_us(change: Json) -> None:
    assert not is_for_us(event_callback(message_im("x")["event"] | change))
    assert not is_for_us(event_callback(app_mention("x")["event"] | change))


def test_a_mention_that_was_edited_is_not_for_us_again() -> None:
    assert not is_for_us(event_callback(app_mention("x")["event"] | {"edited": {"user": ASKER, "ts": "1.1"}}))


@pytest.mark.parametrize("kind", ["channel", "group", "mpim", None])
def test_a_message_elsewhere_than_in_private_is_not_for_us(kind: str | None) -> None:
    """There the bot is asked by mention."""
    assert not is_for_us(event_callback(message_im("x")["event"] | {"channel_type": kind}))


def test_a_message_without_text_says_nothing() -> None:
    """As one with nothing but a file."""
    event = message_im("x")["event"]
    del event["text"]
    assert direct(event_callback(event | {"subtype": "file_share"})).text == ""


def test_a_command_is_answered_in_private_wherever_it_is_given() -> None:
    """Its room is the channel all the same: what may be said there depends on it."""
    said = command(slash_command("/compact", "fees & <costs>", Origin(ASKER, GENERAL)))
    assert said == Message(
        in_slack(f"command:{GENERAL}"), "fees & <costs>", private=True, room=in_room(GENERAL), name=ASKER.lower()
    )


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (button("say:1", "about notice"), "about notice"),
        (button("say:1"), ""),
        ({"type": "datepicker", "action_id": "date:work out notice last", "selected_date": "2027-03-31"}, "2027-03-31"),
        (
            {"type": "datepicker", "action_id": "date:work out notice last", "selected_date": None},
            "work out notice last",
        ),
    ],
)
def test_a_press_says_what_the_button_or_the_calendar_does(action: Json, says: str) -> None:
    said = pressed(block_actions(action, Origin(LEAD, GENERAL)))
    assert (said.conversation, said.private, said.name) == (in_slack(GENERAL, LEAD), True, LEAD.lower())
    assert said.text.endswith(says)
    if action["type"] == "datepicker":
        assert said.text.startswith("work out notice last")


@pytest.mark.parametrize("kind", ["home", "modal"])
def test_a_press_in_a_page_is_of_no_room(kind: str) -> None:
    body = view_actions(button("say:1", "topics"), MODAL | {"type": kind})
    for each in (body, body | {"channel": None}):
        said = pressed(each)
        assert (said.conversation, said.room, said.id) == (in_slack(kind), None, "")


@pytest.mark.parametrize(
    ("channel", "container", "message", "room"),
    [
        (dm(ASKER), {}, {}, in_room(dm(ASKER), private=True)),
        (dm(ASKER), {}, {"thread_ts": "1.1"}, in_room(dm(ASKER), "1.1", private=True)),
        (dm(ASKER), {"is_ephemeral": True}, {}, in_room(dm(ASKER))),
        (GENERAL, {}, {}, in_room(GENERAL)),
        (GENERAL, {}, {"thread_ts": "1.1"}, in_room(GENERAL, "1.1")),
        (GENERAL, {"thread_ts": "1.1"}, {}, in_room(GENERAL, "1.1")),
        ("G0MANY", {}, {}, in_room("G0MANY")),
    ],
)
def test_a_press_is_answered_where_its_message_stands(
    channel: str, container: dict[str, Any], message: Json, room: Room
) -> None:
    """Like any message in our own conversation with somebody, else for their eyes alone."""
    body = block_actions(button("say:1", "topics"), Origin(ASKER, channel, trigger_id="1.2"), message=message)
    body["container"] |= container
    assert (pressed(body).room, pressed(body).id) == (room, "press:1.2" if room.private else "")


def test_a_press_on_a_message_that_slack_does_not_show_us_is_read() -> None:
    """As one for one person's eyes."""
    body = block_actions(button("say:1", "topics"), Origin(ASKER, GENERAL))
    del body["message"]
    assert pressed(body).room == in_room(GENERAL)


def test_an_answer_that_is_shared_is_known_by_its_message() -> None:
    """And one that Slack does not tell by the press."""
    body = block_actions(button("share", "x"), Origin(ASKER, GENERAL, trigger_id="1.2"), message={"ts": "9.9"})
    assert shared(body) == f"share:{GENERAL}:9.9"
    assert shared(body | {"container": {"channel_id": GENERAL}}) == f"share:{GENERAL}:1.2"


def test_a_shortcut_says_something_in_our_own_conversation() -> None:
    said = shortcut(global_shortcut("any", Origin(trigger_id="1.2")), "raise a concern", dm(ASKER))
    room = in_room(dm(ASKER), private=True)
    expected = Message(in_slack(dm(ASKER)), "raise a concern", True, room, ASKER.lower(), id="shortcut:1.2")
    assert said == expected


def test_a_message_that_a_shortcut_is_taken_on_comes_along() -> None:
    body = message_shortcut("any", "they stopped <paying> us", Origin(channel=GENERAL))
    said = shortcut(body, "raise a concern", None)
    assert (said.filled, said.room) == ((("story", ("they stopped <paying> us",)),), None)
    assert said.conversation == in_slack("")


def test_a_form_says_what_it_carries_where_it_was_asked_for() -> None:
    metadata = json.dumps({"says": "note it", "channel": GENERAL, "thread": "1.1", "private": False, "kept": False})
    block = {"type": "input", "block_id": "text", "label": {}, "element": {}}
    view = {"id": "V1", "type": "modal", "blocks": [block], "private_metadata": metadata}
    values = {"text": {"filled": {"type": "plain_text_input", "value": "a < b"}}}
    said = submitted(view_submission(view, values, Origin(LEAD)))
    filled = (("text", ("a < b",)),)
    assert said == Message(in_slack(GENERAL, LEAD), "note it", True, in_room(GENERAL, "1.1"), LEAD.lower(), filled)
    kept = view | {"private_metadata": json.dumps({"says": "note it", "kept": True})}
    again = submitted(view_submission(kept, values, Origin(LEAD, trigger_id="1.2")))
    assert (again.room, again.id) == (None, "form:1.2")


def test_who_opens_the_app_is_known() -> None:
    assert person(app_home_opened()) == Person(Platform.SLACK, TEAM, ASKER)


def test_in_an_organisation_of_many_workspaces_a_person_is_one() -> None:
    """The organisation counts, wherever there is one."""
    org = {"enterprise_id": "E1"}
    pressing = {"enterprise": {"id": "E1", "name": "org"}}
    said = [
        direct(message_im("x") | org),
        mention(app_mention("x") | org),
        command(slash_command("/compact", "x") | org),
        pressed(block_actions(button("say:1", "x")) | pressing),
        shortcut(global_shortcut("any") | pressing, "x", dm(ASKER)),
    ]
    assert {each.conversation.tenant for each in said} == {each.room.tenant for each in said if each.room} == {"E1"}
    assert person(app_home_opened() | org).tenant == "E1"
    assert pressed(block_actions(button("say:1", "x")) | {"team": None}).conversation.tenant == TEAM


def test_the_bots_own_name_is_left_out_of_a_mention() -> None:
    assert BOT_USER not in mention(app_mention("notice?")).text
