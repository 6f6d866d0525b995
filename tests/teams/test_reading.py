"""What Teams sends, read as messages."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.teams import reading
from handlers.conversation import Platform, Room
from tests.teams.activities import (
    ANOTHER,
    BOT,
    CHANNEL,
    GROUP,
    MENTION,
    TENANT,
    Json,
    in_channel,
    in_group,
    installed,
    members,
    mention,
    other,
    personal,
    pressed,
    the_channel,
    thread,
)

URL = {"serviceUrl": "https://smba.trafficmanager.net/uk/"}
KEYS = st.sampled_from(["id", "name", "type", "text", "mentioned"])
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=5,
)
NAMES = (
    "text",
    "value",
    "entities",
    "channelData",
    "replyToId",
    "membersAdded",
    "membersRemoved",
    "action",
    "attachments",
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (f"{MENTION} how much notice?", "how much notice?"),
        (f"{MENTION}&nbsp;how much notice?", "how much notice?"),
        (f"how much notice, {MENTION}?", "how much notice,  ?"),
        (f"{MENTION}", ""),
        (f"{MENTION} ask <at>Bea Brown</at> about notice", "ask Bea Brown about notice"),
        (f"{MENTION} pay &lt; 30 days &amp; notice &gt; 3 months?", "pay < 30 days & notice > 3 months?"),
        (f'{MENTION} <attachment id="1"></attachment>\nhow much notice?', "how much notice?"),
        (f"{MENTION}\xa0what at <3?", "what at <3?"),
    ],
)
def test_what_is_written_is_read_without_the_mention(text: str, read: str) -> None:
    """As it stands in the entities; other people's mentions by their names."""
    entities = [mention(), mention("<at>Bea Brown</at>", ANOTHER)]
    assert reading.plain(in_channel("") | {"text": text, "entities": entities}) == read


def test_a_mention_is_stripped_as_it_is_written() -> None:
    """Whatever the bot is called there."""
    renamed = "<at>Compact Bot (test)</at>"
    activity = in_channel("") | {"text": f"{renamed} how much notice?", "entities": [mention(renamed)]}
    assert reading.plain(activity) == "how much notice?"


@pytest.mark.parametrize(
    ("activity", "room", "threaded"),
    [
        (personal("hi"), None, False),
        (in_group("hi"), Room(Platform.TEAMS, TENANT, GROUP), False),
        (in_channel("hi", root="7"), Room(Platform.TEAMS, TENANT, CHANNEL, "7"), True),
        (installed(the_channel()), Room(Platform.TEAMS, TENANT, CHANNEL), True),
    ],
    ids=["personal", "group", "thread", "channel"],
)
def test_a_place_is_read(activity: Json, room: Room | None, *, threaded: bool) -> None:
    place = reading.place(activity | URL)
    assert (place.room, place.threaded) == (room, threaded)
    assert place.here.conversation == activity["conversation"]["id"]
    assert (place.here.bot, place.here.tenant, place.here.service_url) == (BOT, TENANT, URL["serviceUrl"])


def test_a_tenant_is_found_wherever_teams_tells_it() -> None:
    """Older clients tell it only with the conversation."""
    assert reading.place(personal("hi") | URL | {"channelData": None}).person.tenant == TENANT


def test_a_press_is_read_with_its_card_and_what_was_filled_in() -> None:
    value = {"compactbot": 1, "says": "send it", "form": 1, "field:what": "They stopped.", "pick:who": "a,b"}
    asked = reading.asked(pressed(value, "17", in_channel("")) | URL)
    assert asked
    assert (asked.message.text, asked.card, asked.old) == ("send it", "17", False)
    assert asked.message.filled == (("what", ("They stopped.",)), ("who", ("a", "b")))
    assert (asked.message.private, asked.message.conversation.channel) == (False, thread())


@pytest.mark.parametrize(
    ("activity", "change"),
    [
        (installed(the_channel()), reading.Change.ADDED),
        (installed(the_channel(), action="add-upgrade"), reading.Change.ADDED),
        (installed(the_channel(), action="remove"), reading.Change.REMOVED),
        (installed(the_channel(), action="remove-upgrade"), reading.Change.REMOVED),
        (members(the_channel(), added=(ANOTHER, BOT)), reading.Change.ADDED),
        (members(the_channel(), removed=(BOT,)), reading.Change.REMOVED),
        (members(the_channel(), added=(ANOTHER,)), None),
        (other("message"), None),
    ],
)
def test_what_became_of_us_is_read(activity: Json, change: reading.Change | None) -> None:
    assert reading.change(activity) == change


def test_the_same_activity_has_the_same_key_and_others_have_others() -> None:
    """Whatever else Teams sends with it; the key tells nothing."""
    activity = personal("how much notice?")
    assert reading.key(activity) == reading.key(activity | {"localTimestamp": "later", "text": "edited"})
    others = [
        personal("how much notice?"),
        activity | {"conversation": {"id": "a:other"}},
        activity | {"type": "installationUpdate"},
    ]
    assert len({reading.key(each) for each in (activity, *others)}) == 4
    assert "notice" not in reading.key(activity)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["message", "conversationUpdate", "installationUpdate"]),
    st.dictionaries(st.sampled_from(NAMES), ODD),
)
def test_nothing_odd_is_an_error(kind: str, odd: dict[str, Any]) -> None:
    """Whatever has the form of an activity is read, or not for us."""
    activity = in_channel("hi") | URL | {"type": kind} | odd
    if reading.is_activity(activity):
        reading.asked(activity)
        reading.change(activity)
        reading.place(activity)
        assert len(reading.key(activity)) == 64


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_read_without_tags_of_mentions(text: str) -> None:
    read = reading.plain(in_channel("") | {"text": f"{MENTION}{text}"})
    assert "<at>" not in read or "&lt;" in text
