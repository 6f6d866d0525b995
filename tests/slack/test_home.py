"""The Home tab, the first contact, and the suggested questions."""

import pytest

from bot.slack import face
from bot.slack.manifest import PROMPTS
from handlers.concerns.walk import IN_PRIVATE
from tests.slack.acting import SAYS
from tests.slack.blocks import texts
from tests.slack.conftest import Bot, Stage, elements, shown
from tests.slack.requests import (
    ASKER,
    LEAD,
    app_home_opened,
    dm,
    view_actions,
)
from tests.slack.standin import (
    Failure,
    NotOk,
    Timeout,
)


class TestHome:
    def test_the_tab_shows_what_there_is_whenever_it_is_opened(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for _ in range(2):
                await bot.send(app_home_opened())
            await bot.settled()

        slack = stage.play(scenario)
        assert [published.user for published in slack.published] == [ASKER, ASKER]
        assert "What people ask about" in list(texts(slack.published[0].view["blocks"]))

    def test_a_button_opens_a_modal_and_a_button_there_changes_it(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            slack = bot.slack
            await bot.send(app_home_opened())
            await bot.settled()
            home = slack.views[slack.homes[ASKER]]
            theme = next(each for each in elements(home["blocks"]) if each["value"].startswith("topics "))
            await bot.send(view_actions(theme, home, slack.origin()))
            await slack.until(lambda: slack.opened)
            modal = slack.views[slack.opened[0].view_id]
            topic = elements(modal["blocks"])[0]
            await bot.send(view_actions(topic, modal, slack.origin()))
            await slack.until(lambda: len(slack.opened) == 2)
            first, second = slack.opened
            assert first.view_id == second.view_id
            assert "Everything" in list(texts(first.view["blocks"]))
            assert SAYS in "\n".join(texts(second.view["blocks"]))

        slack = stage.play(scenario)
        assert len(slack.calls["views.open"]) == len(slack.calls["views.update"]) == 1

    def test_a_concern_is_begun_there_and_told_where_the_person_can_write(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            slack = bot.slack
            await bot.send(app_home_opened())
            await bot.settled()
            home = slack.views[slack.homes[ASKER]]
            begin = next(each for each in elements(home["blocks"]) if each["value"] == "raise a concern")
            await bot.send(view_actions(begin, home, slack.origin()))
            await slack.until(lambda: slack.opened)
            await bot.settled()
            assert IN_PRIVATE in "\n".join(texts(slack.opened[0].view["blocks"]))

        slack = stage.play(scenario)
        assert slack.posted[-1].channel == dm(ASKER)
        assert "Which Compact" in shown(slack.posted[-1])

    def test_a_person_is_welcomed_once_on_whichever_tab_comes_first(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            for payload in (
                app_home_opened(),
                app_home_opened("messages"),
                app_home_opened(),
                app_home_opened("messages"),
            ):
                await bot.send(payload)
                await bot.settled()
            await bot.send(app_home_opened("messages", user=LEAD))
            await bot.settled()

        slack = stage.play(scenario)
        assert [(welcome.channel, welcome.thread_ts) for welcome in slack.posted] == [
            (dm(ASKER), None),
            (dm(LEAD), None),
        ]
        assert "Hello! I am compactbot." in shown(slack.posted[0])

    def test_the_messages_tab_offers_questions(self, stage: Stage) -> None:
        async def scenario(bot: Bot) -> None:
            await bot.send(app_home_opened("messages"))
            await bot.settled()

        slack = stage.play(scenario)
        [prompts] = slack.prompts
        assert (prompts.channel, prompts.prompts) == (dm(ASKER), tuple((each, each) for each in PROMPTS))

    @pytest.mark.parametrize("kind", [NotOk("feature_not_enabled"), Timeout(3)])
    def test_a_plan_without_such_questions_has_the_welcome_all_the_same(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, kind: Failure
    ) -> None:
        monkeypatch.setattr(face, "_EXTRAS_WITHIN", 0.2)

        async def scenario(bot: Bot) -> None:
            bot.slack.fail("assistant.threads.setSuggestedPrompts", times=None, kind=kind)
            await bot.send(app_home_opened("messages"))
            await bot.settled()

        assert len(stage.play(scenario).posted) == 1
