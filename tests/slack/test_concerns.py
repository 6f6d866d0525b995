"""A concern in Slack, from its first words to the leads' channel and back."""

from tests.slack.acting import opened, press, submit
from tests.slack.conftest import Bot, Stage, elements, labelled, shown
from tests.slack.requests import ASKER, LEAD, LEADS, Json, app_mention, block_actions, dm, message_im
from tests.slack.standin import Posted

STORY = "They ended our Quillby grant without any notice."
TOLD = {
    "organisation": ["Quillby Lunch Club"],
    "story": [STORY],
    "when": ["3 March"],
    "wish": ["Money for three months"],
    "reach": ["here"],
}


def first_picks(view: Json) -> dict[str, list[str]]:
    """The first option of each field that has some."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {
        block["block_id"]: [block["element"]["options"][0]["value"]]
        for block in inputs
        if "options" in block["element"]
    }


async def told(bot: Bot, count: int) -> Posted:
    """The last of so many messages, once they are there."""
    bot.deliverer.wake()
    await bot.slack.until(lambda: len(bot.slack.posted) >= count)
    await bot.settled()
    assert len(bot.slack.posted) == count, [shown(post) for post in bot.slack.posted]
    return bot.slack.posted[-1]


async def pressed_under(bot: Bot, post: Posted, label: str, user: str) -> None:
    """Press a button under a message."""
    action = labelled(post.blocks, label)
    payload = block_actions(action, bot.slack.origin(user, post.channel), message={"ts": post.ts})
    assert await bot.send(payload) == 200


async def filed(bot: Bot) -> Posted:
    """A concern told on one page, checked, and filed; gives the leads' card."""
    slack = bot.slack
    await bot.ask(app_mention("send Northshire concerns here", user=LEAD, channel=LEADS))
    await press(bot, "concern page", slack.origin())
    modal = await opened(bot)
    fields = first_picks(modal.view) | TOLD
    assert await submit(bot, modal, fields, slack.origin()) == {}
    asked = await told(bot, 2)
    assert "Which of these commitments is it about?" in shown(asked)
    await bot.ask(message_im("4"))
    asked = await bot.ask(message_im("done"))
    await pressed_under(bot, asked, "File it", ASKER)
    await told(bot, len(slack.posted) + 2)
    [card] = [post for post in slack.posted[-2:] if post.channel == LEADS]
    return card


def test_the_leads_get_it_whole_and_what_they_do_is_heard_by_whoever_raised_it(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        card = await filed(bot)
        assert STORY in shown(card)
        before = len(bot.slack.posted)
        await pressed_under(bot, card, "Acknowledge", LEAD)
        letter = await told(bot, before + 1)
        assert letter.channel == dm(ASKER)
        await bot.slack.until(lambda: bot.slack.updated)
        await bot.settled()
        assert (bot.slack.updated[-1].ts, bot.slack.updated[-1].channel) == (card.ts, LEADS)
        assert "Acknowledge" not in [each["text"]["text"] for each in elements(bot.slack.updated[-1].blocks)]

    slack = stage.play(scenario)
    assert [said.response_type for said in slack.responded] == ["ephemeral"]


def test_a_note_is_taken_down_in_a_modal_and_shown_on_the_card(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        card = await filed(bot)
        await pressed_under(bot, card, "Note", LEAD)
        modal = await opened(bot, 2)
        assert await submit(bot, modal, {"text": ["I have rung them in Quillby."]}, bot.slack.origin(LEAD, LEADS)) == {}
        await bot.slack.until(lambda: bot.slack.ephemeral and bot.slack.updated)
        await bot.settled()
        assert (bot.slack.ephemeral[0].channel, bot.slack.ephemeral[0].user) == (LEADS, LEAD)
        assert "I have rung them in Quillby." in shown(bot.slack.updated[-1])

    stage.play(scenario)


def test_in_a_channel_one_discreet_line_is_said_and_all_else_in_private(stage: Stage) -> None:
    async def scenario(bot: Bot) -> None:
        await bot.send(app_mention("raise a concern"))
        await bot.settled()
        await bot.ask(message_im("stop"))

    public, private, _ = stage.play(scenario).posted
    assert shown(public).count("I have written to you in private.") == 2
    assert private.channel == dm(ASKER)


def test_nobody_else_can_do_anything_with_a_card_that_they_saw(stage: Stage) -> None:
    """The words of a button, said elsewhere, say nothing of the case."""

    async def scenario(bot: Bot) -> None:
        card = await filed(bot)
        says = labelled(card.blocks, "Acknowledge")["value"]
        before = len(bot.slack.posted)
        await press(bot, says, bot.slack.origin(LEAD))
        answer = await told(bot, before + 1)
        assert STORY not in shown(answer)

    assert stage.play(scenario).updated == []
