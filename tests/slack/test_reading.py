"""What Slack sends, read as what a person said, where, and to whom."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.reading import Place, command, direct, mention, person, plain, pressed, pressed_in
from handlers.conversation import Conversation, Platform
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
    message_im,
    slash_command,
    view_actions,
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


def test_a_direct_message_is_private_and_answered_where_it_stands() -> None:
    asked = direct(message_im("notice & pay", thread_ts="1700000000.000001"))
    assert asked is not None
    assert (asked.channel, asked.thread) == (dm(ASKER), "1700000000.000001")
    assert (asked.message.conversation, asked.message.text, asked.message.private) == (
        in_slack(dm(ASKER)),
        "notice & pay",
        True,
    )


def test_a_conversation_in_private_is_one_whichever_thread_it_is_in() -> None:
    """So that a follow-up follows."""
    top, inside = direct(message_im("a")), direct(message_im("b", thread_ts="1700000000.000001"))
    assert top is not None
    assert inside is not None
    assert top.message.conversation == inside.message.conversation


def test_a_mention_is_public_and_each_thread_is_a_conversation_of_its_own() -> None:
    asked = mention(app_mention("notice?", ts="1700000000.000001"))
    again = mention(app_mention("pay?", ts="1700000000.000009", thread_ts="1700000000.000001"))
    assert asked is not None
    assert again is not None
    assert (asked.channel, asked.thread, asked.message.text) == (GENERAL, "1700000000.000001", "notice?")
    assert not asked.message.private
    assert asked.message.conversation == again.message.conversation == in_slack(f"{GENERAL}:1700000000.000001")
    assert (again.message.text, again.thread) == ("pay?", "1700000000.000001")


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"bot_id": "B0OTHER"},
        {"user": None},
        {"user": "USLACKBOT"},
    ],
)
def test_what_no_person_says_is_not_read(change: Json) -> None:
    assert direct(event_callback(message_im("x")["event"] | change)) is None
    assert mention(event_callback(app_mention("x")["event"] | change)) is None


@pytest.mark.parametrize("kind", ["channel", "group", "mpim", None])
def test_a_message_elsewhere_than_in_private_is_not_read(kind: str | None) -> None:
    """There the bot is asked by mention."""
    assert direct(event_callback(message_im("x")["event"] | {"channel_type": kind})) is None


def test_a_message_without_text_says_nothing() -> None:
    """As one with nothing but a file."""
    event = message_im("x")["event"]
    del event["text"]
    asked = direct(event_callback(event | {"subtype": "file_share"}))
    assert asked is not None
    assert asked.message.text == ""


def test_a_command_is_private_wherever_it_is_given() -> None:
    said = command(slash_command("/compact", "fees & <costs>", Origin(ASKER, GENERAL)))
    assert (said.conversation, said.text, said.private) == (in_slack(f"command:{GENERAL}"), "fees & <costs>", True)


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
    assert (said.conversation, said.private) == (in_slack(GENERAL, LEAD), True)
    assert said.text.endswith(says)
    if action["type"] == "datepicker":
        assert said.text.startswith("work out notice last")


@pytest.mark.parametrize("kind", ["home", "modal"])
def test_a_press_in_a_page_is_of_no_channel(kind: str) -> None:
    body = view_actions(button("say:1", "topics"), MODAL | {"type": kind})
    assert pressed_in(body) is None
    assert pressed_in(body | {"channel": None}) is None
    assert pressed(body).conversation == in_slack(kind)


@pytest.mark.parametrize(
    ("channel", "container", "message", "place"),
    [
        (dm(ASKER), {}, {}, Place(dm(ASKER), None, ours=True)),
        (dm(ASKER), {"is_ephemeral": True}, {}, Place(dm(ASKER), None, ours=False)),
        (GENERAL, {}, {}, Place(GENERAL, None, ours=False)),
        (GENERAL, {}, {"thread_ts": "1.1"}, Place(GENERAL, "1.1", ours=False)),
        (GENERAL, {"thread_ts": "1.1"}, {}, Place(GENERAL, "1.1", ours=False)),
        ("G0MANY", {}, {}, Place("G0MANY", None, ours=False)),
    ],
)
def test_a_press_is_answered_where_its_message_stands(
    channel: str, container: dict[str, Any], message: Json, place: Place
) -> None:
    """Like any message in our own conversation with somebody, else for their eyes alone."""
    body = block_actions(button("say:1", "topics"), Origin(ASKER, channel), message=message)
    body["container"] |= container
    assert pressed_in(body) == place


def test_a_press_on_a_message_that_slack_does_not_show_us_is_read() -> None:
    """As one for one person's eyes."""
    body = block_actions(button("say:1", "topics"), Origin(ASKER, GENERAL))
    del body["message"]
    assert pressed_in(body) == Place(GENERAL, None, ours=False)


def test_who_opens_the_app_is_known_by_their_own_conversation() -> None:
    assert person(app_home_opened()) == in_slack(dm(ASKER))


def test_in_an_organisation_of_many_workspaces_a_person_is_one() -> None:
    """The organisation counts, wherever there is one."""
    org = {"enterprise_id": "E1"}
    asked, named = direct(message_im("x") | org), mention(app_mention("x") | org)
    assert asked is not None
    assert named is not None
    said = command(slash_command("/compact", "x") | org)
    press = pressed(block_actions(button("say:1", "x")) | {"enterprise": {"id": "E1", "name": "org"}})
    tenants = {each.conversation.tenant for each in (asked.message, named.message, said, press)}
    assert tenants == {"E1"}
    assert pressed(block_actions(button("say:1", "x")) | {"team": None}).conversation.tenant == TEAM


def test_the_bots_own_name_is_left_out_of_a_mention() -> None:
    asked = mention(app_mention("notice?"))
    assert asked is not None
    assert BOT_USER not in asked.message.text
