"""The stand-in of Slack shows the Home tab, modals, and what the agent offers, as Slack does."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack.requests import (
    ASKER,
    LEAD,
    dm,
)
from tests.slack.standin import (
    Prompts,
    SlackStandIn,
    Status,
)
from tests.slack.standin_play import HOME, MODAL, refusal, run


def test_a_trigger_opens_one_modal_within_three_seconds() -> None:
    """A modal that is refused leaves the trigger unused."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        trigger = slack.trigger()
        assert await refusal(client, "views.open", {"trigger_id": trigger, "view": HOME}) == "invalid_arguments"
        opened = await client.views_open(trigger_id=trigger, view=MODAL)
        assert (slack.opened[0].view_id, slack.opened[0].view) == (opened["view"]["id"], MODAL)
        assert await refusal(client, "views.open", {"trigger_id": trigger, "view": MODAL}) == "exchanged_trigger_id"
        late = {"trigger_id": slack.trigger(age=3.1), "view": MODAL}
        assert await refusal(client, "views.open", late) == "expired_trigger_id"

    run(scenario)


def test_a_modal_is_updated_by_its_id_or_ours_against_its_hash() -> None:
    """An outdated hash conflicts, and an external id is unique."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        ours = MODAL | {"external_id": "draft-1"}
        await client.views_open(trigger_id=slack.trigger(), view=MODAL)
        opened = await client.views_open(trigger_id=slack.trigger(), view=ours)
        view = opened["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=ours | {"callback_id": "two"})
        stale = {"view_id": view["id"], "hash": view["hash"], "view": ours}
        assert await refusal(client, "views.update", stale) == "hash_conflict"
        await client.views_update(external_id="draft-1", view=ours | {"callback_id": "three"})
        assert slack.views[view["id"]]["callback_id"] == "three"
        twin = {"trigger_id": slack.trigger(), "view": ours}
        assert await refusal(client, "views.open", twin) == "duplicate_external_id"

    run(scenario)


def test_a_home_tab_is_published_to_its_user_again_and_again() -> None:
    """It stays the same view, with a new hash."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        first = await client.views_publish(user_id=ASKER, view=HOME)
        second = await client.views_publish(user_id=ASKER, view=HOME, hash=first["view"]["hash"])
        other = await client.views_publish(user_id=LEAD, view=HOME)
        assert [published.user for published in slack.published] == [ASKER, ASKER, LEAD]
        assert slack.homes == {ASKER: second["view"]["id"], LEAD: other["view"]["id"]}
        assert first["view"]["hash"] != second["view"]["hash"]

    run(scenario)


def test_the_agent_shows_its_status_and_up_to_four_prompts() -> None:
    """A fifth prompt, an eleventh loading message, an unknown channel or a malformed thread is refused."""
    prompt = {"title": "Notice", "message": "How much notice?"}

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        channel, ts = dm(ASKER), slack.write("Hi")
        await client.assistant_threads_setStatus(channel_id=channel, thread_ts=ts, status="is looking it up")
        await client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=[prompt] * 4)
        assert slack.statuses == [Status(channel, ts, "is looking it up")]
        assert slack.prompts == [Prompts(channel, None, (("Notice", "How much notice?"),) * 4)]
        prompts, status = "assistant.threads.setSuggestedPrompts", "assistant.threads.setStatus"
        assert await refusal(client, prompts, {"channel_id": channel, "prompts": [prompt] * 5}) == "invalid_arguments"
        assert await refusal(client, prompts, {"channel_id": channel, "prompts": [{}]}) == "invalid_arguments"
        assert await refusal(client, prompts, {"channel_id": "D0", "prompts": [prompt]}) == "channel_not_found"
        known = {"channel_id": channel, "thread_ts": ts, "status": ""}
        assert await refusal(client, status, known | {"loading_messages": ["x"] * 11}) == "invalid_arguments"
        assert await refusal(client, status, known | {"thread_ts": "now"}) == "invalid_thread_ts"

    run(scenario)


@pytest.mark.parametrize(("agent", "in_thread", "shown"), [(True, False, 1), (True, True, 0), (False, True, 1)])
def test_prompts_in_the_wrong_place_are_answered_with_ok_and_not_shown(
    *, agent: bool, in_thread: bool, shown: int
) -> None:
    """An agent app names no thread, an assistant app names one."""

    async def scenario(slack: SlackStandIn, client: AsyncWebClient) -> None:
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=dm(ASKER),
            prompts=[{"title": "a", "message": "b"}],
            thread_ts=slack.write("Hi") if in_thread else None,
        )
        assert len(slack.prompts) == shown

    run(scenario, agent=agent)
